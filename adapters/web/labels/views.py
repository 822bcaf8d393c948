"""Labels of one order: bought from its page, printed, and voided once a person has read what that does."""

from __future__ import annotations

import re
from dataclasses import replace
from decimal import Decimal

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required
from werkzeug import Response

from adapters.web.labels.box import BOX, Worked, typed
from adapters.web.labels.entered import LabelText
from adapters.web.labels.printing import file_of, printed
from adapters.web.labels.shown import parse_form, shown_label
from adapters.web.labels.station_printing import asked_document, print_at_station
from adapters.web.labels.wrong_field import WrongField
from adapters.web.language import page_language
from adapters.web.orders.showing import show_order
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.returned import returned
from engine.jobs.make_label import MadeLabel, make_label, take_back_label
from engine.model.ids import new_id
from engine.model.label import DocumentFormat, DocumentKind, Label, PaperSize
from engine.model.money import Money
from engine.model.order import Order
from engine.model.sentence import sentence_of
from engine.model.store_kind import Capability
from engine.ports import CarrierError
from engine.services.deciding.account_names import list_account_names
from engine.services.fulfillment.units_to_ship import claims_on, units_to_ship
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.draft_label import packed
from engine.services.labels.price_limit import PriceAboveLimit, PriceWish
from engine.services.labels.rates import Rates, list_rates
from engine.services.labels.service_choices import wish_of
from engine.services.labels.service_points import get_service_point, list_service_points
from engine.services.refusals import Refused, RefusedByCarrier
from engine.services.stores.store_kinds import kind_of

pages = Blueprint("labels", __name__)

FIELDS = {
    "service_not_available": "service",
    "not_spoken_with": "service",
    "no_location": "ship_from",
    "no_such_location": "ship_from",
    "ships_in_past": "ship_date",
    "ships_too_late": "ship_date",
    "no_service_points": "service_point",
    "service_points": "service_point",
}  # by refusal
CARRIERS_FIELDS = {
    **dict.fromkeys(("incoterm", "payor", "duties_disagree"), "incoterm"),
    **dict.fromkeys(("customs_line", "line_lacks", "no_contents", "customs_contents"), "hs_code-1"),
    **dict.fromkeys(("customs_tax_id", "tax_kind", "tax_numbers"), "ioss"),
    **dict.fromkeys(("billing_party", "billing_lacks"), "billing_account"),
    **dict.fromkeys(("non_delivery", "customs_part"), "non_delivery"),
    "customs_reason": "contents",
    "confirmation": "confirmation",
    "bad_insurance": "insured_value",
}  # by what carriers refuse
GOES_ON = ("label_unknown", "label_being_bought")  # refusals of what goes on by itself: the page says how it stands
REMOVE = "remove-"
CREATE, CREATE_AND_PRINT = "create", "create-print"
ACCEPT = "create-at-"  # and the price


@pages.post("/orders/<order_id>/label")
@login_required
def configure(order_id: str) -> ResponseReturnValue:
    """Everything that the buttons of the form do; Enter in a field asks for the rates, and buys nothing."""
    with parts().app.reading() as uow:
        order = uow.orders.get(this_person().account.id, order_id)
    text, wanted = typed(order), request.form.get("do", "rates")
    if wanted == "add":
        return show_order(order_id, worked=Worked(text.with_parcel(), leads_to=f"weight-{len(text.parcels) + 1}"))
    if wanted == "package":
        return _packed(order, text)
    if wanted.startswith(REMOVE):
        number = wanted.removeprefix(REMOVE)
        text = text.without_parcel(int(number) - 1) if number.isdecimal() and len(number) < 4 else text
        return show_order(order_id, worked=Worked(text, leads_to="weight-1"))
    if "point" in request.form:
        text = replace(text, service_point=request.form["point"])
    if "choose" in request.form:
        text = replace(text, service=request.form["choose"])
    try:
        if wanted in (CREATE, CREATE_AND_PRINT) or wanted.startswith(ACCEPT):
            price = accepted_price(wanted.removeprefix(ACCEPT))
            return _create(order, text, price, to_print=wanted == CREATE_AND_PRINT)
        if wanted == "points" or "point" in request.form:
            return _points(order, text)
        rates = _rates(order, text)
    except WrongField as wrong:
        return _again(order_id, text, wrong.field, wrong.sentence)
    except Refused as refusal:
        if refusal.message.code == "no_order":
            abort(404)
        if refusal.message.code in GOES_ON:
            flash(refusal.format(page_language()), "warning")
            return redirect(url_for("orders.show", order_id=order_id))
        asked = refusal.asked if isinstance(refusal, PriceAboveLimit) else None
        return _again(order_id, text, _field_of(refusal), refusal, asked)
    leads_to = "service" if "choose" in request.form else "rates"
    return show_order(order_id, worked=Worked(text, rates, leads_to=leads_to))


def accepted_price(text: str) -> PriceWish:
    """The price that a person has seen and accepts: it and nothing dearer."""
    return PriceWish(Decimal(text)) if re.fullmatch(r"\d{1,9}(\.\d{1,3})?", text) else PriceWish()


def _packed(order: Order, text: LabelText) -> ResponseReturnValue:
    parcel = packed(parts().app, order.account_id, order, text.package)
    if parcel is None:
        named = {"text": text.package}
        said = gettext("“%(text)s” is none of your packages: choose one of the list, or enter size and weight.", **named)
        return _again(order.id, text, "package", said)
    return show_order(order.id, worked=Worked(text.packed_in(parcel), leads_to="weight-1"))


def _field_of(refusal: Refused) -> str:
    if isinstance(refusal, RefusedByCarrier):
        return CARRIERS_FIELDS.get(refusal.reason, "label")
    return FIELDS.get(refusal.message.code, "label")


def _create(order: Order, text: LabelText, price: PriceWish, *, to_print: bool) -> Response:
    person = this_person()
    service, point = _service(order, text), None
    text.wish(service, order)  # what was typed is right before a carrier is asked about the point
    if text.service_point.strip():
        point = get_service_point(parts().app, person.account.id, order.id, service, text.service_point)
    wish = replace(text.wish(service, order, point), price=price)
    made = make_label(parts().app, person.account.id, order.id, wish, person.user.id, new_id("web"))
    flash(_bought(made), "success")
    if to_print:
        return print_at_station(made.shipment.id, order, DocumentKind.LABEL)
    return redirect(url_for("orders.show", order_id=order.id, _anchor="shipments"))


def _service(order: Order, text: LabelText) -> ServiceWish:
    if not text.service:
        raise WrongField("service", gettext("Choose the service first."))
    return wish_of(parts().app, order.account_id, order.id, text.service)


def _points(order: Order, text: LabelText) -> ResponseReturnValue:
    """The service points near where the order goes, or near what was typed, to choose one from."""
    found = list_service_points(parts().app, order.account_id, order.id, _service(order, text), text.near)
    leads_to = "service_point" if "point" in request.form else "points"
    return show_order(order.id, worked=Worked(text, points=found, leads_to=leads_to))


def _bought(made: MadeLabel) -> str:
    named = {"carrier": made.label.carrier, "service": made.label.service, "numbers": ", ".join(made.shipment.numbers)}
    return gettext("The label is created: %(carrier)s %(service)s, %(numbers)s. Print it below.", **named)


def _rates(order: Order, text: LabelText) -> Rates:
    app, account_id = parts().app, this_person().account.id
    wish = text.wish(ServiceWish(), order)
    with app.reading() as uow:
        units = units_to_ship(uow, order, claims_on(uow, account_id, [order.id])[order.id], app.clock.now())
    return list_rates(app, account_id, order.id, replace(wish, units=units))


def _again(order_id: str, text: LabelText, field: str, refusal: Refused | str, asked: Money | None = None) -> ResponseReturnValue:
    return show_order(order_id, returned=returned(BOX, field, refusal), worked=Worked(text, asked=asked)), 422


@pages.route("/labels/<shipment_id>/void", methods=["GET", "POST"])
@login_required
def void(shipment_id: str) -> ResponseReturnValue:
    person, app = this_person(), parts().app
    label, order = _found(shipment_id)
    shown = shown_label(app, label, list_account_names(app, person.account.id))
    if request.method == "GET" and shown.may_void:
        with app.reading() as uow:
            is_copy = kind_of(app, uow, order).can(Capability.REQUESTS)
            numbers = label.tracking_numbers
            if not (numbers or label.is_return):
                numbers = uow.fulfillment.get_shipment(label.account_id, shipment_id).numbers
        return render_template("labels/void.html", order=order, shown=shown, numbers=numbers, is_copy=is_copy)
    if request.method == "POST":
        try:
            take_back_label(app, person.account.id, shipment_id, person.user.id, new_id("web"))
        except (Refused, CarrierError) as refusal:
            flash(sentence_of(refusal).format(page_language()), "warning")
        else:
            flash(gettext("The label is voided. Throw away what was printed."), "success")
    return redirect(url_for("orders.show", order_id=order.id, _anchor="shipments"))


@pages.post("/labels/<shipment_id>/print")
@login_required
def print_one(shipment_id: str) -> ResponseReturnValue:
    _, order = _found(shipment_id)
    if "document" in request.form:
        return print_at_station(shipment_id, order, asked_document())
    format_, size = parse_form(request.form.get("form", "")) or (DocumentFormat.PDF, PaperSize.LABEL)
    documents = printed(this_person().account.id, shipment_id, format_, size)
    if isinstance(documents, str):
        flash(documents, "warning")
        return redirect(url_for("orders.show", order_id=order.id, _anchor="shipments"))
    return file_of(documents, gettext("label-%(number)s", number=order.order_number))


def _found(shipment_id: str) -> tuple[Label, Order]:
    """A label of this account by its shipment, or by its own id of the way back; no page for others."""
    account_id = this_person().account.id
    with parts().app.reading() as uow:
        label = uow.labels.find_by_shipment(account_id, shipment_id)
        if label is None:
            abort(404)
        return label, uow.orders.get(account_id, label.order_id)
