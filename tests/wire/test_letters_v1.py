"""Letters, receipts and introductions of version 1, as the first version sealed them.

A box that was off for years, and a stick in a drawer, still hold such bytes.
"""

import json
from pathlib import Path

import pytest

from appliance.core.federation import hello, receipt, report
from appliance.core.federation.dsse import opened, seal
from tests.core.federation.letters import KEY, PUBLIC, verify

GOLDEN = Path(__file__).parent / "letters-v1"
PAGE = Path(__file__).parents[2] / "docs" / "federation.md"
KEYIDS = {"month": "a" * 26, "week": "a" * 26, "receipt": "coordinator", "hello": "a" * 26}


def golden(name: str) -> bytes:
    return (GOLDEN / f"{name}.json").read_bytes()


@pytest.mark.parametrize("name", ["month", "week"])
def test_a_golden_letter_is_understood_and_written_the_same(name: str) -> None:
    envelope = opened(golden(name))
    assert envelope.payload_type == report.TYPE
    assert envelope.sealed_by(PUBLIC, verify)
    assert report.dump(report.load(envelope.payload)) == envelope.payload


def test_a_golden_receipt_is_understood_and_written_the_same() -> None:
    envelope = opened(golden("receipt"))
    assert envelope.payload_type == receipt.TYPE
    assert envelope.sealed_by(PUBLIC, verify)
    assert receipt.dump(receipt.load(envelope.payload)) == envelope.payload


def test_a_golden_introduction_is_understood_and_written_the_same() -> None:
    found = hello.load(golden("hello"), verify)
    assert found == hello.Hello(key=PUBLIC, name="Digicafé ’t Park")
    assert hello.dump(found) == opened(golden("hello")).payload


@pytest.mark.parametrize("name", sorted(KEYIDS))
def test_the_same_payload_and_key_give_the_same_envelope(name: str) -> None:
    envelope = opened(golden(name))
    again = seal(envelope.payload_type, envelope.payload, keyid=KEYIDS[name], sign=KEY.sign)
    assert again == golden(name)


@pytest.mark.parametrize("name", sorted(KEYIDS))
def test_the_document_shows_the_golden_payload(name: str) -> None:
    shown = json.dumps(json.loads(opened(golden(name)).payload), indent=2, ensure_ascii=False)
    assert shown in PAGE.read_text(encoding="utf-8")
