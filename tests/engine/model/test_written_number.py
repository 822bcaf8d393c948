"""Numbers where no language says how they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.model.written_number import read_number, write_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("12", "12"), (" 1.5 ", "1.5"), ("1,5", "1.5"), ("-0,125", "-0.125"), ("1.125", "1.125"), ("1234,567", "1234.567")],
)
def test_a_point_or_a_comma_stands_before_decimals(text: str, number: str) -> None:
    assert read_number(text) == Decimal(number)


@pytest.mark.parametrize("text", ["", "1,200", "-12,000", "1,234.50", "1.234,50", "1e3", "NaN", "Infinity", "1_000", "٣", "1."])
def test_what_is_no_number_or_may_be_two_is_none(text: str) -> None:
    assert read_number(text) is None


@pytest.mark.parametrize(("number", "written"), [("1000", "1000"), ("12.50", "12.50"), ("1.125", "1.1250"), ("1E+3", "1000")])
def test_what_is_written_can_be_read_in_one_way(number: str, written: str) -> None:
    assert write_number(Decimal(number)) == written
    assert read_number(written) == Decimal(number)
