"""Calls of `tenant_calls` that count what belongs to a period."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from support.examples import NOON
from support.tenants import Things

from engine.model.insight_figures import Span
from engine.model.transitions import Side

YEARS = Span(NOON - timedelta(days=900), NOON + timedelta(days=900))

INSIGHTS: dict[str, Callable[[Any, str, Things], object]] = {
    "Insights.compare": lambda uow, own, it: [
        uow.insights.compare(own, side, *YEARS, NOON) for side in (Side.MERCHANT, Side.PROVIDER)
    ],
    "Insights.count_orders": lambda uow, own, it: uow.insights.count_orders(own, it.store.id, [YEARS]),
    "Insights.order_times": lambda uow, own, it: uow.insights.order_times(own, it.store.id, [YEARS]),
    "Insights.label_costs": lambda uow, own, it: uow.insights.label_costs(own, it.store.id, *YEARS),
    "Insights.count_rules": lambda uow, own, it: uow.insights.count_rules(own, YEARS.since.date(), YEARS.until.date()),
}
