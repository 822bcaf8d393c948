"""`rules preview`, over orders of a sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import Call

RULES = """
name: Tags
rules:
  - {id: all, when: always, then: [{do: add_tag, tag: %s}]}
  - {id: nobody, when: {field: brand, is: equals, value: nobody}, then: []}
"""


@pytest.fixture
def numbers(relevo: Call, merchant: str, store: str, tmp_path: Path) -> list[str]:
    """The numbers of orders that were imported and decided about by rules, the newest first."""
    published = write(tmp_path, "published.yaml", RULES % "old")
    assert relevo("rules", "publish", published, "--account", merchant).code == 0
    assert relevo("stores", "import", store).code == 0
    lines = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    return [str(line["order_number"]) for line in lines[::-1]]


def write(folder: Path, name: str, text: str) -> str:
    file = folder / name
    file.write_text(text)
    return str(file)


def test_a_preview_says_what_a_draft_matches_and_changes(relevo: Call, merchant: str, numbers: list[str], tmp_path: Path) -> None:
    draft = write(tmp_path, "draft.yaml", RULES % "new")
    answer = relevo("rules", "preview", draft, "--account", merchant, "--json")
    assert answer.code == 0, answer.err
    count = len(numbers)
    assert answer.json == {"orders": count, "matched": count, "examples": numbers[:20], "changes": {"tags": count}}

    answer = relevo("rules", "preview", draft, "--account", merchant, "--rule", "nobody", "--last", "2", "--json")
    assert answer.json == {"orders": 2, "matched": 0, "examples": [], "changes": {}}


def test_a_preview_has_lines_for_people(relevo: Call, merchant: str, numbers: list[str], tmp_path: Path) -> None:
    draft = write(tmp_path, "draft.yaml", RULES % "new")
    answer = relevo("rules", "preview", draft, "--account", merchant, "--last", "1")
    assert answer.out.decode().splitlines() == [
        "Orders looked at: 1; matched: 1.",
        f"Matched, the newest first: {numbers[0]}",
        "Another value of tags: 1",
    ]


def test_a_draft_that_cannot_be_used_is_said_with_its_place(relevo: Call, merchant: str, tmp_path: Path) -> None:
    draft = write(tmp_path, "draft.yaml", "name: x\nrules: 3\n")
    answer = relevo("rules", "preview", draft, "--account", merchant, "--json")
    assert (answer.code, answer.out) == (1, b"")
    assert "draft.yaml:2" in answer.err

    other = relevo("rules", "preview", write(tmp_path, "sound.yaml", RULES % "x"), "--account", merchant, "--rule", "y")
    assert 'The draft has no rule "y"; it has: all, nobody.' in other.sentence
    assert "missing.yaml cannot be read" in relevo("rules", "preview", "missing.yaml", "--account", merchant).sentence
    assert "nowhere" in relevo("rules", "preview", draft, "--account", "nowhere").sentence
