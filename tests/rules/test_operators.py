"""Operators, as tables: a fact, an operator, a value, a verdict."""

from __future__ import annotations

import re
from typing import Any

import pytest
from support.rule_sets import condition, verdict

from rules.operators import BLANK, NOT_BLANK, codes_of, operators_of
from rules.operators.registry import register
from rules.operators.texts import Wildcard
from rules.values import FieldType

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
A_FIELD = {
    FieldType.TEXT: "ship_to.city",
    FieldType.NUMBER: "order_total",
    FieldType.TIME: "order_date",
    FieldType.BOOLEAN: "gift",
    FieldType.SET: "tags",
}
OPERATORS = [(type_, operator.code) for type_ in FieldType for operator in operators_of(type_)]


def an_order(field: str, value: Any) -> dict[str, Any]:
    head, dot, rest = field.partition(".")
    return {head: {rest: value}} if dot else {head: value}


def test_the_operators_are_those_of_the_language() -> None:
    assert {type_: set(codes_of(type_)) - {BLANK, NOT_BLANK} for type_ in FieldType} == {
        FieldType.TEXT: {
            *("equals", "not_equals", "in", "not_in", "contains", "not_contains"),
            *("starts_with", "ends_with", "matches", "not_matches", "between"),
        },
        FieldType.NUMBER: {
            *("equals", "not_equals", "less_than", "at_most", "greater_than", "at_least", "between", "in", "not_in"),
        },
        FieldType.TIME: {
            *("before", "after", "between", "on_day", "within_last", "within_next", "older_than", "time_between", "on_weekday"),
        },
        FieldType.BOOLEAN: {"is_true", "is_false"},
        FieldType.SET: {"includes", "includes_all", "excludes"},
    }


def test_an_operator_cannot_be_registered_twice() -> None:
    taken = next(operators_of(FieldType.TEXT))

    with pytest.raises(ValueError, match="registered twice"):
        register(taken)


@pytest.mark.parametrize(("type_", "operator"), OPERATORS)
@pytest.mark.parametrize("blank", ["missing", None, "", " \t\u00a0", []])
def test_on_a_blank_field_positive_operators_are_false_and_negative_ones_true(
    type_: FieldType, operator: str, blank: Any
) -> None:
    order = {} if blank == "missing" else an_order(A_FIELD[type_], blank)
    asked = condition(A_FIELD[type_], operator, A_VALUE[type_][operator])

    assert verdict(asked, order) == (TRUE if operator in NEGATIVE else FALSE)


WRONG_VALUES = {
    FieldType.TEXT: [True, False, {"a": 1}, ["x"]],
    FieldType.NUMBER: [True, "abc", "1e3", "1,5", "+1", ".5", "5.", " 5", "٥", {"a": 1}, [1]],
    FieldType.TIME: ["yesterday", "2026-13-01", "2026-02-30", "12:30", 20260301, True, {"a": 1}, ["2026-01-01"]],
    FieldType.BOOLEAN: ["true", 1, 0, {"a": 1}, [True]],
    FieldType.SET: ["x", 1, True, {"a": 1}, ["x", 1], [None]],
}


@pytest.mark.parametrize(("type_", "operator"), OPERATORS)
def test_a_value_of_the_wrong_kind_is_an_error_for_every_operator(type_: FieldType, operator: str) -> None:
    for wrong in WRONG_VALUES[type_]:
        order = an_order(A_FIELD[type_], wrong)

        assert verdict(condition(A_FIELD[type_], operator, A_VALUE[type_][operator]), order) == ERROR, wrong
        assert verdict(condition(A_FIELD[type_], "blank"), order) == FALSE
        assert verdict(condition(A_FIELD[type_], "not_blank"), order) == TRUE


@pytest.mark.parametrize(
    ("value", "expected"),
    [(None, TRUE), ("", TRUE), ("  \n", TRUE), ([], TRUE), (False, FALSE), (0, FALSE), ("0", FALSE), ("x", FALSE), ([""], FALSE)],
)
def test_what_is_blank(value: Any, expected: str) -> None:
    for field in ("ship_to.city", "gift", "order_total", "tags"):
        order = an_order(field, value)

        assert verdict(condition(field, "blank"), order) == expected
        assert verdict(condition(field, "not_blank"), order) == (FALSE if expected == TRUE else TRUE)


TEXT_TABLE: list[tuple[Any, str, Any, str]] = [
    ("Madrid", "equals", "MADRID", TRUE),
    ("  Madrid ", "equals", "madrid\t", TRUE),
    ("Straße", "equals", "STRASSE", TRUE),
    ("STRASSE", "equals", "straße", TRUE),
    ("cafe\u0301", "equals", "CAF\u00c9", TRUE),
    ("\u0130", "equals", "i\u0307", TRUE),
    ("\u00a0x\u2003", "equals", "x", TRUE),
    ("\u01f0", "equals", "\u004a\u030c", TRUE),  # folding takes it apart, NFC puts it together again
    ("FR A", "equals", "FR", FALSE),
    ("Madrid", "not_equals", "madrid", FALSE),
    ("Madrid", "not_equals", "Sevilla", TRUE),
    ("es", "in", ["PT", " ES"], TRUE),
    ("fr", "in", ["PT", "ES"], FALSE),
    ("es", "not_in", ["PT", "ES"], FALSE),
    ("fr", "not_in", ["PT", "ES"], TRUE),
    ("Calle Mayor 1", "contains", "mayor", TRUE),
    ("Calle Mayor 1", "contains", ["x", "LLE"], TRUE),
    ("Calle Mayor 1", "contains", ["x", "z"], FALSE),
    ("Calle Mayor 1", "not_contains", ["x", "z"], TRUE),
    ("Calle Mayor 1", "not_contains", ["x", "calle"], FALSE),
    ("ACM-1", "starts_with", "acm-", TRUE),
    ("ACM-1", "starts_with", ["ver", "acm"], TRUE),
    ("ACM-1", "starts_with", ["ver"], FALSE),
    ("ACM-1", "ends_with", ["-2", "-1 "], TRUE),
    ("ACM-1", "ends_with", "acm", FALSE),
    ("Weiß", "ends_with", "SS", TRUE),
    (501, "equals", "501", TRUE),
    ("00501", "equals", "501", FALSE),
    ("00501", "equals", 501, FALSE),
    ("501", "equals", 501, TRUE),
]


@pytest.mark.parametrize(("fact", "operator", "value", "expected"), TEXT_TABLE)
def test_text_operators(fact: Any, operator: str, value: Any, expected: str) -> None:
    assert verdict(condition("custom_field_1", operator, value), {"custom_field_1": fact}) == expected


@pytest.mark.parametrize(
    ("fact", "operator", "value", "expected"),
    [
        ("Madrid", "equals", "madrid", FALSE),
        (" Madrid ", "equals", "Madrid", TRUE),
        ("cafe\u0301", "equals", "caf\u00e9", TRUE),
        ("Straße", "equals", "Strasse", FALSE),
        ("Straße", "not_equals", "STRASSE", TRUE),
        ("ACM", "matches", "a*", FALSE),
        ("ACM", "starts_with", "AC", TRUE),
        ("ACM", "in", ["acm", "ACM"], TRUE),
    ],
)
def test_match_case_skips_the_folding_and_nothing_else(fact: str, operator: str, value: Any, expected: str) -> None:
    assert verdict(condition("custom_field_1", operator, value, match_case=True), {"custom_field_1": fact}) == expected


@pytest.mark.parametrize(
    ("fact", "pattern", "expected"),
    [
        ("abc", "abc", TRUE),
        ("abcd", "abc", FALSE),
        ("abc", "a?c", TRUE),
        ("ac", "a?c", FALSE),
        ("abc", "*", TRUE),
        ("abc", "*b*", TRUE),
        ("abc", "*c", TRUE),
        ("abc", "a*", TRUE),
        ("abc", "b*", FALSE),
        ("aba", "a*a", TRUE),
        ("a", "a*a", FALSE),
        ("aab", "*ab", TRUE),
        ("line one\nline two", "line*two", TRUE),
        ("a\nb", "a?b", TRUE),
        ("a.c", "a.c", TRUE),
        ("abc", "a.c", FALSE),
        ("a+[b]^$\\", "a+[b]^$\\", TRUE),
        ("ß", "??", TRUE),  # after folding it is ss
        ("ß", "?", FALSE),
        ("e\u0301", "?", TRUE),  # after NFC it is one code point
        ("\U0001f381", "?", TRUE),
        ("ABC", "a*C", TRUE),
        ("abcabc", "a*bc*bc", TRUE),
        ("abc", "a*bc*bc", FALSE),
        ("xay", "?a?", TRUE),
        ("abc", ["x*", "*c"], TRUE),
        ("abc", "**a**c**", TRUE),
    ],
)
def test_wildcards(fact: str, pattern: Any, expected: str) -> None:
    order = {"custom_field_1": fact}

    assert verdict(condition("custom_field_1", "matches", pattern), order) == expected
    assert verdict(condition("custom_field_1", "not_matches", pattern), order) == (FALSE if expected == TRUE else TRUE)


@pytest.mark.parametrize("pattern", ["*a*a*a*a*b", "*a" * 1500 + "*b", "?*" * 1000 + "b", "*" + "?" * 2000 + "b*"])
def test_wildcards_never_backtrack(pattern: str) -> None:
    asked = condition("custom_field_1", "matches", pattern)

    assert verdict(asked, {"custom_field_1": "a" * 4096}) == FALSE
    wildcard = Wildcard.of(pattern)
    parts = [part for part in (wildcard.first, *wildcard.middle, wildcard.last) if part is not None]
    assert not [part.pattern for part in parts if re.search(r"(?<!\\)[*+{|]", part.pattern)], "what repeats can go back"
    assert len(parts) <= pattern.count("*") + 1, "each part is looked for once, from where the last one ended"


NUMBER_TABLE: list[tuple[Any, str, Any, str]] = [
    (60, "equals", 60.0, TRUE),
    ("60.00", "equals", 60, TRUE),
    ("0.3", "equals", 0.3, TRUE),
    ("0.30000000000000000001", "equals", 0.3, FALSE),
    (9007199254740993, "equals", 9007199254740992, FALSE),
    ("9223372036854775808", "greater_than", 9223372036854775807, TRUE),
    (10**40 + 1, "greater_than", 10**40, TRUE),
    ("-5", "less_than", 0, TRUE),
    ("-0.0", "equals", 0, TRUE),
    (5, "not_equals", 5, FALSE),
    (5, "not_equals", 6, TRUE),
    (5, "less_than", 5, FALSE),
    (5, "at_most", 5, TRUE),
    (5, "greater_than", 5, FALSE),
    (5, "at_least", 5, TRUE),
    (5, "between", [5, 10], TRUE),
    ("10.0", "between", [5, 10], TRUE),
    ("10.01", "between", [5, 10], FALSE),
    (5, "in", [1, 5.0], TRUE),
    (5, "in", [1, 2], FALSE),
    (5, "not_in", [1, 5.0], FALSE),
    (5, "not_in", [1, 2], TRUE),
    (0, "equals", 0, TRUE),
]


@pytest.mark.parametrize(("fact", "operator", "value", "expected"), NUMBER_TABLE)
def test_number_operators(fact: Any, operator: str, value: Any, expected: str) -> None:
    assert verdict(condition("order_total", operator, value), {"order_total": fact}) == expected


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
