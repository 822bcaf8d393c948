"""Works off the outbox, one job at a time. A job that fails comes again later; one that cannot succeed is kept as dead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.kinds import JOB_TYPES
from engine.jobs.lanes import LANES, TurnTaking
from engine.jobs.registry import JobResult, retry_after
from engine.jobs.schedule import pull_due
from engine.log import get_logger
from engine.log_exceptions import log_exceptions
from engine.model.alert import Alert
from engine.model.ids import new_id
from engine.model.job import TELLING, Job, JobKind, JobState
from engine.model.lease import LEASE
from engine.model.order import Order
from engine.model.sentence import Sentence, sentence_of
from engine.model.store_preferences import NoticeTopic
from engine.ports import CredentialsRefused, NotFound, StoreError, UnitOfWork
from engine.services.connections.tend_connections import tend_connections
from engine.services.deciding.end_holds import release_ended_holds
from engine.services.deciding.schedules import arm_schedules
from engine.services.fulfillment.overdue_requests import tell_overdue
from engine.services.fulfillment.untold_flag import calm_down_told
from engine.services.lease import kept_alive
from engine.services.refusals import LeaseLost, Refused
from engine.services.stores.sessions import SessionPool
from engine.services.tracking.ask_carriers import arm_questions
from rules.messages import Message, Text

log = get_logger(__name__)

NEVER_ENDED = Text(
    "Tried {attempts} times without coming to an end; the log says why.",
    "Se intentó {attempts} veces sin llegar al final; el registro dice por qué.",
)
UNFORESEEN = Text(
    "an error that nobody foresaw ({error}); the log has the details, under the job {job}.",
    "un error que nadie había previsto ({error}); el registro tiene los detalles, con el trabajo {job}.",
)
GIVEN_UP = Text("{work} was given up: {problem}", "{work}: se ha abandonado: {problem}")


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
        job = TurnTaking(kinds or tuple(JOB_TYPES)).claim(app, owner, told=told)
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
    tell = getattr(log, JOB_TYPES[job.kind].log_level if worked.error is None else "warning")
    problem = None if worked.error is None else str(worked.error)
    tell("job.ended", job=job.id, kind=job.kind.value, state=worked.state, note=worked.note, error=problem, kept=kept)
    return worked


def _finish(app: Application, owner: str, worked: JobResult) -> tuple[JobResult, bool]:
    """Keep how an attempt ended and what follows from that. Whether the job was still this owner's."""
    job, not_before = worked.job, _next_try(app, worked)
    may_begin, ended = JOB_TYPES[job.kind].may_begin, JOB_TYPES[job.kind].ended
    with app.unit_of_work() as uow:
        if worked.state is JobState.WAITING and may_begin is not None and may_begin(uow, job):  # in this very moment
            worked, not_before = replace(worked, state=JobState.DUE), app.clock.now()
        counted = worked.again_s is None
        kept = uow.jobs.finish(job.id, owner, worked.state, error=worked.error, not_before=not_before, counted=counted)
        if kept and ended is not None:
            ended(app, uow, worked)
        if kept and worked.state is JobState.DEAD and worked.note != "refused":  # a refusal has told its people already
            _tell(app, uow, worked)
        if kept and job.kind in TELLING and job.order_id is not None and worked.state in (JobState.DONE, JobState.WAITING):
            calm_down_told(uow, job.account_id, job.order_id, app.clock.now())
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
    pauses = (worked.again_s, worked.pause_s, retry_after(worked.job.attempts))
    return app.clock.now() + timedelta(seconds=next(pause for pause in pauses if pause is not None))


# What makes work due, once there is none.
_TENDING: tuple[Callable[[Application], object], ...] = (release_ended_holds, tend_connections, tell_overdue, arm_schedules)


def drain(app: Application, owner: str, report: Callable[[JobResult], None] | None = None) -> int:
    """Do everything that is due now, lane by lane, accounts in turn. How many attempts were made."""
    done = 0
    lanes = [TurnTaking(kinds) for kinds in LANES.values()]
    pull_due(app)
    arm_questions(app)
    with SessionPool(app) as sessions:
        while True:
            found = next(((lane, job) for lane in lanes if (job := lane.claim(app, owner)) is not None), None)
            if found is None and not any(tend(app) for tend in _TENDING):
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
    """Raise an alert for a job that is given up; its order, if it has one, is flagged for a person."""
    job, now = worked.job, app.clock.now()
    number, wanted = "", True
    if job.order_id is not None:
        orders = uow.orders.get_many(job.account_id, [job.order_id], for_change=True)
        for order in orders:
            if job.kind in TELLING:
                order.flag_untold()
            else:
                order.flag(NEEDS_ATTENTION)
            number = order.order_number
            wanted = _wants_to_know(uow, order, JOB_TYPES[job.kind].topic)
        uow.orders.update_many(orders)
    if not wanted:
        return
    work = Message("work", JOB_TYPES[job.kind].words, {"order": number})
    sentence = Sentence.of(GIVEN_UP, work=work, problem=worked.error)
    uow.alerts.add(Alert(new_id("alr"), job.account_id, job.order_id, sentence, now))


def _wants_to_know(uow: UnitOfWork, order: Order, topic: NoticeTopic | None) -> bool:
    return (
        topic is None or order.store_id is None or topic in uow.stores.get(order.account_id, order.store_id).preferences.notices
    )


def _hold(app: Application, job_id: str, owner: str, until: datetime) -> bool:
    with app.unit_of_work() as uow:
        held = uow.jobs.hold_lease(job_id, owner, until)
        uow.commit()
    return held


def _attempt(app: Application, owner: str, job: Job, sessions: SessionPool) -> JobResult:
    most = JOB_TYPES[job.kind].most_attempts
    if job.attempts > most:  # it never came to an end: the process died with it each time
        return JobResult(job, JobState.DEAD, "permanent", Sentence.of(NEVER_ENDED, attempts=most))
    with log_exceptions() as attempt, kept_alive(app.clock, lambda until: _hold(app, job.id, owner, until)):
        return JOB_TYPES[job.kind].handle(app, job, sessions)
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
    state = JobState.DEAD if job.attempts >= JOB_TYPES[job.kind].most_attempts else JobState.DUE
    return JobResult(job, state, "transient", error)


def _failed(job: Job, error: Exception) -> JobResult:
    """What an error that no handler expects makes of an attempt. One that has words for a person keeps them."""
    log.error("job.failed", job=job.id, kind=job.kind.value, attempt=job.attempts, exc_info=error)
    told = isinstance(getattr(error, "message", None), Message)
    return _transient(job, sentence_of(error) if told else Sentence.of(UNFORESEEN, error=type(error).__name__, job=job.id))
