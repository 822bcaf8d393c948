"""Works off the outbox, one job at a time. A job that fails comes again later; one that cannot succeed is kept as dead."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.lanes import LANES, TurnTaking
from engine.jobs.schedule import is_overtaken, pull_due
from engine.log_exceptions import log_exceptions
from engine.model.alert import Alert
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, JobState
from engine.model.lease import LEASE
from engine.model.order import Order
from engine.model.sentence import Sentence, sentence_of
from engine.model.store_preferences import NoticeTopic
from engine.ports import CredentialsRefused, NotFound, StoreError, StoreUnavailable, UnitOfWork
from engine.services.deciding.end_holds import end_hold, release_ended_holds
from engine.services.fulfillment.delegate import delegate, fetch_notes, is_wanted
from engine.services.fulfillment.notify_store import STORE_CLOSED, can_be_told, notify_store, withdraw_notice
from engine.services.importing.import_store import ImportStopped, import_store
from engine.services.importing.read_changes import end_reading, read_hints
from engine.services.importing.receive_webhook import make_import_due
from engine.services.lease import kept_alive
from engine.services.refusals import LeaseLost, Refused
from engine.services.stores.sessions import SessionPool
from engine.services.stores.store_webhooks import repair_webhooks
from rules.messages import Message, Text

log = structlog.get_logger(__name__)

MAX_ATTEMPTS = 10
PATIENCE = {JobKind.NOTIFY_STORE: 80, JobKind.WITHDRAW_NOTICE: 80}  # three days: no outage may leave a store untold
FIRST_RETRY_S = 20.0
IMPORT_PATIENCE = timedelta(minutes=3)  # no store may keep the workers from the others for longer
LONGEST_RETRY_S = 3600.0
IMPORT_PAUSE_S = 60.0  # before one that was stopped goes on
BUSY_PAUSE_S = 20.0  # before another look whether the store is still being imported

NEVER_ENDED = Text(
    "Tried {attempts} times without coming to an end; the log says why.",
    "Se intentó {attempts} veces sin llegar al final; el registro dice por qué.",
)
UNFORESEEN = Text(
    "an error that nobody foresaw ({error}); the log has the details, under the job {job}.",
    "un error que nadie había previsto ({error}); el registro tiene los detalles, con el trabajo {job}.",
)
GIVEN_UP = Text("{work} was given up: {problem}", "{work}: se ha abandonado: {problem}")
WORK = {
    JobKind.IMPORT_STORE: Text("An import", "Una importación"),
    JobKind.READ_HINTS: Text("Reading what the store told of", "La lectura de lo que avisó la tienda"),
    JobKind.DELEGATE: Text("Handing over an order", "La delegación de un pedido"),
    JobKind.ALERT: Text("An alert", "Un aviso"),
    JobKind.FETCH_NOTES: Text(
        "Fetching the notes on order {order} for its logistics provider",
        "La obtención de las notas del pedido {order} para su proveedor de logística",
    ),
    JobKind.RELEASE_HOLD: Text("Ending the hold of order {order}", "El fin de la espera del pedido {order}"),
    JobKind.NOTIFY_STORE: Text(
        "Telling the store that order {order} shipped", "Avisar a la tienda de que se envió el pedido {order}"
    ),
    JobKind.WITHDRAW_NOTICE: Text(
        "Telling the store that the shipment of order {order} was taken back",
        "Avisar a la tienda de que se deshizo el envío del pedido {order}",
    ),
}


@dataclass(frozen=True, slots=True)
class JobResult:
    """One attempt at a job. `note` is a word for the log; `error` the sentence that is kept with the job."""

    job: Job
    state: JobState
    note: str = ""
    error: Sentence | None = None
    pause_s: float | None = None  # before another attempt; None: as always
    again_s: float | None = None  # it could not begin: due again after so long, and not counted as an attempt


def process_next_job(
    app: Application,
    owner: str,
    sessions: SessionPool,
    kinds: Sequence[JobKind] = (),
    *,
    job_id: str | None = None,
    told: bool = False,
) -> JobResult | None:
    """Claim the job whose turn it is, of these kinds or any, or this very one, and do it; None when nothing is due.

    Who was `told` that something is due need not look first.
    """
    if job_id is None:
        job = TurnTaking(kinds or tuple(_HANDLERS)).claim(app, owner, told=told)
    else:
        now = app.clock.now()
        with app.unit_of_work() as uow:
            job = uow.jobs.claim(owner, now, now + LEASE, job_id=job_id)
            uow.commit()
    return None if job is None else process_job(app, owner, job, sessions)


def process_job(app: Application, owner: str, job: Job, sessions: SessionPool) -> JobResult:
    """Make one attempt at a job that this owner has claimed, and keep how it ended, whatever happens in it."""
    log.debug("job.started", job=job.id, kind=job.kind.value, attempt=job.attempts)
    worked, kept = _attempt(app, owner, job, sessions), False
    with log_exceptions() as finishing:
        worked, kept = _finish(app, owner, worked)
    if finishing.error is not None:  # the attempt ended, but what its end brings along cannot be kept
        worked = _failed(job, finishing.error)
        kept = _finish_barely(app, owner, worked)
    # What went well is for the outbox to tell; a log line for each order would bury what did not.
    level = "info" if job.kind is JobKind.IMPORT_STORE else "debug"
    tell = getattr(log, level if worked.error is None else "warning")
    problem = None if worked.error is None else str(worked.error)
    tell("job.ended", job=job.id, kind=job.kind.value, state=worked.state, note=worked.note, error=problem, kept=kept)
    return worked


def _finish(app: Application, owner: str, worked: JobResult) -> tuple[JobResult, bool]:
    """Keep how an attempt ended and what follows from that. Whether the job was still this owner's."""
    job, not_before = worked.job, _next_try(app, worked)
    with app.unit_of_work() as uow:
        if worked.state is JobState.WAITING and _may_begin(uow, job):  # released in this very moment
            worked, not_before = replace(worked, state=JobState.DUE), app.clock.now()
        counted = worked.again_s is None
        kept = uow.jobs.finish(job.id, owner, worked.state, error=worked.error, not_before=not_before, counted=counted)
        if kept and job.kind is JobKind.READ_HINTS:
            end_reading(app, uow, job, worked.state)
        if kept and worked.state is JobState.DEAD and worked.note != "refused":  # a refusal has told its people already
            _tell(app, uow, worked)
        uow.commit()
    return worked, kept


def _finish_barely(app: Application, owner: str, worked: JobResult) -> bool:
    """Keep no more than that an attempt failed. Where even that cannot be, the job is free again when its lease ends."""
    kept = False
    with log_exceptions("job.not_kept"), app.unit_of_work() as uow:
        kept = uow.jobs.finish(
            worked.job.id, owner, worked.state, error=worked.error, not_before=_next_try(app, worked), counted=True
        )
        uow.commit()
    return kept


def _next_try(app: Application, worked: JobResult) -> datetime | None:
    """When a job that did not come to its end is due again."""
    if worked.state is not JobState.DUE:
        return None
    pauses = (worked.again_s, worked.pause_s, _retry_after(worked.job.attempts))
    return app.clock.now() + timedelta(seconds=next(pause for pause in pauses if pause is not None))


def drain(app: Application, owner: str, report: Callable[[JobResult], None] | None = None) -> int:
    """Do everything that is due now, lane by lane, accounts in turn. How many attempts were made."""
    done = 0
    lanes = [TurnTaking(kinds) for kinds in LANES.values()]
    pull_due(app)
    with SessionPool(app) as sessions:
        while True:
            found = next(((lane, job) for lane in lanes if (job := lane.claim(app, owner)) is not None), None)
            if found is None and not release_ended_holds(app):
                return done
            if found is None:
                continue
            lane, job = found
            worked = process_job(app, owner, job, sessions)
            lane.done(job)
            done += 1
            if report is not None:
                report(worked)


def process_job_now(app: Application, owner: str, job_id: str) -> JobResult | None:
    """Do this very job now; None when it is not due, or somebody else is at it."""
    with SessionPool(app) as sessions:
        return process_next_job(app, owner, sessions, job_id=job_id)


def _tell(app: Application, uow: UnitOfWork, worked: JobResult) -> None:
    """Somebody has to know of work that is given up; its order, if it has one, waits for a person."""
    job, now = worked.job, app.clock.now()
    number, wanted = "", True
    if job.order_id is not None:
        orders = uow.orders.get_many(job.account_id, [job.order_id], for_change=True)
        for order in orders:
            order.flags = tuple(dict.fromkeys((*order.flags, NEEDS_ATTENTION)))
            number = order.order_number
            wanted = job.kind not in PATIENCE or _wants_write_backs_told(uow, order)
        uow.orders.update_many(orders)
    if not wanted:
        return
    work = Message("work", WORK[job.kind], {"order": number})
    sentence = Sentence.of(GIVEN_UP, work=work, problem=worked.error)
    uow.alerts.add(Alert(new_id("alr"), job.account_id, job.order_id, sentence, now))


def _wants_write_backs_told(uow: UnitOfWork, order: Order) -> bool:
    return order.store_id is None or NoticeTopic.WRITE_BACK in uow.stores.get(order.store_id).preferences.notices


def _hold(app: Application, job_id: str, owner: str, until: datetime) -> bool:
    with app.unit_of_work() as uow:
        held = uow.jobs.hold_lease(job_id, owner, until)
        uow.commit()
    return held


def _attempt(app: Application, owner: str, job: Job, sessions: SessionPool) -> JobResult:
    most = PATIENCE.get(job.kind, MAX_ATTEMPTS)
    if job.attempts > most:  # it never came to an end: the process died with it each time
        return JobResult(job, JobState.DEAD, "permanent", Sentence.of(NEVER_ENDED, attempts=most))
    with log_exceptions() as attempt, kept_alive(app.clock, lambda until: _hold(app, job.id, owner, until)):
        return _HANDLERS[job.kind](app, job, sessions)
    with log_exceptions("sessions.not_closed"):
        sessions.close()
    match attempt.error:
        case CredentialsRefused() | NotFound() as error:
            return JobResult(job, JobState.DEAD, "permanent", sentence_of(error))
        case StoreError() | Refused() | LeaseLost() as error:
            return _transient(job, sentence_of(error))
        case error:  # whatever it is, it concerns this job alone
            assert error is not None
            return _failed(job, error)


def _transient(job: Job, error: Sentence) -> JobResult:
    state = JobState.DEAD if job.attempts >= PATIENCE.get(job.kind, MAX_ATTEMPTS) else JobState.DUE
    return JobResult(job, state, "transient", error)


def _failed(job: Job, error: Exception) -> JobResult:
    """What an error that no handler expects makes of an attempt. One that has words for a person keeps them."""
    log.error("job.failed", job=job.id, kind=job.kind.value, attempt=job.attempts, exc_info=error)
    told = isinstance(getattr(error, "message", None), Message)
    return _transient(job, sentence_of(error) if told else Sentence.of(UNFORESEEN, error=type(error).__name__, job=job.id))


def _retry_after(attempts: int) -> float:
    """Doubling from 20 s to an hour, spread by a quarter so that jobs that failed together do not return together."""
    base = min(FIRST_RETRY_S * 2.0 ** max(0, attempts - 1), LONGEST_RETRY_S)
    return base * random.uniform(0.75, 1.25)  # noqa: S311 - spreading, not secrecy


def _delegate(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    outcome = delegate(app, job)
    if outcome.message is not None:
        return JobResult(job, JobState.DEAD, outcome.reason, Sentence.of(outcome.message))
    # Held, closed or meant for somebody else by now: it has not left, so a release or the rules may still send it.
    return JobResult(job, JobState.WAITING if outcome.reason == "not_wanted" else JobState.DONE, outcome.reason)


def _fetch_notes(app: Application, job: Job, sessions: SessionPool) -> JobResult:
    return JobResult(job, JobState.DONE, fetch_notes(app, job, sessions))


def _release_hold(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    return JobResult(job, JobState.DONE, end_hold(app, job))


def _alert(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    with app.unit_of_work() as uow:
        sentence = Sentence.from_data(job.payload["message"])
        uow.alerts.add(Alert(f"alr_{job.id}", job.account_id, job.order_id, sentence, app.clock.now()))
        uow.commit()
    return JobResult(job, JobState.DONE, "shown")


def _import_store(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    if is_overtaken(app, job):
        return JobResult(job, JobState.DONE, "overtaken by a newer run")
    store_id, is_daily = str(job.payload["store_id"]), job.payload.get("name") == "daily"
    try:
        # Only the first attempt begins anew: the others go on from what it has read.
        summary = import_store(app, store_id, full=is_daily and job.attempts <= 1, patience=IMPORT_PATIENCE)
    except ImportStopped as stopped:
        pause_s = max(IMPORT_PAUSE_S, _retry_after(job.attempts))
        return JobResult(job, JobState.DUE, "goes on later", sentence_of(stopped), pause_s)
    except Refused as refusal:
        if refusal.message.code != "import_running":
            raise
        return JobResult(job, JobState.DUE, "an import is running", again_s=BUSY_PAUSE_S)
    except CredentialsRefused as error:
        return JobResult(job, JobState.DEAD, "refused", sentence_of(error))  # the owner has been told; the schedule tries again
    if is_daily:
        _repair_webhooks(app, store_id)
    return JobResult(job, JobState.DONE, f"imported {summary.imported}, updated {summary.updated}, closed {summary.closed}")


def _repair_webhooks(app: Application, store_id: str) -> None:
    """Once a day; what fails is tried again the next day, and until then the plan brings everything."""
    try:
        repair_webhooks(app, store_id)
    except (StoreError, Refused) as error:
        log.warning("webhooks.not_mended", store=store_id, error=str(error))


def _read_hints(app: Application, job: Job, sessions: SessionPool) -> JobResult:
    try:
        settled = read_hints(app, str(job.payload["store_id"]), sessions)
    except CredentialsRefused as error:
        with app.unit_of_work() as uow:  # the import meets the same, and is what tells the owner
            make_import_due(uow, app, uow.stores.get(str(job.payload["store_id"])))
            uow.commit()
        return JobResult(job, JobState.DEAD, "refused", sentence_of(error))
    except Refused as refusal:
        if refusal.message.code != "import_running":
            raise
        return JobResult(job, JobState.DUE, "an import is running", again_s=1.0)
    return JobResult(job, JobState.DONE, f"read {settled}")


def _may_begin(uow: UnitOfWork, job: Job) -> bool:
    return is_wanted(uow, job) if job.kind is JobKind.DELEGATE else can_be_told(uow, job)


def _write_back(app: Application, job: Job, sessions: SessionPool) -> JobResult:
    work = notify_store if job.kind is JobKind.NOTIFY_STORE else withdraw_notice
    try:
        note = work(app, job, sessions)
        return JobResult(job, JobState.WAITING if note == STORE_CLOSED else JobState.DONE, note)
    except StoreUnavailable:
        raise
    except CredentialsRefused as error:  # the owner has been told by the import; what is told here can wait for new ones
        state = JobState.DEAD if job.attempts >= PATIENCE[job.kind] else JobState.DUE
        return JobResult(job, state, "credentials", sentence_of(error), LONGEST_RETRY_S)
    except StoreError as error:  # the store has said no: the same call would be refused again
        return JobResult(job, JobState.DEAD, "permanent", sentence_of(error))


_HANDLERS: dict[JobKind, Callable[[Application, Job, SessionPool], JobResult]] = {
    JobKind.DELEGATE: _delegate,
    JobKind.ALERT: _alert,
    JobKind.IMPORT_STORE: _import_store,
    JobKind.NOTIFY_STORE: _write_back,
    JobKind.WITHDRAW_NOTICE: _write_back,
    JobKind.READ_HINTS: _read_hints,
    JobKind.FETCH_NOTES: _fetch_notes,
    JobKind.RELEASE_HOLD: _release_hold,
}
