"""The questions of comparisons, each with the indexes without which it is not answered well at 100,000 orders."""

from __future__ import annotations

from datetime import UTC, datetime

from support.query_plans import Ask

from engine.model.reconciliation import DifferenceKind

LATELY = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
KINDS = tuple(DifferenceKind)

RECONCILIATION_QUESTIONS: dict[str, tuple[Ask, set[str]]] = {
    "what differs at a store": (
        lambda unit, _: unit.reconciliations.page("acc_1", "sto_1", None, limit=51),
        {"uq_orders_store_id_external_id", "pk_orders"},
    ),
    "how much differs at all stores": (
        lambda unit, _: unit.reconciliations.count("acc_1"),
        {"uq_orders_store_id_external_id", "pk_orders"},
    ),
    "what is open here of a store": (
        lambda unit, _: unit.reconciliations.open_orders("acc_1", "sto_1", "n5", 200),
        {"ix_orders_changeable"},
    ),
    "what of a store is with providers": (
        lambda unit, _: unit.reconciliations.with_providers("acc_1", "sto_1", "", 50),
        {"ix_fulfillment_requests_open_of_account", "pk_orders"},
    ),
    "what of a store is on its way to nobody": (
        lambda unit, _: unit.reconciliations.not_asked("acc_1", "sto_1", 100),
        {"ix_orders_changeable", "ix_fulfillment_requests_order_id"},
    ),
    "of what a store has not heard": (
        lambda unit, _: unit.reconciliations.untold("acc_1", "sto_1", LATELY, 100),
        {"ix_jobs_untold", "pk_orders"},
    ),
}
