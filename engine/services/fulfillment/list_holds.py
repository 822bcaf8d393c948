"""Everything that keeps an account's orders from being shipped: by whom, why, since when."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.application import Application
from engine.model.hold import Hold, HoldOwner, ListedHold, layer_hold_id
from engine.model.order import ON_HOLD, DecidedChanges, Order
from engine.model.request import FulfillmentRequest, RequestState
from engine.ports import UnitOfWork
from rules.messages import Text

RECALLED = Text("recalled by the client", "retirado por el cliente")
BY_STORE = Text("held in the store", "retenido en la tienda")
BY_CLIENTS_RULES = Text("held by the client's rules", "retenido por las reglas del cliente")
_BEGINS_ANEW = ("imported", "released")  # triggers: before such a run nothing is on hold
_REPROCESS = "reprocess"


def list_holds(app: Application, account_id: str) -> list[ListedHold]:
    """All holds that an account sees: its people's, its rules', its stores', and its clients' of what it ships for them."""
    with app.reading() as uow:
        held = {order.id: order for order in uow.orders.list_held(account_id)}
        rows = [hold for hold in uow.holds.list_for_account(account_id) if hold.order_id in held]
        requests = {str(request.copy_id): request for request in uow.requests.list_by_copies(account_id, list(held))}
        return _listed(uow, account_id, held, rows, requests)


def list_holds_of(app: Application, order: Order, received: FulfillmentRequest | None) -> list[ListedHold]:
    """All holds of one order; `received` is the request that it was made of, if it is a client's."""
    if not order.is_held:
        return []
    with app.reading() as uow:
        return holds_of(uow, order.account_id, {order.id: order}, {} if received is None else {order.id: received})


def holds_of(
    uow: UnitOfWork, account_id: str, held: Mapping[str, Order], requests: Mapping[str, FulfillmentRequest]
) -> list[ListedHold]:
    """The same of some held orders, by their ids; `requests` are those that clients' orders among them were made of, likewise."""
    with_rows = [order.id for order in held.values() if order.holds]
    rows = uow.holds.list_for_orders(account_id, with_rows) if with_rows else []
    return _listed(uow, account_id, held, rows, requests)


def _listed(
    uow: UnitOfWork,
    account_id: str,
    held: Mapping[str, Order],
    rows: Sequence[Hold],
    requests: Mapping[str, FulfillmentRequest],
) -> list[ListedHold]:
    """The oldest first."""
    listed = [ListedHold(hold, held[hold.order_id].order_number, is_own=True) for hold in rows]
    layered = [order for order in held.values() if order.is_held_by_layer]
    listed += _of_layers(uow, account_id, layered, requests)
    copies = [order for order in layered if order.id in requests and order.source.get("status") == ON_HOLD]
    listed += _of_clients(uow, copies, requests)
    return sorted(listed, key=lambda one: (one.hold.since, one.hold.id))


def _of_layers(
    uow: UnitOfWork, account_id: str, orders: Sequence[Order], requests: Mapping[str, FulfillmentRequest]
) -> Iterator[ListedHold]:
    """The holds that stand in orders themselves."""
    by_rules = [order.id for order in orders if order.rules.get("status") == ON_HOLD]
    decided: dict[str, list[DecidedChanges]] = {}
    for one in uow.decisions.list_changes(account_id, by_rules):
        decided.setdefault(one.order_id, []).append(one)
    for order in orders:
        if order.rules.get("status") == ON_HOLD:
            hold, rules = _hold(order, HoldOwner.RULE), order.held_by
            if found := _find_rule_hold(decided.get(order.id, ())):
                hold, rules = replace(hold, since=found.since), found.rules
            yield ListedHold(replace(hold, reason=", ".join(rules)), order.order_number, is_own=True, rules=rules)
        elif order.id not in requests:
            yield ListedHold(_hold(order, HoldOwner.SYSTEM), order.order_number, is_own=True, why=BY_STORE)


def _of_clients(uow: UnitOfWork, copies: Sequence[Order], requests: Mapping[str, FulfillmentRequest]) -> Iterator[ListedHold]:
    """The holds of the clients' orders that these are copies of."""
    clients: dict[str, list[str]] = {}
    for copy in copies:
        clients.setdefault(requests[copy.id].account_id, []).append(requests[copy.id].order_id)
    rows: dict[str, list[Hold]] = {}
    for client_id, order_ids in clients.items():
        for hold in uow.holds.list_for_orders(client_id, order_ids):
            rows.setdefault(hold.order_id, []).append(hold)
    for copy in copies:
        request = requests[copy.id]
        theirs = rows.get(request.order_id, [])
        for hold in theirs:
            seen = replace(hold, account_id=copy.account_id, order_id=copy.id, actor="client", note="")
            yield ListedHold(seen, copy.order_number, is_own=False)
        if request.held and not theirs:
            yield ListedHold(_hold(copy, HoldOwner.RULE), copy.order_number, is_own=False, why=BY_CLIENTS_RULES)
        if request.state is RequestState.CANCEL_REQUESTED:
            yield ListedHold(_hold(copy, HoldOwner.SYSTEM), copy.order_number, is_own=False, why=RECALLED)


@dataclass(frozen=True, slots=True)
class _RuleHold:
    since: datetime
    rules: tuple[str, ...]


def _find_rule_hold(decided: Sequence[DecidedChanges]) -> _RuleHold | None:
    """Since when, and by which rules, an order is held, by what was decided about it; the oldest first."""
    found: _RuleHold | None = None
    for one in decided:
        writes = [change for change in one.changes if change["field"] == "status"]
        if one.trigger in _BEGINS_ANEW or (one.trigger == _REPROCESS and not writes):
            found = None
        elif one.trigger == _REPROCESS and found is not None:  # all that rules had written is written anew
            found = replace(found, rules=())
        for change in writes:
            if change["after"] == ON_HOLD:
                known = found or _RuleHold(one.decided_at, ())
                found = replace(known, rules=tuple(dict.fromkeys((*known.rules, str(change["rule"])))))
            else:
                found = None
    return found


def _hold(order: Order, owner: HoldOwner) -> Hold:
    hold_id = layer_hold_id(owner, order.id)
    return Hold(hold_id, order.account_id, order.id, owner, "", order.updated_at, "", "", order.hold_end())
