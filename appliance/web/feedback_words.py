"""The three questions at the end of a visit, and what the three faces say."""

from collections.abc import Mapping

from appliance.core.feedback import QUESTIONS
from appliance.web.texts import Texts


def questions(texts: Texts) -> Mapping[str, str]:
    """Each question by its code, in the order in which they are asked."""
    _ = texts.gettext
    words = {
        "ease": _("Ging het makkelijk?"),
        "friendly": _("Was het vriendelijk?"),
        "confidence": _("Durft u het nu zelf?"),
    }
    return {code: words[code] for code in QUESTIONS}


def faces(texts: Texts) -> tuple[str, str, str]:
    """What each face says: bad, so-so, good."""
    _ = texts.gettext
    return (_("Neen"), _("Een beetje"), _("Ja"))


def turned(texts: Texts) -> Mapping[str, object]:
    """All that a tablet needs when it is turned to a visitor."""
    _ = texts.gettext
    return {
        "dir": texts.direction,
        "ask": list(questions(texts).values()),
        "faces": list(faces(texts)),
        "step": _("Vraag {n} van {all}"),
        "skip": _("Ik antwoord niet"),
        "thanks": _("Bedankt!"),
        "nameless": _("Niemand weet dat u dit zei."),
    }
