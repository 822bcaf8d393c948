"""What the check says of numbers over lines: what is certain, and no more."""

from __future__ import annotations

import random
from collections import Counter
from typing import Any

import pytest
from support.rule_sets import a_rule_set, condition, decided, rule, tag

from rules.analysis import analyse
from rules.context import NO_CONTEXT
from rules.order_document import loads
from rules.problems import Problem

MUGS = condition("sku", "starts_with", "MUG-")
POTS = condition("sku", "starts_with", "POT-")


def count(operator: str, value: Any = None, lines: Any = MUGS) -> dict[str, Any]:
    return {"count_items": lines, "is": operator, **({} if value is None else {"value": value})}


def figure(kind: str, operator: str, value: Any = None, *, of: str = "quantity", lines: Any = MUGS) -> dict[str, Any]:
    return {f"{kind}_items": {"of": of, "when": lines}, "is": operator, **({} if value is None else {"value": value})}


def found(*rules: Any) -> list[Problem]:
    return analyse(a_rule_set(*rules), NO_CONTEXT)


def codes(*rules: Any) -> list[str]:
    return [problem.message.code for problem in found(*rules) if problem.severity == "warning"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (count("at_least", 3), count("at_most", 2)),
        (count("equals", 3), count("in", [1, 2])),
        (count("greater_than", 2), count("less_than", 3)),  # there is no count between
        (figure("sum", "greater_than", 2), figure("sum", "at_most", 2)),
        (figure("max", "blank"), figure("max", "at_least", 1)),
        (count("at_least", 3, "always"), condition("line_count", "at_most", 2)),
        (figure("sum", "less_than", 1, lines="always"), condition("total_quantity", "between", [1, 9])),
        (figure("min", "equals", 1), {"none": [figure("min", "between", [1, 2])]}),
    ],
)
def test_what_no_number_meets_never_matches(one: Any, other: Any) -> None:
    assert codes(rule({"all": [one, other]}, tag("a"))) == ["never_matches"]


@pytest.mark.parametrize("when", [count("less_than", 0), count("equals", 1.5), count("blank"), figure("sum", "blank")])
def test_what_a_number_never_is_never_matches(when: Any) -> None:
    assert codes(rule(when, tag("a"))) == ["never_matches"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (count("at_least", 3), count("at_most", 2, POTS)),
        (count("at_least", 3), count("at_most", 3)),
        (figure("sum", "greater_than", 2), figure("sum", "less_than", 3)),
        (figure("sum", "greater_than", 2), figure("sum", "less_than", 1, of="line_total")),
        (figure("max", "greater_than", 2), figure("min", "less_than", 1)),
        (figure("sum", "less_than", 0), figure("max", "not_blank")),
        (count("at_most", 2), condition("line_count", "at_least", 3)),
        (figure("sum", "less_than", 1, of="weight_g", lines="always"), condition("total_quantity", "at_least", 3)),
    ],
)
def test_what_some_order_meets_is_no_warning(one: Any, other: Any) -> None:
    assert codes(rule({"all": [one, other]}, tag("a"))) == []


def test_the_warning_names_the_two() -> None:
    [problem] = found(rule({"all": [count("at_least", 3), condition("gift", "is_true"), count("at_most", 2)]}, tag("a")))
    assert problem.message.format("en") == (
        'the rule "r0" can never match: no order meets this: '
        '"Number of lines where (SKU starts with MUG-) is at least 3" (when.all[0]); '
        '"Number of lines where (SKU starts with MUG-) is at most 2" (when.all[2])'
    )


def test_a_rule_behind_a_wider_one_that_ends_the_run_is_shadowed() -> None:
    wide = rule(count("at_least", 3), tag("a"), id="wide", stop=True)
    narrow = rule({"all": [count("at_least", 5), condition("gift", "is_true")]}, tag("b"), id="narrow")
    assert codes(wide, narrow) == ["shadowed"]
    assert codes(rule(count("at_least", 6), tag("a"), id="wide", stop=True), narrow) == []
    assert codes(rule(count("at_least", 3, POTS), tag("a"), id="wide", stop=True), narrow) == []


def test_a_rule_that_does_the_same_for_fewer_orders_repeats() -> None:
    first = rule(figure("sum", "at_least", 3), tag("a"), id="first")
    assert codes(first, rule(figure("sum", "in", [3, 4]), tag("a"), id="second")) == ["repeats"]
    assert codes(first, rule(figure("sum", "in", [2, 4]), tag("a"), id="second")) == []


def test_lines_in_error_leave_several_numbers_possible() -> None:
    """With two or three lines neither of the two is certain, though any number is one or the other."""
    either = rule({"any": [count("at_least", 3), count("at_most", 2)]}, tag("a"), id="either", stop=True)
    some = rule(count("at_least", 1), tag("b"), id="some")
    order = {"items": [{"sku": "MUG-1"}, {"sku": "MUG-2"}, {"sku": {}}]}
    assert codes(either, some) == []
    assert decided(a_rule_set(either, some), order).matched == ("some",)


def test_of_another_field_only_the_same_question_is_known_to_come_to_the_same() -> None:
    more = {"sum_items": {"of": "line_total", "when": MUGS}, "is": "greater_than", "than": "amount_paid"}
    other = {**more, "is": "less_than"}
    stop = rule(more, tag("a"), id="first", stop=True)
    assert codes(stop, rule({"all": [more, condition("gift", "is_true")]}, tag("b"), id="second")) == ["shadowed"]
    assert codes(stop, rule(other, tag("b"), id="second")) == []
    assert codes(rule({"all": [more, {"none": [more]}]}, tag("a"))) == ["never_matches"]
    weight = {**more, "than": "weight_g"}
    heavier = rule("always", {"do": "set_weight", "weight_g": 1}, id="between")
    assert codes(rule(weight, tag("a"), id="first", stop=True), heavier, rule(weight, tag("b"), id="second")) == []


def service(name: str) -> dict[str, Any]:
    return {"do": "set_service", "carrier": "dhl", "service": name}


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (count("at_least", 2), figure("sum", "equals", 7)),
        (count("equals", 3), condition("line_count", "equals", 4)),
        (figure("sum", "between", [2.5, 3], of="line_total"), condition("total_quantity", "at_least", 1)),
        (figure("max", "greater_than", 9), figure("min", "at_most", 2, of="unit_price", lines="always")),
        (count("at_least", 1), {"any_item": POTS}),
        (figure("max", "blank"), condition("gift", "is_true")),
    ],
)
def test_the_example_of_a_note_really_matches_both_rules(one: Any, other: Any) -> None:
    rules = [rule(one, service("slow"), id="slow"), rule(other, service("fast"), id="fast")]
    [note] = found(*rules)
    assert note.message.code == "conflict"
    assert decided(a_rule_set(*rules), loads(note.message.params["order"])).matched == ("slow", "fast")


def random_condition(dice: random.Random) -> dict[str, Any]:
    lines = dice.choice((MUGS, MUGS, "always"))
    operator = dice.choice(("equals", "not_equals", "at_most", "at_least", "between", "not_in", "blank"))
    values = sorted(dice.sample(range(-1, 5), 2))
    value = None if operator == "blank" else values if operator in ("between", "not_in") else values[0]
    return dice.choice((count(operator, value, lines), *(figure(kind, operator, value, lines=lines) for kind in ("sum", "max"))))


def test_no_random_order_contradicts_a_warning() -> None:
    dice = random.Random(7)
    warned: Counter[str] = Counter()
    for _ in range(400):
        rules = [
            rule({dice.choice(("all", "any", "none")): [random_condition(dice) for _ in range(2)]}, tag(f"t{number}"), stop=True)
            for number in range(3)
        ]
        rule_set = a_rule_set(*rules)
        problems = [problem for problem in analyse(rule_set, NO_CONTEXT) if problem.severity == "warning"]
        warned.update(problem.message.code for problem in problems)
        idle = {one.id for one in rule_set.rules for problem in problems if problem.path == one.path}
        for _ in range(40 if idle else 0):
            items = [
                {"sku": dice.choice(("MUG-1", "POT-1", {})), "quantity": dice.choice((-1, 0, 1, 2, 3, None, "x"))}
                for _ in range(dice.randrange(0, 4))
            ]
            assert idle.isdisjoint(decided(rule_set, {"items": items}).matched), (rules, items)
    assert warned["never_matches"] > 20
    assert warned["shadowed"] > 20
