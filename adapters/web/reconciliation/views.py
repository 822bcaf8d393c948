"""Reconciliation: how far the comparison of each store is, what differs, and what cures it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.reconciliation.showing import shown_differences
from engine.model.reconciliation import Difference, DifferenceKind
from engine.model.store_kind import Capability
from engine.model.written_moment import read_moment
from engine.services.reconciliation.ask import (
    ON_A_PAGE,
    is_asked_for,
    list_differences,
    place_of,
    reconcile_now,
    see_reconciliation,
    see_reconciliations,
)
from engine.services.reconciliation.cures import DifferenceCure, cure_difference
from engine.services.reconciliation.difference_words import KINDS
from engine.services.refusals import Refused

pages = Blueprint("reconciliation", __name__, url_prefix="/reconciliation")


@pages.get("")
@login_required
def index() -> ResponseReturnValue:
    """All open stores."""
    return render_template("reconciliation/index.html", seen=see_reconciliations(parts().app, this_person().account.id))


@pages.get("/<store_id>")
@login_required
def show(store_id: str) -> ResponseReturnValue:
    """The differences of one store, the oldest first."""
    app, account_id = parts().app, this_person().account.id
    seen = see_reconciliation(app, account_id, store_id)
    kind = app.describe(seen.store.kind)
    wanted = _kind(request.args)
    found = list_differences(app, account_id, store_id, wanted, after=_after(request.args), limit=ON_A_PAGE + 1)
    shown = found[:ON_A_PAGE]
    return render_template(
        "reconciliation/show.html",
        seen=seen,
        store=seen.store,
        kind=kind,
        lists_open_orders=kind.can(Capability.OPEN_ORDERS),
        is_asked_for=is_asked_for(app, account_id, store_id),
        differences=shown_differences(account_id, shown, kind),
        wanted=None if wanted is None else wanted.value,
        kinds={one.value: words.format(page_language()) for one, words in KINDS.items()},
        later=_place(shown[-1]) if len(found) > ON_A_PAGE else None,
    )


@pages.post("/<store_id>/compare")
@login_required
def compare(store_id: str) -> ResponseReturnValue:
    """Have the store compared as soon as a worker has time."""
    person = this_person()
    see_reconciliation(parts().app, person.account.id, store_id)
    try:
        reconcile_now(parts().app, person.account.id, store_id, person.user.id)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("The comparison begins in a moment. Load this page again to see what it found."), "success")
    return redirect(url_for("reconciliation.show", store_id=store_id))


@pages.post("/<store_id>/cure")
@login_required
def cure(store_id: str) -> ResponseReturnValue:
    """Do what helps about one difference."""
    person, wanted = this_person(), _kind(request.form)
    see_reconciliation(parts().app, person.account.id, store_id)
    if wanted is None:
        abort(400)
    try:
        done = cure_difference(parts().app, person.account.id, store_id, wanted, request.form.get("subject", ""), person.user.id)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        flash(_said(done), "success")
    return redirect(url_for("reconciliation.show", store_id=store_id, kind=request.form.get("back") or None))


def _said(done: DifferenceCure) -> str:
    if done is DifferenceCure.READ:
        return gettext("It is being read in the store: in a moment it is gone from this list, or it stays and still differs.")
    if done is DifferenceCure.RECALL:
        return gettext("Recalled: it is gone from this list as soon as the provider has given it back.")
    return gettext("The store is told in a moment.")


def _kind(given: Mapping[str, str]) -> DifferenceKind | None:
    kind = given.get("kind", "")
    return DifferenceKind(kind) if kind in set(DifferenceKind) else None


def _place(one: Difference) -> str:
    at, subject = place_of(one)
    return f"{at.isoformat()}~{subject}"


def _after(given: Mapping[str, str]) -> tuple[datetime, str] | None:
    at, _, subject = given.get("after", "").partition("~")
    since = read_moment(at)
    return (since, subject) if subject and since is not None else None
