"""Return labels that are bought from an order's page."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from flask import Blueprint, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.labels.measures import parse_weight
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.typed_numbers import typed_number
from engine.jobs.make_label import make_return_label
from engine.model.ids import new_id
from engine.model.label import ParcelToShip
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.label_request import ParcelWish
from engine.services.labels.plan_return import ReturnWish
from engine.services.labels.service_choices import wish_of
from engine.services.refusals import Refused

pages = Blueprint("returns", __name__)

QUANTITY = "quantity-"


@dataclass(frozen=True, slots=True)
class _Unreadable(Exception):
    """What was typed is not a number or not a weight; the sentence says so."""

    sentence: str


@pages.post("/orders/<order_id>/return-label")
@login_required
def create(order_id: str) -> ResponseReturnValue:
    """Buys the label once; what cannot be done is said above the page."""
    app, person = parts().app, this_person()
    with app.reading() as uow:
        uow.orders.get(person.account.id, order_id)  # no page for what is not this account's
    try:
        wish = ReturnWish(_service(order_id), _parcels(), _units())
        label = make_return_label(app, person.account.id, order_id, wish, person.user.id, new_id("web"))
    except _Unreadable as wrong:
        flash(wrong.sentence, "warning")
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        named = {"carrier": label.carrier, "service": label.service, "numbers": ", ".join(label.tracking_numbers)}
        words = gettext("The return label is created: %(carrier)s %(service)s, %(numbers)s. Print it below.", **named)
        flash(words, "success")
    return redirect(url_for("orders.show", order_id=order_id, _anchor="returns"))


def _service(order_id: str) -> ServiceWish:
    code = request.form.get("service", "")
    return wish_of(parts().app, this_person().account.id, order_id, code) if code else ServiceWish()


def _parcels() -> ParcelWish:
    place = request.form.get("to") or None
    text = request.form.get("weight", "").strip()
    if not text:
        return ParcelWish(ship_from=place)
    weight = parse_weight(text)
    if weight is None:
        raise _Unreadable(gettext("“%(text)s” is not clearly a weight: write it as 750 g, 1.25 kg or 2 lb 3 oz.", text=text))
    return ParcelWish(ship_from=place, parcels=(ParcelToShip(weight),))


def _units() -> dict[str, Decimal] | None:
    """What was typed for each line; a blank is none of it. None where no line was sent."""
    typed = {name.removeprefix(QUANTITY): text.strip() for name, text in request.form.items() if name.startswith(QUANTITY)}
    units = {}
    for key, text in typed.items():
        try:
            quantity = Decimal(typed_number(text)) if text else Decimal(0)
        except InvalidOperation:
            quantity = Decimal(-1)
        if not quantity.is_finite() or quantity < 0:
            raise _Unreadable(gettext("“%(text)s” is not a quantity: write a number.", text=text))
        if quantity:
            units[key] = quantity
    return units or None
