"""How a box stands with its coordinator, in words that somebody can say on the telephone."""

from collections.abc import Mapping

from appliance.core.federation.welcome import Standing
from appliance.services.road.road import Road
from appliance.web.texts import Texts


def standing_words(road: Road, texts: Texts, *, sending: bool) -> str:
    """One or two sentences: what it is, and what it means."""
    _, state = texts.gettext, road.state
    since = texts.full_date(state.since) if state.since else ""
    if not state.address:
        return _("Deze kast heeft geen coördinator. Er vertrekt niets.")
    if not state.key:
        return _("Vergelijk eerst de woorden hieronder. Tot dan vertrekt er niets.")
    if not sending:
        return _("Het versturen staat uit. Er vertrekt niets.")
    told: Mapping[Standing | None, str] = {
        None: _("De coördinator heeft nog niet geantwoord. De kast blijft proberen."),
        Standing.WAITING: _(
            "Gevraagd op {date}. De coördinator moet deze kast nog goedkeuren.", date=since
        ),
        Standing.APPROVED: _("Goedgekeurd sinds {date}.", date=since),
        Standing.REFUSED: _("De coördinator heeft deze kast geweigerd. Bel even."),
        Standing.REVOKED: _(
            "De coördinator trok deze kast in op {date}. Er vertrekt niets meer. Bel even.",
            date=since,
        ),
        Standing.FORKED: _("Er zijn twee kasten met dezelfde kaart. De coördinator kijkt dat na."),
    }
    return told[state.standing]


def silence_words(road: Road, texts: Texts) -> str:
    """Since when nobody answers; empty while somebody does."""
    since = road.silent
    if since is None:
        return ""
    return texts.gettext(
        "Geen antwoord sinds {date}. Alles blijft bewaard en vertrekt later.",
        date=texts.full_date(since),
    )


def paper_words(code: str, texts: Texts) -> str:
    """Why what came down is not believed."""
    _ = texts.gettext
    told = {
        "old-paper": _("Er kwam een oudere lijst dan die er al was. Wij houden de nieuwste."),
        "expired-paper": _("Er kwam een lijst die verlopen is. Wij houden die van vroeger."),
        "foreign-paper": _("Er kwam een lijst van iemand anders, of voor iemand anders."),
    }
    return told.get(code, _("Er kwam iets dat wij niet begrijpen. Wij houden wat er was."))
