"""Backtests that people have asked for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from engine.model.backtest_run import BacktestRun, BacktestState
from rules.messages import Text
from storage.statements import not_found, values_of
from storage.tables import BacktestLinesRow, BacktestRow

_BACKTEST = Text("backtest", "prueba retrospectiva")
_LISTED = tuple(column for column in BacktestRow.__table__.columns if column.name not in ("plan", "result"))


class SqlBacktests:
    """Implements `engine.ports.Backtests`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, run: BacktestRun, plan: Mapping[str, Any]) -> None:
        self._connection.execute(insert(BacktestRow).values({**values_of(run), "plan": dict(plan), "result": None}))

    def update(self, run: BacktestRun) -> None:
        changed = {name: getattr(run, name) for name in ("seen", "total", "changed", "ended_at", "problem")}
        changed["state"] = run.state.value
        self._connection.execute(update(BacktestRow).where(*_is(run.account_id, run.id)).values(changed))

    def get(self, account_id: str, run_id: str, *, for_change: bool = False) -> BacktestRun:
        query = select(*_LISTED).where(*_is(account_id, run_id))
        row = self._connection.execute(query.with_for_update() if for_change else query).mappings().first()
        if row is None:
            raise not_found(_BACKTEST, run_id)
        return _to_run(row)

    def list_for(self, account_id: str, limit: int) -> list[BacktestRun]:
        row = BacktestRow
        query = select(*_LISTED).where(row.account_id == account_id).order_by(row.created_at.desc(), row.id.desc())
        return [_to_run(found) for found in self._connection.execute(query.limit(limit)).mappings()]

    def plan_of(self, account_id: str, run_id: str) -> Mapping[str, Any]:
        plan: Mapping[str, Any] | None = self._connection.scalar(select(BacktestRow.plan).where(*_is(account_id, run_id)))
        if plan is None:
            raise not_found(_BACKTEST, run_id)
        return plan

    def keep_result(self, account_id: str, run_id: str, result: Mapping[str, Any]) -> None:
        self._connection.execute(update(BacktestRow).where(*_is(account_id, run_id)).values(result=dict(result)))

    def result_of(self, account_id: str, run_id: str) -> Mapping[str, Any] | None:
        found = self._connection.execute(select(BacktestRow.result).where(*_is(account_id, run_id))).first()
        if found is None:
            raise not_found(_BACKTEST, run_id)
        result: Mapping[str, Any] | None = found.result
        return result

    def add_lines(self, account_id: str, run_id: str, position: int, lines: str) -> None:
        if self._connection.scalar(select(BacktestRow.id).where(*_is(account_id, run_id))) is None:
            return
        values = {"backtest_id": run_id, "position": position, "account_id": account_id, "lines": lines}
        self._connection.execute(insert(BacktestLinesRow).values(values))

    def drop_lines(self, account_id: str, run_id: str) -> None:
        self._connection.execute(delete(BacktestLinesRow).where(*_of(account_id, run_id)))

    def next_lines(self, account_id: str, run_id: str, after: int) -> tuple[int, str] | None:
        row = BacktestLinesRow
        query = select(row.position, row.lines).where(*_of(account_id, run_id), row.position > after)
        found = self._connection.execute(query.order_by(row.position).limit(1)).first()
        return None if found is None else (found.position, found.lines)

    def forget_all(self, account_id: str) -> None:
        self._connection.execute(delete(BacktestLinesRow).where(BacktestLinesRow.account_id == account_id))
        self._connection.execute(delete(BacktestRow).where(BacktestRow.account_id == account_id))

    def forget(self, before: datetime) -> None:
        old = select(BacktestRow.id).where(BacktestRow.created_at < before)
        self._connection.execute(delete(BacktestLinesRow).where(BacktestLinesRow.backtest_id.in_(old)))
        self._connection.execute(delete(BacktestRow).where(BacktestRow.created_at < before))


def _is(account_id: str, run_id: str) -> tuple[ColumnElement[bool], ...]:
    return BacktestRow.id == run_id, BacktestRow.account_id == account_id


def _of(account_id: str, run_id: str) -> tuple[ColumnElement[bool], ...]:
    return BacktestLinesRow.backtest_id == run_id, BacktestLinesRow.account_id == account_id


def _to_run(row: Mapping[Any, Any]) -> BacktestRun:
    return BacktestRun(**{**row, "state": BacktestState(row["state"])})
