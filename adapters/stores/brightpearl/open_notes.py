"""Lists the goods-out notes that are to be shipped from here, as far as the search alone can say; none of them is read."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from adapters.stores.brightpearl.client import BrightpearlClient, parse_instant
from adapters.stores.brightpearl.selection import judge_row
from engine.model.store import OpenOrders


def list_open_notes(client: BrightpearlClient, since: datetime, place: str) -> Iterator[OpenOrders]:
    """A page of the search at a time; `place` is when the last note that was listed was created, and the notes of that time.

    Notes are numbered as they are created, so that a later listing goes on by the time: those of that very time come again, and
    are left out. Raises StoreError.
    """
    moment, *listed = place.split() or [""]
    reached = max(since, parse_instant(moment) or since)
    for rows in client.goods_out_rows(reached):
        wanted = tuple(str(row.note_id) for row in rows if judge_row(row, since) is None)
        created = [row.created_on for row in rows if row.created_on is not None]
        before, reached = reached, max([reached, *created[-1:]])
        at_once = [str(row.note_id) for row in rows if row.created_on == reached]
        now_listed = [*(listed if reached == before else ()), *at_once]
        yield OpenOrders(tuple(one for one in wanted if one not in listed), " ".join([reached.isoformat(), *now_listed]))
        listed = now_listed
