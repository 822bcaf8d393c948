"""The mails that somebody wants together: one in the morning of each day on which there are any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import User
from engine.model.ids import new_id
from engine.model.mail import Mail, MailContent, MailKind, MailLink, MailReader, MailState
from engine.ports import UnitOfWork
from engine.services.mail.post_mail import sending_job
from engine.services.mail.reader_language import language_of
from rules.messages import Text

MORNING = 7  # o'clock, where the person is

SUBJECT = Text("Your mails of today ({count})", "Tus correos de hoy ({count})")
YOUR_MAILS = Text("Your mails, and when you want them", "Tus correos y cuándo los quieres")


def make_digests(app: Application) -> int:
    """Put together what waits for people for whom it has become morning since; for how many people that was."""
    now = app.clock.now()
    with app.reading() as uow:
        due = [reader for reader in uow.mails.list_readers() if _is_due(uow, reader, now)]
    return sum(_make_digest(app, reader, now) for reader in due)


def zone_of_person(uow: UnitOfWork, user: User) -> ZoneInfo:
    """Where somebody reads their mails."""
    return ZoneInfo(user.time_zone or uow.accounts.get(user.account_id).time_zone)


def last_morning(zone: ZoneInfo, now: datetime) -> datetime:
    """The last moment at which it was morning there, in that zone."""
    day = now.astimezone(zone).date()
    while (at := datetime(day.year, day.month, day.day, MORNING, tzinfo=zone)) > now:
        day -= timedelta(days=1)
    return at


def _is_due(uow: UnitOfWork, reader: MailReader, now: datetime) -> bool:
    """Also of somebody who has left, for whom nothing has to wait any more."""
    user = uow.users.find(reader.account_id, reader.user_id)
    return user is None or reader.waiting_since < last_morning(zone_of_person(uow, user), now)


def _make_digest(app: Application, reader: MailReader, now: datetime) -> bool:
    """The key of the job that sends it names person and day: however many nodes try, one of them makes it."""
    with app.unit_of_work() as uow:
        user = uow.users.find(reader.account_id, reader.user_id)
        if user is None:
            uow.mails.drop_for_digest(reader.account_id, reader.user_id)
            uow.commit()
            return False
        morning = last_morning(zone_of_person(uow, user), now)
        mails = uow.mails.take_for_digest(reader.account_id, reader.user_id, morning.astimezone(UTC))
        digest = _digest(app, user, mails, now)
        job = sending_job(digest, now, key=f"digest:{reader.user_id}@{morning.date().isoformat()}")
        if not mails or not uow.jobs.add_many([job]):
            return False
        uow.mails.add(digest)
        for mail in mails:
            uow.mails.update(replace(mail, state=MailState.SENT, for_digest=False, sent_at=now))
        uow.commit()
    return True


def _digest(app: Application, user: User, mails: list[Mail], now: datetime) -> Mail:
    language = language_of(user)
    paragraphs = tuple(paragraph for mail in mails for paragraph in _paragraphs(mail, app.base_url))
    link = MailLink(YOUR_MAILS.format(language), "/settings/mail")
    return Mail(
        id=new_id("mai"),
        account_id=user.account_id,
        to_address=user.email,
        kind=MailKind.DIGEST,
        language=language,
        created_at=now,
        content=MailContent(SUBJECT.format(language, count=len(mails)), paragraphs, link),
        user_id=user.id,
        reader_account_id=user.account_id,
    )


def _paragraphs(mail: Mail, base_url: str) -> Iterator[str]:
    """A mail as a part of the digest; the digest has one link of its own, so the addresses of the others are written out."""
    if mail.content is None:
        return
    yield f"■ {mail.content.subject}"
    yield from mail.content.paragraphs
    if mail.content.link is not None:
        yield f"{mail.content.link.label}: {mail.content.address(base_url)}"
