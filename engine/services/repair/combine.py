"""A person has orders for one recipient leave in one parcel, and separates them again.

The one that came first is the lead, which has the lines of all and is decided about, held, delegated, labelled and shipped for
all. Each store is told of its own order.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from engine.application import Application
from engine.events import publish_changes
from engine.model.audit import AuditEntry
from engine.model.fulfillment import ShipmentState
from engine.model.job import PERSON_WAITS, JobKind, JobState
from engine.model.order import COMBINED_WITH, Edit, Order, OrderState
from engine.model.order_combined import combined_orders, set_combined
from engine.model.order_link import LinkKind, OrderLink
from engine.model.order_part import is_part, parts_made
from engine.model.order_words import status_words
from engine.ports import UnitOfWork
from engine.services.deciding.order_facts import NO_FACTS
from engine.services.deciding.run_rules import Rulebook, keep_outcomes
from engine.services.fulfillment.combined_parcels import check_has_no_others, check_ships_itself
from engine.services.fulfillment.request_words import names_of
from engine.services.fulfillment.units_to_ship import check_nothing_is_bought, claims_on, get_order
from engine.services.refusals import Refused
from engine.services.repair.lent_lines import followed, part
from engine.services.repair.one_parcel import why_not_one_parcel
from engine.services.repair.own_orders import check_own
from engine.services.repair.split import ITEMS_EDITED, WITH_PROVIDER
from engine.services.repair.whole_order_values import combine_values
from rules.messages import Text

MOST_ORDERS = 20  # in one parcel
OFFERED = 20
_COMBINABLE = (OrderState.OPEN, OrderState.REJECTED_FULFILLMENT)

NOT_COMBINABLE = Text(
    'Order {order} cannot be combined: its status is "{status}".',
    'El pedido {order} no se puede agrupar: su estado es "{status}".',
)
TOO_FEW = Text("Choose at least one other order.", "Elige al menos otro pedido.")
TOO_MANY = Text("At most {most} orders leave in one parcel.", "En un paquete salen como máximo {most} pedidos.")
HAS_PARTS = Text(
    "Order {order} is split: join its parts first, then combine it.",
    "El pedido {order} está dividido: une primero sus partes y agrúpalo después.",
)
HAS_LEFT = Text(
    "Something of order {order} has left: take that back first.",
    "Algo del pedido {order} ya ha salido: deshaz antes ese envío.",
)
ON_HOLD = Text(
    "Order {order} is on hold: release it first, then combine it.",
    "El pedido {order} está retenido: libéralo primero y agrúpalo después.",
)
COMBINE_IT = Text("combine it", "agrúpalo")
SEPARATE_IT = Text("separate it", "sepáralo")
NOT_IN_ITS_PARCEL = Text(
    "Order {other} does not leave in the parcel of order {order}.", "El pedido {other} no sale en el paquete del pedido {order}."
)
NONE_IN_ITS_PARCEL = Text(
    "Order {order} has no other order in its parcel.", "El pedido {order} no lleva ningún otro pedido en su paquete."
)


def combine_orders(app: Application, account_id: str, order_ids: Sequence[str], actor: str) -> tuple[Order, list[Order]]:
    """The lead, which is the one of these orders that came first, and the others, which leave in its parcel.

    One that is a lead already takes the others too. Raises Refused.
    """
    now, wanted = app.clock.now(), sorted(set(order_ids))
    if len(wanted) < 2:
        raise Refused("too_few", TOO_FEW)
    with app.unit_of_work() as uow:
        for order_id in wanted:
            get_order(uow, account_id, order_id, for_change=False)
        lead, *others = uow.orders.get_many(account_id, wanted, for_change=True)
        known = combined_orders(lead)
        if 1 + len(known) + len(others) > MOST_ORDERS:
            raise Refused("too_many", TOO_MANY, most=MOST_ORDERS)
        for order in (lead, *others):
            _check(uow, order, now)
        for order in others:
            _check_joins(lead, order)
        before = {order.id: order.status() for order in others}
        combine_values(lead, others, Edit(actor, now))
        for order in others:
            order.person[COMBINED_WITH] = lead.id
            order.combine(now)
            _call_off_jobs(uow, order)
            uow.order_links.add(OrderLink(account_id, order.id, lead.id, LinkKind.COMBINED, now, actor))
        set_combined(lead, (*known, *(order.id for order in others)))
        publish_changes(app, uow, others, actor, now)
        uow.orders.update_many(others)
        lead.source = followed(uow, lead, lead.source)
        _decide_anew(app, uow, lead, actor, now)
        for order in others:
            uow.audit.append(
                [
                    AuditEntry(account_id, now, actor, "order.combined", order.id, before[order.id], lead.order_number),
                    AuditEntry(account_id, now, actor, "order.combined", lead.id, None, order.order_number),
                ]
            )
        uow.commit()
    app.wake.notify()
    return lead, others


def separate_orders(
    app: Application, account_id: str, lead_id: str, order_ids: Sequence[str], actor: str
) -> tuple[Order, list[Order]]:
    """The lead without these orders, or without any other when none are named, and the orders. Nothing may have left.

    The rules decide about all of them. Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        ids = combined_orders(get_order(uow, account_id, lead_id, for_change=False))
        locked = {order.id: order for order in uow.orders.get_many(account_id, (lead_id, *ids), for_change=True)}
        lead = locked[lead_id]
        parting = list(order_ids) or list(combined_orders(lead))
        if not parting:
            raise Refused("none_in_its_parcel", NONE_IN_ITS_PARCEL, order=lead.order_number)
        for order_id in parting:
            if order_id not in combined_orders(lead):
                other = get_order(uow, account_id, order_id, for_change=False)
                raise Refused("not_in_its_parcel", NOT_IN_ITS_PARCEL, order=lead.order_number, other=other.order_number)
        _check_nothing_left(uow, lead, SEPARATE_IT, now)
        rulebook = Rulebook.open(app, uow, uow.accounts.get(account_id))
        outcomes = part(app, uow, rulebook, lead, parting, actor, now)
        keep_outcomes(uow, rulebook, outcomes, PERSON_WAITS)
        lead.source = followed(uow, lead, lead.source)
        _decide_anew(app, uow, lead, actor, now)
        others = uow.orders.get_many(account_id, parting)
        uow.commit()
    app.wake.notify()
    return lead, others


def list_combinable(app: Application, account_id: str, order: Order) -> list[Order]:
    """Orders that could leave in one parcel with this one, as far as their documents tell; the newest first, at most 20."""
    ship_to = order.document().get("ship_to")
    if not may_combine(order) or not isinstance(ship_to, dict):
        return []
    with app.reading() as uow:
        name, postal_code = (str(ship_to.get(part) or "") for part in ("name", "postal_code"))
        found = uow.orders.list_to_recipient(account_id, name, postal_code, OFFERED)
        alike = [one for one in found if one.id != order.id and _may_leave_with(*sorted((one, order), key=lambda each: each.id))]
        theirs = {one.copy_id for one in uow.requests.list_by_copies(account_id, [one.id for one in alike])} if alike else ()
    return [one for one in alike if one.id not in theirs]


def _may_leave_with(lead: Order, other: Order) -> bool:
    alone = not (combined_orders(other) or other.is_held)
    return alone and may_combine(lead) and may_combine(other) and why_not_one_parcel(lead, other) is None


def may_combine(order: Order) -> bool:
    """Whether a person may try: what only its requests can tell is told when it is tried."""
    return order.state in _COMBINABLE and not (is_part(order) or parts_made(order))


def _check(uow: UnitOfWork, order: Order, now: datetime) -> None:
    check_own(uow, order)
    check_ships_itself(uow, order)
    if order.state is OrderState.PARTIALLY_SHIPPED:
        raise Refused("has_left", HAS_LEFT, order=order.order_number)
    _check_nothing_left(uow, order, COMBINE_IT, now)
    if order.state not in _COMBINABLE:
        raise Refused("not_combinable", NOT_COMBINABLE, order=order.order_number, status=status_words(order.status()))
    if is_part(order) or parts_made(order):
        raise Refused("has_parts", HAS_PARTS, order=order.order_number)
    if any(name == "items" or name.startswith("items.") for name in order.person):
        raise Refused("items_edited", ITEMS_EDITED, order=order.order_number)


def _check_joins(lead: Order, order: Order) -> None:
    check_has_no_others(order)
    if order.is_held:
        raise Refused("on_hold", ON_HOLD, order=order.order_number)
    problem = why_not_one_parcel(lead, order)
    if problem is not None:
        raise Refused(problem.code, problem.text, **problem.params)


def _check_nothing_left(uow: UnitOfWork, order: Order, what: Text, now: datetime) -> None:
    claims = claims_on(uow, order.account_id, [order.id])[order.id]
    live = next((request for request in claims.requests if request.is_open(now)), None)
    if live is not None:
        provider = names_of(uow, live, order.account_id)["provider"]
        raise Refused("at_provider", WITH_PROVIDER, order=order.order_number, provider=provider, what=what)
    shipped = any(one.state is ShipmentState.SHIPPED for one in claims.shipments)
    if shipped or any(line.shipped for request in claims.requests for line in request.lines):
        raise Refused("has_left", HAS_LEFT, order=order.order_number)
    check_nothing_is_bought(uow, order.account_id, order.id)


def _call_off_jobs(uow: UnitOfWork, order: Order) -> None:
    """No provider is asked for it any more; when it leaves by itself again, the rules run over it."""
    for job in uow.jobs.list_for_order(order.account_id, order.id):
        if job.kind is JobKind.DELEGATE and job.state in (JobState.DUE, JobState.WAITING):
            uow.jobs.cancel(order.account_id, job.key)


def _decide_anew(app: Application, uow: UnitOfWork, lead: Order, actor: str, now: datetime) -> None:
    rulebook = Rulebook.open(app, uow, uow.accounts.get(lead.account_id))
    lead.updated_at = now
    outcome = rulebook.run(lead, "reprocess", now, rulebook.facts(uow, [lead], now).get(lead.id, NO_FACTS))
    publish_changes(app, uow, [lead], actor, now)
    uow.orders.update_many([lead])
    keep_outcomes(uow, rulebook, [outcome], PERSON_WAITS)
