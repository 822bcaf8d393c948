"""All that happened to an order, in words: who, what, and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext
from markupsafe import Markup

from adapters.web.formatting import NOTHING, field_name, nested, plain_value
from adapters.web.history_wording import AUDIT_ACTIONS
from adapters.web.labels.shown import without_ids
from adapters.web.language import page_language
from adapters.web.orders.sections import is_closing, value_in_words
from adapters.web.wording import JOB_KINDS, JOB_STATES, STATUSES, TRIGGERS, actor_name, closing_words, in_words
from engine.model.audit import AuditEntry
from engine.model.reject_reasons import REJECT_REASONS
from engine.model.store_kind import StoreKind
from engine.model.timeline import TimelineEntry, TimelineKind, TimelinePage, TimelineSource
from engine.model.tracking import TRACKING_WORDS, TrackingState
from engine.model.transitions import Side
from engine.services.deciding.account_names import AccountNames
from engine.services.deciding.ship_to_check import CHECKED_HERE

SHOWN_ON_ORDER, ON_A_PAGE = 20, 50
_OF_FIELDS = ("order.edited", "order.edit_undone")  # what they keep are fields of the order with their values
KINDS: Mapping[TimelineKind, Any] = {
    TimelineKind.STORE: lazy_gettext("Store"),
    TimelineKind.DECISION: lazy_gettext("Decisions"),
    TimelineKind.PERSON: lazy_gettext("By hand"),
    TimelineKind.HOLD: lazy_gettext("Holds"),
    TimelineKind.PROVIDER: lazy_gettext("Provider and client"),
    TimelineKind.SHIPMENT: lazy_gettext("Labels and shipments"),
    TimelineKind.TRACKING: lazy_gettext("On the way"),
    TimelineKind.TOLD: lazy_gettext("Store and buyer told"),
    TimelineKind.ALERT: lazy_gettext("Alerts"),
}


@dataclass(frozen=True, slots=True)
class Parties:
    """Who may have done something, as the reader's account calls them."""

    names: AccountNames
    kind: StoreKind
    store: str = ""
    provider: str = ""  # the one that the order is about, where there is one alone
    client: str = ""

    def who(self, actor: str) -> str:
        """A person, a rule, the store, the provider or the client by name; else what kind of actor it is."""
        kind, _, slug = actor.partition(":")
        if kind == "provider" and slug:
            return self.names.provider(slug)
        named = {"import": self.store, "provider": self.provider, "client": self.client}.get(actor)
        if actor.startswith("usr_") and actor not in self.names.people:  # of the other side, or not here any more
            return self.client or gettext("somebody")
        return named or actor_name(actor, self.names.people, self.names.rules)


@dataclass(frozen=True, slots=True)
class ShownEntry:
    """One line of the history. `before` and `after` are values in words; `rules` ids and names; `decision` an address."""

    at: datetime
    kind: str
    what: str
    who: str = ""
    before: Markup | str = ""
    after: Markup | str = ""
    said: str = ""
    rules: tuple[tuple[str, str], ...] = ()
    decision: str = ""


@dataclass(frozen=True, slots=True)
class ShownHistory:
    """A page of it. `older` is the address of the next one; `filters` are names with addresses, and whether it is this one."""

    entries: tuple[ShownEntry, ...]
    older: str | None
    filters: tuple[tuple[str, str, bool], ...]


def shown_history(
    order_id: str, page: TimelinePage, parties: Parties, chosen: TimelineKind | None = None, *, is_part: bool = False
) -> ShownHistory:
    """`is_part`: of the order's own page, which shows the newest alone."""
    entries = tuple(_shown(order_id, entry, parties) for entry in page.entries)
    older = None if page.before is None else _address(order_id, chosen, str(page.before))
    filters = [(gettext("Everything"), _address(order_id, None), chosen is None)]
    filters += [(str(words), _address(order_id, kind), chosen is kind) for kind, words in KINDS.items()]
    return ShownHistory(entries, older, tuple(filters) if entries or not is_part else ())


def _address(order_id: str, kind: TimelineKind | None, before: str | None = None) -> str:
    return url_for("orders.history", order_id=order_id, only=None if kind is None else kind.value, before=before)


def _shown(order_id: str, entry: TimelineEntry, parties: Parties) -> ShownEntry:
    kind = "" if entry.kind is None else str(KINDS[entry.kind])
    match entry.place.source:
        case TimelineSource.DECISION:
            return _decision(order_id, entry, kind, parties)
        case TimelineSource.MESSAGE:
            return ShownEntry(entry.at, kind, gettext("Message"), _writer(entry, parties), said=_said(entry))
        case TimelineSource.JOB:
            state = in_words(JOB_STATES, entry.after)
            return ShownEntry(entry.at, kind, in_words(JOB_KINDS, entry.action), after=state, said=_said(entry))
        case TimelineSource.TRACKING:
            where = " · ".join(filter(None, (str(entry.before or ""), str(entry.after or ""))))
            words = _said(entry) or TRACKING_WORDS[TrackingState(entry.action)].format(page_language())
            return ShownEntry(entry.at, kind, words, said=where)
        case TimelineSource.ALERT:
            return ShownEntry(entry.at, kind, gettext("Alert"), said=_said(entry))
    return _audit(entry, kind, parties)


def _decision(order_id: str, entry: TimelineEntry, kind: str, parties: Parties) -> ShownEntry:
    fired: Sequence[str] = entry.after or ()
    address = url_for("orders.show", order_id=order_id, decision=entry.place.key, _anchor="decision")
    what = gettext("Rules run %(when)s", when=in_words(TRIGGERS, entry.action))
    said = "" if fired else gettext("No rule fired.") if entry.before else gettext("no rules were published")
    return ShownEntry(
        entry.at, kind, what, said=said, rules=tuple((rule, parties.names.rule(rule)) for rule in fired), decision=address
    )


def _for_people(value: Any) -> Any:
    """Without what only the product notes down."""
    if isinstance(value, Mapping):
        return {name: _for_people(part) for name, part in value.items() if name != CHECKED_HERE}
    return [_for_people(part) for part in value] if isinstance(value, list) else value


def _writer(entry: TimelineEntry, parties: Parties) -> str:
    """A colleague by address; of the other side no more than which company it is."""
    if entry.actor in parties.names.people:
        return parties.names.people[entry.actor]
    return parties.who("client" if entry.before == Side.MERCHANT.value else "provider")


def _audit(entry: TimelineEntry, kind: str, parties: Parties) -> ShownEntry:
    kept = without_ids(AuditEntry("", entry.at, entry.actor, entry.action, "", entry.before, entry.after))

    def word(value: Any) -> Markup | str:
        if isinstance(value, str) and value in STATUSES:  # first: a reason may be called as a status is
            return in_words(STATUSES, value)
        if isinstance(value, str) and is_closing(parties.kind, value):
            return closing_words(parties.kind, value)
        if isinstance(value, str) and value in REJECT_REASONS:
            return REJECT_REASONS[value].format(page_language())
        if isinstance(value, str) and value in parties.names.providers:
            return parties.names.provider(value)
        return plain_value(value)

    def words(value: Any) -> Markup | str:
        if entry.action in _OF_FIELDS and isinstance(value, Mapping):
            return _fields(value, parties.names)
        if isinstance(value, list) and len(value) == 2 and value[0] in STATUSES and is_closing(parties.kind, str(value[1])):
            return f"{in_words(STATUSES, value[0])}, {closing_words(parties.kind, value[1])}"
        return nested(_for_people(value), word)

    return ShownEntry(
        entry.at,
        kind,
        in_words(AUDIT_ACTIONS, entry.action),
        parties.who(entry.actor),
        "" if kept.before is None or kept.before == kept.after else words(kept.before),
        "" if kept.after is None or kept.before == kept.after else words(kept.after),
    )


def _fields(values: Mapping[str, Any], names: AccountNames) -> Markup | str:
    told = ((field_name(name), value_in_words(name, value, {}, names)) for name, value in values.items())
    return Markup("; ").join(Markup("<span>{}: {}</span>").format(name, value) for name, value in told) or NOTHING


def _said(entry: TimelineEntry) -> str:
    return "" if entry.said is None else entry.said.format(page_language())
