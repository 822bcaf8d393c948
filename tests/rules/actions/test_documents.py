"""`set_packing_slip`, `set_email_template`, `notify_marketplace`, `return_label` and `carrier_option`."""

from __future__ import annotations

from typing import Any

import pytest
from support.actions import left
from support.rule_sets import a_rule_set, rule

from rules.checks import check_rule_set
from rules.context import NO_CONTEXT


@pytest.mark.parametrize(
    ("action", "written"),
    [
        ({"do": "set_packing_slip", "template": "gift-{store}"}, {"packing_slip": "gift-es"}),
        ({"do": "set_email_template", "kind": "shipment", "template": "a"}, {"email_templates": {"shipment": "a"}}),
        ({"do": "set_email_template", "kind": "delivery", "template": "b"}, {"email_templates": {"delivery": "b"}}),
        ({"do": "notify_marketplace", "enabled": False}, {"notify_marketplace": False}),
        ({"do": "return_label", "enabled": True}, {"return_label": True}),
        (
            {"do": "carrier_option", "option": "saturday_delivery", "value": True},
            {"carrier_options": {"saturday_delivery": True}},
        ),
        ({"do": "carrier_option", "option": "dry_ice", "value": 2500}, {"carrier_options": {"dry_ice": 2500}}),
        ({"do": "carrier_option", "option": "dry_ice", "value": False}, {"carrier_options": {"dry_ice": False}}),
    ],
)
def test_it_is_written_under_a_name_of_its_own(action: dict[str, Any], written: dict[str, Any]) -> None:
    assert left({"store": "es"}, action) == {"store": "es", **written}


def test_carrier_options_stand_beside_each_other() -> None:
    options = ("contains_alcohol", "dangerous_goods", "non_machinable", "shipper_release", "show_postage", "blank_box")
    actions = [{"do": "carrier_option", "option": option, "value": True} for option in options]

    assert left({"carrier_options": {"own": 1}}, *actions)["carrier_options"] == {"own": 1, **dict.fromkeys(options, True)}


@pytest.mark.parametrize(("template", "warned"), [("standard", False), ("None", False), ("thank-you", True), ("{store}", False)])
def test_an_e_mail_template_that_nobody_has_is_warned_of(template: str, warned: bool) -> None:
    call = {"do": "set_email_template", "kind": "shipment", "template": template}
    problems = check_rule_set(a_rule_set(rule("always", call)), NO_CONTEXT)

    assert [problem.severity for problem in problems] == (["warning"] if warned else [])


@pytest.mark.parametrize(
    ("template", "hint"),
    [("standard", None), ("Gift", None), ("prices", None), ("{store}", None), ("thank-you", ""), ("wholesale", "prices")],
)
def test_a_packing_slip_that_there_is_not_is_warned_of(template: str, hint: str | None) -> None:
    problems = check_rule_set(a_rule_set(rule("always", {"do": "set_packing_slip", "template": template})), NO_CONTEXT)

    if hint is None:
        assert problems == []
        return
    [problem] = problems
    assert (problem.severity, problem.path) == ("warning", "rules[0].then[0].template")
    said = f'"{template}" is not a value of `template`, which is standard, prices or gift'
    assert str(problem.message) == said + (f', did you mean "{hint}"?' if hint else "")
