"""How actions change a value that is there already.

The same functions serve when an action applies and when what a `once` rule wrote is laid over a rebuilt order, so that
both come to the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from rules.context import NO_CONTEXT
from rules.facts import exact_sum, order_value, typed
from rules.fields import ORDER_FIELDS
from rules.messages import Message, Text
from rules.order_document import plain
from rules.values import Unreadable, folded_text, shown

SET = "set"
BELOW_ZERO = Text(
    "{value} changed by {by} would be below 0",
    "{value} modificado en {by} quedaría por debajo de 0",
)
TOO_MANY_DIGITS = Text(
    "the number {value} has more than {limit} digits",
    "el número {value} tiene más de {limit} cifras",
)
MAX_DIGITS = 400  # what an order document can hold in one number


class Inapplicable(Exception):
    """The operation cannot be applied to this value."""

    def __init__(self, message: Message) -> None:
        super().__init__(str(message))
        self.message = message


def has_member(members: Sequence[str] | None, wanted: str) -> bool:
    """Whether a set has a member, compared as text is."""
    return bool(members) and folded_text(wanted) in map(folded_text, members or ())


def storable(number: Decimal | int) -> Decimal | int:
    """The number itself. Raises Inapplicable when an order document could not hold it."""
    if len(plain(number)) > MAX_DIGITS:
        raise Inapplicable(Message("number_too_long", TOO_MANY_DIGITS, {"value": shown(number), "limit": MAX_DIGITS}))
    return number


def _added(value: list[str] | None, members: list[str]) -> list[str]:
    return [*(value or ()), *(member for member in members if not has_member(value, member))]


def _removed(value: list[str] | None, members: list[str]) -> list[str]:
    return [member for member in value or () if not has_member(members, member)]


def _appended(value: str | None, text: str) -> str:
    return text if value is None else f"{value.rstrip()}\n{text.lstrip()}"


def _adjusted(value: Decimal | int | None, by: Decimal | int) -> Decimal | int:
    before = 0 if value is None else value
    after = exact_sum(before, by)
    if after < 0:
        raise Inapplicable(Message("below_zero", BELOW_ZERO, {"value": shown(before), "by": shown(by)}))
    return storable(after)


# From a field's readable value, None when it is blank, and the operand to the new value. Raises Inapplicable.
OPERATIONS: Mapping[str, Callable[[Any, Any], Any]] = {
    "add": _added,
    "remove": _removed,
    "append": _appended,
    "adjust": _adjusted,
}


def repeated(document: Mapping[str, Any], name: str, operation: str, operand: Any) -> Any:
    """What a write that was made once comes to on an order as it is now: the field's value, None to remove it.

    `operand` is the value itself for the operation `set`. Raises Inapplicable.
    """
    if operation == SET:
        return operand
    field = ORDER_FIELDS[name]
    value = typed(field, order_value(field, document, NO_CONTEXT, 0))
    if isinstance(value, Unreadable):
        raise Inapplicable(value.message)
    return OPERATIONS[operation](value, operand)
