"""What was taken back here and the store holds for shipped all the same: it counts as shipped again, by itself."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.events import ClosedUpstream, ShippedFromHere, publish
from engine.model.alert import Alert
from engine.model.audit import AuditEntry
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, Job, JobKind
from engine.model.order import Order, OrderState
from engine.model.order_combined import combined_orders, lead_of
from engine.model.sentence import Sentence
from engine.model.write_back import StepDone, notify_key
from engine.ports import UnitOfWork
from engine.services.deciding.run_rules import Rulebook, keep_outcomes
from engine.services.fulfillment.combined_parcels import own_lines
from engine.services.fulfillment.settle_order import settle_order
from engine.services.fulfillment.shipments import make_due_again
from engine.services.fulfillment.units_to_ship import claims_on, units_gone
from engine.services.repair.lent_lines import leave_parcels, lock_with_combined
from engine.services.stores.store_kinds import kind_of
from rules.messages import Text

NOT_WITHDRAWN = Text(
    "The shipment of order {order} was taken back too late, so the order counts as shipped again. {problem}",
    "El envío del pedido {order} se deshizo demasiado tarde, así que el pedido vuelve a constar como enviado. {problem}",
)


def ship_again(app: Application, job: Job, problem: Sentence) -> str:
    """Have what a job could not withdraw count as shipped, and what is left to tell the store told. A word on how it ended.

    Of orders that leave in one parcel only the one that its store holds for shipped counts: it leaves the parcel, and the
    others are to leave as before.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        [order] = lock_with_combined(uow, job.account_id, [str(job.order_id)])
        taken_back = uow.fulfillment.get_shipment(job.account_id, str(job.payload["shipment_id"]))
        own = own_lines(uow, order, taken_back)
        if taken_back.state is ShipmentState.SHIPPED or not own or _has_left_otherwise(uow, order, own):
            return "shipped again"  # by now: what the store says about it is told by that shipment's job
        shipment = _keep(uow, taken_back, own)
        before = order.status()
        settle_order(uow, order, now)
        if combined_orders(order) or lead_of(order):
            order = _leave_parcel(app, uow, order, now)
        publish(app, uow, [ShippedFromHere(order, now, shipment, "worker")])
        if order.state is OrderState.SHIPPED:  # a provider that was asked since ships none of it
            publish(app, uow, [ClosedUpstream(order, now, kind_of(app, uow, order).shipped_there)])
        order.flag(NEEDS_ATTENTION)
        uow.orders.update_many([order])
        for step in sorted(kind_of(app, uow, order).final_steps):
            uow.write_backs.add_step(job.account_id, shipment.id, StepDone(step, now))
        sentence = Sentence.of(NOT_WITHDRAWN, order=order.order_number, problem=problem)
        uow.alerts.add(Alert(f"alr_{job.id}_final", job.account_id, order.id, sentence, now))
        uow.audit.append([AuditEntry(job.account_id, now, "worker", "order.reshipped", order.id, before, order.status())])
        kind, key = JobKind.NOTIFY_STORE, notify_key(shipment.id)
        payload: dict[str, Any] = {"shipment_id": shipment.id}
        make_due_again(uow, Job(new_id("job"), job.account_id, kind, key, payload, now, now, order.id), now)
        uow.commit()
    return "shipped in the store"


def _has_left_otherwise(uow: UnitOfWork, order: Order, lines: dict[str, Decimal]) -> bool:
    """Whether units of it have left since, or a label of them is being bought, so that they would count twice."""
    gone, ordered = units_gone(claims_on(uow, order.account_id, [order.id])[order.id]), order.quantities()
    return any(gone.get(key, 0) > 0 and gone[key] + units > ordered.get(key, 0) for key, units in lines.items())


def _keep(uow: UnitOfWork, taken_back: Shipment, lines: dict[str, Decimal]) -> Shipment:
    """The shipment as it was; of a parcel with lines of others a new one that has its own alone."""
    again = taken_back.ship_again()
    if lines == taken_back.lines:
        uow.fulfillment.update_shipment(again)
        return again
    parcels = tuple(replace(one, id=new_id("par"), label_id=None, cost=None) for one in again.parcels)
    own = replace(again, id=new_id("shp"), request_id=None, source_id=None, lines=lines, parcels=parcels)
    uow.fulfillment.add_shipment(own)
    return own


def _leave_parcel(app: Application, uow: UnitOfWork, order: Order, now: datetime) -> Order:
    """The order, which leaves with no other one any more."""
    uow.orders.update_many([order])
    rulebook = Rulebook.open(app, uow, uow.accounts.get(order.account_id))
    keep_outcomes(uow, rulebook, leave_parcels(app, uow, rulebook, [order], "worker", now), PERSON_WAITS)
    order = uow.orders.get(order.account_id, order.id, for_change=True)
    settle_order(uow, order, now)
    return order
