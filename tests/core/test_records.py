"""Facts survive being written down."""

import json
from datetime import UTC, datetime
from fractions import Fraction
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core import facts as f
from appliance.core.errors import BadStore
from appliance.core.ids import ActionId, Key, ServiceId, TicketNumber, Token
from appliance.core.records import Action, dump, load
from appliance.core.stamp import ClockSource, Stamp
from appliance.core.ticket import Place, Range, Source

MOMENTS = st.datetimes(
    min_value=datetime(1970, 1, 1),  # noqa: DTZ001  made aware just below
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
st.register_type_strategy(Fraction, st.fractions(min_value=0, max_value=9, max_denominator=99))
st.register_type_strategy(datetime, MOMENTS)
st.register_type_strategy(Range, st.builds(Range, low=st.integers(0, 90), high=st.integers(0, 90)))
FACTS = st.one_of(*[st.from_type(kind) for kind in get_args(f.Fact)])
STAMPS = st.builds(
    Stamp,
    wall=MOMENTS,
    source=st.sampled_from(ClockSource),
    boot=st.text(max_size=8),
    ms=st.integers(0, 10**12),
)


@given(st.lists(FACTS, max_size=4), STAMPS)
def test_every_fact_comes_back_as_it_was(facts: list[f.Fact], stamp: Stamp) -> None:
    action = Action(id=ActionId(7), stamp=stamp, facts=tuple(facts), key=Key("k"), asked="abc")
    assert load(7, json.loads(json.dumps(dump(action)))) == action


def test_another_version_is_refused_politely() -> None:
    with pytest.raises(BadStore, match="version 99"):
        load(3, {"v": 99})


@pytest.mark.parametrize(
    "record",
    [
        {"v": 1},
        {"v": 1, "at": "x", "by": "ntp", "boot": "b", "ms": 1, "facts": []},
        {"v": 1, "at": "2026-11-24T08:00:00+00:00", "by": "moon", "boot": "b", "ms": 1,
         "facts": []},
        {"v": 1, "at": "2026-11-24T08:00:00+00:00", "by": "ntp", "boot": "b", "ms": 1,
         "facts": [{"fact": "ticket-eaten"}]},
    ],
)  # fmt: skip
def test_a_broken_record_is_named(record: dict[str, object]) -> None:
    with pytest.raises(BadStore, match="action 3"):
        load(3, record)


def test_a_place_between_two_others_survives() -> None:
    places: list[Place] = [3, Fraction(7, 2)]
    for place in places:
        fact = f.TicketTaken(
            number=TicketNumber("A3"),
            place=place,
            service=ServiceId("help"),
            source=Source.PHONE,
            lang="nl",
            token=Token("t"),
            promise=None,
        )
        stamp = Stamp(
            wall=datetime(2026, 11, 24, tzinfo=UTC), source=ClockSource.NTP, boot="b", ms=0
        )
        action = Action(id=ActionId(1), stamp=stamp, facts=(fact,))
        assert load(1, json.loads(json.dumps(dump(action)))).facts == (fact,)
