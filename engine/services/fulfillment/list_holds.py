"""Everything that keeps an account's orders from being shipped: by whom, why, since when."""

from __future__ import annotations

from collections.abc import Iterator

from engine.application import Application
from engine.model.hold import Hold, HoldOwner, ListedHold
from engine.model.order import ON_HOLD, Order, OrderState
from engine.model.request import FulfillmentRequest, RequestState
from engine.ports import UnitOfWork
from rules.messages import Text

RECALLED = Text("recalled by the client", "retirado por el cliente")
BY_STORE = Text("held in the store", "retenido en la tienda")


def list_holds(app: Application, account_id: str) -> list[ListedHold]:
    """All holds that an account sees: its people's, its rules', its stores', and its clients' of what it ships for them."""
    with app.reading() as uow:
        rows = uow.holds.list_for_account(account_id)
        held = uow.orders.list_on_hold(account_id)
        known = {order.id: order for order in held}
        missing = [hold.order_id for hold in rows if hold.order_id not in known]
        known |= {order.id: order for order in uow.orders.get_many(account_id, missing)}
        listed = [ListedHold(hold, known[hold.order_id].order_number, is_own=True) for hold in rows]
        copies = {request.copy_id: request for request in uow.requests.list_by_copies(account_id, [order.id for order in held])}
        for order in held:
            listed += _layered(uow, order, copies.get(order.id))
    return sorted(listed, key=lambda one: (one.hold.since, one.hold.id))


def _layered(uow: UnitOfWork, order: Order, request: FulfillmentRequest | None) -> Iterator[ListedHold]:
    """The holds that stand in the order itself, or in the client's order that it is a copy of."""
    if order.state is not OrderState.OPEN:
        return
    if request is not None and order.source.get("status") == ON_HOLD:
        yield from _clients(uow, order, request)
    layer = next((name for name, values in (("rule", order.rules), ("store", order.source)) if "status" in values), None)
    if layer == "rule" and order.rules.get("status") == ON_HOLD:
        yield ListedHold(_hold(order, HoldOwner.RULE, ", ".join(order.held_by)), order.order_number, is_own=True)
    elif layer == "store" and request is None and order.source.get("status") == ON_HOLD:
        yield ListedHold(_hold(order, HoldOwner.SYSTEM), order.order_number, is_own=True, why=BY_STORE)


def _clients(uow: UnitOfWork, order: Order, request: FulfillmentRequest) -> Iterator[ListedHold]:
    for hold in uow.holds.list_for_orders(request.account_id, [request.order_id]):
        seen = Hold(hold.id, order.account_id, order.id, hold.owner, hold.reason, hold.since, "client", "", hold.until)
        yield ListedHold(seen, order.order_number, is_own=False)
    if request.state is RequestState.CANCEL_REQUESTED:
        yield ListedHold(_hold(order, HoldOwner.SYSTEM), order.order_number, is_own=False, why=RECALLED)


def _hold(order: Order, owner: HoldOwner, reason: str = "") -> Hold:
    return Hold(
        f"hld_{owner.value}_{order.id}", order.account_id, order.id, owner, reason, order.updated_at, "", "", order.hold_end()
    )
