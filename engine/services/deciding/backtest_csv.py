"""All differences of a backtest as CSV for spreadsheets, a line an order."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any

from engine.decide.backtest import Changed
from engine.services.spreadsheets import harmless
from rules.order_document import dumps

COLUMNS = (
    *("order_number", "order_id", "decision_id"),
    *("rules_gained", "rules_lost", "fields", "before", "after"),
    *("matched_before", "matched_after", "flags_before", "flags_after"),
)


def csv_header() -> str:
    return _lines([COLUMNS])


def csv_lines(changed: Iterable[Changed]) -> str:
    """Lines without a header; of fields that end up otherwise the values stand in the order of their names."""
    return _lines(_row(one) for one in changed)


def _row(one: Changed) -> Sequence[str]:
    before, after = one.difference.matched
    fields = one.difference.fields
    cells = (
        *(one.order_number, one.order_id, one.decision_id),
        " ".join(rule for rule in after if rule not in before),
        " ".join(rule for rule in before if rule not in after),
        " ".join(fields),
        "; ".join(_text(was) for was, _ in fields.values()),
        "; ".join(_text(will_be) for _, will_be in fields.values()),
        *(" ".join(part) for part in (before, after)),
        *(" ".join(part) for part in one.difference.flags),
    )
    return [harmless(cell) for cell in cells]


def _text(value: Any) -> str:
    return value if isinstance(value, str) else "" if value is None else dumps([value]).decode()[1:-1]


def _lines(rows: Iterable[Sequence[str]]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerows(rows)
    return out.getvalue()
