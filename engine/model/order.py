"""An order as an account keeps it: what the store said, what was filled in, what rules wrote, what people changed, and how far
it has come.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any, NamedTuple

from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.order_defaults import Layer, fill
from engine.model.order_history import OnceWrite
from engine.model.request import FulfillmentRequest, RequestState
from engine.model.transitions import Transition, may_follow, next_state
from rules.order_document import Document, write_field

INITIAL_STATUS = "awaiting_shipment"
ON_HOLD = "on_hold"
_NEEDS_ATTENTION = "needs_attention"  # the flag: a person has to look, for whatever reason
OUTDATED = "outdated"  # the flag: the store has changed what the rules had read
OVERDUE = "overdue"  # the flag: a provider should have shipped it by now
JOINED = "joined"  # the reason of an order that was a part, and whose units are back with the original
CANCELLED_HERE = "cancelled_here"  # the reason of an order that a person has cancelled
COMBINED_WITH = "combined_with"  # in a person's layer: the order in whose parcel it leaves
DELIVERY_PROBLEM = "delivery_problem"  # the flag: something is wrong with a parcel on its way


class OrderState(StrEnum):
    """Where an order is on its way. While it is `open`, its visible status is a field that rules and people may change."""

    OPEN = "open"
    SKIPPED = "skipped"  # a rule said "don't import"
    PENDING_FULFILLMENT = "pending_fulfillment"
    REJECTED_FULFILLMENT = "rejected_fulfillment"
    PARTIALLY_SHIPPED = "partially_shipped"
    SHIPPED = "shipped"
    CANCELLED = "cancelled"
    COMBINED = "combined"  # it leaves in another order's parcel


# States in which something of it is still to leave, unless somebody holds it.
HOLDABLE = (
    OrderState.OPEN,
    OrderState.PENDING_FULFILLMENT,
    OrderState.REJECTED_FULFILLMENT,
    OrderState.PARTIALLY_SHIPPED,
)
# States in which the store's document may still change the order.
CHANGEABLE = (*HOLDABLE, OrderState.SKIPPED, OrderState.COMBINED)
# States in which a provider may have something of it that is still to leave.
WITH_PROVIDERS = (OrderState.PENDING_FULFILLMENT, OrderState.PARTIALLY_SHIPPED)


class OrderAction(StrEnum):
    """What gives an order another state."""

    HAND_OVER = "hand_over"
    SKIP = "skip"
    TAKE_IN_AGAIN = "take_in_again"
    CLOSE_UPSTREAM = "close_upstream"
    REOPEN = "reopen"
    SETTLE = "settle"
    CANCEL = "cancel"
    RESTORE = "restore"
    TAKE_IN = "take_in"
    SPLIT = "split"
    JOIN = "join"
    COMBINE = "combine"
    SEPARATE = "separate"


_UNSHIPPED = (OrderState.OPEN, OrderState.PENDING_FULFILLMENT, OrderState.REJECTED_FULFILLMENT)
_NOWHERE = (OrderState.OPEN, OrderState.REJECTED_FULFILLMENT)
_LEFT_OUT = (OrderState.SKIPPED, OrderState.CANCELLED)
_SHIPPED = (OrderState.SHIPPED, OrderState.PARTIALLY_SHIPPED)

ORDER_TRANSITIONS: tuple[Transition[OrderState, OrderAction], ...] = (
    Transition(_UNSHIPPED, OrderAction.HAND_OVER, (OrderState.PENDING_FULFILLMENT,)),
    Transition((OrderState.PARTIALLY_SHIPPED,), OrderAction.HAND_OVER, (OrderState.PARTIALLY_SHIPPED,)),
    Transition((OrderState.OPEN,), OrderAction.SKIP, (OrderState.SKIPPED,)),
    Transition((OrderState.SKIPPED,), OrderAction.TAKE_IN_AGAIN, (OrderState.OPEN,)),
    Transition(CHANGEABLE, OrderAction.CLOSE_UPSTREAM, (OrderState.CANCELLED, OrderState.SHIPPED)),
    Transition((OrderState.CANCELLED,), OrderAction.REOPEN, (OrderState.OPEN,)),
    Transition((*_UNSHIPPED, *_SHIPPED), OrderAction.SETTLE, (*_UNSHIPPED, *_SHIPPED)),
    Transition(_LEFT_OUT, OrderAction.SETTLE, _SHIPPED),  # it has left all the same
    Transition(_UNSHIPPED, OrderAction.CANCEL, (OrderState.CANCELLED,)),
    Transition((OrderState.CANCELLED,), OrderAction.RESTORE, (OrderState.OPEN,)),
    Transition((OrderState.SKIPPED,), OrderAction.TAKE_IN, (OrderState.OPEN,)),
    Transition(_NOWHERE, OrderAction.SPLIT, (OrderState.OPEN,)),
    Transition(_NOWHERE, OrderAction.JOIN, (OrderState.CANCELLED,)),
    Transition((*_NOWHERE, OrderState.SHIPPED), OrderAction.COMBINE, (OrderState.COMBINED,)),
    Transition((OrderState.COMBINED,), OrderAction.SEPARATE, (OrderState.OPEN,)),
    Transition((OrderState.COMBINED,), OrderAction.SETTLE, (OrderState.SHIPPED,)),
)


class Edit(NamedTuple):
    """Who wrote a field of the person's layer, and when."""

    actor: str
    at: datetime


@dataclass(slots=True)
class Order:
    """One order of one account. `source`, `defaults`, `rules` and `person` are its layers; the last that has a field wins.

    `source` is a whole order document, in which `defaults` fill only what is blank; `rules` and `person` map field names
    (`ship_to.city`) to values.
    """

    id: str
    account_id: str
    store_id: str | None
    external_id: str  # the store's id of what is shipped
    external_order_id: str
    order_number: str
    revision: str  # hash of `source`
    source: Document
    imported_at: datetime
    updated_at: datetime
    state: OrderState = OrderState.OPEN
    rules: dict[str, Any] = field(default_factory=dict)
    person: dict[str, Any] = field(default_factory=dict)
    flags: tuple[str, ...] = ()
    matched: tuple[str, ...] = ()
    decision_id: str | None = None
    state_reason: str | None = None  # a reason code for the state, e.g. why it was cancelled
    applied_once: tuple[str, ...] = ()  # `once` rules that have applied
    held_by: tuple[str, ...] = ()  # rules whose hold has applied
    once_writes: tuple[OnceWrite, ...] = ()  # in order; they survive a reprocess
    source_version: str = ""  # when the store last changed what `source` was made of, as the store writes it
    origin: str = ""  # the vendor's account it was sold by (`StoreScope.origin`); with `external_id` one order of the account
    channel: str = ""  # the channel of the vendor's account; empty when it is not known
    outdated: dict[str, Any] = field(default_factory=dict)  # fields that outdate the choice, with digests of what was read
    erased_at: datetime | None = None  # when its personal data was erased
    defaults: Layer = field(default_factory=dict)  # by what they come from (`engine.model.order_defaults`)
    holds: int = 0  # how many persons' holds it has (`engine.model.hold`)
    edits: dict[str, Edit] = field(default_factory=dict)  # of fields in `person`, as far as it is known
    flagged_untold: bool = False  # it needs attention because telling of it was given up, and for no other reason

    def document(self) -> Document:
        """The order as rules and people see it now: all layers merged. A new document; the layers stay untouched."""
        merged = dict(self.source)
        if self.defaults:
            fill(merged, self.defaults)
        for layer in (self.rules, self.person):
            for name, value in layer.items():
                write_field(merged, name, value)
        return merged

    def write_as_person(self, name: str, value: Any, actor: str, now: datetime) -> None:
        """Have a person's value stand in front of the others; None leaves the field without one."""
        self.person[name] = value
        self.edits[name] = Edit(actor, now)

    def drop_edit(self, name: str) -> None:
        """Have a field be again what rules or the store say."""
        self.person.pop(name, None)
        self.edits.pop(name, None)

    def status(self) -> str:
        """The status that people see."""
        if self.state is not OrderState.OPEN:
            return self.state.value
        return ON_HOLD if self.holds else self._written_status()

    def _written_status(self) -> str:
        for layer in (self.person, self.rules):
            if layer.get("status"):
                return str(layer["status"])
        return str(self.source.get("status") or INITIAL_STATUS)

    @property
    def is_cancelled_here(self) -> bool:
        """Whether a person has cancelled it: then it stays so, whatever its store says."""
        return self.state is OrderState.CANCELLED and self.state_reason == CANCELLED_HERE

    @property
    def may_come_back(self) -> bool:
        """Whether it is to be shipped again when its store wants it to."""
        return self.may(OrderAction.REOPEN) and not self.is_cancelled_here

    @property
    def is_held(self) -> bool:
        """Whether anybody holds it; where a provider has it, or a part has shipped, the status does not say so."""
        return self.state in HOLDABLE and (self.holds > 0 or self.is_held_by_layer)

    @property
    def is_held_by_layer(self) -> bool:
        """Whether its store, a rule or an edit holds it: whether it were held without the holds of people."""
        return self.state in HOLDABLE and self._written_status() == ON_HOLD

    @property
    def is_held_by_own_layer(self) -> bool:
        """Whether a rule or an edit of its account writes that it is held, whatever its store says."""
        return any(layer.get("status") == ON_HOLD for layer in (self.rules, self.person))

    def hold_end(self) -> datetime | None:
        """When the hold of a layer ends by itself; None without one, or without an end. Without an offset a time is in UTC."""
        if not self.is_held_by_layer:
            return None
        layers = (self.person, self.rules, self.source)
        written = next((layer["hold_until"] for layer in layers if "hold_until" in layer), None)
        try:
            end = datetime.fromisoformat(written or "")
            return (end if end.tzinfo else end.replace(tzinfo=UTC)).astimezone(UTC)
        except (TypeError, ValueError, OverflowError):
            return None

    def quantities(self) -> dict[str, Decimal]:
        """The quantities above 0 of its lines, by line key; one that cannot be read counts as none."""
        items = self.document().get("items")
        lines: dict[str, Decimal] = {}
        for number, found in enumerate(items if isinstance(items, list) else [], 1):
            item = found if isinstance(found, Mapping) else {}
            try:
                quantity = Decimal(str(item.get("quantity")))
            except InvalidOperation:
                continue
            if quantity.is_finite() and quantity > 0:
                key = str(item.get("line_key") or number)
                lines[key] = lines.get(key, Decimal(0)) + quantity
        return lines

    def flag(self, *flags: str) -> None:
        """Put flags on; one that it has keeps its place."""
        self.flags = tuple(dict.fromkeys((*self.flags, *flags)))
        if _NEEDS_ATTENTION in flags:
            self.flagged_untold = False

    def flag_untold(self) -> None:
        """Put `needs_attention` on because telling somebody of it was given up."""
        if _NEEDS_ATTENTION not in self.flags:
            self.flag(_NEEDS_ATTENTION)
            self.flagged_untold = True

    def unflag(self, *flags: str) -> None:
        """Take flags off that it may have."""
        self.flags = tuple(flag for flag in self.flags if flag not in flags)
        if _NEEDS_ATTENTION in flags:
            self.flagged_untold = False

    def may(self, action: OrderAction) -> bool:
        """Whether its state allows an action."""
        return may_follow(ORDER_TRANSITIONS, self.state, action)

    def hand_over(self, now: datetime) -> None:
        """A provider has been asked to ship it. Raises IllegalTransition, as all that give it another state."""
        self._take(OrderAction.HAND_OVER, None)
        self.updated_at = now

    def skip(self, rule_id: str) -> None:
        """A rule leaves it out."""
        self._take(OrderAction.SKIP, rule_id)

    def take_in_again(self) -> None:
        """No rule is to leave it out any longer, unless one does so anew."""
        self._take(OrderAction.TAKE_IN_AGAIN, None)

    def close_upstream(self, reason: str, now: datetime, *, shipped: bool) -> None:
        """The store no longer wants it shipped from here: it shipped there, or nobody is to ship it."""
        self._take(OrderAction.CLOSE_UPSTREAM, reason, OrderState.SHIPPED if shipped else OrderState.CANCELLED)
        self.updated_at = now

    def reopen(self, now: datetime) -> None:
        """The store wants it shipped from here again."""
        self._take(OrderAction.REOPEN, None)
        self.updated_at = now

    def cancel(self, now: datetime) -> None:
        """A person wants it shipped no more, whatever its store says."""
        self._take(OrderAction.CANCEL, CANCELLED_HERE)
        self.updated_at = now

    def restore(self, now: datetime) -> None:
        """A person wants it shipped after all."""
        self._take(OrderAction.RESTORE, None)
        self.updated_at = now

    def take_in(self, now: datetime) -> None:
        """A person wants it shipped although a rule left it out."""
        self._take(OrderAction.TAKE_IN, None)
        self.updated_at = now

    def split(self, now: datetime) -> None:
        """Some of its units are a part of their own; what it has left is decided about anew."""
        self._take(OrderAction.SPLIT, None)
        self.updated_at = now

    def join(self, now: datetime) -> None:
        """It was a part, and its units are back with the original."""
        self._take(OrderAction.JOIN, JOINED)
        self.updated_at = now

    def combine(self, now: datetime) -> None:
        """It leaves in another order's parcel, or does so again after what had left was taken back."""
        self._take(OrderAction.COMBINE, None)
        self.updated_at = now

    def separate(self, now: datetime) -> None:
        """It leaves by itself again."""
        self._take(OrderAction.SEPARATE, None)
        self.updated_at = now

    def settle(self, requests: Iterable[FulfillmentRequest], shipments: Iterable[Shipment], now: datetime) -> None:
        """Give it the state that follows from all its requests and shipments."""
        self._take(OrderAction.SETTLE, None, order_state_from(self.quantities(), requests, shipments))
        self.updated_at = now

    def _take(self, action: OrderAction, reason: str | None, outcome: OrderState | None = None) -> None:
        self.state = next_state(ORDER_TRANSITIONS, self.state, action, outcome=outcome)
        self.state_reason = reason


def order_state_from(
    ordered: Mapping[str, Decimal], requests: Iterable[FulfillmentRequest], shipments: Iterable[Shipment]
) -> OrderState:
    """The state of an order with these line quantities, from its requests and shipments.

    Shipped quantities come first: all lines shipped, some, or none. With none, a live request makes the order pending, a last
    request that was rejected makes it rejected, and otherwise it is open. The requests are in the order in which they were made.
    """
    shipped: dict[str, Decimal] = {}
    for shipment in shipments:
        if shipment.state is ShipmentState.SHIPPED:
            for line_key, quantity in shipment.lines.items():
                shipped[line_key] = shipped.get(line_key, Decimal(0)) + quantity
    if any(quantity > 0 for quantity in shipped.values()):
        complete = all(shipped.get(line_key, Decimal(0)) >= quantity for line_key, quantity in ordered.items())
        return OrderState.SHIPPED if complete else OrderState.PARTIALLY_SHIPPED
    asked = list(requests)
    if any(request.is_live for request in asked):
        return OrderState.PENDING_FULFILLMENT
    rejected = bool(asked) and asked[-1].state is RequestState.REJECTED
    return OrderState.REJECTED_FULFILLMENT if rejected else OrderState.OPEN


@dataclass(frozen=True, slots=True)
class OrderHead:
    """The little of an order that an import needs to see whether anything changed."""

    id: str
    external_id: str
    revision: str
    state: OrderState
    source_version: str = ""
    channel: str = ""
    state_reason: str | None = None

    @property
    def is_closed_upstream(self) -> bool:
        """Whether its store cancelled it, and may want it again; what a person cancelled stays so."""
        return self.state is OrderState.CANCELLED and self.state_reason != CANCELLED_HERE

    @property
    def takes_changes(self) -> bool:
        """Whether what the store says of it is still taken over, though a person may have cancelled it."""
        return self.state in CHANGEABLE or (self.state is OrderState.CANCELLED and not self.is_closed_upstream)


@dataclass(frozen=True, slots=True)
class StoredDecision:
    """One run of the rules over one order, as it is kept. The explanation is computed from it on demand."""

    id: str
    account_id: str
    order_id: str
    rule_set_version_ids: Sequence[str]  # of all sets that ran, in their order
    trigger: str
    decided_at: datetime
    facts: Mapping[str, Any]  # {"order": document, "history": {...}}
    context_id: str
    matched: Sequence[str]
    changes: Sequence[Mapping[str, Any]]
    effects: Sequence[Mapping[str, Any]]
    flags: Sequence[str]
    errors: Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class DecidedChanges:
    """What one decision wrote into its order."""

    order_id: str
    trigger: str
    decided_at: datetime
    changes: Sequence[Mapping[str, Any]]
