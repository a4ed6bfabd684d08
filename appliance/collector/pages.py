"""The collector's pages: markup and style as one response."""

from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from appliance.web import html

HERE: Final = Path(__file__).parent
_BELGIAN: Final = str.maketrans(",.", ".,")
_LEAST: Final = 0.005
_BASE: Final = Path(html.__file__).parent / "static" / "css" / "base.css"


class Pages:
    """Renders a template with the name of this collector on top."""

    def __init__(self, name: str) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._environment.globals.update(site=name, css=_css())
        self._environment.filters.update(figure=figure, share=share, euro=euro)

    def render(self, template: str, **values: Any) -> str:  # noqa: ANN401  whatever it shows
        return self._environment.get_template(template).render(**{"signed": None, **values})


def figure(n: float | None) -> str:
    """1.252; a dash when nobody told of it."""
    return "–" if n is None else f"{n:,.0f}".replace(",", ".")


def share(part: float | None) -> str:
    if part is not None and 0 < part < _LEAST:
        return "< 1 %"
    return "–" if part is None else f"{part:.0%}".replace("%", " %")


def euro(cents: float | None) -> str:
    if cents is None:
        return "–"
    return f"€ {cents / 100:,.2f}".translate(_BELGIAN)


@cache
def _css() -> Markup:
    own = (HERE / "static" / "collector.css").read_text(encoding="utf-8")
    return Markup(_BASE.read_text(encoding="utf-8") + own)  # noqa: S704  our own files
