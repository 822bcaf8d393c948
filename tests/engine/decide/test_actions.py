"""What each action does to an order, and what it sends on its way."""

from __future__ import annotations

from typing import Any

import pytest
from support.rule_sets import a_rule_set, condition, decided, rule, tag

from engine.decide import Decision
from rules.document import TRIGGERS

HOLD = {"do": "hold"}
WRONG_TOTAL = condition("order_total", "at_least", 1)  # in error for an order whose total is "much"
MUCH = {"order_total": "much"}


def fulfil(provider: str = "acme", **more: Any) -> dict[str, Any]:
    return {"do": "set_logistics_provider", "provider": provider, "send": True, **more}


def codes(decision: Decision) -> list[tuple[str, str, str]]:
    return [(error.rule, error.path, error.message.code) for error in decision.errors]


def test_add_tag_adds_a_tag_once_however_it_is_written() -> None:
    rules = a_rule_set(rule("always", tag("Straße"), tag("STRASSE "), tag(" new "), tag("{custom_field_1}")))

    assert decided(rules, {"tags": ["strasse"]}).document["tags"] == ["strasse", "new"]
    assert decided(rules, {"tags": None}).document["tags"] == ["Straße", "new"]
    assert codes(decided(rules, {"tags": "x"}))[0][2] == "unreadable_field"


def test_set_service_writes_the_package_only_when_it_is_given() -> None:
    without = {"do": "set_service", "carrier": "dhl", "service": "{requested_service}"}

    order = {"package": "box", "requested_service": "express"}
    assert decided(a_rule_set(rule("always", without)), order).document == {**order, "carrier": "dhl", "service": "express"}
    assert decided(a_rule_set(rule("always", {**without, "package": "bag"})), order).document["package"] == "bag"
    assert "service" not in decided(a_rule_set(rule("always", without)), {"service": "old"}).document


@pytest.mark.parametrize(
    ("parameters", "zone", "until"),
    [
        ({}, "UTC", None),
        ({"days": 0}, "UTC", "2026-03-01T00:00:00+00:00"),
        ({"days": 1}, "UTC", "2026-03-02T00:00:00+00:00"),
        ({"days": 1}, "Europe/Madrid", "2026-03-02T00:00:00+01:00"),
        ({"days": 29}, "Europe/Madrid", "2026-03-30T00:00:00+02:00"),
        ({"days": 1}, "Pacific/Kiritimati", "2026-03-03T00:00:00+14:00"),
        ({"days": 1}, "Pacific/Pago_Pago", "2026-03-02T00:00:00-11:00"),
        ({"until": "2026-03-05"}, "Europe/Madrid", "2026-03-05T00:00:00+01:00"),
        ({"until": "2026-03-05T10:00"}, "Europe/Madrid", "2026-03-05T10:00:00+01:00"),
        ({"until": "2026-03-05T10:00Z"}, "Europe/Madrid", "2026-03-05T10:00:00+00:00"),
    ],
)
def test_hold(parameters: dict[str, Any], zone: str, until: str | None) -> None:
    rules = a_rule_set(rule("always", {**HOLD, **parameters}), rule(condition("status", "equals", "on_hold")))
    decision = decided(rules, {"hold_until": "2020-01-01"}, context={"account": {"time_zone": zone}})

    assert decision.matched == ("r0", "r1")
    assert decision.document == {"status": "on_hold"} | ({} if until is None else {"hold_until": until})
    assert decision.held_by == ("r0",)


def test_a_rules_hold_applies_once_for_each_order_except_on_reprocess() -> None:
    rules = a_rule_set(rule("always", HOLD, on=list(TRIGGERS)))

    for trigger, held in (("imported", True), ("reprocess", True), ("updated", False), ("released", False), ("schedule", False)):
        decision = decided(rules, {}, trigger=trigger, held_by=["r0"])
        assert decision.matched == ("r0",)
        assert ("status" in decision.document) is held, trigger
        assert "status" in decided(rules, {}, trigger=trigger, held_by=["other"]).document


def test_set_logistics_provider_writes_the_provider_and_sends_only_when_asked() -> None:
    silent = {"do": "set_logistics_provider", "provider": "acme"}

    assert decided(a_rule_set(rule("always", silent)), {}).effects == ()
    decision = decided(
        a_rule_set(rule("always", tag("x"), fulfil(service_preference="{requested_service}"))), {"requested_service": 5}
    )
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
    assert decided(a_rule_set(rule("always", fulfil("{custom_field_1}"))), {"logistics_provider": "x"}).effects == ()


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


# --- validate_service

SENTENCE_EN = "The shipping service is not valid because the client does not have a carrier account that supports it"
SENTENCE_ES = "El servicio de envío no es válido porque el cliente no tiene una cuenta de empresa de transporte que lo admita"
MERCHANT = {
    "account": {"slug": "casa-verde"},
    "carrier_accounts": [
        {"owner": "casa-verde", "carrier": "Correos", "services": ["Paq-Premium"]},
        {"owner": "casa-verde", "carrier": "dhl", "services": ["parcel-connect"]},
        {"owner": "other", "carrier": "seur", "services": ["24h"]},
        {"services": ["24h"]},
    ],
}


def validate(on_invalid: str = "hold") -> Any:
    return a_rule_set(rule("always", {"do": "validate_service", "on_invalid": on_invalid}), rule("always", tag("later")))


@pytest.mark.parametrize(
    ("order", "context", "valid"),
    [
        ({"carrier": "correos", "service": " paq-premium "}, MERCHANT, True),
        ({"carrier": "dhl", "service": "paq-premium"}, MERCHANT, False),
        ({"carrier": "seur", "service": "24h"}, MERCHANT, False),
        ({"carrier": "seur", "service": "24h", "client": "other"}, MERCHANT, True),
        ({"carrier": "correos", "service": "paq-premium", "client": "other"}, MERCHANT, False),
        (
            {"carrier": "correos", "service": "paq-premium", "client": "other"},
            {**MERCHANT, "provider_accounts_allowed": True},
            True,
        ),
        ({"service": "24h"}, MERCHANT, False),
        ({"carrier": "correos"}, MERCHANT, True),
        ({"carrier": "nobody", "service": "  "}, MERCHANT, True),
        ({"carrier": "nobody", "service": "nothing"}, {"account": {"slug": "casa-verde"}}, True),
        ({"carrier": "correos", "service": "paq-premium"}, {"carrier_accounts": []}, False),
        ({"carrier": "correos", "service": "paq-premium"}, {**MERCHANT, "account": {}}, False),
    ],
)
def test_validate_service(order: dict[str, Any], context: dict[str, Any], valid: bool) -> None:
    decision = decided(validate(), order, context=context)

    assert decision.matched == ("r0", "r1")
    assert decision.flags == (() if valid else ("invalid_service",))
    assert decision.document.get("status") == (None if valid else "on_hold")
    if not valid:
        assert codes(decision) == [("r0", "rules[0].then[0]", "service_not_available")]
        assert [decision.errors[0].message.format(language) for language in ("en", "es")] == [SENTENCE_EN, SENTENCE_ES]


def test_what_happens_to_an_invalid_service() -> None:
    order = {"carrier": "x", "service": "y", "package": "z"}

    alert = decided(validate("alert"), order, context=MERCHANT)
    assert [effect.to_json() for effect in alert.effects] == [
        {"do": "alert", "rule": "r0", "position": 0, "effect": "alert", "message": SENTENCE_EN}
    ]
    assert alert.document == {**order, "tags": ["later"]}
    assert decided(validate("clear"), order, context=MERCHANT).document == {"tags": ["later"]}
    stopped = decided(validate("stop"), order, context=MERCHANT)
    assert (stopped.matched, stopped.document) == (("r0",), order)
    held = decided(validate("hold"), order, context=MERCHANT)
    assert (held.document["status"], held.held_by) == ("on_hold", ("r0",))
    for decision in (alert, stopped, held):
        assert decision.flags == ("invalid_service",)
        assert decision.errors[0].message.code == "service_not_available"


def test_validate_service_on_a_wrong_value_fails_the_rule() -> None:
    assert codes(decided(validate(), {"service": True}, context=MERCHANT))[0][2] == "unreadable_field"
