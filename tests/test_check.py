"""The self-test tells parts apart, and what to do."""

import pytest

from appliance.check import Health, Line, addresses, lines, look, sealed_road, tablets_road
from appliance.config import Config, Hotspot, Panel, Web
from appliance.services.hotspot import PARTS

WELL = Health(
    conditions=frozenset(), wifi={"wifi": "ok", "gate": "ok", "names": "ok", "uplink": "ok"}
)
WITH_WIFI = Config(hotspot=Hotspot(kind="wifi"), panel=Panel(kind="none"))


def told(found: "list[Line] | tuple[Line, ...]") -> dict[str, bool]:
    return {line.part: line.ok for line in found}


def test_a_box_that_is_well_is_ok_in_every_line() -> None:
    found = list(lines(WITH_WIFI, WELL))
    assert all(line.ok for line in found)
    assert list(told(found)) == [
        "box", "button", "display", "sound", "disk", "clock", "collector",
        "wifi", "gate", "names", "uplink",
    ]  # fmt: skip


def test_a_box_that_does_not_answer_is_one_line() -> None:
    assert told(list(lines(Config(), None))) == {"box": False}


@pytest.mark.parametrize(
    ("part", "condition"), [(part, name) for part, names in PARTS.items() for name in names]
)
def test_hotspot_gate_names_and_uplink_are_told_apart(part: str, condition: str) -> None:
    ill = Health(conditions=frozenset({condition}), wifi={**WELL.wifi, part: condition})
    found = list(lines(WITH_WIFI, ill))
    assert [line.part for line in found if not line.ok] == [part]
    sentence = next(line.said for line in found if line.part == part)
    assert sentence != condition, "a sentence, not a code"


@pytest.mark.parametrize(
    ("condition", "part"),
    [
        ("panel-button-1", "button"),
        ("panel-display", "display"),
        ("panel-buzzer", "sound"),
        ("store-read-only", "disk"),
        ("store-damaged", "disk"),
        ("clock-untrusted", "clock"),
        ("clock-jumped", "clock"),
        ("coordinator-refuses", "collector"),
        ("coordinator-silent", "collector"),
    ],
)
def test_every_other_condition_has_its_part(condition: str, part: str) -> None:
    ill = Health(conditions=frozenset({condition}), wifi=WELL.wifi)
    assert [line.part for line in lines(WITH_WIFI, ill) if not line.ok] == [part]


@pytest.mark.parametrize(
    ("host", "ok", "said"),
    [
        ("127.0.0.1", False, "nobody but this machine"),
        ("::", False, "listens everywhere"),
        ("10.42.7.1", False, "stands on the free wifi"),
        ("192.168.1.9", False, "this machine has no address"),
        ("192.168.1.5", True, "cable (eth0)"),
        ("192.168.1.6", True, "a second radio (wlan1)"),
        ("bib.local", True, "by the name bib.local"),
    ],
)
def test_the_tablets_road_is_named(host: str, ok: bool, said: str) -> None:  # noqa: FBT001  a column
    config = Config(web=Web(staff_host=host), hotspot=Hotspot(kind="wifi"))
    own = {"192.168.1.5": "eth0", "192.168.1.6": "wlan1"}
    line = tablets_road(config, own, wireless=lambda name: name.startswith("wlan"))
    assert line.ok is ok
    assert said in line.said


SEALED = {"port": 8444, "fingerprint": "AB:CD", "free_wifi": False}


@pytest.mark.parametrize(
    ("host", "https", "ok", "said"),
    [
        ("192.168.1.5", None, True, "plain HTTP only: keep to the cable"),
        ("192.168.1.6", None, False, "plain HTTP only: set web.staff_tls_port, this is a radio"),
        ("192.168.1.6", SEALED, True, "port 8444; fingerprint AB:CD"),
        (
            "192.168.1.5",
            {**SEALED, "free_wifi": True},
            True,
            "port 8444 and the free wifi by HTTPS (paired devices only); fingerprint AB:CD",
        ),
        ("::", SEALED, False, "only by the free wifi, which no lead switched on"),
    ],
)
def test_the_sealed_road_is_named_and_a_bare_radio_is_warned_of(
    host: str,
    https: dict[str, object] | None,
    ok: bool,  # noqa: FBT001  a column
    said: str,
) -> None:
    config = Config(web=Web(staff_host=host), hotspot=Hotspot(kind="wifi"))
    own = {"192.168.1.5": "eth0", "192.168.1.6": "wlan1"}
    health = Health(conditions=frozenset(), wifi={}, https=https)
    line = sealed_road(config, own, health, wireless=lambda name: name.startswith("wlan"))
    assert line.ok is ok
    assert line.said.startswith(said)


def test_this_machine_knows_its_own_addresses() -> None:
    assert addresses().get("127.0.0.1") == "lo"


async def test_where_no_box_runs_that_is_said() -> None:
    config = Config(web=Web(staff_port=1))
    found = await look(config)
    assert found[0] == Line(
        part="box", ok=False, said="does not answer: start it with `digipunt box`"
    )
