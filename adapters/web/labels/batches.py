"""Labels of many orders at once: begun in the grid, looked at while they are bought, stopped, gone on with, and printed."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from flask import Response, abort, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.labels.printing import file_of, printed
from adapters.web.labels.shown import carrier_kind, offered_forms
from adapters.web.labels.station import chosen_station, label_setting
from adapters.web.labels.station_printing import tell_sent
from adapters.web.labels.views import pages
from adapters.web.language import page_language
from adapters.web.orders.filters import GridWish, read_wish, store_named
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.sent_once import sent_once
from adapters.web.wording import actor_name
from engine.jobs.work_on_batch import work_on_batch
from engine.model.carrier import DocumentForm
from engine.model.ids import new_id
from engine.model.label import Document, DocumentKind
from engine.model.label_batch import BatchedOrder, LabelBatch, Outcome
from engine.services.deciding.account_names import list_account_names
from engine.services.labels.label_batches import MOST_ORDERS, get_batch, go_on, list_batches, start_batch, stop_batch
from engine.services.refusals import Refused

WITHIN_S = 10.0  # what is not reached by then is bought by the worker
REFRESH_S = 4  # while labels are being bought
ROWS_A_READ = 200
GOING_ON = (Outcome.WAITING, Outcome.BUYING)
LABELLED = "awaiting_shipment"  # the status of orders that a label can be created for


@dataclass(frozen=True, slots=True)
class Matching:
    """The orders that a filter of the grid finds and that await shipment: the oldest first, as many as a batch takes."""

    order_ids: Sequence[str]
    has_more: bool


@pages.post("/orders/labels")
@login_required
def create_chosen() -> ResponseReturnValue:
    """Of the ticked orders, in the order of the list."""
    order_ids = request.form.getlist("order")
    if not order_ids:
        flash(gettext("Choose at least one order first: tick the boxes beside their numbers."), "warning")
        return redirect(url_for("orders.index"))
    return _begin(lambda: order_ids)


@pages.get("/orders/labels")
@login_required
def confirm_all() -> ResponseReturnValue:
    """Says how many orders the filter of the grid finds before anything is bought for them."""
    wanted = _wanted()
    found = _matching(wanted)
    return render_template("labels/all.html", wanted=wanted, found=found, most=MOST_ORDERS)


@pages.post("/orders/labels/all")
@login_required
def create_all() -> ResponseReturnValue:
    """Of all orders that the filter finds now; where this form has begun a batch before, of those that it found then."""
    return _begin(lambda: _matching(_wanted()).order_ids)


def _begin(find: Callable[[], Sequence[str]]) -> ResponseReturnValue:
    """The page of the batch: a new one, or the one that this showing of the form has begun before."""
    person, batch = this_person(), None
    try:
        with sent_once() as once:
            if once.app is not None:
                batch = start_batch(once.app, person.account.id, find(), person.user.id)
                once.made = batch.id
    except Refused as refusal:
        nothing_left = gettext("No order that awaits shipment is among them any more.")
        flash(nothing_left if refusal.message.code == "no_orders" else refusal.format(page_language()), "warning")
        return redirect(url_for("orders.index"))
    if batch is not None:
        work_on_batch(parts().app, batch, new_id("web"), WITHIN_S)
    return redirect(url_for("labels.show_batch", batch_id=once.made))


def _wanted() -> GridWish:
    """The filter that the address, or the form, names: as the grid reads it."""
    person = this_person()
    stores = parts().queries.stores_overview(
        person.account.id, store_id=request.values.get("store"), named=store_named(request.values)
    )
    return read_wish(request.values, person.time_zone, stores.found)


def _matching(wanted: GridWish) -> Matching:
    """An order that is in another status than the filter says is none of them."""
    found: list[str] = []
    after: str | None = None
    if wanted.filter.status not in (None, LABELLED):
        return Matching((), has_more=False)
    waiting = replace(wanted.filter, status=LABELLED)
    while len(found) <= MOST_ORDERS:
        some = parts().queries.matching_order_ids(this_person().account.id, waiting, after, ROWS_A_READ)
        found += some.ids
        after = some.next_after
        if after is None:
            break
    return Matching(found[:MOST_ORDERS][::-1], has_more=len(found) > MOST_ORDERS)


@pages.get("/labels/batches")
@login_required
def list_all_batches() -> ResponseReturnValue:
    app, account_id = parts().app, this_person().account.id
    names = list_account_names(app, account_id)
    shown = [
        (batch, counts, actor_name(batch.actor, names.people, names.rules)) for batch, counts in list_batches(app, account_id)
    ]
    return render_template("labels/batches.html", batches=shown, place="label_batches")


@pages.get("/labels/batches/<batch_id>")
@login_required
def show_batch(batch_id: str) -> ResponseReturnValue:
    """How far it is, loaded again by itself while labels are being bought."""
    app, account_id = parts().app, this_person().account.id
    batch, orders = _found(batch_id)
    names = list_account_names(app, account_id)
    goes_on = batch.is_running or any(one.outcome is Outcome.BUYING for one in orders)
    page = render_template(
        "labels/batch.html",
        batch=batch,
        by=actor_name(batch.actor, names.people, names.rules),
        groups={outcome: [one for one in orders if one.outcome is outcome] for outcome in Outcome},
        total=len(orders),
        done=sum(one.outcome not in GOING_ON for one in orders),
        goes_on=goes_on,
        refresh_s=REFRESH_S,
        printable=len(_printable(orders)),
        place="label_batches",
    )
    answer = make_response(page)
    if goes_on:
        answer.headers["Refresh"] = str(REFRESH_S)
    return answer


@pages.post("/labels/batches/<batch_id>/stop")
@login_required
def stop(batch_id: str) -> ResponseReturnValue:
    return _changed(batch_id, stop_batch)


@pages.post("/labels/batches/<batch_id>/go-on")
@login_required
def resume(batch_id: str) -> ResponseReturnValue:
    """Where it was; the button that says so also takes those that were refused once more."""

    def take_up(*who: str) -> LabelBatch:
        batch = go_on(parts().app, *who, again=bool(request.form.get("again")))
        work_on_batch(parts().app, batch, new_id("web"), WITHIN_S)
        return batch

    return _changed(batch_id, lambda _app, *who: take_up(*who))


@pages.post("/labels/batches/<batch_id>/print")
@login_required
def print_batch(batch_id: str) -> ResponseReturnValue:
    """One file of all that was bought, in the order of the batch, or the printer of this browser's station.

    What was voided meanwhile is not printed any more.
    """
    _, orders = _found(batch_id)
    setting, station = label_setting(), chosen_station()
    if station is not None and setting.printer:
        tell_sent(station, _printable(orders))
        return redirect(url_for("labels.show_batch", batch_id=batch_id))
    documents: list[Document] = []
    for shipment_id in _printable(orders):
        found = printed(this_person().account.id, shipment_id, setting.format, setting.size, DocumentKind.LABEL)
        documents += [] if isinstance(found, str) else found
    if not documents:
        flash(gettext("There is no label to print: none was bought, or all were voided."), "warning")
        return redirect(url_for("labels.show_batch", batch_id=batch_id))
    return file_of(documents, gettext("labels"), to_show=station is not None)


def _found(batch_id: str) -> tuple[LabelBatch, list[BatchedOrder]]:
    try:
        return get_batch(parts().app, this_person().account.id, batch_id)
    except Refused:
        abort(404)


def _changed(batch_id: str, change: Callable[..., LabelBatch]) -> Response:
    person = this_person()
    try:
        change(parts().app, person.account.id, batch_id, person.user.id)
    except Refused:
        abort(404)
    return redirect(url_for("labels.show_batch", batch_id=batch_id))  # type: ignore[return-value]


def _printable(orders: Sequence[BatchedOrder]) -> list[str]:
    """The shipments whose labels can be printed as this browser prints them."""
    setting = label_setting()
    wanted = DocumentForm(DocumentKind.LABEL, setting.format, setting.size)
    bought = [one.label for one in orders if one.outcome is Outcome.BOUGHT and one.label is not None]
    return [one.shipment_id for one in bought if wanted in offered_forms(carrier_kind(parts().app, one.carrier))]
