"""Runs an account's published rules over orders and keeps what they decided: changes, flags, effects and the decision."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.application import Application, UnreadableVersion
from engine.decide.compiled import CompiledRuleSet
from engine.decide.decide import decide
from engine.decide.decision import (
    ALERT,
    FULFILLMENT_REQUEST,
    NEEDS_ATTENTION,
    UNHANDLED,
    Decision,
    Effect,
    Trigger,
)
from engine.decide.run import SUPERSEDED, Case
from engine.model.account import Account
from engine.model.address_check import AddressRules
from engine.model.delegation_facts import DelegationFacts
from engine.model.ids import new_id
from engine.model.job import NO_CHANNEL, ORDINARY, UNDELIVERED, Job, JobKind, JobState, effect_key
from engine.model.order import Order, OrderAction, StoredDecision
from engine.model.order_defaults import AccountDefaults
from engine.model.order_history import OnceWrite, OrderHistory
from engine.model.request import FulfillmentRequest
from engine.model.rule_set import RuleSetVersion
from engine.model.tracking_facts import TrackingFacts
from engine.ports import UnitOfWork
from engine.services.deciding.account_defaults import open_defaults, read_defaults
from engine.services.deciding.order_facts import NO_FACTS, OrderFacts, Shelf, Stock, list_shelves, read_stock
from engine.services.deciding.rule_context import NO_LISTS, GatheredContext, gather_context, gather_lists
from engine.services.deciding.rule_counts import count_decisions
from engine.services.deciding.second_looks import wait_for_looks
from engine.services.deciding.ship_to_check import check_ship_to
from engine.services.deciding.wishes import choosing_jobs, settle_wishes
from engine.services.refusals import Refused
from rules.actions.draft import Change
from rules.actions.operations import SET
from rules.document import RuleSet
from rules.messages import Text
from rules.order_document import Document
from rules.schedule import SCHEDULE
from rules.values import moment_of

# Runs that build the rules' layer anew; the others go on from what earlier rules wrote.
REBUILDING: frozenset[str] = frozenset({"imported", "reprocess"})
_EFFECT_JOBS = {
    FULFILLMENT_REQUEST: JobKind.DELEGATE,
    ALERT: JobKind.ALERT,
    "email": JobKind.EMAIL,
    "webhook": JobKind.WEBHOOK,
    "queue": JobKind.QUEUE,
}

RULES_UNREADABLE = Text(
    'Version {number} of the rules "{name}" of "{account}" can no longer be read: check the file with `rules check` and '
    "publish it again.",
    'La versión {number} de las reglas "{name}" de "{account}" ya no se puede leer: compruébala con `rules check` y '
    "publícala de nuevo.",
)


def unreadable_rules(account: Account, version: RuleSetVersion) -> Refused:
    """The refusal where a published version no longer parses."""
    params = {"number": version.number, "name": version.name, "account": account.slug}
    return Refused("rules_unreadable", RULES_UNREADABLE, **params)


def published_rules(app: Application, uow: UnitOfWork, account: Account) -> RuleSet:
    """All that an account has published, as one list. Raises Refused when it can no longer be read."""
    try:
        return app.compiled.get(uow.rule_sets.list_published(account.id), ZoneInfo(account.time_zone)).rule_set
    except UnreadableVersion as refusal:
        raise unreadable_rules(account, refusal.version) from None


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run made of one order; the order itself has been changed in place."""

    order: Order
    decision: Decision
    stored: StoredDecision
    jobs: tuple[Job, ...]


@dataclass(frozen=True, slots=True)
class Rulebook:
    """An account's published rules and what they know, as of one moment."""

    account: Account
    versions: tuple[RuleSetVersion, ...]  # of the account's sets, in the order in which they run
    compiled: CompiledRuleSet
    gathered: GatheredContext
    address_rules: AddressRules
    shelves: tuple[Shelf, ...] = ()  # looked up only where a rule asks what providers have
    defaults: AccountDefaults | None = None  # without what it says of products; None where it says nothing at all

    @classmethod
    def open(cls, app: Application, uow: UnitOfWork, account: Account) -> Rulebook:
        """Raises Refused when the published version can no longer be read."""
        versions = tuple(uow.rule_sets.list_published(account.id))
        try:
            compiled = app.compiled.get(versions, ZoneInfo(account.time_zone))
        except UnreadableVersion as refusal:
            raise unreadable_rules(account, refusal.version) from None
        lists = gather_lists(app, uow, account.id, compiled.lists) if compiled.lists else NO_LISTS
        gathered = gather_context(uow, account, lists)
        shelves = list_shelves(uow, account) if compiled.reads_stock else ()
        return cls(account, versions, compiled, gathered, app.address_rules, shelves, open_defaults(uow, account.id))

    def has_rules_for(self, trigger: Trigger) -> bool:
        return any(rule.enabled and trigger in rule.triggers for rule in self.compiled.rule_set.rules)

    def facts(
        self,
        uow: UnitOfWork,
        orders: Sequence[Order],
        now: datetime,
        *,
        are_new: bool = False,
        sources: Sequence[Document] = (),
    ) -> Mapping[str, OrderFacts]:
        """What Relevo knows of orders that are decided about together, by id; looked up only as far as a rule reads it.

        Of orders that are new nobody was asked yet. `sources` are what stores say of them from now on.
        """
        reads_delegation, reads_stock = self.compiled.reads_delegation, self.compiled.reads_stock
        if not orders or not (reads_delegation or reads_stock or self.compiled.reads_tracking or self.defaults):
            return {}
        defaults = None if self.defaults is None else read_defaults(uow, self.account.id, self.defaults, orders, sources)
        is_followed = self.compiled.reads_tracking and not are_new
        followed = uow.trackings.by_order(self.account.id, [order.id for order in orders]) if is_followed else {}
        asked, slugs = (
            ({}, {}) if are_new or not (reads_delegation or self.shelves) else requests_over(uow, self.account.id, orders)
        )
        stock = read_stock(uow, self.account.id, self.shelves, orders, asked) if reads_stock else None
        return {
            order.id: OrderFacts(
                DelegationFacts.from_requests(asked.get(order.id, ()), slugs, now) if reads_delegation else None,
                stock,
                TrackingFacts.from_trackings(followed.get(order.id, ()), now),
                defaults,
            )
            for order in orders
        }

    def run(
        self,
        order: Order,
        trigger: Trigger,
        now: datetime,
        facts: OrderFacts = NO_FACTS,
        *,
        only: tuple[str, ...] | None = None,
    ) -> Outcome:
        """Decide about an order and write the outcome into it. Nothing is stored yet.

        `facts` is what Relevo knows of it, and `only` the rules that a person runs, or that are due.
        """
        if trigger in REBUILDING:
            order.rules = {}
            facts.fill(order)
        case = self._case(order, trigger, now, facts, only)
        return self._settled(order, case, decide(self.compiled, case), now, facts)

    def run_due(
        self, order: Order, now: datetime, facts: OrderFacts, due: tuple[str, ...], wanted: Collection[str]
    ) -> tuple[Sequence[str], Outcome | None]:
        """The same for the rules that are due by the clock: which of them matched, and what there is to keep.

        Rules that come again and again mostly find what they have found before. What brings nothing new leaves no decision, and
        the order as it was. `wanted` are the keys of effects that earlier runs have asked for.
        """
        case = self._case(order, SCHEDULE, now, facts, due)
        decision = decide(self.compiled, case)
        is_news = _brings_news(order, decision, wanted)
        return decision.matched, self._settled(order, case, decision, now, facts) if is_news else None

    def _case(self, order: Order, trigger: Trigger, now: datetime, facts: OrderFacts, only: tuple[str, ...] | None) -> Case:
        check_ship_to(self.address_rules, order)
        known = order.document()
        if trigger == SCHEDULE:  # which looks for orders by their status: rules see the one that people see
            known["status"] = order.status()
        document = facts.written_into(known, order.id)
        once_writes = order.once_writes if trigger in REBUILDING else ()
        history = OrderHistory(frozenset(order.person), frozenset(order.applied_once), frozenset(order.held_by), once_writes)
        return Case(document, trigger, moment_of(now), self.gathered.context, history, only)

    def _settled(self, order: Order, case: Case, decision: Decision, now: datetime, facts: OrderFacts) -> Outcome:
        if facts.stock is not None:
            _take_stock(facts.stock, case.document, order.id, decision)
        stored = self._stored(order, case, decision, now)
        _apply(order, decision, stored.id, now, keep_matched=case.trigger not in REBUILDING)
        once = self.compiled.once_rules
        order.applied_once = tuple(dict.fromkeys((*order.applied_once, *(id_ for id_ in decision.matched if id_ in once))))
        return Outcome(order, decision, stored, self._jobs(order, decision, stored.id, now))

    def _stored(self, order: Order, case: Case, decision: Decision, now: datetime) -> StoredDecision:
        history = case.history
        past: dict[str, Any] = {
            "edited_fields": sorted(history.edited_fields),
            "applied_rules": list(order.applied_once),
            "held_by": list(order.held_by),
        }
        if history.once_writes:
            past["once_writes"] = list(map(list, history.once_writes))
        facts: dict[str, Any] = {"order": case.document, "history": past}
        if case.only is not None:
            facts["only"] = list(case.only)
        if order.defaults:
            facts["defaults"] = order.defaults
        return StoredDecision(
            id=new_id("dec"),
            account_id=order.account_id,
            order_id=order.id,
            rule_set_version_ids=[version.id for version in self.versions],
            trigger=case.trigger,
            decided_at=now,
            facts=facts,
            context_id=self.gathered.id,
            matched=decision.matched,
            changes=[change.to_json() for change in decision.changes],
            effects=[effect.to_kept() for effect in decision.effects],
            flags=decision.flags,
            errors=[error.to_kept() for error in decision.errors],
        )

    def _jobs(self, order: Order, decision: Decision, decision_id: str, now: datetime) -> tuple[Job, ...]:
        return tuple(_job(order, effect, decision_id, now) for effect in decision.effects if effect.waiting != SUPERSEDED)


def _brings_news(order: Order, decision: Decision, wanted: Collection[str]) -> bool:
    """Whether a decision changes a field, puts on a flag, or has a rule match or something leave that did not before."""
    written = {change.field: change.after for change in decision.changes}
    return (
        any(name not in order.rules or order.rules[name] != value for name, value in written.items())
        or not {*decision.flags} - {UNHANDLED} <= {*order.flags}
        or not {*decision.matched} <= {*order.matched}
        or any(
            effect.waiting != SUPERSEDED and effect_key(order.id, effect.rule, effect.position) not in wanted
            for effect in decision.effects
        )
    )


def _take_stock(stock: Stock, document: Document, order_id: str, decision: Decision) -> None:
    """What leaves for a provider now is not there for the orders that are decided about next."""
    for effect in decision.effects:
        if effect.kind == FULFILLMENT_REQUEST and effect.waiting is None:
            stock.take(str(effect.params["provider"]), document, order_id)


def _job(order: Order, effect: Effect, decision_id: str, now: datetime) -> Job:
    kind, waiting = _EFFECT_JOBS[effect.kind], effect.waiting
    if kind in UNDELIVERED:
        waiting = NO_CHANNEL
    elif kind is JobKind.DELEGATE and waiting is None and NEEDS_ATTENTION in order.flags:
        waiting = NEEDS_ATTENTION  # flagged by an earlier run, and nobody has looked since
    return Job(
        id=new_id("job"),
        account_id=order.account_id,
        kind=kind,
        key=effect_key(order.id, effect.rule, effect.position),
        payload={**effect.kept_params(), "rule": effect.rule, "decision_id": decision_id},
        created_at=now,
        not_before=now,
        order_id=order.id,
        state=JobState.DUE if waiting is None else JobState.WAITING,
        reason=waiting,
    )


def _apply(order: Order, decision: Decision, decision_id: str, now: datetime, *, keep_matched: bool) -> None:
    for change in decision.changes:
        order.rules[change.field] = change.after
    earlier = order.matched if keep_matched else ()
    order.matched = tuple(dict.fromkeys((*earlier, *decision.matched)))
    if not keep_matched:
        order.unflag(*order.flags)
        order.outdated = {}
    order.flag(*decision.flags)
    if order.matched:
        order.unflag(UNHANDLED)
    settle_wishes(order, decision)
    once = [change for change in decision.changes if change.once and change.rule in decision.matched]
    order.once_writes = (*order.once_writes, *map(_once_write, once))
    order.held_by = tuple(dict.fromkeys((*order.held_by, *decision.held_by)))
    order.decision_id = decision_id
    order.updated_at = now
    if decision.skipped_by is not None and order.may(OrderAction.SKIP):
        order.skip(decision.skipped_by)


def _once_write(change: Change) -> OnceWrite:
    operand = change.after if change.operation == SET else change.operand
    return OnceWrite(change.rule, change.field, change.operation, operand)


def keep_outcomes(uow: UnitOfWork, rulebook: Rulebook, outcomes: list[Outcome], priority: int = ORDINARY) -> int:
    """Store decisions and put their effects into the outbox. How many effects are new there.

    The orders themselves have to be stored first, by whoever knows whether they are new.
    """
    if not outcomes:
        return 0
    uow.decisions.keep_context(rulebook.gathered.id, rulebook.gathered.data)
    if rulebook.gathered.list_states:
        uow.lists.note_seen(rulebook.account.id, rulebook.gathered.list_states)
    decisions = [outcome.stored for outcome in outcomes]
    uow.decisions.add_many(decisions)
    count_decisions(uow, decisions)
    decided = [(outcome.order, outcome.stored) for outcome in outcomes]
    wait_for_looks(uow, rulebook.account.id, rulebook.compiled.rule_set.rules, decided, rebuilding=REBUILDING)
    jobs = [job for outcome in outcomes for job in outcome.jobs]
    if priority != ORDINARY:
        jobs = [replace(job, priority=priority) for job in jobs]
    uow.jobs.add_many(choosing_jobs([outcome.order for outcome in outcomes], outcomes[0].stored.decided_at))
    added = uow.jobs.add_many(jobs)
    if added < len(jobs):  # an earlier run wanted some of them: what has not left yet leaves as the rules say now, or waits
        uow.jobs.renew_unsent(jobs)
    return added


def requests_over(
    uow: UnitOfWork, account_id: str, orders: Sequence[Order]
) -> tuple[Mapping[str, Sequence[FulfillmentRequest]], Mapping[str, str]]:
    """What was asked of providers over these orders, by order, and the slugs of those providers, by their accounts' ids."""
    asked = uow.requests.by_order(account_id, [order.id for order in orders])
    provider_ids = {request.provider_id for requests in asked.values() for request in requests}
    providers = uow.accounts.get_many(provider_ids) if provider_ids else {}
    return asked, {provider.id: provider.slug for provider in providers.values()}


def note_sent_elsewhere(order: Order, provider_slugs: set[str]) -> bool:
    """Flag an order whose request went to a provider that the rules no longer choose. Whether it had to be flagged.

    A request that was sent survives whatever the rules say later; a person has to see that they disagree.
    """
    chosen = str(order.document().get("logistics_provider") or "")
    if not provider_slugs or chosen in provider_slugs:
        return False
    order.flag(NEEDS_ATTENTION)
    return True
