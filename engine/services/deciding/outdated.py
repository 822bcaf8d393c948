"""Orders whose rules have chosen by what the store says otherwise by now.

A change upstream outdates the choice when a rule that decided had read what changed, or when deciding anew would come to
something else. Rules with the trigger `updated` have decided again by then, so what they read is not outdated. Of a client's
order whose work has begun here, every change counts: people have picked by what it said.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from engine.decide.decide import decide
from engine.decide.decision import FULFILLMENT_REQUEST, NEEDS_ATTENTION, UNHANDLED, Decision
from engine.decide.run import Case
from engine.model.account import DecideAnew
from engine.model.alert import Alert
from engine.model.field_words import field_words
from engine.model.job import Job, JobKind, JobState
from engine.model.order import OUTDATED, Order, OrderAction, OrderState
from engine.model.order_history import OrderHistory
from engine.model.sentence import Sentence
from engine.ports import UnitOfWork
from engine.services.deciding.order_facts import NO_FACTS, OrderFacts
from engine.services.deciding.run_rules import Outcome, Rulebook
from rules.fields import ITEM_FIELDS, ORDER_FIELDS
from rules.messages import Text
from rules.order_document import Document
from rules.rule_reads import Read, fields_read
from rules.values import moment_of

CHANGED_AT_PROVIDER = Text(
    "The store has changed order {order} since it was handed over ({fields}): the provider gets it as it is now, or is asked "
    "where it has a label. If another one should ship it, take the order back.",
    "La tienda ha cambiado el pedido {order} desde que se delegó ({fields}): el proveedor lo recibe como es ahora, o se le "
    "pregunta si ya tiene etiqueta. Si debe enviarlo otro, recupera el pedido.",
)
CHANGED_BY_CLIENT = Text(
    "The client has changed order {order} since its work began ({fields}): look at it before it leaves.",
    "El cliente ha cambiado el pedido {order} desde que empezó su preparación ({fields}): revísalo antes de que salga.",
)
_NOT_OF_THE_GOODS = {"status", "ship_to.verified"}  # holds and recalls are told as such; the address itself counts


class Outdating:
    """What one change of an order by its store does to what the rules had chosen. For one transaction."""

    def __init__(
        self,
        rulebook: Rulebook,
        order: Order,
        before: Document,
        now: datetime,
        facts: OrderFacts = NO_FACTS,
        *,
        begun: bool = False,
    ) -> None:
        """`before` is what the store said until now; the rules with the trigger `updated` have run. `begun`: see `begun_here`."""
        self._begun = begun
        self._rulebook = rulebook
        self._order = order
        self._now = now
        self._facts = facts
        self._context = rulebook.gathered.context
        self._before, self._after = (
            facts.written_into(_known(source, order, facts), order.id) for source in (before, order.source)
        )

    def settle(self, uow: UnitOfWork) -> list[Outcome]:
        """Flag the order, clear the flag when the change was taken back, or decide anew where the account wants that."""
        order, fields = self._order, self._outdated_fields()
        if not fields:
            clear_outdated(order)
            return []
        is_at_work = self._begun or _is_with_provider(uow, order, self._now)
        has_left = order.state is OrderState.PARTIALLY_SHIPPED  # rules do not run anew over what has shipped
        if self._rulebook.account.decide_anew is DecideAnew.AUTO and not is_at_work and not has_left:
            return self._decide_anew()
        if is_at_work and fields.keys() - _fields_of(order).keys():
            text = CHANGED_BY_CLIENT if self._begun else CHANGED_AT_PROVIDER
            sentence = Sentence.of(text, order=order.order_number, fields=field_words(sorted(fields)))
            uow.alerts.add(Alert(f"alr_{order.id}_{order.revision}_outdated", order.account_id, order.id, sentence, self._now))
        _flag_outdated(order, fields)
        return []

    def _decide_anew(self) -> list[Outcome]:
        order = self._order
        if order.may(OrderAction.TAKE_IN_AGAIN):
            order.take_in_again()
        outcomes = [self._rulebook.run(order, "reprocess", self._now, self._facts)]
        if self._rulebook.has_rules_for("updated"):
            outcomes.append(self._rulebook.run(order, "updated", self._now, self._facts))
        return outcomes

    def _outdated_fields(self) -> dict[str, str]:
        """The fields by which the choice is outdated, each with the digest of what the rules had read."""
        fields = {name: self._digest(read, self._before) for name, read in self._reads_that_count().items()}
        return {
            name: digest
            for name, digest in (fields | _fields_of(self._order)).items()
            if (read := Read.named(name)) is not None and self._digest(read, self._after) != digest
        }

    def _reads_that_count(self) -> dict[str, Read]:
        if self._begun:
            of_order = {field.name: Read(field, of_item=False) for field in ORDER_FIELDS if field.name not in _NOT_OF_THE_GOODS}
            return self._changed(of_order | {read.name: read for read in (Read(field, of_item=True) for field in ITEM_FIELDS)})
        decided = [rule for rule in self._rulebook.compiled.rule_set.rules if rule.id in self._order.matched]
        reads = self._changed_reads(rule.id for rule in decided if "updated" not in rule.triggers)
        then, now = (self._decide(document) for document in (self._before, self._after))
        if self._is_another(then, now):
            apart = set(then.matched) ^ set(now.matched)
            reads |= (
                self._changed_reads(apart)
                or self._changed_reads({*then.matched, *now.matched, *self._failed(then, now)})
                or self._changed({field.name: Read(field, of_item=False) for field in ORDER_FIELDS})
            )
        return reads

    def _changed_reads(self, rule_ids: Iterable[str]) -> dict[str, Read]:
        wanted = set(rule_ids)
        reads: dict[str, Read] = {}
        for rule in self._rulebook.compiled.rule_set.rules:
            if rule.id in wanted:
                reads |= fields_read(rule)
        return self._changed(reads)

    def _changed(self, reads: Mapping[str, Read]) -> dict[str, Read]:
        return {
            name: read
            for name, read in reads.items()
            if read.value(self._before, self._context) != read.value(self._after, self._context)
        }

    def _decide(self, document: Document) -> Decision:
        order = self._order
        history = OrderHistory(
            frozenset(order.person), frozenset(order.applied_once), frozenset(order.held_by), order.once_writes
        )
        case = Case(document, "reprocess", moment_of(self._now), self._context, history)
        return decide(self._rulebook.compiled, case)

    def _is_another(self, then: Decision, now: Decision) -> bool:
        """Whether the change leads to another choice that is not in place yet."""
        order = self._order
        layers = [{change.field: change.after for change in decision.changes} for decision in (then, now)]
        apart = [name for name in {**layers[0], **layers[1]} if layers[0].get(name) != layers[1].get(name)]
        return (
            any(order.rules.get(name) != layers[1].get(name) for name in apart)
            or not set(now.matched) <= {*then.matched, *order.matched}
            or bool(set(now.flags) - {*then.flags, *order.flags, UNHANDLED})
            or (then.skipped_by is not None and now.skipped_by is None and order.state is OrderState.SKIPPED)
            or _requests(then) != _requests(now)
        )

    def _failed(self, *decisions: Decision) -> set[str]:
        return {error.rule for decision in decisions for error in decision.errors}

    def _digest(self, read: Read, document: Document) -> str:
        """A digest, so that what the store said before, an address perhaps, is not kept once more."""
        return hashlib.sha256(read.value(document, self._context)).hexdigest()[:16]


def settle_requests(uow: UnitOfWork, order: Order, now: datetime) -> None:
    """Requests that have not left wait while the choice is outdated, and leave once it is not."""
    jobs = [job for job in uow.jobs.list_for_order(order.account_id, order.id) if job.kind is JobKind.DELEGATE]
    if OUTDATED in order.flags:
        changed = [replace(job, state=JobState.WAITING, reason=OUTDATED) for job in jobs if job.state is JobState.DUE]
    else:
        changed = [_let_go(job, order, now) for job in jobs if job.state is JobState.WAITING and job.reason in (OUTDATED, None)]
    uow.jobs.renew_unsent(changed)


def clear_outdated(order: Order) -> None:
    """The choice counts as it is: the change was taken back, or a person has looked at it."""
    if not order.outdated:
        return
    order.unflag(OUTDATED)
    if not order.outdated.get("attention"):
        order.unflag(NEEDS_ATTENTION)
    order.outdated = {}


def _is_with_provider(uow: UnitOfWork, order: Order, now: datetime) -> bool:
    """Whether a provider has still to ship something of the order."""
    return any(request.is_open(now) for request in uow.requests.list_for_order(order.account_id, order.id))


def begun_here(uow: UnitOfWork, orders: Sequence[Order]) -> set[str]:
    """The ids of the orders among these that are clients', and whose work has begun."""
    if not orders:
        return set()
    requests = uow.requests.list_by_copies(orders[0].account_id, [order.id for order in orders])
    return {str(request.copy_id) for request in requests if request.started_at is not None}


def _flag_outdated(order: Order, fields: dict[str, str]) -> None:
    needed_attention = order.outdated["attention"] if order.outdated else NEEDS_ATTENTION in order.flags
    order.outdated = {"fields": fields, "attention": needed_attention}
    order.flag(NEEDS_ATTENTION, OUTDATED)


def _let_go(job: Job, order: Order, now: datetime) -> Job:
    if order.is_held:
        return replace(job, reason="on_hold")
    if NEEDS_ATTENTION in order.flags:
        return replace(job, reason=NEEDS_ATTENTION)
    return replace(job, state=JobState.DUE, reason=None, not_before=now)


def _fields_of(order: Order) -> dict[str, str]:
    return dict(order.outdated.get("fields") or {})


def _known(source: Document, order: Order, facts: OrderFacts) -> Document:
    """What rules start from: what the store says, what is filled in as of now, and what a person wrote."""
    known = replace(order, source=source, rules={})
    facts.fill(known)
    return known.document()


def _requests(decision: Decision) -> list[Any]:
    return [
        (effect.rule, effect.position, effect.kept_params()) for effect in decision.effects if effect.kind == FULFILLMENT_REQUEST
    ]
