"""The grid as a file for spreadsheets, read and written in batches."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext

from adapters.web.orders.columns import Column
from adapters.web.orders.filters import GridWish
from adapters.web.orders.grid import shown_hold
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.wording import STATUSES, flag_label, in_words
from engine.services.deciding.account_names import AccountNames
from engine.services.spreadsheets import harmless
from rules.values import in_zone
from storage.queries import GridRow, OrdersPage

MOST_IN_A_FILE = 50_000
_ROWS_AT_ONCE = 500

Cells = Callable[[GridRow, OrdersPage, AccountNames], Sequence[Any]]


def file_lines(account_id: str, wanted: GridWish, columns: Sequence[Column], names: AccountNames) -> Iterator[str]:
    """A header, then a line for each order, as many as a file has at most; a last line says where there are more."""
    zone, queries = ZoneInfo(this_person().time_zone), parts().queries
    yield "\ufeff" + _written([heading for column in columns for heading in _headings(column)])
    after: str | None = None
    written = 0
    while written < MOST_IN_A_FILE:
        limit = min(_ROWS_AT_ONCE, MOST_IN_A_FILE - written)
        page = queries.orders_page(account_id, wanted.filter, wanted.sort, after=after, limit=limit, with_holds=True)
        lines = (
            [_cell(value, zone) for column in columns for value in _CELLS[column.name](row, page, names)] for row in page.rows
        )
        yield "".join(map(_written, lines))
        written, after = written + len(page.rows), page.next_after
        if after is None:
            return
    yield _written([gettext("There are more orders: narrow the filters to get the rest.")])


def _headings(column: Column) -> list[str]:
    return [str(column.label), *(str(heading()) for heading in _MORE_HEADINGS.get(column.name, ()))]


_MORE_HEADINGS: Mapping[str, Sequence[Callable[[], str]]] = {
    "order": (lambda: gettext("Reference"),),
    "recipient": (lambda: gettext("Country"),),
    "total": (lambda: gettext("Currency"),),
    "status": (lambda: gettext("Flags"),),
    "carrier": (lambda: gettext("Service"),),
}


def _holds(row: GridRow, page: OrdersPage, names: AccountNames) -> str:
    shown = (shown_hold(hold, names) for hold in page.holds.get(row.id, ()))
    return "; ".join(f"{hold.who}: {hold.reason}" if hold.reason else hold.who for hold in shown)


_CELLS: Mapping[str, Cells] = {
    "order": lambda row, _page, _names: (row.order_number, row.reference),
    "store": lambda row, page, _names: (page.stores.get(row.store_id or ""),),
    "date": lambda row, _page, _names: (row.order_date,),
    "recipient": lambda row, _page, _names: (row.ship_to_name, row.ship_to_country),
    "total": lambda row, _page, _names: (row.order_total, row.currency),
    "status": lambda row, _page, _names: (in_words(STATUSES, row.status), ", ".join(str(flag_label(code)) for code in row.flags)),
    "due": lambda row, _page, _names: (row.due,),
    "holds": lambda row, page, names: (_holds(row, page, names),),
    "provider": lambda row, _page, names: (names.provider(row.logistics_provider) if row.logistics_provider else None,),
    "carrier": lambda row, _page, _names: (row.carrier, row.service),
    "tags": lambda row, _page, _names: (", ".join(row.tags),),
    "rules": lambda row, _page, names: (", ".join(map(names.rule, row.matched)),),
    "imported": lambda row, _page, _names: (row.imported_at,),
}


def _cell(value: Any, zone: ZoneInfo) -> str:
    if isinstance(value, datetime):  # as spreadsheets read it, in the time that the person reads
        return in_zone(value.replace(tzinfo=value.tzinfo or UTC), zone).replace(tzinfo=None).isoformat(" ", "minutes")
    return "" if value is None else str(value)


def _written(cells: Sequence[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow([harmless(cell) for cell in cells])
    return out.getvalue()
