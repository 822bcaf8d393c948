"""Tells a store that its order shipped, and takes that back."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import LONGEST_RETRY_S, JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import sentence_of
from engine.model.store_preferences import NoticeTopic
from engine.ports import CredentialsRefused, StoreError, StoreUnavailable
from engine.services.fulfillment.notify_store import STORE_CLOSED, can_be_told, notify_store, withdraw_notice
from engine.services.fulfillment.telling import ASKS
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

MOST_ATTEMPTS = 80  # three days: no outage may leave a store untold


def _handle(app: Application, job: Job, sessions: SessionPool) -> JobResult:
    work = notify_store if job.kind is JobKind.NOTIFY_STORE else withdraw_notice
    try:
        note = work(app, job, sessions)
        return JobResult(job, JobState.WAITING if note in (STORE_CLOSED, ASKS) else JobState.DONE, note)
    except StoreUnavailable:
        raise
    except CredentialsRefused as error:  # the owner has been told by the import; what is told here can wait for new ones
        state = JobState.DEAD if job.attempts >= MOST_ATTEMPTS else JobState.DUE
        return JobResult(job, state, "credentials", sentence_of(error), LONGEST_RETRY_S)
    except StoreError as error:  # the store has said no: the same call would be refused again
        return JobResult(job, JobState.DEAD, "permanent", sentence_of(error))


NOTIFY_STORE = JobType(
    JobKind.NOTIFY_STORE,
    Lane.WRITE_BACKS,
    Text("Telling the store that order {order} shipped", "Avisar a la tienda de que se envió el pedido {order}"),
    _handle,
    most_attempts=MOST_ATTEMPTS,
    topic=NoticeTopic.WRITE_BACK,
    may_begin=can_be_told,
)


WITHDRAW_NOTICE = JobType(
    JobKind.WITHDRAW_NOTICE,
    Lane.WRITE_BACKS,
    Text(
        "Telling the store that the shipment of order {order} was taken back",
        "Avisar a la tienda de que se deshizo el envío del pedido {order}",
    ),
    _handle,
    most_attempts=MOST_ATTEMPTS,
    topic=NoticeTopic.WRITE_BACK,
    may_begin=can_be_told,
)
