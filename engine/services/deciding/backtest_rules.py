"""A dry run over what was known when past decisions were taken: what a draft would have made otherwise of those orders."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from engine.application import Application, UnreadableVersion, parsed
from engine.decide.backtest import Changed, Tally
from engine.decide.known_costs import KnownRate
from engine.model.account import Account
from engine.model.rate_comparison import ComparedRate
from engine.model.rule_set import RuleSetVersion
from engine.ports import UnitOfWork
from engine.services.deciding.arrange_rules import NO_SET_EVER, NO_VERSION
from engine.services.deciding.draft_rules import Draft, in_place, open_draft
from engine.services.deciding.judging import Facts, Plan, judging, rules_of
from engine.services.deciding.past_decisions import (
    ALL_TIME,
    NO_LISTS,
    Lists,
    PastBatch,
    Period,
    Selection,
    count_to_look_at,
    newest_decisions,
)
from engine.services.deciding.rule_context import gather_lists
from engine.services.deciding.run_rules import unreadable_rules
from engine.services.deciding.running_sets import Line, RunningSet
from engine.services.refusals import Refused
from rules.document import lists_of
from rules.messages import Text
from rules.parser import parse_rule_set

CURRENT, DECIDED = "current", "decided"

BAD_AGAINST = Text(
    '"{against}" is nothing to compare with: write `current`, `decided` or the number of a version.',
    'Con "{against}" no se puede comparar: escribe `current`, `decided` o el número de una versión.',
)
UNREADABLE_VERSION = Text(
    'Version {number} of the rule set "{set}" can no longer be read, so nothing can be compared with it.',
    'La versión {number} del conjunto de reglas "{set}" ya no se puede leer; no se puede comparar con ella.',
)


@dataclass(frozen=True, slots=True)
class BacktestWish:
    """What is compared: a draft, with what (`current`, `decided` or a version's number), over which orders."""

    content: bytes
    against: str = CURRENT
    period: Period = ALL_TIME
    sample: int | None = None
    set_slug: str | None = None  # the set that the draft stands for, else as it says itself
    processes: int = 0  # of their own that decide; 0: this one
    gently: bool = False  # they let everything else pass


@dataclass(slots=True)
class Backtest:
    """What came of it; `interrupted` when it was stopped before all orders were looked at."""

    tally: Tally = field(default_factory=Tally)
    seen: int = 0  # orders that were looked at so far
    total: int = 0
    interrupted: bool = False


Report = Callable[[Backtest], bool]
Listener = Callable[[list[Changed]], None]


def go_on(_backtest: Backtest) -> bool:
    """To the end."""
    return True


def nobody(_changed: list[Changed]) -> None:
    """Hears of the differences."""


def backtest_rules(
    app: Application, account_id: str, wish: BacktestWish, report: Report = go_on, listener: Listener = nobody
) -> Backtest:
    """Decide about one past decision an order by a draft, and compare.

    Trigger, clock, context and history are those of the decision. `report` hears how far it is after each batch and says
    whether it goes on, `listener` gets every difference. Raises RuleSetRefused with every error of the draft, Refused for
    what cannot be compared with or a period without any time, NotFound for an unknown account.
    """
    with app.reading() as uow:
        plan = plan_of(app, uow, uow.accounts.get(account_id), wish)
    return compare_by_plan(app, account_id, plan, wish, report, listener)


def compare_by_plan(
    app: Application, account_id: str, plan: Plan, wish: BacktestWish, report: Report = go_on, listener: Listener = nobody
) -> Backtest:
    """The same by rules that are settled already; of the wish only the orders and the processes count. Raises Refused for a
    period without any time.
    """
    wish.period.require_some_time()
    selection = Selection(period=wish.period, sample=wish.sample, in_small_batches=wish.gently)
    result = Backtest(total=count_to_look_at(app, account_id, selection))
    if not report(result):
        result.interrupted = True
        return result
    seen: list[int] = []
    with app.reading() as uow:
        lists = lists_now(app, uow, account_id, plan)
    with judging(plan, wish.processes, gently=wish.gently) as judge:
        for found in judge(_facts(app, account_id, newest_decisions(app, account_id, selection, lists), seen)):
            result.tally.add(found)
            listener(found.changed)
            result.seen += seen.pop(0)
            if not report(result):
                result.interrupted = True
                break
    return result


def plan_of(app: Application, uow: UnitOfWork, account: Account, wish: BacktestWish) -> Plan:
    """The rules on both sides. Raises RuleSetRefused and Refused."""
    draft = open_draft(app, uow, account, wish.content, wish.set_slug)
    if wish.against == DECIDED:
        return Plan(draft.line, None)
    if wish.against == CURRENT:
        require_readable(account, draft.published)
        return Plan(draft.line, tuple(map(RunningSet.of, draft.published)), tuple(version.id for version in draft.published))
    if not (wish.against.isascii() and wish.against.isdigit() and len(wish.against) < 10):
        raise Refused("bad_against", BAD_AGAINST, against=wish.against)
    return Plan(draft.line, _line_of_version(uow, account, draft, int(wish.against)))


def require_readable(account: Account, published: Iterable[RuleSetVersion]) -> None:
    """Raises Refused where a set that is published can no longer be read."""
    try:
        parsed(published)
    except UnreadableVersion as refusal:
        raise unreadable_rules(account, refusal.version) from None


def _line_of_version(uow: UnitOfWork, account: Account, draft: Draft, number: int) -> Line:
    """What runs with an earlier version of the draft's set in its place."""
    version = uow.rule_sets.find_version(account.id, draft.slug, number)
    if version is None:
        newest = uow.rule_sets.find_version(account.id, draft.slug)
        if newest is None:
            known = ", ".join(uow.rule_sets.list_slugs(account.id)) or "-"
            raise Refused("no_set", NO_SET_EVER, account=account.slug, set=draft.slug, known=known)
        raise Refused("no_version", NO_VERSION, set=draft.slug, number=number, newest=newest.number)
    if parse_rule_set(version.document)[0] is None:
        raise Refused("unreadable_version", UNREADABLE_VERSION, set=draft.slug, number=number)
    return in_place(draft.published, draft.slug, version.document)


def lists_now(app: Application, uow: UnitOfWork, account_id: str, plan: Plan) -> Lists:
    """The lists that a plan's rules name, as they are now: rules that decided then knew the states of theirs."""
    if not uow.lists.list_for(account_id):
        return NO_LISTS
    lines = [plan.after, *([] if plan.before is None else [plan.before])]
    named = lists_of(rule for line in lines for rule in rules_of(line).rules)
    return gather_lists(app, uow, account_id, named).states


def _facts(app: Application, account_id: str, batches: Iterable[PastBatch], seen: list[int]) -> Iterator[Facts]:
    """What is decided again, with the rates that are known of the orders; how many orders each batch saw goes to `seen`."""
    for batch in batches:
        seen.append(batch.seen)
        with app.reading() as uow:
            rates = known_rates(uow, account_id, [kept.order_id for _, kept in batch.decisions])
        yield Facts(batch.decisions, batch.contexts, rates)


def known_rates(uow: UnitOfWork, account_id: str, order_ids: list[str]) -> dict[str, list[KnownRate]]:
    """What carriers asked for these orders the last time that their services were compared."""
    compared = uow.rates.list_compared(account_id, order_ids)
    return {order_id: [_known(rate) for rate in rates if rate.price is not None] for order_id, rates in compared.items()}


def _known(rate: ComparedRate) -> KnownRate:
    amount, currency = (Decimal(0), "") if rate.price is None else (rate.price.amount, rate.price.currency)
    return KnownRate(rate.carrier, rate.service, rate.level, rate.days, amount, currency)
