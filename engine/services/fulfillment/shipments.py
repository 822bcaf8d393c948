"""What leaves, and is taken back: kept together with all that follows from it, the telling of the store among it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.application import Application
from engine.events import ShipmentTakenBack, ShippedFromHere, publish
from engine.model.audit import AuditEntry
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, JobState
from engine.model.note_split import split_with
from engine.model.order import Order
from engine.model.order_combined import lead_of
from engine.model.store_kind import Capability
from engine.model.write_back import notify_key, withdraw_key
from engine.ports import UnitOfWork
from engine.services.fulfillment.combined_parcels import share_out, shares_of, take_back_share
from engine.services.fulfillment.parts_together import on_note_of, shipments_together
from engine.services.fulfillment.settle_order import settle_order, settle_orders
from engine.services.fulfillment.telling import plan_telling
from engine.services.refusals import Refused
from engine.services.repair.lent_lines import followed
from engine.services.stores.store_kinds import kind_of
from rules.messages import Text

BEING_TOLD = Text(
    "The store is being told right now that order {order} shipped: try again in a moment.",
    "Se está avisando ahora mismo a la tienda del envío del pedido {order}: vuelve a intentarlo en un momento.",
)
SPLIT_OFF = Text(
    "What left of order {order} has a note of its own in the store, or is getting one: it cannot be taken back.",
    "Lo que salió del pedido {order} tiene una nota propia en la tienda, o la está recibiendo: no se puede deshacer.",
)
FINAL = Text(
    "The shipment of order {order} cannot be taken back: the store has marked it as shipped, and that cannot be undone there.",
    "El envío del pedido {order} no se puede deshacer: la tienda ya lo marcó como enviado, y allí eso no tiene vuelta atrás.",
)


def keep_shipment(app: Application, uow: UnitOfWork, order: Order, shipment: Shipment, actor: str, now: datetime) -> str | None:
    """Keep what leaves of an order that is locked, with what follows. The job that tells the store, where it is told.

    Where a rule keeps the shipment from the store (`notify_marketplace`), there is no job. Raises Refused.
    """
    return keep_shipments(app, uow, [(order, shipment)], actor, now).get(order.id)


def keep_shipments(
    app: Application, uow: UnitOfWork, leaving: Sequence[tuple[Order, Shipment]], actor: str, now: datetime
) -> dict[str, str]:
    """The same of several orders of one account, each with what leaves of it: the jobs by the orders' ids."""
    if not leaving:
        return {}
    orders = [order for order, _ in leaving]
    before = {order.id: order.status() for order in orders}
    uow.fulfillment.add_shipments([shipment for _, shipment in leaving])
    for order, shipment in leaving:
        document = order.document()
        for name, value in (("carrier", shipment.carrier), ("service", shipment.service)):
            if document.get(name) != value:
                order.write_as_person(name, value, actor, now)
    settle_orders(uow, orders, now)
    publish(app, uow, [ShippedFromHere(order, now, shipment, actor) for order, shipment in leaving])
    jobs = plan_telling(app, uow, leaving, now)
    uow.jobs.add_many(list(jobs.values()))
    uow.orders.update_many(orders)
    entries = []
    for order, shipment in leaving:
        after = [order.status(), f"{shipment.carrier} {shipment.service}", *shipment.numbers]
        entries.append(AuditEntry(order.account_id, now, actor, "order.shipped", order.id, before[order.id], after))
    uow.audit.append(entries)
    share_out(app, uow, leaving, actor, now)
    return {order_id: job.id for order_id, job in jobs.items()}


def take_back_shipment(
    app: Application, uow: UnitOfWork, order: Order, shipment: Shipment, actor: str, now: datetime
) -> tuple[Shipment, str | None]:
    """The shipment of a locked order as it is then, and the job that takes back what its store was told, if it was.

    What was chosen as carrier and service by shipping goes too. Raises Refused when the store holds it for shipped by now.
    """
    check_client(app, uow, order, shipment)
    told = call_off(app, uow, order, shipment)
    voided = shipment.void()
    uow.fulfillment.update_shipment(voided)
    before = order.status()
    for name, value in (("carrier", shipment.carrier), ("service", shipment.service)):
        if order.person.get(name) == value:
            order.drop_edit(name)
    settle_order(uow, order, now)
    publish(app, uow, [ShipmentTakenBack(order, now, voided, actor)])
    uow.orders.update_many([order])
    uow.audit.append([AuditEntry(order.account_id, now, actor, "order.unshipped", order.id, before, order.status())])
    take_back_shares(app, uow, order, shipment, actor, now)
    key = withdraw_key(voided.id)
    return voided, add_write_back(app, uow, order, JobKind.WITHDRAW_NOTICE, key, voided, now) if told else None


def take_back_shares(app: Application, uow: UnitOfWork, lead: Order, shipment: Shipment, actor: str, now: datetime) -> None:
    """What a shipment of the lead was for orders that are combined with it is taken back too, and withdrawn from their stores.

    Raises Refused when a store holds one of them for shipped by now.
    """
    shares = shares_of(uow, lead, shipment)
    for order, share in shares:
        told = call_off(app, uow, order, share)
        voided = take_back_share(uow, lead, order, share, actor, now)
        if told:
            add_write_back(app, uow, order, JobKind.WITHDRAW_NOTICE, withdraw_key(voided.id), voided, now)
    if any(lead_of(order) != lead.id for order, _ in shares):
        lead.source = followed(uow, lead, lead.source)  # it keeps lines of what has parted no longer than these units are out
        settle_order(uow, lead, now)
        uow.orders.update_many([lead])


def why_final(order: Order) -> Refused:
    """The refusal to take back what the store holds for shipped."""
    return Refused("shipped_for_good", FINAL, order=order.order_number)


def add_write_back(
    app: Application, uow: UnitOfWork, order: Order, kind: JobKind, key: str, shipment: Shipment, now: datetime
) -> str | None:
    """The id of the job; None where there is no store, or one that is told nothing."""
    if not kind_of(app, uow, order).can(Capability.WRITE_BACK):
        return None
    job = Job(new_id("job"), order.account_id, kind, key, {"shipment_id": shipment.id}, now, now, order.id)
    uow.jobs.add_many([job])
    return job.id


def make_due_again(uow: UnitOfWork, job: Job, now: datetime) -> None:
    """Make a job due that ended; `tried` says that the store may have heard of it, though its attempts count anew."""
    uow.jobs.upsert_due(replace(job, payload={**job.payload, "tried": True}, not_before=now))


def call_off(app: Application, uow: UnitOfWork, order: Order, shipment: Shipment) -> bool:
    """End the job that tells the store of a shipment. Whether the store may have heard of it.

    So it is for orders whose units were in it. Raises Refused when a store is being told, or has been told too much.
    """
    for combined, share in shares_of(uow, order, shipment):
        call_off(app, uow, combined, share)
    uow.jobs.cancel(order.account_id, notify_key(shipment.id))
    check_not_final(app, uow, order, shipment)
    return _may_have_heard(uow, shipment, on_note_of(shipments_together(uow, order), order, shipment))


def check_not_final(app: Application, uow: UnitOfWork, order: Order, shipment: Shipment) -> None:
    """What an order was shipped with is told to its store together: none of it is taken back once the store holds it for shipped.

    What has a note of its own there, or is about to, never is. Raises Refused, also while the store is being told.
    """
    if split_with(order, shipment.id) is not None:
        raise Refused("split_off", SPLIT_OFF, order=order.order_number)
    shipped = _shipped_ids(on_note_of(shipments_together(uow, order), order, shipment))
    jobs = uow.jobs.find_many(order.account_id, [notify_key(one) for one in shipped])
    if any(job.state is JobState.RUNNING for job in jobs.values()):
        raise Refused("being_told", BEING_TOLD, order=order.order_number)
    kind = kind_of(app, uow, order)
    if any(kind.is_final(steps) for steps in uow.write_backs.steps_of(order.account_id, shipped).values()):
        raise why_final(order)


def _shipped_ids(shipments: Sequence[Shipment]) -> list[str]:
    return [one.id for one in shipments if one.state is ShipmentState.SHIPPED]


def _may_have_heard(uow: UnitOfWork, shipment: Shipment, shipments: Sequence[Shipment]) -> bool:
    """Whether the store may know the numbers of a shipment: by its own job, by one that told all, or by an earlier shipment."""
    told = _shipped_ids(shipments)
    jobs = uow.jobs.find_many(shipment.account_id, [notify_key(one) for one in told])
    if any(job.attempts or job.payload.get("tried") for job in jobs.values()):
        return True
    if any(uow.write_backs.steps_of(shipment.account_id, told).values()):
        return True
    own = jobs.get(notify_key(shipment.id))
    return own is not None and any(other.id != shipment.id and same_numbers(other, shipment) for other in shipments)


def same_numbers(one: Shipment, other: Shipment) -> bool:
    """Whether two shipments would give a store the same reference."""
    return one.numbers == other.numbers


def final_for_client(app: Application, copy: Order, shipments: Sequence[Shipment]) -> frozenset[str]:
    """The ids of those of a client's order that the client's own store holds for shipped: they are not taken back any more."""
    found = set[str]()
    with app.reading() as uow:
        for shipment in shipments:
            try:
                check_client(app, uow, copy, shipment)
            except Refused as refusal:
                if refusal.message.code != "being_told":
                    found.add(shipment.id)
    return frozenset(found)


def check_client(app: Application, uow: UnitOfWork, copy: Order, shipment: Shipment) -> None:
    """What a client's own store holds for shipped is not taken back by its provider. Raises Refused."""
    request = uow.requests.find_by_copy(copy.account_id, copy.id)
    known = None if request is None else uow.fulfillment.find_by_source(request.account_id, shipment.id)
    if known is not None and known.state is ShipmentState.SHIPPED:
        check_not_final(app, uow, uow.orders.get(known.account_id, known.order_id), known)
