"""What is refused before Sendcloud is asked, with a sentence that says what is missing."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support.sendcloud import HOME, MUGS, NEW_YORK, REQUEST, WAREHOUSE, overseas

from adapters.carriers.sendcloud.announcement import check_announcement
from adapters.carriers.sendcloud.settings import SendcloudSettings
from engine.model.label import LabelRequest, ParcelToShip
from engine.model.money import Money
from engine.ports.carriers import CarrierRefused
from rules.messages import Message

DDP = "dhl_express:worldwide/incoterm=ddp"
SIGNED = "postnl:standard/home_address_only,signature"


def refusal(request: LabelRequest, **settings: Any) -> Message:
    with pytest.raises(CarrierRefused) as refused:
        check_announcement(request, SendcloudSettings(**settings))
    said = refused.value.args[0]
    assert isinstance(said, Message)
    assert said.format("en") != said.format("es")
    assert "{" not in said.format("en") + said.format("es")
    return said


def with_options(**options: Any) -> LabelRequest:
    return replace(REQUEST, options=options)


@pytest.mark.parametrize(
    "request_",
    [
        REQUEST,
        replace(REQUEST, service=SIGNED, confirmation="signature"),
        replace(REQUEST, service="fedex:international/age_check=18", confirmation="Adult_Signature"),
        replace(REQUEST, confirmation="none"),
        replace(REQUEST, service="dpd:home/weekend_delivery=saturday", options={"carrier_options": {"saturday_delivery": True}}),
        replace(REQUEST, insured=Money(Decimal(5000), "EUR")),
        replace(REQUEST, insured=Money(Decimal(9000), "GBP")),
        with_options(billing={"party": "my_account"}, carrier_options={"contains_alcohol": False}),
        with_options(incoterm="DDP", duties={"payor": "sender"}, customs={"contents": "whatever"}),  # there is no border to cross
        overseas(),
        overseas(options={"incoterm": "DDU", "duties": {"payor": "recipient"}}),
        overseas(service=DDP, options={"incoterm": "ddp", "duties": {"payor": "sender", "prepaid": True}}),
        overseas(options={"customs": {"importer": "recipient", "non_delivery": "return"}}),
    ],
)
def test_what_sendcloud_can_ship_is_fine(request_: LabelRequest) -> None:
    check_announcement(request_, SendcloudSettings())


def test_all_that_an_address_lacks_is_said_at_once() -> None:
    said = refusal(replace(REQUEST, ship_to=replace(HOME, name=" ", street1="", postal_code="")))
    assert said.format("en") == "The ship-to address lacks what Sendcloud needs: a name or a company, street, postal code."
    assert (
        said.format("es") == "A la dirección de destino le falta lo que pide Sendcloud: nombre o empresa, calle, código postal."
    )
    said = refusal(replace(REQUEST, ship_from=replace(WAREHOUSE, street1="", city="", country="Spain")))
    assert "street, city, country (two letters). Complete the ship-from location, or set" in said.format("en")


def test_a_sender_that_sendcloud_knows_may_be_incomplete_here() -> None:
    check_announcement(replace(REQUEST, ship_from=replace(WAREHOUSE, street1="")), SendcloudSettings(sender_address_id=42))


@pytest.mark.parametrize(
    ("request_", "code", "words"),
    [
        (overseas(ship_to=replace(NEW_YORK, state="New York")), "ship_to_state", 'such as NY, and "New York" is none'),
        (replace(REQUEST, parcels=()), "no_parcels", "no parcel"),
        (replace(REQUEST, parcels=(ParcelToShip(5), ParcelToShip(0))), "no_weight", "Parcel 2"),
        (replace(REQUEST, parcels=(ParcelToShip(5),) * 16), "too_many_parcels", "at most 15"),
        (with_options(cash_on_delivery={"amount": Decimal(5)}), "cannot_be_told", "an amount to collect on delivery"),
        (with_options(billing={"party": "recipient", "account": "1"}), "cannot_be_told", 'bill the shipping to "recipient"'),
        (with_options(carrier_options={"dry_ice": 500}), "cannot_be_told", "dry ice"),
        (with_options(carrier_options={"something{new}": True}), "cannot_be_told", None),
        (with_options(carrier_options={"saturday_delivery": True}), "not_in_option", "weekend_delivery=saturday"),
        (replace(REQUEST, confirmation="signature"), "not_in_option", "choose a service whose code says signature"),
        (replace(REQUEST, confirmation="delivery"), "cannot_be_told", 'delivery confirmation "delivery"'),
        (replace(REQUEST, insured=Money(Decimal("1.99"), "EUR")), "bad_insurance", "2 to 5000 EUR, and not for 1.99 EUR"),
        (replace(REQUEST, insured=Money(Decimal("5000.01"), "EUR")), "bad_insurance", "5000.01 EUR"),
        (overseas(options={"incoterm": "ddp"}), "not_in_option", "incoterm DDP"),
        (overseas(options={"incoterm": "EXW"}), "not_in_option", "says incoterm=exw"),
        (overseas(service="ups:worldwide", options={"incoterm": "DAP"}), "not_in_option", "says incoterm=dap"),
        (overseas(options={"duties": {"payor": "sender"}}), "not_in_option", 'duties paid by "sender"'),
        (overseas(options={"duties": {"payor": "third_party"}}), "cannot_be_told", 'duties paid by "third_party"'),
        (overseas(parcels=(ParcelToShip(5), ParcelToShip(6))), "customs_parcels", "each parcel by itself"),
        (overseas(contents=()), "customs_contents", "no lines"),
        (overseas(currency=""), "customs_currency", "currency"),
        (overseas(options={"customs": {"contents": "returned_goods"}}), "customs_reason", 'not as "returned_goods"'),
        (overseas(options={"customs": {"tax_ids": {"nif": "B1"}}}), "customs_tax_id", 'tax number called "nif"'),
        (overseas(options={"customs": {"importer": "ImporterCo"}}), "customs_part", 'importer of record "ImporterCo"'),
        (overseas(options={"customs": {"non_delivery": "abandon"}}), "customs_part", 'delivered: "abandon"'),
    ],
)
def test_what_would_be_lost_or_refused_says_why(request_: LabelRequest, code: str, words: str | None) -> None:
    if words is None:  # braces of a document are not placeholders
        with pytest.raises(CarrierRefused, match=r"something\{new\}"):
            check_announcement(request_, SendcloudSettings())
        return
    said = refusal(request_)
    assert said.code == code
    assert words in said.format("en")


@pytest.mark.parametrize(
    ("changes", "missing"),
    [
        ({"name": ""}, "name"),
        ({"hs_code": "6912"}, "HS code of six digits or more"),
        ({"hs_code": "mugs 691200"}, "HS code of six digits or more"),
        ({"origin": "Spain"}, "country of origin"),
        ({"unit_price": None}, "price"),
        ({"weight_g": Decimal(0)}, "weight"),
        ({"quantity": Decimal("1.5")}, "a whole quantity"),
        ({"hs_code": "", "weight_g": None}, "HS code of six digits or more, weight"),
    ],
)
def test_each_line_has_what_customs_ask_for(changes: dict[str, Any], missing: str) -> None:
    said = refusal(overseas(contents=(MUGS, replace(MUGS, line_key="2", **changes))))
    name = "MUG" if "name" in changes else "Taza"
    assert said.format("en") == f'Across a customs border Sendcloud needs more of the line "{name}": {missing}.'
