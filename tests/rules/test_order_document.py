"""Order documents: JSON in and out without losing a digit or a character."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.rule_sets import decided

from rules.order_document import UnreadableDocument, dumps, loads, plain, read_field, write_field
from rules.parser import parse_rule_set
from rules.written_decimal import WrittenDecimal


@pytest.mark.parametrize(
    ("source", "written"),
    [
        ("60.00", "60.00"),
        ("0.1", "0.1"),
        ("1e3", "1000"),
        ("1.50E+2", "150"),
        ("1E-7", "0.0000001"),
        ("-0", "0"),
        ("-0.0", "0.0"),
        ("-5", "-5"),
        ("9007199254740993", "9007199254740993"),
        ("9223372036854775808", "9223372036854775808"),
        ("18446744073709551616", "18446744073709551616"),
        ("123456789012345678901234567890.000000000000000000001", "123456789012345678901234567890.000000000000000000001"),
        ("1e400", "1" + "0" * 400),
    ],
)
def test_numbers_leave_as_they_came_in_plain_notation(source: str, written: str) -> None:
    document = loads('{"a": [' + source + "]}")

    assert not isinstance(document["a"][0], float)
    assert dumps(document) == f'{{"a":[{written}]}}'.encode()


def test_a_number_remembers_how_it_was_written_where_that_differs() -> None:
    number = loads('{"a": 1e3}')["a"]

    assert isinstance(number, WrittenDecimal)
    assert (number.source, number) == ("1e3", Decimal(1000))
    assert plain(number) == "1000"
    assert type(loads('{"a": 1.50}')["a"]) is Decimal


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("", "not JSON"),
        ("{", "not JSON"),
        ('{"a": 1} 2', "not JSON"),
        ("[1]", "a list"),
        ("null", "null"),
        ("true", "a boolean"),
        ('"a"', "a text"),
        ("5", "a number"),
        ('{"a": NaN}', "NaN"),
        ('{"a": -Infinity}', "Infinity"),
        ('{"a": 1e401}', "out of range"),
        ('{"a": 1e99999999999999999999}', "out of range"),
        ('{"a": ' + "9" * 401 + "}", "out of range"),
        ('{"a": "\\ud800"}', "surrogate"),
        ('{"a": {"\\udc00": [1]}}', "surrogate"),
        ('{"a": "\ud800"}', "surrogate"),
        (b'{"a": "\xff"}', "UTF-8"),
        ('{"a":' * 101 + "1" + "}" * 101, "nested"),
        ("[" * 100_000, "nested"),
    ],
)
def test_what_is_no_order_is_refused_with_a_reason(text: str | bytes, reason: str) -> None:
    with pytest.raises(UnreadableDocument, match=reason):
        loads(text)


def test_what_is_read_can_always_be_written() -> None:
    deep = '{"a":' * 99 + "[" + "9" * 400 + ',"\\ud83c\\udf81"]' + "}" * 99

    assert dumps({"order": [loads(deep)]}).endswith("\U0001f381".encode() + b'"]' + b"}" * 99 + b"]}")


def test_many_shallow_parts_are_not_deep() -> None:
    assert len(loads('{"a": [' + ",".join(["{}"] * 5000) + "]}")["a"]) == 5000


def test_a_byte_order_mark_is_no_part_of_the_document() -> None:
    assert loads(b'\xef\xbb\xbf{"a": 1}') == {"a": 1}


def test_what_has_no_json_form_is_refused() -> None:
    deep: dict[str, Any] = {}
    inner = deep
    for _ in range(300):
        inner["a"] = {}
        inner = inner["a"]
    for value in ({"a": "\ud800"}, {1: 2}, {"a": object()}, deep):
        with pytest.raises(UnreadableDocument):
            dumps(value)


def test_keys_are_sorted_on_request() -> None:
    assert dumps({"b": 1, "a": {"d": 1, "c": Decimal("1.0")}}, sort_keys=True) == b'{"a":{"c":1.0,"d":1},"b":1}'


def test_fields_are_read_by_name() -> None:
    document = {"ship_to": {"country": "ES"}, "notes": "x", "tags": []}

    assert read_field(document, "ship_to.country") == "ES"
    assert read_field(document, "ship_to.city") is None
    assert read_field(document, "bill_to.city") is None
    assert read_field(document, "notes.internal") is None
    assert read_field(document, "tags") == []


def test_writing_a_nested_field_leaves_the_original_of_a_shallow_copy_alone() -> None:
    original = {"ship_to": {"country": "ES"}, "notes": "x"}
    copy = dict(original)
    write_field(copy, "ship_to.city", "Ávila")
    write_field(copy, "notes.internal", "n")
    write_field(copy, "status", None)

    assert original == {"ship_to": {"country": "ES"}, "notes": "x"}
    assert copy == {"ship_to": {"country": "ES", "city": "Ávila"}, "notes": {"internal": "n"}}
    write_field(copy, "ship_to.city", None)
    assert copy["ship_to"] == {"country": "ES"}


@pytest.mark.parametrize("action", ["do: adjust_weight, by_g: {n}", "do: set_weight, weight_g: {n}", "do: insure, value: {n}"])
def test_a_rules_number_of_any_length_can_be_written_into_an_order(action: str) -> None:
    number = "100000000000000000000"
    rules, problems = parse_rule_set("rules: [{id: a, when: always, then: [{" + action.format(n=number) + "}]}]")
    assert rules is not None, problems
    decision = decided(rules, {"weight_g": 0})

    assert number.encode() in dumps(decision.document)
