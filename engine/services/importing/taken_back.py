"""Shipped orders that their store took back before it was told: a person looks before it hears of the shipment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from engine.model.job import PERSON_WAITS, Job, JobKind, JobState
from engine.model.order import OrderHead, OrderState
from engine.model.order_part import original_key
from engine.model.sentence import Sentence
from engine.model.store import ImportSummary, Skipped, Store
from engine.model.store_kind import Capability, StoreKind
from engine.ports import UnitOfWork
from engine.services.importing.closed_too_late import flag_labelled, flag_shipped
from engine.services.importing.split_notes import may_be_closed
from engine.services.repair.lent_lines import lock_with_combined
from rules.messages import Text

TAKEN_BACK = Text(
    "{kind} no longer wants order {order} shipped from here: {problem} It hears of the shipment once somebody has it told again.",
    "{kind} ya no quiere que el pedido {order} salga de aquí: {problem} Se le avisará del envío cuando alguien pida que se le "
    "avise de nuevo.",
)

Found = Sequence[tuple[OrderHead, Skipped]]


def flag_taken_back(
    uow: UnitOfWork, store: Store, kind: StoreKind, found: Found, summary: ImportSummary, now: datetime
) -> list[tuple[OrderHead, Skipped]]:
    """Of these shipped orders, which the store does not want shipped from here, those of which it was not told yet are flagged,
    and it is not told before a person asks for it. Gives back what else the store listed.
    """
    heads = {head.id: head for head, record in found if _takes_back(kind, record)}
    pending = _pending(uow, store.account_id, list(heads)) if heads else {}
    verdicts = {head.id: record.message for head, record in found}
    orders = lock_with_combined(uow, store.account_id, list(pending)) if pending else []
    pending = _pending(uow, store.account_id, list(pending)) if pending else {}  # a person may have had it told in this moment
    orders = [
        one for one in orders if one.id in pending and one.state is OrderState.SHIPPED and may_be_closed(one, heads[one.id])
    ]
    labelled = uow.fulfillment.with_label(store.account_id, [one.id for one in orders]) if orders else set()
    for order in orders:
        problem = verdicts[order.id]
        flag = flag_labelled if order.id in labelled else flag_shipped
        summary.flagged += flag(uow, kind, order, problem, now)
        why = Sentence.of(TAKEN_BACK, kind=kind.name, order=order.order_number, problem=problem)
        for job in pending[order.id]:
            uow.jobs.give_up(order.account_id, job.key, why)
    uow.orders.update_many(orders)
    return [one for one in found if one[0].id not in pending and original_key(one[1].external_id) == one[1].external_id]


def _takes_back(kind: StoreKind, record: Skipped) -> bool:
    """A client takes nothing back that has left; whether the store shipped this very parcel is seen where it is told."""
    return not kind.can(Capability.REQUESTS) and not kind.means_shipped(record.message.code)


def _pending(uow: UnitOfWork, account_id: str, order_ids: Sequence[str]) -> Mapping[str, list[Job]]:
    """By order what is still to be told, unless a person wants it told whatever the store says."""
    pending = {
        order_id: [job for job in jobs if job.kind is JobKind.NOTIFY_STORE and job.state is not JobState.DEAD]
        for order_id, jobs in uow.jobs.by_order(account_id, order_ids).items()
    }
    return {one: jobs for one, jobs in pending.items() if jobs and not any(job.priority == PERSON_WAITS for job in jobs)}
