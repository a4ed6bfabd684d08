"""The rules as text; whether the kernel obeys them, the namespaces tell."""

import re
from ipaddress import IPv4Interface

from appliance.core.gate_rules import Caps, Lan, admit, anew, expel, ruleset, tablets, world
from appliance.core.guests import Mac
from appliance.core.resolver_conf import Names, captive, options, released

LAN = Lan(interface="wlan0", address=IPv4Interface("10.42.7.1/24"), site_port=8080)
WHO = Mac("02:00:00:00:00:01")


def chain(text: str, name: str) -> list[str]:
    found = re.search(rf"  chain {name} {{\n(.*?)\n  }}", text, re.DOTALL)
    assert found
    return [line.strip() for line in found[1].splitlines() if line.strip()[:1] not in {"#", ""}]


def test_nothing_of_a_phone_is_let_out_because_it_was_before() -> None:
    lines = chain(ruleset(LAN), "outward")
    assert not [line for line in lines if "established" in line and "accept" in line]
    assert lines[-1] == "drop"
    assert lines[-2] == "ct state established meta l4proto tcp reject with tcp reset"


def test_the_building_comes_before_any_permission() -> None:
    lines = chain(ruleset(LAN), "outward")
    building = next(n for n, line in enumerate(lines) if "192.168.0.0/16" in line)
    assert lines[building].endswith("drop")
    assert building < min(n for n, line in enumerate(lines) if "goto" in line)


def test_the_box_shows_phones_its_site_names_and_nothing_else() -> None:
    lines = chain(ruleset(LAN), "box")
    assert "tcp dport { 8080 } goto site" in lines
    assert lines[-1] == "drop"
    assert "443" not in "".join(chain(ruleset(LAN), "addresses"))


def test_with_a_certificate_there_is_a_door_for_it() -> None:
    sealed = Lan(interface="w", address=LAN.address, site_port=8080, tls_port=8443)
    assert "ip daddr 10.42.7.1 tcp dport 443 dnat ip to 10.42.7.1:8443" in ruleset(sealed)
    assert "tcp dport { 8080, 8443 } goto site" in chain(ruleset(sealed), "box")


def test_the_tablets_door_is_shut_unless_wanted_and_cuts_who_is_inside() -> None:
    lan = Lan(interface="w", address=LAN.address, site_port=8080, staff_port=8444)
    lines = chain(ruleset(lan), "box")
    first = lines.index("tcp dport 8444 jump tablets")
    assert lines[first + 1 : first + 3] == [
        "tcp dport 8444 ct state established reject with tcp reset",
        "tcp dport 8444 drop",
    ]
    assert first < lines.index("ct state established,related accept")
    assert chain(ruleset(lan), "tablets") == []
    assert chain(ruleset(lan, tablets=True), "tablets") == ["goto site"]
    assert chain(ruleset(LAN, tablets=True), "tablets") == []
    assert "tablets" not in "".join(chain(ruleset(LAN), "box"))


def test_the_tablets_door_opens_and_shuts_by_one_rule() -> None:
    flush = "flush chain inet digipunt tablets\n"
    assert tablets(open_=False) == flush
    assert tablets(open_=True) == f"{flush}add rule inet digipunt tablets goto site\n"


def test_caps_are_those_of_the_place() -> None:
    slow = Lan(
        interface="w",
        address=LAN.address,
        site_port=80,
        caps=Caps(down_kbit=800, up_kbit=8, connections=33, questions=7),
    )
    text = ruleset(slow)
    assert "limit rate over 100 kbytes/second burst 100 kbytes" in text
    assert "limit rate over 1 kbytes/second" in text
    assert "ct count over 33" in text
    assert "limit rate over 7/second burst 21 packets" in text


def test_who_is_in_stays_in_over_a_load_but_not_over_a_new_table() -> None:
    assert "delete table" not in ruleset(LAN)
    assert "flush table inet digipunt" in ruleset(LAN)
    assert anew(LAN).index("delete table") < anew(LAN).index("set released")


def test_a_session_begins_anew_as_one_change() -> None:
    assert admit(WHO, 60).splitlines() == [
        "add element inet digipunt released { 02:00:00:00:00:01 }",
        "delete element inet digipunt released { 02:00:00:00:00:01 }",
        "add element inet digipunt released { 02:00:00:00:00:01 timeout 60s }",
    ]
    assert expel(WHO).splitlines()[-1].startswith("delete element")


def test_without_internet_not_even_guests_pass_our_page() -> None:
    flush, let_by = "flush chain inet digipunt world\n", "add rule inet digipunt world accept\n"
    assert world(up=True) == flush + let_by
    assert world(up=False) == flush


# ------------------------------------------------------------------ the resolvers

NAMES = Names(lan=LAN, essentials=("vlaanderen.be", "vdab.be"))


def test_the_captive_resolver_keeps_nothing_and_leads_everything_to_us() -> None:
    lines = captive(NAMES).splitlines()
    assert {"port=5300", "address=/#/192.0.2.80", "local=/#/", "local-ttl=0", "cache-size=0"} <= {
        *lines
    }
    assert "address=/use-application-dns.net/" in lines
    assert "server=/vdab.be/#" in lines
    assert "nftset=/vdab.be/4#inet#digipunt#essential" in lines


def test_neither_resolver_writes_or_logs_anything_about_a_phone() -> None:
    for text in (captive(NAMES), released(NAMES)):
        assert "log-queries" not in text
        assert "log-dhcp" not in text
        assert "log-facility=/dev/null" in text
        assert "dhcp-leasefile" not in text
    assert {"leasefile-ro", "quiet-dhcp"} <= {*released(NAMES).splitlines()}


def test_addresses_begin_after_the_first_few() -> None:
    assert "dhcp-range=10.42.7.10,10.42.7.254,255.255.255.0,15m" in released(NAMES)


def test_with_resolvers_of_the_place_those_of_the_system_are_not_asked() -> None:
    told = Names(lan=LAN, essentials=("a.be",), upstreams=("9.9.9.9", "1.1.1.1"))
    for text in (captive(told), released(told)):
        assert "no-resolv" in text.splitlines()
    assert "server=/a.be/9.9.9.9\nserver=/a.be/1.1.1.1\n" in captive(told)
    assert "server=9.9.9.9\nserver=1.1.1.1\n" in released(told)


def test_the_public_name_stays_inside() -> None:
    told = Names(lan=LAN, essentials=(), own_name="bib.example.be", options="/run/x/options")
    for text in (captive(told), released(told)):
        assert "address=/bib.example.be/10.42.7.1\nlocal=/bib.example.be/\n" in text
    assert "dhcp-optsfile=/run/x/options" in released(told)
    assert options("https://bib.example.be/captive-portal/api") == (
        "114,https://bib.example.be/captive-portal/api\n"
    )
    assert options(None) == ""
