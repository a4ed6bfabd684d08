"""Which answer for which question."""

import json
from ipaddress import ip_address

import pytest

from appliance.core.probes import (
    PATHS,
    PROBES,
    WILDCARD,
    ask_again,
    by_path,
    capport,
    find,
    to_our_page,
)
from tests.netns.genuine import GENUINE


@pytest.mark.parametrize(("host", "path"), GENUINE, ids=lambda part: part)
def test_every_question_of_the_list_is_known_and_answered_as_its_owner_does(
    host: str, path: str
) -> None:
    probe = find(host, path)
    assert probe is not None
    assert (probe.genuine.status, probe.genuine.body) == GENUINE[host, path]


def test_ubuntu_wants_a_header_too() -> None:
    probe = find("connectivity-check.ubuntu.com", "/")
    assert probe is not None
    assert probe.genuine.headers == {"X-NetworkManager-Status": "online"}


@pytest.mark.parametrize(
    ("host", "path"),
    [("www.apple.com", "/"), ("www.google.com", "/"), ("example.org", "/generate_204")],
)
def test_what_is_no_question_is_not_taken_for_one(host: str, path: str) -> None:
    assert find(host, path) is None


def test_no_question_is_answered_in_two_ways() -> None:
    asked = [(host, path) for probe in PROBES for host in probe.hosts for path in probe.paths]
    assert len(asked) == len(set(asked))


def test_a_path_alone_finds_its_question() -> None:
    for path in PATHS:
        probe = by_path(path)
        assert probe is not None
        assert path in probe.paths
    assert by_path("/nothing") is None


def test_the_way_to_our_page_has_a_body_that_no_phone_takes_for_broken() -> None:
    answer = to_our_page("http://10.42.7.1/")
    assert answer.status == 302
    assert answer.headers["Location"] == "http://10.42.7.1/"
    assert len(answer.body) > 4


def test_who_asks_again_is_told_when() -> None:
    assert ask_again().status == 503
    assert ask_again().headers["Retry-After"] == "2"


def test_the_address_of_every_name_is_not_one_that_phones_mistrust() -> None:
    # By RFC 1918 alone: Python's own is_private counts addresses for documents in as well.
    assert not WILDCARD.startswith(("10.", "172.", "192.168.", "169.254.", "127."))
    assert not ip_address(WILDCARD).is_link_local


def test_the_document_of_rfc_8908() -> None:
    captive = capport(captive=True, page="http://x/", venue="http://x/t/1", seconds=None)
    assert json.loads(json.dumps(captive)) == {
        "captive": True,
        "user-portal-url": "http://x/",
        "venue-info-url": "http://x/t/1",
    }
    free = capport(captive=False, page="http://x/", venue="http://x/", seconds=90)
    assert free["seconds-remaining"] == 90
    assert free["can-extend-session"] is True
