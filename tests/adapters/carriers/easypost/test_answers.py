"""What EasyPost's answers say: errors, rates, purchases and the way of a parcel."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.carriers.calls import Answer, Outcome, outcome_of
from adapters.carriers.easypost.answers import OUTCOMES, error_of, shipment_id
from adapters.carriers.easypost.purchases import Refund, insured_for, is_bought, parse_bought, refund_of
from adapters.carriers.easypost.rates import choose_rate, parse_rates, service_rates
from adapters.carriers.easypost.tracking import parse_tracking
from engine.model.carrier import ServiceRate
from engine.model.money import Money
from engine.model.tracking import TrackingState
from engine.ports import CarrierRefused, CarrierUnavailable
from rules.order_document import dumps


def rate(carrier: str, service: str, price: Any, **more: Any) -> dict[str, Any]:
    said = {"id": f"rate_{carrier}_{service}_{price}", "carrier": carrier, "service": service, "rate": price, "currency": "USD"}
    return {**said, "delivery_days": None, "est_delivery_days": None, **more}


RATED = {
    "rates": [
        rate("USPS", "Priority", "9.36", est_delivery_days=2),
        rate("USPS", "Priority", "7.90", delivery_days=3),
        rate("UPSDAP", "Ground", "11.70", currency="EUR"),
        rate("USPS", "Express", None),
        rate("USPS", "Odd", "1.00", currency="dollars"),
        "no rate",
    ],
    "messages": [
        {"carrier": "DHLExpress", "type": "rate_error", "message": "Dimensions are required"},
        {"carrier": "DHLExpress", "type": "rate_error", "message": "Dimensions are required"},
    ],
}
BOUGHT = {
    "id": "shp_1a",
    "tracking_code": "9400100000000000000001",
    "postage_label": {"label_url": "https://files.example.com/1.png"},
    "selected_rate": {"rate": "5.49", "currency": "USD"},
    "insurance": "100.00",
    "fees": [
        {"type": "LabelFee", "amount": "0.01000", "charged": True},
        {"type": "PostageFee", "amount": "5.49000", "charged": True},
        {"type": "InsuranceFee", "amount": "1.00000", "charged": True},
        {"type": "CarbonOffsetFee", "amount": "0.20000", "charged": False},
    ],
    "refund_status": None,
}


def answer(status: int, body: Any) -> Answer:
    return Answer(status, body if isinstance(body, bytes) else dumps(body), "EasyPost")


@pytest.mark.parametrize(
    ("body", "code", "words"),
    [
        ({"error": {"code": "A.B", "message": "No.", "errors": []}}, "A.B", "No."),
        (
            {"error": {"code": "A.B", "message": "No.", "errors": [{"field": "zip", "message": "is short"}]}},
            "A.B",
            "No. zip: is short",
        ),
        ({"error": {"code": "NOT_FOUND", "message": "No.", "errors": ["Nothing there."]}}, "NOT_FOUND", "No. Nothing there."),
        ({"error": {"code": "A.B", "message": ["One.", "Two."]}}, "A.B", "One. Two."),
        ({"error": {"code": "A.B", "message": {"base": ["One."]}}}, "A.B", "base: One."),
        ({"error": "no"}, "", ""),
        (b"<html>", "", ""),
        ([], "", ""),
    ],
)
def test_errors_are_read_in_every_form(body: Any, code: str, words: str) -> None:
    assert error_of(answer(422, body)) == (code, words)


def test_an_answer_that_is_no_error_has_none() -> None:
    assert error_of(answer(200, {"error": {"code": "A.B"}})) == ("", "")


@pytest.mark.parametrize(
    ("status", "code", "outcome"),
    [
        (201, "", Outcome.DONE),
        (401, "UNAUTHORIZED", Outcome.NOT_DONE),
        (402, "PAYMENT_REQUIRED", Outcome.NOT_DONE),
        (404, "NOT_FOUND", Outcome.NOT_DONE),
        (422, "SHIPMENT.POSTAGE.FAILURE", Outcome.NOT_DONE),
        (422, "SHIPMENT.REFUND.UNAVAILABLE", Outcome.NOT_DONE),
        (422, "SHIPMENT.POSTAGE.EXISTS", Outcome.UNKNOWN),
        (422, "SHIPMENT.PURCHASE.IN_PROGRESS", Outcome.UNKNOWN),
        (400, "SHIPMENT.POSTAGE.NO_RESPONSE", Outcome.UNKNOWN),
        (422, "SHIPMENT.POSTAGE.TIMED_OUT", Outcome.UNKNOWN),
        (422, "REFUND.NO_RESPONSE", Outcome.UNKNOWN),
        (429, "RATE_LIMITED", Outcome.UNKNOWN),
        (500, "INTERNAL_SERVER_ERROR", Outcome.UNKNOWN),
        (503, "", Outcome.UNKNOWN),
    ],
)
def test_codes_say_whether_something_was_done(status: int, code: str, outcome: Outcome) -> None:
    assert outcome_of(status, code, OUTCOMES) is outcome


@pytest.mark.parametrize("found", [None, "", "shp_", "shp_1/../2", 7])
def test_what_is_no_shipment_is_not_taken_for_one(found: Any) -> None:
    with pytest.raises(CarrierUnavailable):
        shipment_id({"id": found})


def test_rates_that_can_be_bought_are_read_exactly() -> None:
    assert [(one.service, one.price, one.days) for one in parse_rates(RATED)] == [
        ("USPS:Priority", Money(Decimal("9.36"), "USD"), 2),
        ("USPS:Priority", Money(Decimal("7.90"), "USD"), 3),
        ("UPSDAP:Ground", Money(Decimal("11.70"), "EUR"), None),
    ]
    assert parse_rates({"rates": None}) == []


def test_a_service_costs_the_least_that_its_carrier_accounts_ask() -> None:
    assert choose_rate(RATED, "usps:priority").price.amount == Decimal("7.90")
    assert service_rates(parse_rates(RATED), ["USPS:priority", "USPS:Express", "other"]) == [
        ServiceRate("USPS:priority", Money(Decimal("7.90"), "USD"), 3)
    ]


@pytest.mark.parametrize(
    ("shipment", "service", "sentence"),
    [
        (
            RATED,
            "DHLExpress:ExpressWorldwide",
            'EasyPost has no DHLExpress:ExpressWorldwide for this shipment: "Dimensions are required"',
        ),
        (RATED, "USPS:Express", "EasyPost has no USPS:Express for this shipment. It offers: USPS:Priority, UPSDAP:Ground."),
        ({}, "USPS:Express", "EasyPost has no USPS:Express for this shipment. It offers: –."),
        (
            {"rates": [rate("A", str(number), "1.00") for number in range(12)]},
            "USPS:Express",
            "EasyPost has no USPS:Express for this shipment. It offers: A:0, A:1, A:2, A:3, A:4, A:5, A:6, A:7, A:8, A:9, ….",
        ),
    ],
)
def test_a_service_that_is_not_offered_is_refused_with_what_its_carrier_says(
    shipment: dict[str, Any], service: str, sentence: str
) -> None:
    with pytest.raises(CarrierRefused) as refused:
        choose_rate(shipment, service)
    assert refused.value.args[0].format("en") == sentence


def test_a_purchase_costs_its_rate_and_what_easypost_charges_besides() -> None:
    bought = parse_bought(BOUGHT)

    assert (bought.carrier_id, bought.tracking_numbers, bought.cost) == (
        "shp_1a",
        ("9400100000000000000001",),
        Money(Decimal("6.50"), "USD"),
    )
    assert insured_for(BOUGHT) == Decimal(100)
    assert parse_bought({**BOUGHT, "selected_rate": {"rate": "7.00", "currency": "EUR"}}).cost == Money(Decimal("7.00"), "EUR")
    assert parse_bought({**BOUGHT, "selected_rate": None}).cost is None


def test_blanks_and_invisible_marks_are_no_part_of_a_tracking_number() -> None:
    assert parse_bought({**BOUGHT, "tracking_code": " 9400 1000\u200b0001 "}).tracking_numbers == ("940010000001",)
    with pytest.raises(CarrierUnavailable):
        parse_bought({**BOUGHT, "tracking_code": "\u200b"})


@pytest.mark.parametrize("missing", ["id", "tracking_code", "postage_label"])
def test_a_purchase_without_its_label_or_number_is_not_known(missing: str) -> None:
    with pytest.raises(CarrierUnavailable):
        parse_bought({**BOUGHT, missing: None})


def test_only_a_label_makes_a_shipment_bought() -> None:
    assert [is_bought(BOUGHT), is_bought({**BOUGHT, "postage_label": None}), is_bought({})] == [True, False, False]


@pytest.mark.parametrize(
    ("status", "refund"),
    [
        (None, Refund.NONE),
        ("submitted", Refund.GIVEN_BACK),
        ("refunded", Refund.GIVEN_BACK),
        ("not_applicable", Refund.GIVEN_BACK),
        ("rejected", Refund.REJECTED),
        ("considered", Refund.UNCLEAR),
    ],
)
def test_a_refund_is_given_rejected_or_unclear(status: str | None, refund: Refund) -> None:
    assert refund_of({"refund_status": status}) is refund


def scan(status: str, at: str, detail: str = "", **more: Any) -> dict[str, Any]:
    return {"status": status, "status_detail": detail, "datetime": at, "message": "", "tracking_location": None, **more}


def test_a_tracker_tells_the_way_of_a_parcel_in_order() -> None:
    place = {"city": "BOSTON", "state": "MA", "country": None, "zip": "02108"}
    details = [
        scan("delivered", "2026-03-04T10:00:00-05:00", message="Delivered, front door", tracking_location=place),
        scan("pre_transit", "2026-03-02T12:00:00Z"),
        scan("in_transit", "2026-03-02T18:00:00Z", "received_at_origin_facility"),
        scan("in_transit", "2026-03-03T06:00:00", "arrived_at_facility"),
        scan("in_transit", "2026-03-03T08:00:00Z", "missorted"),
        scan("unknown", "2026-03-03T09:00:00Z"),
        scan("out_for_delivery", "at some time"),
        scan("out_for_delivery", "9999-12-31T23:59:59-05:00"),
    ]
    events = parse_tracking({"tracker": {"tracking_details": details}})

    assert [event.state for event in events] == [
        TrackingState.LABEL_CREATED,
        TrackingState.ACCEPTED,
        TrackingState.IN_TRANSIT,
        TrackingState.EXCEPTION,
        TrackingState.DELIVERED,
    ]
    assert (events[-1].at, str(events[-1].words), events[-1].place) == (
        datetime(2026, 3, 4, 15, tzinfo=UTC),
        "Delivered, front door",
        "BOSTON, MA",
    )
    assert events[0].words is None
    assert parse_tracking({"tracker": None}) == []


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("out_for_delivery", TrackingState.OUT_FOR_DELIVERY),
        ("available_for_pickup", TrackingState.AVAILABLE_FOR_PICKUP),
        ("return_to_sender", TrackingState.RETURNED),
        ("failure", TrackingState.EXCEPTION),
        ("error", TrackingState.EXCEPTION),
        ("cancelled", TrackingState.VOIDED),
    ],
)
def test_every_state_of_a_tracker_has_one_here(status: str, state: TrackingState) -> None:
    [event] = parse_tracking({"tracker": {"tracking_details": [scan(status, "2026-03-02T12:00:00Z")]}})
    assert event.state is state
