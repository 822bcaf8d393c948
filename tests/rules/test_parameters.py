"""Parameters of actions: what each kind takes, and what is said about the rest."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.rule_sets import problems_of

from rules.actions import ParameterKind
from rules.parser import parse_rule_set
from rules.parser.actions import _READERS
from rules.placeholders import Template


def document(call: str) -> str:
    return f"rules:\n- id: a\n  when: always\n  then:\n  - {{do: {call}}}\n"


def parameter(call: str, name: str) -> Any:
    rule_set, problems = parse_rule_set(document(call))
    assert rule_set is not None, [str(problem.message) for problem in problems]
    return rule_set.rules[0].then[0].params[name]


def source(value: Any) -> Any:
    if isinstance(value, Template):
        return value.source
    if isinstance(value, tuple):
        return [source(member) for member in value]
    return {name: source(member) for name, member in value.items()} if isinstance(value, dict) else value


@pytest.mark.parametrize(
    ("call", "name", "value"),
    [
        ("set_weight, weight_g: 1250.50", "weight_g", Decimal("1250.50")),
        ("set_weight, weight_g: 0", "weight_g", 0),
        ("adjust_weight, by_g: -0.1", "by_g", Decimal("-0.1")),
        ("insure, value: 99.95", "value", Decimal("99.95")),
        ("insure, value: shipment_value", "value", "shipment_value"),
        ("set_custom_field, number: 3, value: 00501", "value", "00501"),
        ("assign_user, user: no", "user", "no"),
        ("rate_shop, prefer: cheapest, among: [24h, 00501]", "among", ["24h", "00501"]),
        ("set_customs, contents: gift, tax_ids: {ioss: 0012, VAT-2: x}", "tax_ids", {"ioss": "0012", "VAT-2": "x"}),
        ("set_customs, contents: gift", "tax_ids", None),
        ("carrier_option, option: dry_ice, value: 1.5", "value", Decimal("1.5")),
        ("carrier_option, option: blank_box, value: false", "value", False),
        ("duties, payor: sender", "prepaid", None),
        ("set_internal_note, text: a", "append", False),
    ],
)
def test_a_parameter_is_read_by_its_kind(call: str, name: str, value: Any) -> None:
    assert source(parameter(call, name)) == value


def test_all_that_is_wrong_with_the_texts_of_an_action_is_said_at_once() -> None:
    calls = (
        "{do: add_tag, tag: '{nope} {nada} {nope}'}",
        "{do: add_tag, tag: '{a}{b} {order_number'}",
        "{do: rate_shop, prefer: cheapest, among: ['{stor}', ok, '', [b]]}",
        "{do: set_customs, contents: gift, tax_ids: {'a b': x, ioss: '{c}'}}",
    )
    found = parse_rule_set("rules: [{id: a, when: always, then: [" + ", ".join(calls) + "]}]")[1]

    assert [(problem.path.removeprefix("rules[0].then"), problem.message.code) for problem in found] == [
        ("[0].tag", "unknown_placeholder"),
        ("[0].tag", "unknown_placeholder"),
        ("[1].tag", "unknown_placeholder"),
        ("[1].tag", "unknown_placeholder"),
        ("[1].tag", "open_placeholder"),
        ("[2].among[0]", "unknown_placeholder"),
        ("[2].among[2]", "empty_value"),
        ("[2].among[3]", "wrong_value_type"),
        ("[3].tax_ids.a b", "bad_name"),
        ("[3].tax_ids.ioss", "unknown_placeholder"),
    ]


@pytest.mark.parametrize(
    ("call", "code", "place", "sentence"),
    [
        (
            "set_weight, weight_g: '1'",
            "wrong_value_type",
            ".weight_g",
            'a number from 0 up, without quotes is expected here, this is "1"',
        ),
        ("set_weight, weight_g: -1", "wrong_value_type", ".weight_g", "from 0 up"),
        ("set_weight, weight_g: true", "wrong_value_type", ".weight_g", "this is true"),
        ("adjust_weight, by_g: [1]", "wrong_value_type", ".by_g", "a number, without quotes is expected here"),
        ("insure, value: '9'", "wrong_value_type", ".value", "or one of order_total, amount_paid, shipment_value"),
        ("insure, value: subtotal", "wrong_value_type", ".value", 'this is "subtotal"'),
        ("insure, value: -1", "wrong_value_type", ".value", "this is -1"),
        ("insure, value: true", "wrong_value_type", ".value", "this is true"),
        ("cash_on_delivery, amount: amount_paid", "wrong_value_type", ".amount", "or one of order_total"),
        ("set_custom_field, number: 4, value: x", "wrong_value_type", ".number", "a whole number from 1 to 3"),
        ("set_custom_field, number: 1.0, value: x", "wrong_value_type", ".number", "a whole number from 1 to 3"),
        ("set_ship_by, days: -1", "wrong_value_type", ".days", "a whole number from 0 to 3650"),
        ("rate_shop, prefer: cheapest, among: 24h", "wrong_value_type", ".among", "a list of texts"),
        ("rate_shop, prefer: cheapest, among: []", "empty_value", ".among", "name at least one"),
        ("rate_shop, prefer: cheapest, among: [a, '']", "empty_value", ".among[1]", "this text is empty"),
        ("rate_shop, prefer: cheapest, among: [a, [b]]", "wrong_value_type", ".among[1]", "a text is expected here"),
        ("rate_shop, prefer: cheapest, among: ['{stor}']", "unknown_placeholder", ".among[0]", '"store"'),
        ("rate_shop, prefer: best, among: [a]", "unknown_choice", ".prefer", '"best" is none of cheapest, fastest'),
        (
            "rate_shop, prefer: cheapest, among: [" + "a, " * 1000 + "a]",
            "limit_values",
            ".among",
            "1001 entries; there may be 1000",
        ),
        ("set_customs, contents: a, tax_ids: IM1", "wrong_value_type", ".tax_ids", "a group of `name: text`"),
        ("set_customs, contents: a, tax_ids: {}", "empty_value", ".tax_ids", "at least one `name: text`"),
        ("set_customs, contents: a, tax_ids: {a.b: x}", "bad_name", ".tax_ids.a.b", '"a.b" cannot be a name'),
        ("set_customs, contents: a, tax_ids: {a: [x]}", "wrong_value_type", ".tax_ids.a", "a text is expected here"),
        ("set_email_template, kind: refund, template: a", "unknown_choice", ".kind", "shipment, delivery"),
        ("return_label, enabled: 'yes'", "wrong_value_type", ".enabled", "true or false"),
        ("carrier_option, option: dry_ice, value: much", "wrong_value_type", ".value", "true, false, or a number from 0 up"),
        ("carrier_option, option: dry_ice, value: -1", "wrong_value_type", ".value", "this is -1"),
        ("carrier_option, option: blank_box, value: 1", "bad_parameters", "", "only `dry_ice` takes a weight"),
        ("carrier_option, option: parachute, value: true", "unknown_choice", ".option", '"parachute" is none of'),
        ("set_ship_date", "bad_parameters", "", "give `days` or `date`, and only one of them"),
        ("set_ship_date, days: 1, date: 2026-03-01", "bad_parameters", "", "only one of them"),
        ("set_ship_date, date: soon", "wrong_value_type", ".date", '"soon" is not a date or time'),
        ("hold, days: 1, until: 2026-03-01", "bad_parameters", "", "not both"),
        ("bill_to, account: A-1", "missing_parameter", "", "`bill_to` needs the parameter `party`"),
        ("bill_to, party: ''", "empty_value", ".party", "this text is empty: write one"),
        ("release, days: 1", "unknown_parameter", ".days", '`release` has no parameter "days"'),
    ],
)
def test_what_is_wrong_is_said_where_it_stands(call: str, code: str, place: str, sentence: str) -> None:
    [problem] = problems_of(document(call))

    assert (problem.message.code, problem.path) == (code, f"rules[0].then[0]{place}")
    assert sentence in str(problem.message)
    assert problem.line == 5


def test_a_wrong_member_is_reported_on_its_own_line() -> None:
    call = "set_customs\n    contents: a\n    tax_ids:\n      ioss: x\n      vat: ''\n"
    [problem] = problems_of(f"rules:\n- id: a\n  when: always\n  then:\n  - do: {call}")

    assert (problem.line, problem.path) == (9, "rules[0].then[0].tax_ids.vat")


def test_every_kind_has_a_reader() -> None:
    assert set(_READERS) == set(ParameterKind)
