"""Values of an order, read by their fields' types, as conditions compare them."""

from __future__ import annotations

from typing import Any

from rules.document import Condition
from rules.values import FieldType, exact_text, folded_text


def comparable(condition: Condition, value: Any) -> Any:
    """A value as the condition's operator wants it."""
    normalise = exact_text if condition.match_case else folded_text
    if condition.field.type is FieldType.TEXT:
        return normalise(value)
    if condition.field.type is FieldType.SET:
        return frozenset(normalise(member) for member in value)
    return value
