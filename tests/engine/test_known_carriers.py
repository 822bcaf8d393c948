"""The list of well-known carriers and services: complete, without doubles, and what levels follow from it."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path

import pytest

from adapters.carriers.easypost.services import is_service
from adapters.carriers.sendcloud.shipping_option import is_option_code
from adapters.sandboxes.easypost.rating import SERVICES
from adapters.sandboxes.sendcloud.catalogue import CATALOGUE
from engine.known_carriers import (
    KnownCarrier,
    ServiceLevel,
    find_known_service,
    level_of,
    list_known_carriers,
    names_written_by,
)
from engine.known_services_page import known_services_page
from rules.fields.closed_values import COUNTRIES

DOCS = Path(__file__).parents[2] / "docs"
CODE = re.compile(r"[a-z0-9]+(_[a-z0-9]+)*")


@pytest.mark.parametrize("carrier", list_known_carriers(), ids=lambda carrier: carrier.code)
def test_an_entry_is_complete(carrier: KnownCarrier) -> None:
    assert CODE.fullmatch(carrier.code)
    assert carrier.name
    assert len(carrier.source) > 5
    assert carrier.country in COUNTRIES.codes
    assert carrier.services
    assert all(CODE.fullmatch(one.code) for one in carrier.services)
    assert all(one.name for one in carrier.services)
    doubled = [name for name, count in Counter(one.code for one in carrier.services).items() if count > 1]
    assert doubled == []


def test_no_carrier_and_no_writing_is_there_twice() -> None:
    codes = [carrier.code for carrier in list_known_carriers()]
    assert codes == sorted(set(codes))
    written = Counter(
        (kind, name.casefold())
        for carrier in list_known_carriers()
        for service in carrier.services
        for kind, names in service.written.items()
        for name in names
    )
    assert [name for name, count in written.items() if count > 1] == []


def test_services_are_written_as_their_carrier_accounts_take_them() -> None:
    assert all(is_service(name) for name in names_written_by("easypost"))
    assert all(is_option_code(name) for name in names_written_by("sendcloud"))
    kinds = {kind for carrier in list_known_carriers() for service in carrier.services for kind in service.written}
    assert kinds == {"correos", "easypost", "sendcloud"}


def test_what_the_stand_ins_offer_is_known_by_the_same_names() -> None:
    assert {f"{one.carrier}:{one.name}" for one in SERVICES} <= set(names_written_by("easypost"))
    products = {option.code.partition("/")[0] for option in CATALOGUE if option.carrier_code != "sendcloud"}
    assert products <= set(names_written_by("sendcloud"))


@pytest.mark.parametrize(
    ("kind", "service", "days", "level"),
    [
        ("easypost", "usps:priority", 1, ServiceLevel.STANDARD),  # known: its days do not count
        ("easypost", "UPSDAP:NextDayAir", None, ServiceLevel.OVERNIGHT),
        ("sendcloud", "dhl_express:worldwide/incoterm=ddp", None, ServiceLevel.EXPRESS),
        ("correos", "Paq Premium", None, ServiceLevel.EXPRESS),
        ("correos", "paq-premium", None, ServiceLevel.EXPRESS),  # as the demo and the README write them
        ("correos", "paq-estandar", None, ServiceLevel.STANDARD),
        ("house", "Economy", 1, ServiceLevel.ECONOMY),  # called by a level
        ("house", "van", 1, ServiceLevel.OVERNIGHT),
        ("house", "van", 2, ServiceLevel.EXPRESS),
        ("house", "van", 5, ServiceLevel.STANDARD),
        ("house", "van", 6, ServiceLevel.ECONOMY),
        ("house", "van", None, None),
    ],
)
def test_a_level_is_known_of_the_service_or_follows_from_its_days(
    kind: str, service: str, days: int | None, level: ServiceLevel | None
) -> None:
    assert level_of(kind, service, days) is level


def test_an_account_that_is_called_by_a_carrier_has_its_services() -> None:
    found = find_known_service("house", "24h", "SEUR")
    assert found is not None
    assert (found[0].code, found[1].level) == ("seur", ServiceLevel.OVERNIGHT)
    assert find_known_service("house", "24h") is None


def test_the_documentation_lists_them() -> None:
    assert (DOCS / "carrier-services.md").read_text("utf-8") == known_services_page(), "make docs"
