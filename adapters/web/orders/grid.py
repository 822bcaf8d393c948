"""What the orders grid shows beside its lines: tabs with counts, filters, and what to do when there is nothing."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from adapters.web.formatting import number
from adapters.web.wording import FLAGS, STATUSES, in_words
from engine.decide.decision import NEEDS_ATTENTION, UNHANDLED
from engine.model.order import DELIVERY_PROBLEM, OUTDATED, OVERDUE, OrderState
from engine.model.store import StoreState
from engine.services.connections.list_connections import Provider
from engine.services.deciding.account_names import AccountNames
from storage.queries import GridRow, OrderCounts, OrdersPage, StoreOverview, StoresOverview

ALWAYS_SHOWN = ("awaiting_shipment", "on_hold", "pending_fulfillment", "shipped")
FLAG_FILTERS = (NEEDS_ATTENTION, OUTDATED, OVERDUE, DELIVERY_PROBLEM, "invalid_service", UNHANDLED)
COUNTED_TO = 5_000  # orders in a status; beyond that a page says so instead of counting on
ATTENTION_COUNTED_TO = 99
STORES_LISTED = 20  # an account with more looks for a store by its name
FAILING_SHOWN = 5
LONGEST_SEARCH = 100


def store_named(query: MultiDict[str, str]) -> str:
    """The name, or a part of it, of the store whose orders a person wants."""
    return query.get("store_name", "").strip()[:LONGEST_SEARCH]


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a person asked to see."""

    status: str | None
    flag: str | None
    search: str
    after: str | None
    store: str | None = None
    store_name: str = ""  # as it was entered, where that does not name one store alone

    @classmethod
    def from_query(cls, query: MultiDict[str, str], stores: Sequence[StoreOverview] = ()) -> OrderFilter:
        """`stores`: those that were looked for. Unknown codes, and any number of stores but one, ask for nothing."""
        status, flag, store = query.get("status"), query.get("flag"), stores[0].id if len(stores) == 1 else None
        return cls(
            status=status if status in STATUSES else None,
            flag=flag if flag in FLAGS else None,
            search=query.get("q", "").strip()[:LONGEST_SEARCH],
            after=query.get("after") or None,
            store=store,
            store_name="" if store else store_named(query),
        )

    @property
    def is_narrowed(self) -> bool:
        return bool(self.status or self.flag or self.search or self.store)

    def address(self, **changes: str | None) -> str:
        """The grid's address for this wish, with some of it changed."""
        wish: dict[str, Any] = {"status": self.status, "flag": self.flag, "q": self.search or None, "store": self.store}
        wish.update(changes)
        return url_for("orders.index", **wish)


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    address: str
    count: str | None
    current: bool
    urgent: bool = False


def build_tabs(counts: OrderCounts, wanted: OrderFilter | None) -> list[Tab]:
    """The tabs above the grid; without a wish the parked notes are open."""
    status = wanted.status if wanted else None
    attention = bool(wanted and wanted.flag == NEEDS_ATTENTION and not status)
    everything = sum(count for name, count in counts.by_status.items() if name != "skipped")
    tabs = [Tab(gettext("All"), url_for("orders.index"), _counted(everything), bool(wanted and not status and not attention))]
    for name in STATUSES:
        count = counts.by_status.get(name, 0)
        if count or name in ALWAYS_SHOWN or name == status:
            address = url_for("orders.index", status=name)
            tabs.append(Tab(in_words(STATUSES, name), address, _counted(count), name == status))
    tabs.append(_attention_tab(counts.attention, attention))
    urgent = counts.parked > 0
    tabs.append(Tab(gettext("Parked"), url_for("orders.parked"), _counted(counts.parked), wanted is None, urgent))
    return tabs


def _attention_tab(count: int, current: bool) -> Tab:
    address = url_for("orders.index", flag=NEEDS_ATTENTION)
    return Tab(gettext("Needs attention"), address, _counted(count, ATTENTION_COUNTED_TO), current, urgent=count > 0)


def _counted(count: int, limit: int = COUNTED_TO) -> str:
    return f"{number(limit)}+" if count > limit else number(count)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the grid, with names where the row has codes."""

    row: GridRow
    provider: str | None
    rules: tuple[tuple[str, str], ...]  # id and name
    store: str | None
    flags: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class GridOwner:
    """What of an account the grid depends on: its stores, its active providers, and whether it ships for others."""

    stores: StoresOverview
    providers: tuple[Provider, ...]
    ships_for_others: bool


@dataclass(frozen=True, slots=True)
class Grid:
    """The whole page of orders."""

    wanted: OrderFilter
    tabs: list[Tab]
    lines: list[Line]
    older: str | None
    owner: GridOwner
    flag_filters: tuple[str, ...]

    @property
    def stores(self) -> StoresOverview:
        return self.owner.stores

    @property
    def stores_with_news(self) -> tuple[StoreOverview, ...]:
        """Those whose last import is told: all where there are few, else the one whose orders are shown."""
        if self.stores.lists_all:
            return self.stores.listed
        return self.stores.found if self.wanted.store else ()

    @property
    def open_stores(self) -> list[StoreOverview]:
        """Those that can be imported from here: the ones that were looked for, or the first."""
        offered = self.stores.listed if self.stores.lists_all else self.stores.found or self.stores.listed
        return [store for store in offered if store.state is not StoreState.CLOSED]

    @property
    def store_name(self) -> str:
        """What the field for a store's name holds."""
        return self.stores.found[0].name if self.wanted.store else self.wanted.store_name

    @property
    def shows_stores(self) -> bool:
        """Whether it makes a difference which store an order is from."""
        return self.stores.total > 1 or self.owner.ships_for_others

    @property
    def can_recall(self) -> bool:
        """Whether orders may be with a provider."""
        return bool(self.owner.providers) or any(line.row.state is OrderState.PENDING_FULFILLMENT for line in self.lines)

    @property
    def labels_all(self) -> str | None:
        """Where labels are created for more orders than this page has; None where there are no more of those that wait."""
        wanted = self.wanted
        if wanted.status not in (None, "awaiting_shipment") or not (self.older or wanted.after):
            return None
        wish: dict[str, Any] = {"status": wanted.status, "flag": wanted.flag, "q": wanted.search or None, "store": wanted.store}
        return url_for("labels.confirm_all", **wish)

    def newest(self) -> str | None:
        return self.wanted.address() if self.wanted.after else None


def build_grid(page: OrdersPage, wanted: OrderFilter, counts: OrderCounts, names: AccountNames, owner: GridOwner) -> Grid:
    silent = () if names.rules else (UNHANDLED,)  # that no rule fired says nothing where there are none
    lines = [_line(row, names, page.stores, silent) for row in page.rows]
    filters = tuple(code for code in FLAG_FILTERS if code not in silent or code == wanted.flag)
    older = wanted.address(after=page.next_after) if page.next_after else None
    return Grid(wanted, build_tabs(counts, wanted), lines, older, owner, filters)


def _line(row: GridRow, names: AccountNames, stores: Mapping[str, str], silent: Collection[str]) -> Line:
    provider = names.provider(row.logistics_provider) if row.logistics_provider else None
    rules = tuple((rule_id, names.rule(rule_id)) for rule_id in row.matched)
    flags = tuple(code for code in row.flags if code not in silent)
    return Line(row, provider, rules, stores.get(row.store_id or ""), flags)


def failed_stores(stores: Iterable[StoreOverview]) -> list[tuple[StoreOverview, Any]]:
    """Stores that fail, each with the reason of its last import where that is what failed."""
    found = []
    for store in stores:
        has_failed = store.last_run is not None and store.last_run.outcome == "failed"
        found.append((store, store.last_run.error if store.last_run and has_failed else None))
    return found
