"""Decisions as they were once kept, with the rules and the context of then, each a file of `tests/golden/decisions`.

A file is never written anew: an engine that decides otherwise about it would no longer explain what it once did. `record` adds
one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import orjson

from engine.application import Application
from engine.decide.backtest import replay_differences
from engine.decide.compiled import CompiledRuleSet
from engine.decide.decide import decide
from engine.decide.kept import Result, case_of, result_of
from rules.context import RuleContext
from rules.document import RuleSet, run_together
from rules.order_document import dumps, loads
from rules.parser import parse_rule_set

FOLDER = Path(__file__).parents[1] / "golden" / "decisions"


@dataclass(frozen=True)
class GoldenDecision:
    """One file."""

    name: str
    data: dict[str, Any]

    @property
    def kept(self) -> Result:
        decision = self.data["decision"]
        parts = (decision[name] for name in ("matched", "changes", "effects", "flags", "errors"))
        matched, changes, effects, flags, errors = parts
        return Result(tuple(matched), changes, effects, tuple(flags), errors)

    @property
    def rules(self) -> RuleSet:
        sets = []
        for one in self.data["sets"]:
            rule_set, problems = parse_rule_set(one["document"])
            assert rule_set is not None, [problem.to_line(self.name) for problem in problems]
            sets.append((one["set"], rule_set))
        return run_together(sets)

    def replay(self) -> dict[str, tuple[Any, Any]]:
        """What comes out otherwise now."""
        decision, context = self.data["decision"], RuleContext.parse(self.data["context"])
        case = case_of(decision["facts"], decision["trigger"], datetime.fromisoformat(decision["decided_at"]), context)
        assert case is not None
        compiled = CompiledRuleSet(self.rules, context.zone)
        try:
            return replay_differences(self.kept, result_of(decide(compiled, case)))
        finally:
            compiled.close()


def golden_decisions() -> list[GoldenDecision]:
    return [GoldenDecision(file.stem, loads(file.read_bytes())) for file in sorted(FOLDER.glob("*.json"))]


def record(app: Application, account_id: str, decision_id: str, name: str) -> Path:
    """Add a decision that was kept to the golden ones."""
    with app.reading() as uow:
        decision = uow.decisions.get(account_id, decision_id)
        versions = uow.rule_sets.get_versions(account_id, decision.rule_set_version_ids)
        context = uow.decisions.get_context(decision)
    parts = ("trigger", "facts", "matched", "changes", "effects", "flags", "errors")
    data = {
        "sets": [{"set": version.set_slug, "document": version.document} for version in versions],
        "context": context,
        "decision": {"decided_at": decision.decided_at.isoformat(), **{part: getattr(decision, part) for part in parts}},
    }
    return write(data, name)


def write(data: dict[str, Any], name: str) -> Path:
    file = FOLDER / f"{name}.json"
    assert not file.exists(), f"{file} is kept as it is"
    exact = orjson.Fragment  # numbers stay as they are written, digit for digit
    file.write_bytes(orjson.dumps(data, lambda value: exact(dumps([value])[1:-1]), orjson.OPT_INDENT_2) + b"\n")
    return file
