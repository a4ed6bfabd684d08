"""What is known of a phone, and how the network is called."""

import pytest

from appliance.core.errors import BadRequest
from appliance.core.guests import Guest, GuestState, mac, network_name


def test_only_who_is_in_while_there_is_internet_is_free() -> None:
    free = [
        (state, uplink)
        for state in GuestState
        for uplink in (True, False)
        if not Guest(state=state, uplink=uplink).captive
    ]
    assert free == [(GuestState.ONLINE, True)]


def test_minutes_that_have_begun_count() -> None:
    assert [Guest(state=GuestState.ONLINE, left=n).minutes_left for n in (0, 1, 60, 61)] == [
        0, 1, 1, 2,
    ]  # fmt: skip


def test_an_address_is_read_in_small_letters() -> None:
    assert mac(" 02:AB:00:00:00:1F ") == "02:ab:00:00:00:1f"


@pytest.mark.parametrize("text", ["", "02:00:00:00:00", "02:00:00:00:00:0g", "1; flush ruleset"])
def test_what_is_no_address_never_becomes_a_rule(text: str) -> None:
    with pytest.raises(BadRequest):
        mac(text)


@pytest.mark.parametrize(
    ("name", "network"),
    [
        ("Bib De Molen", "Bib De Molen 1a2b"),
        ("Digicafé ’t Park", "Digicafé ’t Park 1a2b"),
        ("  een\nnaam\twith   blanks ", "een naam with blanks 1a2b"),
        ("Dienstencentrum De Lange Naam Aan Zee", "Dienstencentrum De Lange Na 1a2b"),
        ("é" * 30, "é" * 13 + " 1a2b"),
    ],
)
def test_the_network_bears_the_places_name_and_four_figures_of_the_box(
    name: str, network: str
) -> None:
    made = network_name(name, bytes.fromhex("1a2b3c"))
    assert made == network
    assert len(made.encode()) <= 32
