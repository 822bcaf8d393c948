"""The decisions of an account that are decided again: one an order, the newest orders first, a few in memory at a time.

Each batch is read in a transaction of its own, so that none is open while rules run.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from engine.application import Application
from engine.model.kept_decision import DecisionHead, KeptDecision
from engine.ports import NotFound, UnitOfWork
from engine.services.deciding.rule_context import context_of_data
from engine.services.refusals import Refused
from rules.context import ContextRefused, RuleContext
from rules.messages import Text
from rules.named_lists import NamedList

BATCH = 1000  # orders
SMALL_BATCH = 200  # where somebody may wait for a page meanwhile: it is read in a few milliseconds
REBUILDING: frozenset[str] = frozenset({"imported", "reprocess"})


ENDS_FIRST = Text(
    "The last day is before the first one: no decision was taken between them.",
    "El último día es anterior al primero: entre ellos no se tomó ninguna decisión.",
)


@dataclass(frozen=True, slots=True)
class Period:
    """When decisions were taken: from `since` on, and before `until`."""

    since: datetime | None = None
    until: datetime | None = None

    def has(self, moment: datetime) -> bool:
        return (self.since is None or moment >= self.since) and (self.until is None or moment < self.until)

    def require_some_time(self) -> None:
        """Raises Refused where it ends before it begins: nothing decided then would look like nothing changed."""
        if self.since is not None and self.until is not None and self.until <= self.since:
            raise Refused("no_time", ENDS_FIRST)


ALL_TIME = Period()
Lists = Mapping[str, NamedList]  # by folded name
NO_LISTS: Lists = {}


@dataclass(frozen=True, slots=True)
class PastBatch:
    """Decisions with the numbers of their orders, and what rules knew then, by the contexts' ids."""

    decisions: Sequence[tuple[str, KeptDecision]]
    contexts: Mapping[str, RuleContext | None]
    seen: int  # orders that were looked at for them


class KnownContexts:
    """What rules knew beside the orders, made ready once; many decisions share one."""

    def __init__(self, app: Application, lists: Lists = NO_LISTS) -> None:
        self._app = app
        self._lists = lists
        self._known: dict[str, RuleContext | None] = {}

    def read(self, uow: UnitOfWork, account_id: str, decisions: Iterable[KeptDecision]) -> dict[str, RuleContext | None]:
        """Those of these decisions, by their ids."""
        found = {}
        for one in decisions:
            if one.context_id not in self._known:
                self._known[one.context_id] = context_then(self._app, uow, account_id, one.id, self._lists)
            found[one.context_id] = self._known[one.context_id]
        return found


def context_then(
    app: Application, uow: UnitOfWork, account_id: str, decision_id: str, lists: Lists = NO_LISTS
) -> RuleContext | None:
    """What the rules knew when a decision was taken; None when it is not complete any more.

    A list that no rule named then is in none of its states: it is as in `lists`.
    """
    try:
        context = context_of_data(app, uow, account_id, uow.decisions.context_of(account_id, decision_id)).context
    except (ContextRefused, NotFound):
        return None
    return replace(context, lists={**lists, **(context.lists or {})}) if lists else context


@dataclass(frozen=True, slots=True)
class Selection:
    """Which decisions: one an order, of the `last` orders or of all, as long as they have one in the period.

    It is the last one that built the rules' part of the order anew; where there is none, the last one of all. With
    `triggers` it is the last one by one of these. A `sample` is so many of them, drawn the same way each time.
    """

    last: int | None = None
    period: Period = ALL_TIME
    triggers: Collection[str] = ()
    sample: int | None = None
    in_small_batches: bool = False

    @property
    def at_once(self) -> int:
        """How many orders come in a batch."""
        return min(SMALL_BATCH, BATCH) if self.in_small_batches else BATCH


@dataclass(frozen=True, slots=True)
class _Page:
    """So many orders that were looked at, and of those that have one the number and the decision that counts."""

    seen: int
    heads: list[tuple[str, DecisionHead]]


_Choice = Callable[[list[DecisionHead]], list[DecisionHead]]


def newest_decisions(app: Application, account_id: str, selection: Selection, lists: Lists = NO_LISTS) -> Iterator[PastBatch]:
    """The decisions of a selection, those of the newest orders first. `lists` are those of rules that did not decide then."""
    pages = _pages(app, account_id, selection.last, lambda heads: _choose(heads, selection), selection.at_once)
    if selection.sample is not None:
        pages = _drawn(pages, selection.sample, account_id, selection.at_once)
    return _read(app, account_id, pages, lists)


def all_decisions(app: Application, account_id: str, period: Period = ALL_TIME) -> Iterator[PastBatch]:
    """Every decision of an account, those of the newest orders first."""
    pages = _pages(app, account_id, None, lambda heads: [one for one in heads if period.has(one.decided_at)], BATCH)
    return _read(app, account_id, pages)


def _read(app: Application, account_id: str, pages: Iterable[_Page], lists: Lists = NO_LISTS) -> Iterator[PastBatch]:
    contexts = KnownContexts(app, lists)
    for page in pages:
        with app.reading() as uow:
            kept = {one.id: one for one in uow.decisions.list_kept(account_id, [head.id for _, head in page.heads])}
            known = contexts.read(uow, account_id, kept.values())
        yield PastBatch([(number, kept[head.id]) for number, head in page.heads if head.id in kept], known, page.seen)


def count_to_look_at(app: Application, account_id: str, selection: Selection) -> int:
    """How many orders the batches of a selection will have seen in the end."""
    with app.reading() as uow:
        count = uow.orders.count(account_id)
    return min([count, *(limit for limit in (selection.last, selection.sample) if limit is not None)])


def _pages(app: Application, account_id: str, last: int | None, choose: _Choice, at_once: int) -> Iterator[_Page]:
    before: str | None = None
    left = last
    while left is None or left > 0:
        wanted = at_once if left is None else min(at_once, left)
        with app.reading() as uow:
            orders = uow.orders.list_newest(account_id, before, wanted)
            chosen = choose(uow.decisions.list_heads(account_id, [order_id for order_id, _ in orders]))
        numbers = dict(orders)
        chosen.sort(key=lambda head: head.order_id, reverse=True)
        yield _Page(len(orders), [(numbers[head.order_id], head) for head in chosen])
        if len(orders) < wanted:
            return
        before = orders[-1][0]
        left = None if left is None else left - len(orders)


def _choose(heads: list[DecisionHead], selection: Selection) -> list[DecisionHead]:
    """Of each order's decisions, oldest first, the one that counts."""
    triggers = selection.triggers
    chosen: dict[str, DecisionHead] = {}
    for head in heads:
        if not selection.period.has(head.decided_at) or (triggers and head.trigger not in triggers):
            continue
        earlier = chosen.get(head.order_id)
        if earlier is None or triggers or head.trigger in REBUILDING or earlier.trigger not in REBUILDING:
            chosen[head.order_id] = head
    return list(chosen.values())


def _drawn(pages: Iterable[_Page], size: int, seed: str, at_once: int) -> Iterator[_Page]:
    """So many of all, each as likely as any other, with no more of them in memory."""
    dice = random.Random(seed)  # noqa: S311 - no secret: the same account draws the same orders again
    drawn: list[tuple[str, DecisionHead]] = []
    count = 0
    for page in pages:
        for one in page.heads:
            count += 1
            if len(drawn) < size:
                drawn.append(one)
            elif (place := dice.randrange(count)) < size:
                drawn[place] = one
    drawn.sort(key=lambda one: one[1].order_id, reverse=True)
    for start in range(0, len(drawn), at_once):
        heads = drawn[start : start + at_once]
        yield _Page(len(heads), heads)
