"""Cancelling an order on a page that says beforehand what it does, and wanting one shipped after all."""

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
from engine.services.repair.cancel import LONGEST_REASON, cancel_order, plan_cancel, restore_order


@pages.get("/<order_id>/cancel")
@login_required
def cancel_form(order_id: str) -> ResponseReturnValue:
    """What cancelling would do; where that is not possible, back to the order with the reason."""
    try:
        return _ask(order_id)
    except Refused as refusal:
        return _back(order_id, refusal)


@pages.post("/<order_id>/cancel")
@login_required
def cancel(order_id: str) -> ResponseReturnValue:
    person, reason = this_person(), request.form.get("reason", "")
    try:
        done = cancel_order(parts().app, person.account.id, order_id, reason, person.user.id)
    except Refused as refusal:
        if refusal.message.code == "no_reason":
            return _ask(order_id, reason, refusal.format(page_language())), HTTPStatus.UNPROCESSABLE_ENTITY
        return _back(order_id, refusal)
    said = " ".join(one.format(page_language()) for one in done.says)
    flash(gettext("The order is cancelled. %(what)s", what=said), "success")
    return redirect(url_for("orders.show", order_id=order_id))


@pages.post("/<order_id>/restore")
@login_required
def restore(order_id: str) -> ResponseReturnValue:
    person = this_person()
    try:
        order = restore_order(parts().app, person.account.id, order_id, person.user.id)
    except Refused as refusal:
        return _back(order_id, refusal)
    if order.is_held:
        flash(gettext("The order is to be shipped again, and on hold. The rules ran over it again."), "warning")
    else:
        flash(gettext("The order is to be shipped again. The rules ran over it again."), "success")
    return redirect(url_for("orders.show", order_id=order_id))


def _ask(order_id: str, reason: str = "", problem: str = "") -> str:
    plan = plan_cancel(parts().app, this_person().account.id, order_id)
    says = [one.format(page_language()) for one in plan.says]
    return render_template(
        "orders/cancel.html", order=plan.order, says=says, reason=reason, problem=problem, longest=LONGEST_REASON
    )


def _back(order_id: str, refusal: Refused) -> ResponseReturnValue:
    if refusal.message.code == "no_order":
        abort(HTTPStatus.NOT_FOUND)
    flash(refusal.format(page_language()), "warning")
    return redirect(url_for("orders.show", order_id=order_id))
