"""`rules backtest` and `orders reprocess --preview`, over orders of a sandbox."""

from __future__ import annotations

import csv
import os
import signal
from pathlib import Path

import pytest
from support.command_line import Call

RULES = """
name: Tags
rules:
  - {id: all, when: always, then: [{do: add_tag, tag: %s}]}
"""


@pytest.fixture
def numbers(relevo: Call, merchant: str, store: str, tmp_path: Path) -> list[str]:
    """The numbers of orders that were imported and decided about by rules, the newest first."""
    assert relevo("rules", "publish", written(tmp_path, "old"), "--account", merchant).code == 0
    assert relevo("stores", "import", store).code == 0
    return [str(line["order_number"]) for line in relevo("orders", "list", "--account", merchant, "--json-lines").lines[::-1]]


def written(folder: Path, tag: str) -> str:
    file = folder / f"{tag}.yaml"
    file.write_text(RULES % tag)
    return str(file)


def test_a_backtest_answers_with_one_object_and_all_differences_as_csv(
    relevo: Call, merchant: str, numbers: list[str], tmp_path: Path
) -> None:
    file = tmp_path / "all.csv"
    answer = relevo("rules", "backtest", written(tmp_path, "new"), "--account", merchant, "--csv", str(file), "--json")
    assert answer.code == 0, answer.err
    found = answer.json
    differences = found.pop("differences")
    count = len(numbers)
    assert found == {
        "orders": count,
        "changed": count,
        "unchanged": 0,
        "errors": 0,
        "by_field": {"tags": count},
        "by_rule": {},
        "by_change": [{"field": "tags", "from": ["old"], "to": ["new"], "orders": count}],
    }
    assert [one["order_number"] for one in differences] == numbers
    assert differences[0] == {
        "order_id": differences[0]["order_id"],
        "order_number": numbers[0],
        "decision_id": differences[0]["decision_id"],
        "matched": [["all"], ["all"]],
        "fields": {"tags": [["old"], ["new"]]},
        "flags": [[], []],
    }
    with file.open(encoding="utf-8", newline="") as lines:
        assert [row["order_number"] for row in csv.DictReader(lines)] == numbers


def test_what_it_is_compared_with_and_which_orders_can_be_said(
    relevo: Call, merchant: str, numbers: list[str], tmp_path: Path
) -> None:
    draft = written(tmp_path, "new")

    def tried(*options: str) -> tuple[int, int]:
        answer = relevo("rules", "backtest", draft, "--account", merchant, *options, "--json")
        assert answer.code == 0, answer.err
        return answer.json["orders"], answer.json["changed"]

    count = len(numbers)
    assert tried("--against", "decided", "--set", "tags") == (count, count)
    assert tried("--against", "1", "--sample", "2") == (2, 2)
    assert tried("--since", "2020-01-01", "--until", "2099-12-31") == (count, count)
    assert tried("--until", "2020-01-01") == (0, 0)
    assert tried("--since", "2020-01-01", "--until", "2020-01-01") == (0, 0)
    assert tried("--processes", "1") == (count, count)
    days = ("--since", "2020-01-02", "--until", "2020-01-01")
    refused = relevo("rules", "backtest", draft, "--account", merchant, *days, "--json")
    assert (refused.code, refused.out) == (1, b"")
    assert "The last day is before the first one" in refused.err


def test_a_backtest_has_lines_for_people(relevo: Call, merchant: str, numbers: list[str], tmp_path: Path) -> None:
    answer = relevo("rules", "backtest", written(tmp_path, "new"), "--account", merchant)
    lines = answer.out.decode().splitlines()
    count = len(numbers)
    assert lines[:2] == [
        f"Orders: {count}; changed: {count}; unchanged: 0; with errors: 0.",
        f"Another value of tags: {count}",
    ]
    assert lines[2] == f'{numbers[0]}: tags ["old"] → ["new"]'


def test_ctrl_c_ends_with_what_is_known_so_far(
    relevo: Call, merchant: str, numbers: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from engine.services.deciding import backtest_rules, past_decisions

    monkeypatch.setattr(past_decisions, "BATCH", 1)
    known_rates = backtest_rules.known_rates

    def pressed(*arguments: object) -> object:
        os.kill(os.getpid(), signal.SIGINT)
        return known_rates(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(backtest_rules, "known_rates", pressed)
    before = signal.getsignal(signal.SIGINT)
    answer = relevo("rules", "backtest", written(tmp_path, "new"), "--account", merchant, "--json")
    assert (answer.code, answer.json["orders"], answer.json["interrupted"]) == (0, 1, True)
    assert signal.getsignal(signal.SIGINT) is before


def test_what_cannot_be_done_is_said_in_a_sentence(relevo: Call, merchant: str, numbers: list[str], tmp_path: Path) -> None:
    draft = written(tmp_path, "new")
    call = "rules", "backtest", draft, "--account", merchant
    assert '"x" is nothing to compare with' in relevo(*call, "--against", "x").sentence
    assert '"x" is not a date' in relevo(*call, "--since", "x").sentence
    assert "cannot be written" in relevo(*call, "--csv", str(tmp_path / "no" / "where.csv")).sentence
    broken = tmp_path / "broken.yaml"
    broken.write_text("name: x\nrules: 3\n")
    answer = relevo("rules", "backtest", str(broken), "--account", merchant, "--json")
    assert (answer.code, answer.out) == (1, b"")
    assert "broken.yaml:2" in answer.err


def test_reprocessing_is_previewed_and_nothing_is_written(
    relevo: Call, merchant: str, numbers: list[str], tmp_path: Path
) -> None:
    assert relevo("rules", "publish", written(tmp_path, "new"), "--account", merchant).code == 0
    before = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    order_id = before[-1]["id"]

    answer = relevo("orders", "reprocess", "--account", merchant, order_id, "--preview", "--json")
    assert answer.code == 0, answer.err
    assert answer.json == {
        "orders": 1,
        "changed": 1,
        "differences": [
            {
                "order_id": order_id,
                "order_number": numbers[0],
                "matched": [["all"], ["all"]],
                "fields": {"tags": [["old"], ["new"]]},
                "flags": [[], []],
            }
        ],
    }
    assert relevo("orders", "list", "--account", merchant, "--json-lines").lines == before
    said = relevo("orders", "reprocess", "--account", merchant, "--preview").out.decode().splitlines()
    assert said[0] == f"The rules would run again over {len(numbers)} orders; {len(numbers)} would be otherwise."
