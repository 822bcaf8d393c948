"""Carriers are known by whatever others call them, and their parcels can be followed."""

from __future__ import annotations

import pytest

from engine.model.tracking_links import find_carrier, tracking_link


@pytest.mark.parametrize(
    ("carrier", "service", "name"),
    [
        ("seur", "24h", "SEUR"),
        ("Correos Express", "paq24", "Correos Express"),
        ("correos_express", "paq24", "Correos Express"),
        ("DHLExpress", "", "DHL Express"),
        ("easypost", "USPS:Priority", "USPS"),
        ("easypost", "RoyalMail:Tracked", "Royal Mail"),
        ("house", "next_day", None),
        ("easypost", "priority", None),
    ],
)
def test_a_carrier_is_known_by_its_name_or_by_that_in_the_service(carrier: str, service: str, name: str | None) -> None:
    known = find_carrier(carrier, service)
    assert (None if known is None else known.name) == name


def test_a_number_stays_one_part_of_the_address() -> None:
    link = tracking_link("ups", "ground", "1Z/9 9&x=#1")
    assert link == "https://www.ups.com/track?tracknum=1Z%2F9%209%26x%3D%231"
    assert tracking_link("house", "own", "1") is None
