"""Times in orders and rules: how they are written, and how they are compared."""

from __future__ import annotations

import json
import random
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from support.rule_sets import codes_of as codes_of_document
from support.rule_sets import condition, rule, verdict

from rules import values
from rules.fields import ITEM_FIELDS, ORDER_FIELDS
from rules.operators import codes_of, operators_of
from rules.values import FieldType, parse_written_time

TRUE, FALSE, ERROR = "true", "false", "error"


NEGATIVE = {"not_equals", "not_in", "not_contains", "not_matches", "excludes", "is_false"}


A_VALUE: dict[FieldType, dict[str, Any]] = {
    FieldType.TEXT: dict.fromkeys(codes_of(FieldType.TEXT), "x") | {"in": ["x"], "not_in": ["x"], "between": ["x", "y"]},
    FieldType.NUMBER: dict.fromkeys(codes_of(FieldType.NUMBER), 1) | {"between": [1, 2], "in": [1], "not_in": [1]},
    FieldType.TIME: {
        "before": "2026-01-01",
        "after": "2026-01-01",
        "between": ["2026-01-01", "2026-01-02"],
        "on_day": "today",
        "within_last": "1d",
        "within_next": "1d",
        "older_than": "1d",
        "time_between": ["08:00", "16:00"],
        "on_weekday": "mon",
    },
    FieldType.BOOLEAN: {"is_true": None, "is_false": None},
    FieldType.SET: {"includes": "x", "includes_all": "x", "excludes": "x"},
}


MADRID = {"account": {"time_zone": "Europe/Madrid"}}


NEW_YORK = {"account": {"time_zone": "America/New_York"}}


TIME_TABLE: list[tuple[str, str, Any, dict[str, Any], str]] = [
    # A fact without offset is UTC; a date alone in a rule is in the account's zone.
    ("2026-03-01T00:00:00", "before", "2026-03-01", {}, FALSE),
    ("2026-02-28T23:59:59.999999", "before", "2026-03-01", {}, TRUE),
    ("2026-02-28T23:30:00", "before", "2026-03-01", MADRID, FALSE),  # 00:30 in Madrid
    ("2026-02-28T22:59:59Z", "before", "2026-03-01", MADRID, TRUE),
    ("2026-03-01", "after", "2026-03-01", {}, FALSE),
    ("2026-03-01T00:00:01", "after", "2026-03-01", {}, TRUE),
    ("2026-03-01T09:00:00+01:00", "after", "2026-03-01T09:00", MADRID, FALSE),
    ("2026-03-01T09:00:01+01:00", "after", "2026-03-01T09:00", MADRID, TRUE),
    ("2026-03-01T14:00:00Z", "after", "2026-03-01T09:00-05:00", MADRID, FALSE),
    ("2026-03-01T10:00:00Z", "between", ["2026-03-01", "2026-03-01"], {}, TRUE),
    ("2026-03-01T23:59:59.999999Z", "between", ["2026-03-01", "2026-03-01"], {}, TRUE),
    ("2026-03-02T00:00:00Z", "between", ["2026-03-01", "2026-03-01"], {}, FALSE),
    ("2026-03-01T09:00:00Z", "between", ["2026-03-01T09:00Z", "2026-03-01T09:00Z"], {}, TRUE),
    ("2026-03-02T04:30:00Z", "between", ["2026-03-01", "2026-03-01"], NEW_YORK, TRUE),
    # NOW is noon UTC of 1 March 2026.
    ("2026-03-01T00:00:00Z", "on_day", "today", {}, TRUE),
    ("2026-03-01T23:59:59.999999Z", "on_day", "today", {}, TRUE),
    ("2026-03-02T00:00:00Z", "on_day", "today", {}, FALSE),
    ("2026-03-02T00:00:00Z", "on_day", "tomorrow", {}, TRUE),
    ("2026-02-28T23:59:59Z", "on_day", "yesterday", {}, TRUE),
    ("2026-02-28T23:30:00Z", "on_day", "today", MADRID, TRUE),
    ("2026-03-01T23:30:00Z", "on_day", "today", MADRID, FALSE),
    ("2026-03-01T04:30:00Z", "on_day", "today", NEW_YORK, FALSE),
    ("2026-03-01T12:00:00Z", "on_day", "2026-03-01", {}, TRUE),
    ("2026-03-01T12:00:00Z", "on_day", "2026-03-02", {}, FALSE),
    # The days on which clocks change in Madrid have 23 and 25 hours.
    ("2026-03-28T23:00:00Z", "on_day", "2026-03-29", MADRID, TRUE),
    ("2026-03-29T21:59:59Z", "on_day", "2026-03-29", MADRID, TRUE),
    ("2026-03-29T22:00:00Z", "on_day", "2026-03-29", MADRID, FALSE),
    ("2026-10-24T22:00:00Z", "on_day", "2026-10-25", MADRID, TRUE),
    ("2026-10-25T22:59:59Z", "on_day", "2026-10-25", MADRID, TRUE),
    ("2026-10-25T23:00:00Z", "on_day", "2026-10-25", MADRID, FALSE),
    # A day that begins at one o'clock, because midnight does not exist.
    ("2018-11-04T03:00:00Z", "on_day", "2018-11-04", {"account": {"time_zone": "America/Sao_Paulo"}}, TRUE),
    ("2018-11-04T02:59:59Z", "on_day", "2018-11-04", {"account": {"time_zone": "America/Sao_Paulo"}}, FALSE),
    ("2026-03-01T11:30:00Z", "within_last", "30m", {}, TRUE),
    ("2026-03-01T11:29:59Z", "within_last", "30m", {}, FALSE),
    ("2026-03-01T12:00:00Z", "within_last", "30m", {}, TRUE),
    ("2026-03-01T12:00:01Z", "within_last", "30m", {}, FALSE),
    ("2026-03-01T12:00:00Z", "within_next", "24h", {}, TRUE),
    ("2026-03-02T12:00:00Z", "within_next", "1d", {}, TRUE),
    ("2026-03-02T12:00:01Z", "within_next", "1d", {}, FALSE),
    ("2026-03-01T11:59:59Z", "within_next", "1d", {}, FALSE),
    ("2026-02-15T12:00:00Z", "older_than", "2w", {}, FALSE),
    ("2026-02-15T11:59:59Z", "older_than", "2w", {}, TRUE),
    ("2026-03-01T12:00:00+01:00", "older_than", "30m", {}, TRUE),
]


@pytest.mark.parametrize(("fact", "operator", "value", "context", "expected"), TIME_TABLE)
def test_time_operators(fact: str, operator: str, value: Any, context: dict[str, Any], expected: str) -> None:
    assert verdict(condition("order_date", operator, value), {"order_date": fact}, context=context) == expected


AT_NINE = [
    "2026-03-01T09:00",
    "2026-03-01 09:00",
    "2026-03-01t09:00:00z",
    "2026-03-01T09:00:00Z",
    "2026-03-01T09:00:00.0",
    "2026-03-01T09:00:00.000000000Z",
    "2026-03-01T10:00+01:00",
    "2026-03-01T10:00+0100",
    "2026-03-01T10:00+01",
    "2026-03-01T03:30-05:30",
    "20260301T0900",
    "20260301T090000Z",
    "20260301 100000.000+01:00",
    " 2026-03-01T09:00 ",
]
AT_MIDNIGHT = [
    "2026-03-02",
    "20260302",
    "2026-03-01T24:00",
    "2026-03-01T24:00:00Z",
    "20260301t240000.000z",
    "2026-03-02T02:00+02",
]
NO_TIMES = [
    "2026-01-15T12.5Z",
    "2026-01-15T12:10:455Z",
    "2026-01-15T12:10:45.Z",
    "2026-01-15T12:10:45.1234567890Z",
    "2026-01-15T12:10:45,5Z",
    "2026-01-15T12:10:45:500Z",
    "2026-01-15T12:10+00:60",
    "2026-01-15T12:10+24:00",
    "2026-01-15T12:10+1",
    "2026-01-15T12:10+01:00:00",
    "2026-01-15T12:10 +01:00",
    "2026-01-15T12:10 Z",
    "2026-01-15T12:10Zulu",
    "2026-01-15T12",
    "2026-01-15T12:1",
    "2026-01-15T1210",
    "20260115T12:10",
    "2026-01-15T24:01",
    "2026-01-15T24:00:00.000000001",
    "2026-01-15T25:00",
    "2026-01-15T12:60",
    "2026-01-15T12:10:60Z",
    "9999-12-31T24:00",
    "0000-01-01",
    "2026-02-30",
    "2026-0115",
    "2026-1-15",
    "2026-01",
    "2026-W03-4",
    "2026W034",
    "2026-015",
    "2026-01-15x12:10",
    "2026-01-15-09",
    "2026-01-15T",
    "2026-01-15Z",
    "12:10",
    "٢026-01-15",
]


@pytest.mark.parametrize("fact", AT_NINE)
def test_a_time_is_read_in_each_of_its_ways(fact: str) -> None:
    assert verdict(condition("order_date", "between", ["2026-03-01T09:00", "2026-03-01T09:00"]), {"order_date": fact}) == TRUE


@pytest.mark.parametrize("value", AT_NINE)
def test_a_time_in_a_rule_is_read_in_the_same_ways(value: str) -> None:
    assert verdict(condition("order_date", "between", [value, value]), {"order_date": "2026-03-01T09:00:00Z"}) == TRUE


@pytest.mark.parametrize("fact", AT_MIDNIGHT)
def test_the_end_of_a_day_is_the_start_of_the_next(fact: str) -> None:
    asked = condition("order_date", "between", ["2026-03-02T00:00", "2026-03-01T24:00"])

    assert verdict(asked, {"order_date": fact}) == TRUE


@pytest.mark.parametrize("text", NO_TIMES)
def test_what_only_looks_like_a_time_is_none_in_orders_and_in_rules(text: str) -> None:
    assert verdict(condition("order_date", "after", "2020-01-01"), {"order_date": text}) == ERROR
    assert codes_of_document(json.dumps({"rules": [rule(condition("order_date", "after", text))]})) == ["wrong_value_type"]


def test_usual_times_are_read_as_all_others_are(monkeypatch: pytest.MonkeyPatch) -> None:
    dice = random.Random(22)
    days = [f"{year}-{dice.randrange(14):02}-{dice.randrange(33):02}" for year in ("0000", "0001", "2024", "2026", "9999") * 80]
    seconds = ("", ":59", ":60", ":07.123", ":07.123456")
    offsets = ("", "Z", "+01:00", "-05:30", "+23:59", "+24:00", "+00:60")
    texts = [f"{day}T{dice.randrange(26):02}:{dice.randrange(62):02}{dice.choice(seconds)}{dice.choice(offsets)}" for day in days]
    usual = [parse_written_time(text) for text in (*days, *texts)]
    monkeypatch.setattr(values, "_USUAL_TIME", re.compile("never"))

    assert [parse_written_time(text) for text in (*days, *texts)] == usual
    assert 200 < sum(read is not None for read in usual) < 700


@pytest.mark.parametrize(
    ("fact", "operator", "value", "expected"),
    [
        ("2026-03-01T09:00:00.123456789Z", "after", "2026-03-01T09:00:00.123456788Z", TRUE),
        ("2026-03-01T09:00:00.123456789Z", "after", "2026-03-01T09:00:00.123456789Z", FALSE),
        ("2026-03-01T09:00:00.1234567Z", "before", "2026-03-01T09:00:00.12345671Z", TRUE),
        ("1969-12-31T23:59:59.999999999Z", "before", "1970-01-01", TRUE),
        ("2026-03-01T23:59:59.999999999Z", "on_day", "today", TRUE),
        ("2026-03-01T23:59:59.999999999Z", "between", ["2026-03-01", "2026-03-01"], TRUE),
        ("2026-03-01T11:29:59.999999999Z", "within_last", "30m", FALSE),
        ("2026-03-01T11:29:59.999999999Z", "older_than", "30m", TRUE),
    ],
)
def test_instants_are_compared_to_the_nanosecond(fact: str, operator: str, value: Any, expected: str) -> None:
    assert verdict(condition("order_date", operator, value), {"order_date": fact}) == expected


def test_a_day_is_as_long_as_24_hours_when_clocks_change() -> None:
    now = datetime(2026, 3, 29, 12, 0, tzinfo=UTC)  # 14:00 in Madrid; the day before it was 13:00 at that moment
    for duration in ("1d", "24h"):
        asked = condition("order_date", "within_last", duration)

        assert verdict(asked, {"order_date": "2026-03-28T12:00:00Z"}, context=MADRID, now=now) == TRUE
        assert verdict(asked, {"order_date": "2026-03-28T11:59:59Z"}, context=MADRID, now=now) == FALSE


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+14:00", "9999-12-31T23:59:59-12:00"])
def test_times_at_the_end_of_the_calendar_are_compared_too(moment: str) -> None:
    before = moment.startswith("0001")

    assert verdict(condition("order_date", "before", "2026-01-01"), {"order_date": moment}) == (TRUE if before else FALSE)
    assert verdict(condition("order_date", "on_day", "9999-12-31"), {"order_date": moment}) == FALSE


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [("is_true", True, TRUE), ("is_true", False, FALSE), ("is_false", True, FALSE), ("is_false", False, TRUE)],
)
def test_boolean_operators(operator: str, value: bool, expected: str) -> None:
    assert verdict(condition("gift", operator), {"gift": value}) == expected


SET_TABLE: list[tuple[list[str], str, Any, dict[str, bool], str]] = [
    (["VIP", "b2b"], "includes", "vip", {}, TRUE),
    (["VIP", "b2b"], "includes", ["x", " B2B "], {}, TRUE),
    (["VIP"], "includes", ["x", "y"], {}, FALSE),
    (["VIP", "b2b"], "includes_all", ["vip", "B2B"], {}, TRUE),
    (["VIP"], "includes_all", ["vip", "b2b"], {}, FALSE),
    (["VIP"], "excludes", ["x", "y"], {}, TRUE),
    (["VIP"], "excludes", ["x", "vip"], {}, FALSE),
    (["Straße"], "includes", "STRASSE", {}, TRUE),
    (["VIP"], "includes", "vip", {"match_case": True}, FALSE),
    ([" VIP "], "includes", "VIP", {"match_case": True}, TRUE),
    (["2024"], "includes", 2024, {}, TRUE),
    (["02024"], "includes", 2024, {}, FALSE),
]


@pytest.mark.parametrize(("fact", "operator", "value", "more", "expected"), SET_TABLE)
def test_set_operators(fact: list[str], operator: str, value: Any, more: dict[str, bool], expected: str) -> None:
    assert verdict(condition("tags", operator, value, **more), {"tags": fact}) == expected


def test_every_field_answers_every_operator_of_its_type() -> None:
    for field in ORDER_FIELDS:
        for operator in operators_of(field.type):
            assert verdict(condition(field.name, operator.code, A_VALUE[field.type][operator.code]), {}) in (TRUE, FALSE)
    for field in ITEM_FIELDS:
        for operator in operators_of(field.type):
            asked = {"any_item": condition(field.name, operator.code, A_VALUE[field.type][operator.code])}
            assert verdict(asked, {"items": [{}]}) == (TRUE if operator.code in NEGATIVE else FALSE)
