"""`than`: a field compared with another one of the same type."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.rule_sets import a_case, a_rule_set, condition, decided, problems_of, rule, tag, verdict

from engine.decide.explain import FIRST_PART, explain, explain_part
from engine.decide.reference import decide_by_reference
from rules.analysis import analyse
from rules.context import RuleContext
from rules.render import render
from rules.rule_reads import fields_read
from rules.sentences import condition_sentence

TRUE, FALSE, ERROR = "true", "false", "error"
MADRID = {"account": {"time_zone": "Europe/Madrid"}}
UNPAID = condition("amount_paid", "less_than", than="order_total")


def compared(field: str, operator: str, than: str, order: dict[str, Any], **more: Any) -> str:
    return verdict({"field": field, "is": operator, "than": than}, order, **more)


TABLE: list[tuple[str, str, str, dict[str, Any], str]] = [
    ("amount_paid", "less_than", "order_total", {"amount_paid": "59.99", "order_total": 60}, TRUE),
    ("amount_paid", "less_than", "order_total", {"amount_paid": "60.00", "order_total": 60}, FALSE),
    ("amount_paid", "equals", "order_total", {"amount_paid": "60.00", "order_total": 60}, TRUE),
    ("amount_paid", "at_least", "order_total", {"amount_paid": 61, "order_total": 60}, TRUE),
    # Blank on either side counts as blank.
    ("amount_paid", "less_than", "order_total", {"order_total": 60}, FALSE),
    ("amount_paid", "less_than", "order_total", {"amount_paid": 60}, FALSE),
    ("amount_paid", "not_equals", "order_total", {"amount_paid": 60}, TRUE),
    ("amount_paid", "not_equals", "order_total", {}, TRUE),
    # What cannot be read is an error on either side.
    ("amount_paid", "less_than", "order_total", {"amount_paid": "x", "order_total": 60}, ERROR),
    ("amount_paid", "less_than", "order_total", {"amount_paid": 60, "order_total": "x"}, ERROR),
    ("amount_paid", "less_than", "order_total", {"order_total": "x"}, ERROR),
    ("ship_to.country", "equals", "bill_to.country", {"ship_to": {"country": "es"}, "bill_to": {"country": " ES "}}, TRUE),
    ("ship_to.country", "not_equals", "bill_to.country", {"ship_to": {"country": "ES"}, "bill_to": {"country": "PT"}}, TRUE),
    ("notes.internal", "contains", "order_number", {"order_number": "A-1", "notes": {"internal": "see a-1!"}}, TRUE),
    ("ship_to.city", "starts_with", "ship_to.state", {"ship_to": {"city": "Madrid", "state": "Mad"}}, TRUE),
    ("ship_to.city", "matches", "ship_to.state", {"ship_to": {"city": "Madrid", "state": "mad*"}}, TRUE),
    ("ship_to.city", "equals", "bill_to.city", {"ship_to": [1], "bill_to": {"city": "x"}}, ERROR),
    ("ship_by", "after", "deliver_by", {"ship_by": "2026-03-02", "deliver_by": "2026-03-01T23:59:59.999999999Z"}, TRUE),
    ("ship_by", "before", "deliver_by", {"ship_by": "2026-03-02", "deliver_by": "2026-03-02"}, FALSE),
    ("ship_by", "on_day", "deliver_by", {"ship_by": "2026-03-01T01:00Z", "deliver_by": "2026-03-01T23:00Z"}, TRUE),
    ("ship_by", "before", "now", {"ship_by": "2026-03-01T11:59:59Z"}, TRUE),
    ("tags", "includes", "skus", {"tags": ["vip", "a"], "items": [{"sku": "A"}, {"sku": "B"}]}, TRUE),
    ("tags", "includes_all", "skus", {"tags": ["vip", "a"], "items": [{"sku": "A"}, {"sku": "B"}]}, FALSE),
    ("tags", "excludes", "skus", {"tags": ["vip"], "items": [{"sku": "A"}]}, TRUE),
]


@pytest.mark.parametrize(("field", "operator", "than", "order", "expected"), TABLE)
def test_two_fields_are_compared(field: str, operator: str, than: str, order: dict[str, Any], expected: str) -> None:
    assert compared(field, operator, than, order) == expected


def test_days_are_those_of_the_account() -> None:
    order = {"ship_by": "2026-03-01T23:30:00Z", "deliver_by": "2026-03-02T10:00:00Z"}
    assert compared("ship_by", "on_day", "deliver_by", order) == FALSE
    assert compared("ship_by", "on_day", "deliver_by", order, context=MADRID) == TRUE


def test_case_matters_where_it_is_said() -> None:
    order = {"ship_to": {"city": "Madrid"}, "bill_to": {"city": "MADRID"}}
    assert compared("ship_to.city", "equals", "bill_to.city", order) == TRUE
    assert verdict({"field": "ship_to.city", "is": "equals", "than": "bill_to.city", "match_case": True}, order) == FALSE


def test_items_compare_their_own_fields() -> None:
    lacking = {"any_item": {"field": "quantity", "is": "greater_than", "than": "available_at_provider"}}
    some = {"items": [{"quantity": 2, "available_at_provider": 5}, {"quantity": 3, "available_at_provider": 2}]}
    enough = {"items": [{"quantity": 2, "available_at_provider": 5}, {"quantity": 3}]}

    assert (verdict(lacking, some), verdict(lacking, enough), verdict(lacking, {})) == (TRUE, FALSE, FALSE)
    assert verdict({"no_item": lacking["any_item"]}, enough) == TRUE


def test_later_rules_see_what_earlier_ones_wrote() -> None:
    lower = rule("always", {"do": "set_weight", "weight_g": 900}, id="lower")
    light = rule({"all": [condition("weight_g", "less_than", than="length_mm")]}, tag("light"), id="light")
    order = {"weight_g": 2000, "length_mm": 1000}

    assert decided(a_rule_set(light, lower), order).matched == ("lower",)
    assert decided(a_rule_set(lower, light), order).matched == ("lower", "light")


def test_among_more_conditions_than_a_formula_takes() -> None:
    choices = [{"all": [condition("store", "equals", f"s{number}"), UNPAID]} for number in range(30)]
    assert verdict({"any": choices}, {"store": "s7", "amount_paid": 1, "order_total": 2}) == TRUE
    assert verdict({"any": choices}, {"store": "s7", "amount_paid": 2, "order_total": 2}) == FALSE
    assert verdict({"any": choices}, {"store": "s7", "amount_paid": "x", "order_total": 2}) == ERROR


def test_it_says_both_fields_and_what_it_found() -> None:
    rules = a_rule_set(rule(UNPAID))
    said = condition_sentence(rules.rules[0].when)  # type: ignore[arg-type]
    assert said.format("en") == "Amount paid is less than order total"
    assert said.format("es") == "Importe pagado es menor que total del pedido"

    entry = explain(rules, a_case({"amount_paid": "5.00", "order_total": 4})).rules[0]
    assert (entry["when"]["found"], entry["when"]["than"], entry["when"]["wanted"]) == ("5.00", "order_total", 4)
    assert entry["when"]["message"] == "Amount paid is less than order total: found 5.00 and 4"
    assert entry["missed_by"] == 1
    blank = explain(rules, a_case({"order_total": 4})).rules[0]["when"]
    assert (blank["code"], blank["message"]) == (
        "blank_not_passed",
        "Amount paid is less than order total: found no value and 4",
    )


def test_many_lines_that_compare_alike_are_folded() -> None:
    lines: list[Any] = [{"quantity": number % 3, "available_at_provider": 1} for number in range(40)]
    lines += ["x", {"quantity": "x"}, {"available_at_provider": 4}, {"quantity": 2, "available_at_provider": "y"}]
    rules = a_rule_set(rule({"any_item": {"field": "quantity", "is": "greater_than", "than": "available_at_provider"}}))
    case = a_case({"items": lines})
    shown = explain_part(rules, case, lambda: decide_by_reference(rules, case)[0], "en", FIRST_PART).rules[0]["when"]

    whole = explain(rules, case).rules[0]["when"]
    assert [node["verdict"] for node in shown["nodes"]] == ["false", "true", "error"]
    counted = {node["verdict"]: 1 + node.get("alike", 0) for node in shown["nodes"]}
    assert counted == {one: [node["verdict"] for node in whole["nodes"]].count(one) for one in ("false", "true", "error")}


WRONG: list[tuple[dict[str, Any], str, str]] = [
    ({"field": "amount_paid", "is": "less_than", "than": "order_totl"}, "unknown_field", '"order_total"'),
    ({"field": "amount_paid", "is": "less_than", "than": "order_date"}, "other_type", "order_date a time field"),
    ({"field": "amount_paid", "is": "less_than", "than": "order_total", "value": 5}, "value_and_than", "`value` and `than`"),
    ({"field": "amount_paid", "is": "between", "than": "order_total"}, "no_field_wanted", "less_than"),
    ({"field": "amount_paid", "is": "blank", "than": "order_total"}, "no_field_wanted", "`blank` compares with no other"),
    ({"field": "order_date", "is": "within_last", "than": "ship_by"}, "no_field_wanted", "before, after, on_day"),
    ({"field": "store", "is": "in", "than": "marketplace"}, "no_field_wanted", "equals, not_equals"),
    ({"field": "gift", "is": "is_true", "than": "gift"}, "no_field_wanted", "what does: -"),
    ({"any_item": {"field": "quantity", "is": "less_than", "than": "order_total"}}, "unknown_field", "not a field of an item"),
]


@pytest.mark.parametrize(("when", "code", "words"), WRONG)
def test_what_cannot_be_compared_is_refused(when: dict[str, Any], code: str, words: str) -> None:
    (problem,) = problems_of(json.dumps({"rules": [rule(when)]}))
    assert problem.message.code == code
    assert words in problem.message.format("en")


def test_a_document_keeps_it_and_both_fields_count_as_read() -> None:
    rules = a_rule_set(rule(UNPAID))
    assert "{field: amount_paid, is: less_than, than: order_total}" in render(rules)
    assert set(fields_read(rules.rules[0])) == {"amount_paid", "order_total"}


def notes(*rules: dict[str, Any]) -> list[str]:
    return [problem.message.code for problem in analyse(a_rule_set(*rules), RuleContext())]


def test_the_check_claims_only_what_is_certain() -> None:
    stop = rule(UNPAID, tag("a"), stop=True, id="first")
    assert notes(stop, rule({"all": [UNPAID, condition("store", "equals", "x")]}, tag("b"), id="second")) == ["shadowed"]
    assert notes(stop, rule(condition("amount_paid", "at_most", than="order_total"), tag("b"), id="second")) == []
    assert notes(rule({"all": [UNPAID, {"none": [UNPAID]}]}, tag("a"))) == ["never_matches"]
    changed = rule("always", {"do": "set_weight", "weight_g": 1}, id="between")
    heavy = condition("weight_g", "greater_than", than="length_mm")
    assert notes(rule(heavy, tag("a"), stop=True, id="first"), changed, rule(heavy, tag("b"), id="second")) == []
