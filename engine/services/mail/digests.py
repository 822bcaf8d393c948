"""The mails that somebody wants together, and what needs a person: one mail in the morning of each day on which there is any."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import User
from engine.model.ids import new_id
from engine.model.mail import Mail, MailContent, MailKind, MailLink, MailMode, MailReader, MailState
from engine.ports import UnitOfWork
from engine.services.attention.inbox_mails import inbox_paragraphs
from engine.services.mail.post_mail import sending_job
from engine.services.mail.reader_language import language_of
from rules.messages import Text

MORNING = 7  # o'clock, where the person is
CAUGHT_UP = timedelta(hours=3)  # what needs a person is listed in the morning or not at all on that day

SUBJECT = Text("Your mails of today ({count})", "Tus correos de hoy ({count})")
INBOX_SUBJECT = Text("What needs a person today", "Lo que requiere intervención hoy")
UNREADABLE = Text(
    "What this mail said cannot be read any more: it was encrypted with another RELEVO_SECRET_KEY.",
    "Lo que decía este correo ya no se puede leer: se cifró con otra RELEVO_SECRET_KEY.",
)
YOUR_MAILS = Text("Your mails, and when you want them", "Tus correos y cuándo los quieres")


def make_digests(app: Application) -> int:
    """Put together what waits for people for whom it has become morning since; for how many people that was."""
    now = app.clock.now()
    with app.reading() as uow:
        due = [(one.account_id, one.user_id) for one in uow.mails.list_readers() if _is_due(uow, one, now)]
        wanting = uow.mail_preferences.list_wanting(MailKind.INBOX_LIST, MailMode.DAILY)
        due += [one for one in wanting if one not in due and _has_morning(uow, *one, now)]
    return sum(_make_digest(app, *one, now, lists_inbox=one in wanting) for one in due)


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


def _has_morning(uow: UnitOfWork, account_id: str, user_id: str, now: datetime) -> bool:
    """Whether it was morning lately for somebody who has had no digest since."""
    user = uow.users.find(account_id, user_id)
    if user is None:
        return False
    morning = last_morning(zone_of_person(uow, user), now)
    return now - morning < CAUGHT_UP and uow.jobs.find(account_id, _key(user_id, morning)) is None


def _key(user_id: str, morning: datetime) -> str:
    return f"digest:{user_id}@{morning.date().isoformat()}"


def _make_digest(app: Application, account_id: str, user_id: str, now: datetime, *, lists_inbox: bool) -> bool:
    """The key of the job that sends it names person and day: however many nodes try, one of them makes it."""
    with app.unit_of_work() as uow:
        user = uow.users.find(account_id, user_id)
        if user is None:
            uow.mails.drop_for_digest(account_id, user_id)
            uow.commit()
            return False
        zone = zone_of_person(uow, user)
        morning = last_morning(zone, now)
        mails = uow.mails.take_for_digest(account_id, user_id, morning.astimezone(UTC))
        inbox = list(inbox_paragraphs(uow, user, zone, now, app.base_url)) if lists_inbox else []
        digest = _digest(app, user, mails, inbox, now)
        job = sending_job(digest, now, key=_key(user_id, morning))
        if not (mails or inbox) or not uow.jobs.add_many([job]):
            return False
        uow.mails.add(digest)
        for mail in mails:
            uow.mails.update(replace(mail, state=MailState.SENT, for_digest=False, sent_at=now))
        uow.commit()
    return True


def _digest(app: Application, user: User, mails: list[Mail], inbox: list[str], now: datetime) -> Mail:
    language = language_of(user)
    paragraphs = (*inbox, *(paragraph for mail in mails for paragraph in _paragraphs(mail, app.base_url)))
    subject = SUBJECT.format(language, count=len(mails)) if mails else INBOX_SUBJECT.format(language)
    link = MailLink(YOUR_MAILS.format(language), "/settings/mail")
    return Mail(
        id=new_id("mai"),
        account_id=user.account_id,
        to_address=user.email,
        kind=MailKind.DIGEST,
        language=language,
        created_at=now,
        content=MailContent(subject, paragraphs, link),
        user_id=user.id,
        reader_account_id=user.account_id,
    )


def _paragraphs(mail: Mail, base_url: str) -> Iterator[str]:
    """A mail as a part of the digest; the digest has one link of its own, so the addresses of the others are written out."""
    if mail.content is None:
        if not mail.can_be_read:
            yield f"■ {mail.kind.label.format(mail.language)}"
            yield UNREADABLE.format(mail.language)
        return
    yield f"■ {mail.content.subject}"
    yield from mail.content.paragraphs
    if mail.content.link is not None:
        yield f"{mail.content.link.label}: {mail.content.address(base_url)}"
