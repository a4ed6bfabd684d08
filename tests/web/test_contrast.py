"""Every pair of colours that meet on a screen, in every theme: can it be read?"""

import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from appliance.simulation import panel_page
from appliance.web import pages

BASE = (Path(pages.__file__).parent / "static" / "css" / "base.css").read_text("utf-8")
PANEL = (Path(panel_page.__file__).parent / "panel_page.html").read_text("utf-8")
THEMES = ("light", "dark", "light contrast", "dark contrast")
TEXT, EDGE = 7, 3
"""What we ask of text, more than the 4.5 of WCAG AA, and of the edge of a control."""
READ = [
    "ink bg",
    "ink card",
    "mute bg",
    "mute card",
    "num plate",
    "inv pt",
    "inv go",
    "inv stop",
    "stop bg",
    "stop card",
    "on deep",
    "go card",
    "ink soft",
    "deep on",
]
"""Text before its ground."""
SEEN = ["line bg", "line card", "go bg", "pt bg", "pt card", "plate deep", "plate num", "edge bg"]
"""Edges, discs and dots before what lies behind them."""
MADE_OF_TEXT = {"lip", "r"}
"""A shade over a button and a length: no colours of their own."""


def themes(css: str) -> Mapping[str, Mapping[str, str]]:
    """The tokens of every theme, as the cascade leaves them."""
    root = r":root{([^}]*)}"
    light = _tokens(re.search(root, css))
    dark = _tokens(re.search(r"prefers-color-scheme:dark\){" + root, css))
    more = _tokens(re.search(r"prefers-contrast:more\){" + root, css))
    bare = {
        "light": light,
        "dark": {**light, **dark},
        "light contrast": {**light, **more},
        "dark contrast": {**light, **dark, **more},
    }
    return {name: {key: _told(key, found) for key in found} for name, found in bare.items()}


def _tokens(found: "re.Match[str] | None") -> dict[str, str]:
    assert found
    return dict(re.findall(r"--([\w-]+):([^;]+)", found[1]))


def _told(name: str, tokens: Mapping[str, str]) -> str:
    value = tokens[name]
    meant = re.fullmatch(r"var\(--([\w-]+)\)", value)
    return _told(meant[1], tokens) if meant else value


def ratio(one: str, other: str) -> float:
    """How far apart two colours are, as WCAG counts."""
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    figures = colour[1:] if len(colour) > 4 else "".join(c * 2 for c in colour[1:])
    parts = (int(figures[n : n + 2], 16) / 255 for n in (0, 2, 4))
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", READ)
def test_every_pair_of_colours_can_be_read(pair: str, theme: str) -> None:
    tokens = themes(BASE)[theme]
    ink, ground = pair.split()
    assert ratio(tokens[ink], tokens[ground]) >= TEXT


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("pair", SEEN)
def test_every_edge_can_be_seen(pair: str, theme: str) -> None:
    tokens = themes(BASE)[theme]
    edge, ground = (tokens[name] for name in pair.split())
    if edge == "transparent":
        assert "contrast" not in theme, "an outline is drawn where more contrast is asked for"
    else:
        assert ratio(edge, ground) >= EDGE


@pytest.mark.parametrize("theme", THEMES)
@pytest.mark.parametrize("ground", ["bg", "card", "deep", "go", "stop", "plate"])
def test_one_of_the_two_rings_of_the_focus_is_seen_everywhere(ground: str, theme: str) -> None:
    tokens = themes(BASE)[theme]
    assert max(ratio(tokens[ring], tokens[ground]) for ring in ("plate", "num")) >= EDGE


def test_every_colour_stands_in_a_pair() -> None:
    paired = {name for pair in (*READ, *SEEN) for name in pair.split()}
    assert set(themes(BASE)["light"]) - MADE_OF_TEXT == paired


@pytest.mark.parametrize("theme", THEMES)
def test_the_simulated_panel_has_the_same_colours(theme: str) -> None:
    screens, panel = themes(BASE)[theme], themes(PANEL)[theme]
    shared = screens.keys() & panel.keys()
    assert len(shared) >= 14
    assert {name: panel[name] for name in shared} == {name: screens[name] for name in shared}


def test_the_ratio_is_that_of_wcag() -> None:
    assert ratio("#000", "#ffffff") == pytest.approx(21)
    assert ratio("#767676", "#fff") == pytest.approx(4.54, abs=0.01)
