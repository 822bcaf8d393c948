"""Read models of rules: open orders that none of them has handled."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select

from storage.database import Database
from storage.orders.queries import GRID_COLUMNS, OrdersPage, store_names, to_grid_row
from storage.rule_sets.unhandled import is_unhandled
from storage.tables import OrderRow, StoreRow

LOOKED_AT = 1_000  # orders in which frequent values are counted
MOST_VALUES = 5


@dataclass(frozen=True, slots=True)
class FrequentValues:
    """What many of the newest unhandled orders have in common: values with how many orders have each, most frequent first."""

    orders: int  # that were looked at
    values: Mapping[str, tuple[tuple[str, int], ...]]  # by the name of a rule's field


@dataclass(frozen=True)
class RuleQueries:
    """The questions of the screens about rules, over one database."""

    database: Database

    def unhandled_page(self, account_id: str, *, after: str | None = None, limit: int = 50) -> OrdersPage:
        """Open orders that no rule has handled, newest first; `after` is a page's `next_after`."""
        query = select(*GRID_COLUMNS).where(*is_unhandled(account_id)).order_by(OrderRow.id.desc()).limit(limit + 1)
        if after:
            query = query.where(OrderRow.id < after)
        with self.database.begin_reading() as connection:
            rows = tuple(to_grid_row(row) for row in connection.execute(query).mappings())
            stores = store_names(connection, account_id, {row.store_id for row in rows if row.store_id})
        return OrdersPage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None, stores)

    def unhandled_values(self, account_id: str) -> FrequentValues:
        """What the newest of them have in common, for rules that are still to be written."""
        order = OrderRow
        newest = (
            select(order.ship_to_country, order.channel, order.store_id)
            .where(*is_unhandled(account_id))
            .order_by(order.id.desc())
            .limit(LOOKED_AT)
        )
        with self.database.begin_reading() as connection:
            rows = connection.execute(newest).all()
            names = select(StoreRow.id, StoreRow.name).where(StoreRow.account_id == account_id)
            stores = {row.id: row.name for row in connection.execute(names)} if rows else {}
        found = {
            "ship_to.country": [row.ship_to_country for row in rows],
            "channel": [row.channel for row in rows],
            "store": [stores.get(row.store_id) for row in rows],
        }
        counted = {name: Counter(filter(None, values)).most_common(MOST_VALUES) for name, values in found.items()}
        return FrequentValues(len(rows), {name: tuple(values) for name, values in counted.items() if values})
