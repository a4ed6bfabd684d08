"""What the owners of the probe addresses answer, written down apart from the box's own table."""

APPLE = b"<HTML><HEAD><TITLE>Success</TITLE></HEAD><BODY>Success</BODY></HTML>"
FIREFOX = (
    b'<meta http-equiv="refresh" content="0;url=https://support.mozilla.org/kb/captive-portal"/>'
)
ONLINE = b"NetworkManager is online\n"
GENUINE: dict[tuple[str, str], tuple[int, bytes]] = {
    ("captive.apple.com", "/hotspot-detect.html"): (200, APPLE),
    ("www.apple.com", "/library/test/success.html"): (200, APPLE),
    ("netcts.cdn-apple.com", "/"): (200, APPLE),
    ("www.appleiphonecell.com", "/library/test/success.html"): (200, APPLE),
    ("www.airport.us", "/library/test/success.html"): (200, APPLE),
    ("www.ibook.info", "/library/test/success.html"): (200, APPLE),
    ("www.itools.info", "/library/test/success.html"): (200, APPLE),
    ("www.thinkdifferent.us", "/library/test/success.html"): (200, APPLE),
    ("gsp1.apple.com", "/hotspot-detect.html"): (200, APPLE),
    ("connectivitycheck.gstatic.com", "/generate_204"): (204, b""),
    ("www.google.com", "/gen_204"): (204, b""),
    ("www.google.com", "/generate_204"): (204, b""),
    ("play.googleapis.com", "/generate_204"): (204, b""),
    ("clients3.google.com", "/generate_204"): (204, b""),
    ("connectivitycheck.android.com", "/generate_204"): (204, b""),
    ("connect.rom.miui.com", "/generate_204"): (204, b""),
    ("connectivitycheck.platform.hicloud.com", "/generate_204"): (204, b""),
    ("www.gstatic.com", "/generate_204"): (204, b""),
    ("www.msftconnecttest.com", "/connecttest.txt"): (200, b"Microsoft Connect Test"),
    ("www.msftncsi.com", "/ncsi.txt"): (200, b"Microsoft NCSI"),
    ("detectportal.firefox.com", "/canonical.html"): (200, FIREFOX),
    ("detectportal.firefox.com", "/success.txt"): (200, b"success\n"),
    ("nmcheck.gnome.org", "/check_network_status.txt"): (200, ONLINE),
    ("network-test.debian.org", "/nm"): (200, ONLINE),
    ("connectivity-check.ubuntu.com", "/"): (204, b""),
    ("networkcheck.kde.org", "/"): (200, b"OK\n"),
}
