"""Number operators. Exact decimals on both sides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rules.messages import Message, Text
from rules.operators.registry import Operator, Takes, register
from rules.source import Node, Scalar, to_plain
from rules.values import FieldType, shown

NOT_A_NUMBER = Text(
    "a number is expected here, without quotes, not {found}", "aquí se espera un número, sin comillas, no {found}"
)


def read_number_member(node: Node) -> Decimal | int | Message:
    """An exact number. A text is refused, `"10"` too."""
    if isinstance(node, Scalar) and isinstance(node.value, int | Decimal) and not isinstance(node.value, bool):
        return node.value
    return Message("wrong_value_type", NOT_A_NUMBER, {"found": shown(to_plain(node))})


def _register(code: str, en: str, es: str, test: Any, *, takes: Takes = Takes.ONE, on_blank: bool = False) -> None:
    prepare: Any = {
        Takes.ONE: lambda members, _case, _zone: members[0],
        Takes.LIST: lambda members, _case, _zone: frozenset(members),
        Takes.PAIR: lambda members, _case, _zone: members,
    }[takes]
    in_order = (lambda low, high: low <= high) if takes is Takes.PAIR else None
    membership = {"equals": True, "in": True, "not_equals": False, "not_in": False}.get(code)
    register(
        Operator(FieldType.NUMBER, code, Text(en, es), takes, on_blank, read_number_member, prepare, test, in_order, membership)
    )


_register("equals", "is", "es", lambda fact, value, _now: fact == value)
_register("not_equals", "is not", "no es", lambda fact, value, _now: fact != value, on_blank=True)
_register("less_than", "is less than", "es menor que", lambda fact, value, _now: fact < value)
_register("at_most", "is at most", "es como mucho", lambda fact, value, _now: fact <= value)
_register("greater_than", "is greater than", "es mayor que", lambda fact, value, _now: fact > value)
_register("at_least", "is at least", "es como mínimo", lambda fact, value, _now: fact >= value)
_register("between", "is between", "está entre", lambda fact, pair, _now: pair[0] <= fact <= pair[1], takes=Takes.PAIR)
_register("in", "is one of", "es uno de", lambda fact, values, _now: fact in values, takes=Takes.LIST)
_register(
    "not_in", "is none of", "no es ninguno de", lambda fact, values, _now: fact not in values, takes=Takes.LIST, on_blank=True
)
