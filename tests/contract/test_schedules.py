"""Contract of the repository of rules that run by themselves."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.examples import NOON, a_job, an_account, an_order

from engine.model.account import Account
from engine.model.job import JobKind, JobState, schedules_key
from engine.model.rule_set import RuleSetVersion
from engine.model.schedule import RuleSchedule, RuleTally, ScheduledRun, SecondLook, Settled, made_of
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork

LATER = NOON + timedelta(hours=1)


def keep_account(unit: SqlUnitOfWork, name: str = "1", orders: int = 0) -> Account:
    account = an_account(id=f"acc_{name}", slug=f"shop-{name}")
    unit.accounts.add(account)
    if orders:
        some = [an_order(account.id, None, id=f"ord_{number}", external_id=f"{number}") for number in range(orders)]
        unit.orders.add_many(some, "run")
    return account


def publish(unit: SqlUnitOfWork, account: Account, *numbers: int) -> list[str]:
    ids = [f"rsv_{account.id}_{number}" for number in numbers]
    for number, version_id in zip(numbers, ids, strict=True):
        unit.rule_sets.add_version(RuleSetVersion(version_id, account.id, 1, "n", "rules: []", NOON, "operator", f"set-{number}"))
    unit.rule_sets.arrange(account.id, ids)
    return ids


def test_accounts_are_unsettled_until_what_runs_is_what_schedules_were_made_of(database: Database) -> None:
    with database.unit_of_work() as unit:
        one, other, _empty = (keep_account(unit, name) for name in ("1", "2", "3"))
        ids = publish(unit, one, 1, 2)
        publish(unit, other, 1)
        assert unit.schedules.list_unsettled() == [one.id, other.id]

        unit.schedules.put_settled(Settled(one.id, made_of(one.time_zone, ids), NOON))
        assert unit.schedules.list_unsettled() == [other.id]
        assert unit.schedules.find_settled(one.id) == Settled(one.id, made_of(one.time_zone, ids), NOON)
        assert unit.schedules.find_settled(other.id) is None

        unit.rule_sets.arrange(one.id, ids[::-1])
        assert one.id in unit.schedules.list_unsettled()
        unit.rule_sets.arrange(one.id, ids)
        assert one.id not in unit.schedules.list_unsettled()
        unit.accounts.set_time_zone(one.id, "Asia/Tokyo")
        assert one.id in unit.schedules.list_unsettled()
        unit.rule_sets.arrange(one.id, [])
        assert one.id in unit.schedules.list_unsettled()
        unit.schedules.put_settled(Settled(one.id, made_of("Asia/Tokyo", []), NOON))
        assert one.id not in unit.schedules.list_unsettled()


@pytest.mark.parametrize("what", ["a rule", "a run", "a look", "an enrolment"])
def test_an_account_is_due_for_whatever_it_has_to_do_until_somebody_is_about_it(database: Database, what: str) -> None:
    with database.unit_of_work() as unit:
        account = keep_account(unit, orders=1)
        keep_account(unit, "2")
        at_noon = RuleSchedule(account.id, "r", due_at=LATER)
        unit.schedules.put([at_noon])
        unit.schedules.put_looks([SecondLook(account.id, "r", "ord_0", NOON, NOON, None)])
        assert unit.schedules.list_accounts_due(NOON) == []
        if what == "a rule":
            unit.schedules.put([replace(at_noon, due_at=NOON)])
        elif what == "a run":
            unit.schedules.put_run(ScheduledRun(account.id, NOON, {"r": NOON}))
        elif what == "a look":
            unit.schedules.put_looks([SecondLook(account.id, "r", "ord_0", NOON, NOON, NOON)])
        else:
            unit.schedules.put([replace(at_noon, enrolled="")])
        assert unit.schedules.list_accounts_due(NOON) == [account.id]

        job = a_job(account.id, schedules_key(account.id), kind=JobKind.RUN_SCHEDULES)
        unit.jobs.add_many([job])
        assert unit.schedules.list_accounts_due(NOON) == []
        assert unit.jobs.claim("me", NOON, LATER) is not None
        assert unit.schedules.list_accounts_due(NOON) == []
        unit.jobs.finish(job.id, "me", JobState.DONE, error=None, not_before=None)
        assert unit.schedules.list_accounts_due(NOON) == [account.id]


def test_rules_are_kept_by_account_and_id_and_go_with_their_looks(database: Database) -> None:
    with database.unit_of_work() as unit:
        account, other = keep_account(unit, orders=1), keep_account(unit, "2")
        schedules = [RuleSchedule(account.id, rule_id, "times", "look", NOON, "ord_0") for rule_id in ("a", "b")]
        unit.schedules.put([*schedules, RuleSchedule(other.id, "a")])
        unit.schedules.put_looks([SecondLook(account.id, rule_id, "ord_0", NOON, NOON, LATER) for rule_id in ("a", "b")])
        assert unit.schedules.list_for(account.id) == schedules

        ran = schedules[1].ended(NOON, LATER, RuleTally(3, 2))
        unit.schedules.put([ran])
        unit.schedules.remove(account.id, "a")

        assert unit.schedules.list_for(account.id, for_change=True) == [ran]
        assert (ran.last_due_at, ran.last_ended_at, ran.last_orders, ran.last_matched) == (NOON, LATER, 3, 2)
        assert unit.schedules.list_for(other.id) == [RuleSchedule(other.id, "a")]
        assert [look.rule_id for look in unit.schedules.looks_at(account.id, ["ord_0"])] == ["b"]


def test_a_run_is_kept_with_how_far_it_has_come(database: Database) -> None:
    with database.unit_of_work() as unit:
        account = keep_account(unit)
        assert unit.schedules.find_run(account.id) is None
        begun = ScheduledRun(account.id, NOON, {"a": NOON, "b": LATER})
        unit.schedules.put_run(begun)
        tallies = {"a": RuleTally(), "b": RuleTally()}
        assert unit.schedules.find_run(account.id) == replace(begun, tallies=tallies)

        further = replace(begun, reached="ord_7", tallies={"a": RuleTally(5, 1), "b": RuleTally(2, 2)})
        unit.schedules.put_run(further)
        assert unit.schedules.find_run(account.id) == further
        unit.schedules.end_run(account.id)
        assert unit.schedules.find_run(account.id) is None


def test_looks_are_listed_as_they_become_due_and_counted_by_rule(database: Database) -> None:
    with database.unit_of_work() as unit:
        account = keep_account(unit, orders=3)
        first, second, over = (
            SecondLook(account.id, "a", f"ord_{number}", NOON, NOON, due_at) for number, due_at in enumerate((LATER, NOON, None))
        )
        other = SecondLook(account.id, "b", "ord_2", NOON, NOON, NOON)
        unit.schedules.put_looks([first, second, over, other])

        assert unit.schedules.list_due_looks(account.id, NOON, 9) == [second, other]
        assert unit.schedules.list_due_looks(account.id, LATER, 9) == [second, other, first]
        assert unit.schedules.list_due_looks(account.id, LATER, 1) == [second]
        assert unit.schedules.count_looks(account.id) == {"a": (2, NOON), "b": (1, NOON)}
        assert sorted(unit.schedules.looks_at(account.id, ["ord_2"]), key=lambda look: look.rule_id) == [over, other]
        unit.schedules.put_looks([replace(second, due_at=None, decided_at=LATER)])
        assert unit.schedules.list_due_looks(account.id, LATER, 9) == [other, first]
        unit.schedules.drop_looks([other])
        assert unit.schedules.list_due_looks(account.id, LATER, 9) == [first]
        assert [look.rule_id for look in unit.schedules.looks_at(account.id, ["ord_2"])] == ["a"]


def test_orders_are_listed_by_their_statuses_in_the_order_of_their_ids(database: Database) -> None:
    with database.unit_of_work() as unit:
        account = keep_account(unit, orders=5)
        held = unit.orders.get_many(account.id, ["ord_1", "ord_3"])
        for order in held:
            order.rules["status"] = "on_hold"
        unit.orders.update_many(held)

        both = ["awaiting_shipment", "on_hold"]
        assert unit.orders.list_ids(account.id, both, "", 9) == [f"ord_{number}" for number in range(5)]
        assert unit.orders.list_ids(account.id, both, "ord_0", 3) == ["ord_1", "ord_2", "ord_3"]
        assert unit.orders.list_ids(account.id, ["on_hold"], "", 9) == ["ord_1", "ord_3"]
        assert unit.orders.list_ids(account.id, [], "", 9) == []
