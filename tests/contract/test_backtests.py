"""Contract of the repository of backtests."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from support.examples import NOON, an_account_with_store

from engine.model.backtest_run import BacktestRun, BacktestState
from engine.model.sentence import Sentence
from engine.ports import NotFound
from storage.database import Database
from storage.unit_of_work import SqlUnitOfWork

PLAN = {"after": [["tags", "rules: []"]], "before": None}


@pytest.fixture
def run(database: Database) -> BacktestRun:
    with database.unit_of_work() as unit:
        owner = an_account_with_store(unit).account_id
        run = BacktestRun("bkt_1", owner, "usr_1", NOON, "Tags", "tags", "decided", NOON, None, 50)
        unit.backtests.add(run, PLAN)
        unit.commit()
    return run


def test_a_backtest_comes_back_as_it_was_kept(database: Database, run: BacktestRun) -> None:
    own = run.account_id
    with database.unit_of_work() as unit:
        assert unit.backtests.get(own, run.id, for_change=True) == run
        assert unit.backtests.plan_of(own, run.id) == PLAN
        assert unit.backtests.result_of(own, run.id) is None
        ended = run.so_far(5, 9, 2).end(BacktestState.FAILED, NOON + timedelta(minutes=1), Sentence("No.", "No."))
        unit.backtests.update(ended)
        unit.backtests.keep_result(own, run.id, {"orders": 5, "cost": {"EUR": [Decimal("1.10"), Decimal("2.20")]}})
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.backtests.get(own, run.id) == ended
        result = unit.backtests.result_of(own, run.id)
        assert result == {"orders": 5, "cost": {"EUR": [Decimal("1.10"), Decimal("2.20")]}}


def test_they_are_listed_the_newest_first(database: Database, run: BacktestRun) -> None:
    with database.unit_of_work() as unit:
        later = BacktestRun("bkt_2", run.account_id, "usr_1", NOON + timedelta(hours=1), "Tags", "tags", "current")
        unit.backtests.add(later, PLAN)
        assert unit.backtests.list_for(run.account_id, 9) == [later, run]
        assert unit.backtests.list_for(run.account_id, 1) == [later]


def lines_of(unit: SqlUnitOfWork, run: BacktestRun) -> list[str]:
    found, position = [], -1
    while (lines := unit.backtests.next_lines(run.account_id, run.id, position)) is not None:
        position, text = lines
        found.append(text)
    return found


def test_lines_come_in_their_order_and_can_be_dropped(database: Database, run: BacktestRun) -> None:
    with database.unit_of_work() as unit:
        for position, lines in ((1, "b\r\n"), (0, "a\r\n"), (10, "c\r\n")):
            unit.backtests.add_lines(run.account_id, run.id, position, lines)
        assert lines_of(unit, run) == ["a\r\n", "b\r\n", "c\r\n"]
        unit.backtests.drop_lines(run.account_id, run.id)
        assert lines_of(unit, run) == []


def test_old_ones_are_forgotten_and_so_are_all_of_an_account(database: Database, run: BacktestRun) -> None:
    with database.unit_of_work() as unit:
        later = BacktestRun("bkt_2", run.account_id, "usr_1", NOON + timedelta(hours=1), "Tags", "tags", "current")
        unit.backtests.add(later, PLAN)
        for one in (run, later):
            unit.backtests.add_lines(run.account_id, one.id, 0, one.id)
        unit.backtests.forget(later.created_at)
        assert unit.backtests.list_for(run.account_id, 9) == [later]
        assert lines_of(unit, later) == ["bkt_2"]
        unit.backtests.forget_all(run.account_id)
        assert unit.backtests.list_for(run.account_id, 9) == []
        assert lines_of(unit, later) == []


def test_what_is_not_there_is_said(database: Database, run: BacktestRun) -> None:
    with database.reading_unit_of_work() as unit:
        for ask in (unit.backtests.get, unit.backtests.plan_of, unit.backtests.result_of):
            with pytest.raises(NotFound):
                ask(run.account_id, "bkt_9")
