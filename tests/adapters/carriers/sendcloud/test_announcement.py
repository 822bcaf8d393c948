"""What Sendcloud is told of a purchase."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from support.sendcloud import MUGS, NEW_YORK, REQUEST, WAREHOUSE, overseas

from adapters.carriers.sendcloud.announcement import announce_request
from adapters.carriers.sendcloud.settings import SendcloudSettings
from engine.model.label import LabelRequest, ParcelToShip
from engine.model.money import Money
from rules.order_document import dumps

TODAY = date(2026, 3, 9)


def announced(request: LabelRequest = REQUEST, today: date = TODAY, **settings: Any) -> dict[str, Any]:
    return announce_request(request, SendcloudSettings(**settings), today)


def test_a_shipment_within_the_union_is_told_in_full() -> None:
    assert announced() == {
        "external_reference_id": "lbl_1",
        "order_number": "1001",
        "to_address": {
            "name": "Ana Núñez",
            "address_line_1": "Rua Nova 2",
            "address_line_2": "3.º esq.",
            "postal_code": "1100-048",
            "city": "Lisboa",
            "country_code": "PT",
            "email": "ana@example.com",
        },
        "from_address": {
            "name": "Nave 3",
            "company_name": "Casa Verde",
            "address_line_1": "Calle Mayor 1",
            "postal_code": "28004",
            "city": "Madrid",
            "country_code": "ES",
        },
        "ship_with": {"type": "shipping_option_code", "properties": {"shipping_option_code": "postnl:standard"}},
        "label_details": {"mime_type": "application/pdf", "dpi": 72},
        "parcels": [
            {
                "weight": {"value": "1.320", "unit": "kg"},
                "dimensions": {"length": "20", "width": "15.5", "height": "10", "unit": "cm"},
            }
        ],
    }


@pytest.mark.parametrize(("weight_g", "kilograms"), [(1, "0.001"), (999, "0.999"), (1000, "1.000"), (31500, "31.500")])
def test_grams_become_kilograms_to_the_gram(weight_g: int, kilograms: str) -> None:
    [parcel] = announced(replace(REQUEST, parcels=(ParcelToShip(weight_g),)))["parcels"]
    assert parcel == {"weight": {"value": kilograms, "unit": "kg"}}


def test_a_client_is_the_sender_of_what_its_3pl_ships() -> None:
    told = announced(replace(REQUEST, sender="Tienda Azul", ship_from=replace(WAREHOUSE, name="")))
    assert (told["from_address"]["name"], told["from_address"]["company_name"]) == ("Tienda Azul", "Tienda Azul")


def test_contract_and_sender_of_the_account_are_sendclouds_own() -> None:
    told = announced(contract_id=517, sender_address_id=42)
    assert told["ship_with"]["properties"]["contract_id"] == 517
    assert told["from_address"] == {"sender_address_id": 42}  # and nothing beside it, which Sendcloud refuses


def test_a_later_ship_date_is_told_and_today_is_the_carriers_usual() -> None:
    later = replace(REQUEST, ship_date=date(2026, 3, 12))
    assert announced(later)["delivery_dates"] == {"handover_at": "2026-03-12T12:00:00+00:00"}
    assert "delivery_dates" not in announced(later, today=date(2026, 3, 12))


def test_insurance_is_shared_out_to_the_cent() -> None:
    parcels = (ParcelToShip(100), ParcelToShip(100), ParcelToShip(100))
    told = announced(replace(REQUEST, parcels=parcels, insured=Money(Decimal("100.00"), "EUR")))
    assert [one["additional_insured_price"] for one in told["parcels"]] == [
        {"value": "33.34", "currency": "EUR"},
        {"value": "33.33", "currency": "EUR"},
        {"value": "33.33", "currency": "EUR"},
    ]


def test_a_package_of_sendclouds_is_named_and_a_box_of_ones_own_is_not() -> None:
    parcels = (ParcelToShip(100, package="euro_pallet"), ParcelToShip(100, package="Box S"))
    told = announced(replace(REQUEST, parcels=parcels))
    assert [one.get("package_type") for one in told["parcels"]] == ["euro_pallet", None]


def test_across_a_customs_border_the_contents_are_declared() -> None:
    options = {
        "customs": {"declaration": "No wood.", "tax_ids": {"ioss": "IM1234567890", "eori": "ES12345678Z"}},
        "tax_ids": {"recipient_ein": "12-3456789", "eori": "overruled", "vat": "EL123456789"},
    }
    told = announced(overseas(options=options))

    assert told["to_address"]["state_province_code"] == "US-NY"
    assert told["total_order_price"] == {"value": "60.10", "currency": "EUR"}
    assert told["customs_information"] == {
        "invoice_number": "1001",
        "export_reason": "commercial_goods",
        "additional_declaration_statements": ["No wood."],
        "tax_numbers": {
            "sender": [
                {"name": "EORI", "country_code": "ES", "value": "ES12345678Z"},
                {"name": "VAT", "country_code": "GR", "value": "EL123456789"},
                {"name": "IOSS", "country_code": "ES", "value": "IM1234567890"},
            ],
            "receiver": [{"name": "EIN", "country_code": "US", "value": "12-3456789"}],
            "importer_of_record": [],
        },
    }
    assert told["parcels"][0]["parcel_items"] == [
        {
            "item_id": "1",
            "sku": "MUG",
            "description": "Taza",
            "quantity": 2,
            "weight": {"value": Decimal("0.4"), "unit": "kg"},
            "price": {"value": "30.05", "currency": "EUR"},
            "hs_code": "691200",
            "origin_country": "ES",
        }
    ]
    assert b'"weight":{"value":0.4,"unit":"kg"}' in dumps(told)  # a number without a detour by binary fractions


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        ({}, "commercial_goods"),
        ({"customs": {"contents": "Gift"}}, "gift"),
        ({"gift": True}, "gift"),
        ({"gift": True, "customs": {"contents": "sample"}}, "commercial_sample"),
    ],
)
def test_the_reason_of_the_export_is_what_rules_say(options: dict[str, Any], reason: str) -> None:
    information = announced(overseas(options=options))["customs_information"]
    assert information["export_reason"] == reason
    assert "tax_numbers" not in information


def test_customs_are_told_the_description_that_is_for_them() -> None:
    mugs = replace(MUGS, name="", description=" Ceramic mug ")
    [item] = announced(replace(overseas(), contents=(mugs,)))["parcels"][0]["parcel_items"]

    assert item["description"] == "Ceramic mug"


def test_a_declaration_without_an_order_number_has_the_labels_own() -> None:
    assert announced(overseas(order_number=""))["customs_information"]["invoice_number"] == "lbl_1"


@pytest.mark.parametrize(("state", "code"), [("ny", "US-NY"), ("US-NY", "US-NY")])
def test_states_are_told_by_their_codes(state: str, code: str) -> None:
    told = announced(overseas(ship_to=replace(NEW_YORK, state=state)))
    assert told["to_address"]["state_province_code"] == code


def test_many_pieces_of_little_weight_stay_exact() -> None:
    line = replace(MUGS, weight_g=Decimal("0.1"), quantity=Decimal("10.00"))
    [item] = announced(overseas(contents=(line,)))["parcels"][0]["parcel_items"]
    assert (item["weight"]["value"], item["quantity"]) == (Decimal("0.0001"), 10)
