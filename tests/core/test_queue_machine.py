"""Thousands of mornings that nobody planned."""

from typing import ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis.stateful import run_state_machine_as_test

from appliance.core.ids import CounterId
from appliance.core.queue import Queue
from appliance.core.ticket import Ticket
from tests.core.machine import QueueMachine

_CALM = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.data_too_large)


def _settings(runs: int) -> settings:
    return settings(
        max_examples=runs,
        stateful_step_count=30,
        deadline=None,
        database=None,
        suppress_health_check=_CALM,
    )


def test_the_queue_agrees_with_a_plain_list() -> None:
    run_state_machine_as_test(QueueMachine, settings=_settings(60))


@pytest.mark.slow
@pytest.mark.timeout(900)
def test_the_queue_agrees_with_a_plain_list_over_two_thousand_runs() -> None:
    run_state_machine_as_test(QueueMachine, settings=_settings(2000))


class LastComeFirstServed(Queue):
    """A queue with the bug that must be found: it calls the last, not the first."""

    def first_for(self, counter: CounterId) -> Ticket | None:
        waiting = [t for t in self.waiting if t.wanted in {None, counter}]
        return waiting[-1] if waiting else None


class MutatedMachine(QueueMachine):
    """The same stories, told to that queue."""

    queue_kind: ClassVar[type[Queue]] = LastComeFirstServed


def test_calling_the_last_instead_of_the_first_is_caught() -> None:
    with pytest.raises(AssertionError):
        run_state_machine_as_test(MutatedMachine, settings=_settings(60))
