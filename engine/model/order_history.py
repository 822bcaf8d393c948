"""What rules did to an order before, as far as the next decision cares."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple


class OnceWrite(NamedTuple):
    """What a `once` rule wrote into one field: the value for the operation `set`, else its operand."""

    rule: str
    field: str
    operation: str
    operand: Any


@dataclass(frozen=True, slots=True)
class OrderHistory:
    """What already happened to an order, as far as the rules care."""

    edited_fields: frozenset[str] = frozenset()
    applied_rules: frozenset[str] = frozenset()  # `once` rules that applied before
    held_by: frozenset[str] = frozenset()  # rules whose hold was applied before
    once_writes: tuple[OnceWrite, ...] = ()  # what is to be written again, since the order is built anew
