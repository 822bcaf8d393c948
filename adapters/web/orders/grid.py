"""What the orders grid shows: tabs with counts, chips, columns, lines, and where its pages lead."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask_babel import gettext

from adapters.web.addresses import page_address, with_query
from adapters.web.formatting import number
from adapters.web.orders.columns import Column
from adapters.web.orders.filters import Chip, GridWish
from adapters.web.wording import STATUSES, in_words
from engine.decide.decision import NEEDS_ATTENTION, UNHANDLED
from engine.model.hold import HoldOwner
from engine.model.order import DELIVERY_PROBLEM, OUTDATED, OVERDUE, OrderState
from engine.model.order_filter import SortKey
from engine.model.store import StoreState
from engine.services.accounts.people import OPERATOR
from engine.services.connections.list_connections import Provider
from engine.services.deciding.account_names import AccountNames
from storage.queries import GridRow, HoldShown, Matches, OrderCounts, OrdersPage, StoreOverview, StoresOverview

ALWAYS_SHOWN = ("awaiting_shipment", "on_hold", "pending_fulfillment", "shipped")
FLAG_FILTERS = (NEEDS_ATTENTION, OUTDATED, OVERDUE, DELIVERY_PROBLEM, "invalid_service", UNHANDLED)
COUNTED_TO = 5_000  # orders in a status; beyond that a page says so instead of counting on
ATTENTION_COUNTED_TO = 99
STORES_LISTED = 20  # an account with more looks for a store by its name
FAILING_SHOWN = 5


@dataclass(frozen=True, slots=True)
class Tab:
    label: str
    address: str
    count: str | None
    current: bool
    urgent: bool = False


def build_tabs(counts: OrderCounts, wanted: GridWish | None) -> tuple[Tab, ...]:
    """The tabs above the grid; without a wish the parked notes are open."""
    status = wanted.filter.status if wanted else None
    attention = bool(wanted and wanted.only_flag == NEEDS_ATTENTION and not status)
    everything = sum(count for name, count in counts.by_status.items() if name != "skipped")
    tabs = [
        Tab(gettext("All"), page_address("orders.index"), _counted(everything), bool(wanted and not status and not attention))
    ]
    for name in STATUSES:
        count = counts.by_status.get(name, 0)
        if count or name in ALWAYS_SHOWN or name == status:
            address = with_query("orders.index", [("status", name)])
            tabs.append(Tab(in_words(STATUSES, name), address, _counted(count), name == status))
    tabs.append(_attention_tab(counts.attention, attention))
    urgent = counts.parked > 0
    tabs.append(Tab(gettext("Parked"), page_address("orders.parked"), _counted(counts.parked), wanted is None, urgent))
    return tuple(tabs)


def _attention_tab(count: int, current: bool) -> Tab:
    address = with_query("orders.index", [("flag", NEEDS_ATTENTION)])
    return Tab(gettext("Needs attention"), address, _counted(count, ATTENTION_COUNTED_TO), current, urgent=count > 0)


def _counted(count: int, limit: int = COUNTED_TO) -> str:
    return f"{number(limit)}+" if count > limit else number(count)


@dataclass(frozen=True, slots=True)
class ShownHold:
    """A hold in words: who keeps the order, why where somebody gave a reason, and until when."""

    who: str
    reason: str
    until: datetime | None


def shown_hold(hold: HoldShown, names: AccountNames) -> ShownHold:
    """In the language of the page."""
    if hold.is_of_person:
        known = names.people.get(hold.actor)
        who = known or (gettext("the operator") if hold.actor == OPERATOR else gettext("somebody who has left the account"))
    elif hold.owner is HoldOwner.RULE:
        named = ", ".join(map(names.rule, hold.rules))
        who = gettext("the rule %(rule)s", rule=named) if named else gettext("the rules")
    else:
        who = gettext("the client") if hold.is_of_client else gettext("the store")
    return ShownHold(who, hold.reason, hold.until)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the grid, with names where the row has codes."""

    row: GridRow
    provider: str | None
    rules: tuple[tuple[str, str], ...]  # id and name
    store: str | None
    flags: tuple[str, ...]
    holds: tuple[ShownHold, ...] = ()


@dataclass(frozen=True, slots=True)
class GridOwner:
    """What of an account the grid depends on: its stores, its active providers, and whether it ships for others."""

    stores: StoresOverview
    providers: tuple[Provider, ...]
    ships_for_others: bool


@dataclass(frozen=True, slots=True)
class Look:
    """What a person sees of the grid, and how much of it there is."""

    columns: tuple[Column, ...]
    chips: list[Chip]
    page_size: int
    counted: Matches | None


@dataclass(frozen=True, slots=True)
class Heading:
    """The head of a column, with where a click on it leads. `direction` as `aria-sort` has it."""

    column: Column
    address: str | None
    direction: str | None


@dataclass(frozen=True, slots=True)
class Grid:
    """The whole page of orders."""

    wanted: GridWish
    tabs: tuple[Tab, ...]
    headings: tuple[Heading, ...]
    lines: list[Line]
    chips: list[Chip]
    older: str | None
    newer: str | None
    counted: Matches | None  # how many there are of what was asked for; None where a tab says it
    is_cut: bool
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
        return self.stores.found if self.wanted.filter.store_id else ()

    @property
    def open_stores(self) -> list[StoreOverview]:
        """Those that can be imported from here: the ones that were looked for, or the first."""
        offered = self.stores.listed if self.stores.lists_all else self.stores.found or self.stores.listed
        return [store for store in offered if store.state is not StoreState.CLOSED]

    @property
    def store_name(self) -> str:
        """What the field for a store's name holds."""
        return self.stores.found[0].name if self.wanted.filter.store_id else self.wanted.store_name

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
        if wanted.filter.status not in (None, "awaiting_shipment") or not (self.older or self.newer):
            return None
        return wanted.address(endpoint="labels.confirm_all", view=None, sort=None)

    def newest(self) -> str | None:
        return self.wanted.address() if self.wanted.after or self.wanted.before else None

    @property
    def range_shown(self) -> str:
        """Which of how many lines these are."""
        numbers = {"first": number(self.wanted.first), "last": number(self.wanted.first + len(self.lines) - 1)}
        total = next((tab.count for tab in self.tabs if tab.current), None)
        if self.counted is not None:
            total = f"{number(self.counted.count)}{'+' if self.counted.and_more else ''}"
        if total is None:
            return f"{numbers['first']}–{numbers['last']}"
        return gettext("%(first)s–%(last)s of %(total)s", **numbers, total=total)


def build_grid(
    page: OrdersPage, wanted: GridWish, counts: OrderCounts, names: AccountNames, owner: GridOwner, look: Look
) -> Grid:
    silent = () if names.rules else (UNHANDLED,)  # that no rule fired says nothing where there are none
    lines = [_line(row, names, page, silent) for row in page.rows]
    return Grid(
        wanted=wanted,
        tabs=build_tabs(counts, wanted),
        headings=tuple(_heading(column, wanted) for column in look.columns),
        lines=lines,
        chips=look.chips,
        older=wanted.address(after=page.next_after, n=str(wanted.first + len(lines))) if page.next_after else None,
        newer=_newer(page, wanted, look.page_size),
        counted=look.counted,
        is_cut=page.is_cut,
        owner=owner,
        flag_filters=tuple(code for code in FLAG_FILTERS if code not in silent or code in wanted.filter.flags),
    )


def _newer(page: OrdersPage, wanted: GridWish, size: int) -> str | None:
    if not page.next_before or not (wanted.after or wanted.before):
        return None
    first = wanted.first - size
    return wanted.address(before=page.next_before, n=str(first)) if first > 1 else wanted.address()


def _heading(column: Column, wanted: GridWish) -> Heading:
    """A click sorts by the column, and turns the direction where it does already: what is urgent or first comes first."""
    if column.sort is None:
        return Heading(column, None, None)
    if wanted.sort.key is not column.sort:
        descending = column.sort in (SortKey.DATE, SortKey.TOTAL, SortKey.IMPORTED)
        return Heading(column, wanted.sorted_by(column.sort, descending=descending), None)
    turned = wanted.sorted_by(column.sort, descending=not wanted.sort.descending)
    return Heading(column, turned, "descending" if wanted.sort.descending else "ascending")


def _line(row: GridRow, names: AccountNames, page: OrdersPage, silent: Collection[str]) -> Line:
    provider = names.provider(row.logistics_provider) if row.logistics_provider else None
    rules = tuple((rule_id, names.rule(rule_id)) for rule_id in row.matched)
    flags = tuple(code for code in row.flags if code not in silent)
    return Line(row, provider, rules, page.stores.get(row.store_id or ""), flags, _holds(row, names, page))


def _holds(row: GridRow, names: AccountNames, page: OrdersPage) -> tuple[ShownHold, ...]:
    return tuple(shown_hold(hold, names) for hold in page.holds.get(row.id, ()))


def failed_stores(stores: Iterable[StoreOverview]) -> list[tuple[StoreOverview, Any]]:
    """Stores that fail, each with the reason of its last import where that is what failed."""
    found = []
    for store in stores:
        has_failed = store.last_run is not None and store.last_run.outcome == "failed"
        found.append((store, store.last_run.error if store.last_run and has_failed else None))
    return found
