"""A backtest of very many orders, as `serve` works on it, and what another account's grid costs meanwhile."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from adapters.stores.brightpearl.description.kind import BRIGHTPEARL
from benchmarks.beside import Report, Service, Size, service
from benchmarks.figures import Circumstances
from benchmarks.import_orders import Say
from benchmarks.merchant import RULES, prepare_accounts
from benchmarks.processes import BenchmarkFailed
from benchmarks.stored_backtests import CHANGE, SLUG, StoredOrders, import_stored
from benchmarks.workload import write_orders
from engine.application import Application
from engine.model.backtest_run import BacktestState
from engine.services.deciding.backtest_rules import BacktestWish
from engine.services.deciding.run_backtest import list_backtests, start_backtest

FULL = Size(orders=100_000, pages=300)
QUICK = Size(orders=50, pages=3)
JUDGES = 1  # as app.py has it
_KEEPING = (b", send: true", b"")  # so that nothing is handed over while pages are timed


def run(size: Size, say: Say) -> Report:
    """Measure on SQLite. Raises BenchmarkFailed."""
    circumstances = Circumstances(runs=1)
    with tempfile.TemporaryDirectory(prefix="relevo-bench-") as folder:
        store: Any = StoredOrders(write_orders(Path(folder), size.orders))
        with service({BRIGHTPEARL.code: store}, judges=JUDGES) as opened:
            report = _measure(opened, size, circumstances)
    say(f"{size.orders:,} orders in {report.timed.work_s:.1f} s, p99 of the grid {report.timed.ratio:.2f} times")
    return report


def _measure(opened: Service, size: Size, circumstances: Circumstances) -> Report:
    app = opened.app
    prepare_accounts(app)
    rules = RULES.read_bytes().replace(*_KEEPING)
    import_stored(app, rules)
    with app.reading() as uow:
        account = uow.accounts.find_by_slug(SLUG)
    assert account is not None
    wish = BacktestWish(rules.replace(*CHANGE), "decided")
    timed = opened.time_pages(
        size, lambda: start_backtest(app, account.id, "bench", wish), lambda: _has_ended(app, account.id, size.orders)
    )
    done = f"{size.orders:,} orders tried with 53 rules, {size.orders / timed.work_s:,.0f} a second"
    return Report(size, timed, done, circumstances)


def _has_ended(app: Application, account_id: str, total: int) -> bool:
    [run] = list_backtests(app, account_id)
    if run.state is BacktestState.DONE and run.seen == total:
        return True
    if not run.goes_on:
        raise BenchmarkFailed(f"the backtest is {run.state}, and has seen {run.seen} of {total} orders")
    return False
