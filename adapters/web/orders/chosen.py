"""Which orders a person has chosen in the grid: those that are ticked, or all that its filter finds."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlencode

from flask import request
from flask_babel import lazy_gettext
from werkzeug.datastructures import MultiDict

from adapters.web.bulk.wording import title_of
from adapters.web.formatting import number
from adapters.web.orders.filters import read_wish, store_named
from adapters.web.orders.grid import Grid
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.bulk_action import BulkAction
from engine.model.ids import new_id
from engine.services.bulk.actions import BULK_KINDS
from engine.services.bulk.kind import BulkKind
from engine.services.bulk.results import find_bulk_action
from engine.services.bulk.start import MOST_ORDERS, can_undo

MOST_TICKED = 200  # as many as the largest page of the grid has
MOST_FORMS = 50
IDS_A_READ = 1000
OF_THE_MOMENT = ("did", "open")  # parts of the grid's address that are not to be repeated
OF_THE_PAGE = ("after", "before", "n", "show")  # those that say which page is shown, and not what is looked for
LONGEST_ADDRESS = 2000
NONE_CHOSEN = lazy_gettext("Choose at least one order first: tick the boxes beside their numbers.")


@dataclass(frozen=True, slots=True)
class Choice:
    """Ids of orders, and where they were chosen: the grid's address, as a query. `is_all`: all that its filter finds."""

    order_ids: Sequence[str]
    query: str
    is_all: bool

    @property
    def wanted(self) -> str:
        """The filter that found the orders."""
        return _encoded(_parsed(self.query), (*OF_THE_MOMENT, *OF_THE_PAGE)) if self.is_all else ""


@dataclass(frozen=True, slots=True)
class Did:
    """What was done from this page, and whether a button offers to undo it."""

    action: BulkAction
    title: str
    can_undo: bool


@dataclass(frozen=True, slots=True)
class Toolbar:
    """What the buttons above the grid send along, and what they did last."""

    query: str
    token: str
    kinds: Mapping[str, BulkKind]
    offers_all: bool
    all_count: str | None  # how many match; None where only counting would tell
    did: Did | None


def toolbar_of(grid: Grid) -> Toolbar:
    """The toolbar of the page that is asked for."""
    count = next((tab.count for tab in grid.tabs if tab.current), None)
    if grid.counted is not None:
        count = f"{number(grid.counted.count)}{'+' if grid.counted.and_more else ''}"
    page = [(name, request.args[name]) for name in OF_THE_PAGE if name in request.args]
    query = urlencode([*grid.wanted.pairs, *page])[:LONGEST_ADDRESS]
    return Toolbar(query, new_id("tok"), BULK_KINDS, bool(grid.older or grid.newer), count, _did(request.args.get("did", "")))


def _did(action_id: str) -> Did | None:
    action = find_bulk_action(parts().app, this_person().account.id, action_id)
    return None if action is None else Did(action, title_of(action), can_undo(action))


def _encoded(args: MultiDict[str, str], without: Sequence[str]) -> str:
    return urlencode([(name, value) for name, value in args.items(multi=True) if name not in without])[:LONGEST_ADDRESS]


def read_choice() -> Choice:
    """What the form of the grid, or the one that asks once more, says: of all that match, at most one more than is allowed."""
    query = posted_query() or ""
    if not request.form.get("all"):
        return Choice(list(dict.fromkeys(request.form.getlist("order"))), query, is_all=False)
    return Choice(_matching(query), query, is_all=True)


def posted_query() -> str | None:
    """Where in the grid a button was pressed; None on any other page."""
    return _encoded(_parsed(request.form["query"]), OF_THE_MOMENT) if "query" in request.form else None


def _parsed(query: str) -> MultiDict[str, str]:
    return MultiDict(parse_qsl(query[:LONGEST_ADDRESS]))


def _matching(query: str) -> list[str]:
    """The oldest first: what has waited longest has its turn first."""
    args, person = _parsed(query), this_person()
    stores = parts().queries.stores_overview(person.account.id, store_id=args.get("store"), named=store_named(args))
    wanted = read_wish(args, person.time_zone, stores.found)
    found: list[str] = []
    after: str | None = None
    while len(found) <= MOST_ORDERS:
        some = parts().queries.matching_order_ids(person.account.id, wanted.filter, after, IDS_A_READ)
        found += some.ids
        after = some.next_after
        if after is None:
            break
    return found[: MOST_ORDERS + 1][::-1]
