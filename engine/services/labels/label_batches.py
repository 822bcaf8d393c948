"""Labels of many orders at once: begun by a person, planned slice by slice by a job, stopped and gone on with.

A slice is planned and its results are kept in one transaction, so that whoever dies with it leaves nothing behind, and no order
has a second turn. What a carrier has to be asked for is bought by the job of each label (docs/adr/0038).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from engine.application import Application
from engine.model.audit import AuditEntry
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, JobState
from engine.model.label import Label, LabelState, buying_key
from engine.model.label_batch import BatchedOrder, BatchResult, BatchState, LabelBatch, Outcome, buys_batch_key
from engine.model.sentence import Sentence, sentence_of
from engine.ports import NotFound, UnitOfWork
from engine.services.labels.plan_label import LabelWish, Planned, plan_together
from engine.services.refusals import NO_ORDER, Refused
from rules.messages import Text

MOST_ORDERS = 1000
SLICE = 25  # orders that are locked together
STOPS_AT = 3  # labels of which nobody knows: the carrier does not answer
LISTED = 50  # batches
AS_SET = LabelWish()  # by rules and people on each order

NO_ORDERS = Text("Choose at least one order.", "Elige al menos un pedido.")
TOO_MANY = Text(
    "A batch has at most {limit} orders, and these are {count}: choose fewer, and make another batch of the rest.",
    "Un lote tiene como máximo {limit} pedidos y estos son {count}: elige menos y haz otro lote con los demás.",
)
NO_BATCH = Text('There is no batch of labels "{batch}".', 'No existe el lote de etiquetas "{batch}".')
NOT_ANSWERING = Text(
    "Stopped, since the carrier does not answer: {reason} Go on once it does again; nothing is bought twice.",
    "Detenido porque la empresa de transporte no responde: {reason} Continúa cuando vuelva a responder; nada se compra dos "
    "veces.",
)
NO_REASON = Text("it says nothing.", "no dice nada.")


def start_batch(app: Application, account_id: str, order_ids: Sequence[str], actor: str) -> LabelBatch:
    """A batch of these orders, in their order, whose job is due at once. Raises Refused."""
    now, ids = app.clock.now(), list(dict.fromkeys(order_ids))
    if not ids:
        raise Refused("no_orders", NO_ORDERS)
    if len(ids) > MOST_ORDERS:
        raise Refused("too_many_orders", TOO_MANY, limit=MOST_ORDERS, count=len(ids))
    batch = LabelBatch(new_id("lbb"), account_id, actor, now, now)
    with app.unit_of_work() as uow:
        known = {order.id for order in uow.orders.get_many(account_id, ids)}
        unknown = next((order_id for order_id in ids if order_id not in known), None)
        if unknown is not None:
            raise Refused("no_order", NO_ORDER, order=unknown)
        uow.label_batches.add(batch, ids)
        uow.jobs.upsert_due(_job_of(batch))
        uow.audit.append([AuditEntry(account_id, now, actor, "label_batch.started", batch.id, None, len(ids))])
        uow.commit()
    app.wake.notify()
    return batch


def plan_slice(app: Application, account_id: str, batch_id: str) -> LabelBatch:
    """Give the next orders of a running batch their turn: the batch as it is then.

    It stops by itself where the carrier has left too many without an answer since it began.
    """
    app.answering.let_pass()
    with app.unit_of_work() as uow:
        batch = uow.label_batches.get(account_id, batch_id, for_change=True)
        if not batch.is_running:
            return batch
        unknown = uow.label_batches.labels_of(account_id, batch_id, [LabelState.UNKNOWN])
        lately = [label for label in unknown if label.created_at >= batch.begun_at]
        order_ids = uow.label_batches.next_orders(account_id, batch_id, SLICE)
        if order_ids and len(lately) >= STOPS_AT:
            batch = batch.stop(Sentence.of(NOT_ANSWERING, reason=lately[-1].error or NO_REASON))
        elif order_ids:
            results = plan_together(app, uow, account_id, order_ids, AS_SET, batch.actor)
            uow.label_batches.keep_results(account_id, batch_id, {id_: _result(one) for id_, one in results.items()})
        else:
            batch = batch.end()
        uow.label_batches.update(batch)
        uow.commit()
    return batch


def stop_batch(app: Application, account_id: str, batch_id: str, actor: str) -> LabelBatch:
    """No further order has its turn; a label that is being bought by then is finished. Raises Refused."""
    with app.unit_of_work() as uow:
        batch = _get(uow, account_id, batch_id, for_change=True)
        if batch.is_running:
            batch = batch.stop()
            uow.label_batches.update(batch)
            uow.audit.append([AuditEntry(account_id, app.clock.now(), actor, "label_batch.stopped", batch.id)])
        uow.commit()
    return batch


def go_on(app: Application, account_id: str, batch_id: str, actor: str, *, again: bool = False) -> LabelBatch:
    """Take up a batch where it was; what nobody knows is looked up now. With `again`, also the orders that were refused.

    Raises Refused.
    """
    now = app.clock.now()
    with app.unit_of_work() as uow:
        work = _job_of(_get(uow, account_id, batch_id))
        uow.jobs.upsert_due(replace(work, not_before=now))  # locks as a worker does: the job first
        batch = _get(uow, account_id, batch_id, for_change=True)
        refused = uow.label_batches.forget_refusals(account_id, batch_id) if again else 0
        if batch.state is BatchState.STOPPED or refused:
            batch = batch.go_on(now)
            uow.label_batches.update(batch)
            uow.audit.append([AuditEntry(account_id, now, actor, "label_batch.gone_on", batch.id)])
        for label in uow.label_batches.labels_of(account_id, batch_id, [LabelState.UNKNOWN]):
            _look_up_now(app, uow, label)
        uow.commit()
    app.wake.notify()
    return batch


def list_batches(app: Application, account_id: str) -> list[tuple[LabelBatch, dict[Outcome, int]]]:
    """The newest first, each with how many of its orders stand how."""
    with app.reading() as uow:
        batches = uow.label_batches.list_for(account_id, LISTED)
        counts = uow.label_batches.count(account_id, [batch.id for batch in batches])
    return [(batch, counts[batch.id]) for batch in batches]


def get_batch(app: Application, account_id: str, batch_id: str) -> tuple[LabelBatch, list[BatchedOrder]]:
    """A batch and its orders as they stand. Raises Refused."""
    with app.reading() as uow:
        return _get(uow, account_id, batch_id), uow.label_batches.list_orders(account_id, batch_id)


def end_work(uow: UnitOfWork, job: Job, state: JobState, problem: Sentence | None) -> None:
    """What the end of a batch's job brings along: one that is given up stops the batch, so that a person sees it and can go on;
    one that found nothing to do is due again where somebody has had the batch go on meanwhile.
    """
    batch = uow.label_batches.get(job.account_id, str(job.payload["batch_id"]), for_change=True)
    if state is JobState.DEAD and batch.is_running:
        uow.label_batches.update(batch.stop(problem))
    elif state is JobState.DONE and batch.is_running:
        uow.jobs.upsert_due(_job_of(batch))


def _get(uow: UnitOfWork, account_id: str, batch_id: str, *, for_change: bool = False) -> LabelBatch:
    try:
        return uow.label_batches.get(account_id, batch_id, for_change=for_change)
    except NotFound:
        raise Refused("no_batch", NO_BATCH, batch=batch_id) from None


def _job_of(batch: LabelBatch) -> Job:
    payload, now = {"batch_id": batch.id}, batch.begun_at
    return Job(new_id("job"), batch.account_id, JobKind.BUY_BATCH, buys_batch_key(batch.id), payload, now, now)


def _result(planned: Planned | Refused) -> BatchResult:
    if isinstance(planned, Refused):
        return BatchResult(code=planned.message.code, refusal=sentence_of(planned))
    return BatchResult(planned.label.id)


def _look_up_now(app: Application, uow: UnitOfWork, label: Label) -> None:
    """Have the job of a label that nobody knows about ask now, and not when its pause is over."""
    job = uow.jobs.find(label.account_id, buying_key(label.id))
    if job is not None and job.state in (JobState.DUE, JobState.DEAD):
        uow.jobs.upsert_due(replace(job, payload={**job.payload, "tried": True}, not_before=app.clock.now()))
