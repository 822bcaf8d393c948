"""Bulk actions of an account: the list, how far one is, what came of each order, and what can still be done about it."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from flask import Response, abort, flash, redirect, render_template, request, stream_with_context, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.bulk.begin import back_to, pages, worked_on
from adapters.web.bulk.wording import so_far, title_of
from adapters.web.language import page_language
from adapters.web.orders.chosen import posted_query
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.progress import SoFar, progress_events
from adapters.web.wording import actor_name
from engine.model.bulk_action import BulkAction, BulkOrder, BulkOutcome
from engine.services.bulk.actions.release import HELD_AGAIN
from engine.services.bulk.results import OUTCOMES, SeenAction, get_bulk_action, list_bulk_actions, list_results, stream_results
from engine.services.bulk.start import can_undo, cancel_bulk_action, go_on, undo_bulk_action
from engine.services.deciding.account_names import list_account_names
from engine.services.refusals import Refused

LISTED_OF_EACH = 50
LISTED_OF_ONE = 200
SHOWN = (BulkOutcome.REFUSED, BulkOutcome.NOTHING, BulkOutcome.DONE)


@pages.get("/actions")
@login_required
def index() -> ResponseReturnValue:
    app, account_id = parts().app, this_person().account.id
    names = list_account_names(app, account_id)
    shown = [
        (action, title_of(action), actor_name(action.actor, names.people, names.rules))
        for action in list_bulk_actions(app, account_id)
    ]
    return render_template("bulk/index.html", actions=shown)


@pages.get("/actions/<bulk_id>")
@login_required
def show(bulk_id: str) -> ResponseReturnValue:
    """How far it is, and the orders by what came of them: some of each, or all of one outcome, page by page."""
    app, account_id = parts().app, this_person().account.id
    seen = _found(bulk_id)
    action, wanted = seen.action, request.args.get("outcome", "")
    outcomes = (BulkOutcome(wanted),) if wanted in set(BulkOutcome) else SHOWN
    after, limit = request.args.get("after", -1, int), LISTED_OF_ONE if wanted else LISTED_OF_EACH
    groups = {one: list_results(app, account_id, action.id, one, after, limit + 1) for one in outcomes}
    names = list_account_names(app, account_id)
    return render_template(
        "bulk/show.html",
        action=action,
        title=title_of(action),
        by=actor_name(action.actor, names.people, names.rules),
        undone_by=seen.undone_by,
        can_undo=can_undo(action) and seen.undone_by is None,
        so_far=so_far(action),
        groups={one: (OUTCOMES[one].format(page_language()), orders[:limit]) for one, orders in groups.items()},
        counts={BulkOutcome.REFUSED: action.refused, BulkOutcome.NOTHING: action.unchanged, BulkOutcome.DONE: action.done},
        next_after=_next_after(groups[outcomes[0]], limit) if wanted else None,
        wanted=wanted,
        filter_address=back_to(action.wanted) if action.wanted else None,
    )


def _next_after(orders: Sequence[BulkOrder], limit: int) -> int | None:
    return orders[limit - 1].position if len(orders) > limit else None


@pages.get("/actions/<bulk_id>/progress")
@login_required
def progress(bulk_id: str) -> ResponseReturnValue:
    """How far it is, as server-sent events."""
    _found(bulk_id)
    app, account_id = parts().app, this_person().account.id

    def look() -> SoFar:
        action = get_bulk_action(app, account_id, bulk_id).action
        return SoFar(action.seen, action.total, so_far(action), action.is_running)

    return progress_events(look)


@pages.get("/actions/<bulk_id>/results.csv")
@login_required
def download(bulk_id: str) -> ResponseReturnValue:
    """Each order with what came of it, for a spreadsheet."""
    try:
        lines = stream_results(parts().app, this_person().account.id, bulk_id, page_language())
    except Refused:
        abort(404)
    answer = Response(stream_with_context(lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="{bulk_id}.csv"'
    return answer


@pages.post("/actions/<bulk_id>/cancel")
@login_required
def cancel(bulk_id: str) -> ResponseReturnValue:
    _changed(bulk_id, cancel_bulk_action)
    flash(gettext("Cancelled: what was done by then stays, and no further order has its turn."), "success")
    return redirect(url_for("bulk.show", bulk_id=bulk_id))


@pages.post("/actions/<bulk_id>/go-on")
@login_required
def resume(bulk_id: str) -> ResponseReturnValue:
    _changed(bulk_id, go_on)
    return redirect(url_for("bulk.show", bulk_id=bulk_id))


@pages.post("/actions/<bulk_id>/undo")
@login_required
def undo(bulk_id: str) -> ResponseReturnValue:
    """Begin undoing it; where it is undone already, or cannot be, the page says so."""
    person = this_person()
    _found(bulk_id)
    try:
        reason = HELD_AGAIN.format(page_language())
        started = undo_bulk_action(parts().app, person.account.id, bulk_id, person.user.id, reason)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
        return redirect(url_for("bulk.show", bulk_id=bulk_id))
    return worked_on(started, posted_query())


def _found(bulk_id: str) -> SeenAction:
    try:
        return get_bulk_action(parts().app, this_person().account.id, bulk_id)
    except Refused:
        abort(404)


def _changed(bulk_id: str, change: Callable[..., BulkAction]) -> None:
    person = this_person()
    try:
        change(parts().app, person.account.id, bulk_id, person.user.id)
    except Refused:
        abort(404)
