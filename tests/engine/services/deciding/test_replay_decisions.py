"""Replay: past decisions taken again by the versions and facts of then."""

from __future__ import annotations

from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import order_of, publish, release, reprocess
from support.shop import RULES, Shop, open_shop, overseas, ready

from engine.model.order import OrderState
from engine.services.accounts.erase_person import erase_person
from engine.services.deciding.answer_rules import run_manual_rule
from engine.services.deciding.replay_decisions import Otherwise, Replay, replay_decisions
from storage.database import Database

TAG_ALL = "{id: %s, when: always, then: [{do: add_tag, tag: %s}]}"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, RULES)


def replayed(shop: Shop, **options: Any) -> Replay:
    return replay_decisions(shop.app, shop.merchant.id, **options)


def change_kept(shop: Shop, column: str, value: str) -> str:
    """As if a decision had been kept otherwise; its id."""
    with shop.database.begin() as connection:
        connection.exec_driver_sql(f"UPDATE decisions SET {column} = '{value}'")
        return str(connection.exec_driver_sql("SELECT id FROM decisions").scalar_one())


def test_every_decision_comes_out_again_whatever_runs_now(shop: Shop, clock: FixedClock) -> None:
    shop.import_all(ready("1"), overseas("2"), ready("3", order_total=900))
    release(shop, "3")
    publish(shop, "{id: late, on: [manual], when: always, then: [{do: add_tag, tag: x}]}", TAG_ALL % ("b", "y"))
    clock.sleep(86_400)
    reprocess(shop, "1")
    run_manual_rule(shop.app, shop.merchant.id, "late", [shop.order_id("2")], "usr_1")

    assert replayed(shop) == Replay(decisions=6)


def test_only_decisions_since_a_moment_are_taken_again(shop: Shop, clock: FixedClock) -> None:
    shop.import_all(ready("1"))
    clock.sleep(60)
    now = clock.now()
    reprocess(shop, "1")

    assert replayed(shop, since=now).decisions == 1


@pytest.mark.parametrize(
    ("column", "value", "kept"),
    [
        ("matched", '["b"]', ["b"]),
        ("flags", '["unhandled"]', ["unhandled"]),
        ("changes", "[]", []),
        ("effects", '[{"do":"alert"}]', [{"do": "alert"}]),
        ("errors", '[{"rule":"a","path":"p","code":"c","message":"m"}]', [("a", "p", "c")]),
    ],
)
def test_what_comes_out_otherwise_is_named_with_both(shop: Shop, column: str, value: str, kept: Any) -> None:
    publish(shop, TAG_ALL % ("a", "x"))
    shop.import_all(ready("1"))
    decision_id = change_kept(shop, column, value)

    again = replayed(shop)
    [one] = again.different
    assert (again.decisions, again.count, one.decision_id, one.order_number) == (1, 1, decision_id, "1")
    assert {name: pair[0] for name, pair in one.fields.items()} == {column: kept}
    assert one.fields[column][1] != kept


def test_another_wording_of_an_error_is_the_same_decision(shop: Shop) -> None:
    publish(shop, "{id: a, when: {field: order_total, is: greater_than, value: 5}, then: []}")
    shop.import_all(ready("1", order_total="much"))
    with shop.database.begin() as connection:
        connection.exec_driver_sql("UPDATE decisions SET errors = REPLACE(errors, 'much', 'MUCH')")

    assert replayed(shop) == Replay(decisions=1)


def test_what_was_erased_is_counted_apart(shop: Shop) -> None:
    shop.import_all(ready("1", customer={"email": "ana@x.example"}), ready("2"))
    with shop.database.unit_of_work() as unit:
        finished = order_of(shop)
        finished.state = OrderState.SHIPPED
        unit.orders.update_many([finished])
        unit.commit()
    erase_person(shop.app, shop.merchant.slug, email="ana@x.example")

    assert replayed(shop) == Replay(decisions=1, erased=1)


def test_rules_that_can_no_longer_be_read_are_counted_apart(shop: Shop) -> None:
    shop.import_all(ready("1"))
    with shop.database.begin() as connection:
        connection.exec_driver_sql("UPDATE rule_set_versions SET document = 'rules: 3'")
    shop.app.compiled._kept.clear()  # as after a start

    assert replayed(shop) == Replay(unreadable=1)


def test_so_are_decisions_of_which_it_is_not_known_any_more_what_they_knew(shop: Shop) -> None:
    shop.import_all(ready("1"))
    with shop.database.begin() as connection:
        connection.exec_driver_sql("UPDATE decision_contexts SET context = '{\"account\": 3}'")

    assert replayed(shop) == Replay(unreadable=1)


def test_many_that_come_out_otherwise_are_counted_and_some_are_named(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.services.deciding.replay_decisions.MOST_DIFFERENT", 1)
    shop.import_all(ready("1"), ready("2"))
    with shop.database.begin() as connection:
        connection.exec_driver_sql("UPDATE decisions SET flags = '[\"skipped\"]'")

    again = replayed(shop)
    assert (again.count, [type(one) for one in again.different]) == (2, [Otherwise])
