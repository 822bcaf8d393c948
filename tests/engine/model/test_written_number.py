"""Numbers where no language says how they are written."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.model.written_number import READABLE, NumberLimits, read_number, show_written, write_number

LIMITS = NumberLimits(Decimal(1000), 2)


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


@pytest.mark.parametrize(
    "written",
    ["1000.01", "-1001", "0.001", "1e3000000", "1e-3000000", "9" * 5000, "0,125", Decimal("1E+99"), Decimal("0.0000001")],
)
def test_a_number_beyond_its_limits_is_told_them(written: str | Decimal) -> None:
    beyond = LIMITS.beyond(written)

    assert beyond is not None
    said = f'"{show_written(written)}" is too large or has too many decimals: write at most 1000, with up to 2 decimals.'
    assert beyond.format("en") == said
    assert "como máximo 1000, con 2 decimales" in beyond.format("es")
    assert len(said) < 130


@pytest.mark.parametrize(
    "written", ["1000.00", "-1000", "0.10000", "0" * 50 + "1", "0", "", "many", "NaN", "Infinity", Decimal(7)]
)
def test_of_a_number_within_its_limits_and_of_no_number_nothing_is_said(written: str | Decimal) -> None:
    assert LIMITS.beyond(written) is None


@pytest.mark.parametrize("written", ["9" * 16, "0." + "1" * 16, "1" * 15 + "." + "1" * 16])
def test_a_number_that_is_too_long_to_be_read_is_beyond_what_can_be(written: str) -> None:
    assert read_number(written) is None
    assert READABLE.beyond(written) is not None


@pytest.mark.parametrize(
    ("written", "shown"), [("1" * 41, "1" * 40 + "…"), (Decimal("1E-7"), "0.0000001"), (Decimal("1E+99"), "1E+99"), (" 5 ", "5")]
)
def test_a_number_is_quoted_in_short(written: str | Decimal, shown: str) -> None:
    assert show_written(written) == shown
