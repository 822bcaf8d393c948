"""Read models: what the screens show, each in one reading transaction. Nothing here decrypts or changes anything."""

from __future__ import annotations

from dataclasses import dataclass

from storage.fulfillment.finding import FoundRequest, RequestFinding
from storage.orders.detail import OrderDetail
from storage.orders.filter_choices import FilterChoices, FilterQueries
from storage.orders.grid import GridRow, Matches, MatchingIds, OrdersPage
from storage.orders.queries import DelegatedRow, OrderCounts, OrderQueries, RequestsShown
from storage.orders.shown_holds import HoldShown
from storage.rule_sets.queries import RuleQueries
from storage.stores.queries import ParkedRow, SkippedPage, StoreOverview, StoreQueries, StoresOverview, StoreStatus

__all__ = [
    "DelegatedRow",
    "FilterChoices",
    "FoundRequest",
    "GridRow",
    "HoldShown",
    "Matches",
    "MatchingIds",
    "OrderCounts",
    "OrderDetail",
    "OrdersPage",
    "ParkedRow",
    "Queries",
    "RequestsShown",
    "SkippedPage",
    "StoreOverview",
    "StoreStatus",
    "StoresOverview",
]


@dataclass(frozen=True)
class Queries(OrderQueries, FilterQueries, RequestFinding, RuleQueries, StoreQueries):
    """The questions of the screens, over one database."""
