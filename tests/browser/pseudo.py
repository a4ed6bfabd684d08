"""A language nobody speaks: 40 % longer than Dutch and written from right to left."""

import re
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo

from appliance.web import texts
from tests.messages import gathered

PSEUDO = "he"
"""A right-to-left language that has no catalogue: its dates are real, its sentences are ours."""
LANGUAGES = (*texts.NAMES, PSEUDO)
LONGER = 1.4
_ACCENTS = str.maketrans("aeiouAEIOUcnsy", "áéîöûÁÉÎÖÛçñšý")
_KEEP = re.compile(r"(\{[^}]*\})")


def stretched(text: str) -> str:
    """Accents on every word, the vowels said longer; what stands in braces stays."""
    parts = _KEEP.split(text)
    return "".join(part if _KEEP.fullmatch(part) else _stretched(part) for part in parts)


def _stretched(part: str) -> str:
    return re.sub(r"\w+", lambda word: _longer(word[0]), part)


def _longer(word: str) -> str:
    missing = round(len(word) * (LONGER - 1) + 0.5)
    vowel = re.search(r"[aeiou]", word)
    at = vowel.start() if vowel else len(word) - 1
    return (word[:at] + word[at] * (missing + 1) + word[at + 1 :]).translate(_ACCENTS)


def _catalogue() -> Catalog:
    long = Catalog(locale=PSEUDO, domain=texts.DOMAIN)
    for message in gathered():
        if not message.id:
            continue
        if isinstance(message.id, tuple):
            one, many = (stretched(form) for form in message.id)
            long.add(message.id, (one, *[many] * (long.num_plurals - 1)))
        else:
            long.add(message.id, stretched(str(message.id)))
    return long


@cache
def pseudo() -> str:
    """Its code; from here on the screens speak it as if it had been translated."""
    with TemporaryDirectory() as folder:
        home = Path(folder) / PSEUDO / "LC_MESSAGES"
        home.mkdir(parents=True)
        with (home / f"{texts.DOMAIN}.mo").open("wb") as file:
            write_mo(file, _catalogue())
        shipped = texts.LOCALES
        vars(texts)["LOCALES"] = Path(folder)  # for this one reading
        try:
            texts._translations(PSEUDO)  # kept from here on
        finally:
            vars(texts)["LOCALES"] = shipped
    return PSEUDO
