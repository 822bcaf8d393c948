"""How a value of an order reads on a page."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from flask import Flask
from support.browsing import words_in
from support.clock import FixedClock

from adapters.web.formatting import (
    ago,
    country,
    day,
    duration,
    field_name,
    field_value,
    moment,
    money,
    number,
    plain_value,
    weight,
)


@pytest.fixture(autouse=True)
def _page(web: Flask) -> Iterator[None]:
    """A page in English, before anybody logged in: its times are in UTC."""
    with web.test_request_context("/"):
        yield


@pytest.mark.parametrize(
    ("value", "read"),
    [
        (Decimal("1234.56789"), "1,234.56789"),
        (Decimal("0.0001"), "0.0001"),
        ("12.5", "12.5"),
        (3, "3"),
        ("three", "three"),
        (True, "yes"),
        (False, "no"),
        (None, "–"),
        ("", "–"),
    ],
)
def test_a_number_has_all_its_digits_and_what_is_none_reads_as_it_is_written(value: Any, read: str) -> None:
    assert number(value) == read


@pytest.mark.parametrize(
    ("value", "currency", "read"),
    [
        (Decimal("1234.5"), "EUR", "€1,234.50"),
        (Decimal("0.12345"), "EUR", "€0.12345"),
        (Decimal(5), " eur ", "€5.00"),
        (Decimal("0.12345"), None, "0.12345"),
        (Decimal("0.12345"), "  ", "0.12345"),
        (Decimal("0.12345"), 978, "0.12345"),
        ("free", "EUR", "free"),
        (None, "EUR", "–"),
    ],
)
def test_an_amount_is_written_to_the_cent_and_with_any_further_digits(value: Any, currency: Any, read: str) -> None:
    assert money(value, currency) == read


@pytest.mark.parametrize(
    ("grams", "read"),
    [
        (999, "999 g"),
        (Decimal("999.5"), "999.5 g"),
        (1000, "1 kg"),
        (-1000, "-1 kg"),
        (12345, "12.345 kg"),
        ("heavy", "heavy"),
        (None, "–"),
    ],
)
def test_a_weight_is_in_grams_below_a_kilogram(grams: Any, read: str) -> None:
    assert weight(grams) == read


@pytest.mark.parametrize(
    ("passed", "read"),
    [
        (timedelta(), "just now"),
        (timedelta(seconds=59), "just now"),
        (timedelta(seconds=-59), "just now"),
        (timedelta(minutes=1), "60 seconds ago"),
        (timedelta(hours=3), "3 hours ago"),
        (timedelta(minutes=-5), "in 5 minutes"),
    ],
)
def test_it_is_told_how_long_ago_something_was(clock: FixedClock, passed: timedelta, read: str) -> None:
    assert words_in(ago(clock.now() - passed)) == read


def test_nothing_is_told_of_a_time_that_is_not_known() -> None:
    assert ago(None) == moment(None) == day(None) == "–"


@pytest.mark.parametrize(
    "time", ["2026-03-01T22:30:05+00:00", "2026-03-01T23:30:05+01:00", datetime(2026, 3, 1, 22, 30, 5, tzinfo=UTC)]
)
def test_a_time_is_written_to_the_minute_and_keeps_the_exact_instant_for_machines(time: Any) -> None:
    written = moment(time)

    assert words_in(written).replace("\u202f", " ") == "1 Mar 2026, 22:30"
    assert 'datetime="2026-03-01T22:30:05+00:00"' in written


def test_a_time_without_a_zone_is_one_in_utc() -> None:
    assert 'datetime="2026-03-01T22:30:05+00:00"' in moment(datetime(2026, 3, 1, 22, 30, 5))  # noqa: DTZ001 - that is what it is about
    assert words_in(day("2026-03-01T22:30:05")) == "1 Mar 2026"


def test_what_is_no_time_reads_as_it_is_written() -> None:
    assert moment("tomorrow") == day("tomorrow") == "tomorrow"


@pytest.mark.parametrize(
    ("passed", "read"),
    [(timedelta(seconds=5), "5 seconds"), (timedelta(minutes=2), "2 minutes"), (timedelta(), "0 seconds")],
)
def test_it_is_told_how_long_something_took(passed: timedelta, read: str) -> None:
    assert duration(passed) == read


def test_a_country_has_its_name_and_an_unknown_one_its_code() -> None:
    assert country("es") == "Spain"
    assert country("QQ") == "QQ"
    assert country(None) == "–"


@pytest.mark.parametrize(
    ("name", "value", "read"),
    [
        ("order_total", Decimal("12.5"), "€12.50"),
        ("cash_on_delivery.amount", Decimal(1), "€1.00"),
        ("weight_g", 1500, "1.5 kg"),
        ("carrier_options.dry_ice", 500, "500 g"),
        ("ship_to.country", "PT", "Portugal"),
        ("bill_to.country", "PT", "Portugal"),
        ("order_date", "2026-03-01T22:30:05+00:00", "1 Mar 2026, 22:30"),
        ("total_quantity", Decimal("12345.6789"), "12,345.6789"),
        ("tags", ["fragile", "gift"], "fragile, gift"),
        ("gift", True, "yes"),
        ("service", Decimal("1E+3"), "1000"),
        ("order_total", None, "–"),
        ("tags", [], "–"),
    ],
)
def test_a_field_reads_by_what_it_holds(name: str, value: Any, read: str) -> None:
    assert words_in(field_value(name, value, "EUR")).replace("\u202f", " ") == read


def test_a_field_is_called_by_its_name_with_a_capital() -> None:
    assert field_name("order_total")[0].isupper()
    assert field_name("ship_to") == "Ship to"
    assert field_name("status") == "Status"
    assert field_name("of_the_store_alone") == "Of_the_store_alone"


@pytest.mark.parametrize(
    ("value", "read"),
    [
        ({"a": 1, "b": [True, None]}, "A: 1 ; B: yes, –"),
        ({}, "–"),
        ([], "–"),
        (("x", {"y": "<z>"}), "x, Y: <z>"),
    ],
)
def test_a_value_of_a_document_shows_all_that_is_in_it(value: Any, read: str) -> None:
    assert words_in(plain_value(value)) == read
