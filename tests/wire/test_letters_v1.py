"""Letters, receipts and introductions of version 1, as the first version sealed them.

A box that was off for years, and a stick in a drawer, still hold such bytes.
"""

import json
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from appliance.core.federation import hello, news, receipt, report, roster, rotation, welcome
from appliance.core.federation.dsse import opened, seal
from appliance.core.federation.papers import Kind, sealed_paper
from tests.core.federation.letters import KEY, PUBLIC, verify

GOLDEN = Path(__file__).parent / "letters-v1"
PAGE = Path(__file__).parents[2] / "docs" / "federation.md"
KEYIDS = {
    **dict.fromkeys(["month", "week", "hello", "restored"], "a" * 26),
    **dict.fromkeys(["receipt", "welcome", "roster", "news"], "coordinator"),
}
BOTH = ("key", "root")
"""Sealed by two keys."""
NEXT = Ed25519PrivateKey.from_private_bytes(bytes(range(1, 33)))


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


def test_a_golden_introduction_of_a_restored_box_is_understood_and_written_the_same() -> None:
    found = hello.load(golden("restored"), verify)
    assert found.follows == hello.Follows(box="b" * 26, chain="0123456789abcdef", received=8)
    assert hello.dump(found) == opened(golden("restored")).payload


def test_a_golden_welcome_is_understood_and_written_the_same() -> None:
    envelope = opened(golden("welcome"))
    assert envelope.payload_type == welcome.TYPE
    found = welcome.load(envelope.payload)
    assert found.told == (("park", "2026-11"), ("park", "2026-W48"))
    assert welcome.dump(found) == envelope.payload


def test_golden_papers_are_understood_and_written_the_same() -> None:
    raw = sealed_paper(golden("roster"), Kind.ROSTER, key=PUBLIC, verify=verify).payload
    assert roster.dump(roster.load(raw)) == raw
    raw = sealed_paper(golden("news"), Kind.NEWS, key=PUBLIC, verify=verify).payload
    assert news.dump(news.load(raw)) == raw


def test_golden_changes_of_keys_are_understood_and_written_the_same() -> None:
    change = rotation.load_box(golden("key"), verify)
    assert (change.n, change.seq, change.old) == (1, 8, PUBLIC)
    assert rotation.seal_box(change, old=KEY.sign, new=NEXT.sign) == golden("key")
    root = rotation.load_root(golden("root"), verify)
    assert rotation.seal_root(root, old=KEY.sign, new=NEXT.sign) == golden("root")
    assert rotation.followed(PUBLIC, [b"x", golden("key"), golden("root")], verify) == root.new


@pytest.mark.parametrize("name", [*sorted(KEYIDS), *BOTH])
def test_a_flipped_byte_in_a_payload_breaks_the_seal(name: str) -> None:
    found = json.loads(golden(name))
    text = found["payload"]
    found["payload"] = text[:60] + ("A" if text[60] != "A" else "B") + text[61:]
    envelope = opened(json.dumps(found).encode())
    assert not envelope.sealed_by(PUBLIC, verify)


@pytest.mark.parametrize("name", sorted(KEYIDS))
def test_the_same_payload_and_key_give_the_same_envelope(name: str) -> None:
    envelope = opened(golden(name))
    again = seal(envelope.payload_type, envelope.payload, keyid=KEYIDS[name], sign=KEY.sign)
    assert again == golden(name)


@pytest.mark.parametrize("name", [*sorted(KEYIDS), *BOTH])
def test_the_document_shows_the_golden_payload(name: str) -> None:
    shown = json.dumps(json.loads(opened(golden(name)).payload), indent=2, ensure_ascii=False)
    assert shown in PAGE.read_text(encoding="utf-8")
