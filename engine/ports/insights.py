"""Repository of what is counted over many requests, orders and labels."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Protocol

from engine.model.comparison import Comparison
from engine.model.insight_figures import OrdersOfSpan, OrderTimes, ServiceCost, Span
from engine.model.rule_health import RuleCount
from engine.model.transitions import Side


class Insights(Protocol):
    """What the database adds up. Each method reads what belongs to the period, however much else there is.

    `store_id` keeps to the orders of one store, or of one client; None is all of them.
    """

    def compare(self, account_id: str, side: Side, since: datetime, until: datetime, now: datetime) -> list[Comparison]:
        """Requests of a period by provider, where the account is the merchant, else by client; those with most first."""

    def count_orders(self, account_id: str, store_id: str | None, spans: Sequence[Span]) -> list[OrdersOfSpan]:
        """The orders that came in during each span, in the order of the spans."""

    def order_times(self, account_id: str, store_id: str | None, spans: Sequence[Span]) -> tuple[OrderTimes, list[OrderTimes]]:
        """How long the orders that came in took, in whole seconds: those of all spans together, and of each in their order.

        An order begins when it was placed, or when it came in, where the former is not known or later.
        """

    def label_costs(self, account_id: str, store_id: str | None, since: datetime, until: datetime) -> list[ServiceCost]:
        """Labels that the account ordered in a period and that count as bought, by carrier, service and currency."""

    def count_rules(self, account_id: str, first: date, last: date) -> list[RuleCount]:
        """Of rules that matched or failed on these days (UTC), those that matched most first. `last_match` is of these days."""
