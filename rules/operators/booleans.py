"""Boolean operators."""

from __future__ import annotations

from zoneinfo import ZoneInfo

from rules.messages import Text
from rules.operators.registry import Operator, Takes, register
from rules.values import FieldType


def _nothing(_members: tuple[object, ...], _match_case: bool, _zone: ZoneInfo) -> None:
    return None


register(
    Operator(
        FieldType.BOOLEAN,
        "is_true",
        label=Text("is true", "es verdadero"),
        sentence=Text("{field} is true", "{field} es verdadero"),
        help=Text("The field says true.", "El campo dice verdadero (`true`)."),
        takes=Takes.NOTHING,
        value=None,
        prepare=_nothing,
        test=lambda fact, _value, _now: fact,
    )
)
register(
    Operator(
        FieldType.BOOLEAN,
        "is_false",
        label=Text("is false", "es falso"),
        sentence=Text("{field} is false", "{field} es falso"),
        help=Text("The field says false, or has no value.", "El campo dice falso (`false`) o no tiene valor."),
        takes=Takes.NOTHING,
        value=None,
        prepare=_nothing,
        test=lambda fact, _value, _now: not fact,
        on_blank=True,
    )
)
