"""Where something may be that is not an order of the grid: parked, left out by its store, or among orders that a filter hides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import CompoundSelect, func, literal, or_, select, union

from engine.model.order import OrderState
from engine.model.order_filter import OrderFilter, SortKey
from engine.model.sentence import Sentence
from storage.orders.finding import Search, plan_search
from storage.orders.grid import GridQueries
from storage.tables import OrderRow, ParkedNoteRow, SkippedNoteRow

NAMED = 5  # of each kind
COUNTED_TO = 100


@dataclass(frozen=True, slots=True)
class NotImported:
    """Something a store has that is not an order here, and why."""

    store_id: str
    order_number: str
    why: Sentence
    at: datetime
    is_parked: bool


@dataclass(frozen=True, slots=True)
class Whereabouts:
    """What is known of a text that no order of the grid has. Counts end at a limit."""

    hidden: int  # orders that have it, and that other filters leave out
    skipped: int  # those that a rule has left out
    not_imported: tuple[NotImported, ...]


@dataclass(frozen=True)
class MissingQueries(GridQueries):
    """The question where an order is, over one database."""

    def whereabouts(
        self, account_id: str, search: str, store_ids: Sequence[str], searched: Sequence[str] | None = None
    ) -> Whereabouts:
        """`store_ids`: the stores whose records are looked through for the number. `searched` is what a page knows of it."""
        with self.database.begin_reading() as connection:
            found = connection.execute(_not_imported(account_id, search.strip(), store_ids)).mappings().all()
            if searched is None:
                plan = plan_search(connection, account_id, OrderFilter(search=search), SortKey.IMPORTED)
                plan = replace(plan, with_skipped=True)
            else:
                plan = Search(account_id, None, searched, None, (), (), with_skipped=True)
            end = plan.end_of_walk(connection, None, descending=True)
            statuses = plan.query(OrderRow.status, after=None, until=end, descending=True).limit(COUNTED_TO)
            counts = Counter(connection.scalars(statuses))
        skipped = counts.pop(OrderState.SKIPPED.value, 0)
        return Whereabouts(counts.total(), skipped, tuple(NotImported(**row) for row in found))


def _not_imported(account_id: str, number: str, store_ids: Sequence[str]) -> CompoundSelect[Any]:
    parked, note = ParkedNoteRow, SkippedNoteRow
    is_it = or_(parked.order_number == number, parked.external_id == number, parked.external_order_id == number)
    of_parked = (parked.store_id, parked.order_number, parked.problem.label("why"), parked.parked_at.label("at"))
    of_note = (note.store_id, func.coalesce(note.order_number, note.external_id), note.message, note.last_seen)
    of_stores = (note.account_id == account_id, note.store_id.in_(store_ids))
    is_parked, is_skipped = literal(True).label("is_parked"), literal(False)
    return union(
        select(select(*of_parked, is_parked).where(parked.account_id == account_id, is_it).limit(NAMED).subquery()),
        *(
            select(select(*of_note, is_skipped).where(*of_stores, column == number).limit(NAMED).subquery())
            for column in (note.order_number, note.external_id)
        ),
    )
