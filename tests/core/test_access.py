"""Roles in their order, and devices written down and read back."""

from datetime import date

import pytest

from appliance.core import access
from appliance.core.access import LABELS, Device, Role
from appliance.core.errors import BadStore

LEAD = Device(id=1, role=Role.LEAD, label="home", paired_on=date(2026, 11, 24), digest="d")


def test_each_role_may_do_what_the_ones_before_it_may() -> None:
    order = [Role.VISITOR, Role.VOLUNTEER, Role.LEAD, Role.TECHNICIAN]
    for have, role in enumerate(order):
        for need, least in enumerate(order):
            assert role.may(least) is (have >= need)


def test_the_button_makes_a_lead_only_while_there_is_none() -> None:
    volunteer = Device(id=2, role=Role.VOLUNTEER, label="bell", paired_on=None, digest="e")
    assert access.first_role([]) is Role.LEAD
    assert access.first_role([volunteer]) is Role.LEAD
    assert access.first_role([volunteer, LEAD]) is Role.VOLUNTEER


def test_every_device_gets_a_pictogram_of_its_own_as_long_as_there_are_any() -> None:
    devices: list[Device] = []
    for number in range(len(LABELS) + 1):
        label = access.free_label(devices)
        assert (label in {d.label for d in devices}) is (number == len(LABELS))
        devices.append(
            Device(id=number, role=Role.VOLUNTEER, label=label, paired_on=None, digest="")
        )


def test_a_device_is_read_back_as_it_was_written() -> None:
    assert access.load(1, access.dump(LEAD)) == LEAD
    assert set(access.dump(LEAD)) == {"v", "role", "label", "on", "digest"}


@pytest.mark.parametrize("change", [{"v": 2}, {"role": "king"}, {"on": "soon"}, {"digest": ...}])
def test_a_device_nobody_can_read_is_named(change: dict[str, object]) -> None:
    record = {**access.dump(LEAD), **change}
    if change.get("digest") is ...:
        del record["digest"]
    with pytest.raises(BadStore, match="device 1"):
        access.load(1, record)
