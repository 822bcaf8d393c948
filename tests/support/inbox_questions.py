"""The questions of the inbox, each with the indexes without which it is not answered well at 100,000 orders."""

from __future__ import annotations

from datetime import UTC, datetime

from support.query_plans import Ask

from engine.model.inbox import InboxKind, InboxView

LATELY = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
FLAGGED = "what needs a person"  # the flagged orders by since when they are: no index knows

INBOX_QUESTIONS: dict[str, tuple[Ask, set[str]]] = {
    "how much needs a person": (
        lambda unit, _: unit.inbox.count("acc_1", "usr_1", LATELY, LATELY, 100),
        {
            *("ix_orders_account_id_status_id", "pk_order_flags", "ix_orders_held_since", "ix_jobs_dead", "ix_labels_unknown"),
            *("ix_fulfillment_requests_asked", "pk_inbox_marks"),
        },
    ),
    FLAGGED: (
        lambda unit, _: unit.inbox.list_entries("acc_1", InboxView(), LATELY, LATELY, limit=51),
        {"ix_orders_account_id_status_id", "pk_order_flags", "ix_orders_held_since", "ix_jobs_dead", "ix_labels_unknown"},
    ),
    "one thing that needs a person": (
        lambda unit, _: [unit.inbox.find("acc_1", kind, "ord_00050000", LATELY, LATELY) for kind in InboxKind],
        set(),
    ),
}
