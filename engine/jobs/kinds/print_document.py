"""Prints a document on a printer of the network."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import Sentence, sentence_of
from engine.ports import CarrierError, PrinterError
from engine.services.labels.print_at_station import print_job
from engine.services.refusals import Refused
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

MOST_ATTEMPTS = 2  # the second only after a process that died with the first: what it prints is a copy
NOT_PRINTED = Text("{problem} Print it again when that is put right.", "{problem} Vuelve a imprimir cuando esté resuelto.")


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    """Nobody is alerted to what was not printed: whoever waits at the printer sees it on the order's page."""
    try:
        print_job(app, job)
    except (PrinterError, CarrierError, Refused) as error:
        return JobResult(job, JobState.DEAD, "refused", Sentence.of(NOT_PRINTED, problem=sentence_of(error)))
    return JobResult(job, JobState.DONE, "printed")


PRINT = JobType(
    JobKind.PRINT,
    Lane.PRINTING,
    Text("Printing for order {order}", "La impresión del pedido {order}"),
    _handle,
    most_attempts=MOST_ATTEMPTS,
)
