"""How phones ask whether there is internet, and what each expects to hear when there is.

While a phone is captive every question gets the same answer: go to our page. Once it is released
its own question is answered as the real server would, also when it still asks us because it
remembers an old address.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

WILDCARD: Final = "192.0.2.80"
"""What the captive resolver says for every name: reserved for documents, and not private, since
some phones read a private address as "no internet" and then show no page at all (RFC 5737)."""

CANARIES: Final = (
    "use-application-dns.net",
    "mask.icloud.com",
    "mask-h2.icloud.com",
    "mask-api.icloud.com",
)
"""Names whose absence asks a browser not to bring a resolver of its own."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A whole HTTP answer."""

    status: int
    type: str = ""
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Probe:
    """One question of one kind of phone."""

    client: str
    hosts: tuple[str, ...]
    paths: tuple[str, ...]
    genuine: Answer
    """What the real server answers."""

    def asked(self, host: str, path: str) -> bool:
        return host in self.hosts and path in self.paths


_NO_CONTENT: Final = Answer(status=204)
_APPLE: Final = b"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
_FIREFOX: Final = (
    b'<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'
)


def _html(body: bytes) -> Answer:
    return Answer(status=200, type="text/html", body=body)


def _text(body: bytes) -> Answer:
    return Answer(status=200, type="text/plain", body=body)


PROBES: Final = (
    Probe(
        client="Apple",
        hosts=(
            "captive.apple.com",
            "apple.com",
            "www.apple.com",
            "netcts.cdn-apple.com",
            "www.appleiphonecell.com",
            "www.airport.us",
            "www.ibook.info",
            "www.itools.info",
            "www.thinkdifferent.us",
            "gsp1.apple.com",
        ),
        paths=("/hotspot-detect.html", "/library/test/success.html"),
        genuine=_html(_APPLE),
    ),
    Probe(
        client="Apple",
        hosts=(
            "captive.apple.com",
            "netcts.cdn-apple.com",
            "www.appleiphonecell.com",
            "www.airport.us",
            "www.ibook.info",
            "www.itools.info",
            "www.thinkdifferent.us",
            "gsp1.apple.com",
        ),
        paths=("/",),
        genuine=_html(_APPLE),
    ),
    Probe(
        client="Android, Chromium",
        hosts=(
            "connectivitycheck.gstatic.com",
            "www.gstatic.com",
            "www.google.com",
            "google.com",
            "play.googleapis.com",
            "clients1.google.com",
            "clients3.google.com",
            "connectivitycheck.android.com",
            "connect.rom.miui.com",
            "connectivitycheck.platform.hicloud.com",
        ),
        paths=("/generate_204", "/gen_204"),
        genuine=_NO_CONTENT,
    ),
    Probe(
        client="Windows",
        hosts=("www.msftconnecttest.com", "ipv6.msftconnecttest.com"),
        paths=("/connecttest.txt",),
        genuine=_text(b"Microsoft Connect Test"),
    ),
    Probe(
        client="Windows",
        hosts=("www.msftconnecttest.com",),
        paths=("/redirect",),
        genuine=Answer(
            status=302,
            type="text/html",
            body=b"<a href='http://go.microsoft.com/fwlink/?LinkID=219472'>msn</a>",
            headers={"Location": "http://go.microsoft.com/fwlink/?LinkID=219472&clcid=0x409"},
        ),
    ),
    Probe(
        client="Windows",
        hosts=("www.msftncsi.com",),
        paths=("/ncsi.txt",),
        genuine=_text(b"Microsoft NCSI"),
    ),
    Probe(
        client="Firefox",
        hosts=("detectportal.firefox.com",),
        paths=("/canonical.html",),
        genuine=_html(_FIREFOX),
    ),
    Probe(
        client="Firefox",
        hosts=("detectportal.firefox.com",),
        paths=("/success.txt",),
        genuine=_text(b"success\n"),
    ),
    Probe(
        client="NetworkManager",
        hosts=("nmcheck.gnome.org", "www.nmcheck.gnome.org"),
        paths=("/check_network_status.txt",),
        genuine=_text(b"NetworkManager is online\n"),
    ),
    Probe(
        client="NetworkManager",
        hosts=("network-test.debian.org",),
        paths=("/nm",),
        genuine=_text(b"NetworkManager is online\n"),
    ),
    Probe(
        client="NetworkManager",
        hosts=("connectivity-check.ubuntu.com",),
        paths=("/",),
        genuine=Answer(status=204, headers={"X-NetworkManager-Status": "online"}),
    ),
    Probe(
        client="KDE",
        hosts=("networkcheck.kde.org",),
        paths=("/",),
        genuine=_text(b"OK\n"),
    ),
)

PATHS: Final = tuple(dict.fromkeys(p for probe in PROBES for p in probe.paths if p != "/"))
"""Every path by which a question is known without its host."""


def find(host: str, path: str) -> Probe | None:
    """The question that was asked at that host."""
    return next((probe for probe in PROBES if probe.asked(host, path)), None)


def by_path(path: str) -> Probe | None:
    """The first question with that path, whoever was asked."""
    return next((probe for probe in PROBES if path in probe.paths), None)


def to_our_page(page: str) -> Answer:
    """The one answer while captive.

    The body matters: some phones take an empty answer for a broken one instead of a page to open.
    """
    body = f'<!DOCTYPE html><title>Wifi</title><a href="{page}">{page}</a>\n'.encode()
    return Answer(status=302, type="text/html", body=body, headers={"Location": page})


def ask_again() -> Answer:
    """For a released phone that still comes to us with somebody else's name: in a moment."""
    body = b'<!DOCTYPE html><meta http-equiv="refresh" content="2"><title>...</title>\n'
    return Answer(status=503, type="text/html", body=body, headers={"Retry-After": "2"})


def capport(
    *, captive: bool, page: str, venue: str, seconds: int | None
) -> Mapping[str, bool | int | str]:
    """The document of RFC 8908."""
    told: dict[str, bool | int | str] = {
        "captive": captive,
        "user-portal-url": page,
        "venue-info-url": venue,
    }
    if not captive and seconds is not None:
        told |= {"seconds-remaining": seconds, "can-extend-session": True}
    return told
