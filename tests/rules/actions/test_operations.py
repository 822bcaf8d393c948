"""What a rule wrote once, laid over an order as it is now."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from rules.actions.operations import OPERATIONS, Inapplicable, repeated


@pytest.mark.parametrize(
    ("document", "name", "operation", "operand", "value"),
    [
        ({"package": "a"}, "package", "set", "b", "b"),
        ({"package": "a"}, "package", "set", None, None),
        ({}, "billing.party", "set", "recipient", "recipient"),
        ({"tags": ["VIP"]}, "tags", "add", ["vip", "b"], ["VIP", "b"]),
        ({}, "tags", "add", ["b"], ["b"]),
        ({"tags": ["a", "VIP"]}, "tags", "remove", ["vip"], ["a"]),
        ({"notes": {"internal": "new"}}, "notes.internal", "append", "mine", "new\nmine"),
        ({}, "notes.internal", "append", "mine", "mine"),
        ({"weight_g": "1.5"}, "weight_g", "adjust", -1, Decimal("0.5")),
    ],
)
def test_it_is_applied_to_the_value_of_now(document: dict[str, Any], name: str, operation: str, operand: Any, value: Any) -> None:
    assert repeated(document, name, operation, operand) == value


@pytest.mark.parametrize(
    ("document", "name", "operation", "operand"),
    [
        ({"tags": "x"}, "tags", "add", ["a"]),
        ({"tags": "x"}, "tags", "remove", ["a"]),
        ({"notes": "x"}, "notes.internal", "append", "a"),
        ({"weight_g": "heavy"}, "weight_g", "adjust", 5),
        ({"weight_g": 1}, "weight_g", "adjust", -5),
    ],
)
def test_what_can_no_longer_be_applied_says_so(document: dict[str, Any], name: str, operation: str, operand: Any) -> None:
    with pytest.raises(Inapplicable):
        repeated(document, name, operation, operand)


def test_every_operation_is_tried_here() -> None:
    assert set(OPERATIONS) == {"add", "remove", "append", "adjust"}
