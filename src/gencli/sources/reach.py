"""How near to this machine an address of the network is.

What a page on the public web sends us to must not be nearer than it is itself: only who sits here may name what is
inside. The ranges are those of IANA's registries of special-purpose addresses (RFC 6890), as `ipaddress` has them.
"""

import socket
from enum import IntEnum
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address

# RFC 6052: behind this prefix stands an IPv4 address, on networks that speak IPv6 alone.
_TRANSLATED = IPv6Network("64:ff9b::/96")


class Reach(IntEnum):
    """From everywhere, from this network, from this machine, or something that serves no pages at all."""

    PUBLIC = 0
    NETWORK = 1
    MACHINE = 2
    SPECIAL = 3


def reach(address: str) -> Reach:
    """How near the host of an address (IPv4 or IPv6, as digits) is; what is no address is `SPECIAL`."""
    try:
        found = _inner(ip_address(address.partition("%")[0]))
    except ValueError:
        return Reach.SPECIAL
    if found.is_loopback or found.is_unspecified:
        return Reach.MACHINE
    # 169.254.169.254 tells the secrets of a machine in a cloud.
    if found.is_link_local or found.is_multicast or found.is_reserved:
        return Reach.SPECIAL
    # Not all that is not private is public: 100.64.0.0/10 is the provider's own (RFC 6598).
    is_site = isinstance(found, IPv6Address) and found.is_site_local
    return Reach.PUBLIC if found.is_global and not is_site else Reach.NETWORK


def resolved(host: str, port: int) -> list[str]:
    """All addresses of a host, also of one that is written as a number. Raises `OSError` where it has none."""
    return [str(info[4][0]) for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]


def _inner(address: IPv4Address | IPv6Address) -> IPv4Address | IPv6Address:
    """The IPv4 address that an IPv6 address stands for, else the address itself."""
    if isinstance(address, IPv4Address):
        return address
    if address in _TRANSLATED:
        return IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour or address
