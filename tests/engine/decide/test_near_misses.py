"""The fewest conditions that would have had to answer otherwise."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterator
from typing import Any

import pytest
from support.rule_sets import a_case, a_rule_set, condition, rule

from engine.decide.near_misses import is_partly_met, shortfall
from engine.decide.reference import NodeResult, evaluate
from engine.decide.verdicts import FALSE, TRUE, combine
from rules.document import Always, Condition

MET, UNMET, BROKEN = condition("gift", "is_true"), condition("tags", "not_blank"), condition("order_total", "at_least", 1)
ORDER = {"gift": True, "order_total": "x", "items": [{"sku": "A", "quantity": 1}, {"sku": "B", "quantity": 2}]}
SKU_A, SKU_B, MANY = condition("sku", "equals", "A"), condition("sku", "equals", "B"), condition("quantity", "at_least", 2)


def result_of(when: Any, order: Any = ORDER) -> NodeResult:
    case = a_case(order)
    return evaluate(a_rule_set(rule(when)).rules[0].when, case.document, case)


@pytest.mark.parametrize(
    ("when", "paths"),
    [
        (MET, []),
        (UNMET, [""]),
        (BROKEN, [""]),
        ({"all": [MET, UNMET]}, [".all[1]"]),
        ({"all": [UNMET, MET, UNMET]}, [".all[0]", ".all[2]"]),
        ({"all": [UNMET, BROKEN]}, [".all[0]", ".all[1]"]),
        ({"any": [UNMET, UNMET]}, [".any[0]"]),
        ({"any": [{"all": [UNMET, UNMET]}, UNMET]}, [".any[1]"]),
        ({"any": [UNMET, BROKEN]}, [".any[0]"]),
        ({"none": [MET, UNMET]}, [".none[0]"]),
        ({"none": [MET, {"all": [MET, MET]}]}, [".none[0]", ".none[1].all[0]"]),
        ({"none": [{"any": [MET, UNMET, MET]}]}, [".none[0].any[0]", ".none[0].any[2]"]),
        ({"none": [{"none": [UNMET, UNMET]}]}, [".none[0].none[0]"]),
        ({"any_item": {"all": [SKU_A, MANY]}}, [".any_item.all[1]"]),
        ({"all_items": SKU_A}, [".all_items"]),
        ({"all_items": MANY}, [".all_items"]),
        ({"all_items": {"all": [SKU_A, MANY]}}, [".all_items.all[0]", ".all_items.all[1]"]),
        ({"no_item": SKU_B}, [".no_item"]),
        ({"no_item": {"any": [SKU_A, SKU_B]}}, [".no_item.any[0]", ".no_item.any[1]"]),
        ({"none": [{"all_items": {"any": [SKU_A, SKU_B]}}]}, [".none[0].all_items.any[0]"]),
    ],
)
def test_the_failing_conditions_are_the_fewest_that_would_have_to_answer_otherwise(when: Any, paths: list[str]) -> None:
    found = shortfall(result_of(when))

    assert sorted({one.result.node.path.removeprefix("rules[0].when") for one in found.failing}) == sorted(paths)
    assert (found.count, found.possible) == (len(paths), True)


def test_a_condition_that_fails_for_several_lines_counts_once_and_names_them() -> None:
    found = shortfall(result_of({"no_item": condition("quantity", "at_least", 1)}))

    assert [one.result.item for one in found.failing] == [0, 1]
    assert found.count == 1


@pytest.mark.parametrize("when", [{"any": []}, {"none": ["always"]}, {"all": [UNMET, {"any": []}]}])
def test_what_nothing_can_make_up_for_is_said(when: Any) -> None:
    assert not shortfall(result_of(when)).possible


@pytest.mark.parametrize("kind", ["any_item", "no_item", "all_items"])
def test_an_order_whose_items_cannot_be_read_lacks_readable_ones(kind: str) -> None:
    found = shortfall(result_of({kind: SKU_A}, {"items": "many"}))

    assert (found.failing[0].result.node.path, found.count, found.possible) == ("rules[0].when", 1, True)


def test_any_item_of_an_order_without_lines_lacks_a_line() -> None:
    found = shortfall(result_of({"all": [MET, {"any_item": {"all": [SKU_A, MANY]}}]}, {"gift": True}))

    assert [one.result.node.path for one in found.failing] == ["rules[0].when.all[1]"]
    assert (found.count, found.possible) == (1, True)


@pytest.mark.parametrize(
    ("when", "partly"),
    [
        (MET, True),
        (UNMET, False),
        ("always", False),
        ({"all": ["always", UNMET]}, False),
        ({"all": [UNMET, {"any": [UNMET, MET]}]}, True),
        ({"none": [MET]}, False),
        ({"none": [MET, UNMET]}, True),
        ({"none": [{"none": [MET, UNMET]}]}, True),
        ({"any_item": {"all": [SKU_A, SKU_B]}}, True),
        ({"no_item": condition("sku", "not_blank")}, False),
    ],
)
def test_a_node_is_partly_met_when_a_condition_answers_as_it_should(when: Any, partly: bool) -> None:
    assert is_partly_met(result_of(when)) is partly


def leaves(result: NodeResult) -> Iterator[NodeResult]:
    if isinstance(result.node, Condition):
        yield result
    for member in result.members:
        yield from leaves(member)


def with_flips(result: NodeResult, flipped: set[str]) -> int:
    """The verdict of a group when the conditions at some paths answer otherwise."""
    if isinstance(result.node, Condition):
        return (TRUE if result.verdict != TRUE else FALSE) if result.node.path in flipped else result.verdict
    if isinstance(result.node, Always):
        return result.verdict
    return combine(result.node.kind, [with_flips(member, flipped) for member in result.members])


def test_no_smaller_set_of_other_answers_would_do() -> None:
    """Compared with trying all sets, on random groups of conditions."""
    dice = random.Random(7)

    def node(depth: int) -> Any:
        if depth == 3 or dice.random() < 0.4:
            return dice.choice((MET, UNMET, UNMET))
        return {dice.choice(("all", "any", "none")): [node(depth + 1) for _ in range(dice.randrange(1, 4))]}

    seen = 0
    for _ in range(150):
        result = result_of({"all": [node(0)]})
        paths = [leaf.node.path for leaf in leaves(result)]
        if len(paths) > 7:
            continue
        found = shortfall(result)
        assert with_flips(result, {one.result.node.path for one in found.failing}) == TRUE
        for size in range(found.count):
            assert all(with_flips(result, set(some)) != TRUE for some in itertools.combinations(paths, size))
        seen += found.count > 1
    assert seen > 10
