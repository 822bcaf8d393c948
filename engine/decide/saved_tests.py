"""Runs the saved tests of a rule set and says what came out otherwise."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any, cast

from engine.decide.answer import answer_of, history_of
from engine.decide.compiled import CompiledRuleSet
from engine.decide.decide import decide
from engine.decide.decision import Trigger
from engine.decide.run import Case
from rules.context import NO_CONTEXT, RuleContext
from rules.document import RuleSet, SavedTest
from rules.messages import Message, Text
from rules.values import as_written, is_blank, moment_of, parse_time, shown

DEFAULT_NOW = datetime(2026, 1, 15, 12, 0, tzinfo=UTC)  # a Thursday; so that tests without `now` never change

DIFFERENT = Text("{path}: expected {expected}, got {got}", "{path}: se esperaba {expected}, se obtuvo {got}")


@dataclass(frozen=True, slots=True)
class TestResult:
    """One saved test and every difference; none means that it passed."""

    test: SavedTest
    differences: tuple[Message, ...]

    __test__ = False  # not a test class of pytest

    @property
    def passed(self) -> bool:
        return not self.differences


def run_saved_tests(rule_set: RuleSet, context: RuleContext = NO_CONTEXT, now: datetime | None = None) -> list[TestResult]:
    """The results in the order of the document. A test's own context and time stand before those given."""
    compiled: dict[str, CompiledRuleSet] = {}
    results = []
    try:
        for test in rule_set.tests:
            known = RuleContext.parse(test.context) if test.context is not None else context
            rules = compiled.setdefault(known.zone.key, CompiledRuleSet(rule_set, known.zone))
            moment = moment_of(test.now or now or DEFAULT_NOW)
            case = Case(test.order, cast(Trigger, test.trigger), moment, known, history_of(test.order))
            answer = answer_of(decide(rules, case), case)
            results.append(TestResult(test, tuple(_differences(test.expect, answer))))
    finally:
        for rules in compiled.values():
            rules.close()
    return results


def _differences(expect: Mapping[str, Any], answer: Mapping[str, Any]) -> Iterator[Message]:
    for key in ("matched", "flags"):
        if key in expect and expect[key] != answer[key]:
            yield _difference(key, expect[key], answer[key])
    yield from _subset("order", expect.get("order"), answer["order"])
    for key in ("effects", "errors"):
        if key in expect:
            yield from _each(key, expect[key], answer[key])


def _each(key: str, expected: list[Any], got: list[Any]) -> Iterator[Message]:
    """Lists of objects: as many as expected, each with at least what is expected of it."""
    if len(expected) != len(got):
        yield _difference(key, expected, got)
        return
    for number, (one, other) in enumerate(zip(expected, got, strict=True)):
        yield from _subset(f"{key}[{number}]", one, other)


def _subset(path: str, expected: Any, got: Any) -> Iterator[Message]:
    if isinstance(expected, Mapping):
        for key, value in expected.items():
            member = got.get(key) if isinstance(got, Mapping) else None
            yield from _subset(f"{path}.{key}", value, member)
    elif not (is_blank(expected) and is_blank(got)) and not _same(expected, got):
        yield _difference(path, expected, got)


def _same(expected: Any, got: Any) -> bool:
    """Equal as an order's values are: `60` and "60.00", `00501` and "00501", one instant in two offsets."""
    if isinstance(expected, list) and isinstance(got, list):
        return len(expected) == len(got) and all(map(_same, expected, got))
    if isinstance(expected, Mapping) and isinstance(got, Mapping):
        return expected.keys() == got.keys() and all(_same(value, got[key]) for key, value in expected.items())
    if isinstance(expected, bool) or isinstance(got, bool):
        return expected is got
    if isinstance(expected, int | Decimal):
        return as_written(expected) == got or _is_number(got, expected)
    if isinstance(expected, str) and isinstance(got, str) and expected != got:
        times = parse_time(expected), parse_time(got)
        return all(time is not None and time.tzinfo is not None for time in times) and times[0] == times[1]
    return bool(expected == got)


def _is_number(got: Any, expected: int | Decimal) -> bool:
    if isinstance(got, int | Decimal):
        return got == expected
    return isinstance(got, str) and got.replace(".", "", 1).isdigit() and Decimal(got) == expected


def _difference(path: str, expected: Any, got: Any) -> Message:
    return Message("different", DIFFERENT, {"path": path, "expected": shown(expected, 200), "got": shown(got, 200)})
