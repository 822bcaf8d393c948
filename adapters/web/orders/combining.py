"""Having orders to one address leave in one parcel, on a page that says what follows, and separating them again."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.orders.blueprint import pages
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.services.refusals import Refused
from engine.services.repair.combine import combine_orders, list_combinable, separate_orders


@pages.get("/<order_id>/combine")
@login_required
def combine_form(order_id: str) -> ResponseReturnValue:
    return _form(order_id)


@pages.post("/<order_id>/combine")
@login_required
def combine(order_id: str) -> ResponseReturnValue:
    person = this_person()
    chosen = [order_id, *request.form.getlist("order")]
    try:
        lead, others = combine_orders(parts().app, person.account.id, chosen, person.user.id)
    except Refused as refusal:
        if refusal.message.code == "no_order":
            abort(HTTPStatus.NOT_FOUND)
        return _form(order_id, refusal.format(page_language())), HTTPStatus.UNPROCESSABLE_ENTITY
    numbers = ", ".join(order.order_number for order in others)
    flash(gettext("This order has in its parcel now: %(numbers)s.", numbers=numbers), "success")
    return redirect(url_for("orders.show", order_id=lead.id))


@pages.post("/<order_id>/separate")
@login_required
def separate(order_id: str) -> ResponseReturnValue:
    person = this_person()
    try:
        lead, others = separate_orders(parts().app, person.account.id, order_id, request.form.getlist("order"), person.user.id)
    except Refused as refusal:
        if refusal.message.code == "no_order":
            abort(HTTPStatus.NOT_FOUND)
        flash(refusal.format(page_language()), "warning")
        return redirect(url_for("orders.show", order_id=order_id))
    numbers = ", ".join(order.order_number for order in others)
    flash(gettext("These orders leave by themselves again: %(numbers)s.", numbers=numbers), "success")
    return redirect(url_for("orders.show", order_id=lead.id))


def _form(order_id: str, problem: str = "") -> str:
    account_id = this_person().account.id
    order = parts().queries.order_detail(account_id, order_id).order
    alike = list_combinable(parts().app, account_id, order)
    chosen = request.form.getlist("order") if problem else [one.id for one in alike]
    return render_template("orders/combine.html", order=order, alike=alike, chosen=chosen, problem=problem)
