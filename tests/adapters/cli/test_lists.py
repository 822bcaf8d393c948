"""`lists`: set, add, drop, show, list, export, remove; and lists in `rules`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import Call

RULES = """
name: Fragile
rules:
  - id: fragile
    when: {any_item: {field: sku, is: in, value: {list: fragile-skus}}}
    then: [{do: add_tag, tag: fragile}]
"""
ORDER = {"order_number": "1", "items": [{"sku": "glass-1"}]}


@pytest.fixture
def rules(tmp_path: Path) -> str:
    file = tmp_path / "rules.yaml"
    file.write_text(RULES, "utf-8")
    return str(file)


@pytest.fixture
def orders(tmp_path: Path) -> str:
    file = tmp_path / "orders.jsonl"
    file.write_text(json.dumps(ORDER) + "\n", "utf-8")
    return str(file)


def test_a_list_is_filled_changed_shown_and_removed(relevo: Call, merchant: str, tmp_path: Path) -> None:
    own = ("--account", merchant)
    by = ("--by", f"owner@{merchant}.example")
    file = tmp_path / "skus.txt"
    file.write_text("GLASS-1\n\nVase\n=1+1\n", "utf-8")
    assert relevo("lists", "list", *own).out == b"The account has no lists yet.\n"

    made = relevo("lists", "set", "fragile-skus", str(file), *own, *by, "--json").json
    assert made == {"name": "fragile-skus", "members": 3, "added": 3, "removed": 0}
    added = relevo("lists", "add", "fragile-skus", "GLASS-2", "GLASS-1", *own, "--json").json
    assert added == {"name": "fragile-skus", "members": 4, "added": 1, "removed": 0}
    assert relevo("lists", "drop", "fragile-skus", "vase", *own).out == b"fragile-skus  members: 3 (added: 0, removed: 1)\n"

    shown = relevo("lists", "show", "fragile-skus", *own, "--json").json
    assert (shown["members"], shown["count"], shown["rules"]) == (["GLASS-1", "=1+1", "GLASS-2"], 3, [])
    listed = relevo("lists", "list", *own, "--json").json
    assert listed == {"lists": [{key: shown[key] for key in ("name", "rules", "changed_at", "changed_by")} | {"members": 3}]}
    assert shown["changed_by"] == "operator"
    assert b"fragile-skus  members: 3  rules: -  changed " in relevo("lists", "list", *own).out
    assert relevo("lists", "show", "fragile-skus", *own).out.endswith(b"  GLASS-1\n  =1+1\n  GLASS-2\n")

    exported = relevo("lists", "export", "fragile-skus", *own).out
    assert exported == b"member\r\nGLASS-1\r\n'=1+1\r\nGLASS-2\r\n"
    again = relevo("lists", "set", "fragile-skus", "-", *own, "--json", stdin=exported).json
    assert (again["added"], again["removed"]) == (0, 0)
    out = tmp_path / "out.csv"
    relevo("lists", "export", "fragile-skus", *own, "--out", str(out))
    assert relevo("lists", "export", "fragile-skus", *own, "--out", "-").out == out.read_bytes()
    assert out.read_bytes() == exported

    assert relevo("lists", "remove", "fragile-skus", *own, "--json").json == {"name": "fragile-skus", "state": "removed"}
    assert relevo("lists", "show", "fragile-skus", *own).sentence == 'The account has no list "fragile-skus": check its name.'


def test_a_column_of_a_file_is_taken_whole_or_not_at_all(relevo: Call, merchant: str) -> None:
    own = ("--account", merchant)
    column = ("lists", "set", "skus", "-", *own, "--column", "sku", "--json")
    assert relevo(*column, stdin='name;SKU\nMug;A\n"a;b";B\n').json["members"] == 2
    assert '"sku" is not among them: name' in relevo(*column, stdin="name\nMug\n").sentence
    wrong = relevo("lists", "set", "skus", "-", *own, stdin=f"a\n{'x' * 4097}\nb\n{'y' * 5000}\n").sentence
    assert "because 2 of the lines cannot be used. Line 2: a member has 1 to 4096 characters, this one 4097 Line 4:" in wrong
    assert relevo("lists", "show", "skus", *own, "--json").json["members"] == ["A", "B"]


def test_only_admins_of_the_account_change_its_lists(relevo: Call, merchant: str) -> None:
    own = ("--account", merchant)
    relevo("lists", "set", "skus", "-", *own, stdin="A\n")
    for command in (("set", "skus", "-"), ("add", "skus", "B"), ("drop", "skus", "A"), ("remove", "skus")):
        assert relevo("lists", *command, *own, "--by", "eve@elsewhere.example").code == 1
    for command in (("list",), ("show", "skus"), ("export", "skus")):
        assert relevo("lists", *command, *own, "--by", "eve@elsewhere.example").code == 1
    assert relevo("lists", "show", "skus", *own, "--json").json["members"] == ["A"]


def test_an_argument_that_is_no_text_is_refused(relevo: Call, merchant: str) -> None:
    wrong = relevo("lists", "add", "skus", "\udcff", "--account", merchant)
    assert (wrong.code, "not text in this system's encoding" in wrong.sentence) == (2, True)


def test_what_the_context_command_prints_is_what_the_rules_are_run_with(
    relevo: Call, merchant: str, rules: str, orders: str, tmp_path: Path
) -> None:
    own = ("--account", merchant)
    refused = relevo("rules", "publish", rules, *own)
    assert (refused.code, "unknown_list" in refused.err) == (1, True)
    relevo("lists", "set", "fragile-skus", "-", *own, stdin="GLASS-1\n")
    relevo("lists", "set", "others", "-", *own, stdin="")
    context = relevo("rules", "context", *own).json
    assert context["lists"] == {"fragile-skus": ["GLASS-1"], "others": []}
    file = tmp_path / "context.json"
    file.write_text(json.dumps(context), "utf-8")

    given = ("--context", str(file))
    assert relevo("rules", "check", rules, *given).code == 0
    (answer,) = relevo("rules", "run", "--rules", rules, "--orders", orders, *given).lines
    assert (answer["matched"], answer["order"]["tags"]) == (["fragile"], ["fragile"])
    assert relevo("rules", "publish", rules, *own).code == 0
    assert relevo("lists", "list", *own, "--json").json["lists"][0]["rules"] == ["fragile"]
    assert "because rules name it: fragile" in relevo("lists", "remove", "fragile-skus", *own).sentence


def test_a_list_that_the_context_lacks_is_an_error_of_the_check(relevo: Call, rules: str, orders: str, tmp_path: Path) -> None:
    file = tmp_path / "context.json"
    file.write_text(json.dumps({"lists": {"fragile": ["GLASS-1"]}}), "utf-8")
    (problem,) = relevo("rules", "check", rules, "--context", str(file), "--json").json["problems"]
    assert (problem["severity"], problem["code"], problem["path"]) == (
        *("error", "unknown_list"),
        "rules[0].when.any_item.value.list",
    )
    run = relevo("rules", "run", "--rules", rules, "--orders", orders, "--context", str(file))
    assert (run.code, run.out) == (1, b"")
    (answer,) = relevo("rules", "run", "--rules", rules, "--orders", orders).lines
    assert (answer["flags"], answer["errors"][0]["code"]) == (["unhandled", "needs_attention"], "unknown_list")
    assert relevo("rules", "check", rules).code == 0
    file.write_text(json.dumps({"lists": {"fragile-skus": ["a", ""]}}), "utf-8")
    assert "lists.fragile-skus[1] must be a text of 1" in relevo("rules", "check", rules, "--context", str(file)).sentence
