"""How fields are compared. One module a field type; importing the package registers all of them."""

from rules.operators import booleans, clock, numbers, sets, texts, times
from rules.operators.registry import (
    BLANK,
    NOT_BLANK,
    PRESENCE,
    Operator,
    Presence,
    Takes,
    ValueKind,
    codes_of,
    find_operator,
    is_known_code,
    operators_of,
)

__all__ = [
    "BLANK",
    "NOT_BLANK",
    "PRESENCE",
    "Operator",
    "Presence",
    "Takes",
    "ValueKind",
    "booleans",
    "clock",
    "codes_of",
    "find_operator",
    "is_known_code",
    "numbers",
    "operators_of",
    "sets",
    "texts",
    "times",
]
