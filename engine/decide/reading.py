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
    read_number,
    read_set,
    read_text,
    shown,
)

# From a value of a document to what conditions compare: None when blank, Unreadable when of another kind.
Compare = Callable[[Any], Any]
# The value of an order field as it stands in the document, or Unreadable.
Load = Callable[[Document, RuleContext, int], Any]


def load_of(field: Field) -> Load:
    """How the value of an order field is found."""
    derive = DERIVED.get(field.name)
    if derive is not None:
        return derive
    head, dot, rest = field.name.partition(".")
    if not dot:
        return lambda document, _context, _now: document.get(head)

    def load(document: Document, _context: RuleContext, _now: int) -> Any:
        part = document.get(head)
        if type(part) is dict:
            return part.get(rest)
        return None if is_blank(part) else no_object(part)

    return load


def sources_of(field: Field) -> frozenset[str]:
    """The written fields whose change may change what this field's conditions see."""
    return frozenset((field.name,)) | DERIVED_FROM.get(field.name, frozenset())


def no_object(value: Any) -> Unreadable:
    """What a part of something that is no object is."""
    return Unreadable("not_an_object", NOT_OBJECT, value=shown(value))


def comparing(type_: FieldType, match_case: bool) -> Compare:
    """How values of a type are made ready to be compared."""
    normalise = exact_text if match_case else folded_text
    if type_ is FieldType.TEXT:
        return lambda value: _text(value, normalise)
    if type_ is FieldType.NUMBER:
        return _number
    if type_ is FieldType.SET:
        return lambda value: _set(value, normalise)
    read = READERS[type_]
    return lambda value: value if value is None or type(value) is Unreadable else None if is_blank(value) else read(value)


def _text(value: Any, normalise: Callable[[str], str]) -> Any:
    if type(value) is str:
        return normalise(value) or None
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
