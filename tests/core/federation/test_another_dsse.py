"""Somebody else's DSSE: securesystemslib verifies our letters, and we verify its."""

import copy
import json

import pytest
from securesystemslib.dsse import Envelope as TheirEnvelope
from securesystemslib.exceptions import VerificationError
from securesystemslib.signer import CryptoSigner, SSlibKey

from appliance.adapters.ed25519 import verify
from appliance.core.federation.dsse import opened, seal
from appliance.core.federation.receipt import TYPE as RECEIPT
from appliance.core.federation.report import TYPE, dump, load
from tests.core.federation.letters import KEY, NOVEMBER, PUBLIC

THEIRS = SSlibKey(keyid="box", keytype="ed25519", scheme="ed25519", keyval={"public": PUBLIC.hex()})


def test_their_library_verifies_our_letters() -> None:
    ours = seal(TYPE, dump(NOVEMBER), keyid="box", sign=KEY.sign)
    envelope = TheirEnvelope.from_dict(json.loads(ours))
    assert set(envelope.verify([THEIRS], threshold=1)) == {"box"}
    assert envelope.payload == dump(NOVEMBER)
    assert envelope.payload_type == TYPE


def test_their_library_refuses_our_letter_when_a_byte_or_the_type_is_another() -> None:
    ours = json.loads(seal(TYPE, dump(NOVEMBER), keyid="box", sign=KEY.sign))
    other = json.loads(seal(TYPE, b"{}", keyid="box", sign=KEY.sign))
    for changed in (
        {**ours, "payload": other["payload"]},
        {**ours, "payloadType": RECEIPT},
        {**ours, "signatures": other["signatures"]},
    ):
        with pytest.raises(VerificationError):
            TheirEnvelope.from_dict(copy.deepcopy(changed)).verify([THEIRS], threshold=1)


def test_we_verify_and_read_what_their_library_sealed() -> None:
    theirs = TheirEnvelope(dump(NOVEMBER), TYPE, {})
    theirs.sign(CryptoSigner(KEY, THEIRS))
    envelope = opened(json.dumps(theirs.to_dict()).encode())
    assert envelope.sealed_by(PUBLIC, verify)
    assert load(envelope.payload) == NOVEMBER
    changed = theirs.to_dict()
    changed["payloadType"] = RECEIPT
    assert not opened(json.dumps(changed).encode()).sealed_by(PUBLIC, verify)
