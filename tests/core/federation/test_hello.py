"""How a box introduces itself, and the words people compare."""

import base64
import json

import pytest

from appliance.core.errors import DigipuntError
from appliance.core.federation.dsse import seal
from appliance.core.federation.hello import TYPE, Hello, box_of, dump, load
from appliance.core.federation.words import COUNT, WORDS, spoken
from tests.core.federation.letters import KEY, PUBLIC, verify

ME = Hello(key=PUBLIC, name="Digicafé ’t Park")


def sealed(payload: bytes, kind: str = TYPE) -> bytes:
    return seal(kind, payload, keyid="x", sign=KEY.sign)


def test_an_introduction_is_read_back() -> None:
    found = load(sealed(dump(ME)), verify)
    assert found == ME
    assert found.box == box_of(PUBLIC)
    assert len(found.box) == 26


def document(**changed: object) -> bytes:
    return json.dumps({**json.loads(dump(ME)), **changed}).encode()


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        sealed(dump(ME), kind="application/json"),
        sealed(document(schema="digipunt.hello/2")),
        sealed(document(key="x")),
        sealed(document(key=base64.b64encode(b"k" * 31).decode())),
        sealed(document(key=base64.b64encode(b"k" * 32).decode())),
        sealed(document(name="")),
        sealed(document(name=" ")),
        sealed(document(name=None)),
        sealed(document(name="a" * 81)),
        sealed(document(name="a\u0000b")),
    ],
)
def test_what_is_no_introduction_is_refused(raw: bytes) -> None:
    with pytest.raises(DigipuntError):
        load(raw, verify)


def test_a_key_has_eight_words_and_another_key_other_ones() -> None:
    assert len(WORDS) == len(set(WORDS)) == 256
    assert all(word.isascii() and word.islower() and len(word) <= 10 for word in WORDS)
    assert len(spoken(PUBLIC)) == COUNT
    assert spoken(PUBLIC) == spoken(bytes(PUBLIC))
    assert len({spoken(bytes([n]) * 32) for n in range(256)}) == 256
