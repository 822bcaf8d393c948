"""Backtests: what a draft would have made otherwise of the orders of the past."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import order_of, publish, reprocess, rule_set
from support.shop import Shop, open_shop, ready

from engine.decide.backtest import Changed
from engine.model.money import Money
from engine.model.rate_comparison import ComparedRate, RateComparison, RateWish
from engine.services.deciding.backtest_csv import csv_header, csv_lines
from engine.services.deciding.backtest_rules import Backtest, BacktestWish, backtest_rules
from engine.services.deciding.past_decisions import Period
from engine.services.deciding.preview_rules import preview_rules
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.replay_decisions import replay_decisions
from engine.services.lists.named_lists import set_list
from engine.services.refusals import Refused
from rules.problems import RuleSetRefused
from storage.database import Database

BY_COUNTRY = "{id: %s, when: {field: ship_to.country, is: equals, value: %s}, then: [{do: add_tag, tag: %s}]}"
TAG_ALL = "{id: %s, when: always, then: [{do: add_tag, tag: %s}]}"
ES, PT, FR = ({"name": "Ana", "city": "X", "country": country} for country in ("ES", "PT", "FR"))


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def compared(shop: Shop, *rules: str, **wish: Any) -> Backtest:
    return backtest_rules(shop.app, shop.merchant.id, BacktestWish(rule_set(*rules), **wish))


def three_orders(shop: Shop) -> None:
    publish(shop, BY_COUNTRY % ("near", "ES", "near"))
    shop.import_all(ready("1", ship_to=ES), ready("2", ship_to=PT), ready("3", ship_to=FR))


def test_the_orders_that_would_be_otherwise_are_said_with_all_about_them(shop: Shop) -> None:
    three_orders(shop)
    found = compared(shop, BY_COUNTRY % ("near", "PT", "near")).tally.to_data()

    second, first = found.pop("differences")
    assert found == {
        "orders": 3,
        "changed": 2,
        "unchanged": 1,
        "errors": 0,
        "by_field": {"tags": 2},
        "by_rule": {"near": {"gained": 1, "lost": 1}},
        "by_change": [
            {"field": "tags", "from": ["near"], "to": None, "orders": 1},
            {"field": "tags", "from": None, "to": ["near"], "orders": 1},
        ],
    }
    assert (first["order_number"], first["order_id"]) == ("1", shop.order_id("1"))
    assert (first["matched"], first["fields"], first["flags"]) == (
        [["near"], []],
        {"tags": [["near"], None]},
        [[], ["unhandled"]],
    )
    assert second["matched"] == [[], ["near"]]


def test_it_is_compared_with_what_runs_now_with_a_version_or_with_what_was_decided(shop: Shop) -> None:
    three_orders(shop)
    publish(shop, BY_COUNTRY % ("near", "PT", "near"))

    draft = BY_COUNTRY % ("near", "PT", "near")
    assert compared(shop, draft).tally.changed == 0
    assert compared(shop, draft, against="current").tally.changed == 0
    assert compared(shop, draft, against="2").tally.changed == 0
    assert compared(shop, draft, against="1").tally.changed == 2
    assert compared(shop, draft, against="decided").tally.changed == 2


def test_a_draft_may_stand_for_another_set_than_it_names(shop: Shop) -> None:
    publish_rules(shop.app, shop.merchant.slug, b"set: first\nrules:\n  - " + (TAG_ALL % ("a", "one")).encode())
    shop.import_all(ready("1"))

    found = compared(shop, TAG_ALL % ("a", "two"), set_slug="first")
    assert found.tally.differences[0].difference.fields == {"tags": (["one"], ["two"])}
    with pytest.raises(RuleSetRefused):
        compared(shop, TAG_ALL % ("a", "two"))


def test_clock_context_and_history_are_those_of_the_decision(shop: Shop, clock: FixedClock) -> None:
    publish(shop, "{id: once, when: always, once: true, then: [{do: add_tag, tag: first}]}")
    shop.import_all(ready("1", order_date=clock.now().isoformat()))
    clock.sleep(timedelta(days=400).total_seconds())

    recent = "{id: recent, when: {field: order_date, is: within_last, value: 7d}, then: [{do: add_tag, tag: new}]}"
    providers = "{id: p, when: always, then: [{do: set_logistics_provider, provider: acme-3pl}]}"
    once = "{id: once, when: always, once: true, then: [{do: add_tag, tag: first}]}"
    [one] = compared(shop, recent, providers, once).tally.differences
    assert one.difference.matched == (("once",), ("recent", "p", "once"))


def test_each_order_counts_once_by_the_decision_that_built_it_last_in_the_period(shop: Shop, clock: FixedClock) -> None:
    start = clock.now()
    three_orders(shop)
    clock.sleep(86_400)
    reprocess(shop, "1")
    first, second = _decision_ids(shop, "1")

    [one] = compared(shop, BY_COUNTRY % ("near", "AT", "near")).tally.differences
    assert one.decision_id == second
    early = Period(None, start + timedelta(hours=1))
    [one] = compared(shop, BY_COUNTRY % ("near", "AT", "near"), period=early).tally.differences
    assert one.decision_id == first
    late = compared(shop, BY_COUNTRY % ("near", "AT", "near"), period=Period(start + timedelta(hours=1)))
    assert (late.tally.orders, late.seen) == (1, 3)


def _decision_ids(shop: Shop, number: str) -> list[str]:
    with shop.database.reading_unit_of_work() as unit:
        return [one.id for one in unit.decisions.list_for_order(shop.merchant.id, shop.order_id(number))]


def test_a_sample_is_drawn_from_all_and_the_same_each_time(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("a", "x"))
    shop.import_all(*(ready(str(number)) for number in range(1, 41)))

    draws = [[one.order_number for one in compared(shop, TAG_ALL % ("a", "y"), sample=10).tally.differences] for _ in range(2)]
    assert draws[0] == draws[1]
    assert len(set(draws[0])) == 10
    assert draws[0] != [str(number) for number in range(40, 30, -1)]  # not just the newest
    assert compared(shop, TAG_ALL % ("a", "y"), sample=100).tally.orders == 40


def test_orders_over_which_a_rule_ends_in_an_error_are_counted(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("a", "x"))
    shop.import_all(ready("1", order_total="much"), ready("2"))

    found = compared(shop, "{id: a, when: {field: order_total, is: greater_than, value: 5}, then: [{do: add_tag, tag: x}]}")
    assert (found.tally.errors, found.tally.changed) == (1, 1)
    assert found.tally.differences[0].difference.flags == ((), ("unhandled", "needs_attention"))


def test_who_is_asked_after_each_batch_can_end_it(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.services.deciding.past_decisions.BATCH", 2)
    publish(shop, TAG_ALL % ("a", "x"))
    shop.import_all(*(ready(str(number)) for number in range(1, 8)))
    heard: list[tuple[int, int, int]] = []

    def report(so_far: Backtest) -> bool:
        heard.append((so_far.seen, so_far.total, so_far.tally.changed))
        return so_far.seen < 4

    found = backtest_rules(shop.app, shop.merchant.id, BacktestWish(rule_set(TAG_ALL % ("a", "y"))), report)
    assert heard == [(0, 7, 0), (2, 7, 2), (4, 7, 4)]
    assert (found.interrupted, found.tally.orders) == (True, 4)
    assert not compared(shop, TAG_ALL % ("a", "y")).interrupted


def test_processes_of_their_own_come_to_the_same(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.services.deciding.past_decisions.BATCH", 2)
    three_orders(shop)

    draft = BY_COUNTRY % ("near", "PT", "near")
    alone, with_others = (compared(shop, draft, processes=number) for number in (0, 2))
    assert with_others.tally.to_data() == alone.tally.to_data()


def test_no_transaction_is_open_while_it_decides(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    three_orders(shop)

    def write(_so_far: Backtest) -> bool:
        with shop.database.unit_of_work() as unit:  # on SQLite a reader that is open would see the state before
            order = order_of(shop, "1")
            order.person["note"] = "x"
            unit.orders.update_many([order])
            unit.commit()
        return True

    found = backtest_rules(shop.app, shop.merchant.id, BacktestWish(rule_set(TAG_ALL % ("a", "y"))), write)
    assert found.tally.orders == 3


def test_costs_are_said_where_rates_are_known(shop: Shop) -> None:
    publish(shop, "{id: a, when: always, then: [{do: set_service, carrier: correos, service: paq-premium}]}")
    shop.import_all(ready("1"), ready("2"))
    keep_rates(shop, "1", {"paq-premium": "6.50", "paq-estandar": "4.10"})

    cheaper = "{id: a, when: always, then: [{do: set_service, carrier: correos, service: paq-estandar}]}"
    assert compared(shop, cheaper).tally.to_data()["cost"] == {"EUR": [Decimal("6.50"), Decimal("4.10")]}
    unknown = "{id: a, when: always, then: [{do: set_service, carrier: dhl, service: parcel-connect}]}"
    assert "cost" not in compared(shop, unknown).tally.to_data()


def keep_rates(shop: Shop, number: str, prices: dict[str, str]) -> None:
    order = order_of(shop, number)
    now = shop.app.clock.now()
    rates = tuple(
        ComparedRate("car_1", "Correos", "own", "correos", service, Money(Decimal(price), "EUR"), 2, "standard", now)
        for service, price in prices.items()
    )
    comparison = RateComparison(order.account_id, order.id, str(order.decision_id), RateWish(), "d", now, rates)
    with shop.database.unit_of_work() as unit:
        unit.rates.keep_comparison(comparison)
        unit.commit()


@pytest.mark.parametrize(("against", "says"), [("yesterday", '"yesterday" is nothing to compare'), ("7", "no version 7")])
def test_what_it_cannot_be_compared_with_is_refused(shop: Shop, against: str, says: str) -> None:
    publish(shop, TAG_ALL % ("a", "x"))
    with pytest.raises(Refused, match=says):
        compared(shop, TAG_ALL % ("a", "y"), against=against)


@pytest.mark.parametrize("against", ["current", "1"])
def test_rules_that_can_no_longer_be_read_are_nothing_to_compare_with(shop: Shop, against: str) -> None:
    publish(shop, TAG_ALL % ("a", "x"))
    with shop.database.begin() as connection:
        connection.exec_driver_sql("UPDATE rule_set_versions SET document = 'rules: 3'")
    with pytest.raises(Refused, match="can no longer be read"):
        compared(shop, TAG_ALL % ("a", "y"), against=against)


def test_every_difference_is_heard_and_stands_in_the_csv_without_formulas(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("a", '"=1+1"'))
    shop.import_all(ready("=2"), ready("1"))
    heard: list[Changed] = []

    def listen(changed: Sequence[Changed]) -> None:
        heard.extend(changed)

    backtest_rules(shop.app, shop.merchant.id, BacktestWish(rule_set(TAG_ALL % ("b", "=y"))), listener=listen)
    lines = (csv_header() + csv_lines(heard)).split("\r\n")
    assert lines[0].startswith("order_number,order_id,decision_id,rules_gained,rules_lost,fields,before,after,")
    assert lines[1].startswith(f"1,{shop.order_id('1')},")
    assert lines[2].startswith(f"'=2,{shop.order_id('=2')},")
    assert lines[2].endswith(',b,a,tags,"[""=1+1""]","[""=y""]",a,b,,')


BY_LIST = "{id: near, when: {field: ship_to.country, is: in, value: {list: near}}, then: [{do: add_tag, tag: near}]}"


@pytest.mark.parametrize("processes", [0, 1])
def test_a_list_that_only_the_draft_names_is_as_it_is_now(shop: Shop, processes: int) -> None:
    three_orders(shop)
    set_list(shop.app, shop.merchant, "near", ["ES", "pt"])

    found = compared(shop, BY_LIST, processes=processes).tally.to_data()

    assert (found["orders"], found["changed"], found["errors"]) == (3, 1, 0)
    assert found["by_rule"] == {"near": {"gained": 1, "lost": 0}}
    assert preview_rules(shop.app, shop.merchant.id, rule_set(BY_LIST)).matched == 2


def test_a_list_that_a_decision_knew_is_as_it_was(shop: Shop) -> None:
    set_list(shop.app, shop.merchant, "near", ["ES"])
    publish(shop, BY_LIST)
    shop.import_all(ready("1", ship_to=ES), ready("2", ship_to=PT))
    set_list(shop.app, shop.merchant, "near", ["PT"])

    assert compared(shop, BY_LIST).tally.to_data()["changed"] == 0
    assert replay_decisions(shop.app, shop.merchant.id).different == []
