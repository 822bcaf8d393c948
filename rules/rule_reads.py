"""What a rule reads of an order to decide, and whether that differs between two states of the order."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from msgspec import Struct

from rules.context import RuleContext
from rules.document import Rule, fields_in
from rules.facts import item_value, items_of, order_value
from rules.fields import ITEM_FIELDS, ORDER_FIELDS, Field
from rules.fields.delegation import DELEGATION
from rules.fields.stock import AVAILABLE, IN_STOCK_AT
from rules.fields.tracking import TRACKING
from rules.order_document import Document, dumps
from rules.placeholders import Template
from rules.values import Unreadable

_OF_ITEM = "items."
_DELEGATION = f"{DELEGATION}."
_TRACKING = f"{TRACKING}."


class Read(Struct, frozen=True):
    """A field of the order, or of each of its items."""

    field: Field
    of_item: bool

    @classmethod
    def named(cls, name: str) -> Read | None:
        """The one with this name; None when there is no such field any more."""
        of_item = name.startswith(_OF_ITEM)
        field = (ITEM_FIELDS if of_item else ORDER_FIELDS).find(name.removeprefix(_OF_ITEM))
        return None if field is None else cls(field, of_item)

    @property
    def name(self) -> str:
        return f"{_OF_ITEM}{self.field.name}" if self.of_item else self.field.name

    def value(self, document: Document, context: RuleContext) -> bytes:
        """What the field says, in a form in which equal values are equal."""
        if not self.of_item:
            return _canonical(order_value(self.field, document, context, 0))
        items = items_of(document)
        if isinstance(items, Unreadable):
            return _canonical(items)
        return b"\n".join(_canonical(item_value(self.field, item)) for item in items)


def fields_read(rule: Rule) -> dict[str, Read]:
    """The fields that its conditions and its actions read, by name."""
    reads = [Read(field, of_item) for field, of_item in fields_in(rule.when)]
    for call in rule.then:
        names = call.action.reads.union(*(template.fields for template in _templates(call.params)))
        reads += [Read(field, of_item=False) for name in names if (field := ORDER_FIELDS.find(name)) is not None]
    return {read.name: read for read in reads}


def reads_delegation(rule: Rule) -> bool:
    """Whether it asks what has become of the order at logistics providers, or chooses one."""
    return any(name.startswith(_DELEGATION) for name in fields_read(rule))


def reads_tracking(rule: Rule) -> bool:
    """Whether it asks how the order's parcels come along."""
    return any(name.startswith(_TRACKING) for name in fields_read(rule))


def reads_stock(rule: Rule) -> bool:
    """Whether it asks what logistics providers have of the order's items."""
    return not {IN_STOCK_AT, f"{_OF_ITEM}{AVAILABLE}"}.isdisjoint(fields_read(rule))


def _templates(value: Any) -> Iterator[Template]:
    if isinstance(value, Template):
        yield value
    elif isinstance(value, Mapping):
        for member in value.values():
            yield from _templates(member)
    elif isinstance(value, list | tuple):
        for member in value:
            yield from _templates(member)


def _canonical(value: Any) -> bytes:
    if isinstance(value, Unreadable):
        return f"unreadable {value.message}".encode()
    return dumps({"value": value}, sort_keys=True)
