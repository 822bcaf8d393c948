"""Runs the rules that wait for what providers answer, and the one rule that a person picks, over orders that are here."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION, SKIPPED, Trigger
from engine.events import publish_changes
from engine.model.audit import AuditEntry
from engine.model.job import ORDINARY, PERSON_WAITS
from engine.model.order import Order, OrderState
from engine.ports import UnitOfWork
from engine.services.deciding.order_facts import NO_FACTS
from engine.services.deciding.run_rules import (
    Outcome,
    Rulebook,
    keep_outcomes,
    note_sent_elsewhere,
    published_rules,
    requests_over,
)
from engine.services.refusals import NO_ORDER, Refused
from rules.document import MANUAL, Rule
from rules.messages import Message, Text

BATCH = 200
ACTOR = "worker"
LEFT_OUT = (OrderState.SKIPPED, OrderState.CANCELLED)  # orders that nobody ships from here
CHOOSABLE = (OrderState.OPEN, OrderState.PENDING_FULFILLMENT, OrderState.REJECTED_FULFILLMENT, OrderState.PARTIALLY_SHIPPED)

NO_RULE = Text(
    'The account runs no rule "{rule}": `rules sets` shows its rule sets.',
    'La cuenta no ejecuta ninguna regla "{rule}": `rules sets` muestra sus conjuntos de reglas.',
)
NOT_MANUAL = Text(
    'The rule "{rule}" is not run by hand: write `manual` into its `on`, and publish it.',
    'La regla "{rule}" no se ejecuta manualmente: escribe `manual` en su `on` y publícala.',
)
SWITCHED_OFF = Text('The rule "{rule}" is switched off.', 'La regla "{rule}" está desactivada.')
NOT_CHOOSABLE = Text(
    "No rule is run over order {order} any more: it has shipped, was cancelled, or a rule has left it out.",
    "Sobre el pedido {order} ya no se ejecuta ninguna regla: se ha enviado, se ha cancelado o una regla lo ha dejado fuera.",
)


@dataclass(frozen=True, slots=True)
class RuleRun:
    """What a rule that a person ran came to for one order; `refused` says why it could not be applied."""

    order_id: str
    matched: bool = False
    refused: Message | None = None


def run_answer_rules(app: Application, account_id: str, order_ids: Sequence[str], trigger: Trigger) -> int:
    """Run the rules of a trigger over orders that a provider has answered about, in transactions of its own.

    Ids of no order of the account count for nothing. Over how many orders rules ran. Raises Refused when the published rules
    can no longer be read.
    """
    done = 0
    for part in _batches(order_ids):
        with app.unit_of_work() as uow:
            orders = uow.orders.get_many(account_id, part, for_change=True)
            done += len(run_answer_rules_within(app, uow, account_id, orders, trigger))
            uow.commit()
    return done


def run_answer_rules_within(
    app: Application,
    uow: UnitOfWork,
    account_id: str,
    orders: Sequence[Order],
    trigger: Trigger,
    *,
    priority: int = ORDINARY,
) -> list[Outcome]:
    """The same within a transaction: for listeners and jobs that have the orders, locked, and all that was answered kept.

    The orders are changed in place, and kept; whoever changes them further keeps them again.
    """
    wanted = [order for order in orders if order.state not in LEFT_OUT]
    if not wanted:
        return []
    account = uow.accounts.get(account_id)
    if not any(rule.enabled and trigger in rule.triggers for rule in published_rules(app, uow, account).rules):
        return []
    rulebook = Rulebook.open(app, uow, account)
    return _run(app, uow, rulebook, wanted, trigger, ACTOR, priority)


def run_manual_rule(app: Application, account_id: str, rule_id: str, order_ids: Sequence[str], actor: str) -> list[RuleRun]:
    """Run one rule with the trigger `manual`, and no other, over some orders: what came of each, in their order.

    Raises Refused for a rule that the account does not run, or not by hand.
    """
    runs: list[RuleRun] = []
    priority = PERSON_WAITS if len(order_ids) == 1 else ORDINARY
    for part in _batches(order_ids):
        with app.unit_of_work() as uow:
            rulebook = Rulebook.open(app, uow, uow.accounts.get(account_id))
            _require_manual(rulebook, rule_id)
            orders = {order.id: order for order in uow.orders.get_many(account_id, part, for_change=True)}
            wanted = [order for order in orders.values() if order.state in CHOOSABLE]
            outcomes = _run(app, uow, rulebook, wanted, MANUAL, actor, priority, only=rule_id)
            uow.commit()
        came_to = {outcome.order.id: _came_to(outcome, rule_id) for outcome in outcomes}
        runs += [came_to.get(order_id) or _not_run(order_id, orders.get(order_id)) for order_id in part]
    return runs


def _run(
    app: Application,
    uow: UnitOfWork,
    rulebook: Rulebook,
    orders: Sequence[Order],
    trigger: Trigger,
    actor: str,
    priority: int,
    *,
    only: str | None = None,
) -> list[Outcome]:
    now = app.clock.now()
    facts, chosen = rulebook.facts(uow, orders, now), None if only is None else (only,)
    action, cause = ("order.rules_run", trigger) if only is None else ("order.rule_run", only)
    runs = []
    for order in orders:
        before, was_held = order.status(), order.is_held
        outcome = rulebook.run(order, trigger, now, facts.get(order.id, NO_FACTS), only=chosen)
        runs.append(Ran(outcome, action, cause, before, was_held))
    keep_runs(app, uow, rulebook, runs, actor, now, priority=priority)
    return [ran.outcome for ran in runs]


@dataclass(frozen=True, slots=True)
class Ran:
    """A run of rules that go on from what is there, how its order was before, and the words for it in the order's history."""

    outcome: Outcome
    action: str
    cause: str | None
    status: str
    was_held: bool


def keep_runs(
    app: Application,
    uow: UnitOfWork,
    rulebook: Rulebook,
    runs: Sequence[Ran],
    actor: str,
    now: datetime,
    *,
    priority: int = ORDINARY,
) -> None:
    """Keep orders that rules have run over, and what follows: what waited for a hold leaves when a rule has ended it."""
    outcomes = [ran.outcome for ran in runs]
    orders = [outcome.order for outcome in outcomes]
    _note_sent_elsewhere(uow, rulebook.account.id, outcomes)
    publish_changes(app, uow, [outcome.order for outcome in outcomes if outcome.decision.changes], actor, now)
    uow.orders.update_many(orders)
    keep_outcomes(uow, rulebook, outcomes, priority)
    for ran, order in zip(runs, orders, strict=True):
        if ran.was_held and not order.is_held and NEEDS_ATTENTION not in order.flags and SKIPPED not in order.flags:
            uow.jobs.release_waiting(order.account_id, order.id, now, priority=priority)
    uow.audit.append(
        [
            AuditEntry(order.account_id, now, actor, ran.action, order.id, ran.status, _history(order, ran.cause))
            for ran, order in zip(runs, orders, strict=True)
        ]
    )


def _history(order: Order, cause: str | None) -> str | list[str]:
    return order.status() if cause is None else [order.status(), cause]


def _note_sent_elsewhere(uow: UnitOfWork, account_id: str, outcomes: Sequence[Outcome]) -> None:
    """Flag orders that are with one provider and for which rules have just chosen another."""
    chosen = [one.order for one in outcomes if any(change.field == "logistics_provider" for change in one.decision.changes)]
    if not chosen:
        return
    asked, slugs = requests_over(uow, account_id, chosen)
    for order in chosen:
        note_sent_elsewhere(order, {slugs[one.provider_id] for one in asked.get(order.id, ()) if one.is_live})


def _require_manual(rulebook: Rulebook, rule_id: str) -> None:
    rule: Rule | None = next((rule for rule in rulebook.compiled.rule_set.rules if rule.id == rule_id), None)
    if rule is None:
        raise Refused("no_rule", NO_RULE, rule=rule_id)
    if MANUAL not in rule.triggers:
        raise Refused("not_manual", NOT_MANUAL, rule=rule_id)
    if not rule.enabled:
        raise Refused("switched_off", SWITCHED_OFF, rule=rule_id)


def _came_to(outcome: Outcome, rule_id: str) -> RuleRun:
    if rule_id in outcome.decision.matched:
        return RuleRun(outcome.order.id, matched=True)
    failed = next((error.message for error in outcome.decision.errors if error.rule == rule_id), None)
    return RuleRun(outcome.order.id, refused=failed)


def _not_run(order_id: str, order: Order | None) -> RuleRun:
    if order is None:
        return RuleRun(order_id, refused=Message("no_order", NO_ORDER, {"order": order_id}))
    return RuleRun(order_id, refused=Message("not_choosable", NOT_CHOOSABLE, {"order": order.order_number}))


def _batches(order_ids: Sequence[str]) -> Iterator[list[str]]:
    """The ids, each once, some at a time."""
    wanted = list(dict.fromkeys(order_ids))
    for start in range(0, len(wanted), BATCH):
        yield wanted[start : start + BATCH]
