"""A carrier that costs money, of which a test chooses what goes wrong; it keeps what was bought, as the real ones do."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from engine.model.account import CarrierAccount
from engine.model.carrier import CarrierCapability, CarrierKind, DocumentForm, ServiceRate
from engine.model.label import (
    BoughtLabel,
    Document,
    DocumentFormat,
    DocumentKind,
    Label,
    LabelRequest,
    PaperSize,
)
from engine.model.money import Money
from engine.model.store_preferences import Brand
from engine.model.tracking import TrackingEvent, TrackingState
from engine.ports import CarrierRefused, CarrierUnavailable
from rules.messages import Message, Text

PRICE = Money(Decimal("4.90"), "EUR")
NO_ANSWER = CarrierUnavailable(Message("no_answer", Text("the carrier did not answer.", "la empresa no respondió.")))
TOO_FAR = CarrierRefused(Message("too_far", Text("The carrier does not go there.", "La empresa no llega allí.")))
FORM = DocumentForm(DocumentKind.LABEL, DocumentFormat.PDF, PaperSize.LABEL)
_CAN = (
    CarrierCapability.LOOK_UP,
    CarrierCapability.MULTI_PARCEL,
    CarrierCapability.RATES,
    CarrierCapability.TRACKING,
    CarrierCapability.VOID,
)


@dataclass
class PaidCarrier:
    """Implements `engine.ports.Carrier`. Each failure of a list is raised once, before or after the carrier has done it."""

    describes: CarrierKind = field(default_factory=lambda: CarrierKind("paid", "Paid Post", frozenset(_CAN), forms=(FORM,)))
    fails_before: dict[str, list[Exception]] = field(default_factory=dict)  # by the name of the call
    fails_after: dict[str, list[Exception]] = field(default_factory=dict)
    bought: dict[str, BoughtLabel] = field(default_factory=dict)  # by reference
    purchases: list[LabelRequest] = field(default_factory=list)  # each was paid
    voided: list[str] = field(default_factory=list)
    on_the_way: dict[str, list[TrackingEvent]] = field(default_factory=dict)  # by the carrier's id; else each has left
    asked_about: list[str] = field(default_factory=list)  # the carrier's ids, each time
    prepares: bool = False
    says_price: bool = True  # just before the purchase
    prices: dict[str, tuple[str | None, int | None]] = field(default_factory=dict)  # euros and days by service, else the usual
    rated: list[tuple[str, ...]] = field(default_factory=list)  # the services of each question for rates
    meanwhile: Callable[[], None] = lambda: None  # what happens elsewhere while it is asked
    paint: Callable[[str], bytes] = lambda number: f"%PDF {number}".encode()  # the label of a number

    def open(self, account: CarrierAccount) -> PaidSession:
        return PaidSession(self)

    def check_settings(self, account: CarrierAccount) -> None: ...

    def fail(self, call: str, when: dict[str, list[Exception]]) -> None:
        for error in [when[call].pop(0)] if when.get(call) else []:
            raise error


class PaidSession:
    """A conversation with the carrier."""

    def __init__(self, carrier: PaidCarrier) -> None:
        self._carrier = carrier

    def check(self) -> None:
        self._carrier.fail("check", self._carrier.fails_before)

    def check_request(self, request: LabelRequest) -> None:
        self._carrier.fail("check_request", self._carrier.fails_before)

    def rates(self, request: LabelRequest, services: Sequence[str]) -> list[ServiceRate]:
        self._carrier.rated.append(tuple(services))
        self._carrier.fail("rates", self._carrier.fails_before)
        return [self._rate(service) for service in services]

    def _rate(self, service: str) -> ServiceRate:
        price, days = self._carrier.prices.get(service, (str(PRICE.amount), 2))
        return ServiceRate(service, None if price is None else Money(Decimal(price), PRICE.currency), days)

    def numbers(self, first: int, count: int) -> tuple[str, ...]:
        return tuple(f"N{number}" for number in range(first, first + count))

    def prepare(self, request: LabelRequest) -> str:
        self._carrier.fail("prepare", self._carrier.fails_before)
        return f"prepared-{request.reference}" if self._carrier.prepares else ""

    def price(self, request: LabelRequest, carrier_id: str) -> Money | None:
        return self._rate(request.service).price if self._carrier.says_price else None

    def buy(self, request: LabelRequest, carrier_id: str) -> BoughtLabel:
        carrier = self._carrier
        carrier.fail("buy", carrier.fails_before)
        carrier.meanwhile()
        carrier.purchases.append(request)
        numbers = request.numbers or tuple(f"P{len(carrier.purchases)}-{n}" for n in range(1, len(request.parcels) + 1))
        documents = [
            Document(DocumentKind.LABEL, DocumentFormat.PDF, PaperSize.LABEL, carrier.paint(number), parcel)
            for parcel, number in enumerate(numbers)
        ]
        made = BoughtLabel(carrier_id or f"id-{request.reference}", numbers, tuple(documents), self._rate(request.service).price)
        carrier.bought[request.reference] = made
        carrier.fail("buy", carrier.fails_after)
        return made

    def find(self, request: LabelRequest, carrier_id: str) -> BoughtLabel | None:
        self._carrier.fail("find", self._carrier.fails_before)
        return self._carrier.bought.get(request.reference)

    def void(self, label: Label) -> None:
        self._carrier.fail("void", self._carrier.fails_before)
        self._carrier.voided.append(label.carrier_id)
        self._carrier.fail("void", self._carrier.fails_after)

    def track(self, label: Label, tracking_numbers: Sequence[str]) -> list[TrackingEvent]:
        self._carrier.asked_about.append(label.carrier_id)
        self._carrier.fail("track", self._carrier.fails_before)
        assert label.bought_at is not None
        if label.carrier_id in self._carrier.on_the_way:
            return self._carrier.on_the_way[label.carrier_id]
        return [TrackingEvent(label.bought_at, TrackingState.IN_TRANSIT, place="Madrid")]

    def draw(
        self,
        label: Label,
        tracking_numbers: Sequence[str],
        form: DocumentForm,
        *,
        is_copy: bool,
        brand: Brand | None = None,
    ) -> list[Document]:
        """Only asked of one that can draw again."""
        assert CarrierCapability.DRAWS_DOCUMENTS in self._carrier.describes.capabilities, "it keeps what it gave"
        mark = b" COPY" if is_copy else b""
        return [
            Document(form.kind, form.format, form.size, f"{form.format.value} {number}".encode() + mark, parcel)
            for parcel, number in enumerate(tracking_numbers)
        ]
