"""A conversation with Sendcloud for one carrier account."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import quote

from adapters.carriers.calls import Answer, CarrierCalls
from adapters.carriers.sendcloud.announcement import announce_request, check_announcement
from adapters.carriers.sendcloud.description import CUSTOMS_PDF, LABEL_PDF, NAME
from adapters.carriers.sendcloud.documents import MEDIA_TYPES, document, document_path, is_in_format
from adapters.carriers.sendcloud.outcomes import CONFLICT, NOT_FOUND, error_of
from adapters.carriers.sendcloud.pickups import (
    LISTED,
    check_pickup,
    is_announcing,
    is_called_off,
    like,
    made_pickup,
    parse_pickup,
    pickup_request,
)
from adapters.carriers.sendcloud.quotes import parse_options, parse_rates, price_of, quotes_request
from adapters.carriers.sendcloud.return_calls import ReturnCalls
from adapters.carriers.sendcloud.returns import check_return
from adapters.carriers.sendcloud.service_points import check_point, no_such_point, parse_point, parse_points, points_query
from adapters.carriers.sendcloud.settings import SendcloudSettings
from adapters.carriers.sendcloud.shipments import SentParcel, SentShipment, check_announced, parse_shipment, parse_shipments
from adapters.carriers.sendcloud.shipping_option import parse_option
from adapters.carriers.sendcloud.tracking import parse_events
from adapters.carriers.sendcloud.wishes import check_option, check_wishes
from adapters.documents.copies import marked_as_copy
from engine.model.carrier import DocumentForm, ServiceRate
from engine.model.label import BoughtLabel, Document, DocumentKind, Label, LabelRequest, PostalAddress
from engine.model.money import Money
from engine.model.pickup import MadePickup, PickupRequest
from engine.model.service_point import ServicePoint
from engine.model.store_preferences import Brand
from engine.model.tracking import TrackingEvent
from engine.ports import Clock
from engine.ports.carriers import CarrierError, CarrierRefused, CarrierUnavailable
from rules.messages import Message, Text

TAKEN = Text(
    "{carrier} says that it has the shipment, and does not show it yet.",
    "{carrier} dice que tiene el envío, pero aún no lo muestra.",
)
NO_CUSTOMS = Text("The shipment has no customs documents.", "El envío no tiene documentos de aduana.")


class SendcloudSession:
    """What one account can do. See `CarrierSession` for what each call promises."""

    def __init__(self, calls: CarrierCalls, settings: SendcloudSettings, clock: Clock) -> None:
        self._calls = calls
        self._settings = settings
        self._clock = clock
        self._returns = ReturnCalls(calls, self._checked, settings, clock)

    def check(self) -> None:
        self._ask("GET", "/user/auth/metadata")

    def check_request(self, request: LabelRequest) -> None:
        if request.is_return:
            check_return(request)
        else:
            check_announcement(request, self._settings)

    def rates(self, request: LabelRequest, services: Sequence[str]) -> list[ServiceRate]:
        check_wishes(request)
        able = [service for service in services if _is_able(request, service)]
        if not able:
            return []
        answer = self._ask("POST", "/shipping-options", quotes_request(request, self._settings))
        return parse_rates(answer.data(), able, len(request.parcels))

    def numbers(self, first: int, count: int) -> tuple[str, ...]:
        return ()

    def prepare(self, request: LabelRequest) -> str:
        """There is nothing to prepare: the reference alone makes it one purchase."""
        return ""

    def price(self, request: LabelRequest, carrier_id: str) -> Money | None:
        """By a quote of this moment."""
        return price_of(self._option(request))

    def buy(self, request: LabelRequest, carrier_id: str) -> BoughtLabel:
        """Announced under the reference of the request; what has the reference already is the purchase."""
        if request.is_return:
            return self._returns.buy(request)
        option = self._option(request)  # before the purchase, so that nothing has to come after it
        check_point(request, option)
        price = price_of(option)
        body = announce_request(request, self._settings, self._clock.now().date())
        answer = self._calls.call("POST", "/shipments/announce", body)
        if answer.status != CONFLICT:
            shipment = parse_shipment(self._checked(answer).data().get("data"))
        else:
            taken = self._look_up(request)
            if taken is None:
                raise CarrierUnavailable(Message("reference_taken", TAKEN, {"carrier": NAME}))
            shipment = taken
        return self._bought(request, shipment, price)

    def find(self, request: LabelRequest, carrier_id: str) -> BoughtLabel | None:
        if request.is_return:
            return self._returns.find(request)
        shipment = self._look_up(request)
        return None if shipment is None else self._bought(request, shipment, self.price(request, ""))

    def void(self, label: Label) -> None:
        """Cancelled, or sure to be once nobody scans it; what is cancelled already stays so."""
        if label.is_return:
            self._returns.void(label.carrier_id)
            return
        answer = self._calls.call("POST", f"/shipments/{_in_path(label.carrier_id)}/cancel")
        if answer.status == CONFLICT and self._shipment(label).is_cancelled:
            return
        self._checked(answer)

    def track(self, label: Label, tracking_numbers: Sequence[str]) -> list[TrackingEvent]:
        events: list[TrackingEvent] = []
        for number in filter(None, tracking_numbers):
            answer = self._calls.call("GET", f"/parcels/tracking/{_in_path(number)}")
            if answer.status != NOT_FOUND:  # nobody has scanned it yet
                events += [replace(event, number=number) for event in parse_events(self._checked(answer).data())]
        return sorted(events, key=lambda event: event.at)

    def list_service_points(self, service: str, near: PostalAddress) -> list[ServicePoint]:
        """Of the carrier that the shipping option belongs to."""
        answer = self._calls.call("GET", "/service-points", query=points_query(service, near))
        return parse_points(self._checked(answer).data())

    def get_service_point(self, point_id: str) -> ServicePoint:
        if not point_id.isascii() or not point_id.isdecimal():
            raise no_such_point(point_id)
        answer = self._calls.call("GET", f"/service-points/{point_id}")
        if answer.status == NOT_FOUND:
            raise no_such_point(point_id)
        return parse_point(self._checked(answer).data(), point_id)

    def check_pickup(self, request: PickupRequest) -> None:
        check_pickup(request)

    def prepare_pickup(self, request: PickupRequest) -> str:
        """There is nothing to prepare."""
        return ""

    def make_pickup(self, request: PickupRequest, carrier_id: str) -> MadePickup:
        """Looked at once more where Sendcloud has not heard from the carrier at once."""
        made = parse_pickup(self._ask("POST", "/pickups", pickup_request(request, self._settings)).data())
        return made_pickup(self._pickup(made["id"]) if is_announcing(made) else made)

    def find_pickup(self, request: PickupRequest, carrier_id: str) -> MadePickup | None:
        """By its reference, which the list of pickups does not have."""
        listed = self._checked(self._calls.call("GET", "/pickups", query={"page_size": LISTED})).data()
        for pickup_id in like(listed, request):
            pickup = self._pickup(pickup_id)
            if pickup.get("reference") == request.reference:
                return made_pickup(pickup)
        return None

    def cancel_pickup(self, request: PickupRequest, carrier_id: str) -> None:
        """Called off, or sure to be once Sendcloud has told the carrier."""
        if not is_called_off(self._pickup(carrier_id)):
            self._ask("POST", f"/pickups/{_in_path(carrier_id)}/cancel")

    def _pickup(self, pickup_id: object) -> Mapping[str, Any]:
        return parse_pickup(self._ask("GET", f"/pickups/{_in_path(str(pickup_id))}").data())

    def draw(
        self,
        label: Label,
        tracking_numbers: Sequence[str],
        form: DocumentForm,
        *,
        is_copy: bool,
        brand: Brand | None = None,
    ) -> list[Document]:
        if label.is_return:
            return self._drawn_return(label, form, is_copy=is_copy)
        shipment = self._shipment(label)
        by_number = {parcel.number: parcel for parcel in shipment.parcels}
        parcels = [by_number.get(number) for number in tracking_numbers]
        if None in parcels:
            parcels = list(shipment.parcels)
        documents = [
            self._document(parcel, form, position)
            for position, parcel in enumerate(parcels)
            if parcel is not None and (form.kind is DocumentKind.LABEL or parcel.has_customs)
        ]
        if not documents:
            raise CarrierRefused(Message("no_customs", NO_CUSTOMS))
        return [marked_as_copy(one) for one in documents] if is_copy else documents

    def _drawn_return(self, label: Label, form: DocumentForm, *, is_copy: bool) -> list[Document]:
        if form.kind is not DocumentKind.LABEL:
            raise CarrierRefused(Message("no_customs", NO_CUSTOMS))
        drawn = self._returns.draw(label.carrier_id, form)
        return [marked_as_copy(drawn) if is_copy else drawn]

    def _bought(self, request: LabelRequest, shipment: SentShipment, price: Money | None) -> BoughtLabel:
        check_announced(shipment, len(request.parcels))
        numbers = tuple(parcel.number for parcel in shipment.parcels)
        return BoughtLabel(shipment.id, numbers, self._documents(shipment), price)

    def _documents(self, shipment: SentShipment) -> tuple[Document, ...]:
        """All labels and customs documents; none where one cannot be had now: the purchase counts, and they are fetched later."""
        parcels = list(enumerate(shipment.parcels))
        try:
            labels = [self._document(parcel, LABEL_PDF, position) for position, parcel in parcels]
            customs = [self._document(parcel, CUSTOMS_PDF, position) for position, parcel in parcels if parcel.has_customs]
        except CarrierError:
            return ()
        return (*labels, *customs)

    def _document(self, parcel: SentParcel, form: DocumentForm, position: int) -> Document:
        if form == LABEL_PDF and is_in_format(parcel.label, form.format):
            return document(parcel.label, form, position)
        answer = self._calls.call("GET", document_path(parcel.id, form.kind), accept=MEDIA_TYPES[form.format])
        return document(self._checked(answer).content, form, position)

    def _option(self, request: LabelRequest) -> Mapping[str, Any]:
        """The shipping option as Sendcloud describes and quotes it; empty where it does not say.

        Its answer to the purchase itself has no price.
        """
        try:
            answer = self._ask("POST", "/shipping-options", quotes_request(request, self._settings))
            return parse_options(answer.data(), len(request.parcels)).get(request.service, {})
        except CarrierError:
            return {}

    def _look_up(self, request: LabelRequest) -> SentShipment | None:
        query = {"external_reference_id": request.reference}
        answer = self._calls.call("GET", "/shipments", query=query)
        if answer.status == NOT_FOUND:
            return None
        found = parse_shipments(self._checked(answer).data(), request.reference)
        return found[0] if found else None

    def _shipment(self, label: Label) -> SentShipment:
        return parse_shipment(self._ask("GET", f"/shipments/{_in_path(label.carrier_id)}").data().get("data"))

    def _ask(self, method: str, path: str, body: Any = None) -> Answer:
        return self._checked(self._calls.call(method, path, body))

    def _checked(self, answer: Answer) -> Answer:
        return self._calls.check(answer, *error_of(answer))


def _is_able(request: LabelRequest, service: str) -> bool:
    try:
        check_option(request, parse_option(service))
    except CarrierRefused:
        return False
    return True


def _in_path(part: str) -> str:
    return quote(part, safe="")
