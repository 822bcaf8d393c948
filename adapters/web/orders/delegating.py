"""Handing one order, or some of its units, over to a provider on the order's own page, and taking it back."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.orders.blueprint import pages
from adapters.web.orders.showing import DELEGATE, show_order
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.returned import returned
from adapters.web.typed_numbers import typed_number
from engine.model.request import RequestState, Work
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.recall_order import recall_order
from engine.services.refusals import Refused

FIELDS = {
    "not_connected": "provider",
    "long_preference": "service_preference",
    "bad_until": "not_before",
    "past_until": "not_before",
}  # by refusal


@pages.post("/<order_id>/delegate")
@login_required
def delegate_one(order_id: str) -> ResponseReturnValue:
    person = this_person()
    parts().queries.order_detail(person.account.id, order_id)  # NotFound for what is not this account's
    wanted = _wanted_units()
    if not wanted:
        sentence = gettext("Nothing was handed over: tick at least one line, and write how many units of it.")
        return show_order(order_id, returned=returned(DELEGATE, "units", sentence)), 422
    preference = request.form.get("service_preference", "").strip()
    asking = Asking(request.form.get("provider", ""), preference, wanted, request.form.get("not_before", "").strip())
    try:
        handed = delegate_order(parts().app, person.account.id, order_id, asking, person.user.id)
    except Refused as refusal:
        field = FIELDS.get(refusal.message.code, "units")
        return show_order(order_id, returned=returned(DELEGATE, field, refusal)), 422
    if handed.work(parts().app.clock.now()) is Work.SCHEDULED:
        said = gettext("The order is handed over: the provider gets it at its time, and until then you can take it back at once.")
    else:
        said = gettext("The order is handed over: the provider sees it with its next import.")
    flash(said, "success")
    return redirect(url_for("orders.show", order_id=order_id, _anchor="requests"))


@pages.post("/<order_id>/recall")
@login_required
def recall_one(order_id: str) -> ResponseReturnValue:
    person = this_person()
    request_id = request.form.get("request") or None
    try:
        recalled = recall_order(parts().app, person.account.id, order_id, person.user.id, request_id)
    except Refused as refusal:
        if refusal.message.code == "no_order":
            abort(404)
        flash(refusal.format(page_language()), "warning")
    else:
        if recalled.state is RequestState.CANCEL_REQUESTED:
            flash(gettext("The provider has the order already and has been asked to give it back."), "success")
        else:
            flash(gettext("The order is yours again."), "success")
    return redirect(url_for("orders.show", order_id=order_id, _anchor="requests"))


def _wanted_units() -> dict[str, Decimal]:
    """The ticked lines with their quantities; what is not a number is no number here either, and refused with its line."""
    return {key: _quantity(request.form.get(f"quantity-{key}", "")) for key in request.form.getlist("line")}


def _quantity(text: str) -> Decimal:
    try:
        return Decimal(typed_number(text))
    except InvalidOperation:
        return Decimal("NaN")
