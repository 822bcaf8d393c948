"""Orders that rules look at again: from the decisions after which they wait, until the rule has applied or its time is over."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from engine.model.order import Order, OrderState, StoredDecision
from engine.model.schedule import RuleSchedule, SecondLook
from engine.ports import UnitOfWork
from rules.document import Rule
from rules.schedule import SCHEDULE, LookAgain

AT_ONCE = 200
ENDED = (OrderState.SHIPPED, OrderState.CANCELLED, OrderState.SKIPPED, OrderState.COMBINED)

Key = tuple[str, str]  # the rule, the order


def rules_that_look(rules: Iterable[Rule]) -> dict[str, tuple[Rule, LookAgain]]:
    """Those that are switched on, by their ids."""
    return {rule.id: (rule, rule.look_again) for rule in rules if rule.enabled and rule.look_again is not None}


def wait_for_looks(
    uow: UnitOfWork,
    account_id: str,
    rules: Iterable[Rule],
    decided: Sequence[tuple[Order, StoredDecision]],
    *,
    rebuilding: frozenset[str],
) -> None:
    """Note with decisions when rules look at their orders again. Runs by the clock put nothing off: they end what has applied."""
    looking = rules_that_look(rules)
    if not looking or not decided:
        return
    known = _by_key(uow.schedules.looks_at(account_id, [order.id for order, _ in decided]))
    looks = []
    for order, decision in decided:
        for rule, look_again in looking.values():
            look = known.get((rule.id, order.id))
            looks.append((look, _after_decision(look, rule, look_again, order, decision, anew=decision.trigger in rebuilding)))
    keep_looks(uow, looks)


def keep_looks(uow: UnitOfWork, looks: Iterable[tuple[SecondLook | None, SecondLook | None]]) -> None:
    """Keep what has become of looks, each as it was and as it is; one that is no more is dropped."""
    changed = [(before, after) for before, after in looks if before != after]
    uow.schedules.put_looks([after for _, after in changed if after is not None])
    uow.schedules.drop_looks([before for before, after in changed if before is not None and after is None])


def _after_decision(
    look: SecondLook | None, rule: Rule, look_again: LookAgain, order: Order, decision: StoredDecision, *, anew: bool
) -> SecondLook | None:
    at = decision.decided_at
    if _is_done_with(rule, order):
        return None
    if decision.trigger == SCHEDULE:
        return look
    if look is None or anew:
        return SecondLook(order.account_id, rule.id, order.id, at, at, look_again.due(at, at))
    if look.due_at is None:
        return look
    return replace(look, decided_at=at, due_at=look_again.due(look.started_at, at))


def _is_done_with(rule: Rule, order: Order) -> bool:
    """Whether there is nothing to look at an order for again: the rule has applied, or nothing more becomes of the order."""
    if rule.id in order.matched or rule.id in order.applied_once:
        return True
    return order.state in ENDED and order.status() not in rule.looked_at_in


def due_now(looks: Iterable[SecondLook], rules: Mapping[str, tuple[Rule, LookAgain]], order: Order, now: datetime) -> list[str]:
    """The ids of the rules that look at an order now: as they are written now, and while it has one of their statuses."""
    due = []
    for look in looks:
        rule, look_again = rules.get(look.rule_id, (None, None))
        if rule is None or look_again is None or _is_done_with(rule, order) or order.status() not in rule.looked_at_in:
            continue
        at = look_again.due(look.started_at, look.decided_at)
        if at is not None and at <= now:
            due.append(rule.id)
    return due


def after_look(
    look: SecondLook, rules: Mapping[str, tuple[Rule, LookAgain]], order: Order, now: datetime, *, ran: bool
) -> SecondLook | None:
    """When a rule that was due looks again: so long after this time, unless that is over."""
    rule, look_again = rules.get(look.rule_id, (None, None))
    if rule is None or look_again is None or _is_done_with(rule, order):
        return None
    if ran:
        return replace(look, decided_at=now, due_at=look_again.due(look.started_at, now))
    due = look_again.due(look.started_at, look.decided_at)
    if due is None or due > now:  # as the rule is written by now
        return replace(look, due_at=due)
    return replace(look, due_at=look_again.due(look.started_at, now))  # it may have one of the statuses by then


def enrol_orders(uow: UnitOfWork, schedule: RuleSchedule, rule: Rule, look_again: LookAgain, now: datetime) -> RuleSchedule:
    """Have a rule look again at the next orders that were here before it; how far that has come."""
    account_id = schedule.account_id
    ids = uow.orders.list_ids(account_id, rule.looked_at_in, schedule.enrolled or "", AT_ONCE)
    orders = uow.orders.get_many(account_id, ids, for_change=True)
    known = _by_key(uow.schedules.looks_at(account_id, ids))
    times = uow.decisions.times_of(account_id, [order.decision_id for order in orders if order.decision_id is not None])
    uow.schedules.put_looks(list(_enrolled(orders, rule, look_again, known, times, now)))
    return replace(schedule, enrolled=ids[-1] if len(ids) == AT_ONCE else None)


def _enrolled(
    orders: Sequence[Order],
    rule: Rule,
    look_again: LookAgain,
    known: Mapping[Key, SecondLook],
    times: Mapping[str, datetime],
    now: datetime,
) -> Iterator[SecondLook]:
    for order in orders:
        look, at = known.get((rule.id, order.id)), times.get(order.decision_id or "")
        if _is_done_with(rule, order):
            continue
        if look is not None:
            yield replace(look, due_at=look_again.due(look.started_at, look.decided_at))
        elif at is not None and look_again.due(at, now - look_again.after.length) is not None:  # its time is not over yet
            yield SecondLook(order.account_id, rule.id, order.id, at, at, look_again.due(at, at))


def _by_key(looks: Iterable[SecondLook]) -> dict[Key, SecondLook]:
    return {(look.rule_id, look.order_id): look for look in looks}
