"""Running: order, visibility, errors, stop, once, triggers, persons' fields, flags, effects."""

from __future__ import annotations

from typing import Any

import pytest
from support.rule_sets import NOW, a_case, a_rule_set, condition, decided, rule, tag, verdict

from engine.decide import CompiledRuleSet, Decision, decide
from rules.document import DEFAULT_TRIGGERS, TRIGGERS

STOP = {"do": "stop"}
HOLD = {"do": "hold"}
WRONG_TOTAL = condition("order_total", "at_least", 1)  # in error for an order whose total is "much"
MUCH = {"order_total": "much"}
NO, YES = condition("gift", "is_true"), condition("gift", "is_false")  # about an order without `gift`


def fulfil(provider: str = "acme", **more: Any) -> dict[str, Any]:
    return {"do": "set_logistics_provider", "provider": provider, "send": True, **more}


def codes(decision: Decision) -> list[tuple[str, str, str]]:
    return [(error.rule, error.path, error.message.code) for error in decision.errors]


# --- Groups and their three values

GROUPS: list[tuple[str, list[str], str]] = [
    ("all", [], "true"),
    ("any", [], "false"),
    ("none", [], "true"),
    ("all", ["t", "t"], "true"),
    ("all", ["t", "f"], "false"),
    ("all", ["e", "f"], "false"),
    ("all", ["f", "e"], "false"),
    ("all", ["e", "t"], "error"),
    ("any", ["f", "f"], "false"),
    ("any", ["f", "t"], "true"),
    ("any", ["e", "t"], "true"),
    ("any", ["t", "e"], "true"),
    ("any", ["e", "f"], "error"),
    ("none", ["f", "f"], "true"),
    ("none", ["f", "t"], "false"),
    ("none", ["e", "t"], "false"),
    ("none", ["t", "e"], "false"),
    ("none", ["e", "f"], "error"),
]
NODES = {"t": YES, "f": NO, "e": WRONG_TOTAL}


@pytest.mark.parametrize(("kind", "members", "expected"), GROUPS)
def test_an_error_counts_only_where_it_could_change_the_answer(kind: str, members: list[str], expected: str) -> None:
    assert verdict({kind: [NODES[member] for member in members]}, MUCH) == expected


OPPOSITE = {"true": "false", "false": "true", "error": "error"}


@pytest.mark.parametrize(("kind", "members", "expected"), GROUPS)
def test_errors_climb_through_nested_groups(kind: str, members: list[str], expected: str) -> None:
    group = {kind: [NODES[member] for member in members]}

    assert verdict({"none": [group]}, MUCH) == OPPOSITE[expected]
    assert verdict({"none": [{"none": [group]}]}, MUCH) == expected
    assert verdict({"all": [group, YES]}, MUCH) == expected
    assert verdict({"all": [group, NO]}, MUCH) == "false"
    assert verdict({"any": [group, NO]}, MUCH) == expected
    assert verdict({"any": [group, "always"]}, MUCH) == "true"


QUANTITY = condition("quantity", "at_least", 2)
ITEMS: list[tuple[list[Any], str, str, str]] = [  # items, any_item, all_items, no_item
    ([], "false", "true", "true"),
    ([2], "true", "true", "false"),
    ([1], "false", "false", "true"),
    ([2, 1], "true", "false", "false"),
    (["x"], "error", "error", "error"),
    (["x", 2], "true", "error", "false"),
    ([2, "x"], "true", "error", "false"),
    (["x", 1], "error", "false", "error"),
    ([None], "false", "false", "true"),
]


@pytest.mark.parametrize(("quantities", "any_item", "all_items", "no_item"), ITEMS)
def test_item_groups(quantities: list[Any], any_item: str, all_items: str, no_item: str) -> None:
    order = {"items": [{"quantity": quantity} for quantity in quantities]}

    assert verdict({"any_item": QUANTITY}, order) == any_item
    assert verdict({"all_items": QUANTITY}, order) == all_items
    assert verdict({"no_item": QUANTITY}, order) == no_item


def test_the_conditions_of_an_item_group_are_asked_of_one_and_the_same_item() -> None:
    both = {"any_item": {"all": [condition("sku", "equals", "MUG"), QUANTITY]}}

    assert verdict(both, {"items": [{"sku": "MUG", "quantity": 1}, {"sku": "POT", "quantity": 2}]}) == "false"
    assert verdict(both, {"items": [{"sku": "POT", "quantity": 1}, {"sku": "MUG", "quantity": 2}]}) == "true"


def test_items_that_are_no_list_or_hold_no_object_are_an_error() -> None:
    assert verdict({"any_item": QUANTITY}, {"items": "MUG"}) == "error"
    assert verdict({"any_item": QUANTITY}, {"items": ["MUG"]}) == "error"
    assert verdict({"any_item": QUANTITY}, {"items": ["MUG", {"quantity": 2}]}) == "true"
    assert verdict({"any_item": condition("sku", "blank")}, {"items": ["MUG"]}) == "true"
    assert verdict({"all_items": QUANTITY}, {}) == "true"


# --- Rules, one after the other


def test_each_rule_sees_what_the_earlier_ones_wrote_and_the_last_writer_wins() -> None:
    service = {"do": "set_service", "carrier": "dhl", "service": "parcel"}
    rules = a_rule_set(
        rule(condition("tags", "includes", "a"), tag("too early")),
        rule("always", tag("a")),
        rule(condition("tags", "includes", "A"), service),
        rule(condition("carrier", "equals", "DHL"), {**service, "service": "express"}),
        rule(condition("service", "equals", "parcel"), tag("too late")),
        rule(condition("service", "equals", "express"), tag("b")),
    )
    decision = decided(rules, {})

    assert decision.matched == ("r1", "r2", "r3", "r5")
    assert decision.document == {"tags": ["a", "b"], "carrier": "dhl", "service": "express"}
    assert [(change.rule, change.field, change.before, change.after) for change in decision.changes] == [
        ("r1", "tags", None, ["a"]),
        ("r2", "carrier", None, "dhl"),
        ("r2", "service", None, "parcel"),
        ("r3", "carrier", "dhl", "dhl"),
        ("r3", "service", "parcel", "express"),
        ("r5", "tags", ["a"], ["a", "b"]),
    ]


def test_the_order_that_was_given_stays_as_it_was() -> None:
    order = {"tags": ["x"], "ship_to": {"country": "ES"}}
    decided(a_rule_set(rule("always", tag("y"), HOLD)), order)

    assert order == {"tags": ["x"], "ship_to": {"country": "ES"}}


def test_the_same_always_gives_the_same() -> None:
    rules = a_rule_set(*(rule(condition("tags", "excludes", f"t{n}"), tag(f"t{n + 1}")) for n in range(30)))

    assert len({str(decided(rules, {"tags": ["t3"]})) for _ in range(3)}) == 1


def test_an_order_that_no_rule_matched_is_unhandled() -> None:
    assert decided(a_rule_set(rule(NO, tag("x"))), {}).flags == ("unhandled",)
    assert decided(a_rule_set(), {}).flags == ("unhandled",)
    assert decided(a_rule_set(rule()), {}).flags == ()


def test_a_rule_in_error_does_not_fire_and_never_stops_the_run() -> None:
    rules = a_rule_set(
        rule(WRONG_TOTAL, tag("a"), stop=True),
        rule({"all": [YES, {"any": [NO, WRONG_TOTAL]}]}, tag("b")),
        rule({"all_items": condition("unit_price", "at_least", 1)}, tag("c")),
        rule("always", tag("d")),
    )
    decision = decided(rules, {**MUCH, "items": [{"unit_price": 1}, {"unit_price": "x"}]})

    assert decision.matched == ("r3",)
    assert decision.flags == ("needs_attention",)
    assert codes(decision) == [
        ("r0", "rules[0].when", "not_a_number"),
        ("r1", "rules[1].when.all[1].any[1]", "not_a_number"),
        ("r2", "rules[2].when.all_items", "not_a_number"),
    ]
    assert decision.errors[0].message.format("en") == 'order_total: "much" is not a number'
    assert decision.errors[2].message.format("es") == 'unit_price de la línea 2: "x" no es un número'


def test_an_order_whose_only_rule_is_in_error_is_unhandled_too() -> None:
    assert decided(a_rule_set(rule(WRONG_TOTAL)), MUCH).flags == ("unhandled", "needs_attention")


def test_a_rule_is_in_error_because_of_what_an_earlier_one_wrote() -> None:
    placed = {"do": "set_service", "carrier": "x", "service": "y"}
    rules = a_rule_set(
        rule("always", placed), rule(condition("carrier", "equals", "x"), tag("{order_total}")), rule("always", tag("z"))
    )
    decision = decided(rules, MUCH)

    assert decision.matched == ("r0", "r2")
    assert codes(decision) == [("r1", "rules[1].then[0]", "unreadable_field")]


def test_a_rule_whose_action_fails_leaves_nothing_behind() -> None:
    failing = rule(
        "always",
        tag("a"),
        HOLD,
        fulfil(),
        {"do": "validate_service", "on_invalid": "stop"},
        tag("{order_total}"),
        stop=True,
    )
    nobody = {"carrier_accounts": []}
    decision = decided(a_rule_set(failing, rule("always", tag("b"))), {**MUCH, "carrier": "c", "service": "s"}, context=nobody)

    assert decision.matched == ("r1",)
    assert decision.document == {**MUCH, "carrier": "c", "service": "s", "tags": ["b"]}
    assert decision.flags == ("needs_attention",)
    assert codes(decision) == [("r0", "rules[0].then[4]", "unreadable_field")]
    assert (decision.effects, decision.held_by) == ((), ())


def test_stop_ends_the_run_after_the_rules_last_action() -> None:
    for stopping in (rule("always", tag("a"), tag("b"), stop=True), rule("always", STOP, tag("a"), tag("b"))):
        decision = decided(a_rule_set(rule("always", tag("0")), stopping, rule("always", tag("c")), rule(WRONG_TOTAL)), MUCH)

        assert decision.matched == ("r0", "r1")
        assert decision.document["tags"] == ["0", "a", "b"]
        assert decision.errors == ()


def test_a_rule_that_stops_does_not_do_so_when_it_does_not_match() -> None:
    assert decided(a_rule_set(rule(NO, STOP, stop=True), rule("always")), {}).matched == ("r1",)


def test_disabled_rules_and_other_triggers_are_not_considered() -> None:
    rules = a_rule_set(
        rule("always", tag("a"), enabled=False),
        rule("always", tag("b"), on=["updated", "schedule"]),
        rule("always", tag("c")),
        rule(WRONG_TOTAL, on=["updated"]),
    )

    assert decided(rules, MUCH).matched == ("r2",)
    assert decided(rules, MUCH).errors == ()
    assert decided(rules, MUCH, trigger="updated").matched == ("r1",)
    assert len(decided(rules, MUCH, trigger="updated").errors) == 1
    assert {t: decided(rules, MUCH, trigger=t).matched for t in TRIGGERS} == {
        **dict.fromkeys(TRIGGERS, ()),
        **dict.fromkeys(DEFAULT_TRIGGERS, ("r2",)),
        "updated": ("r1",),
        "schedule": ("r1",),
    }


def test_a_once_rule_applies_at_most_once_in_the_life_of_an_order() -> None:
    rules = a_rule_set(rule("always", tag("a"), once=True), rule("always", tag("b")), rule(WRONG_TOTAL, once=True, id="w"))

    assert decided(rules, {}).matched == ("r0", "r1")
    assert decided(rules, {}, applied_rules=["r0", "r1"]).matched == ("r1",)
    assert decided(rules, MUCH, applied_rules=["w"]).errors == ()
    assert [change.once for change in decided(rules, {}).changes] == [True, False]


def test_a_persons_value_stands_in_front_of_what_rules_write() -> None:
    rules = a_rule_set(
        rule("always", {"do": "set_service", "carrier": "dhl", "service": "parcel"}),
        rule(condition("carrier", "equals", "dhl"), tag("dhl")),
        rule(condition("service", "equals", "parcel"), tag("parcel")),
    )
    decision = decided(rules, {"carrier": "mine"}, edited_fields=["carrier"])

    assert decision.matched == ("r0", "r2")
    assert decision.document == {"carrier": "mine", "service": "parcel", "tags": ["parcel"]}
    assert [(change.field, change.after, change.hidden) for change in decision.changes] == [
        ("carrier", "dhl", True),
        ("service", "parcel", False),
        ("tags", ["parcel"], False),
    ]


def test_a_person_who_removed_a_value_is_heard_too() -> None:
    decision = decided(a_rule_set(rule("always", HOLD)), {}, edited_fields=["status", "hold_until"])

    assert "status" not in decision.document
    assert all(change.hidden for change in decision.changes)


def test_without_rules_for_a_trigger_the_compiled_set_answers_all_the_same() -> None:
    compiled = CompiledRuleSet(a_rule_set(rule("always", on=["updated"])), a_case({}).context.zone)

    assert decide(compiled, a_case({}, now=NOW)).flags == ("unhandled",)
    compiled.close()


def test_an_item_group_that_asks_nothing_of_its_items_counts_when_a_rule_is_asked_again() -> None:
    anything = {"none": [{"any_item": {"none": []}}]}
    rules = a_rule_set(
        rule("always", tag("x")),
        rule({"any": [{"all": [condition("tags", "includes", "x"), condition("tags", "includes", "y")]}, anything]}),
    )

    assert decided(rules, {"items": [{"sku": "A"}]}).matched == ("r0",)
    assert decided(rules, {}).matched == ("r0", "r1")
