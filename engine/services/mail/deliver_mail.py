"""Hands a mail over to what takes it away, and keeps how that went."""

from __future__ import annotations

from dataclasses import replace

from engine.application import Application
from engine.model.job import Job, JobState
from engine.model.mail import Mail, MailState
from engine.model.sentence import Sentence
from engine.model.store_preferences import StoreLogo
from engine.ports import MailUnavailable, NotFound, UnitOfWork
from engine.services.mail.ended_links import leads_nowhere
from rules.messages import Message, Text

SENT = "sent"
NOTHING_TO_SEND = "nothing to send"
LEADS_NOWHERE = "leads nowhere any more"

UNREADABLE = Text(
    "What it says was encrypted with another RELEVO_SECRET_KEY: bring that key back.",
    "Lo que dice se cifró con otra RELEVO_SECRET_KEY: recupera esa clave.",
)
ENDED = Text("Not sent: what it leads to has ended.", "No se envió: aquello a lo que lleva ya ha terminado.")


def deliver_mail(app: Application, job: Job) -> str:
    """Send the mail of a job, unless it was sent or called off meanwhile, or what it leads to has ended.

    Raises MailRefused, MailUnavailable.
    """
    with app.reading() as uow:
        mail = _find(uow, job)
        logo = None if mail is None else _logo(uow, mail)
        has_ended = mail is not None and leads_nowhere(uow, mail, app.clock.now())
    if mail is not None and not mail.can_be_read and _is_to_be_sent(mail):
        raise MailUnavailable(Message("unreadable", UNREADABLE))
    if mail is None or mail.content is None or not _is_to_be_sent(mail):
        return NOTHING_TO_SEND
    if has_ended:
        return LEADS_NOWHERE
    app.mail.send(mail, app.base_url, logo)
    return SENT


def keep_attempt(app: Application, uow: UnitOfWork, job: Job, state: JobState, note: str, error: Sentence | None) -> None:
    """Write with the end of an attempt what became of its mail: so a mail counts as sent exactly when its job is done."""
    mail = _find(uow, job, for_change=True)
    if mail is None or not _is_to_be_sent(mail):
        return
    tried = replace(mail, attempts=job.attempts, last_error=error)
    if state is JobState.DEAD:
        tried = replace(tried, state=MailState.FAILED)
    elif state is JobState.DONE and note == LEADS_NOWHERE:
        tried = replace(tried, state=MailState.FAILED, last_error=Sentence.of(ENDED))
    elif state is JobState.DONE and note == SENT:
        kept = None if mail.kind.has_one_time_link else mail.content
        tried = replace(tried, state=MailState.SENT, sent_at=app.clock.now(), content=kept)
    uow.mails.update(tried)


def _logo(uow: UnitOfWork, mail: Mail) -> StoreLogo | None:
    brand = None if mail.content is None else mail.content.brand
    return None if brand is None or brand.store_id is None else uow.stores.find_logo(mail.account_id, brand.store_id)


def _is_to_be_sent(mail: Mail) -> bool:
    return mail.state is MailState.WAITING and not mail.for_digest


def _find(uow: UnitOfWork, job: Job, *, for_change: bool = False) -> Mail | None:
    try:
        return uow.mails.get(job.account_id, str(job.payload["mail_id"]), for_change=for_change)
    except NotFound:  # it was too old to be kept
        return None
