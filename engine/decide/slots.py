"""The values conditions read, each read and normalised once per order, however many conditions ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

from rules.context import RuleContext
from rules.facts import DERIVED, DERIVED_FROM, items_of
from rules.fields import Field
from rules.order_document import Document
from rules.values import (
    NOT_OBJECT,
    READERS,
    FieldType,
    Unreadable,
    exact_text,
    folded_text,
    is_blank,
    read_number,
    read_set,
    read_text,
    shown,
)

# From a value of a document to what conditions compare: None when blank, Unreadable when of another kind.
Compare = Callable[[Any], Any]
LoadOrder = Callable[[Document, RuleContext], Any]
LoadItem = Callable[[Any], Any]
UNREAD = object()


class SlotPlan:
    """Which values a compiled rule set reads: one slot for each field and way of comparing it."""

    def __init__(self) -> None:
        self.order: list[LoadOrder] = []
        self.item: list[LoadItem] = []
        self._places: dict[tuple[bool, str, bool], int] = {}
        self._dependents: dict[str, list[int]] = {}

    def slot(self, field: Field, of_item: bool, match_case: bool) -> int:
        """The slot of a field as these conditions compare it."""
        key = (of_item, field.name, match_case)
        place = self._places.get(key)
        if place is not None:
            return place
        compare = _comparing(field.type, match_case)
        if of_item:
            self.item.append(_item_loader(field, compare))
            place = len(self.item) - 1
        else:
            self.order.append(_order_loader(field, compare))
            place = len(self.order) - 1
            for source in {field.name} | DERIVED_FROM.get(field.name, frozenset()):
                self._dependents.setdefault(source, []).append(place)
        self._places[key] = place
        return place

    def dependents(self, changed: Iterable[str]) -> set[int]:
        """The order slots that have to be read again when these fields were written."""
        return {slot for name in changed for slot in self._dependents.get(name, ())}


def _order_loader(field: Field, compare: Compare) -> LoadOrder:
    derive = DERIVED.get(field.name)
    if derive is not None:
        return lambda document, context: compare(derive(document, context))
    head, dot, rest = field.name.partition(".")
    if not dot:
        # Half of what rules read is not there: that is answered without a further call.
        return lambda document, _context: None if (value := document.get(head)) is None else compare(value)

    def load(document: Document, _context: RuleContext) -> Any:
        part = document.get(head)
        if type(part) is dict:
            return None if (value := part.get(rest)) is None else compare(value)
        return None if is_blank(part) else _no_object(part)

    return load


def _item_loader(field: Field, compare: Compare) -> LoadItem:
    name = field.name
    return lambda item: compare(item.get(name)) if isinstance(item, Mapping) else _no_object(item)


def _no_object(value: Any) -> Unreadable:
    return Unreadable("not_an_object", NOT_OBJECT, value=shown(value))


def _comparing(type_: FieldType, match_case: bool) -> Compare:
    normalise = exact_text if match_case else folded_text
    if type_ is FieldType.TEXT:
        return lambda value: (normalise(value) or None) if type(value) is str else _text(value, normalise)
    if type_ is FieldType.NUMBER:
        return _number
    if type_ is FieldType.SET:
        return lambda value: _set(value, normalise)
    read = READERS[type_]
    return lambda value: value if value is None or type(value) is Unreadable else None if is_blank(value) else read(value)


def _text(value: Any, normalise: Callable[[str], str]) -> Any:
    if value is None or type(value) is Unreadable:
        return value
    if is_blank(value):
        return None
    written = read_text(value)
    return written if isinstance(written, Unreadable) else normalise(written)


def _number(value: Any) -> Any:
    if value is None or type(value) is int or type(value) is Unreadable:
        return value
    return None if is_blank(value) else read_number(value)


def _set(value: Any, normalise: Callable[[str], str]) -> Any:
    if value is None or type(value) is Unreadable:
        return value
    if is_blank(value):
        return None
    members = read_set(value)
    return members if isinstance(members, Unreadable) else frozenset(map(normalise, members))


class OrderSlots:
    """The values of an order, and of its items, at one moment of a run: None when blank, Unreadable when of another kind."""

    __slots__ = ("_items", "_plan", "context", "document", "now", "values")

    def __init__(self, plan: SlotPlan, document: Document, context: RuleContext, now: int) -> None:
        self.values: list[Any] = [UNREAD] * len(plan.order)
        self._plan = plan
        self.context = context
        self._items: list[ItemSlots] | Unreadable | None = None
        self.document = document
        self.now = now

    def renew(self, document: Document, slots: Iterable[int]) -> None:
        """Go on with a changed document: these slots are read again. Rules do not write items."""
        self.document = document
        for slot in slots:
            self.values[slot] = UNREAD

    def items(self) -> list[ItemSlots] | Unreadable:
        if self._items is None:
            items = items_of(self.document)
            self._items = items if isinstance(items, Unreadable) else [ItemSlots(self._plan, item, self.now) for item in items]
        return self._items

    def load(self, slot: int) -> Any:
        value = self.values[slot] = self._plan.order[slot](self.document, self.context)
        return value


class ItemSlots:
    """The values of one item."""

    __slots__ = ("_item", "_plan", "now", "values")

    def __init__(self, plan: SlotPlan, item: Any, now: int) -> None:
        self.values: list[Any] = [UNREAD] * len(plan.item)
        self._plan = plan
        self._item = item
        self.now = now

    def load(self, slot: int) -> Any:
        value = self.values[slot] = self._plan.item[slot](self._item)
        return value
