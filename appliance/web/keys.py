"""What an application and a request carry, typed."""

from aiohttp import web

from appliance.services.hotspot import Hotspot
from appliance.services.keeping import Keeping
from appliance.services.month_book import MonthBook
from appliance.services.settings_book import SettingsBook
from appliance.web.live import Live
from appliance.web.pages import Pages
from appliance.web.phones import Phones
from appliance.web.sessions import Sessions, SignedIn
from appliance.web.site import Site
from appliance.web.texts import Texts

SITE = web.AppKey("SITE", Site)
PATIENCE = web.AppKey("PATIENCE", float)
"""Seconds in which a body must have arrived."""
LIVE = web.AppKey("LIVE", Live)
HOTSPOT = web.AppKey("HOTSPOT", Hotspot)
"""Only where the box has wifi of its own."""
PAGES = web.AppKey("PAGES", Pages)
PHONES = web.AppKey("PHONES", Phones)
SETTINGS = web.AppKey("SETTINGS", SettingsBook)
MONTHS = web.AppKey("MONTHS", MonthBook)
KEEPING = web.AppKey("KEEPING", Keeping)
SESSIONS = web.AppKey("SESSIONS", Sessions)

TEXTS = web.RequestKey("TEXTS", Texts)
SIGNED_IN = web.RequestKey("SIGNED_IN", SignedIn)
