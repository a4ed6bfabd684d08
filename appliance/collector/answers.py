"""What is said of each letter, in Dutch, and what people read on the page of the box."""

from typing import Final

from appliance.core.federation.receipt import Status

REASONS: Final = {
    "accepted": "Aanvaard: de brief telt mee.",
    "duplicate": "Deze brief was er al. Er verandert niets.",
    "parked": "Bewaard: een eerdere brief ontbreekt nog. Zodra die er is, telt deze mee.",
    "rivals": "Bewaard: er wachten twee verschillende brieven met dit nummer. Zodra de brief"
    " ervoor er is, telt die mee die erop volgt.",
    "fork": "Twee verschillende brieven met hetzelfde nummer: de kaart is gekopieerd of"
    " teruggezet. Een coördinator moet dit nakijken.",
    "unknown-box": "Deze kast heeft zich nog niet aangemeld. De brief blijft bij de kast.",
    "not-approved": "Een coördinator moet deze kast nog goedkeuren. De brief blijft bij de kast.",
    "revoked": "Deze kast is ingetrokken. Nieuwe brieven worden niet meer aangenomen.",
    "forked-box": "Van deze kast bestaan er twee. Eerst kijkt een coördinator dat na.",
    "future-period": "De periode is nog niet voorbij. De brief is bewaard, maar telt niet mee.",
    "older-revision": "Over deze periode was er al een brief die even nieuw of nieuwer is."
    " Deze is bewaard, maar telt niet mee.",
    "overlapping": "Van deze plek zijn er dit jaar al cijfers per maand én komen er nu per"
    " kwartaal, of omgekeerd. De brief is bewaard, maar telt niet mee.",
    "unknown-municipality": "Deze NIS-code bestaat niet in die periode. De brief is bewaard,"
    " maar telt niet mee.",
    "small-k": "In deze brief kunnen kleinere aantallen staan dan hier mag. De brief is bewaard,"
    " maar telt niet mee.",
    "bad-envelope": "Dit is geen omslag die gelezen kan worden.",
    "unknown-type": "Deze soort brief is hier niet bekend.",
    "bad-report": "De brief klopt niet: een vak ontbreekt, of een tabel maakt zijn totaal niet.",
    "bad-signature": "De handtekening klopt niet: er is iets veranderd, of een ander schreef dit.",
}
"""Code → sentence; every code that a letter can get stands here."""

KEPT: Final = frozenset(
    {"future-period", "older-revision", "overlapping", "unknown-municipality", "small-k"}
)
"""Letters that keep their place in the chain, so that the box can go on, but do not count."""


def status_of(code: str) -> Status:
    """Which of the contract's answers a code belongs to."""
    if code == "rivals":
        return Status.PARKED
    if code in {"accepted", "duplicate", "parked", "fork"}:
        return Status(code)
    if code in KEPT or code in {"unknown-box", "not-approved", "revoked", "forked-box"}:
        return Status.QUARANTINED
    return Status.REFUSED
