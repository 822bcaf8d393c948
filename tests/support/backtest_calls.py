"""The calls of the repository of backtests, as `support.tenant_calls` has those of the others."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from support.bulk_tenant_calls import BULK
from support.examples import NOON

from engine.model.backtest_run import BacktestRun, BacktestState


def backtest_of(it: Any) -> BacktestRun:
    """Some account's own."""
    return BacktestRun(f"bkt_{it.name}", it.account.id, it.name, NOON, it.name, it.name, "current")


def keep_backtest(uow: Any, it: Any) -> None:
    """With all that there is of it."""
    run = backtest_of(it)
    uow.backtests.add(run, {"after": [], "before": None})
    uow.backtests.keep_result(run.account_id, run.id, {"orders": it.name})
    uow.backtests.add_lines(run.account_id, run.id, 0, it.name)


def _changed(own: str, it: Any) -> BacktestRun:
    return replace(backtest_of(it), account_id=own, state=BacktestState.FAILED, seen=7)


BACKTESTS: dict[str, Callable[[Any, str, Any], object]] = {
    **BULK,
    "Backtests.update": lambda uow, own, it: uow.backtests.update(_changed(own, it)),
    "Backtests.get": lambda uow, own, it: uow.backtests.get(own, backtest_of(it).id),
    "Backtests.list_for": lambda uow, own, it: uow.backtests.list_for(own, 9),
    "Backtests.plan_of": lambda uow, own, it: uow.backtests.plan_of(own, backtest_of(it).id),
    "Backtests.keep_result": lambda uow, own, it: uow.backtests.keep_result(own, backtest_of(it).id, {"orders": "changed"}),
    "Backtests.result_of": lambda uow, own, it: uow.backtests.result_of(own, backtest_of(it).id),
    "Backtests.add_lines": lambda uow, own, it: uow.backtests.add_lines(own, backtest_of(it).id, 1, "changed"),
    "Backtests.drop_lines": lambda uow, own, it: uow.backtests.drop_lines(own, backtest_of(it).id),
    "Backtests.next_lines": lambda uow, own, it: uow.backtests.next_lines(own, backtest_of(it).id, -1),
    "Backtests.forget_all": lambda uow, own, it: uow.backtests.forget_all(own),
}
