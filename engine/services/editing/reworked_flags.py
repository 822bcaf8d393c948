"""Flags that the last decision put on an order, worked out anew for what a person has made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from engine.decide.decide import decide
from engine.decide.decision import INVALID_SERVICE, NEEDS_ATTENTION, SKIPPED
from engine.decide.run import Case
from engine.model.alert import Alert
from engine.model.order import OUTDATED, Order, StoredDecision
from engine.model.order_history import OrderHistory
from engine.model.rate_comparison import RateWish
from engine.ports import UnitOfWork
from engine.services.deciding.order_facts import NO_FACTS, OrderFacts
from engine.services.deciding.run_rules import Rulebook
from engine.services.labels.choose_by_rates import rates_alert_id
from rules.values import moment_of

_OF_RULES = (INVALID_SERVICE, NEEDS_ATTENTION)


def rework_flags(uow: UnitOfWork, rulebook: Rulebook, orders: Sequence[Order], now: datetime) -> None:
    """Take off, or put on again, flags that rules put on, as they would now; nothing else is decided.

    A flag that somebody else may have put on as well stays. What waited for the flag alone is due once it is off.
    """
    decided = [(order, uow.decisions.get(order.account_id, order.decision_id)) for order in orders if order.decision_id]
    flagged = [(order, decision) for order, decision in decided if {*_OF_RULES} & {*decision.flags, *order.flags}]
    if not flagged:
        return
    facts = rulebook.facts(uow, [order for order, _ in flagged], now)
    alerts = uow.alerts.list_for(flagged[0][0].account_id)
    for order, decision in flagged:
        since = [one for one in alerts if one.order_id == order.id and one.created_at >= decision.decided_at]
        was_flagged = NEEDS_ATTENTION in order.flags
        _rework(uow, rulebook, order, decision, since, facts.get(order.id, NO_FACTS), now)
        if was_flagged and NEEDS_ATTENTION not in order.flags and not order.is_held and SKIPPED not in order.flags:
            uow.jobs.release_waiting(order.account_id, order.id, now)


def _rework(
    uow: UnitOfWork,
    rulebook: Rulebook,
    order: Order,
    decision: StoredDecision,
    since: Sequence[Alert],
    facts: OrderFacts,
    now: datetime,
) -> None:
    """`since` are the alerts about the order since the decision: whatever asks for a person, says so with one."""
    of_rules = [flag for flag in _OF_RULES if flag in decision.flags]
    if NEEDS_ATTENTION in of_rules and (OUTDATED in order.flags or since):
        of_rules.remove(NEEDS_ATTENTION)
    if of_rules:
        would = _flags_now(rulebook, order, facts, now)
        order.unflag(*of_rules)
        order.flag(*(flag for flag in of_rules if flag in would))
    elif NEEDS_ATTENTION in order.flags and [one.id for one in since] == [rates_alert_id(order)]:
        order.unflag(*([NEEDS_ATTENTION] if _has_chosen_service(uow, order, decision) else []))


def _has_chosen_service(uow: UnitOfWork, order: Order, decision: StoredDecision) -> bool:
    """Whether a person has chosen the service that could not be chosen by its rates."""
    comparison = uow.rates.find_comparison(order.account_id, order.id, decision.id)
    return comparison is not None and comparison.flagged and RateWish.of(order) is None


def _flags_now(rulebook: Rulebook, order: Order, facts: OrderFacts, now: datetime) -> tuple[str, ...]:
    """What a run that builds everything anew would flag."""
    known = replace(order, rules={})
    facts.fill(known)
    document = facts.written_into(known.document(), order.id)
    history = OrderHistory(frozenset(order.person), frozenset(order.applied_once), frozenset(order.held_by), order.once_writes)
    return decide(rulebook.compiled, Case(document, "reprocess", moment_of(now), rulebook.gathered.context, history)).flags
