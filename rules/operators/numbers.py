"""Number operators. Exact decimals on both sides."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rules.messages import Message, Text
from rules.operators.registry import (
    AND,
    COMMA,
    IN_LIST,
    LOW_ABOVE_HIGH,
    NOT_IN_LIST,
    Finds,
    Operator,
    Takes,
    ValueKind,
    register,
    say_as_written,
)
from rules.said_values import said_number
from rules.source import Node, Scalar, to_plain
from rules.values import FieldType, Unreadable, read_number, shown

NOT_A_NUMBER = Text(
    "a number is expected here, without quotes, not {found}", "aquí se espera un número, sin comillas, no {found}"
)


def read_number_member(node: Node) -> Decimal | int | Message:
    """An exact number. A text is refused, `"10"` too."""
    if isinstance(node, Scalar) and isinstance(node.value, int | Decimal) and not isinstance(node.value, bool):
        return node.value
    return Message("wrong_value_type", NOT_A_NUMBER, {"found": shown(to_plain(node))})


def _read_listed(text: str) -> Decimal | int | Message:
    number = read_number(text)
    return number.message if isinstance(number, Unreadable) else number


def _say_number(member: Any) -> str | Text:
    return said_number(member) or say_as_written(member)


NUMBER = ValueKind(
    "number",
    Text("a number without quotes: `60`, `0.5`", "un número sin comillas: `60`, `0.5`"),
    read_number_member,
    {"type": "number"},
    say=_say_number,
    read_listed=_read_listed,
)


def _register(code: str, label: Text, help_: Text, test: Any, *, takes: Takes = Takes.ONE, on_blank: bool = False) -> None:
    prepare: Any = {
        Takes.ONE: lambda members, _case, _zone: members[0],
        Takes.LIST: lambda members, _case, _zone: frozenset(members),
        Takes.PAIR: lambda members, _case, _zone: members,
    }[takes]
    finds = Finds.EQUAL if code in ("equals", "in", "not_equals", "not_in") else None
    register(
        Operator(
            FieldType.NUMBER,
            code,
            label=label,
            sentence=Text(f"{{field}} {label.en} {{value}}", f"{{field}} {label.es} {{value}}"),
            help=help_,
            takes=takes,
            value=NUMBER,
            prepare=prepare,
            test=test,
            against=(lambda value, _case, _zone: value) if takes is Takes.ONE else None,
            on_blank=on_blank,
            joint=AND if takes is Takes.PAIR else COMMA,
            of_list=(NOT_IN_LIST if on_blank else IN_LIST) if takes is Takes.LIST else None,
            check_pair=(lambda low, high: None if low <= high else LOW_ABOVE_HIGH) if takes is Takes.PAIR else None,
            finds=finds,
            passes_when_found=not on_blank,
            steps=finds is None,
        )
    )


_register(
    "equals",
    Text("is", "es"),
    Text("The number is exactly the value; 60 and 60.00 are the same.", "El número es justo el valor; 60 y 60.00 son iguales."),
    lambda fact, value, _now: fact == value,
)
_register(
    "not_equals",
    Text("is not", "no es"),
    Text("The number is another than the value, or there is none.", "El número no es el valor, o no hay número."),
    lambda fact, value, _now: fact != value,
    on_blank=True,
)
_register(
    "less_than",
    Text("is less than", "es menor que"),
    Text("The number is below the value.", "El número queda por debajo del valor."),
    lambda fact, value, _now: fact < value,
)
_register(
    "at_most",
    Text("is at most", "es como mucho"),
    Text("The number is the value or below it.", "El número es el valor o queda por debajo."),
    lambda fact, value, _now: fact <= value,
)
_register(
    "greater_than",
    Text("is greater than", "es mayor que"),
    Text("The number is above the value.", "El número queda por encima del valor."),
    lambda fact, value, _now: fact > value,
)
_register(
    "at_least",
    Text("is at least", "es como mínimo"),
    Text("The number is the value or above it.", "El número es el valor o queda por encima."),
    lambda fact, value, _now: fact >= value,
)
_register(
    "between",
    Text("is between", "está entre"),
    Text(
        "The number is from the first value to the second, both included.",
        "El número está entre el primer valor y el segundo, ambos incluidos.",
    ),
    lambda fact, pair, _now: pair[0] <= fact <= pair[1],
    takes=Takes.PAIR,
)
_register(
    "in",
    Text("is one of", "es uno de"),
    Text("The number is one of the list.", "El número está en la lista."),
    lambda fact, values, _now: fact in values,
    takes=Takes.LIST,
)
_register(
    "not_in",
    Text("is none of", "no es ninguno de"),
    Text("The number is none of the list, or there is none.", "El número no está en la lista, o no hay número."),
    lambda fact, values, _now: fact not in values,
    takes=Takes.LIST,
    on_blank=True,
)
