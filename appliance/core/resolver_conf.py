"""The two resolvers as dnsmasq understands them, written from values.

One answers every name with our own page, but for the essential sites; the other gives addresses
out and answers as the world does. Neither writes or logs anything about a phone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from appliance.core.gate_rules import CAPTIVE_DNS, TABLE, Lan
from appliance.core.probes import CANARIES, WILDCARD

LEASE: Final = "15m"
_FIRST: Final = 10
"""So many addresses at the beginning of the network are kept for the box and its like."""
_QUIET: Final = """\
keep-in-foreground
log-facility=/dev/null
pid-file
no-hosts
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What both resolvers are told."""

    lan: Lan
    essentials: Sequence[str]
    upstreams: Sequence[str] = ()
    """Resolvers of the world; none: those of the system."""
    own_name: str = ""
    """The box's public name, when it has a certificate for one."""
    options: str = ""
    """The file whose DHCP options can change while it runs."""


def captive(names: Names) -> str:
    """Everything is our page; nothing is kept, so that a released phone asks anew."""
    essentials = "".join(
        f"{_server(name, names.upstreams)}nftset=/{name}/4#{_table()}#essential\n"
        for name in names.essentials
    )
    return (
        f"{_QUIET}port={CAPTIVE_DNS}\ninterface={names.lan.interface}\nexcept-interface=lo\n"
        "bind-dynamic\ncache-size=0\nlocal-ttl=0\nmax-ttl=60\ndns-forward-max=300\nfilter-AAAA\nstop-dns-rebind\n"
        f"address=/#/{WILDCARD}\n"
        "local=/#/\n"  # or questions of other kinds would be refused, which phones take amiss
        + "".join(f"address=/{name}/\n" for name in CANARIES)
        + ("no-resolv\n" if names.upstreams else "")
        + essentials
        + _own(names)
    )


def released(names: Names) -> str:
    """Addresses for the phones, and names as the world knows them."""
    lan = names.lan
    network = lan.address.network
    first, last = network.network_address + _FIRST, network.broadcast_address - 1
    upstreams = "".join(f"server={one}\n" for one in names.upstreams)
    return (
        f"{_QUIET}port=53\ninterface={lan.interface}\nexcept-interface=lo\nbind-dynamic\n"
        "cache-size=1000\nmax-cache-ttl=300\ndns-forward-max=300\ndomain-needed\nbogus-priv\n"
        "stop-dns-rebind\nfilter-AAAA\n"
        + ("no-resolv\n" if names.upstreams else "")
        + upstreams
        + "dhcp-authoritative\nno-ping\nquiet-dhcp\nleasefile-ro\n"
        f"dhcp-range={first},{last},{network.netmask},{LEASE}\n"
        f"dhcp-option=option:router,{lan.address.ip}\n"
        f"dhcp-option=option:dns-server,{lan.address.ip}\n"
        + (f"dhcp-optsfile={names.options}\n" if names.options else "")
        + _own(names)
    )


def options(api: str | None) -> str:
    """Option 114 (RFC 8910), or nothing at all."""
    return f"114,{api}\n" if api else ""


def _server(name: str, upstreams: Sequence[str]) -> str:
    if not upstreams:
        return f"server=/{name}/#\n"
    return "".join(f"server=/{name}/{one}\n" for one in upstreams)


def _own(names: Names) -> str:
    """The box's own name has its address here, and nobody outside is asked about it."""
    if not names.own_name:
        return ""
    address = names.lan.address.ip
    return f"address=/{names.own_name}/{address}\nlocal=/{names.own_name}/\n"


def _table() -> str:
    return TABLE.replace(" ", "#")
