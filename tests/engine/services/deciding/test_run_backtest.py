"""Backtests that people ask for: worked on in the background, called off, kept, explained, and forgotten."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.clock import FixedClock
from support.rule_runs import order_of, publish, rule_set
from support.shop import Shop, open_shop, ready

from engine.jobs.retention import forget_old
from engine.model.backtest_run import BACKTESTS_ARE_KEPT, BacktestRun, BacktestState
from engine.model.job import JobKind, JobState
from engine.model.order import OrderState
from engine.services.accounts.erase_person import erase_person
from engine.services.deciding import run_backtest as running
from engine.services.deciding.backtest_csv import csv_lines
from engine.services.deciding.backtest_rules import BacktestWish
from engine.services.deciding.explain_difference import explain_difference
from engine.services.deciding.past_decisions import Period
from engine.services.deciding.run_backtest import (
    cancel_backtest,
    document_of,
    find_backtest_of,
    get_backtest,
    get_result,
    list_backtests,
    start_backtest,
    stream_csv,
)
from engine.services.refusals import Refused
from rules.problems import RuleSetRefused
from storage.database import Database

TAG_ALL = "{id: %s, when: always, then: [{do: add_tag, tag: %s}]}"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(sqlite_database, clock, rules=None)
    publish(shop, TAG_ALL % ("a", "old"))
    shop.import_all(*(ready(str(number), customer={"email": f"{number}@x.example"}) for number in range(1, 6)))
    shop.work_off()
    return shop


def start(shop: Shop, *rules: str, **wish: Any) -> BacktestRun:
    return start_backtest(shop.app, shop.merchant.id, "usr_1", BacktestWish(rule_set(*rules), **wish))


def kept(shop: Shop, run: BacktestRun) -> BacktestRun:
    return get_backtest(shop.app, shop.merchant.id, run.id)


def test_a_backtest_is_done_in_the_background_and_kept(shop: Shop, clock: FixedClock) -> None:
    run = start(shop, TAG_ALL % ("a", "new"), against="decided", period=Period(clock.now()), sample=3)
    assert (run.state, run.name, run.set_slug, run.sample) == (BacktestState.WAITING, "r", "r", 3)
    assert get_result(shop.app, shop.merchant.id, run.id) == (run, None)
    shop.work_off()

    done, result = get_result(shop.app, shop.merchant.id, run.id)
    assert done == replace(run, state=BacktestState.DONE, seen=3, total=3, changed=3, ended_at=clock.now())
    assert result is not None
    assert (result["orders"], result["by_field"], len(result["differences"])) == (3, {"tags": 3}, 3)
    lines = "".join(stream_csv(shop.app, shop.merchant.id, run.id)).split("\r\n")
    assert lines[0].startswith("order_number,")
    assert len(lines) == 1 + 3 + 1
    assert document_of(shop.app, shop.merchant.id, run.id) == rule_set(TAG_ALL % ("a", "new")).decode()
    assert list_backtests(shop.app, shop.merchant.id) == [done]


def test_the_newest_of_a_document_is_found_once_it_is_done(shop: Shop) -> None:
    def found(document: str, set_slug: str = "r", account_id: str = shop.merchant.id) -> BacktestRun | None:
        one = find_backtest_of(shop.app, account_id, set_slug, document)
        return None if one is None else one.run

    document = rule_set(TAG_ALL % ("a", "new")).decode()
    for _ in range(2):
        run = start(shop, TAG_ALL % ("a", "new"))
        assert found(document) != run
        shop.work_off()
    one = find_backtest_of(shop.app, shop.merchant.id, "r", document.replace("\n", "\r\n") + "\n")
    assert one is not None
    assert (one.run.id, one.result["changed"]) == (run.id, 5)
    assert found(document.replace("new", "newer")) is None
    assert (found(document, "other"), found(document, "r", shop.provider.id)) == (None, None)


def test_what_is_published_meanwhile_does_not_count(shop: Shop) -> None:
    run = start(shop, TAG_ALL % ("a", "old"))
    publish(shop, TAG_ALL % ("a", "newer"))
    shop.work_off()

    assert (kept(shop, run).state, kept(shop, run).changed) == (BacktestState.DONE, 0)


def test_an_account_has_one_at_a_time(shop: Shop) -> None:
    first = start(shop, TAG_ALL % ("a", "new"))
    with pytest.raises(Refused, match="still running"):
        start(shop, TAG_ALL % ("a", "other"))
    shop.work_off()
    second = start(shop, TAG_ALL % ("a", "other"))
    assert [one.id for one in list_backtests(shop.app, shop.merchant.id)] == [second.id, first.id]


def test_what_cannot_be_tried_is_refused_before_anything_is_kept(shop: Shop) -> None:
    with pytest.raises(RuleSetRefused):
        start(shop, "{id: a, when: always, then: [{do: set_logistics_provider, provider: nobody}]}")
    with pytest.raises(RuleSetRefused) as refusal:
        start(shop, "{id: a, when: {field: nope, is: blank}, then: [{do: set_logistics_provider, provider: nobody}]}")
    assert [problem.message.code for problem in refusal.value.problems] == ["unknown_field", "unknown_provider"]
    with pytest.raises(Refused, match="nothing to compare"):
        start(shop, TAG_ALL % ("a", "new"), against="x")
    assert list_backtests(shop.app, shop.merchant.id) == []


def test_one_that_is_called_off_before_it_begins_looks_at_nothing(shop: Shop, clock: FixedClock) -> None:
    run = start(shop, TAG_ALL % ("a", "new"))
    assert cancel_backtest(shop.app, shop.merchant.id, run.id).state is BacktestState.CANCELLED
    shop.work_off()

    assert get_result(shop.app, shop.merchant.id, run.id)[1] is None
    assert cancel_backtest(shop.app, shop.merchant.id, run.id).ended_at == clock.now()


def test_one_that_is_called_off_ends_with_what_is_known(shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.services.deciding.past_decisions.BATCH", 1)
    run = start(shop, TAG_ALL % ("a", "new"))
    known_rates = running.compare_by_plan.__globals__["known_rates"]
    batches: list[int] = []

    def called_off(*arguments: Any) -> Any:
        clock.sleep(2)  # so that it tells how far it is
        batches.append(len(batches))
        if len(batches) == 3:
            shown = kept(shop, run)
            assert (shown.state, shown.seen, shown.total, shown.changed) == (BacktestState.RUNNING, 2, 5, 2)
            cancel_backtest(shop.app, shop.merchant.id, run.id)
        return known_rates(*arguments)

    monkeypatch.setattr("engine.services.deciding.backtest_rules.known_rates", called_off)
    shop.work_off()

    ended, result = get_result(shop.app, shop.merchant.id, run.id)
    assert (ended.state, ended.seen, ended.changed) == (BacktestState.CANCELLED, 3, 3)
    assert result is not None
    assert result["orders"] == 3


def test_one_that_breaks_off_begins_anew_and_fails_in_the_end(
    shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.services.deciding.past_decisions.BATCH", 2)
    monkeypatch.setattr(running, "csv_lines", breaking(csv_lines, "x.x."))
    run = start(shop, TAG_ALL % ("a", "new"))
    for _ in range(2):  # the second attempt comes further
        shop.work_off()
        clock.sleep(7200)
    assert kept(shop, run).state is BacktestState.RUNNING
    shop.work_off()

    assert kept(shop, run).state is BacktestState.DONE
    lines = "".join(stream_csv(shop.app, shop.merchant.id, run.id)).split("\r\n")
    assert len(lines) == 1 + 5 + 1  # none of an attempt that broke off

    monkeypatch.setattr(running, "csv_lines", breaking(csv_lines, "x"))
    failing = start(shop, TAG_ALL % ("a", "new"))
    for _ in range(3):
        shop.work_off()
        clock.sleep(7200)
    assert kept(shop, failing).state is BacktestState.FAILED
    assert kept(shop, failing).problem is not None


def breaking(write: Any, attempts: str) -> Any:
    """Writes lines, or fails: a letter a call, the last one from then on."""
    calls = iter(attempts)
    last = attempts[-1]

    def csv_lines(changed: Any) -> str:
        if next(calls, last) == "x":
            raise OSError("no space left")
        return str(write(changed))

    return csv_lines


def test_a_difference_is_explained_on_both_sides(shop: Shop) -> None:
    run = start(shop, "{id: b, when: {field: order_number, is: equals, value: '1'}, then: [{do: add_tag, tag: one}]}")
    shop.work_off()
    _, result = get_result(shop.app, shop.merchant.id, run.id)
    assert result is not None
    one = result["differences"][-1]

    found = explain_difference(shop.app, shop.merchant.id, run.id, one["decision_id"])
    assert (found.order_id, found.document["order_number"]) == (shop.order_id("1"), "1")
    assert found.difference.fields == {"tags": (["old"], ["one"])}
    lost, gained = found.rules
    assert (lost.id, lost.after, gained.id, gained.before) == ("a", None, "b", None)
    assert lost.before is not None
    assert gained.after is not None
    assert (lost.before["status"], gained.after["status"]) == ("matched", "matched")
    assert gained.after["when"]["sentence"] == "Order number is 1"


def test_it_is_explained_by_what_was_decided_where_it_was_compared_with_that(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("c", "newer"))
    run = start(shop, TAG_ALL % ("a", "new"), against="decided")
    shop.work_off()
    _, result = get_result(shop.app, shop.merchant.id, run.id)
    assert result is not None

    [rule] = explain_difference(shop.app, shop.merchant.id, run.id, result["differences"][0]["decision_id"]).rules
    assert rule.before is not None
    assert [change["after"] for change in rule.before["changes"]] == [["old"]]


def test_what_is_not_different_or_not_there_is_not_explained(shop: Shop) -> None:
    run = start(shop, TAG_ALL % ("a", "old"))
    decision_id = str(order_of(shop, "1").decision_id)
    for backtest, decision in ((run.id, decision_id), (run.id, "dec_9"), ("bkt_9", decision_id)):
        with pytest.raises(Refused):
            explain_difference(shop.app, shop.merchant.id, backtest, decision)
    for ask in (get_backtest, get_result, document_of, stream_csv, cancel_backtest):
        with pytest.raises(Refused, match='no backtest "bkt_9"'):
            ask(shop.app, shop.merchant.id, "bkt_9")  # type: ignore[operator]


def test_they_are_forgotten_after_a_while_and_when_somebody_is_erased(shop: Shop, clock: FixedClock) -> None:
    start(shop, TAG_ALL % ("a", "new"))
    shop.work_off()
    clock.sleep((BACKTESTS_ARE_KEPT - timedelta(days=1)).total_seconds())
    forget_old(shop.app)
    assert len(list_backtests(shop.app, shop.merchant.id)) == 1
    clock.sleep(timedelta(days=2).total_seconds())
    forget_old(shop.app)
    assert list_backtests(shop.app, shop.merchant.id) == []

    start(shop, TAG_ALL % ("a", "new"))
    shop.work_off()
    with shop.database.unit_of_work() as unit:
        finished = order_of(shop, "1")
        finished.state = OrderState.SHIPPED
        unit.orders.update_many([finished])
        unit.commit()
    erase_person(shop.app, shop.merchant.slug, email="1@x.example")
    assert list_backtests(shop.app, shop.merchant.id) == []


def test_a_process_of_its_own_comes_to_the_same(shop: Shop) -> None:
    shop.app = replace(shop.app, judges=1)
    run = start(shop, TAG_ALL % ("a", "new"))
    shop.work_off()
    assert (kept(shop, run).state, kept(shop, run).changed) == (BacktestState.DONE, 5)


def test_its_job_waits_for_no_other_work(shop: Shop) -> None:
    run = start(shop, TAG_ALL % ("a", "new"))
    with shop.database.reading_unit_of_work() as unit:
        job = unit.jobs.find(shop.merchant.id, f"backtest:{run.id}")
    assert job is not None
    assert (job.kind, job.state) == (JobKind.BACKTEST, JobState.DUE)
