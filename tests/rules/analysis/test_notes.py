"""Notes about rules that write different values, each with an order that both match."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from support.rule_sets import a_rule_set, condition, decided, rule, tag

from rules.analysis import analyse
from rules.context import NO_CONTEXT
from rules.document import RuleSet
from rules.order_document import loads
from rules.problems import Problem

c = condition
EXAMPLES_TIME = datetime(2026, 1, 15, 12, tzinfo=UTC)
ES = c("ship_to.country", "equals", "ES")
POSTAL = "ship_to.postal_code"
GIFT = c("gift", "is_true")


def service(name: str) -> dict[str, Any]:
    return {"do": "set_service", "carrier": "dhl", "service": name}


def notes(rules: RuleSet) -> list[Problem]:
    return [found for found in analyse(rules, NO_CONTEXT) if found.severity == "note"]


def test_a_rule_without_actions_is_noted() -> None:
    [note] = analyse(a_rule_set(rule(ES)), NO_CONTEXT)

    assert (note.severity, note.message.code, note.path) == ("note", "does_nothing", "rules[0]")
    assert note.message.format("en") == (
        'the rule "r0" has no actions: it changes nothing, but orders that match it are not flagged "unhandled"'
    )
    assert note.message.format("es").startswith('la regla "r0" no tiene acciones')


def test_a_rule_without_actions_that_ends_the_run_or_never_runs_is_not_noted() -> None:
    never = {"all": [ES, c("ship_to.country", "equals", "PT")]}

    assert notes(a_rule_set(rule(GIFT, stop=True), rule(ES, enabled=False), rule(never), rule(ES, tag("x")))) == []


def test_a_note_names_field_values_winner_and_an_example() -> None:
    [note] = notes(a_rule_set(rule(ES, service("slow")), rule(GIFT, service("fast"))))

    assert (note.message.code, note.path) == ("conflict", "rules[1]")
    assert note.message.format("en") == (
        'the rules "r0" and "r1" write different values for orders that both match: service ("slow", then "fast"); '
        'the later one, "r1", wins. Example: {"ship_to":{"country":"ES"},"gift":true}'
    )
    assert 'gana la última, "r1". Ejemplo: {"ship_to"' in note.message.format("es")


def test_a_note_says_fields_and_times_in_words() -> None:
    hold = {"do": "hold", "until": "2026-01-17"}
    [note] = notes(a_rule_set(rule(ES, {"do": "hold"}), rule(GIFT, hold)))

    assert "fin de la espera (ningún valor, después 17 de enero de 2026 00:00); gana" in note.message.format("es")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (c("order_total", "greater_than", 10), c("order_total", "less_than", 20)),
        (c("order_total", "between", [0.2, 0.4]), c("order_total", "between", [0.3, 0.5])),
        (c("reference", "starts_with", "ACM"), c("reference", "ends_with", "-ES")),
        (c("reference", "contains", ["x", "y"]), c("reference", "not_contains", "x")),
        (c("tags", "includes", ["a", "b"]), c("tags", "excludes", "a")),
        (c("order_date", "within_last", "3d"), c("order_date", "on_day", "today")),
        (c("order_date", "before", "2026-01-02"), c("order_date", "after", "2025-12-30")),
        ({"any_item": c("sku", "equals", "A")}, {"any_item": c("quantity", "at_least", 3)}),
        ({"all_items": c("sku", "starts_with", "A")}, c("line_count", "at_least", 2)),
        (c("skus", "includes", "A"), c("total_quantity", "equals", 7)),
        ({"any": [ES, GIFT]}, c("ship_to.city", "blank")),
        (c("ship_to.residential", "is_false"), c("ship_to.company", "not_blank")),
    ],
)
def test_the_example_really_matches_both_rules(one: Any, other: Any) -> None:
    rules = a_rule_set(rule(one, service("slow")), rule(other, service("fast")))

    [note] = notes(rules)

    order = loads(note.message.params["order"])
    decision = decided(rules, order, now=EXAMPLES_TIME)
    assert decision.matched == ("r0", "r1")
    assert decision.document["service"] == "fast"


@pytest.mark.parametrize(
    ("first", "later"),
    [
        (rule("always", service("slow")), rule(ES, service("fast"))),  # a default and its exception
        (rule(ES, service("fast")), rule("always", service("slow"))),
        (rule(c("ship_to.country", "not_equals", "FR"), service("a")), rule(c("ship_to.country", "blank"), service("b"))),
        (
            rule(c(POSTAL, "between", ["35000", "38999"]), service("a")),
            rule(c(POSTAL, "between", ["35000", "35999"]), service("b")),
        ),
        (rule(c(POSTAL, "starts_with", "35"), service("a")), rule(c(POSTAL, "between", ["35000", "35999"]), service("b"))),
        (rule(ES, service("a")), rule(GIFT, service("a"))),
        (rule(ES, service("a")), rule(c("ship_to.country", "equals", "FR"), service("b"))),
        (rule(ES, service("a"), stop=True), rule(GIFT, service("b"))),
        (rule(ES, service("a"), on=["imported"]), rule(GIFT, service("b"), on=["released"])),
        (rule(ES, service("a"), on=["manual"]), rule(GIFT, service("b"), on=["manual"])),  # each runs alone
        (rule(ES, service("a"), enabled=False), rule(GIFT, service("b"))),
        (rule(ES, tag("a")), rule(GIFT, tag("b"))),  # both stay
        (rule(ES, service("a"), tag("x")), rule(c("tags", "excludes", "x"), service("b"))),  # the first rules the second out
    ],
)
def test_no_note_where_nothing_is_overwritten_unawares(first: Any, later: Any) -> None:
    assert notes(a_rule_set(first, later)) == []


def test_no_note_where_a_rule_before_keeps_the_two_apart() -> None:
    assert len(notes(a_rule_set(rule(ES, service("a")), rule(GIFT, service("b"))))) == 1
    assert notes(a_rule_set(rule(both(ES, GIFT), {"do": "stop"}), rule(ES, service("a")), rule(GIFT, service("b")))) == []


def both(*nodes: Any) -> dict[str, Any]:
    return {"all": list(nodes)}


def test_trigger_and_time_of_the_example_are_told_where_they_matter() -> None:
    late = c("order_date", "older_than", "2d")
    [note] = notes(a_rule_set(rule(late, service("a"), on=["schedule"]), rule(GIFT, service("b"), on=["updated", "schedule"])))

    assert "Example (trigger schedule) at 2026-01-15T12:00:00+00:00: {" in note.message.format("en")


def test_a_rule_gets_three_notes_at_most_about_its_nearest_rivals() -> None:
    fields = ["ship_to.city", "store", "source", "brand", "reference"]
    rules = [rule(c(field, "equals", "x"), service(field)) for field in fields]

    found = notes(a_rule_set(*rules, rule(GIFT, service("last"))))

    assert [note.message.params["first"] for note in found if note.path == "rules[5]"] == ["r4", "r3", "r2"]
