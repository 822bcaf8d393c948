"""Edits of a rule's conditions and actions: what is at the path changes, and nothing else."""

from __future__ import annotations

from typing import Any

import pytest

from rules.editing import nodes
from rules.editing.nodes import NoNode

A, B, C = ({"field": "sku", "is": "equals", "value": value} for value in "ABC")
GIFT = {"field": "gift", "is": "is_true"}


def a_rule(when: Any) -> dict[str, Any]:
    return {"id": "a", "when": when, "then": [{"do": "stop"}, {"do": "release"}], "odd": 1}


def test_a_condition_joins_the_group_it_is_added_to() -> None:
    rule = a_rule({"all": [GIFT, {"any_item": {"any": [A]}}]})
    assert nodes.added(rule, "when.all[1].any_item", B)["when"] == {"all": [GIFT, {"any_item": {"any": [A, B]}}]}
    assert nodes.added(rule, "when", GIFT)["when"] == {"all": [GIFT, {"any_item": {"any": [A]}}, GIFT]}
    assert nodes.added(rule, "when", GIFT)["odd"] == 1


@pytest.mark.parametrize(("when", "after"), [("always", {"all": [GIFT]}), (A, {"all": [A, GIFT]})])
def test_what_is_no_group_becomes_one_when_something_is_added(when: Any, after: Any) -> None:
    assert nodes.added(a_rule(when), "when", GIFT)["when"] == after


def test_an_item_group_over_one_condition_gets_a_group() -> None:
    assert nodes.added(a_rule({"no_item": A}), "when.no_item", B)["when"] == {"no_item": {"all": [A, B]}}


def test_what_is_added_to_an_item_group_itself_stands_beside_it() -> None:
    assert nodes.added(a_rule({"no_item": A}), "when", GIFT)["when"] == {"all": [{"no_item": A}, GIFT]}


def test_entries_are_removed_doubled_and_moved_in_their_list() -> None:
    rule = a_rule({"all": [A, B, C]})
    assert nodes.removed(rule, "when.all[1]")["when"] == {"all": [A, C]}
    assert nodes.doubled(rule, "when.all[1]")["when"] == {"all": [A, B, B, C]}
    assert nodes.moved(rule, "when.all[1]", -1)["when"] == {"all": [B, A, C]}
    assert nodes.moved(rule, "when.all[1]", 1)["when"] == {"all": [A, C, B]}
    assert nodes.moved(rule, "when.all[0]", -1) == rule
    assert nodes.moved(rule, "then[0]", 1)["then"] == [{"do": "release"}, {"do": "stop"}]
    assert nodes.removed(rule, "then[0]")["then"] == [{"do": "release"}]


def test_what_stands_in_no_list_leaves_an_empty_group() -> None:
    assert nodes.removed(a_rule(A), "when")["when"] == {"all": []}
    assert nodes.removed(a_rule({"any_item": A}), "when.any_item")["when"] == {"any_item": {"all": []}}


def test_a_group_is_put_around_a_node_and_taken_away_again() -> None:
    rule = a_rule({"all": [A, B]})
    inside = nodes.wrapped(rule, "when.all[0]", "none")
    assert inside["when"] == {"all": [{"none": [A]}, B]}
    assert nodes.unwrapped(inside, "when.all[0]") == rule
    assert nodes.wrapped(rule, "when.all[0]", "any_item")["when"] == {"all": [{"any_item": {"all": [A]}}, B]}
    assert nodes.unwrapped(a_rule({"any": [A]}), "when")["when"] == A
    assert nodes.unwrapped(rule, "when") == rule


def test_a_group_changes_its_kind_and_keeps_its_members() -> None:
    rule = a_rule({"all": [A, {"any_item": B}]})
    assert nodes.regrouped(rule, "when", "none")["when"] == {"none": [A, {"any_item": B}]}
    assert nodes.regrouped(rule, "when.all[1]", "no_item")["when"] == {"all": [A, {"no_item": B}]}
    assert nodes.regrouped(rule, "when", "any_item") == rule


def test_a_part_is_switched_off_and_on() -> None:
    rule = a_rule({"all": [A]})
    off = nodes.switched(rule, "when.all[0]", False)
    assert off["when"] == {"all": [{**A, "enabled": False}]}
    assert nodes.switched(off, "when.all[0]", True) == rule


@pytest.mark.parametrize("path", ["when.all[5]", "when.any", "when.all.x", "nothing", "then[9]"])
def test_a_path_that_leads_nowhere_is_refused(path: str) -> None:
    rule = a_rule({"all": [A]})
    for edit in (nodes.find, nodes.removed, lambda one, where: nodes.changed(one, where, str)):
        with pytest.raises(NoNode):
            edit(rule, path)


@pytest.mark.parametrize("node", ["always", A, {"all": 5}, {"all": [], "any": []}, {"all": [], "odd": 1}, {"count_items": A}])
def test_only_a_plain_group_is_one(node: Any) -> None:
    assert nodes.group_kind(node) is None
