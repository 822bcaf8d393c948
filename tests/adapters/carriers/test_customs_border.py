"""Where customs have to know what is inside."""

from __future__ import annotations

import pytest

from engine.model.customs_border import crosses_customs_border
from engine.model.label import PostalAddress


@pytest.mark.parametrize(
    ("ship_from", "ship_to"),
    [
        ("ES 28004", "ES 41001"),
        ("ES 28004", "PT 1100-048"),
        ("FR 75001", "MC 98000"),
        ("FR 06000", "FR 98000"),  # Monaco, as French addresses write it
        ("IE D02 AF30", "GB BT1 1AA"),
        ("GB E16 1ZE", "GB bt11aa"),
        ("GB E16 1ZE", "IM IM1 1AA"),
        ("CH 8001", "LI 9490"),
        ("ES 35001", "ES 38001"),
        ("PT 1100-048", "PT 9000-001"),  # Madeira
        ("US 10036", "US 90210"),
    ],
)
def test_within_a_customs_area_nothing_is_declared(ship_from: str, ship_to: str) -> None:
    assert not crosses_customs_border(address(ship_from), address(ship_to))
    assert not crosses_customs_border(address(ship_to), address(ship_from))


@pytest.mark.parametrize(
    ("ship_from", "ship_to"),
    [
        ("ES 28004", "US 10036"),
        ("ES 28004", "GB E16 1ZE"),
        ("ES 28004", "ES 35001"),  # the Canary Islands
        ("ES 28004", "ES 51 001"),  # Ceuta
        ("ES 51001", "ES 52001"),
        ("FR 75001", "FR 97400"),  # Réunion
        ("FR 75001", "RE 97400"),
        ("DE 80331", "DE 78266"),
        ("IT 20121", "IT 23041"),
        ("FI 00100", "FI 22100"),
        ("IE D02 AF30", "GB JE2 3AB"),
        ("GB E16 1ZE", "GB JE2 3AB"),
        ("NL 5611", "CH 8001"),
        ("GB BT1 1AA", "US 10036"),
        ("NO 0150", "SE 11122"),
    ],
)
def test_across_a_customs_border_what_is_inside_is_declared(ship_from: str, ship_to: str) -> None:
    assert crosses_customs_border(address(ship_from), address(ship_to))
    assert crosses_customs_border(address(ship_to), address(ship_from))


def address(written: str) -> PostalAddress:
    country, _, postal_code = written.partition(" ")
    return PostalAddress(country=country, postal_code=postal_code)
