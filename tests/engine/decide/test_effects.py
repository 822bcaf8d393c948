"""Which effects leave an order once its run is over, and which wait."""

from __future__ import annotations

from typing import Any

from support.rule_sets import a_rule_set, condition, decided, rule

HOLD = {"do": "hold"}
WRONG_TOTAL = condition("order_total", "at_least", 1)  # in error for an order whose total is "much"
MUCH = {"order_total": "much"}


def fulfil(provider: str = "acme", **more: Any) -> dict[str, Any]:
    return {"do": "set_logistics_provider", "provider": provider, "send": True, **more}


def test_requests_wait_while_the_order_is_on_hold_or_needs_attention() -> None:
    def waiting(*rules: dict[str, Any], **order: Any) -> list[str | None]:
        return [effect.waiting for effect in decided(a_rule_set(*rules), order).effects]

    assert waiting(rule("always", fulfil())) == [None]
    assert waiting(rule("always", fulfil()), rule("always", HOLD)) == ["on_hold"]
    assert waiting(rule("always", fulfil()), status="On_Hold ") == ["on_hold"]
    assert waiting(rule("always", fulfil()), rule(WRONG_TOTAL), **MUCH) == ["needs_attention"]
    assert waiting(rule("always", HOLD, fulfil()), rule(WRONG_TOTAL), **MUCH) == ["on_hold"]


def test_an_order_is_sent_to_its_final_provider_only() -> None:
    rules = a_rule_set(rule("always", fulfil("acme")), rule("always", fulfil("other")), rule("always", fulfil("other")))

    assert [(effect.rule, effect.waiting) for effect in decided(rules, {}).effects] == [
        ("r0", "superseded"),
        ("r1", "superseded"),
        ("r2", None),
    ]
    person = decided(rules, {"logistics_provider": "mine"}, edited_fields=["logistics_provider"])
    assert {effect.waiting for effect in person.effects} == {"superseded"}
