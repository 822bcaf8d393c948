"""What is read as a time, in orders and in rules, and what only looks like one."""

from __future__ import annotations

import json
import random
import re
from typing import Any

import pytest
from support.rule_sets import codes_of, condition, rule, verdict

from rules import values
from rules.values import parse_written_time

TRUE, FALSE, ERROR = "true", "false", "error"

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
    assert codes_of(json.dumps({"rules": [rule(condition("order_date", "after", text))]})) == ["wrong_value_type"]


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
