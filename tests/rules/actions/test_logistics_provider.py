"""`set_logistics_provider`, `unset_logistics_provider` and `delegate_to_assigned`."""

from __future__ import annotations

from typing import Any

import pytest
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
    assert "is not text" in failure({"logistics_provider": True}, DELEGATE)


def refused_by(*providers: str, round: int = 1) -> dict[str, Any]:
    return {"delegation": {"provider": providers[-1], "round": round, "refused_by": list(providers)}}


@pytest.mark.parametrize("call", [ASSIGN, fulfil(), fulfil("{custom_field_1}")])
def test_a_provider_that_has_refused_the_order_is_not_chosen_again(call: dict[str, Any]) -> None:
    order = {"custom_field_1": " ACME", **refused_by("other", "acme")}

    said = failure(order, tag("x"), call)

    assert "acme" in said.lower()
    assert said.endswith("has refused this order already, and rules do not send it there again")
    (error,) = taken(order, call).errors
    assert error.to_json("es")["message"].endswith("ya ha rechazado este pedido, y las reglas no se lo vuelven a enviar")


def test_another_one_is() -> None:
    assert [one["provider"] for one in sent(refused_by("acme", round=2), fulfil("beta"))] == ["beta"]
    assert left(refused_by("acme"), fulfil("{custom_field_1}"))["delegation"]["refused_by"] == ["acme"]


def test_nor_is_the_order_delegated_to_one_that_it_still_has() -> None:
    assert "has refused this order already" in failure({"logistics_provider": "acme", **refused_by("acme")}, DELEGATE)


@pytest.mark.parametrize("call", [fulfil("beta"), DELEGATE])
def test_after_three_rounds_rules_send_nothing_and_a_person_has_to_look(call: dict[str, Any]) -> None:
    order = {"logistics_provider": "beta", **refused_by("acme", round=3)}

    decision = taken(order, tag("x"), call)

    assert (decision.matched, decision.effects, decision.flags) == (("r0",), (), ("needs_attention",))
    assert decision.document["tags"] == ["x"]
    (error,) = decision.errors
    assert (error.path, error.message.code) == ("rules[0].then[1]", "rounds_over")
    assert str(error.message).startswith("3 requests over this order have ended without shipping: rules send no more")
    assert error.to_json("es")["message"].startswith("3 solicitudes sobre este pedido han terminado sin envío")
    assert len(taken({**order, "delegation": {"round": 2}}, call).effects) == 1


def test_a_provider_may_still_be_chosen_after_that_without_asking_it() -> None:
    assert left(refused_by("acme", round=3), {**ASSIGN, "provider": "beta"})["logistics_provider"] == "beta"


@pytest.mark.parametrize("delegation", ["acme", {"refused_by": "acme"}, {"round": "often"}])
def test_a_delegation_that_cannot_be_read_keeps_requests_back(delegation: Any) -> None:
    assert "delegation." in failure({"delegation": delegation}, fulfil())
