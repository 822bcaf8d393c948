"""What is said of rules that nothing starts and of actions that nothing carries out."""

from __future__ import annotations

from typing import Any

import pytest
from support.rule_sets import a_rule_set, condition, rule, tag

from engine.model.rate_comparison import WISHES
from engine.services.labels.label_request import OPTION_PARTS
from rules.actions import Action, Nature, ParameterKind, all_actions
from rules.checks import check_rule_set
from rules.context import NO_CONTEXT, RuleContext
from rules.document import RuleSet
from rules.fields import ORDER_FIELDS


def found(rules: RuleSet, code: str) -> list[tuple[str, str, str]]:
    return [
        (problem.severity, problem.path, str(problem.message))
        for problem in check_rule_set(rules, NO_CONTEXT)
        if problem.message.code == code
    ]


def test_a_rule_that_only_the_clock_starts_never_runs_without_times() -> None:
    rules = a_rule_set(rule(condition("gift", "is_true"), tag("x"), on=["schedule"]))

    ((severity, path, sentence),) = found(rules, "never_runs")
    assert (severity, path) == ("warning", "rules[0].on")
    assert "`schedule` alone, and says neither `schedule` nor `look_again`: it never runs" in sentence


def test_of_one_that_runs_otherwise_too_it_is_said_that_the_clock_does_not_start_it() -> None:
    rules = a_rule_set(rule(condition("gift", "is_true"), tag("x"), on=["imported", "schedule"]))

    ((severity, path, sentence),) = found(rules, "no_times")
    assert (severity, path) == ("warning", "rules[0].on")
    assert "it runs on its other triggers only" in sentence
    assert found(rules, "never_runs") == []


@pytest.mark.parametrize("times", [{"schedule": {"every": "1h"}}, {"look_again": {"after": "1d", "until": "7d"}}])
@pytest.mark.parametrize("triggers", [["schedule"], ["imported", "schedule"]])
def test_one_that_says_when_it_runs_is_as_it_should_be(times: dict[str, Any], triggers: list[str]) -> None:
    assert check_rule_set(a_rule_set(rule(condition("gift", "is_true"), tag("x"), on=triggers, **times)), NO_CONTEXT) == []


def test_of_a_rule_that_waits_for_a_person_the_command_is_named() -> None:
    rules = a_rule_set(rule("always", tag("x"), on=["manual"]), rule("always", tag("y"), on=["imported", "manual"]))

    ((severity, path, sentence),) = found(rules, "runs_by_hand")
    assert (severity, path) == ("note", "rules[0].on")
    assert "`orders run-rule r0`" in sentence
    assert found(rules, "never_runs") == []


def test_a_rule_that_is_switched_off_asks_for_nothing() -> None:
    mail = {"do": "send_email", "to": "a@b.example", "subject": "s", "message": "m"}
    rules = a_rule_set(rule("always", mail, on=["schedule"], enabled=False))

    assert check_rule_set(rules, NO_CONTEXT) == []


@pytest.mark.parametrize(
    "call",
    [
        {"do": "call_webhook", "endpoint": "erp"},
        {"do": "send_to_queue", "queue": "q"},
    ],
    ids=lambda call: str(call["do"]),
)
def test_an_action_that_nothing_carries_out_is_noted_at_its_place(call: dict[str, Any]) -> None:
    rules = a_rule_set(rule("always", tag("x"), call))

    ((severity, path, sentence),) = found(rules, "not_carried_out")
    assert (severity, path) == ("note", "rules[0].then[1]")
    assert sentence == f"`{call['do']}` is kept with the order, and nothing carries it out yet"


@pytest.mark.parametrize("action", [action for action in all_actions() if action.is_carried_out], ids=lambda action: action.code)
def test_what_counts_as_carried_out_is_seen_on_the_order_or_leaves_it(action: Action) -> None:
    """Settings beside the fields of orders, and effects, are named here when something is made of them: those for the carrier
    and the packing slip go into each request for a label.
    """
    known = {field.name for field in ORDER_FIELDS} | {"notify_marketplace", "return_label", "email_templates.shipment", *WISHES}
    effects = {"alert", "set_logistics_provider", "delegate_to_assigned", "validate_service", "send_email"}
    params = {
        parameter.name: ()
        if parameter.kind is ParameterKind.TEXTS
        else next(iter(parameter.choices), parameter.default if parameter.low is None else parameter.low)
        for parameter in action.parameters
    }

    written = {name for name in action.writes(params) if name.partition(".")[0] not in OPTION_PARTS}
    assert written <= known
    assert action.nature(params) not in (Nature.SENDS, Nature.SETS_AND_SENDS) or action.code in effects


@pytest.mark.parametrize(
    ("accounts", "doubtful"),
    [
        (None, False),
        ([], True),
        ([{"owner": "a", "carrier": "dhl", "services": []}], True),
        ([{"owner": "a", "carrier": "dhl", "services": ["parcel"]}], False),
    ],
)
def test_validating_where_nothing_is_offered_can_only_fail(accounts: Any, doubtful: bool) -> None:
    rules = a_rule_set(rule("always", {"do": "validate_service", "on_invalid": "hold"}))
    context = RuleContext.parse({} if accounts is None else {"carrier_accounts": accounts})

    warned = [(p.severity, p.path) for p in check_rule_set(rules, context) if p.message.code == "can_only_fail"]
    assert warned == ([("warning", "rules[0].then[0]")] if doubtful else [])


NOTE = {"do": "set_internal_note", "text": "late", "append": True}
HEAVIER = {"do": "adjust_weight", "by_g": 50}
HOURLY = {"schedule": {"every": "1h"}}


@pytest.mark.parametrize("call", [NOTE, HEAVIER], ids=lambda call: str(call["do"]))
def test_an_action_that_adds_is_warned_of_where_the_clock_repeats_it(call: dict[str, Any]) -> None:
    rules = a_rule_set(rule(condition("gift", "is_true"), tag("x"), call, on=["imported", "schedule"], **HOURLY))

    ((severity, path, sentence),) = found(rules, "adds_again")
    assert (severity, path) == ("warning", "rules[0].then[1]")
    assert sentence.startswith(f"`{call['do']}` adds to what is there each time that the clock runs the rule: write `once: true`")


@pytest.mark.parametrize(
    "parts",
    [
        {"on": ["imported"]},
        {"on": ["schedule"], "once": True, **HOURLY},
        {"on": ["schedule"], "look_again": {"after": "1d", "until": "7d"}},
    ],
    ids=["not by the clock", "once", "until it has applied"],
)
def test_an_action_that_adds_once_is_not_warned_of(parts: dict[str, Any]) -> None:
    assert found(a_rule_set(rule(condition("gift", "is_true"), HEAVIER, **parts)), "adds_again") == []


def test_no_adding_is_warned_of_where_the_rule_asks_for_what_it_writes_itself() -> None:
    until_tagged = rule(condition("tags", "excludes", "late"), HEAVIER, tag("late"), on=["schedule"], **HOURLY)
    replaced = rule(condition("gift", "is_true"), {**NOTE, "append": False}, on=["schedule"], **HOURLY)

    assert found(a_rule_set(until_tagged, replaced), "adds_again") == []
