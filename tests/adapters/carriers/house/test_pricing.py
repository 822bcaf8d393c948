"""What shipments cost by a rate sheet."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from support.house_parcels import REQUEST, documented_sheet, to

from adapters.carriers.house.rate_sheet.parser import parse_rate_sheet
from adapters.carriers.house.rate_sheet.pricing import price_of
from adapters.carriers.house.rate_sheet.sheet import RateSheet
from engine.model.label import LabelRequest, ParcelToShip
from engine.model.money import Money
from engine.ports.carriers import CarrierRefused

SHEET = """\
currency: {currency}
zones: {{a: [ES], b: [PT]}}
services:
  s:
    cm3_per_kg: 5000
    zones:
      a: [{{up_to_g: 1000, price: 1.005}}, {{up_to_g: 2000, price: 2}}, each_further_kg: 0.5]
  t:
    zones:
      a: [{{up_to_g: 1000, price: 1}}]
surcharges:
  {surcharges}
"""


def sheet_of(surcharges: str = "{}", currency: str = "EUR") -> RateSheet:
    sheet, problems = parse_rate_sheet(SHEET.format(surcharges=surcharges, currency=currency))
    assert sheet is not None, problems
    return sheet


def priced(*parcels: ParcelToShip, service: str = "s", **sheet: Any) -> str:
    request = replace(REQUEST, service=service, parcels=parcels)
    return str(price_of(sheet_of(**sheet), request, service).amount)


def refusal(sheet: RateSheet, request: LabelRequest, service: str) -> tuple[str, str]:
    with pytest.raises(CarrierRefused) as refused:
        price_of(sheet, request, service)
    message = refused.value.args[0]
    return message.code, message.format("en")


def documented() -> RateSheet:
    sheet, _problems = parse_rate_sheet(documented_sheet())
    assert sheet is not None
    return sheet


def test_the_documented_prices_are_right() -> None:
    small, large = ParcelToShip(3000), ParcelToShip(3000, 600, 500, 400)
    prices = [price_of(documented(), to("ES", "28001", parcels=(one,)), "next_day") for one in (small, large)]

    assert prices == [Money(Decimal("5.11"), "EUR"), Money(Decimal("15.02"), "EUR")]


@pytest.mark.parametrize(
    ("weight_g", "price"),
    [(1, "1.01"), (1000, "1.01"), (1001, "2.00"), (2000, "2.00"), (2001, "2.50"), (3000, "2.50"), (3001, "3.00")],
)
def test_a_parcel_costs_its_weight_step_and_each_kilogram_begun_beyond(weight_g: int, price: str) -> None:
    assert priced(ParcelToShip(weight_g)) == price


def test_the_volume_counts_where_it_is_heavier() -> None:
    assert priced(ParcelToShip(500, 100, 100, 500)) == "1.01"  # 1,000 g
    assert priced(ParcelToShip(500, 101, 100, 500)) == "2.00"  # 1,010 g
    assert priced(ParcelToShip(1500, 100, 100, 100)) == "2.00"
    assert priced(ParcelToShip(500, 1000, None, 1000)) == "1.01"
    assert priced(ParcelToShip(500, 1000, 1000, 1000), service="t") == "1.00"


def test_each_parcel_is_rounded_by_itself() -> None:
    assert priced(ParcelToShip(1), ParcelToShip(1), ParcelToShip(1)) == "3.03"  # not 3.015
    assert priced(ParcelToShip(1), currency="JPY") == "1"
    assert priced(ParcelToShip(2001), currency="JPY") == "3"  # 2.5
    assert priced(ParcelToShip(1), currency="KWD") == "1.005"


@pytest.mark.parametrize(
    ("surcharge", "price"),
    [
        ("{amount: 0.50}", "6.00"),  # 2 × 2.50, and 2 × 0.50
        ("{amount: 0.50, per: shipment}", "5.50"),
        ("{percent: 10.5}", "5.52"),  # 2 × 2.7625
        ("{percent: 10.5, per: shipment}", "5.53"),  # 5 × 0.105 is 0.525
        ("{amount: 1, weight_over_g: 2500}", "5.00"),
        ("{amount: 1, weight_over_g: 2499}", "7.00"),
        ("{amount: 1, weight_over_g: 4999, per: shipment}", "6.00"),
        ("{amount: 1, weight_over_g: 5000, per: shipment}", "5.00"),
        ("{amount: 1, longest_side_over_mm: 299}", "6.00"),
        ("{amount: 1, longest_side_over_mm: 300}", "5.00"),
        ("{amount: 1, zones: [a]}", "7.00"),
        ("{amount: 1, zones: [b]}", "5.00"),
        ("{amount: 1, services: [s]}", "7.00"),
        ("{amount: 1, services: [t]}", "5.00"),
        ("{amount: 1, cash_on_delivery: true}", "5.00"),
        ("{amount: 1, saturday: true}", "5.00"),
        ("{amount: 1, cash_on_delivery: false, weight_over_g: 2400, longest_side_over_mm: 200}", "6.00"),
    ],
)
def test_surcharges_are_charged_where_all_of_their_conditions_hold(surcharge: str, price: str) -> None:
    parcels = ParcelToShip(2500, 300, 20, 10), ParcelToShip(2500)

    assert priced(*parcels, surcharges=f"x: {surcharge}") == price


@pytest.mark.parametrize(
    ("condition", "options"),
    [
        ("cash_on_delivery", {"cash_on_delivery": {"amount": Decimal(20)}}),
        ("saturday", {"carrier_options": {"saturday_delivery": True}}),
    ],
)
def test_what_a_rule_asks_for_is_charged(condition: str, options: dict[str, Any]) -> None:
    sheet = sheet_of(f"x: {{amount: 1, {condition}: true}}")
    nothing: dict[str, Any] = {"cash_on_delivery": {"amount": 0}, "carrier_options": {"saturday_delivery": False}}

    assert price_of(sheet, replace(REQUEST, options=options), "s").amount == Decimal("3.00")
    assert price_of(sheet, replace(REQUEST, options=nothing), "s").amount == Decimal("2.00")


def test_what_has_no_price_is_refused_with_what_to_do() -> None:
    sheet = documented()

    assert refusal(sheet, REQUEST, "express") == (
        "no_service",
        'The rate sheet has no service "express": choose one of next_day, economy, or add it to the sheet.',
    )
    assert refusal(sheet, to("ES", "35001"), "next_day") == (
        "no_price",
        (
            'The service "next_day" has no price for ES 35001 Alcalá de Henares, which is in the zone "canaries"; '
            "it has prices for peninsula, balearics: choose another service, or add the zone to this one."
        ),
    )
    assert refusal(sheet, to("US", "10001"), "economy")[0] == "no_zone"
    assert refusal(sheet, to("ES", "51001"), "next_day")[0] == "no_zone"
    assert refusal(sheet, to("ES"), "next_day")[0] == "no_postal_code"
    assert refusal(sheet, to("FR", "75001", parcels=(ParcelToShip(1), ParcelToShip(30001))), "economy") == (
        "too_heavy",
        (
            'Parcel 2 counts as 30001 g, and "economy" goes up to 30000 g in the zone "europe": '
            "split the parcel, or add a weight step to the rate sheet."
        ),
    )
    assert refusal(sheet, to("FR", ship_date=date(2025, 12, 31)), "economy")[0] == "sheet_not_yet"
    assert refusal(sheet, to("FR", ship_date=date(2027, 1, 1)), "economy")[0] == "sheet_no_longer"


@pytest.mark.parametrize("day", [date(2026, 1, 1), date(2026, 12, 31)])
def test_a_sheet_counts_on_its_first_and_last_day(day: date) -> None:
    assert price_of(documented(), to("FR", ship_date=day), "economy") == Money(Decimal("9.80"), "EUR")
