"""The document of an order that has others in its parcel, and how it follows what stores say of these."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.events import publish_changes
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.order import CHANGEABLE, COMBINED_WITH, Order, OrderState
from engine.model.order_combined import combined_orders, lead_of, lent_key, lent_units, note_parted, owner_of, set_combined
from engine.model.order_link import LinkKind
from engine.model.sentence import Sentence
from engine.model.store import Ready
from engine.ports import UnitOfWork
from engine.services.deciding.order_facts import NO_FACTS
from engine.services.deciding.outdated import Outdating, settle_requests
from engine.services.deciding.run_rules import Outcome, Rulebook
from engine.services.fulfillment.settle_order import settle_order
from engine.services.fulfillment.units_to_ship import claims_on, units_gone
from engine.services.importing.record_changes import changed_parts
from engine.services.repair.chosen_units import items_by_key, value_of, written_units
from engine.services.repair.one_parcel import why_not_one_parcel
from engine.services.repair.whole_order_values import separate_values
from rules.messages import Text
from rules.order_document import Document, plain

NO_LONGER_ALIKE = Text(
    "The store has changed an order that leaves in the parcel of order {order}. {problem} Separate the two if they must not "
    "leave together.",
    "La tienda ha cambiado un pedido que sale en el paquete del pedido {order}. {problem} Sepáralos si no deben salir juntos.",
)


def lead_document(own: Document, before: Document, combined: Sequence[Order], gone: Mapping[str, Decimal]) -> Document:
    """What its store says of the lead, with the lines of these orders.

    What has left of a line (`gone`) stays, also when its order wants less by now; `before` is the lead's document so far.
    """
    lines = [item for key, item in items_by_key(own).items() if owner_of(key) is None]
    lent: dict[str, dict[str, Any]] = {}
    for order in combined:
        units = order.quantities()
        items = items_by_key(order.document())
        lent |= {lent_key(order.id, key): _line(items[key], order.id, key, units[key]) for key in units if key in items}
    known = items_by_key(before)
    for key, units_left in gone.items():
        owner = owner_of(key)
        item = lent.get(key) or known.get(key)
        if owner is not None and item is not None and units_left > Decimal(str(lent.get(key, {}).get("quantity", 0))):
            lent[key] = {**item, "quantity": written_units(units_left)}
    document = {**own, "items": [*lines, *lent.values()]}
    if lent or any(owner_of(key) is not None for key in items_by_key(own)):
        document.pop("weight_g", None)  # that of its own lines: without it all lines are weighed
        value = value_of(document["items"])
        if document.pop("shipment_value", None) is not None and value is not None:
            document["shipment_value"] = plain(value)
    return document


def _line(item: Mapping[str, Any], order_id: str, key: str, units: Decimal) -> dict[str, Any]:
    return {**item, "line_key": lent_key(order_id, key), "quantity": written_units(units)}


def lock_with_combined(uow: UnitOfWork, account_id: str, order_ids: Sequence[str]) -> list[Order]:
    """These orders, locked together with those that they are combined with, in the order in which everybody locks them."""
    links = [link for link in uow.order_links.list_for(account_id, order_ids) if link.kind is LinkKind.COMBINED]
    leads = list(dict.fromkeys(link.origin_id for link in links))
    further = uow.order_links.list_for(account_id, leads) if leads else []
    others = [link.order_id for link in further if link.kind is LinkKind.COMBINED and link.origin_id in leads]
    wanted = set(order_ids)
    locked = uow.orders.get_many(account_id, list(dict.fromkeys((*order_ids, *leads, *others))), for_change=True)
    return [order for order in locked if order.id in wanted]


def with_lent_lines(uow: UnitOfWork, found: Sequence[Order], changed: Sequence[Ready]) -> dict[str, Document]:
    """What a store says of each of these locked orders that is a lead, with the lines of the others; by external id."""
    said = {record.external_id: record.document for record in changed}
    leads = [order for order in found if combined_orders(order) and order.external_id in said]
    return {lead.external_id: followed(uow, lead, said[lead.external_id]) for lead in leads}


def followed(uow: UnitOfWork, lead: Order, own: Document) -> Document:
    """What its store says of a lead, with the lines of the orders in its parcel as they are now."""
    ids = combined_orders(lead)
    combined = uow.orders.get_many(lead.account_id, ids, for_change=True) if ids else []
    claims = claims_on(uow, lead.account_id, [lead.id])[lead.id]
    # What has parted has its units back at once, though a label of them may be being bought: that may still fail.
    shipped, gone = units_gone(replace(claims, labels=())), units_gone(claims)
    staying = {key: units for key, units in gone.items() if owner_of(key) in ids}
    return lead_document(own, lead.source, combined, {**shipped, **staying})


def follow_changed(
    app: Application, uow: UnitOfWork, rulebook: Rulebook, orders: Sequence[Order], now: datetime
) -> list[Outcome]:
    """Have leads follow what stores have changed of these orders, which are kept and locked. What the rules decided of them."""
    ids = [lead_id for order in orders for lead_id in (lead_of(order), order.id if combined_orders(order) else None) if lead_id]
    outcomes: list[Outcome] = []
    for lead in _locked(uow, orders, ids):
        if lead.state is OrderState.SHIPPED:  # what a store wants of the others only now cannot leave with it
            others = uow.orders.get_many(lead.account_id, combined_orders(lead), for_change=True)
            late = [one.id for one in others if one.state is OrderState.COMBINED]
            outcomes += part(app, uow, rulebook, lead, late, "import", now) if late else ()
        outcomes += _follow(app, uow, rulebook, lead, "import", now)
        _tell_what_differs(uow, lead, now)
    return outcomes


def follow_closed(app: Application, uow: UnitOfWork, rulebook: Rulebook, orders: Sequence[Order], now: datetime) -> list[Outcome]:
    """What stores have closed leaves its lead's parcel, and what left with a lead that was closed leaves by itself again."""
    closed = [order for order in orders if order.state in (OrderState.CANCELLED, OrderState.SHIPPED)]
    return leave_parcels(app, uow, rulebook, closed, "import", now) if closed else []


def leave_parcels(
    app: Application, uow: UnitOfWork, rulebook: Rulebook, orders: Sequence[Order], actor: str, now: datetime
) -> list[Outcome]:
    """These orders, which are kept and locked with those of their parcels, leave with no other one any more."""
    outcomes: list[Outcome] = []
    parting: dict[str, list[str]] = {}
    for order in orders:
        lead_id = lead_of(order)
        if lead_id is not None:
            parting.setdefault(lead_id, []).append(order.id)
        if combined_orders(order):
            parting[order.id] = list(combined_orders(order))
    for lead in _locked(uow, orders, list(parting)):
        outcomes += part(app, uow, rulebook, lead, parting[lead.id], actor, now)
        outcomes += _follow(app, uow, rulebook, lead, actor, now)
    return outcomes


def part(
    app: Application, uow: UnitOfWork, rulebook: Rulebook, lead: Order, order_ids: Sequence[str], actor: str, now: datetime
) -> list[Outcome]:
    """Have orders leave by themselves again; the rules decide about them. The lead has their lines until it follows."""
    outcomes: list[Outcome] = []
    parting = uow.orders.get_many(lead.account_id, order_ids, for_change=True)
    set_combined(lead, [one for one in combined_orders(lead) if one not in order_ids])
    gone = units_gone(claims_on(uow, lead.account_id, [lead.id])[lead.id])
    with_units_in_it = [one for one in order_ids if lent_units(gone, one)]
    note_parted(lead, with_units_in_it)
    separate_values(lead, parting, with_units_in_it)
    for order in parting:
        before = order.status()
        order.person.pop(COMBINED_WITH, None)
        if order.state is OrderState.COMBINED:
            order.separate(now)
            if uow.fulfillment.list_shipped(order.account_id, [order.id]):
                settle_order(uow, order, now)
        _end_link(uow, order, parted=order.id in with_units_in_it)
        if before == OrderState.COMBINED and order.state is OrderState.OPEN:  # rules do not run anew over what has shipped
            outcomes.append(rulebook.run(order, "reprocess", now, rulebook.facts(uow, [order], now).get(order.id, NO_FACTS)))
        uow.audit.append(
            [
                AuditEntry(order.account_id, now, actor, "order.separated", order.id, before, order.status()),
                AuditEntry(order.account_id, now, actor, "order.separated", lead.id, None, order.order_number),
            ]
        )
    publish_changes(app, uow, parting, actor, now)
    uow.orders.update_many(parting)
    lead.revision = lead.source_version = ""  # the next import brings back what only the store knows of it
    return outcomes


def _end_link(uow: UnitOfWork, order: Order, *, parted: bool) -> None:
    """A label of the parcel that is being bought holds units of what has parted: that it has is kept as long."""
    if parted:
        uow.order_links.remove(order.account_id, order.id, LinkKind.PARTED)  # from an earlier parcel
        uow.order_links.change_kind(order.account_id, order.id, LinkKind.COMBINED, LinkKind.PARTED)
    else:
        uow.order_links.remove(order.account_id, order.id, LinkKind.COMBINED)


def _follow(app: Application, uow: UnitOfWork, rulebook: Rulebook, lead: Order, actor: str, now: datetime) -> list[Outcome]:
    before = lead.source
    lead.source = followed(uow, lead, lead.source)
    outcomes: list[Outcome] = []
    if lead.source != before and lead.state in CHANGEABLE:
        known = rulebook.facts(uow, [lead], now).get(lead.id, NO_FACTS)
        known.fill(lead)
        lead.updated_at = now
        outcomes = Outdating(rulebook, lead, before, now, known, begun=False).settle(uow)
        publish_changes(app, uow, [lead], actor, now)
        uow.audit.append([AuditEntry(lead.account_id, now, actor, "order.updated", lead.id, *changed_parts(before, lead.source))])
    uow.orders.update_many([lead])
    if outcomes or lead.outdated:
        settle_requests(uow, lead, now)
    return outcomes


def _tell_what_differs(uow: UnitOfWork, lead: Order, now: datetime) -> None:
    ids = combined_orders(lead)
    for order in uow.orders.get_many(lead.account_id, ids) if ids else ():
        problem = why_not_one_parcel(lead, order) if order.state is OrderState.COMBINED else None
        if problem is not None:
            lead.flag(NEEDS_ATTENTION)
            sentence = Sentence.of(NO_LONGER_ALIKE, order=lead.order_number, problem=Sentence.of(problem))
            uow.alerts.add(Alert(f"alr_{order.id}_{order.revision}_parcel", lead.account_id, lead.id, sentence, now))
            uow.orders.update_many([lead])


def _locked(uow: UnitOfWork, orders: Sequence[Order], ids: Sequence[str]) -> list[Order]:
    """Leads, as they were given or as they are kept."""
    given = {order.id: order for order in orders}
    missing = [one for one in dict.fromkeys(ids) if one not in given]
    found = uow.orders.get_many(orders[0].account_id, missing, for_change=True) if missing else []
    return [given[one] for one in dict.fromkeys(ids) if one in given] + found
