"""How the values that conditions look at are read from an order or an item, and made ready to be compared."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from rules.context import RuleContext
from rules.facts import DERIVED, DERIVED_FROM
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
    read_set,
    read_text,
    shown,
)


class Loader:
    """Finds the value of an order field as it stands in the document; Unreadable where it cannot be reached."""

    def __init__(self, field: Field) -> None:
        self._derive = DERIVED.get(field.name)
        self._head, self._dot, self._rest = field.name.partition(".")

    def load(self, document: Document, context: RuleContext, now: int) -> Any:
        if self._derive is not None:
            return self._derive(document, context, now)
        value = document.get(self._head)
        if not self._dot:
            return value
        if type(value) is dict:
            return value.get(self._rest)
        return None if is_blank(value) else no_object(value)


def sources_of(field: Field) -> frozenset[str]:
    """The written fields whose change may change what this field's conditions see."""
    return frozenset((field.name,)) | DERIVED_FROM.get(field.name, frozenset())


def no_object(value: Any) -> Unreadable:
    """What a part of something that is not an object is."""
    return Unreadable("not_an_object", NOT_OBJECT, value=shown(value))


class Comparer:
    """Makes values of a type ready to be compared: None when blank, Unreadable when of another kind."""

    def __init__(self, type_: FieldType, match_case: bool) -> None:
        self._is_text = type_ is FieldType.TEXT
        self._is_number = type_ is FieldType.NUMBER
        self._is_set = type_ is FieldType.SET
        self._match_case = match_case
        self._read: Callable[[Any], Any] = READERS[type_]

    def compared(self, value: Any) -> Any:
        if value is None or type(value) is Unreadable:
            return value
        if self._is_text:
            return self._text(value)
        if self._is_number and type(value) is int:
            return value
        if is_blank(value):
            return None
        return self._set(value) if self._is_set else self._read(value)

    def _text(self, value: Any) -> Any:
        if type(value) is str:
            return self._normalised(value) or None
        if is_blank(value):
            return None
        written = read_text(value)
        return written if isinstance(written, Unreadable) else self._normalised(written)

    def _set(self, value: Any) -> Any:
        members = read_set(value)
        return members if isinstance(members, Unreadable) else frozenset([self._normalised(member) for member in members])

    def _normalised(self, text: str) -> str:
        return exact_text(text) if self._match_case else folded_text(text)
