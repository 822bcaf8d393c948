"""Labels: what one is bought for, what the carrier gave for it, and how far the purchase has come."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from engine.model.money import Money
from engine.model.redaction import ERASED
from engine.model.sentence import Sentence
from engine.model.service_point import ServicePoint
from engine.model.transitions import Transition, next_state
from rules.order_document import dumps


class LabelState(StrEnum):
    """How far the purchase of a label has come, and whether it was given back."""

    INTENT = "intent"  # kept before the carrier is asked
    UNKNOWN = "unknown"  # the carrier was asked, and nobody knows whether it heard
    BOUGHT = "bought"
    REFUSED = "refused"  # the carrier said no: nothing was bought
    VOID_REQUESTED = "void_requested"  # kept before the carrier is asked to take it back
    VOIDED = "voided"
    VOID_REFUSED = "void_refused"  # the carrier does not take it back: it is paid and counts


class LabelAction(StrEnum):
    """What gives a label another state."""

    LOSE = "lose"  # no clear answer came
    BUY = "buy"
    REFUSE = "refuse"
    REQUEST_VOID = "request_void"
    VOID = "void"
    REFUSE_VOID = "refuse_void"


class LabelPurpose(StrEnum):
    """Which way its parcels go."""

    OUTBOUND = "outbound"
    RETURN = "return"  # back to where they left: no shipment comes of it, and nobody but its own account hears of it


_S, _A = LabelState, LabelAction
LABEL_TRANSITIONS: tuple[Transition[LabelState, LabelAction], ...] = (
    Transition((_S.INTENT, _S.UNKNOWN), _A.LOSE, (_S.UNKNOWN,)),
    Transition((_S.INTENT, _S.UNKNOWN), _A.BUY, (_S.BOUGHT,)),
    Transition((_S.INTENT, _S.UNKNOWN), _A.REFUSE, (_S.REFUSED,)),
    Transition((_S.BOUGHT, _S.VOID_REFUSED), _A.REQUEST_VOID, (_S.VOID_REQUESTED,)),
    Transition((_S.VOID_REQUESTED,), _A.VOID, (_S.VOIDED,)),
    Transition((_S.VOID_REQUESTED,), _A.REFUSE_VOID, (_S.VOID_REFUSED,)),
)

BEING_BOUGHT = frozenset({_S.INTENT, _S.UNKNOWN})
PAID = frozenset({_S.BOUGHT, _S.VOID_REQUESTED, _S.VOID_REFUSED})


@dataclass(frozen=True, slots=True)
class PostalAddress:
    """Where a parcel leaves or arrives. `country` is ISO 3166 alpha-2."""

    name: str = ""
    company: str = ""
    street1: str = ""
    street2: str = ""
    street3: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    country: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class ParcelToShip:
    """One box as it is handed to the carrier. `package` names the kind of package, where one was chosen."""

    weight_g: int
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    package: str = ""


@dataclass(frozen=True, slots=True)
class ContentLine:
    """What is inside, as the packing slip and customs read it. `quantity` may be a fraction; prices are for one piece."""

    line_key: str
    sku: str
    name: str
    quantity: Decimal
    unit_price: Decimal | None = None
    weight_g: Decimal | None = None
    hs_code: str = ""
    origin: str = ""  # ISO 3166 alpha-2
    description: str = ""  # for customs, where it is not the name

    @property
    def declared(self) -> str:
        """What customs are told that it is."""
        return self.description.strip() or self.name.strip()


@dataclass(frozen=True, slots=True)
class LabelRequest:
    """Everything a carrier is told to make a label. Kept before it is asked; the same request is never bought twice.

    `reference` is the label's own id, by which the purchase is found again; `numbers` are the parcels' tracking numbers of a
    carrier whose numbers are given out here. `options` holds what rules set for the carrier, by the names of their parts.
    """

    reference: str
    service: str
    ship_from: PostalAddress
    ship_to: PostalAddress
    parcels: tuple[ParcelToShip, ...]
    ship_date: date
    order_number: str = ""
    sender: str = ""  # whose parcel it is: the client's company name, else the account's
    contents: tuple[ContentLine, ...] = ()
    currency: str = ""  # of the contents' prices
    confirmation: str = ""
    insured: Money | None = None
    options: Mapping[str, Any] = field(default_factory=dict)
    numbers: tuple[str, ...] = ()
    is_return: bool = False  # from the customer (`ship_from`) back to where it had left (`ship_to`)
    service_point: ServicePoint | None = None  # where the customer (`ship_to`) fetches it

    def to_data(self) -> dict[str, Any]:
        """As a JSON object with exact decimals."""
        return {
            "reference": self.reference,
            "service": self.service,
            "ship_from": _fields(self.ship_from),
            "ship_to": _fields(self.ship_to),
            "parcels": [_fields(parcel) for parcel in self.parcels],
            "ship_date": self.ship_date.isoformat(),
            "order_number": self.order_number,
            "sender": self.sender,
            "contents": [_fields(line) for line in self.contents],
            "currency": self.currency,
            "confirmation": self.confirmation,
            "insured": None if self.insured is None else [self.insured.amount, self.insured.currency],
            "options": dict(self.options),
            "numbers": list(self.numbers),
            **({"is_return": True} if self.is_return else {}),
            **({} if self.service_point is None else {"service_point": self.service_point.to_data()}),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """What `to_data` made."""
        return cls(
            **{
                **data,
                "ship_from": PostalAddress(**data["ship_from"]),
                "ship_to": PostalAddress(**data["ship_to"]),
                "parcels": tuple(ParcelToShip(**parcel) for parcel in data["parcels"]),
                "ship_date": date.fromisoformat(data["ship_date"]),
                "contents": tuple(_content_line(line) for line in data["contents"]),
                "insured": None if data["insured"] is None else Money(Decimal(data["insured"][0]), data["insured"][1]),
                "numbers": tuple(data["numbers"]),
                **({"service_point": ServicePoint.from_data(data["service_point"])} if "service_point" in data else {}),
            }
        )

    def without_person(self) -> Self:
        """The request without who the parcels were for; the country stays."""
        options = {name: value for name, value in self.options.items() if name != "gift_message"}
        person = self.ship_from if self.is_return else self.ship_to
        erased = PostalAddress(name=ERASED, country=person.country)
        if self.is_return:
            return replace(self, ship_from=erased, sender=ERASED, options=options)
        return replace(self, ship_to=erased, options=options, service_point=None)

    @property
    def digest(self) -> str:
        """The hash of all that is asked for, whatever the label is called here."""
        asked = {name: value for name, value in self.to_data().items() if name not in ("reference", "numbers")}
        return hashlib.sha256(dumps(asked)).hexdigest()


class DocumentKind(StrEnum):
    """What is printed for a parcel."""

    LABEL = "label"
    PACKING_SLIP = "packing_slip"  # with the label on one sheet
    CUSTOMS = "customs"


class DocumentFormat(StrEnum):
    PDF = "pdf"
    ZPL = "zpl"
    PNG = "png"


class PaperSize(StrEnum):
    """What it is printed on: a label of 4 × 6 inches, or a sheet that has the packing slip as well."""

    LABEL = "4x6"
    A4 = "a4"


@dataclass(frozen=True, slots=True)
class Document:
    """One file to print; `parcel` counts from 0, and a document of all parcels belongs to the first."""

    kind: DocumentKind
    format: DocumentFormat
    size: PaperSize
    content: bytes = field(repr=False)
    parcel: int = 0


@dataclass(frozen=True, slots=True)
class BoughtLabel:
    """What a carrier gave: its own id of the shipment, a tracking number for each parcel, the price where it says one."""

    carrier_id: str
    tracking_numbers: tuple[str, ...]
    documents: tuple[Document, ...] = ()
    cost: Money | None = None


@dataclass(frozen=True, slots=True)
class Label:
    """One purchase of a label for units of an order (`lines`: line key → quantity), whatever became of it.

    `owner_id` is the account whose carrier account pays; `shipment_id` the shipment that it makes once it is bought. A return
    label makes none, and has an id of its own there.
    `carrier_id` is known before the purchase where the carrier makes a shipment first and sells its label then.
    """

    id: str
    account_id: str
    order_id: str
    shipment_id: str
    carrier_account_id: str
    owner_id: str
    carrier: str
    service: str
    lines: Mapping[str, Decimal]
    request: LabelRequest
    actor: str
    created_at: datetime
    state: LabelState = LabelState.INTENT
    carrier_id: str = ""
    quoted: Money | None = None
    cost: Money | None = None
    max_price: Money | None = None  # what it may cost at most; its currency alone can be compared
    asked: Money | None = None  # what the carrier asked just before the purchase, where there is such a limit
    error: Sentence | None = None
    bought_at: datetime | None = None
    purpose: LabelPurpose = LabelPurpose.OUTBOUND
    tracking_numbers: tuple[str, ...] = ()  # one for each parcel, once it is bought
    manifest_id: str | None = None  # what the carrier was given it with, at the end of a day

    @property
    def is_being_bought(self) -> bool:
        return self.state in BEING_BOUGHT

    def is_above_limit(self, price: Money | None) -> bool:
        """Whether a price is more than the label may cost; one in another currency may be."""
        limit = self.max_price
        if limit is None or price is None:
            return False
        return price.currency != limit.currency or price.amount > limit.amount

    @property
    def is_return(self) -> bool:
        return self.purpose is LabelPurpose.RETURN

    @property
    def is_paid(self) -> bool:
        return self.state in PAID

    def lose(self, error: Sentence) -> Self:
        """Nobody knows whether the carrier heard. Raises IllegalTransition, as all that change the state."""
        return self._take(LabelAction.LOSE, error=error)

    def buy(self, bought: BoughtLabel, now: datetime) -> Self:
        """The carrier has made it."""
        given = {"carrier_id": bought.carrier_id, "cost": bought.cost, "tracking_numbers": bought.tracking_numbers}
        return self._take(LabelAction.BUY, error=None, bought_at=now, **given)

    def refuse(self, error: Sentence) -> Self:
        """The carrier does not make it, or asks too much."""
        return self._take(LabelAction.REFUSE, error=error)

    def request_void(self) -> Self:
        """The carrier is to be asked to take it back."""
        return self._take(LabelAction.REQUEST_VOID, error=None)

    def void(self) -> Self:
        """The carrier has taken it back."""
        return self._take(LabelAction.VOID, error=None)

    def refuse_void(self, error: Sentence) -> Self:
        """The carrier does not take it back."""
        return self._take(LabelAction.REFUSE_VOID, error=error)

    def _take(self, action: LabelAction, **changes: Any) -> Self:
        return replace(self, state=next_state(LABEL_TRANSITIONS, self.state, action), **changes)


def units_being_bought(labels: Sequence[Label]) -> dict[str, Decimal]:
    """The units of an order for which labels are being bought right now, by line."""
    units: dict[str, Decimal] = {}
    for label in labels:
        if label.is_being_bought:
            for key, quantity in label.lines.items():
                units[key] = units.get(key, Decimal(0)) + quantity
    return units


def _fields(value: Any) -> dict[str, Any]:
    return {name: getattr(value, name) for name in value.__dataclass_fields__}


def _content_line(data: Mapping[str, Any]) -> ContentLine:
    numbers = {name: None if data[name] is None else Decimal(data[name]) for name in ("quantity", "unit_price", "weight_g")}
    return ContentLine(**{**data, **numbers})


def buying_key(label_id: str) -> str:
    """The key of the job that buys a label."""
    return f"label:{label_id}"


def voiding_key(label_id: str) -> str:
    """The key of the job that gives a label back."""
    return f"void:{label_id}"
