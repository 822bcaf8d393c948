"""Backtests on a page: asked for, worked on in the background, called off, and what came of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from engine.application import Application
from engine.decide.backtest import Changed
from engine.model.backtest_run import BacktestRun, BacktestState, backtest_key
from engine.model.ids import new_id
from engine.model.job import Job, JobKind
from engine.model.sentence import Sentence
from engine.ports import NotFound, UnitOfWork
from engine.services.deciding.backtest_csv import csv_header, csv_lines
from engine.services.deciding.backtest_rules import Backtest, BacktestWish, compare_by_plan, plan_of
from engine.services.deciding.judging import Plan
from engine.services.deciding.past_decisions import ALL_TIME, Period
from engine.services.deciding.publish_rules import read_rules, whole_refusal
from engine.services.refusals import Refused
from rules.messages import Text
from rules.problems import RuleSetRefused

LISTED = 20
BETWEEN_REPORTS = timedelta(seconds=1)

BUSY = Text(
    "A backtest of this account is still running: wait for it, or cancel it.",
    "Todavía hay una prueba de esta cuenta en marcha: espera a que termine o cancélala.",
)
NO_BACKTEST = Text('There is no backtest "{backtest}".', 'No existe la prueba "{backtest}".')


@dataclass(frozen=True, slots=True)
class DoneBacktest:
    """A backtest that is done, and what came of it, as `Tally.to_data` says it."""

    run: BacktestRun
    result: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a backtest is called, the set that it tries out, with what it compares that, and over which orders."""

    name: str
    set_slug: str
    against: str
    period: Period = ALL_TIME
    sample: int | None = None


def start_backtest(app: Application, account_id: str, actor: str, wish: BacktestWish) -> BacktestRun:
    """A backtest whose job is due at once. Raises RuleSetRefused with every error of the draft, and Refused: for what cannot
    be compared with, or while another one of the account runs.
    """
    try:
        rule_set, _problems = read_rules(wish.content)
    except RuleSetRefused as refusal:
        with app.reading() as uow:
            account = uow.accounts.get(account_id)
            raise whole_refusal(app, uow, account, wish.content, refusal, wish.set_slug) from None
    slug = wish.set_slug or rule_set.slug
    wanted = Wanted(rule_set.name or slug, slug, wish.against, wish.period, wish.sample)
    return begin_backtest(app, account_id, actor, wanted, lambda uow: plan_of(app, uow, uow.accounts.get(account_id), wish))


def begin_backtest(
    app: Application, account_id: str, actor: str, wanted: Wanted, plan_in: Callable[[UnitOfWork], Plan]
) -> BacktestRun:
    """A backtest by the rules that `plan_in` settles. Raises what that raises, and Refused while another one runs or for a period
    without any time.
    """
    wanted.period.require_some_time()
    now = app.clock.now()
    with app.unit_of_work() as uow:
        plan = plan_in(uow)
        if any(run.goes_on for run in uow.backtests.list_for(account_id, LISTED)):
            raise Refused("backtest_running", BUSY)
        run = BacktestRun(
            *(new_id("bkt"), account_id, actor, now, wanted.name, wanted.set_slug, wanted.against),
            *(wanted.period.since, wanted.period.until, wanted.sample),
        )
        uow.backtests.add(run, plan.to_data())
        uow.jobs.upsert_due(
            Job(new_id("job"), account_id, JobKind.BACKTEST, backtest_key(run.id), {"backtest_id": run.id}, now, now)
        )
        uow.commit()
    app.wake.notify()
    return run


def run_backtest(app: Application, account_id: str, run_id: str) -> BacktestRun:
    """Work on a backtest until it is done or called off; one that was broken off begins anew. Raises NotFound."""
    with app.unit_of_work() as uow:
        run = uow.backtests.get(account_id, run_id, for_change=True)
        if not run.goes_on:
            return run
        plan = Plan.from_data(uow.backtests.plan_of(account_id, run_id))
        uow.backtests.drop_lines(account_id, run_id)
        uow.backtests.update(run.so_far(0, 0, 0))
        uow.commit()
    wish = BacktestWish(b"", period=Period(run.since, run.until), sample=run.sample, processes=app.judges, gently=True)
    keeping = _Keeping(app, run)
    return _keep(app, run, compare_by_plan(app, account_id, plan, wish, keeping.report, keeping.listen))


class _Keeping:
    """Keeps how far a backtest is, about once a second, and its differences as they come."""

    def __init__(self, app: Application, run: BacktestRun) -> None:
        self._app = app
        self._run = run
        self._told: datetime | None = None
        self._position = 0

    def report(self, so_far: Backtest) -> bool:
        """Whether nobody has called it off."""
        self._app.answering.let_pass()
        now = self._app.clock.now()
        if self._told is not None and now - self._told < BETWEEN_REPORTS:
            return True
        self._told = now
        with self._app.unit_of_work() as uow:
            run = uow.backtests.get(self._run.account_id, self._run.id, for_change=True)
            if run.goes_on:
                uow.backtests.update(run.so_far(so_far.seen, so_far.total, so_far.tally.changed))
                uow.commit()
        return run.goes_on

    def listen(self, changed: list[Changed]) -> None:
        if not changed:
            return
        with self._app.unit_of_work() as uow:
            uow.backtests.add_lines(self._run.account_id, self._run.id, self._position, csv_lines(changed))
            uow.commit()
        self._position += 1


def _keep(app: Application, run: BacktestRun, found: Backtest) -> BacktestRun:
    with app.unit_of_work() as uow:
        now_kept = uow.backtests.get(run.account_id, run.id, for_change=True)
        state = BacktestState.DONE if now_kept.goes_on and not found.interrupted else BacktestState.CANCELLED
        ended = now_kept.so_far(found.seen, found.total, found.tally.changed).end(state, app.clock.now())
        uow.backtests.update(ended)
        uow.backtests.keep_result(run.account_id, run.id, found.tally.to_data())
        uow.commit()
    return ended


def give_up(app: Application, uow: UnitOfWork, job: Job, problem: Sentence | None) -> None:
    """The backtest of a job that is not tried any more has failed."""
    run = uow.backtests.get(job.account_id, str(job.payload["backtest_id"]), for_change=True)
    if run.goes_on:
        uow.backtests.update(run.end(BacktestState.FAILED, app.clock.now(), problem))


def cancel_backtest(app: Application, account_id: str, run_id: str) -> BacktestRun:
    """Look at no further order; what is known by then is kept. Raises Refused."""
    with app.unit_of_work() as uow:
        run = _get(uow, account_id, run_id, for_change=True)
        if run.goes_on:
            run = run.end(BacktestState.CANCELLED, app.clock.now())
            uow.backtests.update(run)
            uow.commit()
    return run


def list_backtests(app: Application, account_id: str) -> list[BacktestRun]:
    """The newest first."""
    with app.reading() as uow:
        return uow.backtests.list_for(account_id, LISTED)


def get_backtest(app: Application, account_id: str, run_id: str) -> BacktestRun:
    """Raises Refused."""
    with app.reading() as uow:
        return _get(uow, account_id, run_id)


def get_result(app: Application, account_id: str, run_id: str) -> tuple[BacktestRun, Mapping[str, Any] | None]:
    """A backtest and what came of it, as `Tally.to_data` says it; None as long as nothing has. Raises Refused."""
    with app.reading() as uow:
        return _get(uow, account_id, run_id), uow.backtests.result_of(account_id, run_id)


def document_of(app: Application, account_id: str, run_id: str) -> str:
    """The rules that it tries out. Raises Refused."""
    with app.reading() as uow:
        return _document_of(uow, _get(uow, account_id, run_id))


def tries_adopted(app: Application, account_id: str, run_id: str) -> bool:
    """Whether it tries out rules that another account wrote, which nobody edits here. Raises Refused."""
    with app.reading() as uow:
        run = _get(uow, account_id, run_id)
        plan = Plan.from_data(uow.backtests.plan_of(account_id, run_id))
    return any(one.slug == run.set_slug and one.switched_off is not None for one in plan.after)


def _document_of(uow: UnitOfWork, run: BacktestRun) -> str:
    plan = Plan.from_data(uow.backtests.plan_of(run.account_id, run.id))
    return next(one.document for one in plan.after if one.slug == run.set_slug)


def find_backtest_of(app: Application, account_id: str, set_slug: str, document: str) -> DoneBacktest | None:
    """The newest that has tried out this very document as this set, and is done; how its lines end does not count."""
    lines = document.strip().splitlines()
    with app.reading() as uow:
        for run in uow.backtests.list_for(account_id, LISTED):
            if run.state is not BacktestState.DONE or run.set_slug != set_slug:
                continue
            if _document_of(uow, run).strip().splitlines() == lines:
                result = uow.backtests.result_of(account_id, run.id)
                return None if result is None else DoneBacktest(run, result)
    return None


def stream_csv(app: Application, account_id: str, run_id: str) -> Iterator[str]:
    """All differences as CSV, some lines at a time. Raises Refused before the first."""
    with app.reading() as uow:
        _get(uow, account_id, run_id)

    def lines() -> Iterator[str]:
        yield csv_header()
        position = -1
        while True:
            with app.reading() as uow:  # each time another: whoever reads may be slow
                found = uow.backtests.next_lines(account_id, run_id, position)
            if found is None:
                return
            position, text = found
            yield text

    return lines()


def _get(uow: UnitOfWork, account_id: str, run_id: str, *, for_change: bool = False) -> BacktestRun:
    try:
        return uow.backtests.get(account_id, run_id, for_change=for_change)
    except NotFound:
        raise Refused("no_backtest", NO_BACKTEST, backtest=run_id) from None
