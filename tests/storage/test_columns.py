"""Instants, amounts and documents mean the same on both databases."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Column, MetaData, Table, Text, insert, select, text
from sqlalchemy.dialects import sqlite
from sqlalchemy.exc import StatementError

from engine.model.sentence import Sentence
from rules.order_document import dumps
from storage.columns import ExactDecimal, JsonText, SentenceText, UtcDateTime
from storage.database import Database
from storage.orders.columns import grid_number, grid_text, grid_time

DIALECT = sqlite.dialect()
MOMENTS = [
    datetime(1999, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
    datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    datetime(2026, 3, 2, 9, 0, 0, 1, tzinfo=UTC),
    datetime(2026, 3, 2, 10, 0, tzinfo=timezone(timedelta(hours=-5))),
]


@pytest.fixture
def values(database: Database) -> Table:
    table = Table(
        "values_",
        MetaData(),
        Column("key", Text, primary_key=True),
        Column("moment", UtcDateTime()),
        Column("amount", ExactDecimal()),
        Column("json", JsonText()),
        Column("sentence", SentenceText()),
    )
    with database.begin() as connection:
        table.create(connection)
    return table


def test_instants_sort_by_time_and_come_back_in_utc(database: Database, values: Table) -> None:
    with database.begin() as connection:
        rows = [{"key": str(number), "moment": moment} for number, moment in enumerate(reversed(MOMENTS))]
        connection.execute(insert(values), rows)
        found = connection.scalars(select(values.c.moment).order_by(values.c.moment)).all()
        later = connection.scalars(select(values.c.moment).where(values.c.moment > MOMENTS[1])).all()
    assert found == MOMENTS
    assert {moment.tzinfo for moment in found} == {UTC}
    assert sorted(later) == MOMENTS[2:]


def test_an_instant_without_a_zone_is_refused(database: Database, values: Table) -> None:
    with database.begin() as connection, pytest.raises(StatementError, match="needs a time zone"):
        connection.execute(insert(values), {"key": "a", "moment": datetime(2026, 3, 2)})  # noqa: DTZ001


@pytest.mark.parametrize("amount", ["0.10", "-12345678901234567890.123456789", "0", "1000000000000000000000"])
def test_amounts_are_kept_digit_for_digit(database: Database, values: Table, amount: str) -> None:
    with database.begin() as connection:
        connection.execute(insert(values), {"key": "a", "amount": Decimal(amount)})
        assert str(connection.scalar(select(values.c.amount))) == amount


@pytest.mark.parametrize(
    "value",
    [{}, [], ["a", "é\u0000\\"], "text", True, 0, Decimal("1.10"), {"a": {"b": [Decimal("0.1"), None, Decimal(10**25), 2**63]}}],
)
def test_json_comes_back_exactly(database: Database, values: Table, value: object) -> None:
    with database.begin() as connection:
        connection.execute(insert(values), {"key": "a", "json": value})
        found = connection.scalar(select(values.c.json))
    assert found == value
    assert dumps(found) == dumps(value)


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers(-(2**63), 2**63) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    )
)
def test_every_json_value_survives(value: object) -> None:
    column = JsonText()
    assert column.process_result_value(column.bind_processor(DIALECT)(value), DIALECT) == value


def test_grid_copies_never_fail_on_what_an_order_holds() -> None:
    assert grid_text("  a\0b ") == "ab"
    assert grid_text("x" * 999) == "x" * 200
    assert [grid_text(value) for value in (None, "", " ", True, [], {}, 5)] == [None] * 6 + ["5"]
    assert [grid_number(value) for value in ("60.00", 5, "NaN", "1e999999", "abc", True, [])] == [Decimal("60.00"), 5] + [
        None
    ] * 5
    assert grid_time("2026-03-01T10:00:00") == datetime(2026, 3, 1, 10, tzinfo=UTC)
    assert grid_time("2026-03-01T10:00:00+02:00") == datetime(2026, 3, 1, 8, tzinfo=UTC)
    assert grid_time("2026-02-28T24:00:00") == datetime(2026, 3, 1, tzinfo=UTC)
    assert [grid_time(value) for value in ("yesterday", "2026-03-01T12.5Z", "0001-01-01T00:00:00+14:00", 5, None)] == [None] * 5


@pytest.mark.parametrize("sentence", [Sentence("It is down.", "No responde."), Sentence.of('{"en": "a"}'), None])
def test_a_sentence_is_kept_in_every_language(database: Database, values: Table, sentence: Sentence | None) -> None:
    with database.begin() as connection:
        connection.execute(insert(values), {"key": "a", "sentence": sentence})
        assert connection.scalar(select(values.c.sentence)) == sentence


@pytest.mark.parametrize("plain", ["Brightpearl is down.", "", "{not JSON", '{"other": "object"}', "7", '"quoted"'])
def test_a_plain_text_of_old_reads_the_same_in_every_language(database: Database, values: Table, plain: str) -> None:
    with database.begin() as connection:
        connection.execute(text("INSERT INTO values_ (key, sentence) VALUES ('a', :plain)"), {"plain": plain})
        assert connection.scalar(select(values.c.sentence)) == Sentence(plain, plain)
