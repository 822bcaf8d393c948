"""Conversations with the stand-in: what is bought once, found, given back and fetched, also where answers are lost."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support.house_parcels import codes_of_pdf, codes_of_png, words_of_pdf
from support.sendcloud import REQUEST, SERVICES, OpenSendcloud, open_sendcloud, overseas

from adapters.carriers.sendcloud.carrier import SendcloudCarrier
from adapters.carriers.sendcloud.description import CUSTOMS_PDF, LABEL_PDF, SENDCLOUD
from adapters.sandboxes.sendcloud import SendcloudServer
from engine.model.carrier import ServiceRate
from engine.model.label import DocumentFormat, DocumentKind, PaperSize, ParcelToShip
from engine.model.money import Money
from engine.model.tracking import TrackingState
from engine.ports.carriers import CarrierRefused, CarrierUnavailable

ANNOUNCE, FIND, QUOTES = "POST /shipments/announce", "GET /shipments", "POST /shipping-options"
THREE = replace(REQUEST, service="dpd:home", parcels=(ParcelToShip(500), ParcelToShip(1500), ParcelToShip(2500)))
LABEL_ZPL, LABEL_PNG = SENDCLOUD.forms[1:3]


@pytest.fixture
def sendcloud() -> Iterator[OpenSendcloud]:
    with open_sendcloud() as opened:
        yield opened


def test_a_purchase_is_one_announcement_and_brings_the_label(sendcloud: OpenSendcloud) -> None:
    bought = sendcloud.buy()

    assert sendcloud.called() == [QUOTES, ANNOUNCE]  # the label came along
    assert bought.tracking_numbers == ("3SSAND0000001",)
    assert bought.cost == Money(Decimal("5.01"), "EUR")  # as quoted: 4.35, and 0.50 for each of 1.32 kg
    [label] = bought.documents
    assert (label.kind, label.format, label.size, label.parcel) == (DocumentKind.LABEL, DocumentFormat.PDF, PaperSize.LABEL, 0)
    assert codes_of_pdf(label.content) == {"Code 128": "3SSAND0000001"}
    assert sendcloud.server.bodies[0]["external_reference_id"] == "lbl_1"


def test_several_parcels_are_one_shipment_with_a_label_each(sendcloud: OpenSendcloud) -> None:
    bought = sendcloud.buy(THREE)

    assert bought.tracking_numbers == ("3SSAND0000001", "3SSAND0000002", "3SSAND0000003")
    assert [codes_of_pdf(one.content)["Code 128"] for one in bought.documents] == list(bought.tracking_numbers)
    assert [one.parcel for one in bought.documents] == [0, 1, 2]
    assert sendcloud.server.shipments.announced == 1


def test_customs_papers_come_with_the_label(sendcloud: OpenSendcloud) -> None:
    label, customs = sendcloud.buy(overseas()).documents
    assert (customs.kind, customs.size) == (DocumentKind.CUSTOMS, PaperSize.A4)
    assert words_of_pdf(customs.content) == ["Customs declaration 1001 2 × Taza, 691200, ES, 30.05"]
    assert label.kind is DocumentKind.LABEL


@pytest.mark.parametrize("kind", ["lose_answer", "garbage"])
def test_a_purchase_whose_answer_was_lost_is_found_by_its_reference(sendcloud: OpenSendcloud, kind: str) -> None:
    sendcloud.server.strike(kind, "announce")
    with pytest.raises(CarrierUnavailable):
        sendcloud.buy()

    found = sendcloud.session.find(REQUEST, "")
    assert found is not None
    assert sendcloud.server.shipments.announced == 1
    assert sendcloud.buy() == found  # asked again it answers as the first time
    assert sendcloud.server.shipments.announced == 1
    assert found.documents[0].content.startswith(b"%PDF")


@pytest.mark.parametrize("kind", ["error_500", "too_many"])
def test_a_purchase_that_was_not_begun_is_not_found(sendcloud: OpenSendcloud, kind: str) -> None:
    sendcloud.server.strike(kind, "announce")
    with pytest.raises(CarrierUnavailable):
        sendcloud.buy()
    assert sendcloud.session.find(REQUEST, "") is None
    assert sendcloud.server.shipments.announced == 0


def test_whoever_waits_too_long_does_not_know(sendcloud: OpenSendcloud) -> None:
    sendcloud.server.strike("slow", "announce", seconds=30)
    hurried = SendcloudCarrier(sendcloud.clock, sendcloud.carrier._allow, read_s=0.05)
    with pytest.raises(CarrierUnavailable, match="it took too long"):
        hurried.open(sendcloud.account).buy(REQUEST, "")


def test_a_carrier_that_refuses_has_sold_nothing(sendcloud: OpenSendcloud) -> None:
    sendcloud.server.strike("refuse", "announce")
    with pytest.raises(CarrierRefused, match="could not announce the shipment"):
        sendcloud.buy()
    with pytest.raises(CarrierRefused, match="could not announce the shipment"):
        sendcloud.session.find(REQUEST, "")  # the reference is used up, and nothing was bought under it


def test_a_carrier_that_takes_its_time_is_asked_again(sendcloud: OpenSendcloud) -> None:
    sendcloud.server.strike("announcing", "announce")
    with pytest.raises(CarrierUnavailable, match="still announcing"):
        sendcloud.buy()
    with pytest.raises(CarrierUnavailable, match="still announcing"):
        sendcloud.session.find(REQUEST, "")
    found = sendcloud.session.find(REQUEST, "")
    assert found is not None
    assert found.tracking_numbers == ("3SSAND0000001",)


def test_a_reference_that_is_taken_and_not_shown_stays_open(sendcloud: OpenSendcloud, monkeypatch: pytest.MonkeyPatch) -> None:
    sendcloud.buy()
    monkeypatch.setattr(sendcloud.server.shipments, "listed", lambda **wanted: [])
    with pytest.raises(CarrierUnavailable, match="does not show it yet"):
        sendcloud.buy()


def test_what_sendcloud_finds_wrong_is_quoted_with_its_place(sendcloud: OpenSendcloud) -> None:
    heavy = replace(REQUEST, parcels=(ParcelToShip(40_000),))
    with pytest.raises(CarrierRefused, match=r'refuses \(HTTP 400\): "/parcels/0/weight: The parcel is too heavy'):
        sendcloud.buy(heavy)


def test_a_price_that_cannot_be_had_stops_no_purchase(sendcloud: OpenSendcloud) -> None:
    sendcloud.server.strike("error_500", "quotes")
    assert sendcloud.buy().cost is None


def test_a_label_that_cannot_be_had_stops_no_purchase_and_is_fetched_later(sendcloud: OpenSendcloud) -> None:
    sendcloud.server.strike("error_500", "document")
    label = sendcloud.bought(THREE)
    assert sendcloud.buy(THREE).documents  # by now
    numbers = ["3SSAND0000001", "3SSAND0000002", "3SSAND0000003"]
    drawn = sendcloud.session.draw(label, numbers, LABEL_PDF, is_copy=False)
    assert [codes_of_pdf(one.content)["Code 128"] for one in drawn] == numbers


def test_labels_are_had_again_in_each_format_and_copies_say_so(sendcloud: OpenSendcloud) -> None:
    label = sendcloud.bought()
    numbers = label.request.numbers or ("3SSAND0000001",)
    session = sendcloud.session

    [pdf] = session.draw(label, numbers, LABEL_PDF, is_copy=True)
    [zpl] = session.draw(label, numbers, LABEL_ZPL, is_copy=False)
    [png] = session.draw(label, numbers, LABEL_PNG, is_copy=False)
    assert "COPY" in words_of_pdf(pdf.content)[0]
    assert zpl.content.startswith(b"^XA")
    assert codes_of_png(png.content) == {"Code 128": "3SSAND0000001"}
    with pytest.raises(CarrierRefused, match="no customs documents"):
        session.draw(label, numbers, CUSTOMS_PDF, is_copy=False)


def test_labels_are_drawn_in_the_order_of_their_numbers(sendcloud: OpenSendcloud) -> None:
    label = sendcloud.bought(THREE)
    turned = ["3SSAND0000003", "3SSAND0000001", "3SSAND0000002"]
    drawn = sendcloud.session.draw(label, turned, LABEL_PDF, is_copy=False)
    assert [codes_of_pdf(one.content)["Code 128"] for one in drawn] == turned
    assert len(sendcloud.session.draw(label, ["of another system"], LABEL_PDF, is_copy=False)) == 3


def test_a_label_that_is_zpl_of_the_carriers_own_is_no_pdf(sendcloud: OpenSendcloud) -> None:
    sendcloud.server.change(zpl_only=True)
    label = sendcloud.bought()
    assert sendcloud.buy().documents == ()
    with pytest.raises(CarrierRefused, match="not as PDF: choose another format"):
        sendcloud.session.draw(label, ["3SSAND0000001"], LABEL_PDF, is_copy=False)
    assert sendcloud.session.draw(label, ["3SSAND0000001"], LABEL_ZPL, is_copy=False)


@pytest.mark.parametrize("cancel", ["at_once", "queued"])
def test_a_label_is_given_back_once_and_a_repeat_says_the_same(sendcloud: OpenSendcloud, cancel: str) -> None:
    sendcloud.server.change(cancel=cancel)
    label = sendcloud.bought()
    sendcloud.session.void(label)
    sendcloud.session.void(label)
    with pytest.raises(CarrierRefused, match="was cancelled in your account"):
        sendcloud.session.find(REQUEST, "")


def test_a_lost_answer_to_a_cancellation_is_cleared_up_by_a_repeat(sendcloud: OpenSendcloud) -> None:
    label = sendcloud.bought()
    sendcloud.server.strike("lose_answer", "cancel")
    with pytest.raises(CarrierUnavailable):
        sendcloud.session.void(label)
    sendcloud.session.void(label)


def test_what_is_not_taken_back_says_why(sendcloud: OpenSendcloud) -> None:
    label = sendcloud.bought()
    sendcloud.clock.sleep(43 * 86400)
    with pytest.raises(CarrierRefused, match="can no longer be cancelled"):
        sendcloud.session.void(label)
    with pytest.raises(CarrierRefused, match="Not found"):
        sendcloud.session.void(replace(label, carrier_id="no/such shipment"))


def test_rates_are_asked_once_for_all_services(sendcloud: OpenSendcloud) -> None:
    rates = sendcloud.session.rates(replace(REQUEST, service=""), [*SERVICES, "seur:24"])

    assert sendcloud.called() == [QUOTES]
    assert rates[:3] == [
        ServiceRate("postnl:standard", Money(Decimal("5.01"), "EUR"), 1),
        ServiceRate("postnl:standard/signature", Money(Decimal("6.26"), "EUR"), 1),
        ServiceRate("dpd:home", Money(Decimal("5.63"), "EUR"), 2),
    ]
    signed = replace(REQUEST, confirmation="signature")
    assert [one.service for one in sendcloud.session.rates(signed, SERVICES)] == ["postnl:standard/signature"]
    assert [one.service for one in sendcloud.session.rates(THREE, SERVICES)] == ["dpd:home"]
    assert [one.service for one in sendcloud.session.rates(overseas(), SERVICES)] == ["dhl_express:worldwide/incoterm=dap"]


def test_rates_of_what_nobody_can_ship_say_why_and_ask_nobody(sendcloud: OpenSendcloud) -> None:
    with pytest.raises(CarrierRefused, match="collect on delivery"):
        sendcloud.session.rates(replace(REQUEST, options={"cash_on_delivery": {"amount": 5}}), SERVICES)
    assert sendcloud.session.rates(replace(REQUEST, confirmation="signature"), ["postnl:standard"]) == []
    assert sendcloud.called() == []


def test_the_contract_of_the_account_is_the_one_that_is_asked_for(sendcloud: OpenSendcloud) -> None:
    sendcloud.set(contract_id="52024")
    assert [one.service for one in sendcloud.session.rates(REQUEST, SERVICES)] == ["dpd:home"]
    with pytest.raises(CarrierRefused, match="Contract not found"):
        sendcloud.buy()
    sendcloud.buy(replace(REQUEST, service="dpd:home"))
    assert sendcloud.server.bodies[-1]["ship_with"]["properties"]["contract_id"] == 52024


def test_the_way_of_all_parcels_is_one_story(sendcloud: OpenSendcloud) -> None:
    label = sendcloud.bought(THREE)
    numbers = ["3SSAND0000001", "3SSAND0000002", "", "not known / yet"]
    assert sendcloud.session.track(label, numbers) == []
    for number, status in ((1, "accepted"), (0, "parcel-en-route"), (1, "delivered")):
        sendcloud.clock.sleep(60)
        sendcloud.server.shipments.scan(numbers[number], status, status.title())
    events = sendcloud.session.track(label, numbers)
    assert [one.state for one in events] == [TrackingState.ACCEPTED, TrackingState.IN_TRANSIT, TrackingState.DELIVERED]
    assert str(events[1].words) == "Parcel-En-Route"


def test_keys_are_looked_at_before_an_account_is_kept(sendcloud: OpenSendcloud) -> None:
    sendcloud.session.check()
    sendcloud.account = replace(sendcloud.account, credentials={"public_key": "sandbox-public-key", "secret_key": "wrong"})
    for call in (sendcloud.session.check, sendcloud.buy):
        with pytest.raises(CarrierRefused, match="does not accept the keys"):
            call()


def test_an_account_of_nobodys_computer_is_not_called() -> None:
    with SendcloudServer() as server, open_sendcloud() as sendcloud:
        strict = SendcloudCarrier(sendcloud.clock)  # no network is allowed
        account: Any = replace(sendcloud.account, settings={"url": server.url})
        with pytest.raises(CarrierRefused, match="RELEVO_ALLOW_NETWORKS"):
            strict.open(account).check()
        assert server.calls == []


def test_the_price_before_a_purchase_is_the_quote_of_that_moment(sendcloud: OpenSendcloud) -> None:
    assert sendcloud.session.price(REQUEST, "") == sendcloud.buy().cost
    assert sendcloud.called()[:1] == [QUOTES]
