"""Works on bulk actions, some orders at a time.

What is done with an order and what came of it are kept in one transaction, so that whoever dies with it leaves nothing behind,
and no order has a second turn (docs/adr/0054).
"""

from __future__ import annotations

from collections.abc import Sequence

from engine.application import Application
from engine.log_exceptions import log_exceptions
from engine.model.bulk_action import BulkAction, BulkOutcome, BulkResult, BulkState, bulk_job_key
from engine.model.ids import new_id
from engine.model.job import ORDINARY, Job, JobKind, JobState
from engine.model.sentence import Sentence, sentence_of
from engine.ports import StorageUnavailable, UnitOfWork
from engine.services.bulk.actions import BULK_KINDS
from engine.services.bulk.kind import Doing, Results
from engine.services.refusals import Refused
from rules.messages import Text

ORDERS_A_TURN = 50  # then other accounts' actions have theirs

UNFORESEEN = Text(
    "An error that nobody foresaw ({error}): nothing was changed, and the log has the details.",
    "Un error que nadie había previsto ({error}): no se ha cambiado nada, y el registro tiene los detalles.",
)
NOTHING_KEPT = Text(
    "It cannot be undone: what the order was before is not kept any more.",
    "No se puede deshacer: ya no se guarda cómo estaba el pedido antes.",
)


def work_on(app: Application, account_id: str, action_id: str) -> BulkAction:
    """Give the next orders their turns, as many as one attempt takes: the bulk action as it is then. Raises NotFound."""
    had_turns = 0
    while True:
        app.answering.let_pass()
        action, orders = _next_step(app, account_id, action_id)
        had_turns += orders
        if not action.is_running or had_turns >= ORDERS_A_TURN:
            return action


def _next_step(app: Application, account_id: str, action_id: str) -> tuple[BulkAction, int]:
    """One transaction: the bulk action as it is then, and how many orders had their turns."""
    with app.unit_of_work() as uow:
        action = uow.bulk_actions.get(account_id, action_id, for_change=True)
        if not action.is_running:
            return action, 0
        order_ids = uow.bulk_actions.next_orders(account_id, action_id, BULK_KINDS[action.kind].together)
        if order_ids:
            results = _results(app, uow, action, order_ids)
            uow.bulk_actions.keep_results(account_id, action_id, results)
            action = action.with_results(results)
        if not order_ids or action.seen == action.total:
            action = action.end(BulkState.DONE, app.clock.now())
        uow.bulk_actions.update(action)
        uow.commit()
    app.wake.notify()
    return action, len(order_ids)


def _results(app: Application, uow: UnitOfWork, action: BulkAction, order_ids: Sequence[str]) -> Results:
    """What came of these orders' turns. An error that nobody foresaw concerns its order alone: the others have theirs."""
    with log_exceptions("bulk_action.failed") as turn, uow.part() as part:
        results = _do(Doing(action.account_id, app.within(part), part, action), order_ids)
        part.commit()
        return results
    assert turn.error is not None
    if isinstance(turn.error, StorageUnavailable):
        raise turn.error
    if len(order_ids) > 1:
        return {id_: one for order_id in order_ids for id_, one in _results(app, uow, action, [order_id]).items()}
    is_foreseen = isinstance(turn.error, Refused)
    said = sentence_of(turn.error) if is_foreseen else Sentence.of(UNFORESEEN, error=type(turn.error).__name__)
    return {order_ids[0]: BulkResult(BulkOutcome.REFUSED, said)}


def _do(doing: Doing, order_ids: Sequence[str]) -> Results:
    kind, action = BULK_KINDS[doing.action.kind], doing.action
    if action.undoes is None:
        return kind.do(doing, order_ids)
    before = doing.uow.bulk_actions.list_before(doing.account_id, action.undoes, order_ids)
    forgotten = BulkResult(BulkOutcome.REFUSED, Sentence.of(NOTHING_KEPT))
    undone = kind.undo(doing, before) if kind.undo is not None else {}
    return {order_id: undone.get(order_id, forgotten) for order_id in order_ids}


def job_of(app: Application, action: BulkAction) -> Job:
    """The job that works on a bulk action, due now."""
    payload, now = {"action_id": action.id}, app.clock.now()
    key = bulk_job_key(action.id)
    return Job(new_id("job"), action.account_id, JobKind.BULK_ACTION, key, payload, now, now, priority=ORDINARY)


def end_work(app: Application, uow: UnitOfWork, job: Job, state: JobState, problem: Sentence | None) -> None:
    """What the end of a bulk action's job brings along: one that is given up fails, so that a person sees it and can go on; one
    that found nothing to do is due again where somebody has had it go on meanwhile.
    """
    action = uow.bulk_actions.get(job.account_id, str(job.payload["action_id"]), for_change=True)
    if state is JobState.DEAD and action.is_running:
        uow.bulk_actions.update(action.end(BulkState.FAILED, app.clock.now(), problem))
    elif state is JobState.DONE and action.is_running:
        uow.jobs.upsert_due(job_of(app, action))
