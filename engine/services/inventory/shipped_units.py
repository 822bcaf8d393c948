"""What requests and shipments do to counts: what a provider is asked for is known there, and what ships leaves its shelves."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from engine.application import Application
from engine.events import OrderDelegated, ShipmentTakenBack, ShippedFromHere
from engine.model.ids import new_id
from engine.model.inventory import Movement, MovementKind
from engine.model.request import FulfillmentRequest, RequestLine
from engine.ports import UnitOfWork


def note_asked(_app: Application, uow: UnitOfWork, events: Sequence[OrderDelegated]) -> None:
    """What a provider is asked for is one of the products that it knows, whether it has counted it or not."""
    for event in events:
        request = event.request
        uow.inventory.note_products(request.provider_id, request.account_id, {sku_of(line): line.name for line in request.lines})


def take_out_shipped(app: Application, uow: UnitOfWork, events: Sequence[ShippedFromHere]) -> None:
    """What a provider ships of a client's order is no longer on its shelves."""
    _move_shipments(app, uow, events, MovementKind.SHIPPED)


def put_back_taken_back(app: Application, uow: UnitOfWork, events: Sequence[ShipmentTakenBack]) -> None:
    """What was taken back is there again."""
    _move_shipments(app, uow, events, MovementKind.TAKEN_BACK)


def _move_shipments(
    app: Application, uow: UnitOfWork, events: Sequence[ShippedFromHere | ShipmentTakenBack], kind: MovementKind
) -> None:
    copies = [event.order.id for event in events]
    requests = {one.copy_id: one for one in uow.requests.list_by_copies(events[0].order.account_id, copies)}
    for event in events:
        request = requests.get(event.order.id)
        if request is not None:
            _move_shipment(app, uow, event, request, kind)


def _move_shipment(
    app: Application,
    uow: UnitOfWork,
    event: ShippedFromHere | ShipmentTakenBack,
    request: FulfillmentRequest,
    kind: MovementKind,
) -> None:
    provider_id = event.order.account_id
    units: dict[str, Decimal] = {}
    for line in request.lines:
        quantity = event.shipment.lines.get(line.line_key, Decimal(0))
        if quantity:
            units[sku_of(line)] = units.get(sku_of(line), Decimal(0)) + quantity
    movements = []
    locked = uow.inventory.lock(provider_id, request.account_id, list(units))
    now = app.clock.now()  # later than whatever changed these counts before
    for sku, known in locked.items():
        change = -units[sku] if kind is MovementKind.SHIPPED else units[sku]
        on_hand = (known.on_hand or Decimal(0)) + change
        movements.append(
            Movement(
                new_id("mov"),
                provider_id,
                request.account_id,
                sku,
                kind,
                change,
                on_hand,
                now,
                event.actor,
                reference=event.order.order_number,
            )
        )
    uow.inventory.record(movements)


def sku_of(line: RequestLine) -> str:
    """What the provider calls it."""
    return line.provider_sku or line.sku
