"""Sentences in a template: escaped, with markup only where we put it ourselves."""

import re

from markupsafe import Markup, escape

from appliance.web.texts import Texts


class Marked:
    """The sentence, escaped, with its values escaped unless they are markup already."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __call__(self, message: str, /, **values: object) -> Markup:
        text = escape(self._texts.gettext(message))
        return text.format(**values) if values else text


class MarkedPlural:
    """The plural, escaped, its number in bold when asked."""

    def __init__(self, texts: Texts) -> None:
        self._texts = texts

    def __call__(self, one: str, many: str, n: int, /, *, bold: bool = False) -> Markup:
        text = str(escape(self._texts.ngettext(one, many, n)))
        if bold:
            text = re.sub(r"\d+", r"<b>\g<0></b>", text, count=1)
        return Markup(text)  # noqa: S704  escaped two lines above
