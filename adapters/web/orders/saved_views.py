"""Saves views of the grid, changes and deletes them, and keeps what a person wants to see of it."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import parse_qsl

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required
from werkzeug.datastructures import MultiDict

from adapters.web.orders.blueprint import pages
from adapters.web.orders.columns import write_columns
from adapters.web.orders.filters import PAGE_SIZES, USUAL_SIZE, read_wish
from adapters.web.orders.listing import asked, show_grid
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.returned import returned
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.seen_forms import changed_meanwhile, is_outdated
from engine.model.order_view import Density, GridSettings, OrderView
from engine.services.grid.order_views import (
    choose_default_view,
    delete_view,
    grid_choices,
    keep_grid_settings,
    rename_view,
    replace_view,
    save_view,
)
from engine.services.refusals import Refused

SAVE, CHANGE = "save-view", "change-view"  # forms of the page
OVERWRITING = ("rename", "replace")  # what somebody else has saved of the view


def _query() -> MultiDict[str, str]:
    """The grid that the form was sent from."""
    return MultiDict(parse_qsl(request.form.get("query", "")[:4000]))


def _clean_query() -> str:
    """The same without what means nothing, and without the view that it was."""
    query = _query()
    query.poplist("view")
    return read_wish(query, this_person().time_zone, asked(query).stores.found).query


def _columns() -> str:
    parts_of = (part.partition(":") for part in request.form.get("columns", "").split(","))
    return write_columns((name, width) for name, _, width in parts_of)


@pages.post("/views")
@login_required
def save() -> ResponseReturnValue:
    user = this_person().user
    try:
        view = save_view(
            parts().app,
            user,
            name=request.form.get("name", ""),
            query=_clean_query(),
            columns=_columns(),
            is_shared=bool(request.form.get("shared")),
        )
    except Refused as refusal:
        return show_grid(_query(), returned(SAVE, "name", refusal)), 422
    flash(gettext("The view “%(name)s” is saved.", name=view.name), "success")
    return redirect(_address_of(view))


@pages.post("/views/<view_id>")
@login_required
@saved_in_turn
def change_view(view_id: str) -> ResponseReturnValue:
    """Rename it, share it, give it what the grid shows now, or let the person's grid open with it."""
    app, user = parts().app, this_person().user
    kept = grid_choices(app, user.account_id, user.id).find(view_id)
    if kept is None:
        abort(404)
    if request.form.get("do") in OVERWRITING and is_outdated(kept):
        shared = gettext("All of the account see it") if kept.is_shared else gettext("Only you see it")
        return show_grid(_query(), returned(CHANGE, "name", changed_meanwhile(f"{kept.name}, {shared}"))), 422
    name, is_shared = request.form.get("name", ""), bool(request.form.get("shared"))
    changes: dict[str, Callable[[], OrderView | None]] = {
        "rename": lambda: rename_view(app, user, view_id, name, is_shared=is_shared),
        "replace": lambda: replace_view(app, user, view_id, query=_clean_query(), columns=_columns()),
        "delete": lambda: delete_view(app, user, view_id),
        "open": lambda: choose_default_view(app, user, view_id),
        "leave": lambda: choose_default_view(app, user, None),
    }
    said = {
        "rename": gettext("The view is changed."),
        "replace": gettext("The view shows from now on what you see here."),
        "delete": gettext("The view is deleted."),
        "open": gettext("Your orders open with this view from now on."),
        "leave": gettext("Your orders open with all of them again."),
    }
    wanted = request.form.get("do", "")
    if wanted not in changes:
        abort(400)
    try:
        view = changes[wanted]()
    except Refused as refusal:
        if refusal.message.code == "no_view":
            abort(404)
        return show_grid(_query(), returned(CHANGE, "name", refusal)), 422
    flash(said[wanted], "success")
    if wanted == "delete":
        return redirect(url_for("orders.index"))
    return redirect(_address_of(view) if view is not None else f"{url_for('orders.index')}?{request.form.get('query', '')}")


@pages.post("/grid-settings")
@login_required
def choose_columns() -> ResponseReturnValue:
    """What the person sees of the grid: columns with their widths, density, and lines a page."""
    person = this_person()
    chosen = ((name, request.form.get(f"width_{name}", "")) for name in request.form.getlist("column"))
    density, size = request.form.get("density", ""), request.form.get("page_size", type=int)
    usual = request.form.get("do") == "usual"
    settings = GridSettings(
        person.account.id,
        person.user.id,
        columns="" if usual else write_columns(chosen),
        density=Density(density) if density in set(Density) else Density.COMFORTABLE,
        page_size=size if size in PAGE_SIZES else USUAL_SIZE,
    )
    keep_grid_settings(parts().app, person.user, settings)
    flash(gettext("The grid is as you want it."), "success")
    return redirect(read_wish(_query(), person.time_zone, asked(_query()).stores.found).address())


def _address_of(view: OrderView) -> str:
    query = f"{view.query}&" if view.query else ""
    return f"{url_for('orders.index')}?{query}view={view.id}"
