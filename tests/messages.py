"""Gathers every sentence into the catalogues and compiles them: `python -m tests.messages`."""

import sys
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

from appliance.core.catalogue import REFERRALS, SERVICES, TOPICS
from appliance.web.texts import DOMAIN, LOCALES, NAMES, SOURCE

WEB = LOCALES.parent
METHODS = [("**.py", "python"), ("templates/**.html", "jinja2.ext:babel_extract")]
KEYWORDS = {"_": None, "gettext": None, "ngettext": (1, 2)}
PLURALS = {
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : "
    "n%100>=11 ? 4 : 5);"
}
"""As everybody writes them, where Babel numbers them otherwise."""
TRANSLATED = tuple(lang for lang in NAMES if lang != SOURCE)


def gathered() -> Catalog:
    """Every sentence of the screens, and the names of the catalogue."""
    catalog = Catalog(domain=DOMAIN, charset="utf-8")
    found = extract_from_dir(
        WEB, method_map=METHODS, options_map={}, keywords=KEYWORDS, strip_comment_tags=True
    )
    for name, _line, message, _comments, _context in sorted(found, key=lambda one: one[:2]):
        catalog.add(message, locations=[(Path(name).as_posix(), 0)])
    for text in names():
        catalog.add(text, locations=[("catalogue", 0)])
    return catalog


def names() -> Iterator[str]:
    for service in SERVICES:
        yield from (service.name, service.short)
    for topic in TOPICS:
        yield from (topic.name, topic.short)
    for target in REFERRALS:
        yield from (target.name, target.short, target.what)


def path(lang: str, ending: str) -> Path:
    return LOCALES / lang / "LC_MESSAGES" / f"{DOMAIN}.{ending}"


def read(lang: str) -> Catalog:
    with path(lang, "po").open("rb") as file:
        return read_po(file, locale=lang, domain=DOMAIN)


class Plain(Catalog):
    """A catalogue whose header says only what a reader needs: no dates, no names."""

    @property
    def mime_headers(self) -> list[tuple[str, str]]:
        return [
            ("Language", str(self.locale_identifier)),
            ("Plural-Forms", PLURALS.get(str(self.locale_identifier), self.plural_forms)),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "8bit"),
        ]


def plain(catalog: Catalog) -> Plain:
    fresh = Plain(locale=catalog.locale, charset="utf-8", fuzzy=False)
    fresh.header_comment = "# Dutch is the source; see tests/messages.py."
    for message in catalog:
        if message.id:
            fresh.add(message.id, message.string, locations=message.locations)
    return fresh


def compiled(catalog: Catalog) -> bytes:
    """The same sentences always give the same bytes."""
    buffer = BytesIO()
    write_mo(buffer, plain(catalog))
    return buffer.getvalue()


def written(catalog: Catalog) -> bytes:
    buffer = BytesIO()
    write_po(buffer, plain(catalog), sort_output=True, include_lineno=False, width=98)
    return buffer.getvalue()


def update() -> int:
    """Bring each catalogue up to date; how many sentences still lack a translation."""
    missing = 0
    template = gathered()
    for lang in TRANSLATED:
        path(lang, "po").parent.mkdir(parents=True, exist_ok=True)
        catalog = read(lang) if path(lang, "po").exists() else Catalog(locale=lang)
        catalog.update(template, no_fuzzy_matching=True)
        catalog.obsolete.clear()
        path(lang, "po").write_bytes(written(catalog))
        fresh = read(lang)
        path(lang, "mo").write_bytes(compiled(fresh))
        empty = [m.id for m in fresh if m.id and not complete(m.string)]
        print(f"{lang}: {len(fresh)} sentences, {len(empty)} to translate")
        for text in empty:
            print(f"  {text!r}")
        missing += len(empty)
    return missing


def complete(string: object) -> bool:
    return all(string) if isinstance(string, tuple | list) else bool(string)


if __name__ == "__main__":
    sys.exit(bool(update()))
