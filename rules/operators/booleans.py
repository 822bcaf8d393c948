"""Boolean operators."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rules.messages import Text
from rules.operators.registry import Operator, Takes, register
from rules.values import FieldType


def _nothing(_members: tuple[object, ...], _match_case: bool, _zone: ZoneInfo) -> None:
    return None


for _code, _label, _wanted in (
    ("is_true", Text("is true", "es verdadero"), True),
    ("is_false", Text("is false", "es falso"), False),
):
    register(
        Operator(
            FieldType.BOOLEAN,
            _code,
            _label,
            Takes.NOTHING,
            not _wanted,
            None,
            _nothing,
            (lambda fact, _value, _now: fact) if _wanted else (lambda fact, _value, _now: not fact),
        )
    )
