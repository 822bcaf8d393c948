"""What `rules check` warns of, with a near miss beside each case."""

from __future__ import annotations

from typing import Any

import pytest
from support.rule_sets import a_rule_set, condition, rule, tag

from rules.analysis import analyse
from rules.context import NO_CONTEXT
from rules.document import RuleSet

SERVICE = {"do": "set_service", "carrier": "dhl", "service": "parcel"}
STOP = {"do": "stop"}
ES = condition("ship_to.country", "equals", "ES")
c = condition
POSTAL = "ship_to.postal_code"


def findings(rules: RuleSet) -> list[tuple[str, str]]:
    """Warnings as (code, path)."""
    return [(found.message.code, found.path) for found in analyse(rules, NO_CONTEXT) if found.severity == "warning"]


def both(*nodes: Any) -> dict[str, Any]:
    return {"all": list(nodes)}


def either(*nodes: Any) -> dict[str, Any]:
    return {"any": list(nodes)}


def none(*nodes: Any) -> dict[str, Any]:
    return {"none": list(nodes)}


COUNTRY, TOTAL, DATE = "ship_to.country", "order_total", "order_date"
CONTRADICTIONS = [
    # texts
    (c(COUNTRY, "in", ["ES"]), c(COUNTRY, "equals", "FR"), c(COUNTRY, "equals", "es")),
    (c(COUNTRY, "in", ["ES", "PT"]), c(COUNTRY, "not_in", ["pt", "es"]), c(COUNTRY, "not_in", ["PT", "FR"])),
    (c(COUNTRY, "equals", "ES"), c(COUNTRY, "not_equals", " es"), c(COUNTRY, "not_equals", "es", match_case=True)),
    (c("reference", "starts_with", "ACM-"), c("reference", "equals", "VER-1"), c("reference", "equals", "acm-1")),
    (c("reference", "starts_with", "ACM-"), c("reference", "starts_with", ["VER", "ACN"]), c("reference", "starts_with", "AC")),
    (
        c("reference", "starts_with", "ACM-"),
        none(c("reference", "starts_with", "A")),
        none(c("reference", "starts_with", "ACM-1")),
    ),
    (
        c("reference", "starts_with", "ACM-", match_case=True),
        c("reference", "equals", "ver-1"),
        c("reference", "equals", "acm-1"),
    ),
    (c("reference", "ends_with", "-ES"), c("reference", "ends_with", "-FR"), c("reference", "ends_with", "S")),
    (c("reference", "starts_with", "gift-"), c("reference", "not_contains", "ift"), c("reference", "not_contains", "gift-1")),
    (c("reference", "matches", "ACM-*"), c("reference", "starts_with", "B"), c("reference", "matches", "*-1")),
    (c("reference", "equals", "ACM-12"), c("reference", "matches", "ACM-?"), c("reference", "matches", "ACM-??")),
    (
        c("reference", "equals", "12"),
        c("reference", "not_equals", "12", match_case=True),
        c("reference", "not_equals", "1", match_case=True),
    ),
    (
        c("reference", "equals", "AB", match_case=True),
        c("reference", "not_equals", "ab"),
        c("reference", "not_equals", "ab", match_case=True),
    ),
    (c("reference", "not_matches", "*"), c("reference", "not_blank"), c("reference", "blank")),
    # no value
    (c(COUNTRY, "blank"), c(COUNTRY, "equals", "ES"), c(COUNTRY, "not_equals", "ES")),
    (c(COUNTRY, "blank"), c(COUNTRY, "not_blank"), c("ship_to.city", "not_blank")),
    (c("tags", "blank"), c("tags", "includes", "x"), c("tags", "excludes", "x")),
    (c("gift", "blank"), c("gift", "is_true"), c("gift", "is_false")),
    (c("line_count", "blank"), "always", None),
    # numbers
    (c(TOTAL, "greater_than", 100), c(TOTAL, "less_than", 50), c(TOTAL, "less_than", 101)),
    (c(TOTAL, "greater_than", 1), c(TOTAL, "less_than", 1), c(TOTAL, "less_than", 1.01)),
    (c(TOTAL, "at_least", 5), c(TOTAL, "less_than", 5), c(TOTAL, "at_most", 5)),
    (c(TOTAL, "between", [1, 2]), c(TOTAL, "between", [3, 4]), c(TOTAL, "between", [2, 4])),
    (c(TOTAL, "between", [2, 2]), c(TOTAL, "not_equals", 2.0), c(TOTAL, "not_equals", 3)),
    (c(TOTAL, "in", [1, 2]), c(TOTAL, "not_in", [2, 1]), c(TOTAL, "not_in", [2])),
    (c(TOTAL, "equals", 1), c(TOTAL, "in", [2, 3]), c(TOTAL, "in", [1, 3])),
    (both(c("line_count", "greater_than", 1)), c("line_count", "less_than", 2), c("line_count", "less_than", 3)),
    (c("line_count", "less_than", 0), "always", None),
    # times
    (c(DATE, "before", "2026-01-01"), c(DATE, "after", "2026-01-01"), c(DATE, "after", "2025-12-31")),
    (c(DATE, "between", ["2026-01-01", "2026-01-05"]), c(DATE, "on_day", "2026-01-06"), c(DATE, "on_day", "2026-01-05")),
    (c(DATE, "within_last", "3d"), c(DATE, "older_than", "72h"), c(DATE, "older_than", "71h")),
    (c(DATE, "within_next", "1d"), c(DATE, "older_than", "1h"), c(DATE, "within_last", "1h")),
    (c(DATE, "on_day", "today"), c(DATE, "on_day", "tomorrow"), none(c(DATE, "on_day", "tomorrow"))),
    (c(DATE, "on_day", "tomorrow"), c(DATE, "within_last", "2d"), c(DATE, "within_next", "2d")),
    (c(DATE, "on_day", "yesterday"), c(DATE, "older_than", "4d"), c(DATE, "older_than", "1h")),
    # booleans
    (c("gift", "is_true"), c("gift", "is_false"), c("international", "is_false")),
    # sets
    (c("tags", "includes", "a"), c("tags", "excludes", "A"), c("tags", "excludes", "b")),
    (c("tags", "includes", ["a", "b"]), c("tags", "excludes", ["a", "b", "c"]), c("tags", "excludes", ["a"])),
    (c("tags", "includes_all", ["a", "b"]), c("tags", "excludes", "b"), c("tags", "includes", "c")),
    (c("tags", "includes_all", ["a", "b"]), none(c("tags", "includes_all", ["b"])), none(c("tags", "includes_all", ["b", "c"]))),
    (c("tags", "includes", "A", match_case=True), c("tags", "excludes", "a"), c("tags", "excludes", "a", match_case=True)),
    # groups
    (ES, none(ES), none(c(COUNTRY, "equals", "FR"))),
    (ES, either(c(COUNTRY, "equals", "FR"), c(COUNTRY, "blank")), either(c(COUNTRY, "equals", "FR"), c("gift", "is_true"))),
    (either(), "always", None),
    (none("always"), "always", None),
    (none(either()), none(both()), none(either(), c("gift", "is_true"))),
    # items
    ({"any_item": both(c("quantity", "less_than", 1), c("quantity", "greater_than", 2))}, "always", None),
    ({"any_item": c("sku", "equals", "A")}, {"no_item": c("sku", "in", ["a", "b"])}, {"no_item": c("sku", "in", ["b"])}),
    ({"all_items": c("sku", "equals", "A")}, {"any_item": c("sku", "equals", "B")}, {"any_item": c("quantity", "at_least", 1)}),
    ({"any_item": c("sku", "not_blank")}, c("line_count", "equals", 0), c("line_count", "equals", 1)),
    ({"all_items": either()}, c("line_count", "at_least", 1), c("line_count", "equals", 0)),
    (none({"any_item": c("sku", "equals", "A")}), {"any_item": c("sku", "equals", "a")}, {"any_item": c("sku", "equals", "b")}),
]


@pytest.mark.parametrize(("one", "other", "near_miss"), CONTRADICTIONS)
def test_a_rule_whose_conditions_exclude_each_other_can_never_match(one: Any, other: Any, near_miss: Any) -> None:
    assert findings(a_rule_set(rule(both(one, other), tag("x")))) == [("never_matches", "rules[0]")]
    if near_miss is not None:
        assert findings(a_rule_set(rule(both(one, near_miss), tag("x")))) == []


def test_what_only_a_wrong_value_can_meet_is_not_called_impossible() -> None:
    # Of lines that are not objects the total quantity has no value.
    assert findings(a_rule_set(rule(c("total_quantity", "blank"), tag("x")))) == []


def test_the_warning_names_only_the_conditions_that_exclude_each_other() -> None:
    [found] = analyse(a_rule_set(rule(both(ES, c("gift", "is_true"), c(COUNTRY, "equals", "FR")), tag("x"))), NO_CONTEXT)

    assert found.message.format("en") == (
        'the rule "r0" can never match: no order meets this: "Ship to country is ES" (when.all[0]); '
        '"Ship to country is FR" (when.all[2])'
    )
    assert found.message.format("es").startswith('la regla "r0" no puede cumplirse nunca: ningún pedido cumple esto: "País')


IMPLIED = [
    # a stronger condition, a weaker one, and one that it does not imply
    (ES, c(COUNTRY, "in", ["PT", "es"]), c(COUNTRY, "in", ["PT", "FR"])),
    (ES, c(COUNTRY, "not_equals", "FR"), c(COUNTRY, "equals", "ES", match_case=True)),
    (c(COUNTRY, "equals", "ES", match_case=True), ES, c(COUNTRY, "starts_with", "S")),
    (ES, c(COUNTRY, "not_blank"), c("ship_to.city", "not_blank")),
    (ES, "always", c(COUNTRY, "blank")),
    (
        c("reference", "starts_with", "ACM-1"),
        c("reference", "starts_with", ["acm-", "x"]),
        c("reference", "starts_with", "ACM-12"),
    ),
    (c("reference", "ends_with", "-ES"), c("reference", "ends_with", "es"), c("reference", "contains", "ES", match_case=True)),
    (c("reference", "starts_with", "gift-"), c("reference", "contains", "ift"), c("reference", "equals", "gift-")),
    (c(COUNTRY, "not_in", ["ES", "FR"]), c(COUNTRY, "not_equals", "ES"), c(COUNTRY, "not_equals", "DE")),
    (c("tags", "blank"), c("tags", "excludes", "x"), c("tags", "includes", "x")),
    (c(POSTAL, "between", ["10", "20"]), c(POSTAL, "between", ["10", "20"]), c(POSTAL, "between", ["10", "19"])),
    (c(POSTAL, "between", ["12", "13"]), c(POSTAL, "between", ["10", "20"]), c(POSTAL, "between", ["100", "200"])),
    (c(POSTAL, "between", ["12", "13"]), c(POSTAL, "starts_with", "1"), c(POSTAL, "starts_with", "13")),
    (
        c(POSTAL, "between", ["10", "20"]),
        c(POSTAL, "between", [["10", "20"], ["30", "40"]]),
        c(POSTAL, "between", [["10", "14"], ["16", "20"]]),
    ),
    (
        c(POSTAL, "between", ["10", "29"]),
        c(POSTAL, "between", [["10", "19"], ["1:", "29"]]),  # the texts between 19 and 20 are in the second
        c(POSTAL, "between", [["10", "19"], ["20", "29"]]),
    ),
    (c(POSTAL, "between", ["aa", "ac"]), c(POSTAL, "between", ["AA", "AC"]), c(POSTAL, "between", ["ab", "ac"])),
    (c(TOTAL, "greater_than", 10), c(TOTAL, "at_least", 10), c(TOTAL, "greater_than", 10.01)),
    (c(TOTAL, "between", [2, 3]), c(TOTAL, "between", [1, 3]), c(TOTAL, "between", [1, 2.5])),
    (c(TOTAL, "in", [1, 2]), both(c(TOTAL, "at_least", 1), c(TOTAL, "less_than", 3)), c(TOTAL, "in", [1, 3])),
    (c(TOTAL, "equals", 5), c(TOTAL, "not_equals", 6), c(TOTAL, "not_equals", 5.0)),
    (c("line_count", "greater_than", 1), c("line_count", "at_least", 2), c("line_count", "at_least", 3)),
    (c(DATE, "on_day", "2026-01-05"), c(DATE, "before", "2026-01-06"), c(DATE, "before", "2026-01-05T12:00")),
    (c(DATE, "within_last", "1d"), c(DATE, "within_last", "2d"), c(DATE, "within_last", "23h")),
    (c(DATE, "older_than", "2d"), c(DATE, "older_than", "1d"), c(DATE, "older_than", "3d")),
    (c(DATE, "on_day", "today"), none(c(DATE, "on_day", "tomorrow")), c(DATE, "within_last", "1d")),
    (c("gift", "blank"), c("gift", "is_false"), c("gift", "is_true")),
    (c("tags", "includes", "a"), c("tags", "includes", ["b", "A"]), c("tags", "includes_all", ["a", "b"])),
    (c("tags", "includes_all", ["a", "b"]), c("tags", "includes", "b"), c("tags", "excludes", "c")),
    (c("tags", "excludes", ["a", "b"]), c("tags", "excludes", "b"), c("tags", "excludes", ["b", "c"])),
    (both(ES, c("gift", "is_true")), either(ES, c(TOTAL, "equals", 1)), both(ES, c(TOTAL, "equals", 1))),
    (either(ES, c(COUNTRY, "equals", "PT")), c(COUNTRY, "in", ["ES", "PT"]), ES),
    (none(ES, c("gift", "is_true")), none(ES), ES),
    ({"any_item": c("sku", "equals", "A")}, {"any_item": c("sku", "starts_with", "a")}, {"all_items": c("sku", "equals", "A")}),
    ({"any_item": c("sku", "equals", "A")}, c("line_count", "at_least", 1), c("line_count", "at_least", 2)),
    (
        {"all_items": c("quantity", "equals", 1)},
        {"no_item": c("quantity", "greater_than", 1)},
        {"any_item": c("quantity", "equals", 1)},
    ),
]


@pytest.mark.parametrize(("stronger", "weaker", "near_miss"), IMPLIED)
def test_a_rule_behind_one_that_ends_the_run_for_all_its_orders_is_shadowed(stronger: Any, weaker: Any, near_miss: Any) -> None:
    assert findings(a_rule_set(rule(weaker, STOP), rule(stronger, SERVICE))) == [("shadowed", "rules[1]")]
    assert findings(a_rule_set(rule(near_miss, STOP), rule(stronger, SERVICE))) == []


@pytest.mark.parametrize(("stronger", "weaker", "near_miss"), IMPLIED)
def test_a_rule_that_does_again_what_was_done_for_all_its_orders_repeats(stronger: Any, weaker: Any, near_miss: Any) -> None:
    assert findings(a_rule_set(rule(weaker, SERVICE), rule(stronger, SERVICE))) == [("repeats", "rules[1]")]
    assert findings(a_rule_set(rule(near_miss, SERVICE), rule(stronger, SERVICE))) == []


VIP = c("tags", "includes", "vip")


@pytest.mark.parametrize(
    ("first", "between", "later", "expected"),
    [
        (rule(ES, STOP), None, rule(ES, SERVICE), True),
        (rule(ES, {"do": "dont_import"}), None, rule(ES, SERVICE), True),
        (rule(ES, SERVICE, stop=True), None, rule(ES, SERVICE), True),
        (rule(ES, SERVICE), None, rule(ES, tag("x")), False),
        (rule(ES, STOP, enabled=False), None, rule(ES, SERVICE), False),
        (rule(ES, STOP), None, rule(ES, SERVICE, enabled=False), False),
        (rule(ES, STOP, once=True), None, rule(ES, SERVICE), False),
        (rule(ES, STOP, on=["imported"]), None, rule(ES, SERVICE), False),
        (rule(ES, STOP, on=["imported", "updated"]), None, rule(ES, SERVICE, on=["updated"]), True),
        (rule(ES, {"do": "adjust_weight", "by_g": -5}, STOP), None, rule(ES, SERVICE), False),
        (rule(ES, {"do": "delegate_to_assigned"}, STOP), None, rule(ES, SERVICE), False),
        (rule(ES, {"do": "validate_service", "on_invalid": "stop"}), None, rule(ES, SERVICE), False),
        (rule(ES, {"do": "set_logistics_provider", "provider": "acme"}, STOP), None, rule(ES, SERVICE), False),
        # What a person runs runs alone.
        (rule(ES, STOP, on=["manual"]), None, rule(ES, SERVICE, on=["manual"]), False),
        (rule(ES, STOP, on=["imported", "manual"]), None, rule(ES, SERVICE, on=["imported", "manual"]), False),
        (rule(ES, STOP, on=["imported", "manual"]), None, rule(ES, SERVICE, on=["imported"]), True),
        # What a rule between them writes may be what the later one reads.
        (rule(VIP, STOP), rule(ES, tag("vip")), rule(VIP, SERVICE), False),
        (rule(VIP, STOP), rule(ES, SERVICE), rule(VIP, SERVICE), True),
        (rule(VIP, STOP), rule(ES, tag("vip"), on=["schedule"]), rule(VIP, SERVICE), True),
        (rule(VIP, STOP), rule(both(ES, none(ES)), tag("vip")), rule(VIP, SERVICE), True),
        (rule(both(ES, VIP), STOP), rule("always", {"do": "set_ship_from", "location": "x"}), rule(both(ES, VIP), SERVICE), True),
        (
            rule(c("international", "is_true"), STOP),
            rule("always", {"do": "set_ship_from", "location": "x"}),
            rule(c("international", "is_true"), SERVICE),
            False,
        ),
    ],
)
def test_only_what_surely_ends_the_run_before_shadows(first: Any, between: Any, later: Any, expected: bool) -> None:
    rules = a_rule_set(*(one for one in (first, between, later) if one is not None))

    assert ("shadowed" in dict(findings(rules))) == expected


def test_where_only_unreadable_tags_let_the_later_rule_have_its_turn_the_warning_says_so() -> None:
    def message(*then: Any) -> str:
        [found] = analyse(a_rule_set(rule(ES, tag("x"), STOP), rule(ES, *then)), NO_CONTEXT)
        return found.message.format()

    assert message(SERVICE).endswith("; only where the order's tags cannot be read does it not apply")
    assert message(SERVICE, tag("y")).endswith("ends the run")  # with unreadable tags neither applies


def test_a_rule_that_makes_a_field_readable_before_it_reads_it_is_not_said_to_fail_like_the_earlier_one() -> None:
    check = {"do": "validate_service", "on_invalid": "hold"}
    [found] = analyse(a_rule_set(rule("always", check, STOP), rule("always", SERVICE, check)), NO_CONTEXT)

    assert "the order's carrier, client, service cannot be read" in found.message.format()


SEND = {"do": "set_logistics_provider", "provider": "acme", "send": True}
HOLD = {"do": "hold"}


@pytest.mark.parametrize(
    ("first", "between", "later", "expected"),
    [
        (rule(ES, SERVICE), None, rule(ES, SERVICE), True),
        (rule(ES, tag("x"), SERVICE), None, rule(ES, SERVICE), False),  # with unreadable tags the first does nothing
        (rule(ES, SERVICE, tag("x")), None, rule(ES, tag("y")), False),
        (rule(ES, SERVICE, tag("x")), None, rule(ES, tag("x")), True),
        (rule(ES, tag("x")), None, rule(ES, tag("X")), True),  # a tag that is there in another case is not added
        (rule(ES, SERVICE), None, rule(ES, {**SERVICE, "service": "other"}), False),
        (rule(ES, {"do": "set_weight", "weight_g": 5}), None, rule(ES, {"do": "set_weight", "weight_g": 5.0}), True),
        (rule(ES, SERVICE), rule("always", {**SERVICE, "service": "x"}), rule(ES, SERVICE), False),
        (rule(ES, SERVICE), rule("always", {**SERVICE, "service": "x"}, on=["schedule"]), rule(ES, SERVICE), True),
        (rule(ES, SERVICE, {**SERVICE, "service": "x"}), None, rule(ES, SERVICE), False),
        (rule(ES, tag("x")), rule("always", tag("y")), rule(ES, tag("x")), True),
        (rule(ES, tag("x")), rule("always", {"do": "remove_tag", "tag": "y"}), rule(ES, tag("x")), True),
        (rule(ES, tag("x")), rule("always", {"do": "remove_tag", "tag": "X"}), rule(ES, tag("x")), False),
        (rule(ES, tag("x")), rule("always", {"do": "remove_tag", "tag": "{carrier}"}), rule(ES, tag("x")), False),
        (rule(ES, tag("{carrier}")), None, rule(ES, tag("{carrier}")), False),
        (rule(ES, SEND), None, rule(ES, SEND), False),
        (rule(ES, {"do": "alert", "message": "x"}), None, rule(ES, {"do": "alert", "message": "x"}), False),
        (rule(ES, {"do": "adjust_weight", "by_g": 5}), None, rule(ES, {"do": "adjust_weight", "by_g": 5}), False),
        (rule(ES, SERVICE, once=True), None, rule(ES, SERVICE), False),
        (rule(ES, SERVICE), None, rule(ES, SERVICE, once=True), False),
        (rule(ES, SERVICE), None, rule(ES, SERVICE, STOP), False),
        (rule(ES, SERVICE), None, rule(ES), False),
        (rule(ES, SERVICE, on=["imported"]), None, rule(ES, SERVICE), False),
        (rule(ES, HOLD), None, rule(ES, HOLD), True),
        (rule(c(COUNTRY, "in", ["ES", "PT"]), HOLD), None, rule(ES, HOLD), False),  # each holds an order once
        (rule(c("carrier", "blank"), SERVICE), None, rule(c("carrier", "blank"), SERVICE), False),  # the first fills it
    ],
)
def test_only_what_changes_nothing_more_repeats(first: Any, between: Any, later: Any, expected: bool) -> None:
    rules = a_rule_set(*(one for one in (first, between, later) if one is not None))

    assert ("repeats" in dict(findings(rules))) == expected


def test_a_rule_that_may_still_have_its_turn_counts_among_those_that_undo() -> None:
    shadowed = rule(ES, {**SERVICE, "service": "x"})  # has its turn where the tags cannot be read
    rules = a_rule_set(rule("always", SERVICE), rule(ES, tag("x"), STOP), shadowed, rule(ES, SERVICE))

    assert findings(rules) == [("shadowed", "rules[2]"), ("shadowed", "rules[3]")]
    rules = a_rule_set(rule("always", SERVICE), rule(ES, tag("x"), STOP), shadowed, rule("always", SERVICE))
    assert findings(rules) == [("shadowed", "rules[2]")]


def test_a_field_that_is_readable_only_since_a_rule_between_wrote_it_may_have_kept_the_earlier_rule_from_applying() -> None:
    earlier = rule(ES, tag("by {service}"), STOP)
    later = rule(both(ES, c("service", "equals", "parcel")), tag("x"))

    def message(*rules: Any) -> str:
        [found] = [found for found in analyse(a_rule_set(*rules), NO_CONTEXT) if found.message.code == "shadowed"]
        return found.message.format()

    assert "cannot be read" not in message(earlier, later)
    assert "the order's service cannot be read" in message(earlier, rule(c("gift", "is_true"), SERVICE), later)
