"""Entries of the inbox as the page shows them: what to do about each, and where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import g, url_for
from flask_babel import gettext, lazy_gettext

from adapters.web.language import page_language
from adapters.web.orders.next_steps import LABELS, ShownCure
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.wording import JOB_KINDS, in_words
from engine.model.inbox import InboxCounts, InboxEntry, InboxKind
from engine.model.job import JobKind
from engine.model.write_back import ASKS_PARTS
from engine.services.attention.inbox import count_inbox
from engine.services.attention.inbox_words import KINDS, entry_words, what_of
from engine.services.attention.next_action import Cure

LOOK = lazy_gettext("Look at the order")
_ON_ORDER: Mapping[InboxKind, tuple[Any, str]] = {  # the link's words, and the place on the order's page
    InboxKind.CLIENT_ASKS: (LABELS[Cure.ANSWER], "requests"),
    InboxKind.REJECTED: (LABELS[Cure.CHOOSE_PROVIDER], "delegate"),
    InboxKind.OVERDUE: (LABELS[Cure.WRITE], "requests"),
    InboxKind.HELD: (LABELS[Cure.RELEASE], "next"),
    InboxKind.UNKNOWN_LABEL: (LABELS[Cure.SEE_SHIPMENT], "shipments"),
    InboxKind.DELIVERY_PROBLEM: (LABELS[Cure.SEE_SHIPMENT], "shipments"),
}


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One line: what it is about, why it stands still, since when, who has it, and what cures it."""

    id: str
    kind: str
    what: str
    address: str  # of what it is about; empty where it has no page
    reason: str
    since: datetime
    assignee: str
    assignee_id: str | None
    snoozed_until: datetime | None
    done_at: datetime | None
    cure: ShownCure | None


@dataclass(frozen=True, slots=True)
class Badge:
    """How many entries are open, as a number beside a link."""

    count: str = ""
    label: str = ""
    counts: InboxCounts | None = field(default=None, repr=False)


def badge() -> Badge:
    """Counted once a request, however often the page asks."""
    if "inbox_badge" not in g:
        person = this_person()
        counts = count_inbox(parts().app, person.account, person.user.id)
        g.inbox_badge = Badge(shown_count(counts), gettext("open in the inbox"), counts)
    found: Badge = g.inbox_badge
    return found


def shown_count(counts: InboxCounts) -> str:
    """Nothing for none; with a plus sign where not all were counted."""
    most = counts.limit - 1
    return f"{most}+" if counts.is_cut or counts.total > most else str(counts.total) if counts.total else ""


def shown_entry(entry: InboxEntry) -> ShownEntry:
    """In the language of the page."""
    reason = entry_words(entry).format(page_language())
    if entry.kind is InboxKind.FAILED_JOB:
        reason = f"{in_words(JOB_KINDS, entry.detail)}: {reason}"
    mark = entry.mark
    return ShownEntry(
        id=entry.id,
        kind=KINDS[entry.kind].format(page_language()),
        what=in_words(JOB_KINDS, entry.detail) if _is_bare_job(entry) else what_of(entry),
        address=_address(entry),
        reason=reason,
        since=entry.since,
        assignee=entry.assignee_email,
        assignee_id=None if mark is None else mark.assignee,
        snoozed_until=None if mark is None else mark.snoozed_until,
        done_at=None if mark is None else mark.done_at,
        cure=_cure(entry),
    )


def _is_bare_job(entry: InboxEntry) -> bool:
    return entry.kind is InboxKind.FAILED_JOB and entry.order_id is None


def _address(entry: InboxEntry) -> str:
    if entry.order_id is not None:
        return url_for("orders.show", order_id=entry.order_id)
    match entry.kind:
        case InboxKind.CARRIER_REFUSES:
            page = "change_carrier" if this_person().user.is_admin else "carrier_account"
            return url_for(f"settings.{page}", carrier_account_id=entry.subject)
        case InboxKind.PROVIDER_FAILS:
            return url_for("connections.show", connection_id=entry.subject)
    return "" if entry.store_id is None else url_for("stores.show", store_id=entry.store_id)


def _cure(entry: InboxEntry) -> ShownCure | None:
    """One form or one link; None where nothing but saying that it is done is left."""
    order = "" if entry.order_id is None else url_for("orders.show", order_id=entry.order_id)
    if entry.kind in _ON_ORDER:
        words, place = _ON_ORDER[entry.kind]
        return ShownCure(str(words), place=f"{order}#{place}")
    match entry.kind:
        case InboxKind.NOT_TOLD:
            return _telling(entry, order)
        case InboxKind.PARKED:
            return ShownCure(gettext("See what is parked"), place=url_for("orders.parked"))
        case InboxKind.NOT_IMPORTED:
            return ShownCure(gettext("Open the store"), place=url_for("stores.show", store_id=entry.store_id))
        case InboxKind.REFUSED_CREDENTIALS:
            page = "stores.reconnect" if this_person().may_change_stores else "stores.show"
            words = gettext("Log in again") if this_person().may_change_stores else gettext("Open the store")
            return ShownCure(words, place=url_for(page, store_id=entry.store_id))
        case InboxKind.DIFFERENCE:
            kind = entry.detail.partition(":")[0]
            place = url_for("reconciliation.show", store_id=entry.store_id, kind=kind)
            return ShownCure(gettext("See the differences"), place=place)
        case InboxKind.CARRIER_REFUSES:
            return ShownCure(gettext("Change the log-in"), place=_address(entry))
        case InboxKind.PROVIDER_FAILS:
            return ShownCure(gettext("Test the connection"), place=_address(entry))
        case InboxKind.INVALID_RULE:
            return ShownCure(gettext("See the rule"), place=url_for("rules.health"))
    if order:
        return ShownCure(str(LOOK), place=order)
    return ShownCure(gettext("See the mails"), place=url_for("mail.index")) if entry.detail == JobKind.EMAIL.value else None


def _telling(entry: InboxEntry, order: str) -> ShownCure:
    if entry.detail == ASKS_PARTS:
        return ShownCure(str(LABELS[Cure.ANSWER_PARTS]), place=f"{order}#parts")
    if entry.detail == JobKind.BUYER_EMAIL.value:
        return ShownCure(str(LABELS[Cure.MAIL_AGAIN]), place=f"{order}#shipments")
    return ShownCure(str(LABELS[Cure.TELL_AGAIN]), url_for("orders.retry_write_back", order_id=entry.order_id))
