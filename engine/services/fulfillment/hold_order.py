"""People keep orders from being shipped. Several may hold one order; each side ends only its own holds."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.events import OrderChanged, publish, publish_changes
from engine.model.audit import AuditEntry
from engine.model.hold import Hold, HoldOwner, layer_hold_id
from engine.model.ids import new_id
from engine.model.job import ORDINARY, PERSON_WAITS
from engine.model.order import HOLDABLE, ON_HOLD, Order, OrderState
from engine.model.order_words import status_words
from engine.model.request import FulfillmentRequest
from engine.ports import NotFound, UnitOfWork
from engine.services.deciding.reprocess_orders import leave_hold, release_order
from engine.services.fulfillment.units_to_ship import why_client_holds
from engine.services.refusals import NO_ORDER, Refused
from rules.messages import Text

LONGEST_REASON = 500
LONGEST_KEY = 100
_UNDECIDED = (OrderState.OPEN, OrderState.REJECTED_FULFILLMENT)  # rules may still send it somewhere

NO_REASON = Text(
    "Say in 1 to {limit} characters why the order is on hold.", "Di en 1 a {limit} caracteres por qué se retiene el pedido."
)
BAD_UNTIL = Text(
    '"{until}" is not a time: write a day such as 2026-12-24, or a time such as 2026-12-24T09:00.',
    '"{until}" no es una fecha: escribe un día como 2026-12-24 o una hora como 2026-12-24T09:00.',
)
PAST_UNTIL = Text("{until} has passed already.", "{until} ya ha pasado.")
BAD_KEY = Text("A hold's key has at most {limit} characters.", "La clave de una retención tiene como máximo {limit} caracteres.")
KEY_TAKEN = Text(
    'Order {order} has a hold "{key}" of yours already ({reason}): release that one first, or give this one another key.',
    'El pedido {order} ya tiene una retención tuya "{key}" ({reason}): libera esa primero, o da otra clave a esta.',
)
NOT_HOLDABLE = Text(
    'Order {order} cannot be held: its status is "{status}".', 'El pedido {order} no se puede retener: su estado es "{status}".'
)
NO_HOLD = Text(
    'Order {order} has no hold "{hold}" of yours: `holds list` shows them all.',
    'El pedido {order} no tiene ninguna retención tuya "{hold}": `holds list` las muestra todas.',
)


def hold_order(
    app: Application,
    account_id: str,
    order_id: str,
    reason: str,
    actor: str,
    *,
    until: str | None = None,
    note: str = "",
    key: str = "",
) -> Hold:
    """A new hold of an order, beside those that it may have. `until`: a day or a time of the account's. Raises Refused.

    `key`: what the account calls it, so that who asks twice holds the order once.
    """
    reason, key, now = reason.strip(), key.strip(), app.clock.now()
    with app.unit_of_work() as uow:
        request, order = _lock(uow, account_id, order_id)
        if not 0 < len(reason) <= LONGEST_REASON:
            raise Refused("no_reason", NO_REASON, limit=LONGEST_REASON)
        if order.state not in HOLDABLE:
            raise Refused("not_holdable", NOT_HOLDABLE, order=order.order_number, status=status_words(order.status()))
        end = None if until is None else parse_end(until, ZoneInfo(uow.accounts.get(account_id).time_zone), now)
        owner = HoldOwner.MERCHANT if request is None else HoldOwner.PROVIDER
        _check_key(uow, order, owner, key)
        hold = Hold(new_id("hld"), account_id, order.id, owner, reason, now, actor, note.strip(), end, key)
        uow.holds.add(hold)
        before = order.status()
        order.holds += 1
        order.updated_at = now
        publish_changes(app, uow, [order], actor, now)
        uow.orders.update_many([order])
        uow.audit.append([AuditEntry(account_id, now, actor, "order.held", order.id, before, reason)])
        uow.commit()
    app.wake.notify()
    return hold


def _check_key(uow: UnitOfWork, order: Order, owner: HoldOwner, key: str) -> None:
    if len(key) > LONGEST_KEY:
        raise Refused("bad_hold_key", BAD_KEY, limit=LONGEST_KEY)
    for kept in uow.holds.list_for_orders(order.account_id, [order.id]) if key else ():
        if (kept.owner, kept.key) == (owner, key):
            raise Refused("hold_key_taken", KEY_TAKEN, order=order.order_number, key=key, reason=kept.reason.rstrip("."))


def release_holds(
    app: Application, account_id: str, order_id: str, actor: str, hold_id: str | None = None, *, priority: int = PERSON_WAITS
) -> Order:
    """End the account's own holds of an order, or the one of an id or a key: the order as it is then. Raises Refused."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        request, order = _lock(uow, account_id, order_id)
        mine = uow.holds.list_for_orders(account_id, [order.id])
        ended = mine if hold_id is None else [hold for hold in mine if hold_id in (hold.id, hold.key)]
        is_of_layer = hold_id in {layer_hold_id(owner, order.id) for owner in HoldOwner} and order.is_held_by_layer
        if hold_id is not None and not ended and not is_of_layer:
            raise Refused("no_hold", NO_HOLD, order=order.order_number, hold=hold_id)
        held_by_client = request is not None and order.source.get("status") == ON_HOLD
        if not ended and not order.is_held_by_own_layer and request is not None and held_by_client:
            raise why_client_holds(uow, order, request)
        if ended:
            _end(app, uow, order, ended, actor, now, priority=priority)
            uow.commit()
        is_layered = order.is_held_by_own_layer or (order.is_held_by_layer and not held_by_client)
    app.wake.notify()
    if not ended or (hold_id is None and is_layered):
        return release_order(app, account_id, order_id, actor, priority=priority)
    return order


def _end(
    app: Application, uow: UnitOfWork, order: Order, ended: Sequence[Hold], actor: str, now: datetime, *, priority: int
) -> None:
    """End holds of a locked order; what waited for that leaves when nothing else holds it."""
    uow.holds.remove(order.account_id, [hold.id for hold in ended])
    before = order.status()
    order.holds = max(0, order.holds - len(ended))
    order.updated_at = now
    uow.audit.append([AuditEntry(order.account_id, now, actor, "order.hold_ended", order.id, before, order.status())])
    if order.is_held or order.state not in _UNDECIDED:
        # Of what has shipped too: its request counts again once that is taken back.
        publish(app, uow, [OrderChanged(order, now, actor)])
        uow.orders.update_many([order])
    else:
        leave_hold(app, uow, order, actor, now, before, priority=priority)


def end_person_hold(app: Application, account_id: str, order_id: str, hold_id: str) -> str:
    """End a hold whose time has come. A word on how it went."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        _, order = _lock(uow, account_id, order_id)
        ended = [hold for hold in uow.holds.list_for_orders(account_id, [order.id]) if hold.id == hold_id]
        if not ended or ended[0].until is None or ended[0].until > now:
            return "not on hold any longer"
        _end(app, uow, order, ended, "worker", now, priority=ORDINARY)
        uow.commit()
    return order.status()


def _lock(uow: UnitOfWork, account_id: str, order_id: str) -> tuple[FulfillmentRequest | None, Order]:
    """An order, and the request that it stands for where it is a client's; the request is locked first, as everybody does."""
    request = uow.requests.find_by_copy(account_id, order_id, for_change=True)
    try:
        return request, uow.orders.get(account_id, order_id, for_change=True)
    except NotFound:
        raise Refused("no_order", NO_ORDER, order=order_id) from None


def parse_end(until: str, zone: ZoneInfo, now: datetime) -> datetime:
    """When something ends: a day, which begins then, or a time, in a zone. Raises Refused."""
    try:
        written = datetime.fromisoformat(until.strip())
        end = (written if written.tzinfo else written.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):
        raise Refused("bad_until", BAD_UNTIL, until=until) from None
    if end <= now:
        raise Refused("past_until", PAST_UNTIL, until=until)
    return end
