"""`dont_import`."""

from __future__ import annotations

from support.rule_sets import a_rule_set, decided, rule, tag

OUT = {"do": "dont_import"}


def test_the_order_is_skipped_and_the_run_ends_after_the_rules_last_action() -> None:
    decision = decided(a_rule_set(rule("always", tag("a")), rule("always", OUT, tag("b")), rule("always", tag("c"))), {})

    assert (decision.matched, decision.flags, decision.skipped_by) == (("r0", "r1"), ("skipped",), "r1")
    assert decision.document["tags"] == ["a", "b"]


def test_of_a_skipped_order_only_alerts_leave() -> None:
    others = (
        {"do": "send_email", "to": "a@b.example", "subject": "s", "message": "m"},
        {"do": "call_webhook", "endpoint": "erp"},
        {"do": "send_to_queue", "queue": "picking"},
        {"do": "set_logistics_provider", "provider": "acme", "send": True},
    )
    decision = decided(a_rule_set(rule("always", *others), rule("always", {"do": "alert", "message": "out"}, OUT)), {})

    assert [(effect.kind, effect.rule) for effect in decision.effects] == [("alert", "r1")]


def test_a_rule_that_fails_leaves_nothing_out() -> None:
    decision = decided(a_rule_set(rule("always", OUT, tag("a")), rule("always", tag("b"), id="later")), {"tags": 5})

    assert decision.skipped_by is None
    assert decision.errors[1].rule == "later"
