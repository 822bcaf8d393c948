"""Handing one order, or some of its units, over to a provider on the order's own page, and taking it back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.orders.blueprint import pages
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.order import OrderAction
from engine.model.request import RequestLine, RequestState
from engine.services.connections.list_connections import Provider
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.recall_order import recall_order
from engine.services.fulfillment.request_units import request_lines
from engine.services.refusals import Refused
from rules.messages import Message
from storage.queries import OrderDetail

LONGEST_PREFERENCE = 100


@dataclass(frozen=True, slots=True)
class DelegationForm:
    """Whom an order may be handed over to, and which of its units are free for that; or what stands against it."""

    providers: Sequence[Provider]
    chosen: str
    lines: tuple[RequestLine, ...]  # the quantity is what is free
    problem: str | None = None

    @staticmethod
    def written(quantity: Decimal) -> str:
        """A quantity as the form takes it back, in whatever language."""
        return format(quantity.normalize(), "f")


def delegation_form(detail: OrderDetail, providers: Sequence[Provider]) -> DelegationForm | None:
    """None where there is nobody or nothing to hand over."""
    order = detail.order
    if not providers or not order.may(OrderAction.HAND_OVER):
        return None
    free = request_lines(order, detail.requests, detail.shipments)
    chosen = str(order.document().get("logistics_provider") or "")
    if isinstance(free, Message):
        is_normal = free.code == "already_with_provider"
        return None if is_normal else DelegationForm(providers, chosen, (), free.format(page_language()))
    if order.is_held:
        return DelegationForm(providers, chosen, (), gettext("The order is on hold: release it first, then hand it over."))
    return DelegationForm(providers, chosen, free)


@pages.post("/<order_id>/delegate")
@login_required
def delegate_one(order_id: str) -> ResponseReturnValue:
    person = this_person()
    parts().queries.order_detail(person.account.id, order_id)  # NotFound for what is not this account's
    wanted = _wanted_units()
    if not wanted:
        flash(gettext("Nothing was handed over: tick at least one line, and write how many units of it."), "warning")
    else:
        preference = request.form.get("service_preference", "").strip()[:LONGEST_PREFERENCE]
        asking = Asking(request.form.get("provider", ""), preference, wanted)
        try:
            delegate_order(parts().app, person.account.id, order_id, asking, person.user.id)
        except Refused as refusal:
            flash(refusal.format(page_language()), "warning")
        else:
            flash(gettext("The order is handed over: the provider sees it with its next import."), "success")
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
            flash(gettext("The provider has begun already and has been asked to give the order back."), "success")
        else:
            flash(gettext("The order is yours again."), "success")
    return redirect(url_for("orders.show", order_id=order_id, _anchor="requests"))


def _wanted_units() -> dict[str, Decimal]:
    """The ticked lines with their quantities; one that is no number asks for more than there is, and is refused with its line."""
    return {key: _quantity(request.form.get(f"quantity-{key}", "")) for key in request.form.getlist("line")}


def _quantity(text: str) -> Decimal:
    try:
        units = Decimal(text.strip().replace(",", "."))
    except InvalidOperation:
        return Decimal(0)
    return units if units.is_finite() else Decimal(0)
