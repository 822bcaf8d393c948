"""Contract of all carriers: what each says of itself holds, and a purchase can be taken up wherever it was left."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.easypost_parcels import LOOPBACK
from support.easypost_parcels import account as easypost_account
from support.examples import NOON
from support.paid_carrier import PaidCarrier
from support.sendcloud import open_sendcloud

from adapters.carriers.easypost.carrier import EasyPostCarrier
from adapters.carriers.house.carrier import HouseCarrier
from adapters.sandboxes.easypost import EasyPostServer
from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability
from engine.model.label import ContentLine, Label, LabelRequest, LabelState, ParcelToShip, PostalAddress
from engine.model.pickup import PickupRequest
from engine.ports import CallingCarrier, Carrier, CarrierRefused, HasServicePoints, PicksUp

SPAIN = PostalAddress(
    "Nave 3", "Casa Verde", "Calle Mayor 1", city="Madrid", postal_code="28004", country="ES", phone="+34600000000"
)
HOME = PostalAddress("Ana Núñez", "", "Rua Nova 2", city="Lisboa", postal_code="1100-048", country="PT", email="ana@example.com")


@dataclass(frozen=True)
class Subject:
    """A carrier with an account that works, and a service of it."""

    carrier: Carrier
    account: CarrierAccount
    service: str

    def request(self, reference: str = "lbl_1", parcels: int = 1) -> LabelRequest:
        numbers: tuple[str, ...] = ()
        if self.carrier.describes.can(CarrierCapability.NUMBERED_HERE):
            numbers = self.carrier.open(self.account).numbers(1, parcels)
        contents = (ContentLine("1", "MUG", "Taza", Decimal(2), Decimal("30.05"), Decimal(400), "6912", "ES"),)
        return LabelRequest(
            reference,
            self.service,
            SPAIN,
            HOME,
            tuple(ParcelToShip(750 + number, 200, 150, 100) for number in range(parcels)),
            NOON.date() + timedelta(days=1),
            order_number="1001",
            sender="Casa Verde",
            contents=contents,
            currency="EUR",
            numbers=numbers,
        )


@contextmanager
def _house() -> Iterator[Subject]:
    yield Subject(HouseCarrier(), CarrierAccount("car_1", "acc_1", "house", ("van",), settings={"number_prefix": "CV"}), "van")


@contextmanager
def _paid() -> Iterator[Subject]:
    yield Subject(PaidCarrier(prepares=True), CarrierAccount("car_1", "acc_1", "paid", ("standard",)), "standard")


@contextmanager
def _easypost() -> Iterator[Subject]:
    service = "UPSDAP:UPSStandard"
    with EasyPostServer() as server:
        account = easypost_account(server.url, services=(service,))
        yield Subject(EasyPostCarrier(FixedClock(), [LOOPBACK]), account, service)


@contextmanager
def _sendcloud() -> Iterator[Subject]:
    with open_sendcloud() as sendcloud:
        yield Subject(sendcloud.carrier, sendcloud.account, "dpd:home")


SUBJECTS: dict[str, Callable[[], AbstractContextManager[Subject]]] = {
    "house": _house,
    "paid": _paid,
    "easypost": _easypost,
    "sendcloud": _sendcloud,
}


@pytest.fixture(params=SUBJECTS)
def subject(request: pytest.FixtureRequest) -> Iterator[Subject]:
    with SUBJECTS[request.param]() as opened:
        yield opened


def bought(subject: Subject, request: LabelRequest) -> Label:
    session = subject.carrier.open(subject.account)
    carrier_id = session.prepare(request)
    made = session.buy(request, carrier_id)
    owners = (subject.account.account_id, "ord_1", "shp_1", subject.account.id, subject.account.account_id)
    label = Label(request.reference, *owners, subject.account.carrier, request.service, {}, request, "usr_1", NOON)
    return replace(label.buy(made, NOON), state=LabelState.BOUGHT)


def test_an_account_that_works_is_accepted(subject: Subject) -> None:
    subject.carrier.check_settings(subject.account)
    subject.carrier.open(subject.account).check()
    subject.carrier.open(subject.account).check_request(subject.request())


def test_one_that_calls_can_be_asked_and_reads_its_calls(subject: Subject) -> None:
    kind = subject.carrier.describes
    assert isinstance(subject.carrier, CallingCarrier) is kind.can(CarrierCapability.CALLS)
    assert kind.can(CarrierCapability.TRACKING) or not kind.can(CarrierCapability.CALLS)


def test_one_with_service_points_finds_them_and_knows_each_again(subject: Subject) -> None:
    session = subject.carrier.open(subject.account)
    has_them = subject.carrier.describes.can(CarrierCapability.SERVICE_POINTS)
    assert isinstance(session, HasServicePoints) is has_them
    if not isinstance(session, HasServicePoints):
        return
    points = session.list_service_points(subject.service, HOME)
    assert points
    assert [point.distance_m for point in points] == sorted(point.distance_m or 0 for point in points)
    assert session.get_service_point(points[0].id).name == points[0].name
    with pytest.raises(CarrierRefused):
        session.get_service_point("nowhere")


def test_one_whose_driver_comes_is_asked_once_and_called_off(subject: Subject) -> None:
    session = subject.carrier.open(subject.account)
    assert isinstance(session, PicksUp) is subject.carrier.describes.can(CarrierCapability.PICKUPS)
    if not isinstance(session, PicksUp):
        return
    label, starts = bought(subject, subject.request()), NOON + timedelta(days=1)
    line = subject.service.partition(":")[0]
    asked = PickupRequest("pck_1", line, SPAIN, starts, starts + timedelta(hours=4), (label.carrier_id,), 1, 750)
    session.check_pickup(asked)
    prepared = session.prepare_pickup(asked)
    assert session.find_pickup(asked, prepared) is None
    made = session.make_pickup(asked, prepared)
    assert made.carrier_id
    assert session.find_pickup(asked, prepared) == made
    for _ in range(2):
        session.cancel_pickup(asked, made.carrier_id)
    with pytest.raises(CarrierRefused):
        session.find_pickup(asked, prepared)


def test_each_parcel_has_a_number_of_its_own(subject: Subject) -> None:
    parcels = 2 if subject.carrier.describes.can(CarrierCapability.MULTI_PARCEL) else 1
    request = subject.request(parcels=parcels)
    session = subject.carrier.open(subject.account)
    made = session.buy(request, session.prepare(request))
    assert len(set(made.tracking_numbers)) == parcels
    assert all(number.strip() for number in made.tracking_numbers)
    assert made.carrier_id
    assert made.cost is None or (made.cost.amount >= 0 and len(made.cost.currency) == 3)


def test_a_purchase_brings_its_documents_or_they_can_be_drawn(subject: Subject) -> None:
    kind, request = subject.carrier.describes, subject.request()
    session = subject.carrier.open(subject.account)
    carrier_id = session.prepare(request)
    made = session.buy(request, carrier_id)
    first = kind.forms[0]
    if kind.can(CarrierCapability.DRAWS_DOCUMENTS):
        documents = session.draw(bought(subject, request), made.tracking_numbers, first, is_copy=False)
    else:
        documents = list(made.documents)
    assert [(one.kind, one.format, one.size, one.parcel) for one in documents] == [(first.kind, first.format, first.size, 0)]
    assert documents[0].content


def test_what_was_bought_is_found_again_under_its_reference(subject: Subject) -> None:
    kind = subject.carrier.describes
    if not kind.can(CarrierCapability.LOOK_UP):
        assert kind.can(CarrierCapability.REPEATABLE), "nobody could ever clear up a purchase without an answer"
        return
    request = subject.request()
    session = subject.carrier.open(subject.account)
    carrier_id = session.prepare(request)
    made = session.buy(request, carrier_id)
    found = subject.carrier.open(subject.account).find(request, carrier_id)
    assert found is not None
    assert (found.carrier_id, found.tracking_numbers, found.cost) == (made.carrier_id, made.tracking_numbers, made.cost)


def test_what_was_only_prepared_is_not_bought(subject: Subject) -> None:
    if subject.carrier.describes.can(CarrierCapability.NUMBERED_HERE):
        return  # it is bought by being asked for
    request = subject.request("lbl_2")
    session = subject.carrier.open(subject.account)
    assert session.find(request, session.prepare(request)) is None


def test_a_repeat_under_the_same_reference_is_answered_with_the_first_purchase(subject: Subject) -> None:
    if not subject.carrier.describes.can(CarrierCapability.REPEATABLE):
        return
    request = subject.request()
    session = subject.carrier.open(subject.account)
    assert session.buy(request, "").tracking_numbers == session.buy(request, "").tracking_numbers


def test_a_label_is_given_back_once_and_asking_again_harms_nobody(subject: Subject) -> None:
    if not subject.carrier.describes.can(CarrierCapability.VOID):
        return
    label = bought(subject, subject.request())
    session = subject.carrier.open(subject.account)
    session.void(label)
    session.void(label)


def test_rates_are_of_the_services_that_were_asked_for(subject: Subject) -> None:
    if not subject.carrier.describes.can(CarrierCapability.RATES):
        return
    rates = subject.carrier.open(subject.account).rates(subject.request(), [subject.service, "no such service"])
    assert subject.service in [rate.service for rate in rates]


def test_what_it_knows_of_the_way_is_in_order(subject: Subject) -> None:
    label = bought(subject, subject.request())
    events = subject.carrier.open(subject.account).track(label, ["N1"])
    assert [event.at for event in events] == sorted(event.at for event in events)
