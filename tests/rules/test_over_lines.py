"""Numbers over lines: counted, added up, the highest and the lowest, compared as number fields are."""

from __future__ import annotations

import json
from decimal import Context, Decimal
from typing import Any

import pytest
from support.rule_sets import a_case, a_rule_set, codes_of, condition, decided, problems_of, rule, tag, verdict

from engine.decide import CompiledRuleSet
from rules.catalogue import catalogue
from rules.context import RuleContext
from rules.document import lists_of
from rules.fields import ITEM_FIELDS
from rules.parser import parse_rule_set
from rules.reference_page import reference_page
from rules.references import check_references
from rules.render import render
from rules.rule_reads import fields_read, reads_stock
from rules.sentences import node_sentence
from rules.values import FieldType

TRUE, FALSE, ERROR = "true", "false", "error"
MUGS = condition("sku", "starts_with", "MUG-")
ALL = "always"
LINES: list[dict[str, Any]] = [
    {"sku": "MUG-1", "quantity": 2, "unit_price": "1.10"},
    {"sku": "pot", "quantity": "3", "unit_price": 20},
    {"sku": " mug-2", "unit_price": 5},
]
ORDER = {"order_total": 62, "weight_g": 5, "items": LINES}


def count(lines: Any, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    return {"count_items": lines, "is": operator, **({} if value is None else {"value": value}), **more}


def figure(kind: str, of: str, lines: Any, operator: str, value: Any = None, **more: Any) -> dict[str, Any]:
    return {f"{kind}_items": {"of": of, "when": lines}, "is": operator, **({} if value is None else {"value": value}), **more}


@pytest.mark.parametrize(
    ("when", "expected"),
    [
        (count(MUGS, "at_least", 2), TRUE),
        (count(MUGS, "at_least", 3), FALSE),
        (count(ALL, "equals", 3), TRUE),
        (count({"all": []}, "equals", 3), TRUE),
        (count({"none": [MUGS]}, "equals", 1), TRUE),
        (count({"any": [MUGS, condition("quantity", "at_least", 3)]}, "in", [1, 3]), TRUE),
        (count(condition("quantity", "less_than", than="unit_price"), "equals", 1), TRUE),
        # A line without a number adds nothing.
        (figure("sum", "quantity", ALL, "equals", 5), TRUE),
        (figure("sum", "quantity", MUGS, "equals", 2), TRUE),
        (figure("sum", "quantity", MUGS, "not_equals", 2), FALSE),
        (figure("sum", "line_total", ALL, "between", [62.2, 62.2]), TRUE),
        (figure("sum", "line_total", MUGS, "equals", 2.2), TRUE),
        (figure("max", "unit_price", ALL, "greater_than", 19.99), TRUE),
        (figure("max", "unit_price", MUGS, "at_most", 5), TRUE),
        (figure("min", "unit_price", ALL, "less_than", 1.1), FALSE),
        (figure("min", "unit_price", ALL, "not_in", [1, 1.1]), FALSE),
        (figure("min", "quantity", MUGS, "equals", 2), TRUE),
        (figure("max", "line_total", ALL, "equals", 60), TRUE),
        # Another field of the order in place of a value.
        (figure("sum", "line_total", ALL, "greater_than", than="order_total"), TRUE),
        (count(ALL, "equals", than="line_count"), TRUE),
        (figure("max", "quantity", ALL, "less_than", than="weight_g"), TRUE),
        # Blank counts as blank.
        (count(ALL, "equals", than="amount_paid"), FALSE),
        (count(ALL, "not_equals", than="amount_paid"), TRUE),
        (figure("max", "weight_g", ALL, "not_equals", than="amount_paid"), TRUE),
    ],
)
def test_lines_that_meet_the_condition_count(when: dict[str, Any], expected: str) -> None:
    assert verdict(when, ORDER) == expected


@pytest.mark.parametrize("order", [{}, {"items": None}, {"items": LINES}])
def test_without_a_line_that_counts_count_and_sum_are_0_and_the_others_blank(order: dict[str, Any]) -> None:
    none = condition("sku", "equals", "NONE")
    assert verdict(count(none, "equals", 0), order) == TRUE
    assert verdict(figure("sum", "quantity", none, "equals", 0), order) == TRUE
    assert verdict(count(none, "blank"), order) == FALSE
    assert verdict(figure("sum", "quantity", none, "not_blank"), order) == TRUE
    for kind in ("max", "min"):
        assert verdict(figure(kind, "quantity", none, "blank"), order) == TRUE
        assert verdict(figure(kind, "quantity", none, "at_most", 5), order) == FALSE
        assert verdict(figure(kind, "quantity", none, "not_in", [5]), order) == TRUE
        assert verdict(figure(kind, "weight_g", ALL, "blank"), order) == TRUE


def test_numbers_are_exact() -> None:
    cents = {"items": [{"quantity": 1, "unit_price": "0.1"}, {"quantity": 1, "unit_price": "0.2"}]}
    assert verdict(figure("sum", "line_total", ALL, "equals", 0.3), cents) == TRUE
    price = Decimal("1" * 200 + "." + "3" * 200)
    total = Context(prec=1_000).multiply(price, Decimal(7))
    equal = figure("sum", "line_total", ALL, "equals", than="order_total")
    assert verdict(equal, {"items": [{"quantity": "7", "unit_price": str(price)}], "order_total": str(total)}) == TRUE
    assert verdict(equal, {"items": [{"quantity": "7", "unit_price": str(price)}], "order_total": str(total)[:-1]}) == FALSE


BAD = {"sku": ["x"], "quantity": 4}  # whose SKU cannot be read


@pytest.mark.parametrize(
    ("when", "lines", "expected"),
    [
        # Whether a line counts cannot be told: an error only where it makes a difference.
        (count(MUGS, "at_least", 2), [*LINES, BAD], TRUE),
        (count(MUGS, "at_least", 3), [*LINES, BAD], ERROR),
        (count(MUGS, "at_least", 4), [*LINES, BAD], FALSE),
        (count(MUGS, "equals", 2.5), [*LINES, BAD], FALSE),
        (count(MUGS, "between", [2, 3]), [*LINES, BAD], TRUE),
        (count(MUGS, "not_in", [3]), [*LINES, BAD], ERROR),
        (figure("sum", "quantity", MUGS, "at_least", 2), [*LINES, BAD], TRUE),
        (figure("sum", "quantity", MUGS, "at_least", 6), [*LINES, BAD], ERROR),
        (figure("sum", "quantity", MUGS, "at_least", 7), [*LINES, BAD], FALSE),
        (figure("sum", "quantity", MUGS, "equals", 3), [*LINES, BAD], FALSE),
        (figure("sum", "weight_g", MUGS, "equals", 0), [*LINES, BAD], TRUE),
        (figure("max", "quantity", MUGS, "at_least", 2), [*LINES, BAD], TRUE),
        (figure("max", "quantity", MUGS, "equals", 4), [*LINES, BAD], ERROR),
        (figure("max", "quantity", MUGS, "equals", 3), [*LINES, BAD], FALSE),
        (figure("min", "quantity", MUGS, "equals", 2), [*LINES, BAD], TRUE),
        (figure("max", "quantity", MUGS, "blank"), [BAD], ERROR),
        (figure("max", "quantity", MUGS, "not_blank"), [*LINES, BAD], TRUE),
        # A number that cannot be read may be any.
        (count(ALL, "equals", 2), [{"quantity": "x"}, {"quantity": 1}], TRUE),
        (figure("sum", "quantity", ALL, "at_least", 2), [{"quantity": "x"}, {"quantity": 9}], ERROR),
        (figure("sum", "quantity", ALL, "not_blank"), [{"quantity": "x"}], TRUE),
        (figure("sum", "quantity", MUGS, "at_least", 2), [{"sku": "pot", "quantity": "x"}, LINES[0]], TRUE),
        (figure("max", "quantity", ALL, "at_least", 9), [{"quantity": "x"}, {"quantity": 9}], TRUE),
        (figure("max", "quantity", ALL, "less_than", 9), [{"quantity": "x"}, {"quantity": 9}], FALSE),
        (figure("max", "quantity", ALL, "in", [1, 8]), [{"quantity": "x"}, {"quantity": 9}], FALSE),
        (figure("max", "quantity", ALL, "in", [1, 9]), [{"quantity": "x"}, {"quantity": 9}], ERROR),
        (figure("min", "quantity", ALL, "at_most", 9), [{"quantity": "x"}, {"quantity": 9}], TRUE),
        (figure("min", "quantity", ALL, "between", [9, 10]), [{"quantity": "x"}, {"quantity": 9}], ERROR),
        (figure("max", "quantity", ALL, "not_blank"), [{"quantity": "x"}], TRUE),
        (figure("sum", "line_total", ALL, "equals", 0), [{"quantity": "x"}], ERROR),
        # What is not a line at all.
        (count(ALL, "equals", 2), ["x", {}], TRUE),
        (count(MUGS, "at_least", 1), ["x", LINES[0]], TRUE),
        (count(MUGS, "at_most", 1), ["x", LINES[0]], ERROR),
        (figure("sum", "quantity", ALL, "equals", 2), ["x", LINES[0]], ERROR),
        (count(ALL, "equals", 0), "no list", ERROR),
    ],
)
def test_an_error_counts_only_where_it_could_change_the_answer(when: dict[str, Any], lines: Any, expected: str) -> None:
    assert verdict(when, {"items": lines}) == expected


def test_many_lines_in_error_are_weighed_by_the_lowest_and_the_highest_sum() -> None:
    lines = [{"sku": [], "quantity": 0}, *({"sku": [1], "quantity": number * number} for number in range(-20, 300))]
    lowest, highest = (sum(one * one for one in range(*ends)) for ends in ((0, 0), (-20, 300)))
    assert verdict(figure("sum", "quantity", MUGS, "between", [lowest, highest]), {"items": lines}) == TRUE
    assert verdict(figure("sum", "quantity", MUGS, "greater_than", highest), {"items": lines}) == FALSE
    assert verdict(figure("sum", "quantity", MUGS, "at_least", 1), {"items": lines}) == ERROR


def test_a_field_that_cannot_be_read_is_an_error_with_its_name() -> None:
    than = figure("sum", "quantity", ALL, "less_than", than="order_total")
    [wrong_order] = decided(a_rule_set(rule(than)), {"order_total": "x", "items": LINES}).errors
    assert (wrong_order.path, wrong_order.message.format("en")) == ("rules[0].when", 'order_total: "x" is not a number')

    [wrong_line] = decided(a_rule_set(rule(than)), {"order_total": 1, "items": [LINES[0], {"quantity": "x"}]}).errors
    assert wrong_line.path == "rules[0].when"
    assert wrong_line.message.format("es") == 'quantity de la línea 2: "x" no es un número'

    [wrong_sku] = decided(a_rule_set(rule(count(MUGS, "at_least", 3))), {"items": [*LINES, BAD]}).errors
    assert (wrong_sku.path, wrong_sku.message.code) == ("rules[0].when.count_items", "not_a_text")


def test_it_stands_among_other_conditions() -> None:
    spain = condition("ship_to.country", "equals", "ES")
    many = [{"all": [condition("store", "equals", f"s{number}"), count(MUGS, "at_least", 2)]} for number in range(30)]
    assert verdict({"all": [spain, count(MUGS, "at_least", 2)]}, ORDER) == FALSE
    assert verdict({"none": [spain, count(MUGS, "at_least", 3)]}, ORDER) == TRUE
    assert verdict({"any": [spain, count(MUGS, "at_least", 3)]}, {"items": [*LINES, BAD]}) == ERROR
    assert verdict({"any": many}, {**ORDER, "store": "s7"}) == TRUE
    assert verdict({"any": many}, {**ORDER, "store": "x"}) == FALSE


def test_later_rules_see_what_earlier_ones_wrote() -> None:
    lower = rule("always", {"do": "set_weight", "weight_g": 4}, id="lower")
    more = rule(figure("sum", "quantity", ALL, "greater_than", than="weight_g"), tag("more"), id="more")
    assert decided(a_rule_set(more, lower), ORDER).matched == ("lower",)
    assert decided(a_rule_set(lower, more), ORDER).matched == ("lower", "more")


def test_switched_off_it_is_not_there() -> None:
    off = {**count(MUGS, "at_least", 99), "enabled": False}
    assert verdict({"all": [off]}, ORDER) == TRUE
    assert verdict({"all": [off, {**count(MUGS, "at_least", 2), "enabled": True}]}, ORDER) == TRUE
    within = {"all": [MUGS, {**condition("quantity", "equals", 9), "enabled": False}]}
    assert verdict(count(within, "equals", 2), ORDER) == TRUE


WRONG: list[tuple[dict[str, Any], str, str, str]] = [
    (count("alway", "equals", 1), "wrong_type", ".count_items", "or the word always"),
    (count({"all": [ALL]}, "equals", 1), "always_of_item", ".count_items.all[0]", "says nothing about an item"),
    (count(condition("store", "equals", "x"), "equals", 1), "unknown_field", ".count_items.field", "not a field of an item"),
    (count(condition("sku", "equals", ""), "equals", 1), "empty_value", ".count_items.value", "blank"),
    (count({**MUGS, "enabled": False}, "equals", 1), "nothing_left", ".count_items", "write always to take all lines"),
    (
        count({"count_items": ALL, "is": "equals", "value": 1}, "equals", 1),
        "nested_item_group",
        ".count_items.count_items",
        "all lines",
    ),
    ({"any_item": count(ALL, "equals", 1)}, "nested_item_group", ".any_item.count_items", "`count_items` asks about all lines"),
    (count({"any_item": MUGS}, "equals", 1), "nested_item_group", ".count_items.any_item", "item group"),
    ({"count_items": ALL}, "missing_key", "", '"is"'),
    (count(ALL, "at_least"), "missing_value", "", "needs a value"),
    (count(ALL, "at_least", "3"), "wrong_value_type", ".value", "without quotes"),
    (count(ALL, "between", [3, 1]), "low_above_high", ".value", "3"),
    (count(ALL, "contains", 3), "operator_does_not_fit", ".is", "at_least"),
    (count(ALL, "atleast", 3), "unknown_operator", ".is", "at_least"),
    (count(ALL, "blank", 3), "unexpected_value", ".value", "takes no value"),
    (count(ALL, "equals", 3, match_case=True), "unknown_key", ".match_case", "match_case"),
    (count(ALL, "equals", 3, field="sku"), "unknown_key", ".field", "field"),
    (count(ALL, "equals", than="order_date"), "other_type", ".than", "order_date a time field"),
    (count(ALL, "in", than="order_total"), "no_field_wanted", ".than", "at_least"),
    (count(ALL, "equals", 3, than="order_total"), "value_and_than", ".than", "`value` and `than`"),
    (count(ALL, "equals", 3, any_item=MUGS), "two_groups", "", "`count_items`, `any_item`"),
    ({"sum_items": ALL, "is": "equals", "value": 1}, "wrong_type", ".sum_items", "group of `key: value`"),
    ({"sum_items": {"when": ALL}, "is": "equals", "value": 1}, "missing_key", ".sum_items", '"of"'),
    ({"sum_items": {"of": "quantity"}, "is": "equals", "value": 1}, "missing_key", ".sum_items", '"when"'),
    (figure("sum", "quantty", ALL, "equals", 1), "unknown_field", ".sum_items.of", 'did you mean "quantity"?'),
    (figure("max", "sku", ALL, "equals", 1), "no_number_of_item", ".max_items.of", "unit_price, weight_g"),
    (figure("min", "quantity", {**MUGS, "enabled": False}, "equals", 1), "nothing_left", ".min_items.when", "`when`"),
]


@pytest.mark.parametrize(("when", "code", "place", "words"), WRONG)
def test_what_is_wrong_is_said_with_its_place(when: dict[str, Any], code: str, place: str, words: str) -> None:
    (problem,) = problems_of(json.dumps({"rules": [rule(when)]}))
    assert (problem.message.code, problem.path) == (code, f"rules[0].when{place}")
    assert words in problem.message.format("en")
    assert problem.message.format("es") != problem.message.format("en")


def test_all_of_its_problems_are_reported_at_once_with_their_lines() -> None:
    text = """rules:
  - id: r
    when:
      sum_items:
        of: sku
        when: {field: nmae, is: equals, value: x}
      is: at_lest
      value: 3
    then: []
"""
    assert [(problem.line, problem.message.code) for problem in problems_of(text)] == [
        (5, "no_number_of_item"),
        (6, "unknown_field"),
        (7, "unknown_operator"),
    ]


def test_it_counts_as_a_condition_and_as_a_level() -> None:
    assert codes_of(json.dumps({"rules": [rule({"all": [count(ALL, "equals", 1)] * 200})]})) == []
    assert codes_of(json.dumps({"rules": [rule({"all": [count(ALL, "equals", 1)] * 201})]})) == ["limit_conditions"]
    assert codes_of(json.dumps({"rules": [rule({"all": [count(MUGS, "equals", 1)] * 101})]})) == ["limit_conditions"]
    deep: Any = count(MUGS, "equals", 1)
    for _ in range(7):
        deep = {"all": [deep]}
    assert codes_of(json.dumps({"rules": [rule(deep)]})) == []
    assert codes_of(json.dumps({"rules": [rule({"all": [deep]})]})) == ["limit_depth"]


def test_a_document_keeps_it() -> None:
    rules = a_rule_set(
        rule(count(MUGS, "at_least", 3)),
        rule(figure("sum", "line_total", {"any": [MUGS, condition("name", "blank")]}, "less_than", than="order_total")),
        rule(figure("max", "quantity", ALL, "not_blank")),
    )
    text = render(rules)
    assert "when: {count_items: {field: sku, is: starts_with, value: MUG-}, is: at_least, value: 3}" in text
    assert "when: {max_items: {of: quantity, when: always}, is: not_blank}" in text
    again, problems = parse_rule_set(text)
    assert problems == []
    assert again is not None
    assert render(again) == text


@pytest.mark.parametrize(
    ("when", "english", "spanish"),
    [
        (count(ALL, "equals", 3), "Number of lines is 3", "Número de líneas es 3"),
        (
            count(MUGS, "at_least", 3),
            "Number of lines where (SKU starts with MUG-) is at least 3",
            "Número de líneas donde (SKU empieza por MUG-) es como mínimo 3",
        ),
        (
            figure("sum", "quantity", {"all": [MUGS, condition("tags", "includes", "x")]}, "equals", 2),
            "Sum of quantity over lines where (all of: SKU starts with MUG-; item tags include x) is 2",
            "Suma de cantidad en las líneas donde (todas: SKU empieza por MUG-; etiquetas del artículo incluyen x) es 2",
        ),
        (
            figure("sum", "line_total", ALL, "less_than", than="order_total"),
            "Sum of line total over all lines is less than order total",
            "Suma de importe de línea en todas las líneas es menor que total del pedido",
        ),
        (
            figure("max", "unit_price", MUGS, "blank"),
            "Highest unit price of lines where (SKU starts with MUG-) is blank",
            "Máximo de precio unitario en las líneas donde (SKU empieza por MUG-) está en blanco",
        ),
        (
            {"none": [figure("min", "weight_g", ALL, "in", [1, 2])]},
            "None of: lowest item weight in grams of all lines is one of 1, 2",
            "Ninguna: mínimo de peso del artículo en gramos en todas las líneas es uno de 1, 2",
        ),
    ],
)
def test_it_is_said_in_both_languages(when: dict[str, Any], english: str, spanish: str) -> None:
    said = node_sentence(a_rule_set(rule(when)).rules[0].when)
    assert (said.format("en"), said.format("es")) == (english, spanish)


def test_all_that_it_looks_at_counts_as_read() -> None:
    def read(when: dict[str, Any]) -> set[str]:
        return set(fields_read(a_rule_set(rule(when)).rules[0]))

    assert read(count(MUGS, "equals", 1)) == {"items.sku"}
    assert read(count(ALL, "equals", 1)) == {"line_count"}
    assert read(figure("sum", "line_total", MUGS, "less_than", than="order_total")) == {
        *("items.sku", "items.quantity", "items.unit_price", "order_total")
    }


def test_what_providers_have_is_looked_up_for_it() -> None:
    enough = figure("min", "available_at_provider", ALL, "at_least", 1)
    rules = a_rule_set(rule(enough))
    compiled = CompiledRuleSet(rules, a_case({}).context.zone)
    assert compiled.reads_stock
    assert reads_stock(rules.rules[0])
    assert not reads_stock(a_rule_set(rule(count(ALL, "at_least", 1))).rules[0])
    assert verdict(enough, {"items": [{"available_at_provider": 2}]}) == TRUE
    assert verdict(enough, {"items": [{"available_at_provider": 2}, {"available_at_provider": 0}]}) == FALSE


@pytest.mark.parametrize("language", ["en", "es"])
def test_editors_and_the_reference_name_its_kinds_and_numbers(language: Any) -> None:
    known = catalogue(language)
    numbers = [field.name for field in ITEM_FIELDS if field.type is FieldType.NUMBER]
    assert [(one["code"], one["measured"]) for one in known["aggregates"]] == [
        *(("count_items", False), ("sum_items", True), ("max_items", True), ("min_items", True))
    ]
    assert [one["code"] for one in known["measures"]] == [*numbers, "line_total"]
    page = reference_page(language)
    for one in (*known["aggregates"], *known["measures"]):
        assert f"| `{one['code']}` | {one['label']} | {one['help']} |" in page


def test_lines_that_count_may_be_those_of_a_named_list() -> None:
    fragile = count({"field": "sku", "is": "in", "value": {"list": "fragile"}}, "equals", 1)
    rules = a_rule_set(rule(fragile))

    assert lists_of(rules.rules) == {"fragile"}
    assert verdict(fragile, ORDER, context={"lists": {"Fragile": ["POT", "pan"]}}) == TRUE
    assert verdict(fragile, ORDER, context={"lists": {"fragile": ["pot", "mug-2"]}}) == FALSE
    assert verdict(fragile, ORDER, context={"lists": {}}) == ERROR
    assert [problem.message.code for problem in check_references(rules, RuleContext.parse({"lists": {}}))] == ["unknown_list"]


def test_a_number_over_lines_is_compared_with_no_named_list() -> None:
    assert codes_of(json.dumps({"rules": [rule(count(ALL, "in", {"list": "good-numbers"}))]})) == ["no_list_wanted"]
