"""What the orders grid shows beside its lines: tabs with counts, filters, and what to do when there is nothing."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from flask import url_for
from flask_babel import gettext
from werkzeug.datastructures import MultiDict

from adapters.web.formatting import number
from adapters.web.wording import FLAGS, STATUSES, in_words
from engine.decide.decision import NEEDS_ATTENTION, UNHANDLED
from engine.model.order import OUTDATED, OrderState
from engine.model.store import StoreState
from engine.services.connections.list_connections import Provider
from engine.services.deciding.account_names import AccountNames
from engine.services.fulfillment.overdue_requests import OVERDUE
from storage.queries import GridRow, OrdersPage, StoreOverview

ALWAYS_SHOWN = ("awaiting_shipment", "on_hold", "pending_fulfillment", "shipped")
FLAG_FILTERS = (NEEDS_ATTENTION, OUTDATED, OVERDUE, "invalid_service", UNHANDLED)
ATTENTION_COUNTED_TO = 99
LONGEST_SEARCH = 100


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """Which orders a person asked to see."""

    status: str | None
    flag: str | None
    search: str
    after: str | None
    store: str | None = None

    @classmethod
    def from_query(cls, query: MultiDict[str, str], stores: Collection[str] = ()) -> OrderFilter:
        """Unknown codes, and stores that are not among the account's, ask for nothing."""
        status, flag, store = query.get("status"), query.get("flag"), query.get("store")
        return cls(
            status=status if status in STATUSES else None,
            flag=flag if flag in FLAGS else None,
            search=query.get("q", "").strip()[:LONGEST_SEARCH],
            after=query.get("after") or None,
            store=store if store in stores else None,
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


@dataclass(frozen=True, slots=True)
class Counts:
    """How many orders there are in each status, how many need attention, and how many notes are parked."""

    by_status: Mapping[str, int]
    attention: int
    parked: int


def build_tabs(counts: Counts, wanted: OrderFilter | None) -> list[Tab]:
    """The tabs above the grid; without a wish the parked notes are open."""
    status = wanted.status if wanted else None
    attention = bool(wanted and wanted.flag == NEEDS_ATTENTION and not status)
    everything = sum(count for name, count in counts.by_status.items() if name != "skipped")
    tabs = [Tab(gettext("All"), url_for("orders.index"), number(everything), bool(wanted and not status and not attention))]
    for name in STATUSES:
        count = counts.by_status.get(name, 0)
        if count or name in ALWAYS_SHOWN or name == status:
            address = url_for("orders.index", status=name)
            tabs.append(Tab(in_words(STATUSES, name), address, number(count), name == status))
    tabs.append(_attention_tab(counts.attention, attention))
    urgent = counts.parked > 0
    tabs.append(Tab(gettext("Parked"), url_for("orders.parked"), number(counts.parked), wanted is None, urgent))
    return tabs


def _attention_tab(count: int, current: bool) -> Tab:
    shown = f"{ATTENTION_COUNTED_TO}+" if count > ATTENTION_COUNTED_TO else number(count)
    address = url_for("orders.index", flag=NEEDS_ATTENTION)
    return Tab(gettext("Needs attention"), address, shown, current, urgent=count > 0)


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

    stores: tuple[StoreOverview, ...]
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
    def stores(self) -> tuple[StoreOverview, ...]:
        return self.owner.stores

    @property
    def open_stores(self) -> list[StoreOverview]:
        """Those that can be imported."""
        return [store for store in self.stores if store.state is not StoreState.CLOSED]

    @property
    def shows_stores(self) -> bool:
        """Whether it makes a difference which store an order is from."""
        return len(self.stores) > 1 or self.owner.ships_for_others

    @property
    def can_recall(self) -> bool:
        """Whether orders may be with a provider."""
        return bool(self.owner.providers) or any(line.row.state is OrderState.PENDING_FULFILLMENT for line in self.lines)

    @property
    def shows_status(self) -> bool:
        return self.wanted.status is None

    def newest(self) -> str | None:
        return self.wanted.address() if self.wanted.after else None


def build_grid(page: OrdersPage, wanted: OrderFilter, counts: Counts, names: AccountNames, owner: GridOwner) -> Grid:
    stores = {store.id: store.name for store in owner.stores}
    silent = () if names.rules else (UNHANDLED,)  # that no rule fired says nothing where there are none
    lines = [_line(row, names, stores, silent) for row in page.rows]
    filters = tuple(code for code in FLAG_FILTERS if code not in silent or code == wanted.flag)
    older = wanted.address(after=page.next_after) if page.next_after else None
    return Grid(wanted, build_tabs(counts, wanted), lines, older, owner, filters)


def _line(row: GridRow, names: AccountNames, stores: Mapping[str, str], silent: Collection[str]) -> Line:
    provider = names.provider(row.logistics_provider) if row.logistics_provider else None
    rules = tuple((rule_id, names.rule(rule_id)) for rule_id in row.matched)
    flags = tuple(code for code in row.flags if code not in silent)
    return Line(row, provider, rules, stores.get(row.store_id or ""), flags)


def failed_stores(stores: tuple[StoreOverview, ...]) -> list[tuple[StoreOverview, Any]]:
    """Open stores that refuse the log-in or whose last import did not get to its end, with the reason of that import."""
    found = []
    for store in stores:
        has_failed = store.last_run is not None and store.last_run.outcome == "failed"
        if store.state is StoreState.REFUSED or (has_failed and store.state is not StoreState.CLOSED):
            found.append((store, store.last_run.error if store.last_run and has_failed else None))
    return found
