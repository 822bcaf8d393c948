"""Getting started: what an account has, and what comes next."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.parts import parts
from adapters.web.people import for_admins, this_person
from adapters.web.start.steps import WORDS
from adapters.web.stores.blueprint import flash_error
from engine.ports import StoreError
from engine.services.accounts.getting_started import getting_started, show_getting_started
from engine.services.refusals import Refused

pages = Blueprint("start", __name__, url_prefix="/getting-started")


@pages.get("")
@login_required
def index() -> ResponseReturnValue:
    started = getting_started(parts().app, this_person().account)
    return render_template(
        "start/index.html", started=started, step_words=WORDS, offers_sandbox=offers_sandbox(), place="settings"
    )


@pages.post("")
@for_admins
def show_or_hide() -> ResponseReturnValue:
    """Whether the empty orders page shows the steps."""
    shown = request.form.get("wanted") != "hide"
    show_getting_started(parts().app, this_person().user, shown=shown)
    if shown:
        return redirect(url_for("start.index"))
    flash(gettext("The steps are hidden. You find them among the settings, as Getting started."), "success")
    return redirect(url_for("orders.index"))


@pages.post("/sandbox")
@for_admins
def connect_sandbox() -> ResponseReturnValue:
    """Connect the sandbox in the place of a store."""
    trial = parts().trial
    if trial is None:
        abort(404)
    try:
        store = trial.connect(this_person().user)
    except (Refused, StoreError) as error:
        flash_error(error)
    else:
        flash(gettext("%(name)s is connected. Its made-up orders come with the first import.", name=store.name), "success")
    return redirect(url_for("start.index"))


def offers_sandbox() -> bool:
    """Whether the person of this request can connect the sandbox."""
    trial = parts().trial
    return trial is not None and this_person().is_admin and trial.is_free()
