"""The mails that an account has written, and those that a person got."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from engine.application import Application
from engine.model.account import Account, User
from engine.model.audit import AuditEntry
from engine.model.job import PERSON_WAITS
from engine.model.mail import Mail, MailEntry, MailState, mail_key
from engine.ports import NotFound, UnitOfWork
from engine.services.accounts.acting import NOT_OF_ACCOUNT, find_account
from engine.services.accounts.people import NOT_AN_ADMIN, OPERATOR
from engine.services.mail.post_mail import sending_job
from engine.services.refusals import Refused
from rules.messages import Text

PAGE = 500

NO_MAIL = Text('There is no mail "{mail}" in this account.', 'No existe el correo "{mail}" en esta cuenta.')
STILL_WAITING = Text("This mail has not been sent yet; that happens by itself.", "Este correo aún no se ha enviado; ocurre solo.")
UNREADABLE = Text(
    "What this mail says cannot be read: it was encrypted with another RELEVO_SECRET_KEY. Bring that key back, then send it.",
    "Lo que dice este correo no se puede leer: se cifró con otra RELEVO_SECRET_KEY. Recupera esa clave y envíalo después.",
)
NOT_KEPT = Text(
    "What this mail said is no longer kept, because it held a link that lets somebody in: ask for a new one.",
    "Lo que decía este correo ya no se guarda, porque llevaba un enlace que da acceso: pide uno nuevo.",
)


def list_mails(app: Application, account_id: str, *, after: str | None = None, limit: int = PAGE) -> list[MailEntry]:
    """What an account has written, newest first, from the one on that comes after another."""
    with app.reading() as uow:
        return uow.mails.list_entries(account_id, after=after, limit=limit)


def list_all_mails(app: Application, account_id: str) -> list[MailEntry]:
    """All that an account has written, newest first."""
    found: list[MailEntry] = []
    while part := list_mails(app, account_id, after=found[-1].id if found else None):
        found += part
    return found


def list_own_mails(app: Application, user: User, *, limit: int) -> list[Mail]:
    """The newest that a person got, with what they say."""
    with app.reading() as uow:
        return uow.mails.list_to(user.account_id, user.id, after=None, limit=limit)


def account_for(app: Application, slug: str, by: str | None) -> tuple[Account, str]:
    """An account, and who the audit trail names: the operator, or an admin on whose behalf they act. Raises Refused."""
    with app.reading() as uow:
        account = find_account(uow, slug)
        people = uow.users.list_for(account.id)
    if by is None:
        return account, OPERATOR
    found = next((user for user in people if user.email.lower() == by.strip().lower()), None)
    if found is None:
        raise Refused("nobody", NOT_OF_ACCOUNT, email=by, slug=slug)
    if not found.is_admin:
        raise Refused("not_an_admin", NOT_AN_ADMIN, email=by, slug=slug)
    return account, found.id


def send_again(app: Application, account_id: str, mail_id: str, actor: str) -> None:
    """Send a mail that has failed, or was sent, once more, as the same mail. Raises Refused."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        try:
            mail = uow.mails.get(account_id, mail_id, for_change=True)
        except NotFound:
            raise Refused("no_mail", NO_MAIL, mail=mail_id) from None
        if mail.state is MailState.WAITING:
            raise Refused("still_waiting", STILL_WAITING)
        if not mail.can_be_read:
            raise Refused("unreadable", UNREADABLE)
        if mail.content is None:
            raise Refused("not_kept", NOT_KEPT)
        again = replace(mail, state=MailState.WAITING, attempts=0, last_error=None, sent_at=None)
        uow.mails.update(again)
        make_due(uow, again, now)
        uow.audit.append([AuditEntry(account_id, now, actor, "mail.sent_again", mail.id)])
        uow.commit()


def make_due(uow: UnitOfWork, mail: Mail, now: datetime) -> None:
    """Have a mail that a person waits for sent by the job that it had before, or by a new one."""
    job = uow.jobs.find(mail.account_id, mail_key(mail.id))
    if job is None:
        uow.jobs.upsert_due(sending_job(mail, now, priority=PERSON_WAITS))
    else:
        uow.jobs.upsert_due(replace(job, not_before=now, priority=PERSON_WAITS))
