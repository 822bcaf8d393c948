"""Sends a mail, to a buyer by a kind of its own; one that a rule asks for is written first."""

from __future__ import annotations

from engine.application import Application
from engine.jobs.registry import JobResult, JobType, Lane
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import Sentence, sentence_of
from engine.ports import MailRefused, MailUnavailable, UnitOfWork
from engine.services.mail.deliver_mail import deliver_mail, keep_attempt
from engine.services.mail.rule_emails import write_rule_emails
from engine.services.stores.sessions import SessionPool
from rules.messages import Text

MOST_ATTEMPTS = 56  # two days: as long as mail servers try among themselves

NO_ADDRESS = Text(
    "{addresses}: that is not an e-mail address, so nothing was sent there.",
    "{addresses}: no es una dirección de correo, así que no se envió nada allí.",
)


def _handle(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    if "mail_id" not in job.payload:
        wrong = write_rule_emails(app, job)
        if wrong:
            error = Sentence.of(NO_ADDRESS, addresses=", ".join(wrong))
            return JobResult(job, JobState.DEAD, "permanent", error)
        return JobResult(job, JobState.DONE, "written")
    return _send(app, job, _sessions)


def _send(app: Application, job: Job, _sessions: SessionPool) -> JobResult:
    try:
        return JobResult(job, JobState.DONE, deliver_mail(app, job))
    except MailRefused as error:
        return JobResult(job, JobState.DEAD, "permanent", sentence_of(error))
    except MailUnavailable as error:
        state = JobState.DEAD if job.attempts >= MOST_ATTEMPTS else JobState.DUE
        return JobResult(job, state, "transient", sentence_of(error))


def _ended(app: Application, uow: UnitOfWork, worked: JobResult) -> None:
    if "mail_id" in worked.job.payload:
        keep_attempt(app, uow, worked.job, worked.state, worked.note, worked.error)


EMAIL = JobType(
    JobKind.EMAIL,
    Lane.MAIL,
    Text("An e-mail", "Un correo"),
    _handle,
    most_attempts=MOST_ATTEMPTS,
    ended=_ended,
)

BUYER_EMAIL = JobType(
    JobKind.BUYER_EMAIL,
    Lane.MAIL,
    Text("The mail to the buyer of order {order}", "El correo al comprador del pedido {order}"),
    _send,
    most_attempts=MOST_ATTEMPTS,
    ended=_ended,
)
