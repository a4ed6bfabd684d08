"""The record's shape, byte by byte, and what a scan makes of broken ones."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from appliance.adapters.journal_record import BLOCK, HEAD, pack, scan


def test_a_record_fills_whole_blocks() -> None:
    assert len(pack(1, b"x")) == BLOCK
    assert len(pack(1, b"x" * (BLOCK - HEAD))) == BLOCK
    assert len(pack(1, b"x" * (BLOCK - HEAD + 1))) == 2 * BLOCK


def test_the_header_is_what_the_document_says() -> None:
    assert pack(0x0102, b"{}")[:26].hex() == (
        "4447504a"  # DGPJ
        "c3d4d698"  # checksum
        "0100"  # format 1
        "0000"
        "02000000"  # two bytes of JSON
        "0201000000000000"  # sequence number
        "7b7d"
    )


def test_a_scan_finds_every_record() -> None:
    raw = pack(1, b"one") + pack(2, b"x" * 5000) + pack(3, b"") + bytes(2 * BLOCK)
    assert [(record.seq, record.offset, record.end) for record in scan(raw)] == [
        (1, 0, BLOCK),
        (2, BLOCK, 3 * BLOCK),
        (3, 3 * BLOCK, 4 * BLOCK),
    ]


def test_a_bad_block_does_not_end_the_scan() -> None:
    raw = pack(1, b"one") + b"\xff" * BLOCK + pack(3, b"three")
    assert [record.seq for record in scan(raw)] == [1, 3]


def test_a_record_that_reaches_past_the_end_is_none() -> None:
    raw = pack(1, b"x" * 5000)
    assert list(scan(raw[:BLOCK])) == []
    assert list(scan(raw[:-4000])) == []


@given(st.binary(max_size=9000), st.integers(0, 2**64 - 1))
def test_what_was_packed_comes_back(payload: bytes, seq: int) -> None:
    (record,) = scan(pack(seq, payload))
    assert (record.seq, record.payload, record.format) == (seq, payload, 1)


@given(st.data())
def test_a_flipped_bit_is_noticed_and_put_right(data: st.DataObject) -> None:
    sound = pack(77, b"x" * 300)
    raw = bytearray(sound)
    bit = data.draw(st.integers(0, 8 * (HEAD + 300) - 1))
    raw[bit // 8] ^= 1 << bit % 8
    assert list(scan(bytes(raw))) == [replace(record, wounded=True) for record in scan(sound)]


@given(st.data())
def test_two_flipped_bits_are_noticed(data: st.DataObject) -> None:
    raw = bytearray(pack(77, b"x" * 300))
    for bit in data.draw(st.sets(st.integers(0, 8 * (HEAD + 300) - 1), min_size=2, max_size=2)):
        raw[bit // 8] ^= 1 << bit % 8
    assert list(scan(bytes(raw))) == []


@given(st.binary(max_size=3 * BLOCK))
def test_noise_is_no_record(raw: bytes) -> None:
    assert list(scan(raw)) == []
