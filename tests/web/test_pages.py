"""Every page in every language: small, whole, and free of what a strict policy forbids."""

import gzip
import re
from dataclasses import replace
from html.parser import HTMLParser
from pathlib import Path

import pytest

from appliance.core.catalogue import SERVICES, TOPICS
from appliance.core.language_rule import LanguageRule
from appliance.core.view import QueueView
from appliance.web import pages
from appliance.web.pages import Pages, Place
from appliance.web.texts import NAMES, Texts
from tests.web.examples import BUSY, CLOSED, LONG, OPENING, PLACE, TICKETS, ZONE, every_page

STATIC = Path(pages.__file__).parent / "static"
RENDERED = {(lang, name): page for lang in NAMES for name, page in every_page(lang).items()}
IDS = [f"{lang}-{name}" for lang, name in RENDERED]
VOID = {"meta", "link", "br", "input", "img", "hr", "path", "circle", "rect", "use"}
LIMITS = {"tablet": 60_000, "bord": 14_000}
PAGE_LIMIT = 14_000
CSS_LIMIT = 5_000
TABLET_SCRIPT = 34_000
NOT_ES2015 = re.compile(
    r"\?\.[a-zA-Z_(\[]|\?\?|\*\*|\basync\b|\bawait\b|Object\.(entries|values|fromEntries)|"
    r"\.includes\(|\.padStart|\.flat\(|\.flatMap|\.finally|\.at\(|\{\s*\.\.\.|catch\s*\{|\.matchAll|"
    r"replaceAll|structuredClone|AbortController"
)


class Checked(HTMLParser):
    """Notes every tag that does not close, every id, every attribute."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.for_ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            self.attributes.append((tag, name, value or ""))
            if name == "id":
                self.ids.append(value or "")
            if name in {"for", "aria-labelledby", "aria-describedby", "form"}:
                self.for_ids.append(value or "")
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.open.pop()

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID:
            return
        assert self.open, f"</{tag}> closes nothing"
        assert self.open[-1] == tag, f"</{tag}> inside <{self.open[-1]}>"
        self.open.pop()


def checked(page: str) -> Checked:
    parser = Checked()
    parser.feed(page)
    parser.close()
    return parser


every = pytest.mark.parametrize(("lang", "name"), RENDERED, ids=IDS)


@every
def test_the_markup_is_sound(lang: str, name: str) -> None:
    page = RENDERED[lang, name]
    parser = checked(page)
    assert not parser.open
    assert len(parser.ids) == len(set(parser.ids))
    assert set(parser.for_ids) <= {*parser.ids}
    direction = "rtl" if lang == "ar" else "ltr"
    assert page.startswith(f'<!DOCTYPE html>\n<html lang="{lang}" dir="{direction}"')
    assert len(re.findall(r"<main(?![^>]* hidden)", page)) == 1
    assert "{{" not in page
    assert "{number}" not in page.split('id="start"')[0]


@every
def test_nothing_is_fetched_from_elsewhere(lang: str, name: str) -> None:
    parser = checked(RENDERED[lang, name])
    for tag, attribute, value in parser.attributes:
        assert not attribute.startswith("on"), (tag, attribute)
        assert attribute != "style", tag
        assert attribute != "src", tag
        assert attribute != "target", tag
        if attribute in {"href", "action"}:
            assert re.match(r"(#|/|tel:|data:image/svg)", value), value
    assert "@import" not in RENDERED[lang, name]
    assert "url(" not in RENDERED[lang, name]


@every
def test_style_and_script_carry_the_nonce(lang: str, name: str) -> None:
    page = RENDERED[lang, name]
    for opening in re.findall(r"<(?:style|script)[^>]*>", page):
        assert 'nonce="n0nce"' in opening or "application/json" in opening


@every
def test_the_page_is_small(lang: str, name: str) -> None:
    size = len(gzip.compress(RENDERED[lang, name].encode()))
    assert size <= LIMITS.get(name.partition("-")[0], PAGE_LIMIT)


@every
def test_no_page_names_the_product(lang: str, name: str) -> None:
    assert "digipunt" not in RENDERED[lang, name].lower()


@every
def test_every_pictogram_is_there(lang: str, name: str) -> None:
    page = RENDERED[lang, name]
    for used in re.findall(r'href="#(i-[a-z-]+)"', page):
        assert f'<symbol id="{used}"' in page


@every
def test_the_style_is_small(lang: str, name: str) -> None:
    style = "".join(re.findall(r"<style[^>]*>(.*?)</style>", RENDERED[lang, name], re.DOTALL))
    assert len(gzip.compress(style.encode())) <= CSS_LIMIT


@pytest.mark.parametrize(
    "sheet", sorted((STATIC / "css").glob("*.css")), ids=lambda path: path.name
)
def test_the_style_suits_old_phones(sheet: Path) -> None:
    text = sheet.read_text("utf-8")
    assert ":has(" not in text
    assert not re.search(r"[;{]\s*gap:", text)
    assert not re.search(r"&[ .:]", text)
    assert not re.search(r"(margin|padding|border)-(left|right)", text)
    assert not re.search(r"[;{](left|right):", text)


@pytest.mark.parametrize(
    "script", sorted((STATIC / "js").rglob("*.js")), ids=lambda path: path.name
)
def test_scripts_are_of_2015(script: Path) -> None:
    text = re.sub(r"//.*", "", script.read_text("utf-8"))
    assert not NOT_ES2015.search(text), NOT_ES2015.search(text)
    assert "console." not in text
    assert "localStorage" not in text
    assert "alert(" not in text
    assert "http:" not in text


def test_the_tablets_script_is_small() -> None:
    page = RENDERED["nl", "tablet"]
    script = re.findall(r"<script nonce[^>]*>(.*?)</script>", page, re.DOTALL)
    assert len(script) == 1
    assert len(script[0]) <= TABLET_SCRIPT


def test_every_service_and_discreet_topic_has_a_pictogram() -> None:
    drawn = set(pages._symbols())
    assert {str(service.code) for service in SERVICES} <= drawn
    assert {topic.code for topic in TOPICS if topic.discreet} <= drawn


# ------------------------------------------------------------------ what stands on them


def board(queue: QueueView, lang: str = "nl") -> str:
    page = Pages(PLACE).board(lang, queue=queue, next_opening=OPENING, nonce="n")
    return re.sub(r"<(style|script).*?</\1>", "", page, flags=re.DOTALL)


@pytest.mark.parametrize("queue", [BUSY, LONG, CLOSED])
def test_the_wall_shows_no_service_topic_or_language(queue: QueueView) -> None:
    page = board(queue)
    for service in SERVICES:
        if service.ticket:
            assert service.name not in page
            assert service.short not in page
            assert f"#i-{service.code}" not in page


def test_the_wall_shows_the_last_call_first() -> None:
    page = board(BUSY)
    assert page.index(">A7<") < page.index(">A6<") < page.index(">A5<")
    assert "4</b> mensen wachten" in page


def test_a_closed_wall_says_when_to_come_back() -> None:
    page = board(CLOSED)
    assert "dinsdag" in page
    assert "9.00" in page
    assert "donderdag" in page


def test_the_welcome_is_a_form_that_needs_no_script() -> None:
    page = RENDERED["nl", "welkom"]
    assert '<form action="/tickets" method="post"' in page
    assert page.count('type="radio"') == 5
    assert page.count(" checked") == 1
    assert '<input type="hidden" name="lang" value="nl">' in page
    assert "Gratis wifi" not in page


def test_a_tile_without_a_page_is_not_shown_and_one_with_a_page_is() -> None:
    place = Place(name="Punt", zone=ZONE, services=("help",), links=(("wifi", "/wifi"),))
    page = Pages(place).welcome("nl", queue=BUSY, next_opening=None, nonce="n")
    assert '<a class="sign out" href="/wifi?lang=nl">' in page
    assert "tel:" not in page


def test_a_phone_with_a_number_is_led_to_it() -> None:
    page = RENDERED["nl", "welkom-nummer"]
    assert 'href="/t/1-abc"' in page
    assert "<form" not in page


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("wacht", "2 mensen voor u"),
        ("eerst", "U bent de volgende"),
        ("houden", "in wacht"),
        ("gemist", "Wij riepen u al eens."),
        ("beurt", "Ga naar tafel 2"),
        ("bezig", "U wordt geholpen"),
        ("klaar", "Tot de volgende keer!"),
        ("weg", "u was er niet"),
        ("stop", "U wacht niet meer"),
        ("elders", "andere plek"),
    ],
)
def test_each_state_has_its_screen(name: str, words: str) -> None:
    page = RENDERED["nl", f"nummer-{name}"]
    assert words in page
    assert TICKETS[name].number in page


def test_leaving_asks_once_more_without_script() -> None:
    page = RENDERED["nl", "nummer-wacht"]
    assert "<details" in page
    assert '<form method="post" action="/t/1-abc/cancel">' in page
    assert "/cancel" not in RENDERED["nl", "nummer-klaar"]


@pytest.mark.parametrize("lang", ["fr", "en", "ar"])
def test_a_translation_is_labelled_where_the_law_asks(lang: str) -> None:
    quiet = Place(name="Punt", zone=ZONE, services=("help",), language_rule=LanguageRule.VRIJ)
    label = Texts(lang, zone=ZONE).gettext("Vertaald uit het Nederlands")
    assert label in RENDERED[lang, "welkom"]
    assert label not in RENDERED["nl", "welkom"]
    unlabelled = Pages(quiet).welcome(lang, queue=BUSY, next_opening=None, nonce="n")
    assert label not in unlabelled


@pytest.mark.parametrize("lang", NAMES)
@pytest.mark.parametrize(
    "name",
    ["welkom-dicht", "welkom-nooit", "welkom-laatste", "welkom-papier", "onbekend", "voorbij",
     "probleem"],
)  # fmt: skip
def test_no_door_is_a_wrong_door(lang: str, name: str) -> None:
    """Closed, full, on paper, unknown: a free number, and without one somebody to ask."""
    assert 'href="tel:1777"' in RENDERED[lang, name]
    nobody_to_call = Pages(replace(PLACE, info_number=None))
    page = every_page(lang, pages=nobody_to_call)[name]
    assert "tel:" not in page
    asked = Texts(lang, zone=ZONE).gettext("een helper")
    when_again = name in {"welkom-dicht", "welkom-laatste", "voorbij"}
    assert asked in page or (when_again and "24" in page)


def parts(page: str) -> list[str]:
    """What a page is made of: tags that hold or lead to something, the label aside."""
    body = re.sub(r'<p class="mute" id="translated">.*?</p>', "", page)
    body = re.sub(r"<(style|script).*?</\1>|<svg.*?</svg>", "", body, flags=re.DOTALL)
    return re.findall(r"<(h1|h2|p|li|a|button|input|form|table|tr|caption)\b", body)


@pytest.mark.parametrize("lang", ["fr", "en", "ar"])
def test_a_translated_page_holds_no_more_than_the_dutch_one(lang: str) -> None:
    for (other, name), page in RENDERED.items():
        if other == lang:
            assert parts(page) == parts(RENDERED["nl", name]), name


@pytest.mark.parametrize(
    ("rule", "labelled"),
    [
        (LanguageRule.NL, {"fr", "en", "ar"}),
        (LanguageRule.BRUSSEL, {"en", "ar"}),
        (LanguageRule.FACILITEITEN, {"en", "ar"}),
        (LanguageRule.VRIJ, set[str]()),
    ],
)
def test_every_page_for_visitors_follows_the_rule(rule: LanguageRule, labelled: set[str]) -> None:
    here = Pages(replace(PLACE, language_rule=rule))
    found = set()
    for lang in NAMES:
        told = every_page(lang, pages=here)
        marks = {
            name: 'id="translated"' in page
            for name, page in told.items()
            if not name.startswith(("bord", "tablet", "pin", "toestellen", "eerste-dag"))
        }
        assert len(set(marks.values())) == 1, marks
        if all(marks.values()):
            found.add(lang)
        both = Texts(lang, zone=ZONE).gettext("Vertaald uit het Nederlands en het Frans")
        assert (both in told["welkom"]) is (lang in labelled and len(rule.official) == 2)
    assert found == labelled


@pytest.mark.parametrize("queue", [BUSY, LONG, CLOSED])
@pytest.mark.parametrize("rule", [LanguageRule.BRUSSEL, LanguageRule.FACILITEITEN])
def test_the_wall_says_everything_in_both_languages(queue: QueueView, rule: LanguageRule) -> None:
    page = Pages(replace(PLACE, language_rule=rule)).board(
        "en", queue=queue, next_opening=OPENING, nonce="n"
    )
    assert page.startswith('<!DOCTYPE html>\n<html lang="nl"')
    assert page.count('<span class="tongue" lang="nl">') == page.count(
        '<span class="tongue" lang="fr">'
    )
    first = "Nu gesloten. Welkom op:" if queue is CLOSED else "Nu aan de beurt"
    french = Texts("fr", zone=ZONE).gettext(first)
    assert page.index(first) < page.index(french)
    assert not checked(page).open


def test_a_name_cannot_break_the_page() -> None:
    place = Place(name='<b>"Punt" & co</b>', zone=ZONE, services=("help",), helper_word="<i>")
    for name, page in every_page("nl", pages=Pages(place)).items():
        assert "<b>&#34;Punt" not in page, name
        assert not checked(page).open
        assert "<i>" not in page
        assert "</b>\\u0022" not in page


@pytest.mark.parametrize("lang", NAMES)
def test_when_nothing_can_be_kept_every_page_speaks_of_paper(lang: str) -> None:
    paper = Texts(lang, zone=ZONE).gettext("Neem een papieren nummer")
    assert paper in RENDERED[lang, "welkom-papier"]
    assert paper in RENDERED[lang, "bord-papier"]
    assert 'action="/tickets"' not in RENDERED[lang, "welkom-papier"]
    assert 'role="alert"' in RENDERED[lang, "nummer-papier"]


# ------------------------------------------------------------------ what is not on them

BODY = re.compile(
    r"touch(start|move|end)|drag|mouse(down|move|over|enter)|device(motion|orientation)|"
    r"getUserMedia|pointer(move|over|enter)"
)


@pytest.mark.parametrize(
    "file",
    sorted(path for kind in ("*.js", "*.css") for path in STATIC.rglob(kind)),
    ids=lambda path: path.name,
)
def test_a_tap_is_all_that_is_ever_asked_for(file: Path) -> None:
    """No gesture, no hovering, no tilting, no way of holding the screen."""
    text = file.read_text("utf-8")
    assert not BODY.search(text)
    assert ":hover" not in text
    assert "orientation" not in text


@every
def test_there_is_no_film_recording_or_frame(lang: str, name: str) -> None:
    assert not re.search(r"<(video|audio|iframe|object|embed|img|canvas)\b", RENDERED[lang, name])


@pytest.mark.parametrize("lang", NAMES)
@pytest.mark.parametrize(
    "name", ["onbekend", "probleem", "nummer-weg", "nummer-elders", "nummer-houden", "nummer-beurt"]
)
def test_where_something_is_amiss_a_person_is_named_who_helps(lang: str, name: str) -> None:
    assert Texts(lang, zone=ZONE).gettext("een helper") in RENDERED[lang, name]
