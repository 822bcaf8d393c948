"""Where something may be that is no order of the grid: parked, left out by its store, or among orders that a filter hides."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select

from engine.model.order import OrderState
from engine.model.order_filter import OrderFilter
from engine.model.sentence import Sentence
from storage.orders.grid import GridQueries
from storage.tables import ParkedNoteRow, SkippedNoteRow

NAMED = 5  # of each kind
COUNTED_TO = 100


@dataclass(frozen=True, slots=True)
class NotImported:
    """Something a store has that is no order here, and why."""

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

    def whereabouts(self, account_id: str, search: str, store_ids: Sequence[str]) -> Whereabouts:
        """`store_ids`: the stores whose records are looked through for the number."""
        number, parked, note = search.strip(), ParkedNoteRow, SkippedNoteRow
        is_it = or_(parked.order_number == number, parked.external_id == number, parked.external_order_id == number)
        by_number = select(note).where(note.account_id == account_id, note.store_id.in_(store_ids), note.order_number == number)
        by_id = select(note).where(note.account_id == account_id, note.store_id.in_(store_ids), note.external_id == number)
        with self.database.begin_reading() as connection:
            found = [
                NotImported(row.store_id, row.order_number, row.problem, row.parked_at, is_parked=True)
                for row in connection.execute(select(parked).where(parked.account_id == account_id, is_it).limit(NAMED))
            ]
            for query in (by_number, by_id):
                found += [
                    NotImported(row.store_id, row.order_number or row.external_id, row.message, row.last_seen, is_parked=False)
                    for row in connection.execute(query.limit(NAMED))
                ]
        return Whereabouts(
            hidden=self.count_matching(account_id, OrderFilter(search=search), up_to=COUNTED_TO).count,
            skipped=self.count_matching(
                account_id, OrderFilter(status=OrderState.SKIPPED.value, search=search), up_to=COUNTED_TO
            ).count,
            not_imported=tuple(dict.fromkeys(found)),
        )
