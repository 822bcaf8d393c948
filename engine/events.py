"""What has happened to orders, told within the transaction in which it happened, to those whom it concerns.

Who listens to what is one list, `engine.services.listeners`. A listener is called at once, in the publisher's transaction,
with all events of its kind that were published together, so that it asks the database once for all of them. What it raises
ends the transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

from engine.model.fulfillment import Shipment
from engine.model.job import ORDINARY
from engine.model.order import WITH_PROVIDERS, Order, OrderState
from engine.model.request import FulfillmentRequest
from engine.model.request_message import MessageKind
from engine.ports import UnitOfWork

if TYPE_CHECKING:
    from engine.application import Application


@dataclass(frozen=True, slots=True)
class OrderEvent:
    """Something that happened to one order, which has the state that follows by now.

    It is published before the order is written, and whoever publishes it writes the order afterwards: listeners may change it.
    """

    order: Order
    at: datetime


@dataclass(frozen=True, slots=True)
class OrderImported(OrderEvent):
    """A fulfillment request became an order of the provider."""


@dataclass(frozen=True, slots=True)
class OrderChanged(OrderEvent):
    """What the order is about, or whether anybody holds it, has changed: by its store, by rules or by a person."""

    actor: str


@dataclass(frozen=True, slots=True)
class ClosedUpstream(OrderEvent):
    """The store no longer wants the order shipped from here, perhaps because it shipped there."""

    reason: str


@dataclass(frozen=True, slots=True)
class ReopenedUpstream(OrderEvent):
    """The store wants the order shipped from here again."""


@dataclass(frozen=True, slots=True)
class OrderCancelled(OrderEvent):
    """A person wants the order shipped no more."""

    actor: str


@dataclass(frozen=True, slots=True)
class OrderRestored(OrderEvent):
    """A person wants the order shipped after all."""

    actor: str


@dataclass(frozen=True, slots=True)
class ShippedUpstream(OrderEvent):
    """The store shipped the order of its own accord."""


@dataclass(frozen=True, slots=True)
class ShippedFromHere(OrderEvent):
    """The merchant shipped the order, or it turned out that a shipment could not be taken back."""

    shipment: Shipment
    actor: str


@dataclass(frozen=True, slots=True)
class ShipmentTakenBack(OrderEvent):
    """The merchant took back a shipment that was made from here."""

    shipment: Shipment
    actor: str


@dataclass(frozen=True, slots=True)
class Delivered(OrderEvent):
    """The carrier has delivered all of a shipment."""

    shipment: Shipment


@dataclass(frozen=True, slots=True)
class OrderDelegated(OrderEvent):
    """A provider is asked to ship the order, for the first time or again."""

    request: FulfillmentRequest
    priority: int = ORDINARY  # of the work that follows


@dataclass(frozen=True, slots=True)
class RequestAnswered(OrderEvent):
    """The provider has answered about the order."""

    request: FulfillmentRequest
    answer: MessageKind


@dataclass(frozen=True, slots=True)
class RequestOverdue(OrderEvent):
    """The provider should have shipped the order."""

    request: FulfillmentRequest


@dataclass(frozen=True, slots=True)
class DeliveryFailed(OrderEvent):
    """Something is wrong with a parcel of the order on its way."""


Event = TypeVar("Event", bound=OrderEvent)


class Subscription(NamedTuple):
    """One listener and the events it hears of. Made by `listens_to`, which checks that they fit together."""

    kind: type[OrderEvent]
    listener: Callable[[Application, UnitOfWork, Sequence[Any]], None]


def listens_to(kind: type[Event], listener: Callable[[Application, UnitOfWork, Sequence[Event]], None]) -> Subscription:
    """Have a listener called for the events of exactly this kind."""
    return Subscription(kind, listener)


def publish(app: Application, uow: UnitOfWork, events: Sequence[OrderEvent]) -> None:
    """Tell what happened to orders of one account, in the transaction that writes it: first those of the first kind, and so on.

    Each listener of a kind is called once with all events of it, in the order of the list of listeners.
    """
    kinds = dict.fromkeys(type(event) for event in events)
    for kind in kinds:
        happened = [event for event in events if type(event) is kind]
        for subscription in app.listeners:
            if subscription.kind is kind:
                subscription.listener(app, uow, happened)


def publish_changes(app: Application, uow: UnitOfWork, orders: Sequence[Order], actor: str, at: datetime) -> None:
    """Tell of orders that have changed, as far as providers may have something of them, or a parcel that has left."""
    concerned = (*WITH_PROVIDERS, OrderState.COMBINED)
    publish(app, uow, [OrderChanged(order, at, actor) for order in orders if order.state in concerned])
