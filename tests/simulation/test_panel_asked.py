"""What may be asked of the panel page."""

from datetime import UTC, datetime, timedelta

import pytest

from appliance.core.errors import BadRequest
from appliance.simulation.panel_asked import duration, moment, truth, whole


def test_a_duration_adds_up_its_parts() -> None:
    assert duration("1w2d3h4m5s") == timedelta(weeks=1, days=2, hours=3, minutes=4, seconds=5)


@pytest.mark.parametrize("text", ["", "d", "3", "-3d", "3 d", "0s", "9999999w", "1d" * 6, "٣d"])
def test_a_duration_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        duration(text)


def test_a_moment_says_its_own_time_zone() -> None:
    assert moment("2026-11-24T09:00:00+01:00") == datetime(2026, 11, 24, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "text", ["tomorrow", "", "2026-11-24T08:00:00", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
)
def test_a_moment_that_is_none_is_refused(text: str) -> None:
    with pytest.raises(BadRequest):
        moment(text)


@pytest.mark.parametrize("value", [0, 5, "3", 3.0, True, None, [3]])
def test_a_number_out_of_range_or_of_another_kind_is_refused(value: object) -> None:
    with pytest.raises(BadRequest):
        whole({"button": value}, "button", default=1, low=1, high=4)


@pytest.mark.parametrize("value", [0, 1, "true", None])
def test_only_true_and_false_are_true_or_false(value: object) -> None:
    with pytest.raises(BadRequest):
        truth({"on": value}, "on", default=True)
