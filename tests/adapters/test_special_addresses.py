"""Which addresses are ordinary machines: the IANA's special-purpose registries as a table, and what leads into them."""

from __future__ import annotations

import socket
from ipaddress import ip_address, ip_network
from typing import Any

import pytest

from adapters import outgoing
from adapters.outgoing import AddressRefused, Network, check_address
from adapters.special_addresses import is_public, reached_by

# As the registries have them, entry by entry: also those inside others, and those that are reachable from everywhere.
REGISTRIES = """
0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.0.0/29 192.0.0.8/32 192.0.0.9/32
192.0.0.10/32 192.0.0.170/32 192.0.0.171/32 192.0.2.0/24 192.31.196.0/24 192.52.193.0/24 192.88.99.0/24 192.168.0.0/16
192.175.48.0/24 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 240.0.0.0/4 255.255.255.255/32 224.0.0.0/4
::1/128 ::/128 64:ff9b::/96 64:ff9b:1::/48 100::/64 100:0:0:1::/64 2001::/23 2001::/32 2001:1::1/128 2001:1::2/128 2001:1::3/128
2001:2::/48 2001:3::/32 2001:4:112::/48 2001:10::/28 2001:20::/28 2001:30::/28 2001:db8::/32 2002::/16 2620:4f:8000::/48 3fff::/20
5f00::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8 ::/96 ::ffff:0:0:0/96
""".split()  # noqa: SIM905 - a table of 50 entries reads better as lines
PUBLIC = """
1.1.1.1 9.255.255.255 11.0.0.0 100.63.255.255 100.128.0.0 126.255.255.255 128.0.0.0 169.253.255.255 172.15.255.255 172.32.0.0
191.255.255.255 192.0.1.0 192.0.3.0 192.31.195.255 192.88.98.255 192.88.100.0 192.167.255.255 192.169.0.0 198.17.255.255
198.20.0.0 198.51.99.255 203.0.114.0 223.255.255.255 ::ffff:93.184.216.34 2001:200::1 2001:db7::1 2001:db9::1
2003::1 2606:2800:220:1::1
2620:4f:7fff::1 2620:4f:8001::1 3ffe::1 3fff:1000::1 2a00::5efe:5db8:d822
""".split()  # noqa: SIM905 - a table of 50 entries reads better as lines


@pytest.fixture
def resolved(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The addresses that every host name stands for."""
    addresses: list[str] = []

    def getaddrinfo(*_: Any, **__: Any) -> list[Any]:
        return [(socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, 443)) for one in addresses]

    monkeypatch.setattr(outgoing.socket, "getaddrinfo", getaddrinfo)
    return addresses


def is_called(resolved: list[str], address: str, *allow: str) -> bool:
    resolved[:] = [address]
    networks: list[Network] = [ip_network(one) for one in allow]
    try:
        check_address("https://shop.example", networks)
    except AddressRefused:
        return False
    return True


@pytest.mark.parametrize("network", REGISTRIES)
def test_a_special_range_is_refused_from_its_first_to_its_last_address(resolved: list[str], network: str) -> None:
    whole = ip_network(network)
    size = whole.num_addresses
    for offset in {0, 1 % size, size // 3, size // 2, size - 1}:
        assert not is_called(resolved, str(whole[offset]))
        assert not is_public(whole[offset])


@pytest.mark.parametrize("address", PUBLIC)
def test_what_lies_beside_them_is_called(resolved: list[str], address: str) -> None:
    assert is_called(resolved, address)


@pytest.mark.parametrize("address", ["4000::1", "6000::1", "8000::1", "e000::1", "200::1", "::1:0:0:1"])
def test_nothing_outside_global_unicast_is_called(resolved: list[str], address: str) -> None:
    assert not is_called(resolved, address)


@pytest.mark.parametrize(
    ("address", "inside"),
    [
        ("::ffff:192.0.0.192", "192.0.0.192"),
        ("::ffff:0:10.0.0.1", "10.0.0.1"),
        ("::10.0.0.1", "10.0.0.1"),
        ("64:ff9b::192.0.0.192", "192.0.0.192"),
        ("64:ff9b:1::10.0.0.1", "10.0.0.1"),
        ("64:ff9b:1:a00:0:100::", "10.0.0.1"),  # as RFC 6052 lays it out behind 48 bits
        ("2002:a00:1::1", "10.0.0.1"),
        ("2001:0:a00:1:0:0:f5ff:fffe", "10.0.0.1"),  # Teredo: its server, and the client with every bit turned over
        ("2a00::5efe:a00:1", "10.0.0.1"),  # ISATAP
        ("2a00::200:5efe:a00:1", "10.0.0.1"),
    ],
)
def test_an_address_inside_another_has_to_be_allowed_too(resolved: list[str], address: str, inside: str) -> None:
    assert ip_address(inside) in reached_by(ip_address(address))
    assert not is_called(resolved, address)
    assert is_called(resolved, address, "::/0", "0.0.0.0/0")


@pytest.mark.parametrize(
    "address", ["64:ff9b::a9fe:a9fe", "64:ff9b:1:a9fe:a9:fe00::", "2002:a9fe:a9fe::1", "2a00::5efe:a9fe:a9fe"]
)
def test_no_way_of_writing_it_leads_to_a_link_local_address(resolved: list[str], address: str) -> None:
    assert not is_called(resolved, address, "::/0", "0.0.0.0/0")


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.0.192", "192.0.0.0/24"),
        ("10.1.2.3", "10.0.0.0/8"),
        ("192.88.99.1", "192.88.99.0/24"),
        ("::1", "::1/128"),
        ("fd00::1", "fd00::/8"),
        ("3fff::1", "3fff::/20"),
        ("64:ff9b::5db8:d822", "64:ff9b::/96"),  # a network that reaches IPv4 by NAT64
    ],
)
def test_the_operator_may_allow_a_range(resolved: list[str], address: str, network: str) -> None:
    assert not is_called(resolved, address)
    assert is_called(resolved, address, network)
