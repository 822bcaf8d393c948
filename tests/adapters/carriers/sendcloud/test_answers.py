"""What Sendcloud's answers mean, on examples of its documentation and on what they might be instead."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import pytest

from adapters.carriers.calls import Answer
from adapters.carriers.sendcloud.outcomes import error_of
from adapters.carriers.sendcloud.quotes import parse_rates
from adapters.carriers.sendcloud.shipments import SentParcel, SentShipment, check_announced, parse_shipment, parse_shipments
from adapters.carriers.sendcloud.tracking import parse_events
from engine.model.carrier import ServiceRate
from engine.model.money import Money
from engine.model.tracking import TrackingState
from engine.ports.carriers import CarrierRefused, CarrierUnavailable

PARCEL = {
    "id": 383707309,
    "status": {"code": "READY_TO_SEND", "message": "Ready to send"},
    "documents": [{"type": "label", "size": "a6", "link": "https://panel.sendcloud.sc/api/v3/parcels/383707309/documents/label"}],
    "tracking_number": "3SYZXG8498635",
}
SHIPMENT = {"id": "1ec27105", "order_number": "1001", "parcels": [PARCEL], "errors": []}
FAILED = {
    "status": "500",
    "code": "parcel_announcement_error",
    "detail": "Service error: An error occurred while connecting to the carrier.",
}
SENT = SentShipment("1ec27105", (SentParcel(383707309, "3SYZXG8498635", "READY_TO_SEND"),))


def sent(*codes: str, words: str = "") -> SentShipment:
    return SentShipment("1ec27105", tuple(SentParcel(1, "N", code) for code in codes), words)


def test_a_shipment_has_its_parcels_with_their_numbers() -> None:
    assert parse_shipment(SHIPMENT) == SENT
    customs = {"type": "cn23", "document_type": "customs-declaration"}
    label = base64.b64encode(b"%PDF-1.4").decode()
    [parcel] = parse_shipment({**SHIPMENT, "parcels": [{**PARCEL, "documents": [customs], "label_file": label}]}).parcels
    assert (parcel.has_customs, parcel.label) == (True, b"%PDF-1.4")
    [parcel] = parse_shipment({**SHIPMENT, "parcels": [{**PARCEL, "label_file": "no base64!", "documents": None}]}).parcels
    assert (parcel.has_customs, parcel.label) == (False, b"")


def test_blanks_and_invisible_marks_are_no_part_of_a_tracking_number() -> None:
    assert parse_shipment({**SHIPMENT, "parcels": [{**PARCEL, "tracking_number": " 3SYZ XG8498635\u200b"}]}) == SENT


@pytest.mark.parametrize(
    "data",
    [None, [], "x", {}, {"id": "1"}, {"id": "1", "parcels": []}, {"id": "1", "parcels": [None]}, {"id": "1", "parcels": [{}]}],
)
def test_what_is_no_shipment_leaves_open_what_was_done(data: Any) -> None:
    with pytest.raises(CarrierUnavailable, match="without a shipment"):
        parse_shipment(data)


def test_a_list_is_of_the_reference_that_was_asked_for() -> None:
    other = {**SHIPMENT, "id": "other", "external_reference_id": "lbl_2"}
    assert parse_shipments({"data": [other, {**SHIPMENT, "external_reference_id": "lbl_1"}]}, "lbl_1") == [SENT]
    assert parse_shipments({"data": [SHIPMENT]}, "lbl_1") == [SENT]  # it does not say of which it is
    assert parse_shipments({"data": []}, "lbl_1") == []
    with pytest.raises(CarrierUnavailable):
        parse_shipments({"data": "none"}, "lbl_1")


@pytest.mark.parametrize("codes", [("READY_TO_SEND",), ("ANNOUNCED", "PARCEL_EN_ROUTE"), ("A_NEW_STATUS",)])
def test_what_was_announced_is_bought(codes: tuple[str, ...]) -> None:
    check_announced(sent(*codes), len(codes))


@pytest.mark.parametrize("codes", [("ANNOUNCING",), ("READY_TO_SEND", "NO_LABEL"), ("",)])
def test_what_is_being_announced_is_not_known_yet(codes: tuple[str, ...]) -> None:
    with pytest.raises(CarrierUnavailable, match="still announcing"):
        check_announced(sent(*codes), len(codes))


def test_a_failed_announcement_bought_nothing_and_says_why() -> None:
    failed = parse_shipment({**SHIPMENT, "parcels": [{**PARCEL, "status": {"code": "ANNOUNCEMENT_FAILED"}}], "errors": [FAILED]})
    with pytest.raises(CarrierRefused, match="Service error: An error occurred while connecting to the carrier"):
        check_announced(failed, 1)
    with pytest.raises(CarrierRefused, match='only some of the parcels \\("–"\\): cancel the shipment 1ec27105'):
        check_announced(sent("ANNOUNCEMENT_FAILED", "READY_TO_SEND"), 2)
    with pytest.raises(CarrierRefused, match="was cancelled in your account"):
        check_announced(sent("CANCELLED"), 1)
    with pytest.raises(CarrierUnavailable, match="without a shipment"):
        check_announced(sent("READY_TO_SEND"), 2)  # another shipment than was asked for


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (
            b'{"errors": [{"code": "required", "detail": "No.", "source": {"pointer": "/to_address/name"}}, {"detail": "Big"}]}',
            ("required", "/to_address/name: No.; Big"),
        ),
        (b'{"errors": {"code": "invalid", "title": "No"}}', ("invalid", "No")),
        (b'{"errors": [{"source": "here"}, "text"]}', ("", "")),
        (b'{"detail": "Parcel does not exist"}', ("", "Parcel does not exist")),
        (b'{"detail": [{"msg": "x"}]}', ("", "")),
        (b"<html>", ("", "")),
    ],
)
def test_errors_are_read_as_far_as_they_can_be(content: bytes, said: tuple[str, str]) -> None:
    assert error_of(Answer(400, content, "Sendcloud")) == said


def option(code: str, **changes: Any) -> dict[str, Any]:
    total = {"value": "6.95", "currency": "EUR"}
    quote = {"price": {"total": total, "breakdown": []}, "lead_time": 24}
    return {"code": code, "functionalities": {"multicollo": False}, "quotes": [quote], **changes}


def test_rates_are_those_of_the_services_in_their_order() -> None:
    data = {"data": [option("b:b"), option("a:a"), option("b:b", quotes=None), option("c:c")]}
    price = Money(Decimal("6.95"), "EUR")
    assert parse_rates(data, ["a:a", "x:x", "b:b"], 1) == [ServiceRate("a:a", price, 1), ServiceRate("b:b", price, 1)]


def test_several_parcels_go_by_what_takes_several() -> None:
    data = {"data": [option("a:a"), option("b:b", functionalities={"multicollo": True}), option("c:c", functionalities=None)]}
    assert [rate.service for rate in parse_rates(data, ["a:a", "b:b", "c:c"], 2)] == ["b:b"]


@pytest.mark.parametrize(
    ("quotes", "rate"),
    [
        (None, ServiceRate("a:a", None)),
        ([], ServiceRate("a:a", None)),
        ([{"price": None, "lead_time": None}], ServiceRate("a:a", None)),
        ([{"price": {"total": {"value": "?", "currency": "EUR"}}, "lead_time": 49}], ServiceRate("a:a", None, 3)),
        ([{"price": {"total": {"value": "1.50", "currency": "euro"}}}], ServiceRate("a:a", None)),
        ([{"price": {"total": {"value": "NaN", "currency": "EUR"}}}], ServiceRate("a:a", None)),
        ([{"price": {"total": {"value": "0", "currency": "EUR"}}, "lead_time": 0}], ServiceRate("a:a", Money(Decimal(0), "EUR"))),
    ],
)
def test_a_price_that_nobody_names_is_not_known(quotes: Any, rate: ServiceRate) -> None:
    assert parse_rates({"data": [option("a:a", quotes=quotes)]}, ["a:a"], 1) == [rate]


@pytest.mark.parametrize("data", [{}, {"data": None}, {"data": ["text"]}])
def test_an_answer_without_options_has_no_rates(data: dict[str, Any]) -> None:
    assert parse_rates(data, ["a:a"], 1) == []


def event(at: str, code: str, words: str = "") -> dict[str, Any]:
    return {"event_at": at, "event_type": "carrier", "status_code": code, "status_description": words}


def test_events_come_in_their_order_with_the_carriers_words() -> None:
    found = parse_events(
        {
            "events": [
                event("2024-01-03T09:00:00+02:00", "driver-en-route"),
                event("2024-01-01T00:00:00Z", "READY_TO_SEND", "Ready to send"),
                event("2024-01-02T00:00:00Z", "accepted", "Parcel has been accepted\nby the carrier."),
                event("2024-01-04T00:00:00", "DELIVERED"),
                event("9999-12-31T23:59:59-05:00", "DELIVERED"),
            ]
        }
    )
    assert [(one.at, one.state) for one in found] == [
        (datetime(2024, 1, 2, tzinfo=UTC), TrackingState.ACCEPTED),
        (datetime(2024, 1, 3, 7, tzinfo=UTC), TrackingState.OUT_FOR_DELIVERY),
        (datetime(2024, 1, 4, tzinfo=UTC), TrackingState.DELIVERED),
    ]
    assert [str(one.words) for one in found] == ["Parcel has been accepted<U+000A>by the carrier.", "None", "None"]


def test_a_status_of_a_new_name_leaves_the_parcel_where_it_was() -> None:
    found = parse_events(
        {
            "events": [
                event("2024-01-01T00:00:00Z", "by-drone"),
                event("2024-01-02T00:00:00Z", "AWAITING_CUSTOMER_PICKUP"),
                event("2024-01-03T00:00:00Z", "by-drone"),
            ]
        }
    )
    waiting = TrackingState.AVAILABLE_FOR_PICKUP
    assert [one.state for one in found] == [TrackingState.LABEL_CREATED, waiting, waiting]


def test_events_that_say_nothing_are_left_out() -> None:
    assert parse_events({"events": [None, {}, event("yesterday", "DELIVERED")]}) == []
    assert parse_events({}) == []
    only_parent = {"event_at": "2024-01-02T00:00:00Z", "parent_status": "returned-to-sender"}
    assert [one.state for one in parse_events({"events": [only_parent]})] == [TrackingState.RETURNED]


def test_all_parcels_of_a_cancelled_shipment_are_cancelled() -> None:
    assert sent("CANCELLED", "CANCELLATION_REQUESTED").is_cancelled
    assert not replace(SENT).is_cancelled
    assert not sent("CANCELLED", "READY_TO_SEND").is_cancelled
