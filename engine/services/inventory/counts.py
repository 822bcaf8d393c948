"""Counting a client's products, and what is left of them once requests have taken their share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from engine.application import Application
from engine.events import ShipmentTakenBack, ShippedFromHere
from engine.model.account import Account, User
from engine.model.audit import AuditEntry
from engine.model.fulfillment import Shipment
from engine.model.ids import new_id
from engine.model.inventory import Movement, MovementKind, StockCount
from engine.model.request import FulfillmentRequest, RequestLine
from engine.ports import UnitOfWork
from engine.services.accounts.acting import find_account
from engine.services.refusals import Refused
from rules.messages import Text

LONGEST_SKU = 200
LONGEST_NOTE = 500

NOT_A_CLIENT = Text(
    '"{client}" is no connected client of yours: counts are kept of connected clients\' products.',
    '"{client}" no es un cliente conectado: se llevan las existencias de clientes conectados.',
)
BAD_SKU = Text("Write a SKU of 1 to {limit} characters.", "Escribe un SKU de 1 a {limit} caracteres.")
BAD_COUNT = Text(
    '"{count}" is no count: write a number of 0 or more.', '"{count}" no es una cantidad: escribe un número de 0 o más.'
)
LONG_NOTE = Text("The note is longer than {limit} characters.", "La nota supera los {limit} caracteres.")


def set_count(app: Application, actor: User, client_slug: str, sku: str, on_hand: Decimal, *, note: str = "") -> StockCount:
    """Say how much there is of a client's product; only the 3PL does. Raises Refused."""
    sku, note, now = sku.strip(), note.strip(), app.clock.now()
    if not 0 < len(sku) <= LONGEST_SKU or not sku.isprintable():
        raise Refused("bad_sku", BAD_SKU, limit=LONGEST_SKU)
    if not on_hand.is_finite() or on_hand < 0:
        raise Refused("bad_count", BAD_COUNT, count=on_hand)
    if len(note) > LONGEST_NOTE:
        raise Refused("long_note", LONG_NOTE, limit=LONGEST_NOTE)
    with app.unit_of_work() as uow:
        client = find_client(uow, actor.account_id, client_slug)
        known = uow.inventory.lock(actor.account_id, client.id, [sku]).get(sku)
        before = None if known is None else known.on_hand
        change = on_hand - (before or Decimal(0))
        count = StockCount(actor.account_id, client.id, sku, on_hand)
        _move(uow, count, MovementKind.COUNTED, change, now, actor.id, note)
        entry = AuditEntry(actor.account_id, now, actor.id, "inventory.counted", sku, before, on_hand)
        uow.audit.append([entry])
        reserved = reserved_units(uow.requests.list_live_between(actor.account_id, client.id)).get(sku, Decimal(0))
        uow.commit()
    return replace(count, reserved=reserved)


def list_counts(app: Application, account: Account) -> list[tuple[StockCount, str, bool]]:
    """Each count that an account sees, with the other's slug and whether that is the client.

    A 3PL sees all its clients', a client its own at each connected provider.
    """
    with app.reading() as uow:
        own = uow.inventory.list_for_provider(account.id)
        connected = {one.provider_id for one in uow.connections.list_for_client(account.id) if one.is_active}
        theirs = [count for count in uow.inventory.list_for_client(account.id) if count.account_id in connected]
        others = uow.accounts.get_many({count.client_id for count in own} | {count.account_id for count in theirs})
        pairs = {(count.account_id, count.client_id) for count in (*own, *theirs)}
        reserved = {pair: reserved_units(uow.requests.list_live_between(*pair)) for pair in pairs}
    listed = [(count, others[count.client_id].slug, True) for count in own]
    listed += [(count, others[count.account_id].slug, False) for count in theirs]
    return [
        (replace(count, reserved=reserved[count.account_id, count.client_id].get(count.sku, Decimal(0))), slug, is_client)
        for count, slug, is_client in listed
    ]


def find_client(uow: UnitOfWork, provider_id: str, slug: str) -> Account:
    """A connected client by its slug; any other account is answered like one that is not there. Raises Refused."""
    try:
        client = find_account(uow, slug)
    except Refused:
        client = None
    if client is None or uow.connections.find_active(provider_id, client.id) is None:
        raise Refused("not_a_client", NOT_A_CLIENT, client=slug)
    return client


def reserved_units(requests: Sequence[FulfillmentRequest]) -> dict[str, Decimal]:
    """Units of live requests that have not shipped, by the provider's SKU; those older than the first count, too."""
    units: dict[str, Decimal] = {}
    for request in requests:
        for line in request.lines if request.is_live else ():
            sku = sku_of(line)
            units[sku] = units.get(sku, Decimal(0)) + line.rest
    return units


def sku_of(line: RequestLine) -> str:
    """What the provider calls it."""
    return line.provider_sku or line.sku


def take_out_shipped(_app: Application, uow: UnitOfWork, events: Sequence[ShippedFromHere]) -> None:
    """What a provider ships of a client's order is no longer on its shelves."""
    for event in events:
        _move_shipment(uow, event.order.account_id, event.order.id, event.shipment, -1, event.at, event.actor)


def put_back_taken_back(_app: Application, uow: UnitOfWork, events: Sequence[ShipmentTakenBack]) -> None:
    """What was taken back is there again."""
    for event in events:
        _move_shipment(uow, event.order.account_id, event.order.id, event.shipment, 1, event.at, event.actor)


def _move_shipment(
    uow: UnitOfWork, provider_id: str, copy_id: str, shipment: Shipment, sign: int, now: datetime, actor: str
) -> None:
    request = uow.requests.find_by_copy(provider_id, copy_id)
    if request is None:
        return
    moved: dict[str, Decimal] = {}
    for line in request.lines:
        quantity = shipment.lines.get(line.line_key, Decimal(0))
        moved[sku_of(line)] = moved.get(sku_of(line), Decimal(0)) + quantity
    kind = MovementKind.SHIPPED if sign < 0 else MovementKind.TAKEN_BACK
    for sku, known in uow.inventory.lock(provider_id, request.account_id, list(moved)).items():
        change = sign * moved[sku]
        _move(uow, replace(known, on_hand=known.on_hand + change), kind, change, now, actor, "")


def _move(uow: UnitOfWork, count: StockCount, kind: MovementKind, change: Decimal, now: datetime, actor: str, note: str) -> None:
    movement_id = new_id("mov")
    uow.inventory.record(
        Movement(movement_id, count.account_id, count.client_id, count.sku, kind, change, count.on_hand, now, actor, note)
    )
