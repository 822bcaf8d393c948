"""`validate_service`."""

from __future__ import annotations

from typing import Any

import pytest
from support.actions import codes
from support.rule_sets import a_rule_set, decided, rule, tag

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
    assert [effect.to_json("es")["message"] for effect in alert.effects] == [SENTENCE_ES]
    assert [effect.to_kept()["message"] for effect in alert.effects] == [{"en": SENTENCE_EN, "es": SENTENCE_ES}]
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
