"""Decides again what was decided, by the versions and facts of then: it has to come out the same, always."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from engine.application import Application, UnreadableVersion
from engine.decide.backtest import replay_differences
from engine.decide.compiled import CompiledRuleSet
from engine.decide.decide import decide
from engine.decide.kept import case_of, is_as_kept, kept_result, result_of
from engine.model.kept_decision import KeptDecision
from engine.model.rule_set import RuleSetVersion
from engine.ports import NotFound
from engine.services.deciding.past_decisions import PastBatch, Period, all_decisions
from rules.order_document import loads

MOST_DIFFERENT = 1000  # that are named; all of them are counted


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A decision that comes out otherwise: the parts that do, as they were kept and as they are now."""

    decision_id: str
    order_number: str
    fields: dict[str, tuple[Any, Any]]


@dataclass(slots=True)
class Replay:
    """So many `decisions` were taken again; `erased` ones cannot be, since what they knew of a person is gone.

    Of `unreadable` ones a version of the rules, or what they knew, can no longer be read.
    """

    decisions: int = 0
    erased: int = 0
    unreadable: int = 0
    count: int = 0  # of those that come out otherwise
    different: list[Otherwise] = field(default_factory=list)


def _nobody(_replay: Replay) -> None: ...


def replay_decisions(
    app: Application, account_id: str, since: datetime | None = None, report: Callable[[Replay], None] = _nobody
) -> Replay:
    """Take every decision of an account anew, or those since a moment. `report` hears how far it is after each batch."""
    replay = Replay()
    replaying = _Replaying(app, account_id, replay)
    for batch in all_decisions(app, account_id, Period(since)):
        replaying.take(batch)
        report(replay)
    return replay


class _Replaying:
    """Takes one batch of decisions after the other."""

    def __init__(self, app: Application, account_id: str, replay: Replay) -> None:
        self._app = app
        self._account_id = account_id
        self._replay = replay
        self._versions: dict[str, RuleSetVersion] = {}

    def take(self, batch: PastBatch) -> None:
        self._learn_versions(batch)
        replay = self._replay
        for number, kept in batch.decisions:
            facts = loads(kept.facts)
            if "erased" in facts:
                replay.erased += 1
                continue
            context = batch.contexts[kept.context_id]
            case = None if context is None else case_of(facts, kept.trigger, kept.decided_at, context)
            compiled = None if case is None else self._compiled(kept, case.context.zone)
            if case is None or compiled is None:
                replay.unreadable += 1
                continue
            replay.decisions += 1
            decision = decide(compiled, case)
            if is_as_kept(decision, kept):
                continue
            fields = replay_differences(kept_result(kept), result_of(decision))
            if fields:
                replay.count += 1
                if len(replay.different) < MOST_DIFFERENT:
                    replay.different.append(Otherwise(kept.id, number, fields))

    def _learn_versions(self, batch: PastBatch) -> None:
        wanted = {version_id for _, kept in batch.decisions for version_id in kept.rule_set_version_ids}
        with self._app.reading() as uow:
            for version_id in sorted(wanted - self._versions.keys()):
                try:
                    [self._versions[version_id]] = uow.rule_sets.get_versions(self._account_id, [version_id])
                except NotFound:
                    continue  # its decisions count as unreadable

    def _compiled(self, kept: KeptDecision, zone: ZoneInfo) -> CompiledRuleSet | None:
        try:
            return self._app.compiled.get([self._versions[one] for one in kept.rule_set_version_ids], zone)
        except (KeyError, UnreadableVersion):
            return None
