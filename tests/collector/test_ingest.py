"""Every answer to a letter; nothing is acknowledged that is not kept."""

import asyncio
import json
import random
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from appliance.adapters.ed25519 import verify
from appliance.collector.answers import REASONS, status_of
from appliance.collector.boxes import BoxState
from appliance.collector.rebuild import fingerprint, rebuild
from appliance.collector.tables import ENVELOPES, LETTERS, TOLD
from appliance.core.errors import StorageUnavailable
from appliance.core.federation import receipt as receipts
from appliance.core.federation.dsse import opened
from appliance.core.federation.receipt import Receipt, Status
from tests.collector.writing import KEY, NOW, Home, Office, Writer, flipped, office


def receipt_of(answer: object, *, key: bytes = KEY.public) -> Receipt:
    assert isinstance(answer, dict)
    envelope = opened(json.dumps(answer["receipt"]).encode())
    assert envelope.payload_type == receipts.TYPE
    assert envelope.sealed_by(key, verify)
    return receipts.load(envelope.payload)


async def kept(here: Office) -> list[bytes]:
    async with here.database.reading() as connection:
        order = select(ENVELOPES.c.raw).order_by(ENVELOPES.c.box, ENVELOPES.c.nr)
        return list((await connection.execute(order)).scalars())


async def counting(here: Office) -> dict[str, int]:
    """Tickets by period."""
    async with here.database.reading() as connection:
        rows = await connection.execute(select(TOLD.c.period, TOLD.c.totals))
        return {period: json.loads(totals)["tickets"] for period, totals in rows}


async def test_a_letter_is_kept_untouched_and_answered_with_a_sealed_receipt(
    home: Home,
) -> None:
    box = Writer()
    async with office(home) as here:
        await here.know(box)
        letter = box.write()
        (answer,) = await here.take(letter)
        assert answer["status"] == answer["code"] == "accepted"
        assert answer["reason"].startswith("Aanvaard")
        receipt = receipt_of(answer)
        assert (receipt.box, receipt.chain, receipt.received) == (box.id, box.chain, 1)
        assert receipt.digest == box.prev
        assert await kept(here) == [letter]


async def test_the_same_letter_again_changes_nothing(home: Home) -> None:
    box = Writer()
    async with office(home) as here:
        await here.know(box)
        letter = box.write()
        assert await here.codes(letter, letter) == ["accepted", "duplicate"]
        before = await fingerprint(here.database)
        (answer,) = await here.take(letter)
        assert answer["status"] == "duplicate"
        assert receipt_of(answer).received == 1
        assert await fingerprint(here.database) == before


@pytest.mark.parametrize("together", [True, False])
async def test_a_letter_that_came_early_waits_for_the_one_before_it(
    home: Home, *, together: bool
) -> None:
    box = Writer()
    first, second, third = box.write("2026-W45"), box.write("2026-W46"), box.write("2026-W47")
    async with office(home) as here:
        await here.know(box)
        if together:
            assert await here.codes(third, second, first) == ["parked", "parked", "accepted"]
        else:
            (early,) = await here.take(third)
            assert early["status"] == "parked"
            assert receipt_of(early).received == 0
            assert await counting(here) == {}
            assert await here.codes(third) == ["parked"]
            assert await here.codes(second) == ["parked"]
            assert await here.codes(first) == ["accepted"]
        assert set(await counting(here)) == {"2026-W45", "2026-W46", "2026-W47"}
        (again,) = await here.take(first)
        assert receipt_of(again).received == 3


async def test_a_letter_that_waited_may_come_again_with_the_one_before_it(home: Home) -> None:
    box = Writer()
    first, second = box.write("2026-W46"), box.write("2026-W47")
    async with office(home) as here:
        await here.know(box)
        assert await here.codes(second) == ["parked"]
        assert await here.codes(first, second) == ["accepted", "duplicate"]
        assert await kept(here) == [second, first]


async def test_two_letters_with_one_number_stop_the_box_and_both_are_kept(home: Home) -> None:
    box = Writer()
    async with office(home) as here:
        await here.know(box)
        await here.take(box.write("2026-W45"))
        twin = box.twin()
        mine, other = box.write("2026-W46"), twin.write("2026-W46", software="0.1.1")
        assert await here.codes(mine, other) == ["accepted", "fork"]
        assert len(await kept(here)) == 3
        after = box.write("2026-W47")
        (answer,) = await here.take(after)
        assert (answer["status"], answer["code"]) == ("quarantined", "forked-box")
        assert answer["receipt"] is None
        assert set(await counting(here)) == {"2026-W45", "2026-W46"}
        await here.boxes.decide(box.id, BoxState.APPROVED, by="an", now=NOW)
        assert await here.codes(after, other) == ["accepted", "fork"]
        assert len(await kept(here)) == 4


async def test_a_copied_card_that_parks_first_does_not_make_the_true_letters_a_fork(
    home: Home,
) -> None:
    box = Writer()
    async with office(home) as here:
        await here.know(box)
        twin = box.twin()
        twin.write("2026-W44", software="0.1.1")
        parked = [twin.write(f"2026-W{week}", software="0.1.1") for week in (45, 46, 47)]
        assert await here.codes(*parked) == ["parked"] * 3
        true = [box.write(f"2026-W{week}") for week in (44, 45, 46, 47, 48)]
        answers = await here.take(true[0])
        assert [one["code"] for one in answers] == ["accepted"]
        assert receipt_of(answers[0]).received == 1
        assert await here.codes(true[1]) == ["forked-box"]
        (shown,) = await here.boxes.listed()
        assert shown.state is BoxState.FORKED
        assert await flags(here) == {2: "fork", 3: "fork", 4: "fork"}
        await here.boxes.decide(box.id, BoxState.APPROVED, by="an", now=NOW)
        assert await here.codes(*true[1:]) == ["accepted"] * 4
        assert receipt_of((await here.take(true[0]))[0]).digest == box.prev
        assert sum((await counting(here)).values()) == 50
        assert len(await kept(here)) == 8
        before = await fingerprint(here.database)
        await rebuild(here.database, k=5)
        assert await fingerprint(here.database) == before


async def test_two_letters_that_wait_with_one_number_are_both_flagged_and_both_kept(
    home: Home,
) -> None:
    box = Writer()
    async with office(home) as here:
        await here.know(box)
        twin = box.twin()
        true = [box.write("2026-W44"), box.write("2026-W45")]
        twin.write("2026-W44", software="0.1.1")
        forged = twin.write("2026-W45", software="0.1.1")
        assert await here.codes(forged, true[1], true[0]) == ["parked", "fork", "forked-box"]
        assert await flags(here) == {2: "fork"}
        assert len(await kept(here)) == 2
        await here.boxes.decide(box.id, BoxState.APPROVED, by="an", now=NOW)
        assert await here.codes(true[0], true[1]) == ["accepted", "duplicate"]
        assert set(await counting(here)) == {"2026-W44", "2026-W45"}


async def flags(here: Office) -> dict[int, str]:
    """What is said of letters that do not count, by number."""
    async with here.database.reading() as connection:
        rows = await connection.execute(select(LETTERS.c.seq, LETTERS.c.code))
        return {seq: code for seq, code in rows if code}


async def test_who_is_not_known_or_not_approved_keeps_its_letters(home: Home) -> None:
    stranger, waiting, revoked = Writer(1), Writer(2), Writer(3)
    async with office(home) as here:
        await here.boxes.hello(waiting.hello(), now=NOW)
        await here.know(revoked)
        old = revoked.write("2026-W45")
        assert await here.codes(old) == ["accepted"]
        await here.boxes.decide(revoked.id, BoxState.REVOKED, by="an", now=NOW)
        answers = await here.take(stranger.write(), waiting.write(), revoked.write("2026-W46"))
        assert [one["code"] for one in answers] == ["unknown-box", "not-approved", "revoked"]
        assert {one["status"] for one in answers} == {"quarantined"}
        assert [one["receipt"] for one in answers] == [None] * 3
        assert await kept(here) == [old]
        assert await counting(here) == {"2026-W45": 10}


async def test_what_was_changed_on_the_way_is_refused(home: Home) -> None:
    box, other = Writer(1), Writer(2)
    async with office(home) as here:
        await here.know(box, other)
        letter = box.write()
        stolen = json.loads(letter)
        stolen["signatures"] = json.loads(other.write())["signatures"]
        bad = {
            "bad-signature": [flipped(letter, inside="sig"), json.dumps(stolen).encode()],
            "bad-report": [flipped(letter), other.sealed(b"{}"), other.sealed(b"[]")],
            "bad-envelope": [letter[:-20], letter + letter, b"{}", b"hello", b"x" * 70_000],
            "unknown-type": [other.sealed(b"{}", kind="application/vnd.digipunt.report.v9+json")],
        }
        for code, letters in bad.items():
            answers = await here.take(*letters)
            assert [one["code"] for one in answers] == [code] * len(letters)
            assert {one["status"] for one in answers} == {"refused"}
            assert [one["receipt"] for one in answers] == [None] * len(letters)
        assert await kept(here) == []
        assert await here.codes(letter) == ["accepted"]


async def test_every_flipped_byte_is_noticed(home: Home) -> None:
    box = Writer()
    async with office(home) as here:
        await here.know(box)
        letter = box.write()
        payload = opened(letter).payload
        sealed = json.loads(letter)["signatures"]
        for at in range(0, len(payload), 7):
            changed = payload[:at] + bytes([payload[at] ^ 1]) + payload[at + 1 :]
            found = json.loads(box.sealed(changed))
            found["signatures"] = sealed
            (answer,) = await here.take(json.dumps(found).encode())
            assert answer["code"] in {"bad-signature", "bad-report", "unknown-box"}, at
            assert answer["receipt"] is None
        assert await kept(here) == []


async def test_letters_that_do_not_count_keep_their_place_so_that_the_box_can_go_on(
    home: Home,
) -> None:
    box = Writer()
    elsewhere = Writer(2, nis="99999")
    merged = Writer(3, nis="11056")
    async with office(home) as here:
        await here.know(box, elsewhere, merged)
        answers = await here.take(
            box.write("2026-W47"),
            box.write("2026-W47", revision=0, software="other"),
            box.write("2026-W52"),
            box.month("2026-11"),
            box.month("2026-Q3"),
            box.write("2026-W48"),
            elsewhere.write(),
            merged.write("2024-W52"),
            merged.write("2025-W02"),
        )
        assert [one["code"] for one in answers] == [
            "accepted",
            "older-revision",
            "future-period",
            "accepted",
            "overlapping",
            "accepted",
            "unknown-municipality",
            "accepted",
            "unknown-municipality",
        ]
        assert answers[2]["status"] == "quarantined"
        assert receipt_of(answers[5]).received == 6
        assert len(await kept(here)) == 9
        assert set(await counting(here)) == {"2026-W47", "2026-11", "2026-W48", "2024-W52"}


async def test_a_revision_changes_totals_and_never_a_break_down(home: Home) -> None:
    box = Writer()
    async with office(home) as here:
        await here.know(box)
        totals = {"tickets": 50, "served": 46, "left": 4}
        await here.take(box.month(), box.write("2026-11", revision=1, totals=totals))
        async with here.database.reading() as connection:
            (told,) = (await connection.execute(select(TOLD))).all()
        assert json.loads(told.totals)["tickets"] == 50
        assert json.loads(told.released)["tickets"] == 44
        assert json.loads(told.breakdown)["topic"] == {"tax": 40}
        assert told.letters == f"{box.chain}/1 {box.chain}/2"


async def test_a_place_that_lost_its_store_is_not_counted_twice(home: Home) -> None:
    box = Writer()
    async with office(home) as here:
        await here.know(box)
        await here.take(box.write("2026-W47"))
        again = Writer(chain="fedcba9876543210")
        assert await here.codes(again.write("2026-W47")) == ["older-revision"]
        assert await here.codes(again.write("2026-W48")) == ["accepted"]
        assert sum((await counting(here)).values()) == 20


async def test_a_break_down_with_smaller_cells_than_this_collector_shows_does_not_count(
    home: Home,
) -> None:
    box = Writer()
    async with office(home, k=10) as here:
        await here.know(box)
        assert await here.codes(box.month(), box.write()) == ["small-k", "accepted"]


async def test_nothing_is_acknowledged_when_the_database_goes_away(home: Home) -> None:
    box = Writer()
    async with office(home) as here:
        await here.know(box)
        async with here.database.engine.begin() as connection:
            await connection.execute(text("ALTER TABLE told RENAME TO gone"))
        letter = box.write()
        with pytest.raises(StorageUnavailable):
            await here.take(letter)
        assert await kept(here) == []
        async with here.database.engine.begin() as connection:
            await connection.execute(text("ALTER TABLE gone RENAME TO told"))
        assert await here.codes(letter) == ["accepted"]


async def test_derived_tables_made_again_are_the_same_to_the_byte(home: Home) -> None:
    first, second = Writer(1), Writer(2)
    async with office(home) as here:
        await here.know(first, second)
        letters = [first.write(f"2026-W{week}") for week in range(40, 49)]
        await here.take(letters[3], letters[0], letters[1], second.month(), letters[2])
        await here.take(letters[6], second.month("2026-Q3"), second.write("2026-W46"))
        twin = second.twin()
        await here.take(second.write("2026-W47"), twin.write("2026-W48"))
        before = await fingerprint(here.database)
        async with here.database.writing() as connection:
            await connection.execute(text("UPDATE told SET totals = '{}'"))
            await connection.execute(text("DELETE FROM letter WHERE seq = 2"))
        assert await fingerprint(here.database) != before
        assert await rebuild(here.database, k=5) == len(await kept(here))
        assert await fingerprint(here.database) == before
        assert await here.codes(*letters[4:6]) == ["accepted", "accepted"]


def test_every_code_has_a_reason_and_every_status_a_code() -> None:
    assert {status_of(code) for code in REASONS} == set(Status)


async def test_two_collectors_on_one_database_take_a_letter_once(home: Home) -> None:
    box = Writer()
    letters = [box.write(f"2026-W{week}") for week in range(40, 49)]
    async with office(home) as one, office(home) as other:
        await one.know(box)
        for letter in letters:
            found = await asyncio.gather(*(here.codes(letter) for here in (one, other, one)))
            assert sorted(code for codes in found for code in codes) == [
                "accepted",
                "duplicate",
                "duplicate",
            ]
        assert await kept(one) == letters
        assert len(await counting(other)) == len(letters)


async def test_neighbouring_letters_at_two_collectors_at_once_count_once_each(home: Home) -> None:
    boxes = [Writer(n) for n in range(1, 5)]
    letters = {box.id: [box.write(f"2026-W{week}") for week in range(40, 49)] for box in boxes}
    async with office(home) as one, office(home) as other:
        await one.know(*boxes)
        chance = random.Random(6)
        for _ in range(6):
            parcels = []
            for here in (one, other, one, other):
                some = [letter for written in letters.values() for letter in written]
                parcels.append(here.take(*chance.sample(some, 18)))
            for answers in await asyncio.gather(*parcels):
                assert {answer["code"] for answer in answers} <= {"accepted", "duplicate", "parked"}
                for answer in answers:
                    assert receipt_of(answer).box in letters
        await other.take(*(letter for written in letters.values() for letter in written))
        async with one.database.reading() as connection:
            rows = await connection.execute(select(TOLD.c.box, TOLD.c.period))
            counted = sorted(tuple(row) for row in rows)
        assert len(counted) == len(set(counted)) == 4 * 9
        for box in boxes:
            (answer,) = await other.take(letters[box.id][0])
            told = receipt_of(answer)
            assert (told.received, told.digest, told.index) == (9, box.prev, 9)
        assert {shown.state for shown in await one.boxes.listed()} == {BoxState.APPROVED}
        before = await fingerprint(one.database)
        await rebuild(other.database, k=5)
        assert await fingerprint(one.database) == before


async def test_tables_made_again_while_letters_come_in_are_right(home: Home) -> None:
    box = Writer()
    letters = [box.write(f"2026-W{week}") for week in range(40, 49)]
    async with office(home) as one, office(home) as other:
        await one.know(box)
        await asyncio.gather(
            *(one.take(letter) for letter in letters),
            *(rebuild(other.database, k=5) for _ in range(3)),
        )
        before = await fingerprint(one.database)
        await rebuild(one.database, k=5)
        assert await fingerprint(one.database) == before
        assert len(await counting(one)) == 9


async def test_a_box_that_asks_twice_at_once_stands_on_the_list_once(home: Home) -> None:
    box = Writer()
    async with office(home) as one, office(home) as other:
        asking = [here.boxes.hello(box.hello(), now=NOW) for here in (one, other, one, other)]
        states = {state for _, state in await asyncio.gather(*asking)}
        assert states == {BoxState.WAITING}
        assert len(await other.boxes.listed()) == 1


async def test_a_period_that_ends_today_is_over(home: Home) -> None:
    box = Writer()
    async with office(home) as here:
        await here.know(box)
        monday = NOW.replace(day=7, hour=1)
        assert await here.codes(box.write("2026-W49"), now=monday - timedelta(hours=3)) == [
            "future-period"
        ]
        assert await here.codes(box.write("2026-W49"), now=monday) == ["accepted"]
