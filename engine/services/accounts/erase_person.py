"""Erases one person from an account: from orders, what was decided about them, and everything that repeats it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from engine.application import Application
from engine.decide.erased import record_answers
from engine.decide.explain import explain
from engine.model.audit import AuditEntry
from engine.model.order import Order, OrderState, StoredDecision
from engine.model.order_history import OnceWrite
from engine.model.redaction import ERASED, PERSONAL, Redaction, personal_values, telling_values
from engine.ports import UnitOfWork
from engine.services.accounts.acting import find_account
from engine.services.accounts.rules_naming import RuleMention, rules_naming
from engine.services.deciding.explain_order import explainable
from engine.services.refusals import Refused
from rules.messages import Text

NOBODY = Text(
    "Say whom: an e-mail address of three characters or more, or a name.",
    "Di a quién: una dirección de correo de al menos tres caracteres, o un nombre.",
)
_FINISHED = frozenset({OrderState.SHIPPED, OrderState.CANCELLED})
_NAMES = ("customer.name", "ship_to.name", "bill_to.name")
_SHORTEST = 3


@dataclass(slots=True)
class Erased:
    """What was erased, or would be: how many of each; and what was left: orders that are still to ship, and rules."""

    orders: list[Order] = field(default_factory=list)
    still_open: list[Order] = field(default_factory=list)
    counts: dict[str, int] = field(default_factory=dict)
    mail_ids: list[str] = field(default_factory=list)
    shipment_ids: list[str] = field(default_factory=list)  # those with labels
    rules: list[RuleMention] = field(default_factory=list)  # that still name the person


def erase_person(
    app: Application, slug: str, *, email: str = "", name: str = "", actor: str = "operator", dry_run: bool = False
) -> Erased:
    """Erase whoever has this e-mail address, or is called so, from all finished orders of an account.

    Orders that are still to ship need the address, so they stay and are named in the answer, as rules are that name the person.
    Raises Refused.
    """
    email, name = email.strip(), name.strip()
    if max(len(email), len(name)) < _SHORTEST:
        raise Refused("nobody", NOBODY)
    with app.reading() as uow:
        account = find_account(uow, slug)
        earlier = {
            decision.order_id
            for wanted in filter(None, (email, name))
            for decision in uow.decisions.list_mentioning(account.id, wanted)
            if _says(decision.facts.get("order"), email, name)
        }
        matching = [order for order in uow.orders.stream(account.id) if order.id in earlier or _concerns(order, email, name)]
    result = Erased(still_open=[order for order in matching if order.state not in _FINISHED])
    with app.unit_of_work() as uow:
        uow.accounts.get(account.id, for_change=True)  # nobody changes a list by what it held before
        ids = [order.id for order in matching if order.state in _FINISHED]
        result.orders = uow.orders.get_many(account.id, ids, for_change=True)
        _erase(app, uow, account.id, result, [email, name])
        now = app.clock.now()
        uow.audit.append([AuditEntry(account.id, now, actor, "order.erased", order.id) for order in result.orders])
        if not dry_run:
            uow.commit()
    if not dry_run:
        app.mail.forget(result.mail_ids)
    return result


def _concerns(order: Order, email: str, name: str) -> bool:
    return any(_says(document, email, name) for document in (order.document(), order.source))


def _says(document: object, email: str, name: str) -> bool:
    if not isinstance(document, dict):
        return False
    values = {field: value.strip().casefold() for field, value in personal_values(document).items()}
    if email and email.casefold() in values.values():
        return True
    return bool(name) and name.casefold() in {values.get(part) for part in _NAMES}


def _erase(app: Application, uow: UnitOfWork, account_id: str, result: Erased, given: Iterable[str]) -> None:
    ids = [order.id for order in result.orders]
    values = set(filter(None, given))
    decisions = [one for order in result.orders for one in uow.decisions.list_for_order(account_id, order.id)]
    for document in (
        *(order.document() for order in result.orders),
        *(order.source for order in result.orders),
        *(one.facts.get("order") or {} for one in decisions),
    ):
        values |= telling_values(personal_values(document))
    redaction = Redaction(values)
    erased_decisions = [erase_decision(app, uow, decision, redaction) for decision in decisions]
    uow.decisions.redact(erased_decisions)
    for order in result.orders:
        _erase_order(order, redaction)
        order.erased_at = order.updated_at = app.clock.now()
    uow.orders.update_many(result.orders)
    uow.backtests.forget_all(account_id)  # they say what orders had; whoever wants one again asks for it
    result.mail_ids = uow.mails.redact(account_id, redaction)
    result.shipment_ids = uow.labels.redact(account_id, ids)
    result.rules = rules_naming(uow, account_id, redaction)
    result.counts = {
        "orders": len(ids),
        "decisions": len(decisions),
        "raw_documents": sum(
            uow.stores.forget_raw(account_id, store_id, some) for store_id, some in _by_store(result.orders).items()
        ),
        "requests": _erase_notes(uow, account_id, ids, app.clock.now()),
        "labels": len(result.shipment_ids),
        "trackings": uow.trackings.redact(account_id, ids),
        "messages": uow.requests.redact(account_id, redaction, ids),
        "holds": uow.holds.redact(account_id, redaction, ids),
        "bulk_actions": uow.bulk_actions.redact(account_id, redaction, ids),
        "audit_entries": uow.audit.redact(account_id, redaction, ids),
        "jobs": uow.jobs.redact(account_id, ids, redaction),
        "alerts": uow.alerts.redact(account_id, redaction),
        "mails": len(result.mail_ids),
        "parked_notes": uow.stores.redact_parked(account_id, redaction),
        "lists": uow.lists.redact(account_id, redaction),
        "views": uow.order_views.redact(account_id, redaction),
        "skipped_notes": uow.stores.redact_skipped(account_id, redaction),
    }


def _erase_order(order: Order, redaction: Redaction) -> None:
    order.source = redaction.document(order.source)
    order.rules = redaction.layer(order.rules)
    order.person = redaction.layer(order.person)
    order.once_writes = tuple(
        OnceWrite(one.rule, one.field, one.operation, ERASED if one.field in PERSONAL else redaction.value(one.operand))
        for one in order.once_writes
    )


def _by_store(orders: Sequence[Order]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for order in orders:
        if order.store_id is not None:
            found.setdefault(order.store_id, []).append(order.external_id)
    return found


def _erase_notes(uow: UnitOfWork, account_id: str, order_ids: Sequence[str], now: datetime) -> int:
    """What clients wrote about an order for their provider may name anybody in any words: it goes as a whole."""
    count = 0
    for requests in uow.requests.by_order(account_id, order_ids).values():
        for request in requests:
            if request.notes:
                uow.requests.keep_notes(account_id, request.id, [ERASED], now)
                count += 1
    return count


def erase_decision(app: Application, uow: UnitOfWork, decision: StoredDecision, redaction: Redaction) -> StoredDecision:
    """The decision without personal data, and with what its conditions answered while that was there."""
    document = decision.facts.get("order")
    erased = dict(decision.facts.get("erased") or {"fields": [], "answers": {}})
    values = personal_values(document) if isinstance(document, dict) else {}
    if values and not erased["answers"]:
        subject = explainable(app, uow, decision)
        if subject is not None:
            erased["answers"] = record_answers(explain(*subject))
    erased["fields"] = sorted({*erased["fields"], *values})
    redaction = redaction.also(telling_values(values))
    whole = redaction.also(values.values())  # a sentence about a value may name any of them
    history = redaction.value(decision.facts.get("history") or {})
    if history.get("once_writes"):
        writes = [OnceWrite(*write) for write in history["once_writes"]]
        history["once_writes"] = [list(one._replace(operand=ERASED) if one.field in PERSONAL else one) for one in writes]
    return replace(
        decision,
        facts={**decision.facts, "order": redaction.document(document), "history": history, "erased": erased},
        changes=[redaction.change(change) for change in decision.changes],
        effects=redaction.value(decision.effects),
        errors=[{**error, "message": whole.value(error.get("message"))} for error in decision.errors],
    )
