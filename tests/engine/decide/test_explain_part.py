"""What a page shows of an explanation: the same as the whole one says, in bounds."""

from __future__ import annotations

import json
import random
from typing import Any

import pytest
from support.rule_sets import a_case

from benchmarks.random_rules import Maker
from engine.decide import Case, CompiledRuleSet, decide
from engine.decide import explain as explain_module
from engine.decide.explain import FIRST_PART, Part, PartialExplanation, explain, explain_part
from rules.context import NO_CONTEXT
from rules.document import RuleSet
from rules.operators.texts import Wildcard
from rules.parser import parse_rule_set


def parsed(*rules: dict[str, Any]) -> RuleSet:
    rule_set, problems = parse_rule_set(json.dumps({"rules": list(rules)}))
    assert rule_set is not None, problems
    return rule_set


def part_of(rule_set: RuleSet, case: Case, part: Part = FIRST_PART) -> PartialExplanation:
    compiled = CompiledRuleSet(rule_set, case.context.zone)
    return explain_part(rule_set, case, lambda: decide(compiled, case), "en", part)


def any_line(id_: str, *conditions: dict[str, Any], kind: str = "any_item") -> dict[str, Any]:
    return {"id": id_, "when": {kind: {"all": list(conditions)}}, "then": [{"do": "add_tag", "tag": id_}]}


def matches(pattern: str) -> dict[str, Any]:
    return {"field": "sku", "is": "matches", "value": pattern}


MANY = {"items": [{"sku": f"SKU-{number % 3}", "quantity": number % 2} for number in range(1000)]}


def test_of_many_lines_those_that_answer_alike_are_one() -> None:
    rules = parsed(any_line("r", matches("*-1"), {"field": "quantity", "is": "equals", "value": 7}))
    [entry] = part_of(rules, a_case(MANY)).rules

    assert entry["when"]["message"] == "Any item: no for lines 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, …"
    assert [(node["item"], node["alike"], node["verdict"]) for node in entry["when"]["nodes"]] == [
        (0, 666, "false"),
        (1, 332, "false"),
    ]
    assert (entry["missed_by"], entry["failed"][0]["items"]) == (1, [1])


def test_what_all_lines_lack_names_all_lines_that_lack_it() -> None:
    rules = parsed(any_line("r", matches("SKU-0"), kind="all_items"))
    [whole], [folded] = explain(rules, a_case(MANY)).rules, part_of(rules, a_case(MANY)).rules

    assert len(folded["failed"][0]["items"]) == 666
    assert folded["failed"] == whole["failed"]
    assert folded["when"]["message"] == whole["when"]["message"]


def test_a_line_by_itself_can_be_looked_at() -> None:
    rules = parsed(any_line("a", matches("*")), any_line("b", matches("*-1")))
    explanation = part_of(rules, a_case(MANY), Part(only="b", window=range(990, 1020)))

    assert explanation.shown == [1]
    nodes = explanation.rules[1]["when"]["nodes"]
    assert [(node["item"], node["verdict"]) for node in nodes[:3]] == [(990, "false"), (991, "true"), (992, "false")]
    assert len(nodes) == 10
    assert explanation.rules[1]["when"]["lines_left_out"] == 990
    assert explanation.rules[0]["status"] == "matched"
    assert "when" not in explanation.rules[0]


@pytest.mark.parametrize("seed", range(6))
def test_folded_lines_say_what_the_whole_explanation_says(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain_module, "LINES_UNFOLDED", 0)
    maker = Maker(random.Random(seed))
    folded = 0
    for _ in range(12):
        rule_set, problems = parse_rule_set(json.dumps(maker.rule_set(12)))
        assert rule_set is not None, problems
        for _ in range(6):
            case = maker.case(NO_CONTEXT)
            whole, part = explain(rule_set, case), part_of(rule_set, case)
            assert part.decision == whole.decision
            assert part.near_misses == whole.near_misses
            for one, other in zip(part.rules, whole.rules, strict=True):
                when, same = one.pop("when", None), other.pop("when", None)
                assert one == other
                if when is not None:
                    assert (when["verdict"], when["message"]) == (same["verdict"], same["message"])
                    folded += json.dumps(when, default=str).count('"alike"')
    assert folded > 0


@pytest.mark.parametrize("most", [0, 3, 40])
def test_rules_past_what_can_be_afforded_keep_their_verdicts(most: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(explain_module, "MOST_ANSWERS", most)
    maker = Maker(random.Random(3))
    for _ in range(10):
        rule_set, _problems = parse_rule_set(json.dumps(maker.rule_set(12)))
        assert rule_set is not None
        case = maker.case(NO_CONTEXT)
        whole, part = explain(rule_set, case), part_of(rule_set, case)
        assert part.decision == whole.decision
        assert [entry["status"] for entry in part.rules] == [entry["status"] for entry in whole.rules]
        for entry in part.rules:
            assert ("when" in entry) != entry.get("left_out", "when" not in entry)


def test_the_most_important_rules_come_first_and_the_others_part_by_part() -> None:
    def rule(id_: str, when: Any, **more: Any) -> dict[str, Any]:
        return {"id": id_, "when": when, "then": [], **more}

    no, yes = ({"field": "order_number", "is": "equals", "value": value} for value in ("2", "1"))
    wrong = {"field": "order_total", "is": "equals", "value": 1}
    rules = parsed(
        rule("rest", {"all": [no, no]}),
        rule("near", {"all": [no, yes]}),
        rule("fired", yes),
        rule("off", yes, enabled=False),
        rule("wrong", wrong),
    )
    case = a_case({"order_number": "1", "order_total": "much"})
    ids = [entry["rule"] for entry in explain(rules, case).rules]

    def shown(part: Part) -> list[str]:
        explanation = part_of(rules, case, part)
        assert {entry["rule"] for entry in explanation.rules if "when" in entry} <= {ids[place] for place in explanation.shown}
        return [ids[place] for place in explanation.shown]

    assert shown(FIRST_PART) == ["wrong", "fired", "near", "rest", "off"]
    assert shown(Part(first=0, count=2)) == ["wrong", "fired"]
    assert shown(Part(first=2, count=2)) == ["near", "rest"]
    assert shown(Part(first=9, count=2)) == []
    assert [part_of(rules, case, Part(first=0, count=count)).nodes for count in (1, 2, 3)] == [1, 2, 5]


def test_a_thousand_lines_under_many_wildcards_cost_each_pattern_once(monkeypatch: pytest.MonkeyPatch) -> None:
    items = [{"sku": f"SKU-A{number}-BLUE", "name": f"Article {number}"} for number in range(1000)]
    rules = parsed(*(any_line(f"r{number}", matches(f"*A{number}*X*"), matches(f"*B?{number}")) for number in range(100)))
    made = 0
    of = Wildcard.of

    def counted(pattern: str) -> Wildcard:
        nonlocal made
        made += 1
        return of(pattern)

    monkeypatch.setattr(Wildcard, "of", counted)
    explanation = explain_part(rules, a_case({"items": items}), lambda: pytest.fail("all can be afforded"), "en", FIRST_PART)

    assert made == 200  # and not for each line
    assert explanation.nodes < 1000  # of 300,000 without folding
