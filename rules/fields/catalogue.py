"""The catalogue of order fields that conditions read: name, type, words, and whether it says something about a person."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from rules.fields.closed_values import ClosedValues
from rules.messages import Text
from rules.values import FieldType

# Short names for the modules that register fields.
TEXT, NUMBER, TIME, BOOLEAN, SET = FieldType.TEXT, FieldType.NUMBER, FieldType.TIME, FieldType.BOOLEAN, FieldType.SET


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an order, or of one of its items."""

    name: str
    type: FieldType
    label: Text
    help: Text  # one sentence: what it is
    personal: bool = False
    derived: bool = False  # computed, whatever the document says
    closed: ClosedValues | None = None  # all values that it can have, where they are known


class FieldCatalogue:
    """Fields by name. Two fields of one name are a mistake that shows at start-up."""

    def __init__(self) -> None:
        self._fields: dict[str, Field] = {}

    def add(
        self,
        name: str,
        type_: FieldType,
        label: Text,
        help_: Text,
        *,
        personal: bool = False,
        derived: bool = False,
        closed: ClosedValues | None = None,
    ) -> None:
        if name in self._fields:
            raise ValueError(f"the field {name} is registered twice")
        self._fields[name] = Field(name, type_, label, help_, personal, derived, closed)

    def find(self, name: str) -> Field | None:
        return self._fields.get(name)

    def __getitem__(self, name: str) -> Field:
        return self._fields[name]

    def __iter__(self) -> Iterator[Field]:
        return iter(self._fields.values())

    def names(self) -> list[str]:
        return list(self._fields)


ORDER_FIELDS = FieldCatalogue()
ITEM_FIELDS = FieldCatalogue()
