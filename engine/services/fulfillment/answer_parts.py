"""A person's answer to whether the store hears of a part of an order now, or once when all has left."""

from __future__ import annotations

from dataclasses import replace

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.fulfillment import ShipmentState
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, Job, JobKind, JobState
from engine.model.order import Order, OrderState
from engine.model.store_kind import Capability
from engine.model.write_back import ASKS_PARTS, TELL_PARTS, PartsTelling, notify_key
from engine.ports import UnitOfWork
from engine.services.fulfillment.kept_from_store import is_kept_from_store, why_kept_from_store
from engine.services.fulfillment.parts_together import state_of_all
from engine.services.fulfillment.telling import Telling, call_off_questions, when_order_is_told
from engine.services.fulfillment.units_to_ship import get_order
from engine.services.refusals import Refused
from engine.services.stores.store_kinds import kind_of
from rules.messages import Text

NOT_IN_PARTS = Text(
    "Order {order} has not left in part: there is nothing to say about its parts.",
    "El pedido {order} no ha salido en parte: no hay nada que decidir sobre sus partes.",
)
NO_PARTS_THERE = Text(
    "The store of order {order} hears of all of it at once: it cannot be told of parts.",
    "La tienda del pedido {order} se entera de todo a la vez: no se le puede avisar por partes.",
)
NO_SPLITS_THERE = Text(
    "The store of order {order} cannot give a part a note of its own. Say each_part or all_out.",
    "La tienda del pedido {order} no puede dar a una parte una nota propia. Indica each_part o all_out.",
)
ASKING_IS_NO_ANSWER = Text(
    "Say each_part, split or all_out about order {order}.", "Indica each_part, split o all_out para el pedido {order}."
)


def parts_question(app: Application, order: Order) -> bool | None:
    """Whether a person is asked when the store hears of an order's parts; None where there is nothing to say."""
    with app.reading() as uow:
        if state_of_all(uow, order) is not OrderState.PARTIALLY_SHIPPED:
            return None
        takes_parts = _takes_parts(app, uow, order)
        return when_order_is_told(app, uow, order) is Telling.ASKS if takes_parts else None


def can_split(app: Application, order: Order) -> bool:
    """Whether the order's store can give what has left a note of its own."""
    with app.reading() as uow:
        return kind_of(app, uow, order).can(Capability.SPLITS)


def answer_parts(app: Application, account_id: str, order_id: str, telling: PartsTelling, actor: str) -> Order:
    """The order with the answer, which holds for all of its parts; it may be given anew as long as a part is missing.

    With `EACH_PART` the store hears in a moment of what has left; with `SPLIT` that gets a note of its own. Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        order = get_order(uow, account_id, order_id)
        _check(app, uow, order, telling)
        before = order.person.get(TELL_PARTS)
        order.write_as_person(TELL_PARTS, telling.value, actor, now)
        if telling is PartsTelling.ALL_OUT:
            call_off_questions(uow, order)
        else:
            order.unflag(ASKS_PARTS)
            for shipment in uow.fulfillment.list_shipments(account_id, order_id):
                job = uow.jobs.find(account_id, notify_key(shipment.id))
                if shipment.state is ShipmentState.SHIPPED and (
                    telling is PartsTelling.SPLIT or job is None or job.state is not JobState.DONE or job.reason
                ):
                    payload, key = {"shipment_id": shipment.id}, notify_key(shipment.id)
                    due = Job(new_id("job"), account_id, JobKind.NOTIFY_STORE, key, payload, now, now, order_id)
                    uow.jobs.upsert_due(replace(due, priority=PERSON_WAITS))
        uow.orders.update_many([order])
        uow.audit.append([AuditEntry(account_id, now, actor, "store.parts_answered", order.id, before, telling.value)])
        uow.commit()
    return order


def _check(app: Application, uow: UnitOfWork, order: Order, telling: PartsTelling) -> None:
    if telling is PartsTelling.ASK:
        raise Refused("no_answer", ASKING_IS_NO_ANSWER, order=order.order_number)
    if state_of_all(uow, order) is not OrderState.PARTIALLY_SHIPPED:
        raise Refused("not_in_parts", NOT_IN_PARTS, order=order.order_number)
    if not _takes_parts(app, uow, order):
        raise Refused("no_parts_there", NO_PARTS_THERE, order=order.order_number)
    if telling is PartsTelling.SPLIT and not kind_of(app, uow, order).can(Capability.SPLITS):
        raise Refused("no_splits_there", NO_SPLITS_THERE, order=order.order_number)
    if is_kept_from_store(order):
        raise Refused("kept_from_store", Text("{why}", "{why}"), why=why_kept_from_store(uow, order))


def _takes_parts(app: Application, uow: UnitOfWork, order: Order) -> bool:
    return any(setting.name == TELL_PARTS for setting in kind_of(app, uow, order).settings)
