"""Values that no order has: what is warned of, what is meant, and what is left alone."""

from __future__ import annotations

from typing import Any

import pytest
from support.rule_sets import a_rule_set, condition, rule, tag

from engine.model.order import INITIAL_STATUS, OrderState
from rules.checks import check_rule_set
from rules.context import NO_CONTEXT
from rules.document import RuleSet
from rules.fields.closed_values import COUNTRIES, CURRENCIES, ORDER_STATUSES, REFUSAL_REASONS
from rules.parser import parse_rule_set


def found(rules: RuleSet) -> list[tuple[str, str]]:
    """Path and sentence of each warning of a value."""
    return [
        (problem.path, str(problem.message))
        for problem in check_rule_set(rules, NO_CONTEXT)
        if problem.message.code == "unknown_value" and problem.severity == "warning"
    ]


def warned(*asked: Any, **more: Any) -> list[tuple[str, str]]:
    return found(a_rule_set(rule(condition(*asked, **more), tag("x"))))


@pytest.mark.parametrize(
    ("field", "value", "meant"),
    [
        ("ship_to.country", "UK", "GB"),
        ("ship_to.country", "Italy", "IT"),
        ("bill_to.country", "españa", "ES"),
        ("ship_to.country", "ESP", "ES"),
        ("ship_to.country", "EL", "GR"),
        ("ship_to.country", "724", "ES"),
        ("ship_to.country", "Côte d'Ivoire", "CI"),
        ("ship_to.country", "Cote d’Ivoire", "CI"),
        ("ship_to.country", "Ελλάδα", "GR"),
        ("ship_to.country", "U.S.A.", "US"),
        ("currency", "€", "EUR"),
        ("currency", "euros", "EUR"),
        ("currency", "$", "USD"),
        ("currency", "Libra esterlina", "GBP"),
        ("status", "Awaiting shipment", "awaiting_shipment"),
        ("status", "on-hold", "on_hold"),
        ("status", "canceled", "cancelled"),
        ("ship_to.verified", "yes", "verified"),
        ("bill_to.verified", "no", "error"),
        ("delegation.reason", "Out of stock", "out_of_stock"),
        ("delegation.reason", "sin existencias", "out_of_stock"),
        ("delegation.reason", "wrong address", "incorrect_address"),
    ],
)
@pytest.mark.parametrize("operator", ["equals", "in", "not_equals", "not_in", "starts_with", "matches"])
def test_a_value_that_no_order_has_is_named_with_the_one_meant(field: str, value: str, meant: str, operator: str) -> None:
    if operator == "matches" and "?" in value:
        return
    wanted = [value] if operator in ("in", "not_in") else value

    ((path, sentence),) = warned(field, operator, wanted)

    assert path == ("rules[0].when.value[0]" if isinstance(wanted, list) else "rules[0].when.value")
    assert sentence.startswith(f'"{value}" is not a value of `{field}`')
    assert sentence.endswith(f'did you mean "{meant}"?')


def test_what_nobody_can_guess_is_warned_of_without_a_guess() -> None:
    for field, value in (("ship_to.country", "XX"), ("currency", "QQQ"), ("status", "zzz"), ("ship_to.verified", "perhaps")):
        ((_, sentence),) = warned(field, "equals", value)
        assert "did you mean" not in sentence


@pytest.mark.parametrize(
    ("field", "operator", "value"),
    [
        ("ship_to.country", "equals", "es"),
        ("ship_to.country", "in", [" ES ", "pt", "XK"]),
        ("ship_to.country", "starts_with", "E"),
        ("ship_to.country", "matches", ["?S", "*"]),
        ("ship_to.country", "contains", ["zz", "s"][1]),
        ("currency", "equals", "eur"),
        ("currency", "in", ["DEM", "HRK", "XXX"]),
        ("status", "not_in", [status.value for status in OrderState if status is not OrderState.OPEN]),
        ("status", "ends_with", "fulfillment"),
        ("ship_to.verified", "not_equals", "Verified"),
        ("delegation.reason", "in", [*REFUSAL_REASONS]),
        ("delegation.reason", "starts_with", "in"),
        ("ship_to.state", "equals", "UK"),
        ("ship_to.city", "equals", "Spain"),
    ],
)
def test_what_an_order_may_have_is_left_alone(field: str, operator: str, value: Any) -> None:
    assert warned(field, operator, value) == []


def test_with_match_case_only_the_code_as_orders_write_it_fits() -> None:
    ((_, sentence),) = warned("ship_to.country", "equals", "es", match_case=True)

    assert 'did you mean "ES"?' in sentence
    assert warned("ship_to.country", "equals", "ES", match_case=True) == []


def test_each_value_is_named_in_its_line() -> None:
    text = """rules:
  - id: a
    when:
      field: ship_to.country
      is: in
      value:
        - ES
        - UK
        - Spain
    then:
      - do: bill_to
        party: third_party
        country: Portugal
"""
    rule_set, _ = parse_rule_set(text)
    assert rule_set is not None

    warnings = [
        (problem.line, problem.path)
        for problem in check_rule_set(rule_set, NO_CONTEXT)
        if problem.message.code == "unknown_value"
    ]
    assert warnings == [(8, "rules[0].when.value[1]"), (9, "rules[0].when.value[2]"), (13, "rules[0].then[0].country")]


def test_the_parameters_of_actions_are_looked_at_unless_orders_fill_them() -> None:
    def of(country: str) -> list[tuple[str, str]]:
        return found(a_rule_set(rule("always", {"do": "bill_to", "party": "third_party", "country": country})))

    assert [path for path, _ in of("Spain")] == ["rules[0].then[0].country"]
    assert of("es") == []
    assert of("{ship_to.country}") == []


def test_the_statuses_are_those_that_orders_have() -> None:
    assert set(ORDER_STATUSES) == {state.value for state in OrderState} - {"open"} | {INITIAL_STATUS, "on_hold"}


def test_the_codes_are_those_of_the_standards() -> None:
    from babel import Locale

    assert len(COUNTRIES.codes) == 249 + 1  # and Kosovo, which has a code of practice alone
    assert set(COUNTRIES.codes) <= set(Locale("en").territories)
    assert set(CURRENCIES.codes) <= set(Locale("en").currencies)
