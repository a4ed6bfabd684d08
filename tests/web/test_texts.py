"""The words are all there, in every language."""

import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from appliance.web.texts import NAMES, Texts, negotiate
from tests import messages

BRUSSELS = ZoneInfo("Europe/Brussels")
MOMENT = datetime(2026, 11, 24, 8, 2, tzinfo=UTC)
OFFERED = ("nl", "fr", "en", "ar")
PLACEHOLDER = re.compile(r"\{(\w*)\}")


def texts(lang: str) -> Texts:
    return Texts(lang, zone=BRUSSELS)


@pytest.mark.parametrize(
    ("header", "asked", "lang"),
    [
        (None, None, "nl"),
        ("fr-BE,fr;q=0.9,en;q=0.8", None, "fr"),
        ("de,en;q=0.8,nl;q=0.9", None, "nl"),
        ("ar", "en", "en"),
        ("ar", "xx", "ar"),
        ("tr;q=1, fr;q=0", None, "nl"),
        ("fr;q=often", None, "nl"),
        (";;;,,,=", None, "nl"),
        ("AR-sy", None, "ar"),
    ],
)
def test_the_visitors_language_is_found(header: str | None, asked: str | None, lang: str) -> None:
    assert negotiate(header, asked, OFFERED) == lang


def test_a_place_without_dutch_first_falls_back_to_its_own_first_language() -> None:
    assert negotiate("de", None, ("fr", "nl")) == "fr"


@pytest.mark.parametrize(
    ("lang", "date", "time", "direction"),
    [
        ("nl", "dinsdag 24 november", "9.02", "ltr"),
        ("fr", "mardi 24 novembre", "9 h 02", "ltr"),
        ("en", "Tuesday 24 November", "9:02", "ltr"),
        ("ar", "الثلاثاء 24 نوفمبر", "9:02", "rtl"),
    ],
)
def test_dates_and_times_are_local(lang: str, date: str, time: str, direction: str) -> None:
    told = texts(lang)
    assert (told.date(MOMENT), told.time(MOMENT), told.direction) == (date, time, direction)
    assert told.weekday(2) == told.weekday_of(MOMENT) == date.split(maxsplit=1)[0]
    assert (told.day(MOMENT), told.month(MOMENT)) == tuple(date.split()[1:])


def test_arabic_has_its_six_plurals() -> None:
    told = texts("ar")
    forms = [
        told.ngettext("{n} minuut", "{n} minuten", n).replace(str(n), "N")
        for n in (0, 1, 2, 3, 11, 100)
    ]
    assert list(told.forms("{n} minuut", "{n} minuten")) == [
        form.replace("N", "{n}") for form in forms
    ]


@pytest.mark.parametrize("lang", NAMES)
@pytest.mark.parametrize("n", [0, 1, 2, 7, 15, 99, 100, 101, 103, 199, 202, 311, 1000])
def test_a_script_picks_the_same_form_as_we_do(lang: str, n: int) -> None:
    told = texts(lang)
    index = told.form_index[n if n < 200 else 100 + n % 100]
    form = told.forms("{n} helper", "{n} helpers")[index]
    assert form.format(n=n) == told.ngettext("{n} helper", "{n} helpers", n)


# ------------------------------------------------------------------ the catalogues

CATALOGUES = {lang: messages.read(lang) for lang in messages.TRANSLATED}


@pytest.mark.parametrize("lang", messages.TRANSLATED)
def test_every_sentence_is_translated(lang: str) -> None:
    found = {message.id for message in CATALOGUES[lang] if message.id}
    wanted = {message.id for message in messages.gathered() if message.id}
    assert found == wanted, "run `make messages`"
    for message in CATALOGUES[lang]:
        if message.id:
            assert messages.complete(message.string), message.id
            assert not message.fuzzy, message.id


@pytest.mark.parametrize("lang", messages.TRANSLATED)
def test_what_is_compiled_is_what_is_written(lang: str) -> None:
    assert messages.path(lang, "mo").read_bytes() == messages.compiled(CATALOGUES[lang])
    assert messages.path(lang, "po").read_bytes() == messages.written(CATALOGUES[lang])


@pytest.mark.parametrize("lang", messages.TRANSLATED)
def test_a_translation_keeps_its_gaps(lang: str) -> None:
    for message in CATALOGUES[lang]:
        source, translation = every_form(message.id), every_form(message.string)
        wanted = set(PLACEHOLDER.findall(source[-1]))
        for form in translation:
            gaps = set(PLACEHOLDER.findall(form))
            assert gaps == wanted or (len(source) > 1 and gaps <= wanted), message.id


@pytest.mark.parametrize("lang", messages.TRANSLATED)
def test_a_catalogue_names_nobody(lang: str) -> None:
    header = messages.path(lang, "po").read_text("utf-8").split("\n\n")[0]
    assert "@" not in header
    assert "Date" not in header


def every_form(text: object) -> list[str]:
    return list(text) if isinstance(text, tuple | list) else [str(text)]
