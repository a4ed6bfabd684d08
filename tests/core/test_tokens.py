"""A token tells its session and nothing else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from appliance.core.tokens import base36, session_of


@given(st.integers(0, 10**9))
def test_the_serial_reads_back(serial: int) -> None:
    assert session_of(f"{base36(serial)}-chance") == serial


@pytest.mark.parametrize("text", ["", "-", "1-", "-x", "nonsense", "é-x", "123456789-x", "1 -x"])
def test_nonsense_is_no_token(text: str) -> None:
    assert session_of(text) is None
