"""`alert`, `send_email`, `call_webhook` and `send_to_queue`: what leaves the order."""

from __future__ import annotations

from typing import Any

import pytest
from support.actions import failure, sent
from support.rule_sets import tag

ALERT = {"do": "alert", "message": "Look at {order_number}"}
EMAIL = {"do": "send_email", "to": "{customer.email}", "subject": "{order_number}", "message": "To {ship_to.city}: {{hello}"}
WEBHOOK = {"do": "call_webhook", "endpoint": "erp-{store}"}
QUEUE = {"do": "send_to_queue", "queue": "{custom_field_1}"}
ORDER = {"order_number": "T-1", "customer": {"email": "ana@casa.example"}, "store": "es", "custom_field_1": "picking"}


@pytest.mark.parametrize(
    ("action", "effect"),
    [
        (ALERT, {"effect": "alert", "message": "Look at T-1"}),
        (EMAIL, {"effect": "email", "to": "ana@casa.example", "subject": "T-1", "message": "To : {hello}"}),
        (WEBHOOK, {"effect": "webhook", "endpoint": "erp-es"}),
        (QUEUE, {"effect": "queue", "queue": "picking"}),
    ],
    ids=lambda value: value.get("do", ""),
)
def test_an_effect_says_what_leaves_by_which_rule_and_action(action: dict[str, Any], effect: dict[str, Any]) -> None:
    assert sent(ORDER, tag("x"), action) == [{"do": action["do"], "rule": "r0", "position": 1, **effect}]


@pytest.mark.parametrize(
    ("action", "template"),
    [
        (EMAIL, "{customer.email}"),
        (QUEUE, "{custom_field_1}"),
        ({**WEBHOOK, "endpoint": "{store} "}, "{store} "),
        ({**ALERT, "message": "{order_number}"}, "{order_number}"),
    ],
    ids=lambda value: value["do"] if isinstance(value, dict) else "",
)
def test_what_would_go_to_nobody_or_say_nothing_fails_the_rule(action: dict[str, Any], template: str) -> None:
    assert failure({}, tag("x"), action) == f'"{template}" gives no text for this order: the fields it uses are blank'


def test_only_requests_wait_for_an_order_on_hold() -> None:
    order = {**ORDER, "status": "on_hold"}

    assert all("waiting" not in effect for effect in sent(order, ALERT, EMAIL, WEBHOOK, QUEUE))
