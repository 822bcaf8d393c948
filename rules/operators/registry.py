"""Operators by field type and code. An operator is one registration in the module of its type."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from rules.messages import Message, Text
from rules.source import Node
from rules.values import FieldType


class Takes(StrEnum):
    """How many values an operator compares with."""

    NOTHING = "nothing"
    ONE = "one"
    LIST = "list"
    ONE_OR_LIST = "one_or_list"
    PAIR = "pair"


# One member of a condition's value, read from the document: the value, or what is wrong with it.
ReadMember = Callable[[Node], Any | Message]
# The members made ready for comparing once, when a rule set is compiled: (members, match_case, account's zone).
Prepare = Callable[[tuple[Any, ...], bool, ZoneInfo], Any]
# Whether a non-blank, readable fact passes: (fact, prepared value, now in microseconds since 1970 UTC).
Test = Callable[[Any, Any, int], bool]


@dataclass(frozen=True, slots=True)
class Operator:
    """One way to compare a field of one type.

    Facts of text fields come folded (or exact, with `match_case`), numbers as int or Decimal, times in microseconds,
    sets as a frozenset of folded members.
    """

    type: FieldType
    code: str
    label: Text
    takes: Takes
    on_blank: bool  # the verdict when the field has no value
    read_member: ReadMember | None  # None: it takes no value
    prepare: Prepare
    test: Test
    check_pair: Callable[[Any, Any], bool] | None = None  # whether low and high stand in the right order
    # True: it passes for exactly the prepared value, or its members; False: for all others. Lets many be answered at once.
    membership: bool | None = None


_OPERATORS: dict[tuple[FieldType, str], Operator] = {}

# `blank` and `not_blank` fit every type and never look at what a value means.
BLANK = "blank"
NOT_BLANK = "not_blank"
PRESENCE_LABELS = {BLANK: Text("is blank", "está en blanco"), NOT_BLANK: Text("is not blank", "no está en blanco")}


def register(operator: Operator) -> None:
    """Add an operator. Raises ValueError when its type has one of that code."""
    key = (operator.type, operator.code)
    if key in _OPERATORS or operator.code in PRESENCE_LABELS:
        raise ValueError(f"the operator {operator.code} of {operator.type} fields is registered twice")
    _OPERATORS[key] = operator


def find_operator(type_: FieldType, code: str) -> Operator | None:
    return _OPERATORS.get((type_, code))


def operators_of(type_: FieldType) -> Iterator[Operator]:
    return (operator for (owner, _), operator in _OPERATORS.items() if owner is type_)


def codes_of(type_: FieldType) -> list[str]:
    """Every operator code that fits a field type."""
    return [operator.code for operator in operators_of(type_)] + [BLANK, NOT_BLANK]


def is_known_code(code: str) -> bool:
    return code in PRESENCE_LABELS or any(known == code for _, known in _OPERATORS)
