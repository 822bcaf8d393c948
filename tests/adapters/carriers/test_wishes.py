"""What rules ask of a carrier is told to it, or the label is refused with a sentence: nothing is silently dropped."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support import easypost_parcels, house_parcels, sendcloud
from support.easypost_parcels import ABROAD, DOMESTIC

from adapters.carriers.house.carrier import HouseSession
from adapters.carriers.house.label import ParcelLabel, label_page
from adapters.carriers.karrio.checks import check_shipment
from adapters.carriers.karrio.lines import UPS
from adapters.carriers.karrio.shipment import shipment
from adapters.carriers.sendcloud.announcement import announce_request, check_announcement
from adapters.carriers.sendcloud.settings import SendcloudSettings
from engine.model.label import LabelRequest
from engine.model.money import Money
from engine.ports import CarrierRefused
from rules.actions import all_actions
from rules.actions.carrier_option import OPTIONS

Told = Callable[[LabelRequest], Any]


def by_house(request: LabelRequest) -> Any:
    HouseSession(house_parcels.account(), None).check_request(request)
    return label_page(ParcelLabel(request, 0, "ACME0000001234", "Next day", "Own delivery", "en"))


def by_easypost(request: LabelRequest) -> Any:
    return easypost_parcels.sent(request)


def by_sendcloud(request: LabelRequest) -> Any:
    settings = SendcloudSettings("https://sendcloud.example")
    check_announcement(request, settings)
    return announce_request(request, settings, request.ship_date)


def by_karrio(request: LabelRequest) -> Any:
    check_shipment(UPS, request)
    return shipment(UPS, request)


HOME: Mapping[str, tuple[Told, LabelRequest]] = {
    "house": (by_house, house_parcels.REQUEST),
    "easypost": (by_easypost, DOMESTIC),
    "sendcloud": (by_sendcloud, sendcloud.REQUEST),
    "karrio_ups": (by_karrio, sendcloud.REQUEST),
}
OVERSEAS: Mapping[str, tuple[Told, LabelRequest]] = {
    "house": (by_house, house_parcels.to("US", "10036")),
    "easypost": (by_easypost, ABROAD),
    "sendcloud": (by_sendcloud, sendcloud.overseas()),
}
# What a rule can set, and the carriers that are told of it; the others refuse.
DOMESTIC_WISHES: tuple[tuple[dict[str, Any], set[str]], ...] = (
    ({"cash_on_delivery": {"amount": Decimal("12.50")}}, {"house", "easypost"}),
    ({"billing": {"party": "third_party", "account": "A1", "country": "US", "postal_code": "10001"}}, {"easypost"}),
    ({"billing": {"party": "recipient", "account": "A1", "postal_code": "10001"}}, {"easypost"}),
    ({"billing": {"party": "my_account", "account": "A1"}}, {"easypost"}),
    ({"carrier_options": {"saturday_delivery": True}}, {"house", "easypost"}),
    ({"carrier_options": {"contains_alcohol": True}}, {"easypost"}),
    ({"carrier_options": {"dry_ice": Decimal(500)}}, {"easypost"}),
    ({"carrier_options": {"dangerous_goods": True}}, set()),
    ({"carrier_options": {"non_machinable": True}}, {"easypost"}),
    ({"carrier_options": {"shipper_release": True}}, {"easypost"}),
    ({"carrier_options": {"show_postage": True}}, {"easypost"}),
    ({"carrier_options": {"blank_box": True}}, set()),
)
CUSTOMS_WISHES: tuple[tuple[dict[str, Any], set[str]], ...] = (
    ({"customs": {"contents": "gift"}}, {"easypost", "sendcloud"}),
    ({"customs": {"declaration": "hand made"}}, {"easypost", "sendcloud"}),
    ({"customs": {"tax_ids": {"ioss": "IM1234567890"}}}, {"easypost", "sendcloud"}),
    ({"customs": {"importer": "Lee Imports"}}, set()),
    ({"customs": {"non_delivery": "abandon"}}, {"easypost"}),
    ({"duties": {"payor": "sender"}}, {"easypost"}),  # the shipping option of the example leaves duties to the recipient
    ({"duties": {"payor": "recipient", "prepaid": True}}, set()),
    ({"duties": {"prepaid": True}}, {"easypost"}),
)


def cases(carriers: Mapping[str, tuple[Told, LabelRequest]], wishes: tuple[tuple[dict[str, Any], set[str]], ...]) -> list[Any]:
    return [
        pytest.param(tell, request, wish, carrier in told, id=f"{carrier}-{wish}")
        for carrier, (tell, request) in carriers.items()
        for wish, told in wishes
    ]


@pytest.mark.parametrize(("tell", "request_", "wish", "is_told"), cases(HOME, DOMESTIC_WISHES) + cases(OVERSEAS, CUSTOMS_WISHES))
def test_a_wish_is_told_or_the_label_is_refused(tell: Told, request_: LabelRequest, wish: dict[str, Any], is_told: bool) -> None:
    plain = tell(request_)
    asked = replace(request_, options={**request_.options, **wish})
    if is_told:
        assert tell(asked) != plain
        return
    with pytest.raises(CarrierRefused) as refused:
        tell(asked)
    said = refused.value.args[0]
    assert said.format("en") != said.format("es")


@pytest.mark.parametrize("carrier", HOME)
@pytest.mark.parametrize(
    ("wish", "carriers"),
    [
        ({"confirmation": "signature"}, {"house", "easypost"}),  # the shipping option of the example has neither
        ({"confirmation": "adult_signature"}, {"house", "easypost"}),
        ({"confirmation": "no_signature"}, {"easypost"}),
        ({"confirmation": "by pigeon"}, set()),
        ({"insured": Money(Decimal(500), "EUR")}, {"sendcloud"}),
    ],
)
def test_a_confirmation_and_an_insured_value_are_told_or_the_label_is_refused(
    carrier: str, wish: dict[str, Any], carriers: set[str]
) -> None:
    tell, request = HOME[carrier]
    asked = replace(request, **wish)
    if carrier in carriers:
        assert tell(asked) != tell(request)
        return
    with pytest.raises(CarrierRefused):
        tell(asked)


def test_every_carrier_option_of_the_rules_is_in_the_table() -> None:
    named = {name for wish, _ in DOMESTIC_WISHES for name in wish.get("carrier_options", ())}
    assert named == set(OPTIONS)
    assert {"bill_to", "cash_on_delivery", "carrier_option", "set_customs", "duties"} <= {
        action.code for action in all_actions() if action.is_carried_out
    }


@pytest.mark.parametrize("carrier", HOME)
def test_what_is_switched_off_or_usual_keeps_nothing_back(carrier: str) -> None:
    tell, request = HOME[carrier]
    off = {"carrier_options": dict.fromkeys(OPTIONS, False), "billing": {"party": "my_account"}, "duties": {"prepaid": False}}
    tell(replace(request, options=off))
