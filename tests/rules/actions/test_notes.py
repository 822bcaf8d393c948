"""`set_internal_note` and `set_note_to_buyer`."""

from __future__ import annotations

from typing import Any

import pytest
from support.actions import failure, left, taken

NOTES = [("set_internal_note", "internal"), ("set_note_to_buyer", "to_buyer")]


@pytest.mark.parametrize(("do", "name"), NOTES)
def test_a_note_is_replaced_or_added_to_on_a_new_line(do: str, name: str) -> None:
    order = {"order_number": 7, "notes": {name: "first", "from_buyer": "hi"}}
    replace: dict[str, Any] = {"do": do, "text": "order {order_number}"}

    assert left(order, replace)["notes"] == {name: "order 7", "from_buyer": "hi"}
    assert left(order, {**replace, "append": True})["notes"] == {name: "first\norder 7", "from_buyer": "hi"}
    assert left({"order_number": 7}, replace)["notes"] == {name: "order 7"}
    assert left({}, {**replace, "text": "x"}, {**replace, "text": "y", "append": True})["notes"] == {name: "x\ny"}


def appended(before: Any, text: str) -> Any:
    return left({"notes": {"internal": before}}, {"do": "set_internal_note", "text": text, "append": True})["notes"]["internal"]


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (None, "b", "b"),
        ("  ", "b", "b"),
        ("a\n", "b\n", "a\nb\n"),
        ("a\n\n", "\nb", "a\nb"),
        (5, "b", "5\nb"),
        ("a\nb", "c\nd", "a\nb\nc\nd"),
    ],
)
def test_appending_leaves_no_empty_line(before: Any, text: str, after: str) -> None:
    assert appended(before, text) == after


def test_a_text_of_which_nothing_is_left_appends_nothing_and_replaces_with_nothing() -> None:
    order = {"notes": {"internal": "a"}}
    blank = {"do": "set_internal_note", "text": "{custom_field_1} "}

    assert taken(order, {**blank, "append": True}).changes == ()
    assert left(order, blank)["notes"] == {}


def test_appending_to_something_that_is_no_text_fails() -> None:
    order = {"notes": {"internal": ["a"]}}

    assert failure(order, {"do": "set_internal_note", "text": "b", "append": True}) == 'notes.internal: ["a"] is not text'
