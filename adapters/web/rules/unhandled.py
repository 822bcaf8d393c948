"""Open orders that no rule has handled, and what they have in common."""

from __future__ import annotations

from collections.abc import Iterator

from flask import render_template, request
from flask.typing import ResponseReturnValue
from flask_login import login_required

from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.rules.blueprint import pages
from adapters.web.rules.spreadsheet import csv_file
from engine.services.deciding.unhandled_orders import find_in_common
from storage.queries import GridRow

ORDERS_A_PAGE = 50
MOST_IN_A_FILE = 10_000


@pages.get("/unhandled")
@login_required
def unhandled() -> ResponseReturnValue:
    """The orders, newest first."""
    account_id = this_person().account.id
    after = request.args.get("after") or None
    page = parts().queries.unhandled_page(account_id, after=after, limit=ORDERS_A_PAGE)
    in_common = find_in_common(parts().app, account_id) if page.rows and after is None else None
    return render_template("rules/unhandled.html", page=page, after=after, in_common=in_common)


@pages.get("/unhandled.csv")
@login_required
def download_unhandled() -> ResponseReturnValue:
    """The same for a spreadsheet, the newest of them where there are very many."""
    header = ("order_number", "order_date", "status", "store", "country", "order_total", "currency")
    return csv_file("unhandled", header, (_cells(row, store) for row, store in _newest(this_person().account.id)))


def _newest(account_id: str) -> Iterator[tuple[GridRow, str]]:
    page = parts().queries.unhandled_page(account_id, limit=MOST_IN_A_FILE)
    for row in page.rows:
        yield row, page.stores.get(row.store_id or "", "")


def _cells(row: GridRow, store: str) -> tuple[object, ...]:
    date = None if row.order_date is None else row.order_date.isoformat()
    return row.order_number, date, row.status, store, row.ship_to_country, row.order_total, row.currency
