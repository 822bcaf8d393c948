"""What the other rule engines are told says the same as the rules, also where rules read what others write."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
from zen import compile_expression

from benchmarks.match_program import ENGINES
from benchmarks.peers.zen_program import array_expression
from benchmarks.workload import make_orders, make_rule_set
from engine.decide import chunks
from engine.decide.reference import decide_by_reference
from engine.decide.run import Case
from rules.order_document import loads
from rules.parser import parse_rule_set

FOLDER = Path(__file__).resolve().parents[2] / "benchmarks"
ALWAYS = {"field": "order_total", "is": "at_least", "value": 0}


def answers(rules: list[dict[str, Any]], **order: Any) -> list[bool]:
    whole = {"order_total": 10, "tags": [], "items": [], **order}
    return compile_expression(array_expression(rules)).evaluate(json.dumps(whole))


def rule(when: dict[str, Any], *then: dict[str, Any]) -> dict[str, Any]:
    return {"id": "r", "when": when, "then": list(then)}


def test_zen_sees_a_tag_that_an_earlier_rule_adds() -> None:
    asks = rule({"field": "tags", "is": "includes", "value": "big"})
    adds = rule({"field": "order_total", "is": "greater_than", "value": 50}, {"do": "add_tag", "tag": "big"})

    assert answers([asks, adds, asks], order_total=60) == [False, True, True]
    assert answers([asks, adds, asks], order_total=40) == [False, False, False]
    assert answers([asks, adds, asks], order_total=40, tags=["big"]) == [True, False, True]


def test_zen_sees_what_the_last_rule_wrote() -> None:
    sets = [rule(ALWAYS, {"do": "set_service", "carrier": "dhl", "service": name}) for name in ("slow", "{requested_service}")]
    is_slow = rule({"field": "service", "is": "equals", "value": "slow"})
    has_none = rule({"field": "service", "is": "blank"})

    assert answers([sets[0], is_slow, sets[1], is_slow, has_none], requested_service="fast") == [True, True, True, False, False]
    assert answers([sets[0], is_slow, sets[1], is_slow, has_none]) == [True, True, True, False, True]


def test_zen_compares_numbers_in_a_text_as_text() -> None:
    postal = rule({"field": "ship_to.postal_code", "is": "starts_with", "value": [35, "07"]})

    assert answers([postal], ship_to={"postal_code": "35001"}) == [True]
    assert answers([postal], ship_to={"postal_code": "13500"}) == [False]


@pytest.mark.parametrize("engine", ENGINES)
def test_every_engine_finds_what_the_reference_finds(engine: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(chunks, "MAX_REMEMBERED", chunks.MAX_REMEMBERED)  # put back what one of them sets
    document = json.dumps(make_rule_set(300)).encode()
    rule_set, _ = parse_rule_set(document)
    assert rule_set is not None
    matcher = ENGINES[engine](document)
    lines = [json.dumps(order).encode() for order in make_orders(40)]
    expected = [list(decide_by_reference(rule_set, Case(loads(line)))[0].matched) for line in lines]

    assert [matcher.match(matcher.prepare(line)) for line in lines] == expected
    assert sum(map(len, expected)) > 80


def test_the_locks_have_hashes_and_name_no_place() -> None:
    python = (FOLDER / "requirements.txt").read_text("utf-8")
    pins = re.findall(r"^[A-Za-z0-9][\w.-]*==\S+ \\\n    --hash=sha256:[0-9a-f]{64}", python, re.MULTILINE)
    node = json.loads((FOLDER / "peers" / "package-lock.json").read_text("utf-8"))["packages"]

    assert len(pins) == len(re.findall(r"^[^\s#]", python, re.MULTILINE))
    assert "://" not in python
    assert "zen-engine==2.1.3" in python
    assert all("integrity" in package for name, package in node.items() if name)
    assert not any("resolved" in package for package in node.values())


def test_what_the_peers_share_with_the_product_is_the_same_version() -> None:
    """They are installed side by side."""
    pins = {
        name: dict(re.findall(r"^([\w.-]+)==(\S+)", (FOLDER.parent / name).read_text("utf-8"), re.MULTILINE))
        for name in ("requirements.txt", "requirements-test.txt", "benchmarks/requirements.txt")
    }
    peers = pins.pop("benchmarks/requirements.txt")

    for locked in pins.values():
        shared = peers.keys() & locked.keys()
        assert {name: peers[name] for name in shared} == {name: locked[name] for name in shared}
