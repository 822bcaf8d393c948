"""Which addresses are those of ordinary machines on the internet.

The tables are the special-purpose address registries of the IANA, with multicast and what was withdrawn. They are kept here
because the standard library's answer (`is_global`) differs between versions of Python, and is wrong for some of these in each.
https://www.iana.org/assignments/iana-ipv4-special-registry, https://www.iana.org/assignments/iana-ipv6-special-registry
"""

from __future__ import annotations

from collections.abc import Iterator
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address

SPECIAL_IPV4 = tuple(
    map(
        IPv4Network,
        (
            "0.0.0.0/8",  # this network
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # between a carrier and its customers
            "127.0.0.0/8",  # this machine
            "169.254.0.0/16",  # link-local; the metadata service of most clouds
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # protocol assignments; the metadata service of some clouds
            "192.0.2.0/24",  # documentation
            "192.31.196.0/24",  # AS112
            "192.52.193.0/24",  # AMT
            "192.88.99.0/24",  # relays of 6to4, withdrawn
            "192.168.0.0/16",  # private
            "192.175.48.0/24",  # AS112
            "198.18.0.0/15",  # benchmarks
            "198.51.100.0/24",  # documentation
            "203.0.113.0/24",  # documentation
            "224.0.0.0/4",  # multicast
            "240.0.0.0/4",  # reserved; broadcast
        ),
    )
)
GLOBAL_UNICAST = IPv6Network("2000::/3")  # nothing outside it is an ordinary machine
SPECIAL_IPV6 = tuple(
    map(
        IPv6Network,
        (
            "::/128",  # unspecified
            "::1/128",  # this machine
            "::/96",  # IPv4-compatible, withdrawn
            "::ffff:0:0/96",  # IPv4-mapped
            "::ffff:0:0:0/96",  # IPv4-translated
            "64:ff9b::/96",  # NAT64
            "64:ff9b:1::/48",  # NAT64 inside one network
            "100::/64",  # discard
            "100:0:0:1::/64",  # dummy
            "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarks and others
            "2001:db8::/32",  # documentation
            "2002::/16",  # 6to4
            "2620:4f:8000::/48",  # AS112
            "3fff::/20",  # documentation
            "5f00::/16",  # segment routing
            "fc00::/7",  # private
            "fe80::/10",  # link-local
            "fec0::/10",  # site-local, withdrawn
            "ff00::/8",  # multicast
        ),
    )
)

_NAT64_LOCAL = IPv6Network("64:ff9b:1::/48")
_IPV4_AT_THE_END = tuple(map(IPv6Network, ("::/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")))
_ISATAP = 0x5EFE  # RFC 5214: the upper half of the interface identifier is 0000:5efe, or 0200:5efe
_UNIVERSAL_BIT = 0x0200_0000


def is_public(address: Address) -> bool:
    """Whether an address is that of an ordinary machine on the internet."""
    if isinstance(address, IPv4Address):
        return not any(address in network for network in SPECIAL_IPV4)
    return address in GLOBAL_UNICAST and not any(address in network for network in SPECIAL_IPV6)


def reached_by(address: Address) -> list[Address]:
    """Every address that a packet may reach: this one, and an IPv4 address that it is translated or tunnelled to."""
    if isinstance(address, IPv4Address):
        return [address]
    if address.ipv4_mapped is not None:
        return [address.ipv4_mapped]  # only another way of writing it
    if address.is_loopback or address.is_unspecified:
        return [address]
    return [address, *dict.fromkeys(_embedded(address))]


def _embedded(address: IPv6Address) -> Iterator[IPv4Address]:
    number = int(address)
    if any(address in network for network in _IPV4_AT_THE_END) and number & 0xFFFFFFFF:
        yield IPv4Address(number & 0xFFFFFFFF)
    if address in _NAT64_LOCAL and (inside := _after_48_bits(number)):
        yield IPv4Address(inside)
    if address.sixtofour is not None:
        yield address.sixtofour
    if address.teredo is not None:
        yield from address.teredo
    if (number >> 32) & 0xFFFFFFFF & ~_UNIVERSAL_BIT == _ISATAP:
        yield IPv4Address(number & 0xFFFFFFFF)


def _after_48_bits(number: int) -> int:
    """The IPv4 address behind a NAT64 prefix of 48 bits: around the eight bits that RFC 6052 keeps free."""
    return ((number >> 64) & 0xFFFF) << 16 | (number >> 40) & 0xFFFF
