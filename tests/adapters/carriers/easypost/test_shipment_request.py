"""What EasyPost is told of a shipment: addresses, parcel and options; and what is refused before it is asked."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from support.easypost_parcels import ABROAD, AUSTIN, BOSTON, DOMESTIC, SAVER, opened, sent

from adapters.carriers.easypost.packages import predefined_package
from adapters.carriers.easypost.units import inches, ounces, ounces_of_contents
from adapters.sandboxes.easypost import EasyPostServer
from engine.model.label import LabelRequest, ParcelToShip
from engine.model.money import Money
from engine.ports import CarrierRefused

OPTIONS = {"label_format": "PNG", "print_custom_1": "SO-1001"}


def with_options(**options: Any) -> LabelRequest:
    return replace(DOMESTIC, options=options)


def code_of(request: LabelRequest) -> str:
    with pytest.raises(CarrierRefused) as refused:
        sent(request)
    message = refused.value.args[0]
    assert message.format("en") != message.format("es")
    return str(message.code)


@pytest.mark.parametrize(
    ("grams", "written"), [(1, "0.1"), (28, "1.0"), (29, "1.1"), (750, "26.5"), (28_350, "1000.1"), (2_000_000, "70548.0")]
)
def test_a_parcel_weighs_tenths_of_an_ounce_rounded_up(grams: int, written: str) -> None:
    assert ounces(grams) == Decimal(written)


@pytest.mark.parametrize(("millimetres", "written"), [(1, "0.1"), (127, "5.0"), (128, "5.1"), (254, "10.0"), (255, "10.1")])
def test_a_side_measures_tenths_of_an_inch_rounded_up(millimetres: int, written: str) -> None:
    assert inches(millimetres) == Decimal(written)


@pytest.mark.parametrize(("grams", "written"), [("600", "21.164"), ("0.001", "0.001"), ("28.349523125", "1.000")])
def test_contents_never_outweigh_their_parcel(grams: str, written: str) -> None:
    assert ounces_of_contents(Decimal(grams)) == Decimal(written)


def test_a_shipment_says_who_sends_what_to_whom() -> None:
    shipment = sent(DOMESTIC)

    assert shipment == {
        "reference": "lbl_1",
        "from_address": {
            "name": "Dock 1",
            "company": "Casa Verde",
            "street1": "1 Main St",
            "city": "Austin",
            "state": "TX",
            "zip": "78701",
            "country": "US",
            "phone": "5125550100",
        },
        "to_address": {
            "name": "Ann Lee",
            "street1": "2 Elm St",
            "street2": "Apt 4",
            "city": "Boston",
            "state": "MA",
            "zip": "02108",
            "country": "US",
        },
        "parcel": {"weight": Decimal("26.5"), "length": Decimal("7.9"), "width": Decimal("6.0"), "height": Decimal("4.0")},
        "options": OPTIONS,
    }


def test_three_lines_of_a_street_are_two_and_a_size_may_be_unknown() -> None:
    address = replace(BOSTON, street1="", street2="Mill 3", street3="Gate B")
    shipment = sent(replace(DOMESTIC, ship_to=replace(address, street1="2 Elm St"), parcels=(ParcelToShip(10),), sender=""))

    assert (shipment["to_address"]["street1"], shipment["to_address"]["street2"]) == ("2 Elm St", "Mill 3, Gate B")
    assert shipment["parcel"] == {"weight": Decimal("0.4")}
    assert shipment["from_address"]["company"] == "Acme 3PL"
    assert sent(replace(DOMESTIC, ship_to=address))["to_address"]["street1"] == "Mill 3"


def test_only_the_carrier_accounts_that_are_named_are_asked() -> None:
    assert sent(DOMESTIC, "ca_1", "ca_2")["carrier_accounts"] == ["ca_1", "ca_2"]


def test_a_later_ship_date_stands_on_the_label() -> None:
    assert sent(replace(DOMESTIC, ship_date=date(2026, 3, 5)))["options"]["label_date"] == "2026-03-05T12:00:00Z"


@pytest.mark.parametrize(
    ("package", "services", "found"),
    [
        ("flat rate envelope", ["USPS:Priority"], "FlatRateEnvelope"),
        ("FlatRateEnvelope", ["UPSDAP:Ground"], None),
        ("pak", ["DHLExpress:ExpressWorldwide", "UPSDAP:Ground"], "Pak"),
        ("fedex_pak", ["FedExDefault:FEDEX_GROUND"], "FedExPak"),
        ("Box A", ["USPS:Priority"], None),
        ("Parcel", ["USPS:Priority"], None),
    ],
)
def test_the_carriers_own_packages_are_told_by_name_and_boxes_of_ones_own_are_not(
    package: str, services: list[str], found: str | None
) -> None:
    assert predefined_package(package, services) == found


def test_a_package_of_the_carrier_has_no_size() -> None:
    request = replace(DOMESTIC, parcels=(ParcelToShip(500, 300, 200, 10, "Flat Rate Envelope"),))
    assert sent(request)["parcel"] == {"weight": Decimal("17.7"), "predefined_package": "FlatRateEnvelope"}


@pytest.mark.parametrize(
    ("confirmation", "said"),
    [
        ("", {}),
        ("delivery", {}),
        ("signature", {"delivery_confirmation": "SIGNATURE"}),
        ("Adult signature", {"delivery_confirmation": "ADULT_SIGNATURE"}),
        ("no_signature", {"delivery_confirmation": "NO_SIGNATURE"}),
    ],
)
def test_a_delivery_is_confirmed_as_asked(confirmation: str, said: dict[str, str]) -> None:
    assert sent(replace(DOMESTIC, confirmation=confirmation))["options"] == OPTIONS | said


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"saturday_delivery": True}, {"saturday_delivery": True}),
        ({"saturday_delivery": False, "blank_box": False}, {}),
        ({"contains_alcohol": True, "non_machinable": True}, {"alcohol": True, "machinable": False}),
        ({"show_postage": True}, {"print_rate": True}),
        ({"shipper_release": True}, {"delivery_confirmation": "NO_SIGNATURE"}),
        ({"dry_ice": True}, {"dry_ice": True}),
        ({"dry_ice": 500}, {"dry_ice": True, "dry_ice_weight": "17.7"}),
    ],
)
def test_carrier_options_are_passed_on(options: dict[str, Any], said: dict[str, Any]) -> None:
    assert sent(with_options(carrier_options=options))["options"] == OPTIONS | said


@pytest.mark.parametrize(
    ("billing", "said"),
    [
        ({}, {}),
        ({"party": "my_account"}, {}),
        ({"party": "my_account", "account": "A1"}, {"payment": {"type": "SENDER", "account": "A1"}}),
        (
            {"party": "Recipient", "account": "A1", "postal_code": "02108"},
            {"payment": {"type": "RECEIVER", "account": "A1", "postal_code": "02108"}},
        ),
        (
            {"party": "third_party", "account": "A1", "postal_code": "02108", "country": "US"},
            {"payment": {"type": "THIRD_PARTY", "account": "A1", "postal_code": "02108", "country": "US"}},
        ),
    ],
)
def test_whoever_pays_the_carrier_is_told(billing: dict[str, str], said: dict[str, Any]) -> None:
    assert sent(with_options(billing=billing))["options"] == OPTIONS | said


def test_cash_on_delivery_is_collected_in_dollars() -> None:
    request = with_options(cash_on_delivery={"amount": Decimal("61.50")})

    assert sent(request)["options"]["cod_amount"] == "61.50"
    assert code_of(replace(request, currency="EUR")) == "collected_in"


@pytest.mark.parametrize(
    ("request_", "code"),
    [
        (replace(DOMESTIC, ship_from=replace(AUSTIN, country="")), "ship_from_country"),
        (replace(DOMESTIC, ship_from=replace(AUSTIN, street1=" ")), "ship_from_street"),
        (replace(DOMESTIC, ship_from=replace(AUSTIN, city="")), "ship_from_street"),
        (replace(DOMESTIC, ship_to=replace(BOSTON, country="")), "ship_to_country"),
        (replace(DOMESTIC, ship_to=replace(BOSTON, country="USA")), "ship_to_country"),
        (replace(DOMESTIC, ship_to=replace(BOSTON, name="")), "ship_to_name"),
        (replace(DOMESTIC, ship_to=replace(BOSTON, street1="", street2="")), "ship_to_street"),
        (replace(DOMESTIC, ship_to=replace(BOSTON, city="", postal_code="")), "ship_to_city"),
        (replace(DOMESTIC, parcels=()), "one_parcel"),
        (replace(DOMESTIC, parcels=(ParcelToShip(5), ParcelToShip(5))), "one_parcel"),
        (replace(DOMESTIC, parcels=(ParcelToShip(0),)), "no_weight"),
        (replace(DOMESTIC, insured=Money(Decimal(10), "EUR")), "insured_in"),
        (replace(DOMESTIC, confirmation="carrier pigeon"), "confirmation"),
        (replace(with_options(carrier_options={"shipper_release": True}), confirmation="signature"), "signed_and_left"),
        (with_options(carrier_options={"blank_box": True}), "carrier_option"),
        (with_options(carrier_options={"dangerous_goods": True}), "dangerous_goods"),
        (with_options(billing={"party": "the king"}), "billing_party"),
        (with_options(billing={"party": "third_party", "account": "A1", "postal_code": "02108"}), "billing_lacks"),
        (with_options(billing={"party": "recipient", "account": "A1"}), "billing_lacks"),
    ],
)
def test_what_easypost_cannot_do_is_refused_without_asking_it(request_: LabelRequest, code: str) -> None:
    assert code_of(request_) == code


def test_a_sentence_names_the_option_as_people_know_it() -> None:
    with pytest.raises(CarrierRefused) as refused:
        sent(with_options(carrier_options={"blank_box": True}))
    assert refused.value.args[0].format("en") == (
        'EasyPost has nothing for "plain box without branding": take this carrier option off the order.'
    )
    assert '"caja lisa sin marca"' in refused.value.args[0].format("es")


def test_nothing_is_declared_within_one_customs_area() -> None:
    within = replace(ABROAD, ship_from=replace(AUSTIN, country="ES"), ship_to=replace(BOSTON, country="PT"), contents=())
    shipment = sent(within)

    assert "customs_info" not in shipment
    assert shipment["options"] == OPTIONS
    assert within.service == SAVER


def test_of_a_return_easypost_gets_the_addresses_of_the_way_there_and_turns_them_round() -> None:
    back = replace(DOMESTIC, ship_from=DOMESTIC.ship_to, ship_to=DOMESTIC.ship_from, sender="Ann Lee", is_return=True)
    there, said = sent(DOMESTIC), sent(back)
    assert said["is_return"] is True
    assert said["to_address"] == there["to_address"]
    assert said["from_address"] == {**there["from_address"], "company": "Acme 3PL"}


def test_a_return_is_bought_as_labels_are(server: EasyPostServer) -> None:
    back = replace(DOMESTIC, ship_from=DOMESTIC.ship_to, ship_to=DOMESTIC.ship_from, is_return=True)
    session = opened(server)
    bought = session.buy(back, session.prepare(back))
    shipment = server.book.get(bought.carrier_id)
    assert (shipment["is_return"], shipment["from_address"]["city"], shipment["to_address"]["city"]) == (True, "Boston", "Austin")
    assert bought.documents


@pytest.mark.parametrize(
    ("side", "lacks", "says"),
    [
        ("ship_from", {"country": ""}, "The ship-to address has no country"),
        ("ship_from", {"city": ""}, "The ship-to address has no street or no city"),
        ("ship_to", {"country": ""}, "The location that the return comes back to has no country"),
        ("ship_to", {"name": "", "company": ""}, "comes back to has neither a name nor a company"),
        ("ship_to", {"street1": "", "street2": ""}, "comes back to has no street"),
        ("ship_to", {"city": "", "postal_code": ""}, "comes back to has neither a city nor a postal code"),
    ],
)
def test_what_a_return_lacks_is_said_of_the_side_that_lacks_it(side: str, lacks: dict[str, str], says: str) -> None:
    back = replace(DOMESTIC, ship_from=DOMESTIC.ship_to, ship_to=DOMESTIC.ship_from, is_return=True)
    with pytest.raises(CarrierRefused, match=says):
        sent(replace(back, **{side: replace(getattr(back, side), **lacks)}))
