"""Sealed once, read by anybody, changed by nobody."""

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.federation import dsse
from appliance.core.federation.dsse import BadEnvelope, opened, pae, seal
from tests.core.federation.letters import KEY, PUBLIC, verify

TYPE = "application/vnd.digipunt.report.v1+json"
SEALED = seal(TYPE, b'{"n":1}', keyid="box", sign=KEY.sign)


def test_what_is_signed_is_what_the_standard_says() -> None:
    """The example of DSSE's own protocol page."""
    assert pae("http://example.com/HelloWorld", b"hello world") == (
        b"DSSEv1 29 http://example.com/HelloWorld 11 hello world"
    )
    assert pae("é", b"") == b"DSSEv1 2 \xc3\xa9 0 "


@given(st.binary(max_size=200))
def test_what_was_sealed_is_opened(payload: bytes) -> None:
    envelope = opened(seal(TYPE, payload, keyid="box", sign=KEY.sign))
    assert (envelope.payload_type, envelope.payload) == (TYPE, payload)
    assert envelope.sealed_by(PUBLIC, verify)


def test_no_flipped_bit_goes_unseen() -> None:
    for place in range(len(SEALED) * 8):
        changed = bytearray(SEALED)
        changed[place // 8] ^= 1 << place % 8
        try:
            envelope = opened(bytes(changed))
        except BadEnvelope:
            continue
        same = (envelope.payload_type, envelope.payload) == (TYPE, b'{"n":1}')
        assert same or not envelope.sealed_by(PUBLIC, verify), place


def test_another_type_needs_another_seal() -> None:
    raw = json.loads(SEALED)
    raw["payloadType"] = "application/vnd.digipunt.receipt.v1+json"
    assert not opened(json.dumps(raw).encode()).sealed_by(PUBLIC, verify)


def test_both_alphabets_of_base64_are_read() -> None:
    payload = b"\xfb\xff\xfe?>"
    raw = json.loads(seal(TYPE, payload, keyid="box", sign=KEY.sign))
    for member in (raw, raw["signatures"][0]):
        name = "payload" if "payload" in member else "sig"
        data = base64.b64decode(member[name])
        member[name] = base64.urlsafe_b64encode(data).decode().rstrip("=")
    envelope = opened(json.dumps(raw).encode())
    assert envelope.payload == payload
    assert envelope.sealed_by(PUBLIC, verify)


def test_one_seal_that_fits_is_enough_and_members_nobody_knows_are_ignored() -> None:
    raw = json.loads(SEALED)
    raw["signatures"].insert(0, {"keyid": "other", "sig": "AAAA", "cert": "x"})
    raw["new"] = True
    assert opened(json.dumps(raw).encode()).sealed_by(PUBLIC, verify)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        SEALED[:-1],
        SEALED + SEALED,
        SEALED.replace(b'"payload":', b'"payload":"AA==","payload":'),
        SEALED.replace(b'"signatures":[', b'"signatures":[1,'),
        b'{"payloadType":"t","payload":"AA=="}',
        b'{"payloadType":"t","payload":"AA==","signatures":[]}',
        b'{"payloadType":"t","payload":"AA==","signatures":[{}]}',
        b'{"payloadType":"t","payload":"AA==","signatures":[{"sig":5}]}',
        b'{"payloadType":"t","payload":"AA==","signatures":[{"sig":"AA==","keyid":5}]}',
        b'{"payloadType":"t","payload":"A!==","signatures":[{"sig":"AA=="}]}',
        b'{"payloadType":5,"payload":"AA==","signatures":[{"sig":"AA=="}]}',
        b'{"payloadType":"t","payload":NaN,"signatures":[{"sig":"AA=="}]}',
        b"[" * 5000,
        b" " * (dsse.LARGEST + 1),
        b"\xff\xfe",
    ],
    ids=range(19),
)
def test_what_is_no_envelope_is_refused_with_a_reason(raw: bytes) -> None:
    with pytest.raises(BadEnvelope) as refusal:
        opened(raw)
    assert str(refusal.value) != "bad-envelope"
