"""One look over an account's goods-out notes that reads only what is new or has changed.

The search of goods-out notes lists what is not shipped, page by page; it says nothing of a changed address. The search of
orders says which orders changed, the one of order notes on which something was written. What none of them names is taken as
unchanged, but for a random sample that is read again each time, so that nothing a search forgets to mention stays unseen for
ever.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import NamedTuple

from adapters.stores.brightpearl.client import BrightpearlClient, NoteRow, parse_instant
from adapters.stores.brightpearl.selection import judge_row
from engine.model.store import Ready, Record, ScanMemory, Skipped, Unchanged

CHUNK = 200  # notes read by one request
SAMPLE = 150  # known notes that are read again whatever the searches say; their ids fit one request
OVERLAP = timedelta(minutes=10)  # a search may lag behind, and two clocks differ

Read = Callable[[Sequence[int]], list[Record]]
Choose = Callable[[Sequence[int], int], Sequence[int]]


class _Known(NamedTuple):
    order_id: int
    source_version: str


class Scan:
    """One scan; `changes_until` is good once all records were taken."""

    def __init__(
        self,
        client: BrightpearlClient,
        read: Read,
        since: datetime,
        memory: ScanMemory | None,
        now: datetime,
        choose: Choose = random.sample,
    ) -> None:
        self._client = client
        self._read = read
        self._since = since
        self._memory = memory
        self._now = now
        self._choose = choose
        self._newest: datetime | None = None if memory is None else parse_instant(memory.changes_until)
        self._pending: dict[int, None] = {}  # notes to read; ordered, and each once
        self._known: dict[int, _Known] = {}
        self._orders_with_news: set[int] = set()

    @property
    def changes_until(self) -> str | None:
        """The newest change that was seen, but never later than the start: what came after that is for the next scan."""
        return None if self._newest is None else min(self._newest, self._now).isoformat()

    def records(self) -> Iterator[list[Record]]:
        """Batches of records; a page of the search that brings none gives an empty one, so that the caller may stop there."""
        for rows in self._client.goods_out_rows(self._since):
            yield self._sort(rows)
            while len(self._pending) >= CHUNK:
                yield self._read_some()
        if self._known:
            again = self._to_read_again()
            self._pending.update(dict.fromkeys(again))
            yield [Unchanged(str(note_id)) for note_id in self._known if note_id not in again]
        while self._pending:
            yield self._read_some()

    def _sort(self, rows: Iterable[NoteRow]) -> list[Record]:
        """Put a page's rows where they belong; what the search alone rules out comes back."""
        skipped: list[Record] = []
        wanted: list[NoteRow] = []
        for row in rows:
            if message := judge_row(row, self._since):
                number = str(row.order_id) if row.order_id else None
                skipped.append(Skipped(str(row.note_id), number, message, confirmed=False))
            else:
                wanted.append(row)
        source_versions = self._memory.source_versions([str(row.note_id) for row in wanted]) if self._memory and wanted else {}
        for row in wanted:
            source_version = source_versions.get(str(row.note_id))
            if source_version and row.order_id:
                self._known[row.note_id] = _Known(row.order_id, source_version)
                continue
            self._pending[row.note_id] = None
            if row.order_id:
                self._orders_with_news.add(row.order_id)
        return skipped

    def _read_some(self) -> list[Record]:
        chunk = list(self._pending)[:CHUNK]
        for note_id in chunk:
            del self._pending[note_id]
        records = self._read(chunk)
        for record in records:
            if isinstance(record, Ready | Skipped):
                self._note_change(parse_instant(record.source_version))
        return records

    def _note_change(self, instant: datetime | None) -> None:
        if instant is not None and (self._newest is None or instant > self._newest):
            self._newest = instant

    def _to_read_again(self) -> set[int]:
        """Known notes that may have changed: all of them when the store cannot say which orders have."""
        since = None if self._newest is None else self._newest - OVERLAP
        changed = None if since is None else self._client.orders_changed_since(since)
        if since is None or changed is None:
            return set(self._known)
        for instant in changed.values():
            self._note_change(instant)
        notes_matter = self._memory is not None and self._memory.notes_matter
        noted = self._client.orders_noted_since(since) if notes_matter else {}
        for instant in noted.values():
            self._note_change(instant)
        again = {
            note_id
            for note_id, known in self._known.items()
            if known.order_id in self._orders_with_news  # a split takes from one note what it gives to another
            or known.order_id in noted  # what is written on an order does not change it
            or (known.order_id in changed and changed[known.order_id] != parse_instant(known.source_version))
        }
        rest = [note_id for note_id in self._known if note_id not in again]
        return again | set(self._choose(rest, min(SAMPLE, len(rest))))
