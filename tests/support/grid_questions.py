"""The questions of the grid, each with the indexes without which it is not answered well at 100,000 orders."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from engine.model.order_filter import HeldBy, OrderFilter, OrderSort, Period, SortKey
from storage.orders.finding import SOME, WALKED
from storage.queries import Queries

Ask = Callable[[Any, Queries], object]

_LATELY = datetime(2026, 3, 2, 11, 30, tzinfo=UTC)
_SOME_DAYS = Period(_LATELY - timedelta(days=9), _LATELY - timedelta(days=2))  # thousands of orders
_WALKS: dict[str, tuple[OrderFilter, SortKey, str]] = {
    "a tag": (OrderFilter(tags=("vip",)), SortKey.IMPORTED, "pk_order_terms"),
    "a carrier": (OrderFilter(carrier="seur"), SortKey.IMPORTED, "pk_order_terms"),
    "by number": (OrderFilter(), SortKey.NUMBER, "ix_orders_account_id_number_key_id"),
    "by date": (OrderFilter(), SortKey.DATE, "ix_orders_account_id_date_key_id"),
    "by total": (OrderFilter(), SortKey.TOTAL, "ix_orders_account_id_total_key_id"),
    "by status": (OrderFilter(), SortKey.STATUS, "ix_orders_account_id_status_id"),
    "by due time": (OrderFilter(), SortKey.DUE, "ix_orders_account_id_due_key_id"),
    "ordered in some days, by date": (OrderFilter(ordered=_SOME_DAYS), SortKey.DATE, "ix_orders_account_id_date_key_id"),
    "imported in some days": (OrderFilter(imported=_SOME_DAYS), SortKey.IMPORTED, "ix_orders_account_id_imported_at_id"),
    "totals between, by total": (
        OrderFilter(total_from=Decimal(5), total_to=Decimal(90_000)),
        SortKey.TOTAL,
        "ix_orders_account_id_total_key_id",
    ),
}
_FOUND: dict[str, tuple[OrderFilter, SortKey, set[str]]] = {
    "a number": (OrderFilter(search="o00050000"), SortKey.IMPORTED, {"pk_order_terms"}),
    "a name that all have": (OrderFilter(search="ana"), SortKey.IMPORTED, {"pk_order_terms"}),
    "two words": (OrderFilter(search="ana o0005000"), SortKey.IMPORTED, {"pk_order_terms"}),
    "tags, any of them": (OrderFilter(tags=("vip", "gone"), any_tag=True), SortKey.IMPORTED, {"pk_order_terms"}),
    "a rule": (OrderFilter(rule="gone"), SortKey.TOTAL, {"pk_order_terms"}),
    "a country by number": (OrderFilter(country="es"), SortKey.NUMBER, {"pk_order_terms"}),
    "some of a total": (OrderFilter(total_to=Decimal(70)), SortKey.IMPORTED, {"ix_orders_account_id_total_key_id"}),
    "due soon": (OrderFilter(due=_SOME_DAYS), SortKey.IMPORTED, {"ix_orders_account_id_due_key_id"}),
    "held by a person": (OrderFilter(held_by=HeldBy.PERSON), SortKey.IMPORTED, {"ix_orders_held"}),
    "held by one person": (OrderFilter(holder="usr_1"), SortKey.IMPORTED, set()),
    "a channel of a store": (OrderFilter(channel="1", channel_store="sto_1"), SortKey.IMPORTED, {"pk_order_terms"}),
    "holds that end": (OrderFilter(held_until=_SOME_DAYS), SortKey.IMPORTED, {"ix_orders_held"}),
    "a store by total": (OrderFilter(store_id="sto_1"), SortKey.TOTAL, set()),
    "everything at once": (
        OrderFilter(
            status="shipped",
            flags=("unhandled",),
            tags=("vip",),
            carrier="gone",
            store_id="sto_1",
            search="o",
            ordered=_SOME_DAYS,
            total_from=Decimal(1),
        ),
        SortKey.TOTAL,
        {"pk_order_terms"},
    ),
    "some by their totals": (
        OrderFilter(total_from=Decimal(20_000), total_to=Decimal(23_000), store_id="sto_1"),
        SortKey.NUMBER,
        {"ix_orders_account_id_total_key_id"},
    ),
    "much at once, and all of it frequent": (
        OrderFilter(status="shipped", flags=("unhandled",), tags=("vip",), store_id="sto_1", search="o"),
        SortKey.NUMBER,
        {"pk_order_terms"},
    ),
}


def _page(wanted: OrderFilter, key: SortKey) -> Ask:
    return lambda _, queries: queries.orders_page("acc_1", wanted, OrderSort(key))


def _page_and_count(wanted: OrderFilter, key: SortKey) -> Ask:
    return lambda _, queries: (
        queries.orders_page("acc_1", wanted, OrderSort(key), count_up_to=5000),
        queries.matching_order_ids("acc_1", wanted),
    )


GRID_QUESTIONS: dict[str, tuple[Ask, set[str]]] = {
    **{f"the grid: {name}": (_page(wanted, key), {index}) for name, (wanted, key, index) in _WALKS.items()},
    **{f"the grid: {name}": (_page_and_count(wanted, key), indexes) for name, (wanted, key, indexes) in _FOUND.items()},
    "the newest of some orders": (  # found by another index, and not sorted
        lambda _, queries: queries.orders_page("acc_1", OrderFilter(total_from=Decimal(20_000), total_to=Decimal(23_000))),
        {"ix_orders_account_id_total_key_id"},
    ),
    "a later page of the grid by total": (
        lambda _, queries: queries.orders_page("acc_1", sort=OrderSort(SortKey.TOTAL), after="50000.0~ord_00050000"),
        {"ix_orders_account_id_total_key_id"},
    ),
    "what filters offer": (lambda _, queries: queries.filter_choices("acc_1"), {"pk_order_terms"}),
    "who holds the orders of a page": (
        lambda _, queries: queries.orders_page("acc_1", OrderFilter(held_by=HeldBy.ANYBODY), with_holds=True),
        {"ix_orders_held"},
    ),
    "requests that a provider looks for": (
        lambda _, queries: queries.find_requests("acc_2", "o0005", 9),
        set(),  # the newest of all are the provider's here
    ),
    "where an order is": (lambda _, queries: queries.whereabouts("acc_1", "o00050000", ["sto_1", "sto_2"]), set()),
}
GRID_PAGES = {
    *(f"the grid: {name}" for name in _WALKS if not name.startswith(("a ", "imported"))),
    "the newest of some orders",
    "a later page of the grid by total",
}
# PostgreSQL may sort what of a walk fits rather than go by the index: no more than the walk looks at.
MOST_SORTED = {
    "the grid: much at once, and all of it frequent": WALKED,
    "the grid: some by their totals": SOME,
    "the newest of some orders": SOME,
}
