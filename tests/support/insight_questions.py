"""The questions of *Insights*, each with the indexes without which it is not answered well at 100,000 orders."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from support.query_plans import Ask

from engine.model.insight_figures import Span
from engine.model.transitions import Side

LATELY = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
DAYS = [Span(LATELY - timedelta(days=number), LATELY - timedelta(days=number - 1)) for number in range(30, 0, -1)]

INSIGHT_QUESTIONS: dict[str, tuple[Ask, set[str]]] = {
    "what a merchant asked of its providers in two weeks": (
        lambda unit, _: unit.insights.compare("acc_1", Side.MERCHANT, LATELY - timedelta(days=14), LATELY, LATELY),
        {"ix_fulfillment_requests_account_id_created_at", "ix_request_messages_request_id", "ix_shipments_order_id"},
    ),
    "what a provider's clients asked in two weeks": (
        lambda unit, _: unit.insights.compare("acc_2", Side.PROVIDER, LATELY - timedelta(days=14), LATELY, LATELY),
        {"ix_fulfillment_requests_provider_id_created_at", "ix_request_messages_request_id", "ix_shipments_order_id"},
    ),
    "orders of thirty days": (lambda unit, _: unit.insights.count_orders("acc_1", None, DAYS), {"ix_orders_came_in"}),
    "orders of thirty days of a store": (
        lambda unit, _: unit.insights.count_orders("acc_1", "sto_1", DAYS),
        {"ix_orders_came_in"},
    ),
    "how long orders of thirty days took": (
        lambda unit, _: unit.insights.order_times("acc_1", None, DAYS),
        {"ix_orders_came_in", "ix_decisions_order_id_id", "ix_fulfillment_requests_order_id", "ix_shipments_order_id"},
    ),
    "what labels of two weeks cost": (
        lambda unit, _: unit.insights.label_costs("acc_1", None, LATELY - timedelta(days=14), LATELY),
        {"ix_labels_account_id_created_at"},
    ),
    "what labels of an hour cost a store": (
        lambda unit, _: unit.insights.label_costs("acc_1", "sto_1", LATELY - timedelta(hours=1), LATELY),
        {"ix_labels_account_id_created_at"},
    ),
    "rules of thirty days": (
        lambda unit, _: unit.insights.count_rules("acc_1", LATELY.date() - timedelta(days=30), LATELY.date()),
        {"pk_rule_days"},
    ),
}
