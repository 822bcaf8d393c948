"""The orders grid, and its file for spreadsheets."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl

from flask import Response, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import get_locale, lazy_gettext
from flask_login import login_required
from werkzeug.datastructures import MultiDict

from adapters.web.formatting import calendar_day, country
from adapters.web.language import page_language
from adapters.web.one_reading import in_one_reading
from adapters.web.orders.blueprint import pages
from adapters.web.orders.chosen import toolbar_of
from adapters.web.orders.columns import EVERY, WIDTHS, Column, read_columns
from adapters.web.orders.filters import PAGE_SIZES, GridWish, chips_of, read_wish, store_named
from adapters.web.orders.grid import (
    COUNTED_TO,
    FAILING_SHOWN,
    STORES_LISTED,
    Grid,
    GridOwner,
    Look,
    build_grid,
    failed_stores,
)
from adapters.web.orders.panel import peek_addresses, shown_panel
from adapters.web.orders.scanning import scanned
from adapters.web.orders.spreadsheet import file_lines
from adapters.web.orders.views import count_orders, words_for
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.places import country_choices
from adapters.web.returned import NOTHING, Returned
from adapters.web.start.steps import WORDS
from adapters.web.start.views import offers_sandbox
from adapters.web.wording import flag_label, in_words
from engine.model.order_view import Density, OrderView
from engine.services.accounts.getting_started import getting_started
from engine.services.connections.list_connections import Provider
from engine.services.deciding.account_names import AccountNames, list_rule_and_provider_names
from engine.services.grid.order_views import GridChoices, grid_choices
from rules.messages import Language
from storage.queries import FilterChoices, StoresOverview

HELD: Mapping[str, Any] = {
    "anybody": lazy_gettext("By anybody"),
    "person": lazy_gettext("By a person"),
    "rule": lazy_gettext("By a rule or the store alone"),
}
LABELS: Mapping[str, Any] = {
    "q": lazy_gettext("Searched for"),
    "store": lazy_gettext("Store"),
    "flag": lazy_gettext("Flag"),
    "tag": lazy_gettext("Tag"),
    "channel": lazy_gettext("Channel"),
    "provider": lazy_gettext("Provider"),
    "carrier": lazy_gettext("Carrier"),
    "service": lazy_gettext("Service"),
    "country": lazy_gettext("Country"),
    "rule": lazy_gettext("Rule that fired"),
    "held": lazy_gettext("Held"),
    "total_from": lazy_gettext("Total from"),
    "total_to": lazy_gettext("Total up to"),
    "ordered_from": lazy_gettext("Ordered from"),
    "ordered_to": lazy_gettext("Ordered until"),
    "imported_from": lazy_gettext("Imported from"),
    "imported_to": lazy_gettext("Imported until"),
    "due_from": lazy_gettext("Ship by, from"),
    "due_to": lazy_gettext("Ship by, until"),
    "until_from": lazy_gettext("Hold ends from"),
    "until_to": lazy_gettext("Hold ends until"),
}


@dataclass(frozen=True, slots=True)
class Asked:
    """What a request asks of the grid, with what the person has chosen."""

    wanted: GridWish
    choices: GridChoices
    view: OrderView | None
    columns: tuple[Column, ...]
    stores: StoresOverview


def asked(query: MultiDict[str, str]) -> Asked:
    """The grid's address, and what was chosen before; without filters, the view that the person's grid opens with."""
    person = this_person()
    choices = grid_choices(parts().app, person.account.id, person.user.id)
    opens = choices.find(choices.settings.view_id)
    if not query and opens is not None:
        query = MultiDict([*parse_qsl(opens.query), ("view", opens.id)])
    stores = parts().queries.stores_overview(
        person.account.id,
        store_id=query.get("store"),
        named=store_named(query),
        limit=STORES_LISTED,
        failing=FAILING_SHOWN,
    )
    wanted = read_wish(query, person.time_zone, stores.found)
    view = choices.find(wanted.view_id)
    shows_stores = stores.total > 1 or person.ships_for_others
    names = (view.columns if view else "") or choices.settings.columns
    columns = _columns_in_words(names, shows_stores, person.ships_for_others, page_language())
    return Asked(wanted, choices, view, columns, stores)


@lru_cache(maxsize=256)
def _columns_in_words(text: str, shows_stores: bool, ships_for_others: bool, _language: Language) -> tuple[Column, ...]:
    columns = read_columns(text, shows_stores=shows_stores, ships_for_others=ships_for_others)
    return tuple(replace(column, label=str(column.label)) for column in columns)


@pages.get("")
@in_one_reading
@login_required
def index() -> ResponseReturnValue:
    search = request.args.get("q", "")
    if request.args.get("open") and (order_id := scanned(this_person().account.id, search)):
        return redirect(url_for("orders.show", order_id=order_id, _anchor="configure-shipment"))
    return show_grid(request.args)


def show_grid(query: MultiDict[str, str], returned: Returned = NOTHING) -> str:
    """The page for an address of the grid, also when a form on it comes back."""
    person, ask = this_person(), asked(query)
    account_id, wanted, queries = person.account.id, ask.wanted, parts().queries
    size = ask.choices.settings.page_size
    page = queries.orders_page(
        account_id,
        wanted.filter,
        wanted.sort,
        after=wanted.after,
        before=wanted.before,
        limit=size,
        count_up_to=COUNTED_TO if any(name in LABELS for name, _ in wanted.pairs) else 0,  # else a tab says it
        with_holds=any(column.name == "holds" for column in ask.columns),
    )
    choices = queries.filter_choices(account_id)
    names = replace(list_rule_and_provider_names(parts().app, person.account), people=choices.people)
    owner = GridOwner(
        ask.stores, tuple(Provider(slug, names.provider(slug)) for slug in names.connected), person.ships_for_others
    )
    chips = chips_of(wanted, LABELS, _values_in_words(names, ask.stores, choices), page.unknown)
    look = Look(ask.columns, chips, size, page.matches)
    grid = build_grid(page, wanted, count_orders(account_id), names, owner, look)
    return render_template(
        "orders/index.html", returned=returned, choices=choices, **_page(ask, grid, names, choices, page.searched)
    )


def _page(ask: Asked, grid: Grid, names: AccountNames, choices: FilterChoices, searched: Sequence[str] | None) -> dict[str, Any]:
    account_id, queries = this_person().account.id, parts().queries
    lost = None
    if not grid.lines and grid.wanted.search and not grid.is_cut:
        lost = queries.whereabouts(account_id, grid.wanted.search, [store.id for store in ask.stores.listed], searched)
    return {
        "grid": grid,
        "toolbar": toolbar_of(grid),
        "panel": shown_panel(names),
        "order_addresses": url_for("orders.show", order_id="-").removesuffix("-"),
        "peek_addresses": peek_addresses(),
        "ask": ask,
        "columns_shown": " ".join(column.name for column in ask.columns),
        "names": names,
        "ask_providers": sorted((slug, name) for slug, name in names.providers.items() if not slug.startswith("acc_")),
        "lost": lost,
        **_first_steps(grid),
        "failed": failed_stores(ask.stores.failing),
        "hand_over": queries.hand_over(account_id, parts().app.clock.now()) if grid.lines else None,
        "words": words_for(ask.stores.kinds),
        "can_label": bool(parts().app.carriers),
        "connected_kinds": [kind for kind in ask.stores.kinds if parts().app.describe(kind).by_people],
        "held_by": {**HELD, **names.people},
        "countries": lambda: [(one.value, one.label) for one in country_choices(get_locale())],
        "filters_said": _filters_said(ask, grid, names, choices),
        "every_column": EVERY,
        "widths": WIDTHS,
        "densities": Density,
        "page_sizes": PAGE_SIZES,
    }


def _filters_said(ask: Asked, grid: Grid, names: AccountNames, choices: FilterChoices) -> tuple[Hashable, ...]:
    """All that the fields of the filters say: what is offered, and what is chosen or was entered."""
    offered = (grid.flag_filters, *(tuple(one.items()) for one in (names.providers, names.rules, names.people, choices.channels)))
    return (*offered, ask.wanted.filter, tuple(ask.wanted.pairs), tuple(ask.wanted.entered.items()))


def _first_steps(grid: Grid) -> dict[str, Any]:
    """What a new account is shown where its orders will be, unless its admins have hidden that."""
    if grid.lines or grid.wanted.is_narrowed or grid.wanted.after:
        return {}
    started = getting_started(parts().app, this_person().account)
    if started.is_hidden:
        return {}
    return {"started": started, "step_words": WORDS, "offers_sandbox": offers_sandbox()}


def _values_in_words(names: AccountNames, stores: StoresOverview, choices: FilterChoices) -> dict[str, Callable[[str], str]]:
    by_id = {store.id: store.name for store in (*stores.listed, *stores.found)}
    days = (f"{name}_{end}" for name in ("ordered", "imported", "due", "until") for end in ("from", "to"))
    return {
        "flag": lambda code: str(flag_label(code)),
        "country": country,
        "provider": names.provider,
        "rule": names.rule,
        "store": lambda store_id: by_id.get(store_id, store_id),
        "channel": choices.channel,
        "held": lambda code: str(in_words(HELD, code)) if code in HELD else names.person(code),
        **dict.fromkeys(days, _day),
    }


def _day(text: str) -> str:
    return calendar_day(date.fromisoformat(text))


@pages.get("/orders.csv")
@login_required
def download() -> ResponseReturnValue:
    """What the grid shows, all its pages in one file: its filters, its columns, its order."""
    ask = asked(request.args)
    people = parts().queries.filter_choices(this_person().account.id).people
    names = replace(list_rule_and_provider_names(parts().app, this_person().account), people=people)
    lines = file_lines(this_person().account.id, ask.wanted, ask.columns, names)
    headers = {"Content-Disposition": 'attachment; filename="orders.csv"'}
    return Response(stream_with_context(lines), content_type="text/csv; charset=utf-8", headers=headers)
