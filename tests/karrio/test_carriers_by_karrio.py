"""Contract of the carriers by karrio, with karrio itself against an API of this machine (`make test-karrio`)."""

from __future__ import annotations

import base64
import io
import ipaddress
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from importlib import import_module
from typing import Any

import pytest
from PIL import Image
from reportlab.pdfgen.canvas import Canvas
from support.carrier_server import CUT, CarrierServer, carrier_server
from support.examples import NOON

from adapters.carriers.karrio.carrier import KarrioCarrier, KarrioSession, karrio_carriers
from adapters.carriers.karrio.lines import LINES
from adapters.outgoing import Network
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability, ServiceRate
from engine.model.label import Label, LabelRequest, ParcelToShip, PostalAddress
from engine.model.money import Money
from engine.model.tracking import TrackingState
from engine.ports import CarrierRefused, CarrierUnavailable

LOOPBACK = ipaddress.ip_network("127.0.0.0/8")
BERLIN = PostalAddress(
    "Tor 3", "Casa Verde", "Hauptstr. 1", city="Berlin", postal_code="10115", country="DE", phone="+4930123456"
)
BONN = PostalAddress("Ana Núñez", "", "Rheinweg 2", city="Bonn", postal_code="53113", country="DE", email="ana@example.com")


@dataclass(frozen=True)
class Subject:
    """A carrier by karrio: where its API is asked, and what that answers when all is well."""

    code: str
    service: str
    credentials: dict[str, str]
    settings: dict[str, str]
    addresses: tuple[str, ...]  # properties of karrio's settings that say where the API is
    login: tuple[str, str]
    buy: tuple[str, str]
    void: tuple[str, str]
    track: tuple[str, str]
    answers: Callable[[], dict[tuple[str, str], tuple[int, bytes]]]
    number: str
    refusal: bytes

    def account(self, **settings: str) -> CarrierAccount:
        said = {**self.settings, "test_mode": "yes", **settings}
        return CarrierAccount("car_1", "acc_1", self.code, (self.service,), settings=said, credentials=self.credentials)

    def request(self) -> LabelRequest:
        parcel = ParcelToShip(1234, 205, 150, 100)
        return LabelRequest("lbl_0123456789", self.service, BERLIN, BONN, (parcel,), date(2026, 3, 3), order_number="1001")


def written(value: Any) -> bytes:
    return json.dumps(value).encode()


def pdf() -> str:
    page = io.BytesIO()
    canvas = Canvas(page, (288, 432))
    canvas.drawString(20, 20, "label")
    canvas.save()
    return base64.b64encode(page.getvalue()).decode()


def picture() -> str:
    page = io.BytesIO()
    Image.new("L", (1400, 800), 255).save(page, "PNG")
    return base64.b64encode(page.getvalue()).decode()


def amount(value: str) -> dict[str, str]:
    return {"CurrencyCode": "EUR", "MonetaryValue": value}


def ups_answers() -> dict[tuple[str, str], tuple[int, bytes]]:
    token = {"access_token": "T1", "token_type": "Bearer", "issued_at": "4102444800000", "expires_in": "14399"}
    rated = {
        "Service": {"Code": "11"},
        "TransportationCharges": amount("8.40"),
        "BaseServiceCharge": amount("8.40"),
        "ServiceOptionsCharges": amount("0.00"),
        "TotalCharges": amount("9.99"),
        "TimeInTransit": {"ServiceSummary": {"EstimatedArrival": {"BusinessDaysInTransit": "2"}}},
    }
    package = {"TrackingNumber": "1Z0001", "ShippingLabel": {"ImageFormat": {"Code": "PNG"}, "GraphicImage": picture()}}
    shipped = {"ShipmentIdentificationNumber": "1Z0001", "PackageResults": [package]}
    scans = [
        {"date": "20260304", "time": "093000", "status": {"type": "D", "code": "KB", "description": "Delivered"}},
        {"date": "20260303", "time": "180000", "status": {"type": "I", "code": "DP", "description": "Departed"}},
    ]
    place = {"address": {"city": "Bonn", "country": "DE"}}
    parcel = {"trackingNumber": "1Z0001", "deliveryDate": [], "activity": [{**one, "location": place} for one in scans]}
    return {
        UPS.login: (200, written(token)),
        ("POST", "/api/rating/v2409/Shop"): (200, written({"RateResponse": {"RatedShipment": [rated]}})),
        UPS.buy: (200, written({"ShipmentResponse": {"ShipmentResults": shipped}})),
        UPS.void: (200, written({"VoidShipmentResponse": {"Response": {"ResponseStatus": {"Code": "1"}}}})),
        UPS.track: (200, written({"trackResponse": {"shipment": [{"package": [parcel]}]}})),
    }


UPS = Subject(
    "karrio_ups",
    "ups_standard_eu",
    {"client_id": "id", "client_secret": "secret"},
    {"account_number": "A1B2C3"},
    ("server_url",),
    ("POST", "/security/v1/oauth/token"),
    ("POST", "/api/shipments/v2409/ship"),
    ("DELETE", "/api/shipments/v2409/void/cancel/1Z0001"),
    ("GET", "/api/track/v1/details/1Z0001"),
    ups_answers,
    "1Z0001",
    written({"response": {"errors": [{"code": "120002", "message": "The postal code is not served"}]}}),
)


def dhl_answers() -> dict[tuple[str, str], tuple[int, bytes]]:
    ok = {"title": "ok", "statusCode": 200}
    item = {"shipmentNo": "0034043333", "sstatus": ok, "label": {"b64": pdf(), "fileFormat": "PDF"}}
    scans = (
        '<data name="piece-event" event-timestamp="03.03.2026 18:00" event-status="Sorted" ice="SRTED" event-location="Berlin"/>'
        '<data name="piece-event" event-timestamp="04.03.2026 09:30" event-status="Delivered" ice="DLVRD" event-location="Bonn"/>'
    )
    found = (
        '<?xml version="1.0"?><data name="piece-shipment-list" code="0"><data name="piece-shipment" piece-code="0034043333">'
        f'<data name="piece-event-list">{scans}</data></data></data>'
    )
    return {
        DHL.login: (200, written({"access_token": "T1", "token_type": "Bearer", "expires_in": 3600})),
        DHL.buy: (200, written({"status": ok, "items": [item]})),
        DHL.void: (200, written({"status": ok, "items": [{"shipmentNo": "0034043333", "sstatus": ok}]})),
        DHL.track: (200, found.encode()),
    }


DHL = Subject(
    "karrio_dhl_parcel_de",
    "dhl_parcel_de_paket",
    {"username": "user", "password": "pass", "client_id": "id", "client_secret": "secret"},
    {"billing_number": "22222222220101"},
    ("server_url", "token_server_url", "tracking_server_url"),
    ("POST", "/token"),
    ("POST", "/v2/orders"),
    ("DELETE", "/v2/orders"),
    ("GET", "/track"),
    dhl_answers,
    "0034043333",
    written({"status": {"title": "Bad Request", "statusCode": 400, "detail": "The postal code is not served"}}),
)
SUBJECTS = {one.code: one for one in (UPS, DHL)}


@pytest.fixture(params=SUBJECTS)
def subject(request: pytest.FixtureRequest) -> Subject:
    return SUBJECTS[request.param]


@pytest.fixture
def api(subject: Subject, monkeypatch: pytest.MonkeyPatch) -> Iterator[CarrierServer]:
    """The carrier's API on this machine, where karrio believes it to be."""
    settings = import_module(f"karrio.providers.{subject.code.removeprefix('karrio_')}.utils").Settings
    with carrier_server() as server:
        for name in subject.addresses:
            place = "/track" if name == "tracking_server_url" else ""
            monkeypatch.setattr(settings, name, server.url + place)
        server.answers.update(subject.answers())
        yield server


def carrier(subject: Subject, allow: tuple[Network, ...] = (LOOPBACK,)) -> KarrioCarrier:
    return next(one for one in karrio_carriers(allow) if one.describes.code == subject.code)


def opened(subject: Subject, **settings: str) -> KarrioSession:
    return carrier(subject).open(subject.account(**settings))


def label(subject: Subject) -> Label:
    owners = ("acc_1", "ord_1", "shp_1", "car_1", "acc_1")
    made = Label("lbl_1", *owners, subject.code, subject.service, {}, subject.request(), "usr_1", NOON)
    return replace(made, carrier_id=subject.number, tracking_numbers=(subject.number,))


def test_every_carrier_has_its_contract_here() -> None:
    assert set(SUBJECTS) == {line.kind.code for line in LINES} == {one.describes.code for one in karrio_carriers()}


def test_its_services_are_those_that_karrio_has(subject: Subject) -> None:
    line = next(line for line in LINES if line.kind.code == subject.code)
    units = import_module(f"karrio.providers.{line.connector}.units")
    names = {one.name for one in units.ShippingService} | set(units.ShippingService.__members__)
    assert set(line.services) <= names
    assert line.label_type in units.LabelType.__members__


def test_keys_are_tried_by_a_login(subject: Subject, api: CarrierServer) -> None:
    opened(subject).check()
    assert api.times(*subject.login) == 1
    api.answers[subject.login] = (401, subject.refusal)
    with pytest.raises(CarrierRefused) as refusal:
        opened(subject).check()
    assert refusal.value.code == "credentials_refused"


def test_a_label_is_bought_by_one_call(subject: Subject, api: CarrierServer, capfd: pytest.CaptureFixture[str]) -> None:
    bought = opened(subject).buy(subject.request(), "")
    assert (bought.carrier_id, bought.tracking_numbers) == (subject.number, (subject.number,))
    assert [document.content[:4] for document in bought.documents] == [b"%PDF"]
    assert api.times(*subject.buy) == 1
    told = api.told(*subject.buy).decode()
    assert "Rheinweg" in told
    assert "Notification" not in told, "nobody has asked for a mail to the customer"
    assert "1.24" in told, "grams in kilograms, rounded up to what karrio knows"
    assert "20.5" in told
    said = capfd.readouterr()
    assert "Rheinweg" not in said.out + said.err, "karrio's own log would have addresses in it"


def test_a_clear_no_is_not_done(subject: Subject, api: CarrierServer) -> None:
    api.answers[subject.buy] = (400, subject.refusal)
    with pytest.raises(CarrierRefused, match="The postal code is not served"):
        opened(subject).buy(subject.request(), "")
    assert api.times(*subject.buy) == 1


@pytest.mark.parametrize(
    "answer", [(CUT, b""), (500, b"{}"), (429, b"{}"), (200, b"<html>"), (200, b"{}")], ids=["cut", "500", "429", "html", "empty"]
)
def test_without_a_clear_answer_nobody_knows_and_it_is_not_asked_again(
    subject: Subject, api: CarrierServer, answer: tuple[int, bytes]
) -> None:
    api.answers[subject.buy] = answer
    with pytest.raises(CarrierUnavailable):
        opened(subject).buy(subject.request(), "")
    assert api.times(*subject.buy) == 1


@pytest.mark.parametrize("answer", [(CUT, b""), (503, b"{}"), (401, b"{}"), (200, b"{}")], ids=["cut", "503", "401", "empty"])
def test_where_the_login_fails_nothing_was_bought(subject: Subject, api: CarrierServer, answer: tuple[int, bytes]) -> None:
    api.answers[subject.login] = answer
    with pytest.raises(CarrierRefused):
        opened(subject).buy(subject.request(), "")
    assert api.times(*subject.buy) == 0


def test_an_address_that_may_not_be_called_is_not(subject: Subject, api: CarrierServer) -> None:
    with pytest.raises(CarrierRefused, match="RELEVO_ALLOW_NETWORKS"):
        carrier(subject, ()).open(subject.account()).buy(subject.request(), "")
    assert api.asked == []


def test_a_label_is_given_back(subject: Subject, api: CarrierServer) -> None:
    opened(subject).void(label(subject))
    assert api.times(*subject.void) == 1
    api.answers[subject.void] = (400, subject.refusal)
    with pytest.raises(CarrierRefused):
        opened(subject).void(label(subject))
    api.answers[subject.void] = (CUT, b"")
    with pytest.raises(CarrierUnavailable):
        opened(subject).void(label(subject))


def test_a_parcel_is_followed(subject: Subject, api: CarrierServer) -> None:
    events = opened(subject).track(label(subject), [subject.number])
    assert [event.state for event in events] == [TrackingState.IN_TRANSIT, TrackingState.DELIVERED]
    assert [event.at.isoformat() for event in events] == ["2026-03-03T18:00:00+00:00", "2026-03-04T09:30:00+00:00"]
    assert "Bonn" in events[1].place
    api.answers[subject.track] = (CUT, b"")
    with pytest.raises(CarrierUnavailable):
        opened(subject).track(label(subject), [subject.number])


@pytest.mark.parametrize("subject", [UPS], ids=["karrio_ups"])
def test_prices_are_exact_and_in_their_currency(subject: Subject, api: CarrierServer) -> None:
    session = opened(subject)
    price = Money(Decimal("9.99"), "EUR")
    assert session.rates(subject.request(), [subject.service, "ups_express_eu"]) == [ServiceRate(subject.service, price, 2)]
    assert session.price(subject.request(), "") == price
    api.answers["POST", "/api/rating/v2409/Shop"] = (200, written({"RateResponse": {"RatedShipment": []}}))
    assert session.rates(subject.request(), [subject.service]) == []
    api.answers["POST", "/api/rating/v2409/Shop"] = (400, subject.refusal)
    with pytest.raises(CarrierRefused, match="The postal code is not served"):
        session.rates(subject.request(), [subject.service])


def test_an_older_connection_still_tells_done_from_not_done(subject: Subject, api: CarrierServer) -> None:
    older = opened(subject)
    opened(subject)
    api.answers[subject.buy] = (200, b"{}")
    with pytest.raises(CarrierUnavailable):
        older.buy(subject.request(), "")


@pytest.mark.parametrize("subject", [UPS], ids=["karrio_ups"])
def test_what_was_given_back_before_stays_so(subject: Subject, api: CarrierServer) -> None:
    voided = {"response": {"errors": [{"code": "190117", "message": "The shipment has already been voided"}]}}
    api.answers[subject.void] = (400, written(voided))
    opened(subject).void(label(subject))


@pytest.mark.parametrize("subject", [UPS], ids=["karrio_ups"])
def test_ups_reads_streets_as_they_are_written(subject: Subject, api: CarrierServer) -> None:
    opened(subject).buy(subject.request(), "")
    told = json.loads(api.told(*subject.buy))["ShipmentRequest"]["Shipment"]
    assert told["ShipTo"]["Address"]["AddressLine"] == ["Rheinweg 2"]


@pytest.mark.parametrize("subject", [DHL], ids=["karrio_dhl_parcel_de"])
def test_dhl_bills_the_number_of_the_account(subject: Subject, api: CarrierServer) -> None:
    opened(subject, test_mode="no").buy(subject.request(), "")
    (shipment,) = json.loads(api.told(*subject.buy))["shipments"]
    assert shipment["billingNumber"] == "22222222220101"
    assert not carrier(subject).describes.can(CarrierCapability.RATES)
    assert opened(subject).price(subject.request(), "") is None
