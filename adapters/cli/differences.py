"""Differences between two ways to decide, as lines for people."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from rules.order_document import dumps
from rules.visible import harmless_line


def difference_line(order_number: str, matched: Sequence[Sequence[str]], fields: Mapping[str, Sequence[Any]]) -> str:
    """`1001: +rule-a -rule-b, tags ["x"] → ["y"]`: which rules match more and fewer, and which fields end up otherwise."""
    before, after = matched
    rules = [f"+{rule}" for rule in after if rule not in before] + [f"-{rule}" for rule in before if rule not in after]
    changes = [f"{name} {_value(was)} → {_value(will_be)}" for name, (was, will_be) in fields.items()]
    said = ", ".join(part for part in (" ".join(rules), *changes) if part) or "≠"
    return harmless_line(f"{order_number}: {said}")


def _value(value: Any) -> str:
    return "-" if value is None else dumps([value]).decode()[1:-1]
