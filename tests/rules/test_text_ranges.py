"""`between` on texts: postal codes and other codes of one length."""

from __future__ import annotations

import json
from typing import Any

import pytest
from support.rule_sets import a_rule_set, condition, problems_of, rule, verdict

from rules.analysis import analyse
from rules.analysis.domains.text_ranges import following
from rules.context import RuleContext
from rules.operators.texts import Ranges
from rules.sentences import condition_sentence

CANARIES = [["35000", "35999"], ["38000", "38999"]]
TABLE: list[tuple[Any, Any, dict[str, Any], str]] = [
    ("35001", ["35000", "38999"], {}, "true"),
    ("35000", ["35000", "38999"], {}, "true"),
    ("38999", ["35000", "38999"], {}, "true"),
    ("39000", ["35000", "38999"], {}, "false"),
    ("34999", ["35000", "38999"], {}, "false"),
    ("3500", ["35000", "38999"], {}, "false"),
    ("350001", ["35000", "38999"], {}, "false"),
    (" 35001 ", ["35000", "38999"], {}, "true"),
    (35001, ["35000", "38999"], {}, "true"),  # a number counts as it is written
    ("36000", CANARIES, {}, "false"),
    ("38001", CANARIES, {}, "true"),
    ("bt1 1aa", ["BT1 1AA", "BT9 9ZZ"], {}, "true"),
    ("bt1 1aa", ["BT1 1AA", "BT9 9ZZ"], {"match_case": True}, "false"),
    ("BT5 1AA", ["BT1 1AA", "BT9 9ZZ"], {"match_case": True}, "true"),
    ("straße", ["STRASSA", "STRASSZ"], {}, "true"),  # folded it has seven letters
    ("", ["00000", "99999"], {}, "false"),
    (None, ["00000", "99999"], {}, "false"),
]


@pytest.mark.parametrize(("fact", "value", "more", "expected"), TABLE)
def test_ranges_of_texts(fact: Any, value: Any, more: dict[str, Any], expected: str) -> None:
    order = {"ship_to": {"postal_code": fact}}
    assert verdict(condition("ship_to.postal_code", "between", value, **more), order) == expected


def test_it_holds_for_items_too() -> None:
    when = {"any_item": condition("sku", "between", ["A-10", "A-20"])}
    assert verdict(when, {"items": [{"sku": "a-09"}, {"sku": "a-15"}]}) == "true"
    assert verdict(when, {"items": [{"sku": "a-09"}, {"sku": "a-21"}]}) == "false"


def test_a_thousand_ranges_answer_as_each_of_them_does() -> None:
    pairs = [(f"{low:05}", f"{low + 30:05}") for low in range(0, 99_000, 99)] + [("00020", "00150"), ("a", "c"), ("b", "b")]
    ranges = Ranges.of(pairs)
    for text in (*(f"{number:05}" for number in range(0, 99_999, 7)), "b", "d", "", "000"):
        assert ranges.hold(text) == any(len(low) == len(text) and low <= text <= high for low, high in pairs), text


WRONG: list[tuple[Any, str]] = [
    (["3500", "38999"], '"3500" and "38999" are not of one length'),
    (["38999", "35000"], 'the low value "38999" is above the high value "35000"'),
    ("35000", "`between` needs two values"),
    (["35000", "36000", "37000"], "`between` needs two values"),
    ([["35000", "36000"], "37000"], "`between` needs two values"),
    ([["35000", "36000"], ["1", "22"]], '"1" and "22" are not of one length'),
    ([], "`between` needs two values"),
    (["", ""], "an empty text compares with nothing"),
]


@pytest.mark.parametrize(("value", "expected"), WRONG)
def test_what_is_no_range_is_refused(value: Any, expected: str) -> None:
    problems = problems_of(json.dumps({"rules": [rule(condition("ship_to.postal_code", "between", value))]}))
    assert expected in problems[0].message.format("en")
    assert {problem.severity for problem in problems} == {"error"}


def test_it_says_every_pair() -> None:
    one, two = (
        condition_sentence(a_rule_set(rule(condition("ship_to.postal_code", "between", value))).rules[0].when)  # type: ignore[arg-type]
        for value in (["35000", "38999"], CANARIES)
    )
    assert one.format("en") == "Ship to postal code is between 35000 and 38999"
    assert two.format("en") == "Ship to postal code is between 35000 and 35999 or 38000 and 38999"
    assert two.format("es").endswith("está entre 35000 y 35999 o 38000 y 38999")


def dead(*conditions: dict[str, Any]) -> bool:
    found = analyse(a_rule_set(rule({"all": list(conditions)}, {"do": "add_tag", "tag": "a"})), RuleContext())
    return "never_matches" in [problem.message.code for problem in found]


def test_the_check_finds_ranges_that_exclude_each_other() -> None:
    code = "ship_to.postal_code"
    assert dead(condition(code, "between", ["35000", "35999"]), condition(code, "between", ["38000", "38999"]))
    assert not dead(
        condition(code, "between", ["35000", "36000"]), condition(code, "between", [["10000", "11000"], ["36000", "37000"]])
    )
    assert dead(condition(code, "between", ["35000", "35999"]), condition(code, "equals", "28004"))
    assert not dead(condition(code, "between", ["35000", "35999"]), condition(code, "in", ["28004", "35004"]))
    assert dead(condition(code, "between", ["10", "20"]), condition(code, "starts_with", "3"))
    assert not dead(condition(code, "between", ["10", "20"]), condition(code, "starts_with", ["3", "2"]))
    assert dead(condition(code, "between", ["10", "20"]), condition(code, "starts_with", "100"))
    assert dead(condition(code, "between", ["10", "10"]), condition(code, "not_equals", "10"))
    assert dead(condition(code, "between", ["10", "11"]), condition(code, "not_in", ["10", "11"]))
    assert not dead(condition(code, "between", ["10", "12"]), condition(code, "not_in", ["10", "12"]))
    assert dead(condition(code, "between", ["10", "12"]), {"none": [condition(code, "starts_with", "1")]})


def test_every_text_of_a_length_has_one_that_follows() -> None:
    assert [following(text) for text in ("19", "a\U0010ffff", "\ud7ff", "\U0010ffff", "")] == ["1:", "b\0", "\ue000", None, None]


def test_the_check_makes_examples_of_ranges_beside_whole_values() -> None:
    code = "ship_to.postal_code"
    conditions = condition(code, "in", ["28004", "35004"]), condition(code, "between", ["35000", "35999"])
    rules = [rule(when, {"do": "set_weight", "weight_g": number}, id=f"r{number}") for number, when in enumerate(conditions)]
    (problem,) = analyse(a_rule_set(*rules), RuleContext())
    assert (problem.message.code, "35004" in problem.message.format("en")) == ("conflict", True)
