"""Addresses as countries write them, from the data that the installation has."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.address_rules import address_rules
from engine.model.address_check import AddressCheck, check_address


def checked(country: str, **parts: Any) -> AddressCheck:
    return check_address(address_rules, {"street1": "Long Road 1", "city": "Town", "country": country, **parts})


@pytest.mark.parametrize(
    ("country", "parts"),
    [
        ("ES", {"postal_code": "28004", "state": "Madrid"}),
        ("ES", {"postal_code": "28004"}),  # the postal code says the province
        ("ES", {"postal_code": "01001"}),
        ("ES", {"postal_code": "ES-52001"}),
        ("es", {"postal_code": 28004, "state": "Comunidad de Madrid"}),
        ("ES", {"postal_code": "48001", "state": "Bizkaia"}),
        ("ES", {"postal_code": "48001", "state": "vizcaya"}),
        ("PT", {"postal_code": "1250 096"}),
        ("PT", {"postal_code": "1250096"}),
        ("GB", {"postal_code": "bt7 1nn"}),
        ("GB", {"postal_code": "bt71nn"}),
        ("SE", {"postal_code": "SE-111 22"}),
        ("US", {"postal_code": "90210", "state": "ca"}),
        ("US", {"postal_code": "90210-1234", "state": "US-CA"}),
        ("US", {"postal_code": "90210", "state": "California"}),
        ("IE", {}),
        ("HK", {"postal_code": "999077", "state": "Kowloon"}),
    ],
)
def test_an_address_that_its_country_could_have_is_verified(country: str, parts: dict[str, Any]) -> None:
    assert (checked(country, **parts).verdict, checked(country, **parts).problems) == ("verified", ())


@pytest.mark.parametrize(
    ("country", "parts", "verdict", "said"),
    [
        ("ES", {"postal_code": "2800"}, "error", ["2800 is not a postal code of Spain: they look like 28039."]),
        (
            "ES",
            {"postal_code": "99999", "state": "Madrid"},
            "error",
            ["99999 is not a postal code of Spain: they look like 28039."],
        ),
        ("ES", {"postal_code": "53001"}, "error", ["53001 is not a postal code of Spain: they look like 28039."]),
        ("ES", {"postal_code": "00000"}, "error", ["00000 is not a postal code of Spain: they look like 28039."]),
        ("ES", {}, "error", ["The postal code is missing: Spain has one for every address."]),
        (
            "US",
            {"postal_code": "90210"},
            "error",
            ["The state or province is missing: addresses in United States need one."],
        ),
        ("DE", {"postal_code": "10115", "street1": " "}, "error", ["The street is missing."]),
        ("DE", {"postal_code": "10115", "city": None}, "error", ["The city is missing."]),
        (
            "US",
            {"postal_code": "90210", "state": "New York"},
            "warning",
            ["The postal code 90210 is not one of New York: one of the two is wrong."],
        ),
        (
            "US",
            {"postal_code": "90210", "state": "Kalifornien"},
            "warning",
            ['United States has no state or province called "Kalifornien".'],
        ),
    ],
)
def test_what_is_wrong_with_an_address_is_said(country: str, parts: dict[str, Any], verdict: str, said: list[str]) -> None:
    check = checked(country, **parts)
    assert (check.verdict, [str(problem) for problem in check.problems]) == (verdict, said)


def test_what_is_wrong_is_said_in_spanish_too() -> None:
    (problem,) = checked("PT", postal_code="1").problems
    assert problem.format("es") == "1 no es un código postal de Portugal: son como 2725-079."


@pytest.mark.parametrize("country", ["", "XX", "ZZ", "Spain", "é1", "../es"])
def test_of_a_country_of_which_nothing_is_known_nothing_is_said(country: str) -> None:
    assert checked(country, postal_code="1").verdict is None


def test_a_postal_code_of_any_length_is_answered_at_once() -> None:
    (problem,) = checked("GB", postal_code="B" * 1_000_000).problems
    assert str(problem).startswith("BBBBBBBBBBBBBBBBBBBB is not a postal code")


def test_every_country_can_be_read() -> None:
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    known = [code for one in letters for other in letters if address_rules(code := one + other) is not None]
    assert len(known) > 200
