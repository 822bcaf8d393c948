"""`orders run-rule`, over orders of a sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import Call

from adapters.sandboxes.brightpearl import SandboxServer

RULES = """
name: By hand
rules:
  - {id: mine, on: [manual], when: {field: order_total, is: not_blank}, then: [{do: add_tag, tag: mine}]}
  - {id: never, on: [manual], when: {field: brand, is: equals, value: nobody}, then: [{do: add_tag, tag: never}]}
  - {id: usual, when: always, then: []}
"""


@pytest.fixture
def order_id(relevo: Call, merchant: str, store: str, server: SandboxServer, tmp_path: Path) -> str:
    """An order that was imported; the account has the rules."""
    file = tmp_path / "by-hand.yaml"
    file.write_text(RULES)
    assert relevo("rules", "publish", str(file), "--account", merchant).code == 0
    _, note_id = server.data.create_order()
    relevo("stores", "import", store)
    lines = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    return str(next(line["id"] for line in lines if line["external_id"] == str(note_id)))


def test_a_person_runs_one_rule_over_chosen_orders(relevo: Call, merchant: str, order_id: str) -> None:
    by = ("--account", merchant, "--by", "owner@merchant-a.example")
    answer = relevo("orders", "run-rule", "mine", order_id, "ord_x", *by, "--json")

    assert answer.code == 0, answer.err
    assert answer.json == {
        "results": [
            {"order_id": order_id, "matched": True},
            {"order_id": "ord_x", "refused": 'There is no order "ord_x" in this account.'},
        ]
    }
    (line,) = [one for one in relevo("orders", "list", "--account", merchant, "--json-lines").lines if one["id"] == order_id]
    assert "mine" in line["tags"]


def test_each_order_has_a_line_for_people(relevo: Call, merchant: str, order_id: str) -> None:
    assert (
        relevo("orders", "run-rule", "mine", order_id, "--account", merchant).out.decode() == f"{order_id}: The rule applied.\n"
    )
    said = relevo("orders", "run-rule", "never", order_id, "--account", merchant).out.decode()
    assert said == f"{order_id}: The rule did not apply.\n"


def test_what_cannot_be_done_is_said_in_a_sentence(relevo: Call, merchant: str, order_id: str) -> None:
    assert "is not run by hand" in relevo("orders", "run-rule", "usual", order_id, "--account", merchant).sentence
    stranger = relevo("orders", "run-rule", "mine", order_id, "--account", merchant, "--by", "eve@elsewhere.example")
    assert "Nobody" in stranger.sentence
