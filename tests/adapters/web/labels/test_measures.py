"""Weights, lengths and amounts as people and scales write them."""

from __future__ import annotations

from decimal import Decimal

import pytest

from adapters.web.labels.measures import parse_amount, parse_length, parse_weight


@pytest.mark.parametrize(
    ("text", "grams"),
    [
        ("1250", 1250),
        ("1250 g", 1250),
        ("1,25 kg", 1250),
        ("1.250kg", 1250),
        (" 1 KG 250 gramos ", 1250),
        ("2 lb 3 oz", 993),
        ("2lb3oz", 993),
        ("35 oz.", 993),
        ("ST,GS,+   1.250kg", 1250),
        ("0.4 g", 1),
        ("１２５０ g", 1250),
        ("0", 0),
    ],
)
def test_a_weight_is_read_as_it_is_written(text: str, grams: int) -> None:
    assert parse_weight(text) == grams


@pytest.mark.parametrize(
    "text",
    ["", "heavy", "-3 g", "1.250 g", "1,250", "1.250,5 g", "12 34", "2 lb 3", "3 oz 2 lb", "1 kg 1 kg", "1 stone", "1 kg g"],
)
def test_what_is_not_clearly_a_weight_is_none(text: str) -> None:
    assert parse_weight(text) is None


@pytest.mark.parametrize(
    ("text", "millimetres"),
    [("300", 300), ("30 cm", 300), ("12in", 305), ("29,7 cm", 297), ("x", None), ("3 m", None), ("", None)],
)
def test_a_length_is_read_in_millimetres(text: str, millimetres: int | None) -> None:
    assert parse_length(text) == millimetres


@pytest.mark.parametrize(
    ("text", "amount"),
    [("120.50", "120.50"), ("120,5", "120.5"), ("1.250", None), ("1.250,00", None), ("12 EUR", None), ("", None)],
)
def test_an_amount_may_have_a_comma(text: str, amount: str | None) -> None:
    assert parse_amount(text) == (None if amount is None else Decimal(amount))
