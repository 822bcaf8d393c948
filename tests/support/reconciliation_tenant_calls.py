"""Comparisons and differences, called with one account's id and another's things; and what an account has of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import timedelta
from typing import Any

from support.examples import NOON, a_job, an_order

from engine.model.job import JobKind
from engine.model.order import OrderState
from engine.model.reconciliation import Difference, DifferenceKind, Part, Reconciliation
from engine.model.sentence import Sentence
from engine.model.write_back import notify_key

LATER = NOON + timedelta(days=9)
KINDS = tuple(DifferenceKind)


def reconciliation_of(it: Any) -> Reconciliation:
    return Reconciliation(it.store.id, it.account.id, NOON, NOON, Part.HERE, it.name, Sentence.of(it.name))


def difference_of(it: Any) -> Difference:
    """Of something that is not here."""
    name = f"diff-{it.name}"
    return Difference(it.account.id, it.store.id, DifferenceKind.NOT_HERE, name, NOON, NOON, it.name, name, name, None, it.name)


def keep_reconciliation(uow: Any, it: Any) -> None:
    """With an order that is on its way to nobody, and a shipment of which the store has not heard."""
    uow.reconciliations.put(reconciliation_of(it))
    parked_later = replace(difference_of(it), subject=it.parked.external_id)
    uow.reconciliations.keep(it.account.id, it.store.id, [difference_of(it), parked_later])
    lost = an_order(it.account.id, it.store.id, f"lost-{it.name}", id=f"ord_lost_{it.name}", order_number=it.name)
    lost.state = OrderState.PENDING_FULFILLMENT
    uow.orders.add_many([lost], "run_1")
    telling = a_job(
        it.account.id,
        notify_key(it.shipment.id),
        id=f"job_told_{it.name}",
        kind=JobKind.NOTIFY_STORE,
        payload={"shipment_id": it.shipment.id},
        order_id=it.shipment.order_id,
    )
    uow.jobs.upsert_due(telling)


RECONCILIATION_CALLS: Mapping[str, Callable[[Any, str, Any], object]] = {
    "Reconciliations.find": lambda uow, own, it: uow.reconciliations.find(own, it.store.id),
    "Reconciliations.list_for": lambda uow, own, it: uow.reconciliations.list_for(own),
    "Reconciliations.put": lambda uow, own, it: uow.reconciliations.put(
        replace(reconciliation_of(it), account_id=own, place="changed")
    ),
    "Reconciliations.keep": lambda uow, own, it: uow.reconciliations.keep(
        own, it.store.id, [replace(difference_of(it), account_id=own, detail="changed")]
    ),
    "Reconciliations.drop_settled": lambda uow, own, it: uow.reconciliations.drop_settled(own, it.store.id),
    "Reconciliations.list_unseen": lambda uow, own, it: uow.reconciliations.list_unseen(own, it.store.id, KINDS, LATER, 9),
    "Reconciliations.end_unseen": lambda uow, own, it: uow.reconciliations.end_unseen(own, it.store.id, KINDS, LATER),
    "Reconciliations.find_difference": lambda uow, own, it: uow.reconciliations.find_difference(
        own, it.store.id, DifferenceKind.NOT_HERE, f"diff-{it.name}"
    ),
    "Reconciliations.page": lambda uow, own, it: uow.reconciliations.page(own, it.store.id, None, limit=9),
    "Reconciliations.count": lambda uow, own, it: uow.reconciliations.count(own, it.store.id),
    "Reconciliations.open_orders": lambda uow, own, it: uow.reconciliations.open_orders(own, it.store.id, "", 9),
    "Reconciliations.with_providers": lambda uow, own, it: uow.reconciliations.with_providers(own, it.store.id, "", 9),
    "Reconciliations.not_asked": lambda uow, own, it: uow.reconciliations.not_asked(own, it.store.id, 9),
    "Reconciliations.untold": lambda uow, own, it: uow.reconciliations.untold(own, it.store.id, LATER, 9),
}
