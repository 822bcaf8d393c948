"""The values conditions read, each read and normalised once per order, however many conditions ask for it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from rules.context import RuleContext
from rules.facts import DERIVED_FROM, item_value, items_of, order_value, typed
from rules.fields import Field
from rules.order_document import Document
from rules.values import FieldType, Unreadable, exact_text, folded_text

Normalise = Callable[[Any], Any]
UNREAD = object()


class SlotPlan:
    """Which values a compiled rule set reads: one slot for each field and way of comparing it."""

    def __init__(self) -> None:
        self.order: list[tuple[Field, Normalise | None]] = []
        self.item: list[tuple[Field, Normalise | None]] = []
        self._places: dict[tuple[bool, str, Normalise | None], int] = {}
        self._dependents: dict[str, list[int]] = {}

    def slot(self, field: Field, of_item: bool, match_case: bool) -> int:
        """The slot of a field as these conditions compare it."""
        normalise = _normaliser(field.type, match_case)
        key = (of_item, field.name, normalise)
        place = self._places.get(key)
        if place is None:
            slots = self.item if of_item else self.order
            place = self._places[key] = len(slots)
            slots.append((field, normalise))
            if not of_item:
                for source in {field.name} | DERIVED_FROM.get(field.name, frozenset()):
                    self._dependents.setdefault(source, []).append(place)
        return place

    def dependents(self, changed: Iterable[str]) -> set[int]:
        """The order slots that have to be read again when these fields were written."""
        return {slot for name in changed for slot in self._dependents.get(name, ())}


def _normaliser(type_: FieldType, match_case: bool) -> Normalise | None:
    if type_ is FieldType.TEXT:
        return exact_text if match_case else folded_text
    if type_ is FieldType.SET:
        return _exact_set if match_case else _folded_set
    return None


def _folded_set(members: list[str]) -> frozenset[str]:
    return frozenset(map(folded_text, members))


def _exact_set(members: list[str]) -> frozenset[str]:
    return frozenset(map(exact_text, members))


class Slots:
    """The values of one order or one item: None when blank, Unreadable when of another kind."""

    __slots__ = ("_read", "values")

    def __init__(self, count: int, read: Callable[[int], Any]) -> None:
        self.values: list[Any] = [UNREAD] * count
        self._read = read

    def load(self, slot: int) -> Any:
        value = self.values[slot] = self._read(slot)
        return value


class OrderSlots(Slots):
    """The values of an order, and of its items, at one moment of a run."""

    __slots__ = ("_context", "_items", "_plan", "document", "now")

    def __init__(self, plan: SlotPlan, document: Document, context: RuleContext, now: int) -> None:
        super().__init__(len(plan.order), self._read_field)
        self._plan = plan
        self._context = context
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

    def _read_field(self, slot: int) -> Any:
        field, normalise = self._plan.order[slot]
        return _normal(typed(field, order_value(field, self.document, self._context)), normalise)


class ItemSlots(Slots):
    """The values of one item."""

    __slots__ = ("_item", "_plan", "now")

    def __init__(self, plan: SlotPlan, item: Any, now: int) -> None:
        super().__init__(len(plan.item), self._read_field)
        self._plan = plan
        self._item = item
        self.now = now

    def _read_field(self, slot: int) -> Any:
        field, normalise = self._plan.item[slot]
        return _normal(typed(field, item_value(field, self._item)), normalise)


def _normal(value: Any, normalise: Normalise | None) -> Any:
    if normalise is None or value is None or type(value) is Unreadable:
        return value
    return normalise(value)
