"""The same as `tenant_calls`, about what is read of many orders together to say what is to be done about them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from typing import Any

from support.examples import NOON

from engine.model.inbox import InboxKind, InboxMark, InboxView

AFTER = NOON + timedelta(days=9)


def keep_mark(uow: Any, it: Any) -> None:
    """What somebody has said of a cause that has ended."""
    uow.inbox.put_mark(InboxMark(it.account.id, InboxKind.PARKED, it.name, NOON, NOON, it.name))


ATTENTION: Mapping[str, Callable[[Any, str, Any], object]] = {
    "Jobs.by_order": lambda uow, own, it: uow.jobs.by_order(own, [it.order.id]),
    "Jobs.list_last": lambda uow, own, it: uow.jobs.list_last(own, it.order.id, 9),
    "Alerts.by_order": lambda uow, own, it: uow.alerts.by_order(own, [it.order.id]),
    "Inbox.list_entries": lambda uow, own, it: uow.inbox.list_entries(own, InboxView(), AFTER, AFTER, limit=9),
    "Inbox.count": lambda uow, own, it: (
        uow.inbox.put_mark(InboxMark(own, InboxKind.HELD, it.order.id, NOON, NOON, "", it.user.id)),
        uow.inbox.count(own, it.user.id, AFTER, AFTER, 9).mine,
    ),
    "Inbox.find": lambda uow, own, it: uow.inbox.find(own, InboxKind.HELD, it.order.id, AFTER, AFTER),
    "Inbox.put_mark": lambda uow, own, it: (
        uow.inbox.put_mark(InboxMark(own, InboxKind.HELD, it.order.id, NOON, AFTER, "changed")),
        uow.inbox.list_entries(own, InboxView(), AFTER, AFTER, limit=9),
    ),
    "Inbox.forget_ended": lambda uow, own, it: uow.inbox.forget_ended(own, AFTER, AFTER),
}
