"""Saved tests: what passes, what does not, and how differences are told."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from engine.decide.saved_tests import run_saved_tests
from rules.context import RuleContext
from rules.parser import parse_rule_set

GOLDEN = Path(__file__).parents[2] / "golden" / "rules"
RULES = """\
rules:
  - {id: 2024, when: {field: custom_field_1, is: equals, value: true}, then: [{do: add_tag, tag: 00501}]}
  - id: spain
    when: {field: ship_to.country, is: equals, value: ES}
    then: [{do: set_logistics_provider, provider: acme, send: true}, {do: add_tag, tag: a}, {do: add_tag, tag: b}]
  - {id: week, on: [schedule], when: {field: order_date, is: on_day, value: today}, then: [{do: hold, days: 1}]}
  - {id: total, when: {field: order_total, is: at_least, value: 5}, then: []}
  - id: service
    when: {field: service, is: not_blank}
    then: [{do: validate_service, on_invalid: hold}]
  - id: no-stock
    on: [rejected]
    when: {all: [{field: delegation.reason, is: equals, value: out_of_stock}, {field: delegation.round, is: at_most, value: 2}]}
    then: [{do: set_logistics_provider, provider: beta, send: true}]
  - {id: old, on: [exception], when: {field: tracking.days_since_label, is: at_least, value: 3}, then: [{do: add_tag, tag: old}]}
  - {id: late, on: [overdue], when: {field: delegation.hours_left, is: less_than, value: 0}, then: [{do: add_tag, tag: late}]}
  - {id: tagged, when: {field: tags, is: includes, value: [2025]}, then: []}
tests:
"""
REJECTED = "{provider: acme, reason: out_of_stock, round: 1, refused_by: [acme], hours_left: 4.5}"
MADRID = "{trigger: schedule, now: 2026-05-02T00:30, context: {account: {time_zone: Europe/Madrid}}, "


def run(test: str, context: RuleContext | None = None, now: datetime | None = None) -> list[str]:
    """The differences of one saved test."""
    rule_set, problems = parse_rule_set(f"{RULES}  - {test}\n")
    assert rule_set is not None, [problem.to_line("t") for problem in problems]
    (result,) = run_saved_tests(rule_set, context or RuleContext(), now)
    assert result.passed is (result.differences == ())
    return [difference.format("en") for difference in result.differences]


@pytest.mark.parametrize(
    "test",
    [
        "{order: {}, expect: {}}",
        "{order: {}, expect: {matched: [], flags: [unhandled]}}",
        "{order: {ship_to: {country: ES}}, expect: {matched: [spain], flags: [], order: {tags: [a, b]}}}",
        "{order: {ship_to: {country: ES}}, expect: {order: {ship_to: {country: ES}, line_count: 0, notes: null}}}",
        "{order: {ship_to: {country: ES}}, expect: {effects: [{do: set_logistics_provider, provider: acme}], errors: []}}",
        # Where a text is expected, a scalar counts as it is written.
        "{order: {custom_field_1: true}, expect: {matched: [2024], order: {custom_field_1: true, tags: [00501]}}}",
        "{order: {tags: [2025]}, expect: {matched: [tagged], order: {tags: [2025]}}}",
        "{order: {order_number: 00501}, expect: {order: {order_number: 00501}}}",
        # Numbers and times are compared as what they are.
        '{order: {order_total: "60.00"}, expect: {matched: [total], order: {order_total: 60}}}',
        '{order: {order_total: 60.00}, expect: {order: {order_total: "60"}}}',
        '{order: {order_date: "2026-03-01T10:00:00Z"}, expect: {order: {order_date: 2026-03-01T11:00:00+01:00}}}',
        "{order: {items: [{sku: 00501, quantity: 2.0}]}, expect: {order: {items: [{sku: 00501, quantity: 2}]}}}",
        # What has become of the order at providers is a part of it.
        f"{{trigger: rejected, order: {{delegation: {REJECTED}}}, expect: {{matched: [no-stock], order: {{tags: null}}}}}}",
        f"{{trigger: rejected, order: {{delegation: {REJECTED}}}, expect: {{effects: [{{provider: beta}}]}}}}",
        "{trigger: rejected, order: {delegation: {reason: out_of_stock, round: 3}}, expect: {matched: []}}",
        "{trigger: rejected, order: {}, expect: {matched: []}}",
        "{trigger: overdue, order: {delegation: {hours_left: -0.5}}, expect: {matched: [late], order: {tags: [late]}}}",
        "{trigger: overdue, order: {delegation: {provider: a, round: 0}}, expect: {matched: []}}",
        "{order: {ship_to: {country: ES}, delegation: {refused_by: [ACME]}}, expect: {errors: [{code: provider_refused}]}}",
        # And so is how its parcels come along.
        "{trigger: exception, order: {tracking: {state: exception, days_since_label: 3}}, expect: {matched: [old]}}",
        "{trigger: exception, order: {tracking: {state: exception}}, expect: {matched: [], order: {tags: null}}}",
        # The order of flags means nothing.
        "{order: {order_total: much}, expect: {flags: [needs_attention, unhandled]}}",
        # A test's own trigger, time and context.
        "{trigger: schedule, now: 2026-05-02T10:00, order: {order_date: 2026-05-02}, expect: {matched: [week]}}",
        MADRID + "order: {order_date: 2026-05-01T22:30:00Z}, expect: {matched: [week], order: {hold_until: 2026-05-03}}}",
        "{context: {carrier_accounts: []}, order: {carrier: x, service: y}, expect: {flags: [invalid_service]}}",
        # The order's history.
        "{order: {ship_to: {country: ES}, edited_fields: [tags]}, expect: {matched: [spain], order: {tags: null}}}",
    ],
)
def test_what_passes(test: str) -> None:
    assert run(test) == []


@pytest.mark.parametrize(
    ("test", "difference"),
    [
        ("{order: {}, expect: {matched: [spain]}}", 'matched: expected ["spain"], got []'),
        ("{order: {}, expect: {flags: []}}", 'flags: expected [], got ["unhandled"]'),
        ("{order: {ship_to: {country: ES}}, expect: {matched: []}}", 'matched: expected [], got ["spain"]'),
        ("{order: {ship_to: {country: ES}}, expect: {order: {tags: [b, a]}}}", 'order.tags: expected ["b", "a"], got ["a", "b"]'),
        ("{order: {ship_to: {country: ES}}, expect: {order: {tags: [a]}}}", 'order.tags: expected ["a"], got ["a", "b"]'),
        ("{order: {ship_to: {country: ES}}, expect: {order: {tags: [A, B]}}}", 'order.tags: expected ["A", "B"], got ["a", "b"]'),
        ("{order: {}, expect: {order: {ship_to: {country: ES}}}}", 'order.ship_to.country: expected "ES", got null'),
        (
            '{order: {ship_to: {postal_code: "00501"}}, expect: {order: {ship_to: {postal_code: 501}}}}',
            'order.ship_to.postal_code: expected 501, got "00501"',
        ),
        ("{order: {order_total: 60}, expect: {order: {order_total: 61}}}", "order.order_total: expected 61, got 60"),
        ("{order: {order_total: ²}, expect: {order: {order_total: 2}}}", 'order.order_total: expected 2, got "²"'),
        ("{order: {gift: true}, expect: {order: {gift: false}}}", "order.gift: expected false, got true"),
        ("{order: {ship_to: {country: ES}}, expect: {effects: []}}", "effects: expected [], got [{"),
        (
            "{order: {ship_to: {country: ES}}, expect: {effects: [{provider: other}]}}",
            'effects[0].provider: expected "other", got "acme"',
        ),
        ("{order: {items: [{sku: A}]}, expect: {order: {items: []}}}", "order.items: expected [], got [{"),
        (
            "{order: {order_date: 2026-03-01T10:00:00Z}, expect: {order: {order_date: 2026-03-01T10:00:00+01:00}}}",
            "order.order_date: expected",
        ),
    ],
)
def test_what_does_not_pass_says_what_came_out_instead(test: str, difference: str) -> None:
    (found,) = run(test)

    assert found.startswith(difference)


def test_the_context_and_the_time_that_are_given_stand_behind_a_tests_own() -> None:
    test = "{trigger: schedule, order: {order_date: 2026-05-02}, expect: {matched: [week]}}"

    assert run(test) != []
    assert run(test, now=datetime(2026, 5, 2, 12, tzinfo=UTC)) == []
    madrid = RuleContext.parse({"account": {"time_zone": "Europe/Madrid"}})
    assert run(test.replace("05-02", "05-01"), madrid, datetime(2026, 5, 1, 22, 30, tzinfo=UTC)) != []


SERVICE = "order: {carrier: x, service: y}, expect: {matched: [service]}"
NO_SERVICE = "order: {order_total: 9}, expect: {matched: [total]}"
KNOWN = "{carrier_accounts: [{owner: o, carrier: x, services: [y]}]}"


@pytest.mark.parametrize(
    ("test", "context", "untested"),
    [
        (f"{{{SERVICE}}}", RuleContext(), True),
        (f"{{context: {{account: {{slug: o}}}}, {SERVICE}}}", RuleContext(), True),
        (f"{{context: {KNOWN}, {SERVICE}}}", RuleContext(), False),
        (f"{{{SERVICE}}}", RuleContext.parse({"carrier_accounts": []}), False),
        (f"{{{NO_SERVICE}}}", RuleContext(), False),
    ],
)
def test_a_service_that_nothing_is_known_against_is_not_tested(test: str, context: RuleContext, untested: bool) -> None:
    rule_set, _ = parse_rule_set(f"{RULES}  - {test}\n")
    assert rule_set is not None
    (result,) = run_saved_tests(rule_set, context)

    sentences = [message.format("en") for message in result.untested]
    assert bool(sentences) is untested
    for sentence in sentences:
        assert sentence.startswith('`validate_service` of the rule "service" is not tested: no carrier accounts are known here')
        assert "give the test a `context` with `carrier_accounts`" in sentence


def test_the_default_time_never_changes() -> None:
    test = "{trigger: schedule, order: {order_date: 2026-01-15}, expect: {matched: [week]}}"

    assert run(test) == []


def test_json_keeps_numbers_and_booleans_what_they_are() -> None:
    document = """{"rules": [{"id": "a", "when": {"field": "tags", "is": "includes", "value": "5"}, "then": []}], "tests": [
      {"order": {"tags": [5]}, "expect": {"matched": [], "errors": [{"code": "not_a_set"}]}},
      {"order": {"custom_field_1": true}, "expect": {"order": {"custom_field_1": true}}}]}"""
    rule_set, problems = parse_rule_set(document)

    assert problems == []
    assert rule_set is not None
    assert [result.passed for result in run_saved_tests(rule_set)] == [True, True]
    assert rule_set.tests[1].order == {"custom_field_1": True}


@pytest.mark.parametrize("path", sorted(GOLDEN.glob("*.yaml")), ids=lambda path: path.stem)
def test_the_golden_rule_sets_pass(path: Path) -> None:
    rule_set, problems = parse_rule_set(path.read_bytes())

    assert problems == []
    assert rule_set is not None
    assert [list(map(str, result.differences)) for result in run_saved_tests(rule_set)] == [[]] * len(rule_set.tests)
