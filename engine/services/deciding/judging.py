"""Decides about past orders in two ways, here or in processes of its own, and says where they differ.

A process gets documents and facts and gives back what is different; it has no database.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import signal
import threading
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, NamedTuple, Self

from engine.decide.backtest import Changed, Judged, difference
from engine.decide.decide import decide
from engine.decide.decision import Decision
from engine.decide.kept import Result, case_of, is_as_kept, kept_result, result_of
from engine.decide.known_costs import KnownRate, costs
from engine.decide.run import Case
from engine.model.kept_decision import KeptDecision
from engine.services.deciding.running_sets import ByZone, Line, RunningSet
from engine.services.refusals import PROCESS_GONE, Refused
from rules.context import RuleContext
from rules.document import RuleSet, run_together
from rules.order_document import loads

_GENTLY = 10  # the niceness of processes that let others pass
_AHEAD = 2  # batches for each process that wait for it


@dataclass(frozen=True, slots=True)
class Plan:
    """By which rules it is decided; without `before`, what was decided stands there.

    `versions` are the ids of those that `before` consists of, where these are versions: what they decided themselves stands.
    """

    after: Line
    before: Line | None
    versions: tuple[str, ...] | None = None

    def to_data(self) -> dict[str, Any]:
        """As a JSON object."""
        return {
            "after": list(map(list, self.after)),
            "before": None if self.before is None else list(map(list, self.before)),
            "versions": None if self.versions is None else list(self.versions),
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """What `to_data` made."""
        before = None if data["before"] is None else _line(data["before"])
        versions = data.get("versions")  # plans of old do not say it
        return cls(_line(data["after"]), before, None if versions is None else tuple(versions))


def _line(data: Any) -> Line:
    return tuple(RunningSet(slug, document, None if off is None else tuple(off)) for slug, document, off in data)


class Facts(NamedTuple):
    """What some past decisions are decided again from: contexts by id, rates by order's id."""

    decisions: Sequence[tuple[str, KeptDecision]]
    contexts: Mapping[str, RuleContext | None]
    rates: Mapping[str, Sequence[KnownRate]]

    def packed(self) -> PackedFacts:
        """The same for another process: as plain tuples, which are sent and read in two thirds of the time."""
        return [(number, tuple(kept)) for number, kept in self.decisions], self.contexts, self.rates

    @classmethod
    def unpack(cls, packed: PackedFacts) -> Self:
        decisions, contexts, rates = packed
        return cls([(number, KeptDecision._make(kept)) for number, kept in decisions], contexts, rates)


PackedFacts = tuple[Sequence[tuple[str, tuple[Any, ...]]], Mapping[str, RuleContext | None], Mapping[str, Sequence[KnownRate]]]


class Judge:
    """The rules of a plan, compiled."""

    def __init__(self, plan: Plan) -> None:
        self._after = ByZone(rules_of(plan.after))
        self._before = None if plan.before is None else ByZone(rules_of(plan.before))
        self._versions = plan.versions

    def judge(self, facts: Facts) -> Judged:
        """What of these orders would be different."""
        found = Judged()
        for number, kept in facts.decisions:
            known = loads(kept.facts)
            context = facts.contexts[kept.context_id]
            case = None if context is None or "erased" in known else case_of(known, kept.trigger, kept.decided_at, context)
            if case is None:
                found.erased += 1
            else:
                self._compare(found, number, kept, case, facts.rates.get(kept.order_id, ()))
        return found

    def _compare(self, found: Judged, number: str, kept: KeptDecision, case: Case, rates: Sequence[KnownRate]) -> None:
        zone = case.context.zone
        after = decide(self._after.get(zone), case)
        stands = self._before is None or tuple(kept.rule_set_version_ids) == self._versions  # it would come out the same again
        before = None if stands or self._before is None else decide(self._before.get(zone), case)
        found.orders += 1
        found.errors += bool(after.errors)
        if not rates and _is_same(after, before, kept):
            return
        results = kept_result(kept) if before is None else result_of(before), result_of(after)
        different = difference(case.document, *results)
        if different is not None:
            found.changed.append(Changed(kept.order_id, number, kept.id, different))
        if rates:
            _add_costs(found, case, results, rates)

    def close(self) -> None:
        for compiled in (self._after, self._before):
            if compiled is not None:
                compiled.close()


def _is_same(after: Decision, before: Decision | None, kept: KeptDecision) -> bool:
    """Whether nothing is different at first sight; where something is, it may still come to the same."""
    if before is None:
        return is_as_kept(after, kept)
    return (
        after.matched == before.matched
        and after.flags == before.flags
        and after.changes == before.changes
        and after.effects == before.effects
    )


def _add_costs(found: Judged, case: Case, results: tuple[Result, Result], rates: Sequence[KnownRate]) -> None:
    known = costs(case.document, *results, rates)
    if known is not None:
        currency, then, now = known
        amounts = found.cost.setdefault(currency, [then - then, now - now])
        found.cost[currency] = [amounts[0] + then, amounts[1] + now]


def rules_of(line: Line) -> RuleSet:
    """What runs, as one list of rules."""
    sets = []
    for one in line:
        rule_set = one.read()
        assert rule_set is not None  # whoever made the plan has read it
        sets.append((one.slug, rule_set))
    return run_together(sets)


Judging = Callable[[Iterable[Facts]], Iterator[Judged]]


@contextmanager
def judging(plan: Plan, processes: int = 0, *, gently: bool = False) -> Iterator[Judging]:
    """Judges batches in their order: in this process, or in so many others, which `gently` let everything else pass.

    Raises Refused when one of them has ended.
    """
    if processes < 1:
        judge = Judge(plan)
        try:
            yield lambda batches: map(judge.judge, batches)
        finally:
            judge.close()
        return
    pool = ProcessPoolExecutor(processes, multiprocessing.get_context("spawn"), _begin, (plan, gently))
    try:
        yield lambda batches: _in_turn(pool, batches, processes * _AHEAD)
    except BrokenProcessPool:
        raise Refused("process_gone", PROCESS_GONE) from None
    finally:
        pool.shutdown(cancel_futures=True)


def _in_turn(pool: ProcessPoolExecutor, batches: Iterable[Facts], ahead: int) -> Iterator[Judged]:
    waiting: deque[Future[Judged]] = deque()
    for batch in batches:
        with _deaf():
            waiting.append(pool.submit(_judge, batch.packed()))
        if len(waiting) > ahead:
            yield waiting.popleft().result()
    while waiting:
        yield waiting.popleft().result()


@contextmanager
def _deaf() -> Iterator[None]:
    """What is started meanwhile never hears Ctrl-C, which a terminal sends to all: who started it says when it is over."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGINT})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


_judge_here: Judge | None = None  # of a process that was started for this alone


def _begin(plan: Plan, gently: bool) -> None:
    global _judge_here  # noqa: PLW0603 - what the pool calls has no other way to it
    if gently:
        os.nice(_GENTLY)
    threading.Thread(target=_end_with_who_started_it, daemon=True).start()
    gc.set_threshold(100_000, 20, 50)  # facts are many small objects without cycles
    _judge_here = Judge(plan)


def _end_with_who_started_it() -> None:
    """One that is killed cannot end its pool, whose processes would wait for work for ever."""
    parent = multiprocessing.parent_process()
    assert parent is not None
    parent.join()
    os._exit(1)


def _judge(packed: PackedFacts) -> Judged:
    assert _judge_here is not None
    return _judge_here.judge(Facts.unpack(packed))
