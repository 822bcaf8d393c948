"""Long documents are read and edited rule by rule, with the same outcome as when they are taken as a whole."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from rules.editing import DraftText, parts
from rules.editing.parts import cut
from rules.parser import read_rule_set, read_source, readable_of

ROOT = Path(__file__).parents[3]


def a_document(count: int = 30, indent: str = "  ") -> str:
    rules = "".join(
        f"{indent}# about {number}\n{indent}- id: rule-{number} # its id\n{indent}  when:\n{indent}    all: # both\n"
        f"{indent}      - {{field: order_total, is: at_least, value: 0{number}.50}}\n{indent}      # in it\n"
        f'{indent}      - field: sku\n{indent}        is: equals\n{indent}        value: "a\n\n{indent}          b"\n'
        f"{indent}  then: [{{do: add_tag, tag: t{number}}}]\n{indent}    # below\n" + ("\n" if number % 3 else "")
        for number in range(count)
    )
    tests = "# above the tests\ntests:\n  - {order: {order_number: 1e3}, expect: {matched: []}}\n# the end\n"
    return f"# head\nname: Long # of the name\n\nrules: # of the list\n{rules}{tests}"


@pytest.mark.parametrize("indent", ["", "  ", "    "])
def test_what_is_read_by_parts_is_what_is_read_as_a_whole(indent: str) -> None:
    text = a_document(indent=indent)
    found = cut(text)
    assert found is not None
    root = found.read()
    assert root is not None
    assert root == read_source(text)[0]
    rule_set, problems = readable_of(root)
    assert (rule_set, problems) == read_rule_set(text)


def test_the_rules_of_the_demo_are_read_by_parts_alike() -> None:
    text = (ROOT / "rules" / "library" / "demo.yaml").read_text()
    found = cut(text)
    assert found is None or found.read() == read_source(text)[0]


@pytest.mark.parametrize(
    "change",
    [
        lambda text: text.replace("value: 05.50", 'value: "05.50'),
        lambda text: text.replace("- id: rule-7 #", "- &a id: rule-7 #"),
        lambda text: text.replace("  - id: rule-9 #", " - id: rule-9 #"),
        lambda text: text.replace("tests:", "rules:"),
        lambda text: text.replace("# above the tests", "---"),
        lambda text: text.replace("\n", "\r\n"),
        lambda text: text.replace("  - id: rule-4 # its id\n", "  - just text\n"),
    ],
)
def test_what_cannot_be_cut_is_left_to_the_reader_of_whole_documents(change: Any) -> None:
    text = change(a_document())
    found = cut(text)
    assert found is None or found.read() is None


def test_few_rules_are_read_as_a_whole() -> None:
    assert cut(a_document(parts.FEWEST - 1)) is None


EDITS: dict[str, Any] = {
    "switch": lambda one, place: one.switched(place, False),
    "change": lambda one, place: one.with_rule(place, {**one.rules[place], "when": "always", "once": True}),
    "move": lambda one, place: one.moved(place, 21 - place),
    "remove": lambda one, place: one.removed(place),
    "copy": lambda one, place: one.copied(place),
}


@pytest.mark.parametrize("place", [0, 9, 21])
@pytest.mark.parametrize("edit", EDITS)
def test_an_edit_by_parts_is_the_edit_of_the_whole(edit: str, place: int, monkeypatch: pytest.MonkeyPatch) -> None:
    text = a_document(22)
    by_parts = EDITS[edit](DraftText.read(text), place)
    monkeypatch.setattr(parts, "FEWEST", 1000)
    whole = EDITS[edit](DraftText.read(text), place)
    assert by_parts.data == whole.data
    if edit != "copy":  # which is set off as its neighbours are, not as the first rules
        assert by_parts.text == whole.text
