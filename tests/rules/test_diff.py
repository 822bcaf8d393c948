"""What one rule set says otherwise than another: in sentences, and nothing where only the writing differs."""

from __future__ import annotations

import json
from random import Random
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from support.properties import examples
from support.rule_sets import a_rule_set, condition, rule, tag

from benchmarks.random_rules import Maker
from rules.diff import diff_rule_sets
from rules.document import RuleSet
from rules.messages import Language
from rules.parser import parse_rule_set
from rules.render import render

GIFT = condition("gift", "is_true")
SPAIN = condition("ship_to.country", "equals", "ES")
DEAR = condition("order_total", "at_least", 60)


def changes(before: RuleSet, after: RuleSet, language: Language = "en") -> list[tuple[str, str, list[str]]]:
    found = [change.to_json(language) for change in diff_rule_sets(before, after)]
    return [(change["rule"], change["kind"], change["sentences"]) for change in found]


def changed(before: dict[str, Any], after: dict[str, Any], language: Language = "en") -> list[str]:
    """What is said of the one rule that is on both sides."""
    found = changes(a_rule_set(before), a_rule_set(after), language)
    assert [(rule_id, kind) for rule_id, kind, _ in found] in ([("r0", "changed")], [])
    return found[0][2] if found else []


def sets_of(before: str, after: str) -> list[tuple[str, str]]:
    """The changes between rules that have nothing but their ids, one letter a rule; a capital letter is switched off."""
    both = (a_rule_set(*(rule(id=letter.lower(), enabled=letter.islower()) for letter in letters)) for letters in (before, after))
    return [(rule_id, kind) for rule_id, kind, _ in changes(*both)]


def test_comments_layout_and_the_order_of_keys_are_no_change() -> None:
    one, _ = parse_rule_set(
        "# a comment\nname: A\nrules:\n  - {id: a, when: {field: order_total, is: at_least, value: 60.00}, then: []}\n"
    )
    other, _ = parse_rule_set(
        "rules:\n  - id: a # its id\n    then: []\n    enabled: true\n    on: [reprocess, imported, released]\n"
        "    when:\n      value: 60\n      is: at_least\n      field: order_total\nname: A\n"
    )
    assert one is not None
    assert other is not None

    assert diff_rule_sets(one, other) == []


def test_the_same_conditions_joined_in_the_same_way_are_no_change() -> None:
    assert changed(rule({"all": [GIFT, SPAIN]}), rule({"all": [SPAIN, GIFT]})) == []
    assert changed(rule(GIFT), rule({"any": [GIFT]})) == []
    assert changed(rule(), rule({"all": ["always"]})) == []
    assert changed(rule(condition("tags", "includes", "a")), rule(condition("tags", "includes", ["a"]))) == []
    assert changed(rule({"all": [GIFT, {**SPAIN, "enabled": False}]}), rule(GIFT)) == []


def test_a_condition_that_came_or_went_is_named() -> None:
    assert changed(rule(GIFT), rule({"all": [GIFT, SPAIN]})) == ["Condition added: Ship to country is ES"]
    assert changed(rule({"all": [GIFT, SPAIN]}), rule(SPAIN)) == ["Condition removed: Gift is true"]
    assert changed(rule({"all": [GIFT, GIFT]}), rule(GIFT)) == ["Condition removed: Gift is true"]
    assert changed(rule(GIFT), rule()) == ["Condition removed: Gift is true"]
    assert changed(rule(GIFT), rule(), "es") == ["Condición quitada: Regalo es verdadero"]


def test_a_condition_about_the_same_field_has_changed() -> None:
    dearer = condition("order_total", "at_least", 80)

    assert changed(rule(DEAR), rule(dearer)) == ["Condition changed: Order total is at least 60 → Order total is at least 80"]
    assert changed(rule(condition("gift", "is_true")), rule(condition("gift", "is_false"))) == [
        "Condition changed: Gift is true → Gift is false"
    ]


def test_conditions_within_groups_are_named_with_the_groups() -> None:
    before, after = ({"all": [DEAR, {"any": members}]} for members in ([GIFT, SPAIN], [GIFT]))

    assert changed(rule(before), rule(after)) == ['Condition removed within "any of": Ship to country is ES']
    assert changed(rule(before), rule(after), "es") == ['Condición quitada dentro de "alguna": País de destino es ES']
    assert changed(
        rule({"all": [DEAR, {"any_item": condition("sku", "equals", "A")}]}),
        rule({"all": [DEAR, {"any_item": condition("sku", "equals", "B")}]}),
    ) == ['Condition changed within "any item": SKU is A → SKU is B']


def test_conditions_that_are_joined_otherwise_are_a_change() -> None:
    assert changed(rule({"all": [GIFT, SPAIN]}), rule({"any": [GIFT, SPAIN]})) == ["Conditions joined otherwise: all of → any of"]
    assert changed(rule(GIFT), rule({"none": [GIFT]})) == ["Conditions joined otherwise: all of → none of"]


def test_of_long_lists_only_what_came_and_went_is_said() -> None:
    skus = [f"SKU-{number}" for number in range(20)]
    before, after, turned = (
        rule(condition("skus", "includes", values)) for values in (skus, [*skus[1:], "NEW"], [*reversed(skus)])
    )

    (sentence,) = changed(before, after)
    assert sentence.endswith("8 more: values added: NEW; values removed: SKU-0")
    (sentence,) = changed(before, rule(condition("skus", "includes", [*skus, *(f"N{n}" for n in range(14))])))
    assert sentence.endswith("values added: N0, N1, N2, N3, N4, N5, N6, N7, N8, N9, N10, N11, 2 more")
    (sentence,) = changed(before, turned)
    assert sentence.endswith("the same values in another order")


def test_actions_that_came_went_changed_or_changed_places_are_named() -> None:
    urgent = {"do": "set_service_level", "level": "express"}
    before, after = rule("always", tag("a"), {"do": "stop"}), rule("always", tag("b"), urgent)

    assert changed(before, after) == [
        "Action changed: Add the tag a → Add the tag b",
        "Action removed: Run no later rule for this order",
        "Action added: Set the service level to express",
    ]
    assert changed(rule("always", tag("a"), tag("b")), rule("always", tag("b"), tag("a"))) == [
        "The actions run in another order: Add the tag b; Add the tag a"
    ]
    assert changed(rule("always", tag("a"), urgent), rule("always", urgent, tag("b"))) == [
        "Action changed: Add the tag a → Add the tag b",
        "The actions run in another order: Set the service level to express; Add the tag b",
    ]


def test_each_key_of_a_rule_has_its_sentence() -> None:
    assert changed(rule(name="A", on=["updated"]), rule(name="B", on=["imported", "updated"], stop=True, once=True)) == [
        "Name: A → B",
        "Runs on: updated → imported, updated",
        "No later rule runs once it has applied (stop).",
        "It applies at most once in the life of an order (once).",
    ]
    assert changed(rule(stop=True, once=True), rule()) == [
        "Later rules run after it again (no stop).",
        "It may apply more than once in the life of an order (no once).",
    ]
    kept = {"why": "Fragile.", "owner": "ana@example.com", "review_by": "2026-03-31", "group": "Spain"}
    assert changed(rule(), rule(**kept)) == [
        "Group: Spain",
        "Why: Fragile.",
        "Owner: ana@example.com",
        "Review by: 2026-03-31",
    ]
    assert changed(rule(owner="ana@example.com"), rule(), "es") == ["Responsable, quitado: ana@example.com"]


def test_a_new_rule_is_told_in_full_and_a_removed_one_by_what_it_did() -> None:
    new = rule(GIFT, tag("a"), id="new", name="Wrap gifts", enabled=False, once=True)

    assert changes(a_rule_set(), a_rule_set(new)) == [
        (
            "new",
            "added",
            [
                'Rule added as number 1: "Wrap gifts"',
                "Condition: Gift is true",
                "Action: Add the tag a",
                "It applies at most once in the life of an order (once).",
                "Rule switched off.",
            ],
        )
    ]
    assert changes(a_rule_set(new), a_rule_set()) == [
        (
            "new",
            "removed",
            ['Rule removed, number 1 before: "Wrap gifts"', "Condition: Gift is true", "Action: Add the tag a"],
        )
    ]


def test_as_few_rules_as_possible_have_moved() -> None:
    assert sets_of("abcde", "eabcd") == [("e", "moved")]
    assert sets_of("abcde", "bcdea") == [("a", "moved")]
    assert sets_of("abcdef", "cabfde") == [("c", "moved"), ("f", "moved")]
    assert len(sets_of("abcd", "dcba")) == 3


def test_rules_that_make_way_for_others_have_not_moved() -> None:
    assert sets_of("abc", "xaybcz") == [("x", "added"), ("y", "added"), ("z", "added")]
    assert sets_of("xaybcz", "abc") == [("x", "removed"), ("y", "removed"), ("z", "removed")]


def test_where_a_rule_has_moved_to_is_said() -> None:
    before, after = (a_rule_set(*(rule(id=one, name=one.upper()) for one in ids)) for ids in ("abc", "bca"))

    assert changes(before, after) == [("a", "moved", ['Moved from number 1 to number 3: it runs right after "C" now.'])]
    (moved,) = [kind for kind in changes(after, before) if kind[0] == "a"]
    assert moved[2] == ["Moved from number 3 to number 1: it runs first now."]


def test_a_rule_has_an_entry_for_each_kind_of_change() -> None:
    before = a_rule_set(rule(id="a"), rule(id="b"), rule(GIFT, id="c"))
    after = a_rule_set(rule(SPAIN, id="c", enabled=False), rule(id="a"), rule(id="b"))

    assert [(rule_id, kind) for rule_id, kind, _ in changes(before, after)] == [
        ("c", "changed"),
        ("c", "moved"),
        ("c", "disabled"),
    ]
    assert sets_of("aB", "Ab") == [("a", "disabled"), ("b", "enabled")]


@settings(max_examples=examples(40), suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_a_random_rule_set_written_anew_has_no_changes(dice: Random) -> None:
    rules, _ = parse_rule_set(json.dumps(Maker(dice).rule_set(4)))
    assert rules is not None
    again, _ = parse_rule_set(render(rules))
    assert again is not None

    assert diff_rule_sets(rules, again) == []
