"""`set_logistics_provider`, `unset_logistics_provider` and `delegate_to_assigned`."""

from __future__ import annotations

from typing import Any

from support.actions import failure, left, sent, taken
from support.rule_sets import a_rule_set, condition, decided, rule, tag

ASSIGN = {"do": "set_logistics_provider", "provider": "acme"}
UNSET = {"do": "unset_logistics_provider"}
DELEGATE = {"do": "delegate_to_assigned"}


def fulfil(provider: str = "acme", **more: Any) -> dict[str, Any]:
    return {"do": "set_logistics_provider", "provider": provider, "send": True, **more}


def test_the_provider_is_written_and_asked_only_when_wanted() -> None:
    assert sent({}, ASSIGN) == []
    decision = taken({"requested_service": 5}, tag("x"), fulfil(service_preference="{requested_service}"))
    assert decision.document["logistics_provider"] == "acme"
    assert [effect.to_json() for effect in decision.effects] == [
        {
            "do": "set_logistics_provider",
            "rule": "r0",
            "position": 1,
            "effect": "fulfillment_request",
            "provider": "acme",
            "service_preference": "5",
        }
    ]


def test_a_preference_of_which_nothing_is_left_is_not_sent() -> None:
    [request] = sent({}, fulfil(service_preference=" {requested_service}"))

    assert "service_preference" not in request


def test_a_provider_of_which_nothing_is_left_is_removed_and_asked_nothing() -> None:
    for blank in ("{custom_field_1}", " {custom_field_1}"):
        decision = taken({"logistics_provider": "x"}, fulfil(blank))
        assert (decision.document, decision.effects) == ({}, ())


def test_unset_removes_the_provider_and_its_request_does_not_leave() -> None:
    rules = a_rule_set(rule("always", fulfil()), rule("always", UNSET), rule(condition("logistics_provider", "blank")))
    decision = decided(rules, {})

    assert (decision.matched, decision.document) == (("r0", "r1", "r2"), {})
    assert [effect.waiting for effect in decision.effects] == ["superseded"]
    assert left({"logistics_provider": "from-the-store"}, UNSET) == {}


def test_delegate_sends_the_request_to_the_provider_that_the_order_has() -> None:
    request = {"do": "delegate_to_assigned", "rule": "r0", "effect": "fulfillment_request", "provider": "acme"}

    assert sent({"logistics_provider": "acme"}, DELEGATE) == [{**request, "position": 0}]
    assert sent({"logistics_provider": "other"}, ASSIGN, DELEGATE) == [{**request, "position": 1}]
    mine = {"logistics_provider": "mine"}
    assert [one["provider"] for one in sent(mine, ASSIGN, DELEGATE, edited_fields=["logistics_provider"])] == ["mine"]


def test_without_a_provider_there_is_nobody_to_delegate_to() -> None:
    assert failure({}, tag("x"), DELEGATE) == "the order has no logistics provider to send the fulfillment request to"
    assert "is no text" in failure({"logistics_provider": True}, DELEGATE)
