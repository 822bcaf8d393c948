"""The inbox: what stands still until a person acts. People take it up, put it off, or say that it is done.

Nothing is kept of an entry but what people said: it is there as long as its cause, and ends with it by itself.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.account import Account, User
from engine.model.audit import AuditEntry
from engine.model.inbox import InboxCounts, InboxEntry, InboxMark, InboxView, parse_entry_id
from engine.ports import UnitOfWork
from engine.services.accounts.acting import NOT_OF_ACCOUNT
from engine.services.attention.inbox_mails import tell_assigned
from engine.services.fulfillment.hold_order import parse_end
from engine.services.refusals import Refused
from rules.messages import Text

ON_A_PAGE = 50
COUNTED = 100  # of each kind: what a number beside a link has room for
MARKS_ARE_KEPT = timedelta(days=30)  # after their cause has ended; it may come back for a moment

NO_ENTRY = Text(
    "This needs nobody any more, or never did: `inbox list` shows what does.",
    "Esto ya no requiere a nadie, o nunca lo hizo: `inbox list` muestra lo pendiente.",
)
Say = Callable[[UnitOfWork, InboxMark], InboxMark]


def count_inbox(app: Application, account: Account, user_id: str) -> InboxCounts:
    """How many entries are open, and how many of them are a person's: one statement."""
    now = app.clock.now()
    with app.reading() as uow:
        return uow.inbox.count(account.id, user_id, now, account.held_before(now), COUNTED)


def list_inbox(
    app: Application,
    account: Account,
    view: InboxView,
    *,
    after: tuple[datetime, str] | None = None,
    limit: int = ON_A_PAGE,
) -> list[InboxEntry]:
    """The oldest first, from the one on that comes after another by its time and id: one statement."""
    now = app.clock.now()
    with app.reading() as uow:
        return uow.inbox.list_entries(account.id, view, now, account.held_before(now), after=after, limit=limit)


def list_whole_inbox(app: Application, account: Account, view: InboxView) -> list[InboxEntry]:
    """All of them, the oldest first."""
    found: list[InboxEntry] = []
    while part := list_inbox(app, account, view, after=_place(found), limit=500):
        found += part
    return found


def _place(found: list[InboxEntry]) -> tuple[datetime, str] | None:
    return (found[-1].since, found[-1].id) if found else None


def assign(app: Application, account_id: str, entry_id: str, email: str | None, actor: str) -> InboxMark:
    """Have a person of the account take an entry up, or nobody; whoever gets it from another is told. Raises Refused."""

    def say(uow: UnitOfWork, mark: InboxMark) -> InboxMark:
        return replace(mark, assignee=None if email is None else _person(uow, account_id, email).id)

    return _say(app, account_id, entry_id, actor, "inbox.assigned", say, tells=True)


def snooze(app: Application, account_id: str, entry_id: str, until: str, zone: ZoneInfo, actor: str) -> InboxMark:
    """Put an entry off until a day or a time in a zone. Raises Refused."""
    end = parse_end(until, zone, app.clock.now())
    return _say(app, account_id, entry_id, actor, "inbox.snoozed", lambda _, mark: replace(mark, snoozed_until=end, done_at=None))


def set_done(app: Application, account_id: str, entry_id: str, actor: str) -> InboxMark:
    """Say that an entry needs nobody any more; it comes back only if its cause happens anew. Raises Refused."""
    now = app.clock.now()
    return _say(app, account_id, entry_id, actor, "inbox.done", lambda _, mark: replace(mark, done_at=now))


def reopen(app: Application, account_id: str, entry_id: str, actor: str) -> InboxMark:
    """Take back that an entry is done, or put off. Raises Refused."""
    return _say(
        app, account_id, entry_id, actor, "inbox.reopened", lambda _, mark: replace(mark, snoozed_until=None, done_at=None)
    )


def _say(
    app: Application, account_id: str, entry_id: str, actor: str, action: str, say: Say, *, tells: bool = False
) -> InboxMark:
    """What people say is of this one cause: the account's row is locked, so that two of them are heard one after the other."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        account = uow.accounts.get(account_id, for_change=True)
        entry = _find(uow, account, entry_id, now)
        before = entry.mark or InboxMark(account_id, entry.kind, entry.subject, entry.since, now, actor)
        mark = say(uow, replace(before, said_at=now, actor=actor))
        if replace(mark, said_at=before.said_at, actor=before.actor) != before:
            uow.inbox.put_mark(mark)
            told = (_told(before), _told(mark))
            uow.audit.append([AuditEntry(account_id, now, actor, action, entry.order_id or entry.id, *told)])
            if tells and mark.assignee not in (None, actor, before.assignee):
                tell_assigned(app, uow, account.id, entry, str(mark.assignee), actor)
        uow.commit()
    app.wake.notify()
    return mark


def _told(mark: InboxMark) -> dict[str, str | None]:
    until = None if mark.snoozed_until is None else mark.snoozed_until.isoformat()
    done = None if mark.done_at is None else mark.done_at.isoformat()
    return {"entry": f"{mark.kind.value}:{mark.subject}", "assignee": mark.assignee, "until": until, "done": done}


def _find(uow: UnitOfWork, account: Account, entry_id: str, now: datetime) -> InboxEntry:
    parsed = parse_entry_id(entry_id)
    entry = None if parsed is None else uow.inbox.find(account.id, *parsed, now, account.held_before(now))
    if entry is None:
        raise Refused("no_entry", NO_ENTRY)
    return entry


def _person(uow: UnitOfWork, account_id: str, email: str) -> User:
    wanted = email.strip().lower()
    found = next((user for user in uow.users.list_for(account_id) if user.email.lower() == wanted), None)
    if found is None:
        raise Refused("nobody", NOT_OF_ACCOUNT, email=email, slug=uow.accounts.get(account_id).slug)
    return found


def forget_ended_marks(app: Application) -> int:
    """Forget what was said about causes that ended long ago; of how many."""
    now, forgotten = app.clock.now(), 0
    with app.reading() as uow:
        accounts = uow.accounts.list_all()
    for account in accounts:
        with app.unit_of_work() as uow:
            forgotten += uow.inbox.forget_ended(account.id, now, now - MARKS_ARE_KEPT)
            uow.commit()
    return forgotten
