"""A bulk action over very many orders, as `serve` works it off, and what another account's grid costs meanwhile."""

from __future__ import annotations

from benchmarks.beside import Report, Service, Size, fill, open_account, service
from benchmarks.figures import Circumstances
from benchmarks.import_orders import Say
from benchmarks.processes import BenchmarkFailed
from engine.application import Application
from engine.model.bulk_action import BulkState
from engine.services.bulk.results import list_bulk_actions
from engine.services.bulk.start import BulkWish, start_bulk_action

FULL = Size(orders=10_000, pages=300)
QUICK = Size(orders=20, pages=3)


def run(size: Size, say: Say) -> Report:
    """Measure on SQLite. Raises BenchmarkFailed."""
    circumstances = Circumstances(runs=1)
    with service() as opened:
        report = _measure(opened, size, circumstances)
    say(f"{size.orders:,} orders in {report.timed.work_s:.1f} s, p99 of the grid {report.timed.ratio:.2f} times")
    return report


def _measure(opened: Service, size: Size, circumstances: Circumstances) -> Report:
    app = opened.app
    account = open_account(app, "Casa Verde", "owner@casa-verde.example")
    wish = BulkWish("hold", fill(app, account, size.orders), {"reason": "Stock count"})
    timed = opened.time_pages(
        size, lambda: start_bulk_action(app, account.id, wish, "bench"), lambda: _has_ended(app, account.id, size.orders)
    )
    done = f"{size.orders:,} orders held, {size.orders / timed.work_s:.0f} a second"
    return Report(size, timed, done, circumstances)


def _has_ended(app: Application, account_id: str, total: int) -> bool:
    [action] = list_bulk_actions(app, account_id)
    if action.state is BulkState.DONE and action.done == total:
        return True
    if not action.is_running:
        raise BenchmarkFailed(f"the bulk action is {action.state}, and {action.done} of {total} orders are done")
    return False
