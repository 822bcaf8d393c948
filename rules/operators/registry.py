"""Operators by field type and code. An operator is one registration in the module of its type."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from rules.messages import Message, Text
from rules.source import Node
from rules.values import FieldType, as_written, shown
from rules.visible import with_unseen


class Takes(StrEnum):
    """How many values an operator compares with."""

    NOTHING = "nothing"
    ONE = "one"
    LIST = "list"
    ONE_OR_LIST = "one_or_list"
    PAIR = "pair"
    PAIRS = "pairs"  # one pair, or a list of them


class Finds(StrEnum):
    """Ways in which a value can be found in a fact."""

    EQUAL = "equal"
    PREFIX = "prefix"
    SUFFIX = "suffix"
    PART = "part"
    MEMBER = "member"


# One member of a condition's value, read from the document: the value, or what is wrong with it.
ReadMember = Callable[[Node], Any | Message]
# The same of a member of a named list, which is a text that is not blank.
ReadListed = Callable[[str], Any | Message]
# The members made ready for comparing once, when a rule set is compiled: (members, match_case, account's zone).
Prepare = Callable[[tuple[Any, ...], bool, ZoneInfo], Any]
# Whether a non-blank, readable fact passes: (fact, prepared value, now in nanoseconds since 1970 UTC).
Test = Callable[[Any, Any, int], bool]


def say_as_written(member: Any) -> str:
    """A member in a sentence: as it is written, in quotes where the sentence's own punctuation could hide its ends."""
    source = as_written(member)
    if source is None:
        return shown(member)
    in_one_line = with_unseen(source.strip())
    text = in_one_line if len(in_one_line) <= 60 else in_one_line[:59] + "…"
    return f'"{text}"' if not text or any(sign in text for sign in ',;()"') else text


class ValueKind(Struct, frozen=True):
    """What the members of a value are: how one is read, what JSON it may be, and how a sentence says it."""

    code: str  # what an editor offers to fill in
    help: Text  # how a person writes one
    read: ReadMember
    schema: Mapping[str, Any]  # JSON Schema of one member; wider than `read` where a schema cannot say more
    say: Callable[[Any], str | Text | Message] = say_as_written  # of a member as the document has it
    read_listed: ReadListed | None = None  # None: a named list holds none of these


LOW_ABOVE_HIGH = Text("the low value {low} is above the high value {high}", "el mínimo {low} es mayor que el máximo {high}")
IN_LIST = Text("{field} is in the list {list}", "{field} está en la lista {list}")
NOT_IN_LIST = Text("{field} is not in the list {list}", "{field} no está en la lista {list}")
# What stands between the last two of several values in a sentence.
COMMA = Text(", ", ", ")
OR = Text(" or ", " o ")
AND = Text(" and ", " y ")


class Operator(Struct, frozen=True):
    """One way to compare a field of one type.

    Facts of text fields come folded (or exact, with `match_case`), numbers as int or Decimal, times in nanoseconds,
    sets as a frozenset of folded members.
    """

    type: FieldType
    code: str
    label: Text
    sentence: Text  # with {field}, and {value} when it takes one
    help: Text  # when it is true
    takes: Takes
    value: ValueKind | None  # None: it takes no value
    prepare: Prepare
    test: Test
    # How the value of another field, read by its type, is made ready in place of one from the document; None: it cannot be.
    against: Callable[[Any, bool, ZoneInfo], Any] | None = None
    on_blank: bool = False  # the verdict when the field has no value
    joint: Text = COMMA
    of_list: Text | None = None  # the sentence with {field} and {list}, where a named list may stand in for the value
    check_pair: Callable[[Any, Any], Text | None] | None = None  # what is wrong with a pair, with {low} and {high}
    # What follows lets many conditions be answered at once, and changes no answer.
    finds: Finds | None = None  # it passes when any of the prepared values is found in the fact in this way …
    passes_when_found: bool = True  # … or when none is
    steps: bool = False  # its answer depends only on where the fact stands among the prepared numbers
    uses_now: bool = False  # an answer is remembered for a fact that comes again, unless it may be another one later

    @property
    def read_member(self) -> ReadMember | None:
        return None if self.value is None else self.value.read


_OPERATORS: dict[tuple[FieldType, str], Operator] = {}


class Presence(Struct, frozen=True):
    """Whether there is a value at all: fits every type and never looks at what a value means."""

    code: str
    label: Text
    sentence: Text
    help: Text
    on_blank: bool


BLANK = "blank"
NOT_BLANK = "not_blank"
PRESENCE = {
    presence.code: presence
    for presence in (
        Presence(
            BLANK,
            Text("is blank", "está en blanco"),
            Text("{field} is blank", "{field} está en blanco"),
            Text(
                "The field has no value: it is missing, empty, only spaces, or an empty list. `false` and `0` are values.",
                "El campo no tiene valor: falta, está vacío, tiene solo espacios o es una lista vacía. `false` y `0` lo son.",
            ),
            on_blank=True,
        ),
        Presence(
            NOT_BLANK,
            Text("is not blank", "no está en blanco"),
            Text("{field} is not blank", "{field} no está en blanco"),
            Text("The field has a value, whatever it is.", "El campo tiene un valor, sea cual sea."),
            on_blank=False,
        ),
    )
}


def register(operator: Operator) -> None:
    """Add an operator. Raises ValueError when its type has one of that code."""
    key = (operator.type, operator.code)
    if key in _OPERATORS or operator.code in PRESENCE:
        raise ValueError(f"the operator {operator.code} of {operator.type} fields is registered twice")
    _OPERATORS[key] = operator


def find_operator(type_: FieldType, code: str) -> Operator | None:
    return _OPERATORS.get((type_, code))


def operators_of(type_: FieldType) -> Iterator[Operator]:
    return (operator for (owner, _), operator in _OPERATORS.items() if owner is type_)


def codes_of(type_: FieldType) -> list[str]:
    """Every operator code that fits a field type."""
    return [operator.code for operator in operators_of(type_)] + list(PRESENCE)


def is_known_code(code: str) -> bool:
    return code in PRESENCE or any(known == code for _, known in _OPERATORS)
