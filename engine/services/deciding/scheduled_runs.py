"""Runs the rules that are due by the clock over an account's orders, some at a time, each in a transaction of its own.

A run is a row: the rules that were due, and how far it has come, which is kept with what was done. So what was killed in the
middle goes on behind the last orders that were kept. Whoever takes a step holds the rows of the account's rules, before those of
orders, so that nobody takes the same one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from engine.application import Application
from engine.model.job import effect_key
from engine.model.order import Order
from engine.model.schedule import RuleSchedule, RuleTally, ScheduledRun, SecondLook
from engine.ports import UnitOfWork
from engine.services.deciding.answer_rules import ACTOR, Ran, keep_runs
from engine.services.deciding.order_facts import NO_FACTS
from engine.services.deciding.run_rules import Rulebook, published_rules
from engine.services.deciding.schedules import runs_by_itself, settle_schedules
from engine.services.deciding.second_looks import after_look, due_now, enrol_orders, keep_looks, rules_that_look

AT_ONCE = 200
STEPS_A_TURN = 5  # of one account, before it is another one's turn
AT_ITS_TIME, ANOTHER_LOOK = "order.schedule_run", "order.looked_at_again"  # why rules were due, in the order's history


@dataclass(frozen=True, slots=True)
class Turn:
    """What one turn of an account came to: how many orders rules were run over, and whether there is more to do."""

    orders: int
    is_more: bool


@dataclass(frozen=True, slots=True)
class _Batch:
    """Orders, locked, and for each the rules that are due for it."""

    orders: Sequence[Order]
    due: Mapping[str, tuple[str, ...]]  # by the order's id
    action: str


def run_schedules(app: Application, account_id: str) -> Turn:
    """Do the next of what an account has due: runs of rules at their times, orders to be looked at again, and to be enrolled.

    Raises Refused when the published rules can no longer be read.
    """
    settle_schedules(app, account_id)
    orders = 0
    for _ in range(STEPS_A_TURN):
        done = next((count for step in STEPS if (count := step(app, account_id)) is not None), None)
        if done is None:
            return Turn(orders, is_more=False)
        orders += done
    return Turn(orders, is_more=True)


def _begin(app: Application, account_id: str) -> int | None:
    """Begin the run of all rules that are due, unless one is under way: each is due next at its first time after now."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        schedules = uow.schedules.list_for(account_id, for_change=True)
        due = [one for one in schedules if one.due_at is not None and one.due_at <= now]
        if not due or uow.schedules.find_run(account_id) is not None:
            return None
        account = uow.accounts.get(account_id)
        rules = {rule.id: rule for rule in published_rules(app, uow, account).rules if runs_by_itself(rule)}
        zone = ZoneInfo(account.time_zone)
        for one in due:
            schedule = rules[one.rule_id].schedule if one.rule_id in rules else None
            uow.schedules.put([replace(one, due_at=None if schedule is None else schedule.next_after(now, zone))])
        times = {one.rule_id: one.due_at for one in due if one.due_at is not None}
        uow.schedules.put_run(ScheduledRun(account_id, now, times))
        uow.commit()
    return 0


def _go_on(app: Application, account_id: str) -> int | None:
    """Run the rules of the run that is under way over its next orders; as they are published now."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        schedules = uow.schedules.list_for(account_id, for_change=True)
        run = uow.schedules.find_run(account_id)
        if run is None:
            return None
        rulebook = Rulebook.open(app, uow, uow.accounts.get(account_id))
        rules = [rule for rule in rulebook.compiled.rule_set.rules if rule.id in run.due and runs_by_itself(rule)]
        rules = [rule for rule in rules if rule.schedule is not None]
        statuses = sorted({status for rule in rules for status in rule.scheduled_over})
        ids = uow.orders.list_ids(account_id, statuses, run.reached, AT_ONCE)
        orders = uow.orders.get_many(account_id, ids, for_change=True)
        due = {order.id: tuple(rule.id for rule in rules if order.status() in rule.scheduled_over) for order in orders}
        matched = _run(app, uow, rulebook, _Batch(orders, due, AT_ITS_TIME), now)
        run = replace(run, tallies=_added(run, due, matched))
        if len(ids) == AT_ONCE:
            uow.schedules.put_run(replace(run, reached=ids[-1]))
        else:
            uow.schedules.put([_ended(one, run, now) for one in schedules if one.rule_id in run.due])
            uow.schedules.end_run(account_id)
        uow.commit()
    return len(orders)


def _look_again(app: Application, account_id: str) -> int | None:
    """Run the rules that look again over the next orders whose time has come."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        schedules = uow.schedules.list_for(account_id, for_change=True)
        ids = list(dict.fromkeys(look.order_id for look in uow.schedules.list_due_looks(account_id, now, AT_ONCE)))
        if not ids:
            return None
        rulebook = Rulebook.open(app, uow, uow.accounts.get(account_id))
        rules = rules_that_look(rulebook.compiled.rule_set.rules)
        orders = {order.id: order for order in uow.orders.get_many(account_id, ids, for_change=True)}
        waiting: dict[str, list[SecondLook]] = {order_id: [] for order_id in orders}
        for look in uow.schedules.looks_at(account_id, ids):  # again: somebody may have changed them before the lock
            if look.due_at is not None and look.due_at <= now:
                waiting[look.order_id].append(look)
        in_order = [rule.id for rule in rulebook.compiled.rule_set.rules if rule.id in rules]
        chosen = {order_id: set(due_now(looks, rules, orders[order_id], now)) for order_id, looks in waiting.items()}
        due = {order_id: tuple(one for one in in_order if one in chosen[order_id]) for order_id in orders}
        matched = _run(app, uow, rulebook, _Batch(list(orders.values()), due, ANOTHER_LOOK), now)
        uow.schedules.put([looked for one in schedules if (looked := _looked(one, due, matched, now)) != one])
        keep_looks(
            uow,
            [
                (look, after_look(look, rules, orders[order_id], now, ran=look.rule_id in chosen[order_id]))
                for order_id, looks in waiting.items()
                for look in looks
            ],
        )
        uow.commit()
    return len(orders)


def _enrol(app: Application, account_id: str) -> int | None:
    """Enrol the next orders of a rule that has just begun to look at any."""
    now = app.clock.now()
    with app.unit_of_work() as uow:
        enrolling = [one for one in uow.schedules.list_for(account_id, for_change=True) if one.enrolled is not None]
        if not enrolling:
            return None
        looking = rules_that_look(published_rules(app, uow, uow.accounts.get(account_id)).rules)
        for one in enrolling:
            rule = looking.get(one.rule_id)
            uow.schedules.put([replace(one, enrolled=None) if rule is None else enrol_orders(uow, one, *rule, now)])
        uow.commit()
    return 0


# The first of them that has anything to do is the next step.
STEPS: tuple[Callable[[Application, str], int | None], ...] = (_go_on, _begin, _enrol, _look_again)


def _run(app: Application, uow: UnitOfWork, rulebook: Rulebook, batch: _Batch, now: datetime) -> Mapping[str, int]:
    """Run the due rules over each order and keep what is new; how many orders each rule matched."""
    wanted = uow.jobs.find_many(rulebook.account.id, list(_effect_keys(rulebook, batch)))
    facts = rulebook.facts(uow, batch.orders, now)
    matches: dict[str, int] = {}
    runs = []
    for order in batch.orders:
        if not batch.due[order.id]:
            continue
        before, was_held = order.status(), order.is_held
        matched, outcome = rulebook.run_due(order, now, facts.get(order.id, NO_FACTS), batch.due[order.id], wanted)
        for rule_id in matched:
            matches[rule_id] = matches.get(rule_id, 0) + 1
        if outcome is not None:
            runs.append(Ran(outcome, batch.action, None, before, was_held))
    if runs:
        keep_runs(app, uow, rulebook, runs, ACTOR, now)
    return matches


def _effect_keys(rulebook: Rulebook, batch: _Batch) -> Iterator[str]:
    """Of all that the due rules may have asked for when they matched before."""
    rules = {rule.id: rule for rule in rulebook.compiled.rule_set.rules}
    for order in batch.orders:
        for rule_id in batch.due[order.id]:
            if rule_id in order.matched:
                yield from (effect_key(order.id, rule_id, position) for position in range(len(rules[rule_id].then)))


def _added(run: ScheduledRun, due: Mapping[str, Sequence[str]], matched: Mapping[str, int]) -> Mapping[str, RuleTally]:
    before = run.tallies or {}
    return {rule_id: before.get(rule_id, RuleTally()).plus(_count(rule_id, due), matched.get(rule_id, 0)) for rule_id in run.due}


def _ended(schedule: RuleSchedule, run: ScheduledRun, now: datetime) -> RuleSchedule:
    tally = (run.tallies or {}).get(schedule.rule_id, RuleTally())
    return schedule.ended(run.due[schedule.rule_id], now, tally)


def _looked(schedule: RuleSchedule, due: Mapping[str, Sequence[str]], matched: Mapping[str, int], now: datetime) -> RuleSchedule:
    """Of a rule that has no times, what is shown as its last run is the last time that it looked again."""
    orders = _count(schedule.rule_id, due)
    if schedule.times or not orders:
        return schedule
    return schedule.ended(now, now, RuleTally(orders, matched.get(schedule.rule_id, 0)))


def _count(rule_id: str, due: Mapping[str, Sequence[str]]) -> int:
    return sum(rule_id in rule_ids for rule_ids in due.values())
