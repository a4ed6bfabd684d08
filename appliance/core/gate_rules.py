"""The gate as the kernel understands it: one nftables table, written from values.

The kernel alone decides, packet by packet: it ends sessions by itself, also when nobody is left to
tell it. No rule accepts a phone's packets because their connection was accepted before.
"""

from dataclasses import dataclass, field
from ipaddress import IPv4Interface
from typing import Final

from appliance.core.guests import Mac
from appliance.core.probes import WILDCARD

TABLE: Final = "inet digipunt"
PROOF_PORT: Final = "dgp-proof"
"""The interface of the virtual phone that proves the gate; it is treated as a phone's."""
CAPTIVE_DNS: Final = 5300
LONGEST: Final = 7 * 24 * 3600
_OPEN: Final = "goto site"
_PRIVATE: Final = (
    "0.0.0.0/8, 10.0.0.0/8, 100.64.0.0/10, 127.0.0.0/8, 169.254.0.0/16, 172.16.0.0/12, "
    "192.168.0.0/16, 224.0.0.0/3"
)
"""Where nobody on the free wifi has any business: the building, this box, everybody at once."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """What one phone may take, so that the others have their share."""

    down_kbit: int = 8000
    up_kbit: int = 4000
    connections: int = 150
    questions: int = 40
    """Names asked for, each second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lan:
    """The side of the phones."""

    interface: str
    address: IPv4Interface
    """The box's own, with the length of the network."""
    site_port: int
    """Where the visitors' site listens; phones ask for it at 80."""
    tls_port: int = 0
    """Where it listens with a certificate; phones ask for it at 443. 0: it does not."""
    staff_port: int = 0
    """Where the staff site listens with a certificate, for paired tablets. 0: never here."""
    caps: Caps = field(default_factory=Caps)

    @property
    def page(self) -> str:
        """The page that opens by itself."""
        return f"http://{self.address.ip}/"


def ruleset(lan: Lan, *, tablets: bool = False) -> str:
    """The whole table; sets that are there already keep their elements.

    `tablets`: whether the staff site's door stands open to them.
    """
    gateway, network, caps = lan.address.ip, lan.address.network, lan.caps
    tls = f"ip daddr {gateway} tcp dport 443 dnat ip to {gateway}:{lan.tls_port}"
    ports = f"{lan.site_port}, {lan.tls_port}" if lan.tls_port else f"{lan.site_port}"
    knock = f"tcp dport {lan.staff_port}"
    door = f"""\
    {knock} jump tablets
    {knock} ct state established reject with tcp reset
    {knock} drop"""
    return f"""\
define LAN = {{ "{lan.interface}", "{PROOF_PORT}" }}
table {TABLE} {{
}}
flush table {TABLE}
table {TABLE} {{
  # Who may use the internet, and until when: the kernel takes them out by itself.
  set released {{
    type ether_addr
    flags timeout
  }}
  # Where the essential sites live today; the captive resolver adds what it hears.
  set essential {{
    type ipv4_addr
    flags dynamic, timeout
    timeout 1h
    size 8192
  }}
  set visits {{ type ipv4_addr; flags dynamic; size 4096; }}
  set connections {{ type ipv4_addr; flags dynamic; size 4096; }}
  set questions {{ type ipv4_addr; flags dynamic, timeout; timeout 1m; size 4096; }}
  set up {{ type ipv4_addr; flags dynamic, timeout; timeout 1m; size 4096; }}
  set down {{ type ipv4_addr; flags dynamic, timeout; timeout 1m; size 4096; }}

  # Whether there is internet at all: one rule that lets the released by, or none.
  chain world {{
  }}

  chain addresses {{
    type nat hook prerouting priority dstnat; policy accept;
    iifname != $LAN return
    ip daddr {{ {gateway}, {WILDCARD} }} tcp dport 80 dnat ip to {gateway}:{lan.site_port}
    {tls if lan.tls_port else "# no certificate, no 443"}
    ether saddr @released jump world
    meta l4proto {{ tcp, udp }} th dport 53 dnat ip to {gateway}:{CAPTIVE_DNS}
    ip daddr {gateway} return
    ip daddr @essential return
    tcp dport 80 dnat ip to {gateway}:{lan.site_port}
  }}

  chain ways {{
    type filter hook forward priority filter - 5; policy accept;
    iifname $LAN jump outward
    oifname $LAN jump inward
  }}

  chain outward {{
    oifname $LAN drop
    meta nfproto != ipv4 drop
    ip saddr != {network} drop
    ip daddr {{ {_PRIVATE} }} drop
    ip daddr @essential meta l4proto {{ tcp, udp }} th dport {{ 80, 443 }} goto essentials
    ether saddr @released goto share
    # Not released, or not any more: an open connection ends at once, anything else is silence.
    # Whoever is refused a new one instead is taken by some phones for a network without internet.
    ct state established meta l4proto tcp reject with tcp reset
    drop
  }}

  chain essentials {{
    update @essential {{ ip daddr }}
    goto share
  }}

  # No more than a fair share for each phone, and no quota that ends in the middle of a form.
  chain share {{
    ct state new add @connections {{ ip saddr ct count over {caps.connections} }} drop
    update @up {{ ip saddr limit rate over {_rate(caps.up_kbit)} }} drop
    accept
  }}

  chain inward {{
    ct state != {{ established, related }} drop
    update @down {{ ip daddr limit rate over {_rate(caps.down_kbit)} }} drop
    accept
  }}

  # What phones may ask of the box itself: an address, names, the visitors' site.
  chain box {{
    type filter hook input priority filter - 5; policy accept;
    iifname != $LAN accept
    meta nfproto != ipv4 drop
    udp sport 68 udp dport 67 accept
    ip saddr != {network} drop
    ip daddr != {gateway} drop
    meta l4proto {{ tcp, udp }} th dport {{ 53, {CAPTIVE_DNS} }} goto names
    tcp dport {{ {ports} }} goto site
{door if lan.staff_port else "    # no door for tablets"}
    icmp type echo-request limit rate 10/second accept
    ct state established,related accept
    drop
  }}

  # Whether paired tablets may come this way: one rule, or none. Shut, an open connection is cut.
  chain tablets {{
    {_OPEN if tablets and lan.staff_port else "# shut"}
  }}

  chain names {{
    update @questions {{ ip saddr limit rate over {caps.questions}/second burst {caps.questions * 3} packets }} drop
    accept
  }}

  chain site {{
    ct state new add @visits {{ ip saddr ct count over {caps.connections} }} reject with tcp reset
    accept
  }}

  chain mask {{
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr {network} oifname != $LAN masquerade
  }}
}}
"""  # noqa: E501  one rule is one line


def anew(lan: Lan, *, tablets: bool = False) -> str:
    """The same after whatever was there is taken away, sets and all: for an older table."""
    return f"table {TABLE} {{\n}}\ndelete table {TABLE}\n{ruleset(lan, tablets=tablets)}"


def admit(who: Mac, seconds: int) -> str:
    """Begin the whole time, also for a phone that is in already: out and in as one."""
    element = f"element {TABLE} released {{ {who} }}"
    timed = f"element {TABLE} released {{ {who} timeout {seconds}s }}"
    return f"add {element}\ndelete {element}\nadd {timed}\n"


def expel(who: Mac) -> str:
    element = f"element {TABLE} released {{ {who} }}"
    return f"add {element}\ndelete {element}\n"


def world(*, up: bool) -> str:
    """With the uplink gone even the released see our page, which says so."""
    through = f"add rule {TABLE} world accept\n" if up else ""
    return f"flush chain {TABLE} world\n{through}"


def tablets(*, open_: bool) -> str:
    """The staff site's door on this side; whoever is inside when it shuts is cut off."""
    through = f"add rule {TABLE} tablets {_OPEN}\n" if open_ else ""
    return f"flush chain {TABLE} tablets\n{through}"


def _rate(kbit: int) -> str:
    """A rate with a second's worth at once, so that a page comes quickly."""
    kbytes = max(1, kbit // 8)
    return f"{kbytes} kbytes/second burst {kbytes} kbytes"
