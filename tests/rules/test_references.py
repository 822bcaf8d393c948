"""Actions that name what the account does not have."""

from __future__ import annotations

import json
from typing import Any

from support.rule_sets import a_rule_set, condition, rule, tag

from rules.checks import check_rule_set
from rules.context import RuleContext
from rules.parser import parse_rule_set
from rules.references import check_references

CONTEXT = RuleContext.parse(
    {
        "providers": ["acme-3pl"],
        "carrier_accounts": [
            {"owner": "casa-verde", "carrier": "correos", "services": ["paq-premium"]},
            {"owner": "casa-verde", "carrier": "dhl", "services": ["parcel-connect"]},
        ],
    }
)


def references(context: RuleContext, *actions: dict[str, Any]) -> list[tuple[str, str, int]]:
    lines = "".join(f"      - {json.dumps(action)}\n" for action in actions)
    rule_set, problems = parse_rule_set(f"rules:\n  - id: a\n    when: always\n    then:\n{lines}")
    assert rule_set is not None, problems
    return [(problem.message.code, problem.path, problem.line) for problem in check_references(rule_set, context)]


def service(carrier: str, name: str) -> dict[str, Any]:
    return {"do": "set_service", "carrier": carrier, "service": name}


def test_what_the_context_does_not_have_is_an_error_at_its_parameter() -> None:
    found = references(
        CONTEXT,
        {"do": "set_logistics_provider", "provider": "acme-4pl"},
        service("correos", "parcel-connect"),
        service("seur", "paq-premium"),
    )

    assert found == [
        ("unknown_provider", "rules[0].then[0].provider", 5),
        ("unknown_service", "rules[0].then[1].service", 6),
        ("unknown_carrier", "rules[0].then[2].carrier", 7),
    ]


def test_of_a_rule_that_is_switched_off_it_is_a_warning_and_the_rest_is_looked_at() -> None:
    context = RuleContext.parse({"providers": ["acme-3pl"], "users": ["ana@casa-verde.example"], "lists": {}})
    in_list = condition("carrier", "in", {"list": "slow"})
    off = rule(in_list, {"do": "set_logistics_provider", "provider": "acme-4pl"}, enabled=False, owner="eve@casa-verde.example")
    never = rule({"all": [condition("carrier", "equals", "seur"), condition("carrier", "equals", "dhl")]}, tag("a"))
    found = check_rule_set(a_rule_set(off, never), context)

    assert [(one.severity, one.message.code) for one in found if one.path.startswith("rules[0]")] == [
        ("warning", "unknown_user"), ("warning", "unknown_list"), ("warning", "unknown_provider"),
    ]  # fmt: skip
    assert [one.severity for one in found if one.path.startswith("rules[1]")] == ["warning"]  # it can never match
    on = check_rule_set(a_rule_set({**off, "enabled": True}, never), context)
    assert {(one.severity, one.path.partition(".")[0]) for one in on} == {("error", "rules[0]")}


def test_services_to_compare_users_and_locations_are_looked_up_too() -> None:
    context = RuleContext.parse(
        {
            "carrier_accounts": [{"owner": "casa-verde", "carrier": "correos", "services": ["paq-premium"]}],
            "users": ["ana@casa-verde.example"],
            "locations": [{"code": "madrid"}],
        }
    )
    found = references(
        context,
        {"do": "rate_shop", "among": ["PAQ-premium", "correos", "{service}", "24h"], "prefer": "cheapest"},
        {"do": "assign_user", "user": "eve"},
        {"do": "set_ship_from", "location": "porto"},
        {"do": "assign_user", "user": "Ana@casa-verde.example"},
        {"do": "set_ship_from", "location": "Madrid"},
    )

    assert found == [
        ("unknown_carrier_or_service", "rules[0].then[0].among[3]", 5),
        ("unknown_user", "rules[0].then[1].user", 6),
        ("unknown_location", "rules[0].then[2].location", 7),
    ]


def test_what_there_is_is_listed_as_the_context_writes_it() -> None:
    context = RuleContext.parse(
        {
            "providers": ["Fast 3PL", "ACME-3PL"],
            "carrier_accounts": [{"owner": "casa-verde", "carrier": "DHL", "services": ["Parcel Connect"]}],
            "users": ["Ana"],
            "locations": [{"code": "Valencia"}],
        }
    )
    actions = (
        {"do": "set_logistics_provider", "provider": "x"},
        {"do": "rate_shop", "among": ["x"], "prefer": "cheapest"},
        {"do": "assign_user", "user": "x"},
        {"do": "set_ship_from", "location": "x"},
    )
    problems = check_references(a_rule_set(rule("always", *actions)), context)

    listed = [problem.message.params["known"] for problem in problems]
    assert sorted(listed) == ["ACME-3PL, Fast 3PL", "Ana", "DHL, Parcel Connect", "Valencia"]


def test_what_the_context_has_is_found_whatever_its_case() -> None:
    assert references(CONTEXT, {"do": "set_logistics_provider", "provider": "ACME-3PL "}, service("Correos", "Paq-Premium")) == []


def test_a_missing_key_of_the_context_is_not_checked_and_an_empty_one_is_authoritative() -> None:
    actions = [{"do": "set_logistics_provider", "provider": "x"}, service("x", "y")]

    assert references(RuleContext(), *actions) == []
    nothing = RuleContext.parse({"providers": [], "carrier_accounts": []})
    assert [code for code, _, _ in references(nothing, *actions)] == ["unknown_provider", "unknown_carrier", "unknown_service"]


def test_texts_with_placeholders_are_known_only_when_an_order_comes() -> None:
    action = {"do": "set_logistics_provider", "provider": "{custom_field_1}"}

    assert references(CONTEXT, action, service("{carrier}", "paq-premium")) == []
    assert [code for code, _, _ in references(CONTEXT, service("{carrier}", "other"))] == ["unknown_service"]


def test_a_misspelt_name_is_told_the_nearest_one() -> None:
    rule_set = a_rule_set(
        rule("always", service("correos", "paq-premum"), {"do": "rate_shop", "among": ["dlh"], "prefer": "cheapest"})
    )
    said = [str(problem.message) for problem in check_references(rule_set, CONTEXT)]
    assert said[0] == (
        'no carrier account with "correos" offers the service "paq-premum", did you mean "paq-premium"?; offered: paq-premium'
    )
    assert ', did you mean "dhl"?; there are: ' in said[1]


def test_the_carriers_that_an_account_sells_for_can_be_compared() -> None:
    offers = {"carrier_accounts": [{"owner": "a", "carrier": "easypost", "services": ["USPS:Priority", "UPSDAP:Ground"]}]}
    shop = {"do": "rate_shop", "among": ["usps", "easypost", "UPSDAP:Ground", "FedEx"], "prefer": "fastest"}
    assert [path for _, path, _ in references(RuleContext.parse(offers), shop)] == ["rules[0].then[0].among[3]"]
