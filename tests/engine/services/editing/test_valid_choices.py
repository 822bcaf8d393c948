"""What is offered where a service or an address is not valid."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.address_rules import address_rules
from engine.services.editing.valid_choices import is_service_valid, valid_regions, valid_services
from rules.context import RuleContext

ACCOUNTS = [
    {"owner": "acme", "carrier": "SEUR", "services": ["24h", "Frio"]},
    {"owner": "casa", "carrier": "correos", "services": ["paq"]},
    {"owner": "other", "carrier": "dhl", "services": ["connect"]},
]


def context(**changes: Any) -> RuleContext:
    data = {"account": {"slug": "acme"}, "carrier_accounts": ACCOUNTS, "provider_accounts_allowed": True, **changes}
    return RuleContext.parse(data)


@pytest.mark.parametrize(
    ("order", "changes", "valid"),
    [
        ({"client": "casa", "carrier": "dhl"}, {}, ["correos paq", "SEUR 24h", "SEUR Frio"]),
        ({"client": "casa", "carrier": "seur"}, {}, ["SEUR 24h", "SEUR Frio", "correos paq"]),
        ({"client": "casa"}, {"clients_requiring_shared": ["casa"]}, ["correos paq"]),
        ({}, {}, ["SEUR 24h", "SEUR Frio"]),
        ({}, {"carrier_accounts": []}, []),
    ],
)
def test_the_services_of_the_accounts_that_the_order_may_use_are_offered(
    order: dict[str, Any], changes: dict[str, Any], valid: list[str]
) -> None:
    offered = valid_services(order, context(**changes))
    assert [one.words for one in offered] == valid
    for one in offered:
        assert is_service_valid({**order, **one.values}, context(**changes))


def test_where_no_account_offers_anything_any_service_counts_as_valid() -> None:
    assert is_service_valid({"carrier": "by-bike", "service": "today"}, context(carrier_accounts=[]))
    assert not is_service_valid({"carrier": "by-bike", "service": "today"}, context())
    assert is_service_valid({"carrier": "by-bike"}, context())


def test_the_regions_of_the_postal_code_are_offered_else_all_of_the_country() -> None:
    assert [one.values for one in valid_regions(address_rules, {"country": "us", "postal_code": "02108"})] == [
        {"ship_to.state": "Massachusetts"}
    ]
    everywhere = valid_regions(address_rules, {"country": "US", "postal_code": "?"})
    assert {"ship_to.state": "Texas"} in [one.values for one in everywhere]
    assert len({one.words for one in everywhere}) == len(everywhere) > 50


@pytest.mark.parametrize("country", ["", "DE", "Atlantis", "ZZ"])
def test_no_region_is_offered_where_addresses_have_none(country: str) -> None:
    assert valid_regions(address_rules, {"country": country}) == []
