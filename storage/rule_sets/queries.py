"""Read models of rules: open orders that none of them has handled."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select

from storage.database import Database
from storage.orders.grid import GRID_COLUMNS, OrdersPage, store_names, to_grid_row
from storage.rule_sets.unhandled import is_unhandled
from storage.tables import OrderRow


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
            rows = tuple(to_grid_row(row) for row in connection.execute(query))
            stores = store_names(connection, account_id, {row.store_id for row in rows if row.store_id})
        return OrdersPage(rows[:limit], rows[limit - 1].id if len(rows) > limit else None, stores)
