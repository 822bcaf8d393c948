"""`add_tag` and `remove_tag`."""

from __future__ import annotations

from typing import Any

import pytest
from support.actions import codes, left, taken
from support.rule_sets import tag


def untag(name: str) -> dict[str, Any]:
    return {"do": "remove_tag", "tag": name}


def test_add_tag_adds_a_tag_once_however_it_is_written() -> None:
    actions = (tag("Straße"), tag("STRASSE "), tag(" new "), tag("{custom_field_1}"))

    assert left({"tags": ["strasse"]}, *actions)["tags"] == ["strasse", "new"]
    assert left({"tags": None}, *actions)["tags"] == ["Straße", "new"]
    assert codes(taken({"tags": "x"}, *actions))[0][2] == "unreadable_field"


def test_remove_tag_takes_every_spelling_off_and_keeps_the_others_in_order() -> None:
    order = {"tags": ["b", "Straße", "a", "STRASSE"], "custom_field_1": "straße "}

    assert left(order, untag("{custom_field_1}"))["tags"] == ["b", "a"]
    assert left(order, untag("B"), untag("strasse"), untag("a"))["tags"] == []


@pytest.mark.parametrize("order", [{"tags": ["a"]}, {"tags": []}, {}, {"tags": ["a"], "custom_field_1": " "}])
def test_removing_a_tag_that_is_not_there_changes_nothing(order: dict[str, Any]) -> None:
    assert taken(order, untag("x"), untag("{custom_field_1}")).changes == ()


def test_remove_tag_fails_on_tags_that_are_no_list() -> None:
    assert codes(taken({"tags": "x"}, untag("x")))[0][2] == "unreadable_field"


def test_a_tag_can_be_removed_and_added_again() -> None:
    assert left({"tags": ["a", "b"]}, untag("a"), tag("A"))["tags"] == ["b", "A"]
