"""`rules preview`, `dry-run` and `replay`, over orders of a sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import Call

from app import Runtime

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


def test_a_dry_run_answers_as_rules_run_with_a_trace(relevo: Call, merchant: str, numbers: list[str], tmp_path: Path) -> None:
    draft = write(tmp_path, "draft.yaml", RULES % "new")
    answer = relevo("rules", "dry-run", draft, "--account", merchant, "--order", numbers[0], "--order", numbers[1])
    assert answer.code == 0, answer.err
    assert [line["order_number"] for line in answer.lines] == numbers[:2]
    line = answer.lines[0]
    assert set(line) == {"order_number", "matched", "flags", "order", "effects", "errors", "trace"}
    assert (line["matched"], line["order"]["tags"]) == (["all"], ["new"])
    assert [(one["rule"], one["status"]) for one in line["trace"]] == [("all", "matched"), ("nobody", "not_matched")]


def test_a_dry_run_takes_a_version_and_pasted_orders(relevo: Call, merchant: str, numbers: list[str], tmp_path: Path) -> None:
    pasted = write(tmp_path, "orders.jsonl", '{"order_number": "x", "tags": ["a"]}\n')
    call = "rules", "dry-run", "--account", merchant
    answer = relevo(*call, "--version", "1", "--orders", pasted, "--trigger", "released", "--json")
    assert answer.code == 0, answer.err
    assert answer.lines[0]["order"]["tags"] == ["a", "old"]
    assert "no version 9" in relevo(*call, "--version", "9", "--orders", pasted).sentence


def test_what_a_dry_run_lacks_is_said(relevo: Call, merchant: str, numbers: list[str], tmp_path: Path) -> None:
    draft = write(tmp_path, "draft.yaml", RULES % "new")
    call = "rules", "dry-run", "--account", merchant
    assert "Name a rule file, or a version" in relevo(*call, "--order", numbers[0]).sentence
    assert "not both" in relevo(*call, draft, "--version", "1", "--order", numbers[0]).sentence
    assert "Say which orders" in relevo(*call, draft).sentence
    assert "no order" in relevo(*call, draft, "--order", "unknown").sentence
    broken = write(tmp_path, "orders.jsonl", '{"order_number": "x"}\n[1]\n')
    answer = relevo(*call, draft, "--orders", broken)
    assert (answer.code, len(answer.lines)) == (2, 1)
    assert "orders.jsonl, line 2 is not an order" in answer.err
    assert "cannot be read" in relevo(*call, draft, "--orders", "missing.jsonl").sentence


def test_a_replay_finds_every_decision_as_it_was(relevo: Call, merchant: str, numbers: list[str], tmp_path: Path) -> None:
    answer = relevo("rules", "replay", "--account", merchant, "--json")
    assert answer.code == 0, answer.err
    assert answer.json == {"decisions": len(numbers), "different": [], "erased": 0, "unreadable": 0}
    assert relevo("rules", "replay", "--account", merchant, "--since", "2099-01-01", "--json").json["decisions"] == 0


def test_a_decision_that_comes_out_otherwise_is_named(relevo: Call, merchant: str, numbers: list[str]) -> None:
    runtime = Runtime()
    with runtime.database.begin() as connection:
        connection.exec_driver_sql("UPDATE decisions SET flags = '[\"skipped\"]' WHERE order_id = (SELECT MAX(id) FROM orders)")
        [decision_id] = connection.exec_driver_sql("SELECT id FROM decisions WHERE flags <> '[]'").scalars()
    runtime.database.close()

    answer = relevo("rules", "replay", "--account", merchant, "--json")
    assert answer.code == 1
    assert answer.json["different"] == [
        {"decision_id": decision_id, "order_number": numbers[0], "fields": {"flags": [["skipped"], []]}}
    ]
    lines = relevo("rules", "replay", "--account", merchant).out.decode().splitlines()
    assert lines == [
        f"Decisions taken again: {len(numbers)}; otherwise: 1.",
        f"{decision_id}, order {numbers[0]}: flags",
    ]
    assert "not a date" in relevo("rules", "replay", "--account", merchant, "--since", "soon").sentence
