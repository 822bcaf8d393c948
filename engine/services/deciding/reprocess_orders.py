"""What people do with orders that are here: run the rules again, release a hold."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION, SKIPPED
from engine.events import publish_changes
from engine.model.audit import AuditEntry
from engine.model.job import ORDINARY, PERSON_WAITS
from engine.model.order import DELIVERY_PROBLEM, INITIAL_STATUS, Order, OrderAction, OrderState
from engine.ports import NotFound, UnitOfWork
from engine.services.deciding.order_facts import NO_FACTS
from engine.services.deciding.outdated import clear_outdated, settle_requests
from engine.services.deciding.run_rules import Rulebook, keep_outcomes, note_sent_elsewhere
from engine.services.refusals import NO_ORDER, Refused
from rules.messages import Text

BATCH = 200
REPROCESSABLE = (OrderState.OPEN, OrderState.SKIPPED, OrderState.PENDING_FULFILLMENT, OrderState.REJECTED_FULFILLMENT)

NOT_HELD = Text(
    "Order {order} is neither on hold nor flagged: there is nothing to release.",
    "El pedido {order} no está retenido ni marcado: no hay nada que liberar.",
)


def reprocess_orders(
    app: Application, account_id: str, order_ids: Sequence[str], actor: str, *, drop_edits_of: Sequence[str] = ()
) -> int:
    """Run the rules anew over orders that have not shipped; how many there were.

    What rules had written goes and is built again from the store's and the person's values; `drop_edits_of` names
    fields whose person's value goes too. What `once` rules wrote and what was sent stays. Raises Refused for an id
    that is not an order of the account, before anything is done about the batch it is in.
    """
    done = 0
    for start in range(0, len(order_ids), BATCH):
        with app.unit_of_work() as uow:
            wanted = order_ids[start : start + BATCH]
            found = uow.orders.get_many(account_id, wanted, for_change=True)
            for unknown in set(wanted) - {order.id for order in found}:
                raise Refused("no_order", NO_ORDER, order=unknown)
            orders = [order for order in found if order.state in REPROCESSABLE]
            rulebook = Rulebook.open(app, uow, uow.accounts.get(account_id))
            priority = PERSON_WAITS if len(order_ids) == 1 else ORDINARY
            _reprocess(app, uow, rulebook, orders, actor, drop_edits_of, priority)
            uow.commit()
            done += len(orders)
    return done


def _reprocess(
    app: Application,
    uow: UnitOfWork,
    rulebook: Rulebook,
    orders: list[Order],
    actor: str,
    drop_edits_of: Sequence[str],
    priority: int,
) -> None:
    now = app.clock.now()
    outcomes = []
    entries = []
    facts = rulebook.facts(uow, orders, now)
    for order in orders:
        before = order.status()
        for name in drop_edits_of:
            order.drop_edit(name)
        if order.may(OrderAction.TAKE_IN_AGAIN):
            order.take_in_again()
        outcomes.append(rulebook.run(order, "reprocess", now, facts.get(order.id, NO_FACTS)))
        note_sent_elsewhere(order, providers_asked(uow, order))
        entries.append(AuditEntry(order.account_id, now, actor, "order.reprocessed", order.id, before, order.status()))
    publish_changes(app, uow, orders, actor, now)
    uow.orders.update_many(orders)
    keep_outcomes(uow, rulebook, outcomes, priority)  # what an earlier run held back becomes due when nothing holds it any more
    for order in orders:
        settle_requests(uow, order, now)
    uow.audit.append(entries)


def providers_asked(uow: UnitOfWork, order: Order) -> set[str]:
    """The slugs of the providers with which a request over the order lives."""
    requests = uow.requests.list_for_order(order.account_id, order.id)
    return {uow.accounts.get(request.provider_id).slug for request in requests if request.is_live}


def release_order(app: Application, account_id: str, order_id: str, actor: str, *, priority: int = PERSON_WAITS) -> Order:
    """End an order's hold and clear `needs_attention`; then run the rules with the trigger `released`.

    A hold that a rule set does not come back until the order is reprocessed. A choice that the store has outdated counts as
    it is from then on. What waited for the release leaves now, unless a rule holds the order again. Of an order that is flagged
    for a parcel alone, only the flag goes. Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        order = _get(uow, account_id, order_id)
        if not order.is_held and DELIVERY_PROBLEM in order.flags and NEEDS_ATTENTION not in order.flags:
            _note_seen(uow, order, actor, now)
            uow.commit()
            return order
        if not order.is_held and NEEDS_ATTENTION not in order.flags:
            raise Refused("not_held", NOT_HELD, order=order.order_number)
        clear_outdated(order)
        order.unflag(NEEDS_ATTENTION, DELIVERY_PROBLEM)
        lift_hold(app, uow, order, actor, now, priority=priority)
        uow.commit()
    return order


def _note_seen(uow: UnitOfWork, order: Order, actor: str, now: datetime) -> None:
    """A person has seen to a parcel: there is nothing for rules to decide about."""
    order.unflag(DELIVERY_PROBLEM)
    uow.orders.update_many([order])
    uow.audit.append([AuditEntry(order.account_id, now, actor, "order.released", order.id, order.status(), order.status())])


def lift_hold(
    app: Application,
    uow: UnitOfWork,
    order: Order,
    actor: str,
    now: datetime,
    *,
    priority: int = ORDINARY,
) -> None:
    """End an order's hold and run the rules with the trigger `released`; what waited for that leaves, unless it has to wait on.

    It waits on when a rule holds or skips the order again, or while a flag asks for a person to look at it.
    """
    before = order.status()
    for layer in (order.rules, order.person):
        layer.pop("status", None)
        layer.pop("hold_until", None)
    held_on = order.holds or (order.is_held and _is_clients(uow, order))
    if order.is_held and not held_on:  # the store says so
        order.rules |= {"status": INITIAL_STATUS, "hold_until": None}
    if held_on:  # somebody holds it besides
        publish_changes(app, uow, [order], actor, now)
        uow.orders.update_many([order])
        uow.audit.append([AuditEntry(order.account_id, now, actor, "order.released", order.id, before, order.status())])
        return
    leave_hold(app, uow, order, actor, now, before, priority=priority)


def _is_clients(uow: UnitOfWork, order: Order) -> bool:
    """Whether a client has handed the order over, so that what it holds is the client's to end."""
    return uow.requests.find_by_copy(order.account_id, order.id) is not None


def leave_hold(
    app: Application, uow: UnitOfWork, order: Order, actor: str, now: datetime, before: str, *, priority: int = ORDINARY
) -> None:
    """What follows when nothing holds a locked order any more."""
    rulebook = Rulebook.open(app, uow, uow.accounts.get(order.account_id))
    is_flagged = NEEDS_ATTENTION in order.flags
    outcome = rulebook.run(order, "released", now, rulebook.facts(uow, [order], now).get(order.id, NO_FACTS))
    publish_changes(app, uow, [order], actor, now)
    uow.orders.update_many([order])
    keep_outcomes(uow, rulebook, [outcome], priority)
    if not order.is_held and SKIPPED not in order.flags and not is_flagged:
        uow.jobs.release_waiting(order.account_id, order.id, now, priority=priority)
    uow.audit.append([AuditEntry(order.account_id, now, actor, "order.released", order.id, before, order.status())])


def _get(uow: UnitOfWork, account_id: str, order_id: str) -> Order:
    try:
        return uow.orders.get(account_id, order_id, for_change=True)
    except NotFound:
        raise Refused("no_order", NO_ORDER, order=order_id) from None
