"""Sends a fulfillment request to the provider that rules or a person chose."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import Sentence
from engine.services.fulfillment.delegate import delegate, is_wanted
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

LOOK_AGAIN_S = 30.0  # whether the label of an order has been bought


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    outcome = delegate(app, job)
    if outcome.message is not None:
        return JobResult(job, JobState.DEAD, outcome.reason, Sentence.of(outcome.message))
    if outcome.reason == "being_labelled":
        return JobResult(job, JobState.DUE, outcome.reason, again_s=LOOK_AGAIN_S)
    # Held, closed or meant for somebody else by now: it has not left, so a release or the rules may still send it.
    return JobResult(job, JobState.WAITING if outcome.reason == "not_wanted" else JobState.DONE, outcome.reason)


DELEGATE = JobType(
    JobKind.DELEGATE,
    Lane.ORDERS,
    Text("Handing over an order", "La delegación de un pedido"),
    _handle,
    may_begin=is_wanted,
)
