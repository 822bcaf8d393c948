"""Everything that keeps the account's orders from being shipped, and the button that ends one's own holds."""

from __future__ import annotations

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.one_reading import in_one_reading
from adapters.web.orders.released import flash_released
from adapters.web.orders.showing import HOLD, show_order
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.returned import returned
from adapters.web.sent_once import sent_once
from engine.services.deciding.account_names import list_account_names
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.list_holds import list_holds
from engine.services.refusals import Refused
from engine.services.repair.release import release_and_tell

pages = Blueprint("holds", __name__, url_prefix="/holds")

FIELDS = {"no_reason": "reason", "bad_until": "until", "past_until": "until"}  # by refusal


@pages.get("")
@in_one_reading
@login_required
def index() -> ResponseReturnValue:
    """By whom orders are held, why, and since when; the oldest first."""
    app, account_id = parts().app, this_person().account.id
    holds = list_holds(app, account_id)
    names = list_account_names(app, account_id) if any(one.rules for one in holds) else None
    return render_template("holds/index.html", holds=holds, names=names)


@pages.post("/<order_id>")
@login_required
def hold(order_id: str) -> ResponseReturnValue:
    """Hold an order."""
    person, form = this_person(), request.form
    try:
        with sent_once() as once:
            if once.app is not None:
                reason, until = form.get("reason", ""), form.get("until") or None
                hold_order(once.app, person.account.id, order_id, reason, person.user.id, until=until)
    except Refused as refusal:
        if refusal.message.code == "no_order":
            abort(404)
        return show_order(order_id, returned=returned(HOLD, FIELDS.get(refusal.message.code, "hold"), refusal)), 422
    flash(gettext("The order is on hold."), "success")
    return redirect(url_for("orders.show", order_id=order_id))


@pages.post("/<order_id>/release")
@login_required
def release(order_id: str) -> ResponseReturnValue:
    """End one of the account's holds, or all that it may end."""
    person = this_person()
    try:
        released = release_and_tell(parts().app, person.account.id, order_id, person.user.id, request.form.get("hold") or None)
    except Refused as refusal:
        _refuse(refusal)
    else:
        flash(gettext("The hold is ended."), "success")
        flash_released(released)
    return redirect(url_for("holds.index"))


def _refuse(refusal: Refused) -> None:
    if refusal.message.code == "no_order":
        abort(404)
    flash(refusal.format(page_language()), "warning")
