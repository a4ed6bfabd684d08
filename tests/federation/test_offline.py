"""More than a year without an uplink."""

from pathlib import Path

import pytest

from tests.federation.offline import away


@pytest.mark.slow
async def test_after_four_hundred_days_without_an_uplink_everything_arrives_within_a_minute(
    tmp_path: Path,
) -> None:
    found = await away(tmp_path)
    assert found.wrong == ()
    assert found.letters >= 57 + 13
    assert found.visits > 1000
    assert found.stored < 2_000_000
    assert found.pauses + found.seconds < 60
