"""Before the tap: every phone is led to our page, and nothing of it reaches the internet."""

import pytest

from tests.netns.genuine import GENUINE
from tests.netns.space import GATEWAY, Phone
from tests.netns.world import ESSENTIAL, MOVED, SITE, STAFF, TABLET, WILDCARD, World

PAGE = f"http://{GATEWAY}/"


def test_a_phone_gets_an_address_and_no_api_without_a_certificate(
    world: World, phone: Phone
) -> None:
    lease = phone.join(world.folder)
    assert lease["ip"].startswith("10.42.7.")
    assert lease["router"] == lease["dns"] == GATEWAY
    assert "opt114" not in lease
    assert phone.join(world.folder)["ip"] == lease["ip"], "and keeps it when it asks again"


@pytest.mark.parametrize(("host", "path"), GENUINE, ids=lambda part: part)
def test_every_probe_ends_on_our_page(phone: Phone, host: str, path: str) -> None:
    reply = phone.get(f"http://{host}{path}")
    assert (reply.status, reply.location) == (302, PAGE)
    assert len(reply.body) > 4


def test_any_other_page_ends_on_ours_too(phone: Phone) -> None:
    for url in ("http://example.org/news", f"http://{SITE}/", f"http://{WILDCARD}/x"):
        reply = phone.get(url)
        assert (reply.status, reply.location) == (302, PAGE), url


def test_our_page_opens_without_script_or_cookie(phone: Phone) -> None:
    page = phone.get(PAGE, "-H", "Accept-Language: fr")
    assert page.status == 200
    assert b"Wi-Fi gratuit" in page.body
    wifi = phone.get(f"{PAGE}wifi", "-H", "Accept-Language: fr")
    assert b'method="post"' in wifi.body


def test_every_name_has_an_address_that_is_not_private(phone: Phone) -> None:
    assert phone.ask("connectivitycheck.gstatic.com") == (0, [WILDCARD])


@pytest.mark.parametrize("kind", [28, 65, 16], ids=["AAAA", "HTTPS", "TXT"])
def test_other_questions_get_an_empty_answer_not_a_refusal(phone: Phone, kind: int) -> None:
    assert phone.ask("captive.apple.com", kind) == (0, [])


@pytest.mark.parametrize(
    "name", ["use-application-dns.net", "mask.icloud.com", "mask-h2.icloud.com"]
)
def test_the_canaries_are_dead(phone: Phone, name: str) -> None:
    assert phone.ask(name)[0] == 3


def test_a_phone_with_a_resolver_of_its_own_is_answered_by_the_box(phone: Phone) -> None:
    for server in ("198.19.0.53", "8.8.8.8"):
        assert phone.ask("example.org", server=server) == (0, [WILDCARD])


def test_https_is_silence(phone: Phone) -> None:
    assert phone.get(f"https://{SITE}/", "-k", patience=2).status == 0
    assert phone.get(f"https://{GATEWAY}/", "-k", patience=2).status == 0


def test_an_essential_site_is_open_and_another_is_not(world: World, phone: Phone) -> None:
    assert phone.ask("www.vlaanderen.be") == (0, [ESSENTIAL])
    assert phone.get("http://www.vlaanderen.be/x").body == b"the real www.vlaanderen.be"
    assert phone.get("https://vlaanderen.be/", "-k").status == 200
    assert phone.get(f"http://{SITE}/").location == PAGE
    assert phone.get(f"https://{MOVED}/", "-k", patience=2).status == 0


def test_an_essential_site_survives_a_change_of_address(world: World, phone: Phone) -> None:
    world.start_internet(MOVED)
    try:
        world.until(lambda: phone.ask("vlaanderen.be") == (0, [MOVED]))
        assert phone.get("https://vlaanderen.be/", "-k").status == 200
    finally:
        world.start_internet(ESSENTIAL)


def test_an_essential_name_that_points_into_the_building_opens_nothing(
    world: World, phone: Phone
) -> None:
    phone.ask("vdab.be")
    assert "10.9.9.9" not in world.box.run("nft", "list", "set", "inet", "digipunt", "essential")


def test_nothing_reaches_the_internet_before_a_tap(world: World, phone: Phone) -> None:
    before, asked = world.heard(), len(world.questions())
    for command in (
        ["ping", "-c1", "-W1", SITE],
        ["ping", "-c1", "-W1", ESSENTIAL],
        ["curl", "-sm1", f"https://{SITE}/"],
        ["curl", "-sm1", f"http://{SITE}:8080/"],
        ["curl", "-sm1", f"http://{ESSENTIAL}:8080/"],
        ["curl", "-sm1", "--interface", "wlan0", "telnet://198.19.0.53:853"],
    ):
        phone.run(*command, check=False)
    phone.python(
        "import socket\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)\n"
        "for port in (53, 123, 443, 500, 4500, 5353, 51820):\n"
        f"    s.sendto(b'x' * 40, ('{SITE}', port))\n"
        f"    s.sendto(b'x' * 40, ('203.0.113.1', port))\n"
    )
    assert world.heard() == before
    for name in ("example.org", "secret.words.of.mine.example.com", "vdab.be"):
        phone.ask(name)
    assert {*world.questions()[asked:]} <= {"vdab.be", "vlaanderen.be"}


def test_a_phone_with_a_borrowed_address_gets_no_further(world: World, phone: Phone) -> None:
    before = world.heard()
    phone.python(
        "import socket, struct\n"
        "s = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_RAW)\n"
        "def packet(source, target):\n"
        "    head = struct.pack('!BBHHHBBH4s4s', 0x45, 0, 28, 1, 0, 64, 17, 0,\n"
        "                       socket.inet_aton(source), socket.inet_aton(target))\n"
        "    return head + struct.pack('!4H', 443, 443, 8, 0)\n"
        f"for source in ('{TABLET}', '203.0.113.2', '{STAFF}', '127.0.0.1'):\n"
        f"    s.sendto(packet(source, '{SITE}'), ('{SITE}', 0))\n"
    )
    assert world.heard() == before


@pytest.mark.parametrize("address", [STAFF, GATEWAY, "203.0.113.2"])
def test_the_staffs_site_and_the_boxs_own_ports_are_not_there(phone: Phone, address: str) -> None:
    for port in (8081, 22, 5300, 8443, 8444):
        assert phone.get(f"http://{address}:{port}/", patience=1).status == 0, port


def test_nobody_in_the_building_can_be_reached_even_after_a_tap(world: World, phone: Phone) -> None:
    assert phone.tap().status == 303
    for target in (TABLET, STAFF):
        phone.run("ping", "-c1", "-W1", target, check=False)
        assert "1 received" not in phone.run("ping", "-c1", "-W1", target, check=False)
    assert "1 received" in world.box.run("ping", "-c1", "-W1", TABLET)


def test_phones_do_not_see_each_other(world: World, phone: Phone, other: Phone) -> None:
    address = other.join(world.folder)["ip"]
    for one in (phone, other):
        one.tap()
    assert "1 received" not in phone.run("ping", "-c1", "-W1", address, check=False)


@pytest.mark.parametrize("host", ["evil.example", f"{GATEWAY}.evil.example", "staff", "x" * 300])
def test_a_forged_host_is_refused(phone: Phone, host: str) -> None:
    assert phone.get(f"{PAGE}api/v1/queue", "-H", f"Host: {host}").status == 421
    assert phone.get(f"{PAGE}wifi", "-X", "POST", "-H", f"Host: {host}").status == 421


def test_giant_headers_are_refused_and_the_next_is_served(phone: Phone) -> None:
    assert phone.get(PAGE, "-H", f"X: {'x' * 60_000}").status in {400, 431}
    assert phone.get(PAGE).status == 200


def test_the_staffs_network_still_reaches_the_staffs_site(world: World) -> None:
    assert world.health()["ok"]
