"""Orders that people make: by hand, or of an order that is here."""

from __future__ import annotations

from decimal import Decimal
from http import HTTPStatus

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.orders.blueprint import pages
from adapters.web.orders.units import typed_units
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.sent_once import sent_once
from adapters.web.typed_numbers import typed_number
from engine.services.refusals import Refused
from engine.services.repair.chosen_units import items_by_key
from engine.services.repair.create import ADDRESS_PARTS, MOST_LINES, NewLine, NewOrder, create_order
from engine.services.repair.duplicate import duplicate_order

FEWEST_LINES = 3  # rows that the form has at first; each further press of the button adds as many
LINE_PARTS = ("sku", "name", "quantity", "unit_price", "weight_g")


@pages.get("/new")
@login_required
def new() -> ResponseReturnValue:
    return _form(NewOrder({}, []), FEWEST_LINES)


@pages.post("/new")
@login_required
def create() -> ResponseReturnValue:
    person, wanted = this_person(), _written()
    if "more" in request.form:
        return _form(wanted, len(wanted.lines) + FEWEST_LINES)
    numbers = [_in_plain_numbers(line) for line in wanted.lines]
    try:
        with sent_once() as once:
            if once.app is not None:
                once.made = create_order(once.app, person.account.id, _with_lines(wanted, numbers), person.user.id).id
    except Refused as refusal:
        return _form(wanted, max(FEWEST_LINES, len(wanted.lines)), refusal), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("The order is created. No store knows of it."), "success")
    return redirect(url_for("orders.show", order_id=once.made))


def _written() -> NewOrder:
    form = request.form
    columns = [form.getlist(part)[:MOST_LINES] for part in LINE_PARTS]
    lines = [NewLine(**dict(zip(LINE_PARTS, row, strict=True))) for row in zip(*columns, strict=False)]
    return NewOrder(
        ship_to={part: form.get(f"to_{part}", "") for part in ADDRESS_PARTS},
        lines=lines,
        currency=form.get("currency", ""),
        requested_service=form.get("requested_service", ""),
        number=form.get("number", ""),
        email=form.get("email", ""),
        note=form.get("note", ""),
        takes_any_address="any_address" in form,
    )


def _in_plain_numbers(line: NewLine) -> NewLine:
    """Commas and points as the reader's language has them."""
    quantity, price, weight = (typed_number(text) for text in (line.quantity, line.unit_price, line.weight_g))
    return NewLine(line.sku, quantity, line.name, price, weight)


def _with_lines(wanted: NewOrder, lines: list[NewLine]) -> NewOrder:
    return NewOrder(
        wanted.ship_to,
        lines,
        wanted.currency,
        wanted.requested_service,
        wanted.number,
        wanted.email,
        wanted.note,
        wanted.takes_any_address,
    )


def _form(wanted: NewOrder, rows: int, refusal: Refused | None = None) -> str:
    lines = [*wanted.lines, *(NewLine("", "") for _ in range(min(rows, MOST_LINES) - len(wanted.lines)))]
    problem = "" if refusal is None else refusal.format(page_language())
    asks_any = refusal is not None and refusal.message.code == "bad_address"
    return render_template("orders/new.html", wanted=wanted, lines=lines, problem=problem, asks_any=asks_any)


@pages.get("/<order_id>/duplicate")
@login_required
def duplicate_form(order_id: str) -> ResponseReturnValue:
    return _duplicate_form(order_id)


@pages.post("/<order_id>/duplicate")
@login_required
def duplicate(order_id: str) -> ResponseReturnValue:
    person = this_person()
    try:
        with sent_once() as once:
            if once.app is not None:
                once.made = duplicate_order(once.app, person.account.id, order_id, person.user.id, typed_units()).id
    except Refused as refusal:
        if refusal.message.code == "no_order":
            abort(HTTPStatus.NOT_FOUND)
        return _duplicate_form(order_id, refusal.format(page_language())), HTTPStatus.UNPROCESSABLE_ENTITY
    flash(gettext("The order is duplicated. This is the new one; the store hears nothing of it."), "success")
    return redirect(url_for("orders.show", order_id=once.made))


def _duplicate_form(order_id: str, problem: str = "") -> str:
    order = parts().queries.order_detail(this_person().account.id, order_id).order
    units: dict[str, Decimal] = order.quantities()
    items = items_by_key(order.document())
    return render_template("orders/duplicate.html", order=order, units=units, items=items, problem=problem)
