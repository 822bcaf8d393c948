"""What a newer offered version would have made otherwise of the account's own orders, before the account moves on to it."""

from __future__ import annotations

from dataclasses import dataclass

from engine.application import Application
from engine.model.account import Account
from engine.model.backtest_run import BacktestRun
from engine.ports import UnitOfWork
from engine.services.deciding.backtest_rules import (
    CURRENT,
    Backtest,
    BacktestWish,
    Listener,
    Report,
    compare_by_plan,
    go_on,
    nobody,
    require_readable,
)
from engine.services.deciding.judging import Plan
from engine.services.deciding.publish_rules import lists_for, read_rules
from engine.services.deciding.rule_context import gather_context
from engine.services.deciding.run_backtest import Wanted, begin_backtest
from engine.services.deciding.running_sets import RunningSet
from engine.services.sharing.adopt_rules import NewerVersion, look_at_newer
from rules.problems import RuleSetRefused
from rules.references import check_references


@dataclass(frozen=True, slots=True)
class NewerBacktest:
    """A newer version, and what came of trying it out."""

    newer: NewerVersion
    backtest: Backtest


def backtest_newer(
    app: Application, account: Account, set_slug: str, wish: BacktestWish, report: Report = go_on, listener: Listener = nobody
) -> NewerBacktest:
    """Compare the newest version that is offered of an adopted set with what runs, over one past decision an order.

    Of the wish the period, the sample and the processes count; what is switched off stays so. Raises Refused where nothing newer
    is offered, and RuleSetRefused with what the newer rules name and the account does not have.
    """
    newer = look_at_newer(app, account.slug, set_slug)
    with app.reading() as uow:
        plan = _plan_of(app, uow, account, newer)
    return NewerBacktest(newer, compare_by_plan(app, account.id, plan, wish, report, listener))


def start_newer_backtest(app: Application, account: Account, set_slug: str, actor: str) -> BacktestRun:
    """The same in the background, over all orders. Raises as `backtest_newer` does, and Refused while another one runs."""
    newer = look_at_newer(app, account.slug, set_slug)
    wanted = Wanted(newer.adopting.name, set_slug, CURRENT)
    return begin_backtest(app, account.id, actor, wanted, lambda uow: _plan_of(app, uow, account, newer))


def _plan_of(app: Application, uow: UnitOfWork, account: Account, newer: NewerVersion) -> Plan:
    slug = newer.adopting.slug
    published = uow.rule_sets.list_published(account.id)
    require_readable(account, published)
    rule_set, _problems = read_rules(newer.document.encode(), newer.adopting)
    context = gather_context(uow, account, lists_for(app, uow, account, rule_set, published)).context
    errors = [problem for problem in check_references(rule_set, context) if problem.severity == "error"]
    if errors:
        raise RuleSetRefused(errors)
    before = tuple(map(RunningSet.of, published))
    then = RunningSet(slug, newer.document, newer.adopting.adoption.switched_off)
    return Plan(tuple(then if one.slug == slug else one for one in before), before)
