"""Splitting an order on a page that says what follows, and joining a part again."""

from __future__ import annotations

from http import HTTPStatus

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.orders.blueprint import pages
from adapters.web.orders.units import typed_units
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.services.refusals import Refused
from engine.services.repair.chosen_units import items_by_key
from engine.services.repair.split import join_order, split_order


@pages.get("/<order_id>/split")
@login_required
def split_form(order_id: str) -> ResponseReturnValue:
    return _form(order_id)


@pages.post("/<order_id>/split")
@login_required
def split(order_id: str) -> ResponseReturnValue:
    person = this_person()
    try:
        order, part = split_order(parts().app, person.account.id, order_id, typed_units(), person.user.id)
    except Refused as refusal:
        if refusal.message.code == "no_order":
            abort(HTTPStatus.NOT_FOUND)
        return _form(order_id, refusal.format(page_language())), HTTPStatus.UNPROCESSABLE_ENTITY
    numbers = {"order": order.order_number, "part": part.order_number}
    flash(gettext("Order %(order)s is split. This is the part %(part)s.", **numbers), "success")
    return redirect(url_for("orders.show", order_id=part.id))


@pages.post("/<order_id>/join")
@login_required
def join(order_id: str) -> ResponseReturnValue:
    person = this_person()
    try:
        original = join_order(parts().app, person.account.id, order_id, person.user.id)
    except Refused as refusal:
        if refusal.message.code == "no_order":
            abort(HTTPStatus.NOT_FOUND)
        flash(refusal.format(page_language()), "warning")
        return redirect(url_for("orders.show", order_id=order_id))
    flash(gettext("The part is joined: this order has its units again."), "success")
    return redirect(url_for("orders.show", order_id=original.id))


def _form(order_id: str, problem: str = "") -> str:
    order = parts().queries.order_detail(this_person().account.id, order_id).order
    units, items = order.quantities(), items_by_key(order.document())
    return render_template("orders/split.html", order=order, units=units, items=items, problem=problem)
