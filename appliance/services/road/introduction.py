"""A box introduces itself at an address; what answers may be a coordinator, or a login page."""

import json
from base64 import b64decode
from dataclasses import dataclass
from typing import Final

from appliance.core.errors import Unavailable
from appliance.core.federation import hello as hellos
from appliance.core.federation.dsse import seal
from appliance.core.federation.hello import Hello
from appliance.core.federation.reading import KEY_LENGTH
from appliance.ports import Keyring, Mail

BOXES: Final = "/api/v1/boxes"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came back; nothing in it is believed yet."""

    root: bytes
    """The key that whoever answers says is theirs."""
    code: str
    """What is wrong with the code that was proved."""
    proof: bytes
    """That whoever answers knows it too."""
    welcome: bytes
    """How the box stands, in its envelope."""


async def introduce(mail: Mail, keys: Keyring, hello: Hello) -> Answer:
    """Say who we are; Unavailable when nobody answers, or what answers is no coordinator."""
    payload = hellos.dump(hello)
    sealed = seal(hellos.TYPE, payload, keyid=keys.box, sign=keys.sign_first)
    raw = await mail.post(BOXES, sealed, content_type="application/json")
    try:
        found = json.loads(raw)
        answer = Answer(
            root=b64decode(found["root"]),
            code=str(found.get("code", "")),
            proof=b64decode(found.get("proof", "")),
            welcome=json.dumps(found["welcome"]).encode(),
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Unavailable(f"this is no coordinator's answer: {error}") from error
    if len(answer.root) != KEY_LENGTH:
        raise Unavailable("this is no coordinator's answer: its key is none")
    return answer
