"""Numbers over lines: what is said of them, and that an error counts only where the answer could be another."""

from __future__ import annotations

import random
from collections.abc import Iterator
from itertools import product
from typing import Any

import pytest
from support.rule_sets import a_case, a_rule_set, condition, rule, verdict

from engine.decide.explain import FIRST_PART, Part, explain, explain_part
from engine.decide.reference import decide_by_reference, evaluate

MUGS = condition("sku", "starts_with", "MUG-")
COUNT = {"count_items": MUGS, "is": "at_least", "value": 3}
TOTAL = {"sum_items": {"of": "line_total", "when": MUGS}, "is": "less_than", "than": "order_total"}
LINES: list[Any] = [
    {"sku": "MUG-1", "quantity": 2, "unit_price": "1.10"},
    {"sku": "POT-1", "quantity": 3, "unit_price": 20},
    {"sku": "MUG-2", "quantity": 1},
]


def explained(when: Any, order: dict[str, Any], language: Any = "en") -> dict[str, Any]:
    return explain(a_rule_set(rule(when)), a_case(order), language).rules[0]


def test_it_says_the_number_found_and_which_lines_count() -> None:
    entry = explained(COUNT, {"items": LINES})
    node = entry["when"]
    assert {key: value for key, value in node.items() if key not in ("nodes", "message")} == {
        "path": "rules[0].when",
        "verdict": "false",
        "code": "not_passed",
        "group": "count_items",
        "is": "at_least",
        "found": 2,
        "wanted": 3,
        "sentence": "Number of lines where (SKU starts with MUG-) is at least 3",
    }
    assert node["message"] == f"{node['sentence']}: found 2; yes for lines 1, 3; no for line 2"
    assert [(one["item"], one["verdict"], one["found"]) for one in node["nodes"]] == [
        *((0, "true", "MUG-1"), (1, "false", "POT-1"), (2, "true", "MUG-2"))
    ]
    assert explained(COUNT, {"items": LINES}, "es")["when"]["message"] == (
        "Número de líneas donde (SKU empieza por MUG-) es como mínimo 3: se encontró 2; sí en las líneas 1, 3; no en la línea 2"
    )


def test_it_says_what_was_found_of_another_field() -> None:
    node = explained(TOTAL, {"order_total": 5, "items": LINES})["when"]
    assert (node["of"], node["than"], str(node["found"]), node["wanted"]) == ("line_total", "order_total", "2.20", 5)
    assert ": found 2.20 and 5; yes for lines 1, 3; no for line 2" in node["message"]
    blank = explained(TOTAL, {"items": LINES})["when"]
    assert blank["code"] == "blank_not_passed"
    assert ": found 2.20 and no value; yes" in blank["message"]


@pytest.mark.parametrize(
    ("when", "items", "code", "message"),
    [
        ({"count_items": "always", "is": "equals", "value": 2}, LINES, "not_passed", "Number of lines is 2: found 3"),
        (COUNT, [], "not_passed", "Number of lines where (SKU starts with MUG-) is at least 3: found 0"),
        (
            {"max_items": {"of": "weight_g", "when": "always"}, "is": "at_most", "value": 2},
            LINES,
            "blank_not_passed",
            "Highest item weight in grams of all lines is at most 2: found no value",
        ),
        (
            {"min_items": {"of": "weight_g", "when": "always"}, "is": "blank"},
            LINES,
            "blank_passed",
            "Lowest item weight in grams of all lines is blank: found no value",
        ),
        (COUNT, "x", "not_items", '"x" is not a list of items'),
        (
            {"sum_items": {"of": "quantity", "when": "always"}, "is": "at_most", "value": 2},
            [{"quantity": 1}, {"quantity": "x"}],
            "not_a_number",
            'quantity of line 2: "x" is not a number',
        ),
        (
            {"count_items": MUGS, "is": "equals", "value": 1},
            [{"sku": "MUG-1"}, {"sku": []}, {"sku": {}}],
            "undecided",
            "Number of lines where (SKU starts with MUG-) is 1: found 1; yes for line 1; no for line 2; no answer for line 3",
        ),
    ],
)
def test_it_says_why(when: Any, items: Any, code: str, message: str) -> None:
    node = explained(when, {"items": items})["when"]
    assert (node["code"], node["message"]) == (code, message)


def test_it_is_one_condition_among_those_that_were_missing() -> None:
    spain = condition("ship_to.country", "equals", "ES")
    rules = a_rule_set(rule({"all": [spain, COUNT]}), rule({"all": [spain, {"none": [{**COUNT, "value": 2}]}]}, id="none"))
    explanation = explain(rules, a_case({"ship_to": {"country": "ES"}, "items": LINES}))
    assert explanation.near_misses == ["r0", "none"]
    first, second = (entry["failed"] for entry in explanation.rules)
    assert [(one["path"], one["should_be"], "items" in one) for one in first] == [("rules[0].when.all[1]", True, False)]
    assert first[0]["message"].startswith("Number of lines where (SKU starts with MUG-) is at least 3: found 2;")
    assert second[0]["message"].startswith("It should not be so: Number of lines")
    alone = explain(a_rule_set(rule({"all": [COUNT, condition("gift", "is_true")]})), a_case({"items": LINES}))
    assert alone.rules[0]["missed_by"] == 2


def test_many_lines_are_folded_into_few_and_all_of_them_count() -> None:
    lines: list[Any] = [{"sku": f"{'MUG' if number % 3 else 'POT'}-{number}", "quantity": number} for number in range(400)]
    rules = a_rule_set(rule({"sum_items": {"of": "quantity", "when": MUGS}, "is": "at_least", "value": 99999}))
    case = a_case({"items": lines})
    (shown,) = explain_part(rules, case, lambda: decide_by_reference(rules, case)[0], "en", FIRST_PART).rules
    node = shown["when"]
    total = sum(number for number in range(400) if number % 3)
    assert node["found"] == total
    assert [(one["item"], one["verdict"], one["alike"]) for one in node["nodes"]] == [(0, "false", 133), (1, "true", 265)]
    assert f"found {total}; yes for lines 2, 3, 5," in node["message"]

    part = Part(only="r0", window=range(10, 13))
    (windowed,) = explain_part(rules, case, lambda: decide_by_reference(rules, case)[0], "en", part).rules
    assert [one["item"] for one in windowed["when"]["nodes"]] == [10, 11, 12]
    assert (windowed["when"]["lines_left_out"], windowed["when"]["found"]) == (397, total)

    whole = explain(rules, case).rules[0]["when"]
    assert (len(whole["nodes"]), whole["lines_left_out"], whole["found"]) == (100, 300, total)
    assert {one["verdict"] for one in whole["nodes"]} == {"true"}


NUMBERS: tuple[Any, ...] = (0, 1, 2, 3, -1, "1.5")
OPERATORS = ("equals", "not_equals", "less_than", "at_most", "greater_than", "at_least", "between", "in", "not_in")
GUESSES: tuple[Any, ...] = (-100, "-0.5", *range(-1, 5), "2.7", 100)  # what a number that cannot be read may be


def completions(items: list[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    """The lines as they may be where something in them cannot be read."""
    for guess in product(*(list(possible(item)) for item in items)):
        yield list(guess)


def possible(item: dict[str, Any]) -> Iterator[dict[str, Any]]:
    skus = ("MUG-1", "POT-1") if item["sku"] == {} else (item["sku"],)
    quantities = GUESSES if item["quantity"] == "?" else (item["quantity"],)
    for sku, quantity in product(skus, quantities):
        yield {"sku": sku, "quantity": quantity}


@pytest.mark.parametrize("number", range(12))
def test_it_is_in_error_where_the_answer_could_be_another_and_only_there(number: int) -> None:
    dice = random.Random(number)
    seen = set()
    for _ in range(60):
        kind = dice.choice(("count", "sum", "max", "min"))
        of_lines = MUGS if kind == "count" else {"of": "quantity", "when": MUGS}
        operator = dice.choice(OPERATORS)
        values = sorted(dice.sample((-1, 0, 1, 2, 3, 4), 2))
        value = values if operator in ("between", "in", "not_in") else values[0]
        when = {f"{kind}_items": of_lines, "is": operator, "value": value}
        items = [
            {
                "sku": dice.choice(("MUG-1", "MUG-1", "POT-1", {})),
                "quantity": dice.choice((*NUMBERS, None, "?") if dice.random() < 0.3 else NUMBERS),
            }
            for _ in range(dice.randrange(0, 4))
        ]
        node = a_rule_set(rule(when)).rules[0].when
        answers = {evaluate(node, {"items": lines}, a_case({})).verdict for lines in completions(items)}
        expected = {frozenset({0}): "false", frozenset({1}): "true"}.get(frozenset(answers), "error")
        assert verdict(when, {"items": items}) == expected, (when, items)
        seen.add(expected)
    assert seen == {"false", "true", "error"}
