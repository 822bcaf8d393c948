"""Writes a mail in the transaction that wants it. It leaves by a job of its own, when and if its reader wants it."""

from __future__ import annotations

from datetime import datetime

from engine.application import Application
from engine.model.ids import new_id
from engine.model.job import ORDINARY, PERSON_WAITS, Job, JobKind
from engine.model.mail import Mail, MailContent, MailKind, MailMode, Recipient, mail_key
from engine.ports import UnitOfWork


def post_mail(
    app: Application,
    uow: UnitOfWork,
    *,
    account_id: str,
    to: Recipient,
    kind: MailKind,
    content: MailContent,
    mail_id: str | None = None,
) -> Mail | None:
    """Write a mail that leaves once this transaction is committed; None where its reader wants none of the kind.

    `account_id` is the account that writes and whose admins see that it did. Who may be repeated gives the mail an id that is
    always the same: a mail that is there already is not written again.
    """
    mode, now = _mode(uow, account_id, to, kind), app.clock.now()
    if mode is MailMode.OFF:
        return None
    mail = Mail(
        id=mail_id or new_id("mai"),
        account_id=account_id,
        to_address=to.address.strip(),
        kind=kind,
        language=to.language,
        created_at=now,
        content=content,
        user_id=to.user_id,
        reader_account_id=None if to.user_id is None else to.account_id or account_id,
        for_digest=mode is MailMode.DAILY,
    )
    if uow.mails.add(mail) and not mail.for_digest:
        uow.jobs.add_many([sending_job(mail, now)])
    return mail


def sending_job(mail: Mail, now: datetime, *, key: str | None = None, priority: int | None = None) -> Job:
    """The job that sends a mail. Who waits for a link to enter by goes first."""
    if priority is None:
        priority = PERSON_WAITS if mail.kind.has_one_time_link else ORDINARY
    return Job(
        id=new_id("job"),
        account_id=mail.account_id,
        kind=JobKind.BUYER_EMAIL if mail.kind.is_for_buyers else JobKind.EMAIL,
        key=key or mail_key(mail.id),
        payload={"mail_id": mail.id},
        created_at=now,
        not_before=now,
        priority=priority,
    )


def _mode(uow: UnitOfWork, account_id: str, to: Recipient, kind: MailKind) -> MailMode:
    if to.user_id is None or not kind.can_be_switched_off:
        return MailMode.AT_ONCE
    return uow.mail_preferences.modes_of(to.account_id or account_id, to.user_id).get(kind, MailMode.AT_ONCE)
