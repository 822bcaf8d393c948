"""`set_weight`, `adjust_weight` and `set_dimensions`."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.actions import failure, left
from support.rule_sets import a_rule_set, condition, decided, rule


def adjust(by: Any) -> dict[str, Any]:
    return {"do": "adjust_weight", "by_g": by}


def test_weight_and_dimensions_are_written_and_later_rules_see_them() -> None:
    size = {"do": "set_dimensions", "length_mm": 300, "width_mm": 200.5, "height_mm": 0}
    seen = condition("weight_g", "equals", 1200), condition("width_mm", "equals", 200.5), condition("height_mm", "equals", 0)
    rules = a_rule_set(rule("always", {"do": "set_weight", "weight_g": 1200}, size), rule({"all": list(seen)}))
    decision = decided(rules, {"weight_g": "old", "length_mm": 1})

    assert decision.matched == ("r0", "r1")
    assert decision.document == {"weight_g": 1200, "length_mm": 300, "width_mm": Decimal("200.5"), "height_mm": 0}


@pytest.mark.parametrize(
    ("weight", "by", "after"),
    [
        (1000, 250, "1250"),
        (1000, -1000, "0"),
        ("0.1", 0.2, "0.3"),
        (None, 50, "50"),
        ("", 0, "0"),
        (10**30, 1, "1" + "0" * 29 + "1"),
        (Decimal("0.1"), 0.02, "0.12"),
    ],
)
def test_adjusting_is_exact_and_a_blank_weight_counts_as_0(weight: Any, by: Any, after: str) -> None:
    assert str(left({"weight_g": weight}, adjust(by))["weight_g"]) == after


@pytest.mark.parametrize(
    ("weight", "by", "sentence"),
    [
        ("heavy", 1, 'weight_g: "heavy" is not a number'),
        (True, 1, "weight_g: true is not a number"),
        (100, -100.5, "weight_g: 100 changed by -100.5 would be below 0"),
        (None, -1, "weight_g: 0 changed by -1 would be below 0"),
    ],
)
def test_a_weight_that_cannot_be_adjusted_fails(weight: Any, by: Any, sentence: str) -> None:
    assert failure({"weight_g": weight}, adjust(by)) == sentence


def test_a_weight_of_too_many_digits_to_keep_fails() -> None:
    assert "more than 400 digits" in failure({"weight_g": "9" * 400}, adjust(1))
