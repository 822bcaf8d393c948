"""What is to be done next, as the top of an order's page shows it: a sentence, whose turn it is, and the button that cures it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from flask import url_for
from flask_babel import gettext, lazy_gettext

from adapters.web.language import page_language
from adapters.web.wording import JOB_KINDS, in_words
from engine.services.attention.next_action import Cause, Cure, NextAction, Owner
from engine.services.deciding.account_names import AccountNames

LABELS: Mapping[Cure, Any] = {
    Cure.ANSWER: lazy_gettext("Answer"),
    Cure.RELEASE: lazy_gettext("Release"),
    Cure.CHOOSE_SERVICE: lazy_gettext("Choose another service"),
    Cure.CORRECT_ADDRESS: lazy_gettext("Correct the address"),
    Cure.CHOOSE_PROVIDER: lazy_gettext("Choose a provider"),
    Cure.RECALL: lazy_gettext("Recall"),
    Cure.WRITE: lazy_gettext("Write to the provider"),
    Cure.DECIDE_ANEW: lazy_gettext("Decide anew"),
    Cure.CONFIGURE_SHIPMENT: lazy_gettext("Configure shipment"),
    Cure.SHIP_BY_HAND: lazy_gettext("Ship by hand"),
    Cure.SEE_SHIPMENT: lazy_gettext("See the shipment"),
    Cure.TELL_AGAIN: lazy_gettext("Tell the store again"),
    Cure.ANSWER_PARTS: lazy_gettext("Say when"),
    Cure.MAIL_AGAIN: lazy_gettext("Send the mail again"),
}
OWNERS: Mapping[Owner, Any] = {
    Owner.ACCOUNT: lazy_gettext("your turn"),
    Owner.STORE: lazy_gettext("the store's turn"),
    Owner.CARRIER: lazy_gettext("the carrier's turn"),
    Owner.RELEVO: lazy_gettext("goes on by itself"),
}
# Causes that say what a flag says; a flag without its cause explains itself.
FLAGS_TOLD = frozenset(
    ("needs_attention", "asks_parts", "outdated", "invalid_service", "overdue", "delivery_problem", "change_requested")
)
_FORMS: Mapping[Cure, str] = {
    Cure.RELEASE: "orders.release",
    Cure.DECIDE_ANEW: "orders.reprocess",
    Cure.RECALL: "orders.recall_one",
    Cure.TELL_AGAIN: "orders.retry_write_back",
    Cure.MAIL_AGAIN: "orders.send_buyer_mail",
}


@dataclass(frozen=True, slots=True)
class Places:
    """What the page has at the moment: a link leads nowhere else."""

    ids: frozenset[str] = frozenset()

    def of(self, *wanted: str) -> str:
        """The first of these places that is there, else the last."""
        return next((one for one in wanted if one in self.ids), wanted[-1])


@dataclass(frozen=True, slots=True)
class ShownCure:
    """A form that is sent with these fields, or else a place on the page."""

    label: str
    action: str = ""
    fields: Mapping[str, str] = field(default_factory=dict)
    place: str = ""


@dataclass(frozen=True, slots=True)
class ShownAction:
    """One thing to do, or to wait for."""

    cause: str
    reason: str
    turn: str
    since: datetime
    until: datetime | None
    needs_person: bool
    cures: tuple[ShownCure, ...]
    rules: tuple[tuple[str, str], ...]  # ids and names of those it comes from


def shown_actions(order_id: str, actions: Sequence[NextAction], names: AccountNames, places: Places) -> tuple[ShownAction, ...]:
    """In the order given; a button that stands above already is not repeated."""
    shown: list[ShownAction] = []
    offered: list[ShownCure] = []
    for action in actions:
        cures = [_cure(order_id, cure, action, places) for cure in (action.cure, action.other_cure) if cure is not None]
        shown.append(_shown(action, tuple(one for one in cures if one not in offered), names))
        offered += cures
    return tuple(shown)


def _shown(action: NextAction, cures: tuple[ShownCure, ...], names: AccountNames) -> ShownAction:
    reason = action.reason.format(page_language())
    if action.cause is Cause.GIVEN_UP:
        reason = f"{in_words(JOB_KINDS, action.detail)}: {reason}"
    turn = action.who if action.owner in (Owner.PROVIDER, Owner.CLIENT) and action.who else str(OWNERS.get(action.owner, ""))
    return ShownAction(
        cause=action.cause.value,
        reason=reason,
        turn=gettext("%(name)s's turn", name=turn) if turn and turn == action.who else turn,
        since=action.since,
        until=action.until,
        needs_person=action.needs_person,
        cures=cures,
        rules=tuple((rule, names.rule(rule)) for rule in action.rules),
    )


def _cure(order_id: str, cure: Cure, action: NextAction, places: Places) -> ShownCure:
    label = str(LABELS[cure])
    if cure in _FORMS:
        return ShownCure(label, url_for(_FORMS[cure], order_id=order_id), _fields(cure, action))
    match cure:
        case Cure.CHOOSE_SERVICE:
            place = places.of("fields", "configure-shipment", "order-fields")
        case Cure.CORRECT_ADDRESS:
            place = places.of("fields", "order-fields")
        case Cure.CHOOSE_PROVIDER:
            place = places.of("delegate", "requests", "order-acts")
        case Cure.CONFIGURE_SHIPMENT:
            place = places.of("configure-shipment", "order-acts")
        case Cure.SHIP_BY_HAND:
            place = places.of("ship-by-hand", "order-acts")
        case Cure.SEE_SHIPMENT:
            place = "shipments"
        case Cure.ANSWER_PARTS:
            place = "parts"
        case _:
            place = "requests"
    return ShownCure(label, place=place)


def _fields(cure: Cure, action: NextAction) -> dict[str, str]:
    match cure:
        case Cure.RELEASE if action.cause is Cause.HELD:
            return {"hold": action.subject}
        case Cure.RECALL:
            return {"request": action.subject}
        case Cure.MAIL_AGAIN:
            return {"shipment": action.subject, "mail": action.detail}
    return {}
