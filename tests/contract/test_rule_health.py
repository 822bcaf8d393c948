"""Contract of what is kept about how rules do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

from support.examples import NOON, a_store, an_account, an_order

from engine.decide.decision import UNHANDLED
from engine.model.order import OrderState
from engine.model.rule_health import RuleCount, RuleStanding
from storage.database import Database

ACCOUNT, OTHER = an_account(), an_account("other")
MONDAY, TUESDAY = date(2026, 3, 2), date(2026, 3, 3)
LATER = NOON + timedelta(hours=1)


def opened(database: Database) -> None:
    with database.unit_of_work() as unit:
        unit.accounts.add(ACCOUNT)
        unit.accounts.add(OTHER)
        unit.commit()


def add(database: Database, day: date, *counts: RuleCount, account_id: str = ACCOUNT.id) -> None:
    with database.unit_of_work() as unit:
        unit.rule_health.count(account_id, day, counts)
        unit.commit()


def counts(database: Database, since: date, account_id: str = ACCOUNT.id) -> dict[str, RuleCount]:
    with database.reading_unit_of_work() as unit:
        return unit.rule_health.list_counts(account_id, since)


def test_counts_of_one_day_and_of_several_are_added_up(database: Database) -> None:
    opened(database)
    add(database, MONDAY, RuleCount("a", 2, 0, LATER), RuleCount("b", 0, 3, None))
    add(database, MONDAY, RuleCount("a", 1, 1, NOON))
    add(database, TUESDAY, RuleCount("a", 4, 0, NOON), RuleCount("b", 1, 0, NOON))

    assert counts(database, MONDAY) == {"a": RuleCount("a", 7, 1, LATER), "b": RuleCount("b", 1, 3, NOON)}
    assert counts(database, TUESDAY) == {"a": RuleCount("a", 4, 0, LATER), "b": RuleCount("b", 1, 0, NOON)}
    assert counts(database, date(2026, 3, 4)) == {"a": RuleCount("a", 0, 0, LATER), "b": RuleCount("b", 0, 0, NOON)}
    assert counts(database, MONDAY, OTHER.id) == {}


def test_what_is_added_in_one_transaction_is_written_together_and_only_when_it_is_committed(database: Database) -> None:
    opened(database)
    with database.unit_of_work() as unit:
        unit.rule_health.count(ACCOUNT.id, MONDAY, [RuleCount("a", 1, 0, NOON), RuleCount("b", 1, 0, NOON)])
        unit.rule_health.count(ACCOUNT.id, MONDAY, [RuleCount("a", 1, 1, LATER)])
    assert counts(database, MONDAY) == {}

    with database.unit_of_work() as unit:
        unit.rule_health.count(ACCOUNT.id, MONDAY, [RuleCount("a", 1, 0, LATER)])
        unit.rule_health.count(ACCOUNT.id, MONDAY, [RuleCount("a", 1, 1, NOON)])
        unit.commit()
        unit.commit()
    assert counts(database, MONDAY) == {"a": RuleCount("a", 2, 1, LATER)}


def test_days_before_one_are_forgotten_of_all_accounts(database: Database) -> None:
    opened(database)
    for account in (ACCOUNT, OTHER):
        for day in (MONDAY, TUESDAY):
            add(database, day, RuleCount("a", 1, 0, NOON), account_id=account.id)
    with database.unit_of_work() as unit:
        unit.rule_health.forget_counts(TUESDAY)
        unit.commit()

    assert [counts(database, MONDAY, account.id)["a"].matches for account in (ACCOUNT, OTHER)] == [1, 1]


def test_the_standing_of_a_rule_is_kept_changed_and_dropped(database: Database) -> None:
    opened(database)
    first, second = RuleStanding("a", NOON), RuleStanding("b", NOON, LATER)
    with database.unit_of_work() as unit:
        unit.rule_health.put_standings(ACCOUNT.id, [first, second])
        unit.rule_health.put_standings(OTHER.id, [first])
        assert unit.rule_health.list_standings(ACCOUNT.id) == {"a": first, "b": second}
        unit.rule_health.put_standings(ACCOUNT.id, [replace(first, invalid_since=LATER), replace(second, invalid_since=None)])
        assert unit.rule_health.list_standings(ACCOUNT.id) == {
            "a": RuleStanding("a", NOON, LATER),
            "b": RuleStanding("b", NOON),
        }
        unit.rule_health.drop_standings(ACCOUNT.id, ["a"])
        assert list(unit.rule_health.list_standings(ACCOUNT.id)) == ["b"]
        assert unit.rule_health.list_standings(OTHER.id) == {"a": first}


def test_only_open_orders_without_a_rule_are_unhandled(database: Database) -> None:
    opened(database)
    store = a_store(ACCOUNT.id)
    with database.unit_of_work() as unit:
        unit.stores.add(store)
        orders = [an_order(ACCOUNT.id, store.id, str(number), flags=(UNHANDLED,)) for number in range(3)]
        orders.append(an_order(ACCOUNT.id, store.id, "handled"))
        orders[2].state = OrderState.SHIPPED
        unit.orders.add_many(orders, "run_1")
        assert unit.rule_health.list_unhandled(ACCOUNT.id, 9) == [orders[1].id, orders[0].id]
        assert unit.rule_health.list_unhandled(ACCOUNT.id, 1) == [orders[1].id]
        assert unit.rule_health.list_unhandled(OTHER.id, 9) == []
        assert unit.rule_health.count_unhandled(ACCOUNT.id) == 2
        assert unit.rule_health.count_unhandled(OTHER.id) == 0
