"""The conversation with EasyPost, against its stand-in, when all goes well and when it does not."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support.easypost_parcels import ABROAD, CLOCK, DOMESTIC, LOOPBACK, PRIORITY, SAVER, account, label_of, opened
from support.house_parcels import codes_of_pdf, codes_of_png, words_of_pdf

from adapters.carriers.easypost.carrier import EasyPostCarrier, EasyPostSession
from adapters.carriers.easypost.kind import CUSTOMS_PDF, LABEL_PDF, LABEL_PNG, LABEL_ZPL
from adapters.sandboxes.easypost import EasyPostServer
from engine.model.carrier import ServiceRate
from engine.model.label import BoughtLabel, DocumentFormat, DocumentKind
from engine.model.money import Money
from engine.model.tracking import TrackingState
from engine.ports import CarrierRefused, CarrierUnavailable

INSURED = replace(DOMESTIC, insured=Money(Decimal("250.00"), "USD"))


@pytest.fixture
def session(server: EasyPostServer) -> EasyPostSession:
    return opened(server)


def made(session: EasyPostSession, request: Any = DOMESTIC) -> BoughtLabel:
    return session.buy(request, session.prepare(request))


def paths(server: EasyPostServer) -> list[str]:
    return [f"{method} {path.rpartition('/')[2]}" for method, path in server.calls]


def said(raised: pytest.ExceptionInfo[Any]) -> str:
    return str(raised.value.args[0])


def test_a_key_that_works_is_accepted_and_no_other(server: EasyPostServer) -> None:
    opened(server).check()
    for key in ("EZTKother", "EZAKother"):
        with pytest.raises(CarrierRefused) as refused:
            opened(server, key=key).check()
        assert said(refused) == "EasyPost does not accept the keys of this carrier account: enter them anew."


def test_a_key_never_goes_over_an_open_network_in_the_clear() -> None:
    with pytest.raises(CarrierRefused) as refused:
        EasyPostCarrier(CLOCK, []).open(account("http://192.0.2.1/v2")).check()
    assert "192.0.2.1" in said(refused)
    with pytest.raises(CarrierRefused) as refused:
        EasyPostCarrier(CLOCK, [LOOPBACK]).open(account("http://93.184.215.14/v2")).check()
    assert said(refused).startswith("http://93.184.215.14/v2/shipments is not encrypted")


def test_a_service_without_a_carrier_is_refused_without_asking(server: EasyPostServer, session: EasyPostSession) -> None:
    session.check_request(DOMESTIC)
    with pytest.raises(CarrierRefused, match="USPS:Priority"):
        session.check_request(replace(DOMESTIC, service="Priority"))
    assert server.calls == []


def test_rates_are_of_the_services_that_were_asked_for(server: EasyPostServer, session: EasyPostSession) -> None:
    assert session.rates(DOMESTIC, ["other"]) == []
    assert server.calls == []
    assert session.rates(replace(DOMESTIC, service=""), [SAVER, "usps:priority", "other"]) == [
        ServiceRate("usps:priority", Money(Decimal("9.36"), "USD"), 2)
    ]


def test_rates_are_those_of_the_carrier_accounts_that_are_named(server: EasyPostServer) -> None:
    session = opened(server, carrier_accounts="ca_00000000000000000000000000000004")
    assert session.rates(DOMESTIC, [PRIORITY]) == [ServiceRate(PRIORITY, Money(Decimal("11.70"), "USD"), 2)]


def test_a_purchase_is_made_of_what_was_prepared(server: EasyPostServer, session: EasyPostSession) -> None:
    prepared = session.prepare(DOMESTIC)
    assert session.find(DOMESTIC, prepared) is None
    assert session.find(DOMESTIC, "") is None
    bought = session.buy(DOMESTIC, prepared)

    assert (bought.carrier_id, bought.cost, server.book.purchases) == (prepared, Money(Decimal("9.37"), "USD"), [prepared])
    [document] = bought.documents
    assert (document.kind, document.format) == (DocumentKind.LABEL, DocumentFormat.PDF)
    assert codes_of_pdf(document.content) == {"Code 128": bought.tracking_numbers[0]}
    assert "Ann Lee" in words_of_pdf(document.content)[0]
    assert session.find(DOMESTIC, prepared) == bought


def test_a_purchase_that_is_made_twice_is_paid_once(server: EasyPostServer, session: EasyPostSession) -> None:
    prepared = session.prepare(DOMESTIC)
    assert session.buy(DOMESTIC, prepared) == session.buy(DOMESTIC, prepared)
    assert server.book.purchases == [prepared]
    assert paths(server).count("POST buy") == 1


def test_a_rival_who_bought_the_same_shipment_a_moment_before_is_no_harm(
    server: EasyPostServer, session: EasyPostSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = session.prepare(DOMESTIC)
    seen_before = session._shipment(prepared)
    first = session.buy(DOMESTIC, prepared)
    monkeypatch.setattr(EasyPostSession, "_shipment", lambda *_: monkeypatch.undo() or seen_before)

    assert session.buy(DOMESTIC, prepared) == first
    assert server.book.purchases == [prepared]
    assert paths(server).count("POST buy") == 2


def test_a_service_that_is_not_offered_is_refused_before_anything_can_be_bought(session: EasyPostSession) -> None:
    with pytest.raises(CarrierRefused, match="It offers: USPS:GroundAdvantage"):
        session.prepare(replace(DOMESTIC, service="USPS:Rocket"))


@pytest.mark.parametrize(
    ("fault", "is_paid"),
    [
        ({"lose_purchases": 1}, True),
        ({"garbage_purchases": 1}, True),
        ({"in_progress": 1}, False),
    ],
)
def test_a_purchase_without_a_clear_answer_is_found_or_made_later(
    server: EasyPostServer, session: EasyPostSession, fault: dict[str, Any], is_paid: bool
) -> None:
    prepared = session.prepare(DOMESTIC)
    server.change(**fault)
    with pytest.raises(CarrierUnavailable):
        session.buy(DOMESTIC, prepared)
    found = session.find(DOMESTIC, prepared)

    assert (found is not None) == is_paid
    assert (found or session.buy(DOMESTIC, prepared)).tracking_numbers
    assert server.book.purchases == [prepared]


@pytest.mark.parametrize("fault", [{"fail": 1}, {"limit": 1}, {"down": True}])
def test_what_may_pass_is_not_taken_for_a_no(server: EasyPostServer, session: EasyPostSession, fault: dict[str, Any]) -> None:
    prepared = session.prepare(DOMESTIC)
    server.change(**fault)
    with pytest.raises(CarrierUnavailable, match="EasyPost fails now"):
        session.buy(DOMESTIC, prepared)
    assert server.book.purchases == []


def test_a_carrier_that_takes_no_such_parcel_says_why(server: EasyPostServer, session: EasyPostSession) -> None:
    prepared = session.prepare(DOMESTIC)
    server.change(refuse_purchases=1)
    with pytest.raises(CarrierRefused) as refused:
        session.buy(DOMESTIC, prepared)
    assert said(refused) == 'EasyPost refuses (HTTP 422): "The carrier does not take this shipment."'


def test_a_key_that_was_changed_meanwhile_does_not_make_a_purchase_unmade(
    server: EasyPostServer, session: EasyPostSession
) -> None:
    bought = made(session)
    server.api_key = "EZTKnew"
    with pytest.raises(CarrierUnavailable, match="does not accept the keys"):
        session.find(DOMESTIC, bought.carrier_id)


def test_insurance_is_bought_along(server: EasyPostServer, session: EasyPostSession) -> None:
    bought = made(session, INSURED)

    assert bought.cost == Money(Decimal("11.87"), "USD")
    assert server.book.get(bought.carrier_id)["insurance"] == "250.00"
    assert "POST insure" not in paths(server)


def test_insurance_that_was_left_out_is_made_up_for(server: EasyPostServer, session: EasyPostSession) -> None:
    server.change(uninsured=1)
    bought = made(session, INSURED)
    assert server.book.get(bought.carrier_id)["insurance"] == "250.00"
    assert bought.cost == made(session, INSURED).cost == Money(Decimal("11.87"), "USD")


def test_a_label_that_a_rival_insured_a_moment_before_costs_the_insurance_too(
    server: EasyPostServer, session: EasyPostSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    prepared = session.prepare(INSURED)
    session.buy(replace(INSURED, insured=None), prepared)
    seen_before = session._shipment(prepared)
    server.book.insure(prepared, {"amount": "250.00"})
    monkeypatch.setattr(EasyPostSession, "_shipment", lambda *_: monkeypatch.undo() or seen_before)
    found = session.find(INSURED, prepared)

    assert found is not None
    assert found.cost == Money(Decimal("11.87"), "USD")


def test_a_label_that_cannot_be_insured_is_neither_lost_nor_printed(server: EasyPostServer, session: EasyPostSession) -> None:
    prepared = session.prepare(INSURED)
    server.change(refuse_insurance=True)
    with pytest.raises(CarrierUnavailable) as unclear:
        session.buy(INSURED, prepared)
    assert said(unclear) == (
        'EasyPost made the label, and does not insure it: "The insurance could not be purchased." '
        f"Insure shipment {prepared} in your EasyPost account, or refund it there."
    )
    server.change(refuse_insurance=False)
    assert session.find(INSURED, prepared) is not None
    assert server.book.get(prepared)["insurance"] == "250.00"


def test_a_label_that_was_given_back_elsewhere_is_not_taken_for_one(server: EasyPostServer, session: EasyPostSession) -> None:
    prepared = session.prepare(INSURED)
    server.change(refuse_insurance=True)
    with pytest.raises(CarrierUnavailable):
        session.buy(INSURED, prepared)
    server.book.settle_refund(prepared, "submitted")
    with pytest.raises(CarrierRefused, match="was given back in your EasyPost account"):
        session.find(INSURED, prepared)


def test_what_is_too_dear_to_insure_is_not_bought(server: EasyPostServer, session: EasyPostSession) -> None:
    request = replace(DOMESTIC, insured=Money(Decimal("5000.01"), "USD"))
    with pytest.raises(CarrierRefused, match="above the maximum"):
        made(session, request)
    assert server.book.purchases == []


def test_a_smaller_insurance_than_was_asked_for_is_no_insurance(server: EasyPostServer, session: EasyPostSession) -> None:
    prepared = session.prepare(INSURED)
    session.buy(replace(INSURED, insured=Money(Decimal("50.00"), "USD")), prepared)
    with pytest.raises(CarrierUnavailable, match="This shipment already has insurance"):
        session.find(INSURED, prepared)


def test_who_ships_is_told_where_carriers_want_to_know(server: EasyPostServer) -> None:
    made(opened(server, end_shipper="es_1"))
    assert server.bodies[-1]["end_shipper_id"] == "es_1"


def test_customs_papers_come_along(session: EasyPostSession) -> None:
    bought = made(session, ABROAD)

    assert [(one.kind, one.format) for one in bought.documents] == [
        (DocumentKind.LABEL, DocumentFormat.PDF),
        (DocumentKind.CUSTOMS, DocumentFormat.PDF),
    ]
    [invoice] = session.draw(label_of(ABROAD, bought), bought.tracking_numbers, CUSTOMS_PDF, is_copy=False)
    assert "COMMERCIAL INVOICE" in words_of_pdf(invoice.content)[0]
    assert session.draw(label_of(DOMESTIC, made(session)), [], CUSTOMS_PDF, is_copy=False) == []


def test_a_label_comes_in_every_format_and_as_a_copy(session: EasyPostSession) -> None:
    bought = made(session)
    label = label_of(DOMESTIC, bought)
    for form in (LABEL_PDF, LABEL_ZPL, LABEL_PNG):
        [original] = session.draw(label, bought.tracking_numbers, form, is_copy=False)
        [copy] = session.draw(label, bought.tracking_numbers, form, is_copy=True)
        assert (original.kind, original.format, original.size) == (form.kind, form.format, form.size)
        assert original.content != copy.content
        assert original == session.draw(label, bought.tracking_numbers, form, is_copy=False)[0]
    assert codes_of_png(session.draw(label, [], LABEL_PNG, is_copy=False)[0].content) == {"Code 128": bought.tracking_numbers[0]}


def test_a_label_that_cannot_be_converted_is_kept_as_it_is(server: EasyPostServer, session: EasyPostSession) -> None:
    server.change(no_conversion=True)
    bought = made(session)

    assert [one.format for one in bought.documents] == [DocumentFormat.PNG]
    with pytest.raises(CarrierRefused, match="cannot be converted"):
        session.draw(label_of(DOMESTIC, bought), [], LABEL_ZPL, is_copy=False)


def test_a_purchase_counts_whose_file_is_not_there_yet(server: EasyPostServer, session: EasyPostSession) -> None:
    server.change(lose_files=2)
    bought = made(session)
    label = label_of(DOMESTIC, bought)

    assert bought.documents == ()
    with pytest.raises(CarrierUnavailable):
        session.draw(label, [], LABEL_PDF, is_copy=False)
    assert session.draw(label, [], LABEL_PDF, is_copy=False)[0].content.startswith(b"%PDF")


def test_a_label_is_given_back_once(server: EasyPostServer, session: EasyPostSession) -> None:
    label = label_of(DOMESTIC, made(session))
    session.void(label)
    session.void(label)

    assert server.book.get(label.carrier_id)["refund_status"] == "submitted"
    assert paths(server).count("POST refund") == 1


def test_a_refund_whose_answer_was_lost_is_looked_up(server: EasyPostServer, session: EasyPostSession) -> None:
    label = label_of(DOMESTIC, made(session))
    server.change(lose_refunds=1)
    with pytest.raises(CarrierUnavailable):
        session.void(label)
    session.void(label)
    assert paths(server).count("POST refund") == 1


def test_a_rejected_refund_is_refused_and_may_be_asked_for_again(server: EasyPostServer, session: EasyPostSession) -> None:
    label = label_of(DOMESTIC, made(session))
    server.change(refund="rejected")
    with pytest.raises(CarrierRefused, match="its refund was rejected"):
        session.void(label)
    server.change(refund="not_applicable")  # of a carrier that charges when it scans
    session.void(label)


def test_a_parcel_that_was_scanned_is_not_taken_back(server: EasyPostServer, session: EasyPostSession) -> None:
    label = label_of(DOMESTIC, made(session))
    server.book.track(label.carrier_id, "in_transit", "arrived_at_facility", "Arrived", city="Waco", country="US")

    assert [(one.state, one.place) for one in session.track(label, [])] == [
        (TrackingState.LABEL_CREATED, ""),
        (TrackingState.IN_TRANSIT, "Waco, US"),
    ]
    with pytest.raises(CarrierRefused):
        session.void(label)


def test_the_price_before_a_purchase_is_the_rate_of_what_was_prepared(session: EasyPostSession) -> None:
    prepared = session.prepare(DOMESTIC)
    [rate] = session.rates(DOMESTIC, [PRIORITY])
    assert session.price(DOMESTIC, prepared) == rate.price
