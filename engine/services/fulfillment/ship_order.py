"""Shipping an order by hand, with tracking numbers that somebody got elsewhere, and taking that back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.application import Application
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.job import JobState
from engine.model.moment_words import moment_words
from engine.model.order import Order, OrderState
from engine.model.request import FulfillmentRequest
from engine.model.tracking_numbers import split_numbers
from engine.model.write_back import notify_key, withdraw_key
from engine.ports import UnitOfWork
from engine.services.fulfillment.combined_parcels import check_left_by_itself, check_ships_itself
from engine.services.fulfillment.entered_shipping import CheckedShipping, Shipping, check_shipping, parcels_of
from engine.services.fulfillment.request_words import THE_OPERATOR
from engine.services.fulfillment.shipments import keep_shipment, make_due_again, take_back_shipment
from engine.services.fulfillment.units_to_ship import (
    claims_on,
    get_order,
    is_held_by_recall_alone,
    lock_own_request,
    units_to_ship,
)
from engine.services.refusals import Refused
from rules.messages import Text

SHIPPED_IN_STORE = Text(
    "Order {order} was shipped in the store, not from here.", "El pedido {order} se envió en la tienda, no desde aquí."
)
SHIPPED_ALREADY = Text(
    "Order {order} was already shipped on {when} by {who}: {carrier} {service}, {tracking}. "
    "If that is wrong, take it back first.",
    "El pedido {order} ya lo envió {who} el {when}: {carrier} {service}, {tracking}. Si está mal, deshaz antes ese envío.",
)
_SOMEBODY = Text("somebody", "alguien")
_UNTRACKED = Text("without a tracking number", "sin número de seguimiento")
NOT_SHIPPED = Text(
    "Order {order} has not been shipped from here: there is nothing to take back.",
    "El pedido {order} no se ha enviado desde aquí: no hay nada que deshacer.",
)
HAS_LABEL = Text(
    "Order {order} was shipped with a label that was bought here: void the label instead (`orders void {shipment}`).",
    "El pedido {order} se envió con una etiqueta comprada aquí: anula la etiqueta (`orders void {shipment}`).",
)


@dataclass(frozen=True, slots=True)
class Shipped:
    """An order with its shipment, shipped or taken back; the job that tells the store, where one has to be told."""

    order: Order
    shipment: Shipment
    job_id: str | None


def ship_order(app: Application, account_id: str, order_id: str, shipping: Shipping, actor: str) -> Shipped:
    """Ship all lines of an order, as far as Relevo is concerned; a job tells the store.

    What is with a provider has to be recalled before; what a provider ships although it was asked back is kept and flagged.
    Asked again with the same data, this answers as the first time, and has the store told once more if that was given up. Where a
    rule keeps the shipment from the store (`notify_marketplace`), there is no job. Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        request = lock_own_request(uow, account_id, order_id, now)
        order = get_order(uow, account_id, order_id)
        wanted = check_shipping(order, shipping)
        if order.state is OrderState.SHIPPED:
            shipments = uow.fulfillment.list_shipments(account_id, order_id)
            shipment = _same_shipment(uow, order, shipments, wanted)
            job_id = _rearm(uow, order, notify_key(shipment.id), now)
            uow.commit()
            return Shipped(order, shipment, job_id)
        claims = claims_on(uow, account_id, [order_id])[order_id]
        shipment = _shipment(order, wanted, units_to_ship(uow, order, claims, now, recalled=request), now)
        job_id = keep_shipment(app, uow, order, shipment, actor, now)
        uow.commit()
    return Shipped(order, shipment, job_id)


def unship_order(app: Application, account_id: str, order_id: str, actor: str) -> Shipped:
    """Take back a shipment that was made by hand, as long as the store does not hold the order for shipped.

    What the store was told is taken back by a job. What was chosen as carrier and service by shipping goes too.
    Asked again, this answers as the first time. Raises Refused, also where a label was bought: that is voided.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        order = get_order(uow, account_id, order_id)
        check_ships_itself(uow, order)
        own = [one for one in uow.fulfillment.list_shipments(account_id, order_id) if one.request_id is None]
        shipment = last_by_hand(own)
        if shipment is None:
            if not own or order.state is OrderState.SHIPPED:
                in_store = order.state is OrderState.SHIPPED
                raise Refused("not_shipped", SHIPPED_IN_STORE if in_store else NOT_SHIPPED, order=order.order_number)
            job_id = _rearm(uow, order, withdraw_key(own[-1].id), now)
            uow.commit()
            return Shipped(order, own[-1], job_id)
        check_left_by_itself(uow, order, shipment)
        if uow.labels.find_by_shipment(account_id, shipment.id) is not None:
            raise Refused("has_label", HAS_LABEL, order=order.order_number, shipment=shipment.id)
        shipment, job_id = take_back_shipment(app, uow, order, shipment, actor, now)
        uow.commit()
    return Shipped(order, shipment, job_id)


def last_by_hand(shipments: Sequence[Shipment]) -> Shipment | None:
    """The shipment of an order that is taken back first: the last one that its account made."""
    own = (one for one in reversed(shipments) if one.request_id is None and one.state is ShipmentState.SHIPPED)
    return next(own, None)


def may_ship(order: Order, received: FulfillmentRequest | None = None) -> bool:
    """Whether a person may try: what only the order's own requests can tell is told when it is tried.

    `received` is the request that a client's order stands for.
    """
    states = (OrderState.OPEN, OrderState.REJECTED_FULFILLMENT, OrderState.PARTIALLY_SHIPPED)
    return order.state in states and (not order.is_held or is_held_by_recall_alone(order, received))


def _same_shipment(uow: UnitOfWork, order: Order, shipments: Sequence[Shipment], wanted: CheckedShipping) -> Shipment:
    """The shipment that an order is shipped with, if it is the wanted one. Raises Refused."""
    shipped = [shipment for shipment in shipments if shipment.state is ShipmentState.SHIPPED]
    if not shipped:
        raise shipped_already(uow, order, shipped)
    last = shipped[-1]
    tracking = last.numbers
    # Compared as they would be cleaned today: what is kept may have been entered before numbers were.
    kept = [number.casefold() for number in split_numbers(tracking)] if tracking else []
    asked = [number.casefold() for number in wanted.numbers]
    if (last.carrier, last.service, kept, len(last.parcels)) == (wanted.carrier, wanted.service, asked, wanted.boxes):
        return last
    raise shipped_already(uow, order, shipped)


def shipped_already(uow: UnitOfWork, order: Order, shipped: Sequence[Shipment]) -> Refused:
    """The refusal to ship an order once more: who shipped it, when and how."""
    if not shipped:
        return Refused("shipped_in_store", SHIPPED_IN_STORE, order=order.order_number)
    last = shipped[-1]
    params: dict[str, Any] = {
        "order": order.order_number,
        "when": moment_words(last.shipped_at, uow.accounts.get(order.account_id).time_zone) if last.shipped_at else "?",
        "who": _who_shipped(uow, order),
        "carrier": last.carrier,
        "service": last.service,
        "tracking": ", ".join(last.numbers) or _UNTRACKED,
    }
    return Refused("shipped_already", SHIPPED_ALREADY, **params)


def _who_shipped(uow: UnitOfWork, order: Order) -> Text | str:
    audit = uow.audit.list_for(order.account_id, order.id)
    actor = next((entry.actor for entry in reversed(audit) if entry.action == "order.shipped"), "")
    user = uow.users.find(order.account_id, actor)
    if user is not None:
        return user.email
    return THE_OPERATOR if actor == "operator" else _SOMEBODY


def _shipment(order: Order, wanted: CheckedShipping, lines: dict[str, Decimal], now: datetime) -> Shipment:
    planned = Shipment(
        id=new_id("shp"),
        account_id=order.account_id,
        order_id=order.id,
        request_id=None,
        carrier=wanted.carrier,
        service=wanted.service,
        lines=lines,
        parcels=parcels_of(order, wanted),
    )
    return planned.ship(now)


def _rearm(uow: UnitOfWork, order: Order, key: str, now: datetime) -> str | None:
    """Make a job due that was given up. Its id, if there is such a job."""
    job = next((one for one in uow.jobs.list_for_order(order.account_id, order.id) if one.key == key), None)
    if job is not None and job.state is JobState.DEAD:
        make_due_again(uow, job, now)
    return None if job is None else job.id
