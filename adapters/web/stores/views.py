"""The list of stores, and how one of them does: runs, what is not an order and why, and its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.stores.blueprint import asking_app, flash_error, pages, status_of
from adapters.web.stores.forms import ButtonForm
from adapters.web.stores.troubleshooting import advice_of, remedy_for
from adapters.web.stores.webhooks import webhooks_of
from engine.jobs.schedule import next_daily, next_planned
from engine.model.sentence import sentence_of
from engine.model.store import Store
from engine.model.store_kind import StoreKind
from engine.ports import StoreError
from engine.services.importing.explain_import import StoreExplanation, explain_store
from engine.services.importing.import_now import import_now as ask_for_import
from engine.services.refusals import Refused
from engine.services.stores.change_store import disconnect_store

RUNS_SHOWN = 5
NOTES_ON_A_PAGE = 200
LONGEST_NUMBER = 100


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found out about an order that somebody asked for, or why nothing could be."""

    number: str
    explanation: StoreExplanation | None
    problem: str = ""


@pages.get("")
@login_required
def index() -> ResponseReturnValue:
    now, account_id = parts().app.clock.now(), this_person().account.id
    statuses = parts().queries.statuses(account_id, now)
    starts = {status.store.id: next_start(status.store, now) for status in statuses}
    notices = parts().queries.notices(account_id)
    kinds = {status.store.id: _kind_of(status.store) for status in statuses}
    return render_template("stores/index.html", statuses=statuses, starts=starts, notices=notices, kinds=kinds)


@pages.get("/<store_id>")
@login_required
def show(store_id: str) -> ResponseReturnValue:
    status = status_of(store_id)
    now, kind = parts().app.clock.now(), _kind_of(status.store)
    return render_template(
        "stores/show.html",
        status=status,
        store=status.store,
        kind=kind,
        runs=parts().queries.runs_page(this_person().account.id, store_id, limit=RUNS_SHOWN),
        unknown_fields=parts().queries.unknown_fields(this_person().account.id, store_id),
        next_start=next_start(status.store, now),
        next_daily=next_daily(status.store, now),
        is_paused=status.store.paused_until(now) is not None,
        advice=advice_of(kind, status.skipped),
        answer=_look_for(status.store, request.args.get("order", "").strip()[:LONGEST_NUMBER]),
        remedy_for=remedy_for,
        webhooks=None if status.store.is_closed else webhooks_of(status.store, kind),
        form=ButtonForm(),
    )


def _kind_of(store: Store) -> StoreKind:
    return parts().app.describe(store.kind)


def next_start(store: Store, now: datetime) -> datetime | None:
    """When the store is imported next by itself, its back-off included; None for one that is closed."""
    if store.is_closed:
        return None
    planned = min(next_planned(store, now), next_daily(store, now))
    paused_until = store.paused_until(now)
    return planned if paused_until is None else max(planned, paused_until)


def _look_for(store: Store, number: str) -> Answer | None:
    if not number:
        return None
    if store.is_closed:
        return Answer(
            number, None, gettext("The store is disconnected: %(kind)s can no longer be asked.", kind=_kind_of(store).name)
        )
    try:
        return Answer(number, explain_store(asking_app(), store.account_id, store.id, number))
    except (StoreError, Refused) as error:
        return Answer(number, None, sentence_of(error).format(page_language()))


@pages.get("/<store_id>/skipped")
@login_required
def skipped(store_id: str) -> ResponseReturnValue:
    status = status_of(store_id)
    kind = _kind_of(status.store)
    advice = advice_of(kind, status.skipped)
    code = request.args.get("reason", "")
    reason = code if code in advice else None
    after = request.args.get("after") or None
    page = parts().queries.skipped_page(this_person().account.id, store_id, reason=reason, after=after, limit=NOTES_ON_A_PAGE)
    return render_template(
        "stores/skipped.html",
        store=status.store,
        kind=kind,
        status=status,
        page=page,
        reason=reason,
        after=after,
        advice=advice,
    )


@pages.get("/<store_id>/logo")
@login_required
def logo(store_id: str) -> ResponseReturnValue:
    with parts().app.reading() as uow:
        found = uow.stores.find_logo(this_person().account.id, store_id)
    if found is None:
        abort(404)
    return Response(found.image, content_type=found.media_type)


@pages.post("/<store_id>/import")
@for_admins
def import_now(store_id: str) -> ResponseReturnValue:
    person = this_person()
    status_of(store_id)
    try:
        ask_for_import(parts().app, person.account.id, store_id, person.user.id)
    except Refused as refusal:
        flash_error(refusal)
    else:
        flash(gettext("The import begins in a moment. This page shows how it goes when you load it again."), "success")
    return redirect(url_for("stores.show", store_id=store_id))


@pages.route("/<store_id>/disconnect", methods=["GET", "POST"])
@for_admins
def disconnect(store_id: str) -> ResponseReturnValue:
    status = status_of(store_id)
    form = ButtonForm()
    if not form.validate_on_submit():
        kind = _kind_of(status.store)
        return render_template("stores/disconnect.html", status=status, store=status.store, kind=kind, form=form)
    person = this_person()
    try:
        ended = disconnect_store(asking_app(), person.account.id, store_id, person.user.id)
    except Refused as refusal:
        flash_error(refusal)
    else:
        flash(gettext("The store is disconnected. Its orders stay as they are."), "success")
        if ended.warning is not None:
            flash(ended.warning.format(page_language()), "warning")
    return redirect(url_for("stores.show", store_id=store_id))
