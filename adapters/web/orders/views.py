"""The pages about an account's orders: what is parked, and one order with its decision."""

from __future__ import annotations

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.language import page_language
from adapters.web.one_reading import in_one_reading
from adapters.web.orders.blueprint import pages
from adapters.web.orders.grid import ATTENTION_COUNTED_TO, COUNTED_TO, build_tabs
from adapters.web.orders.history import ON_A_PAGE, shown_history
from adapters.web.orders.page import ShippingForm, build_rule_page, laid_out
from adapters.web.orders.released import flash_released
from adapters.web.orders.showing import SHIP, counted, parties_of, requests_of, show_order
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.returned import returned
from engine.decide.explain import LINES_UNFOLDED, Part
from engine.model.buyer_mail import BuyerMail
from engine.model.store_words import COMMON_WORDS, StoreWords
from engine.model.timeline import TimelineKind, TimelinePlace
from engine.model.write_back import PartsTelling
from engine.services.deciding.account_names import list_account_names
from engine.services.deciding.explain_order import explain_order
from engine.services.deciding.reprocess_orders import reprocess_orders
from engine.services.fulfillment.answer_parts import answer_parts
from engine.services.fulfillment.notify_store import retry_write_backs
from engine.services.fulfillment.ship_order import last_by_hand, ship_order, unship_order
from engine.services.importing.raw_documents import read_raw
from engine.services.mail import buyer_progress
from engine.services.refusals import Refused
from engine.services.repair.release import release_and_tell
from storage.queries import OrderCounts

SHIP_FIELDS = {
    "bad_carrier": "carrier",
    "bad_service": "service",
    "bad_tracking": "tracking",
    "too_many_parcels": "tracking",
    "bad_boxes": "boxes",
}  # by refusal


@pages.get("/parked")
@login_required
def parked() -> ResponseReturnValue:
    account_id = this_person().account.id
    notes = parts().queries.parked_page(account_id)
    tabs = build_tabs(count_orders(account_id), None)
    words = words_for(parts().queries.stores_overview(account_id).kinds)
    return render_template("orders/parked.html", notes=notes, tabs=tabs, words=words)


def words_for(kinds: frozenset[str]) -> StoreWords:
    """What people call the things in their stores; no name of one kind where the stores are of several."""
    return parts().app.describe(next(iter(kinds))).words if len(kinds) == 1 else COMMON_WORDS


def count_orders(account_id: str) -> OrderCounts:
    """What the tabs say."""
    return parts().queries.order_counts(account_id, up_to=COUNTED_TO + 1, attention_up_to=ATTENTION_COUNTED_TO + 1)


@pages.get("/<order_id>")
@in_one_reading
@login_required
def show(order_id: str) -> ResponseReturnValue:
    return show_order(order_id)


@pages.get("/<order_id>/raw")
@login_required
def raw(order_id: str) -> ResponseReturnValue:
    """What the store answered about the order, for admins: it holds more than anybody needs who packs."""
    person = this_person()
    if person.user.is_admin is False:
        abort(403)
    try:
        documents = read_raw(parts().app, person.account.id, order_id)
    except Refused as refusal:
        if refusal.message.code == "no_order":
            abort(404)
        flash(refusal.format(page_language()), "warning")
        return redirect(url_for("orders.show", order_id=order_id))
    texts = [(one, laid_out(one.document)) for one in documents]
    detail = parts().queries.order_detail(person.account.id, order_id)
    return render_template("orders/raw.html", order=detail.order, documents=texts)


@pages.get("/<order_id>/history")
@login_required
def history(order_id: str) -> ResponseReturnValue:
    """All that happened to the order, or all of one kind, a page at a time."""
    app, account = parts().app, this_person().account
    detail = parts().queries.order_detail(account.id, order_id)
    wanted, place = request.args.get("only", ""), TimelinePlace.parse(request.args.get("before", ""))
    kind = TimelineKind(wanted) if wanted in set(TimelineKind) else None
    kinds = () if kind is None else (kind,)
    page = parts().queries.timeline(account.id, order_id, kinds=kinds, before=place, limit=ON_A_PAGE)
    names = list_account_names(app, account.id, account)
    parties = parties_of(detail, names, requests_of(detail))
    shown = shown_history(order_id, page, parties, kind)
    return render_template("orders/whole_history.html", order=detail.order, history=shown, is_later=place is not None)


@pages.get("/<order_id>/rules/<rule_id>")
@login_required
def show_rule(order_id: str, rule_id: str) -> ResponseReturnValue:
    """Why one rule did or did not fire, with each line of the order that it asked about."""
    app, account_id = parts().app, this_person().account.id
    first = counted("lines") // LINES_UNFOLDED * LINES_UNFOLDED
    part = Part(only=rule_id, window=range(first, first + LINES_UNFOLDED))
    explanation = explain_order(app, account_id, order_id, request.args.get("decision"), page_language(), part)
    if explanation is None or (explanation.problem is None and not explanation.shown):
        abort(404)
    if explanation.problem is not None:
        return redirect(url_for("orders.show", order_id=order_id, decision=explanation.decision.id, _anchor="decision"))
    names = list_account_names(app, account_id)
    page = build_rule_page(order_id, explanation, explanation.shown[0], names, first)
    return render_template("orders/rule.html", page=page, most_lines=LINES_UNFOLDED)


@pages.post("/<order_id>/release")
@login_required
def release(order_id: str) -> ResponseReturnValue:
    person, hold_id = this_person(), request.form.get("hold") or None
    try:
        released = release_and_tell(parts().app, person.account.id, order_id, person.user.id, hold_id)
    except Refused as refusal:
        if refusal.message.code == "no_order":
            abort(404)
        flash(refusal.format(page_language()), "warning")
    else:
        if released.order.is_held and released.order.holds:
            flash(gettext("That hold has ended. Another one still keeps the order."), "warning")
        elif released.order.is_held:
            flash(gettext("Released, but the order is still on hold."), "warning")
        else:
            flash(gettext("The order is released."), "success")
        flash_released(released)
    return redirect(url_for("orders.show", order_id=order_id))


@pages.post("/<order_id>/reprocess")
@login_required
def reprocess(order_id: str) -> ResponseReturnValue:
    person = this_person()
    parts().queries.order_detail(person.account.id, order_id)  # NotFound for what is not this account's
    if reprocess_orders(parts().app, person.account.id, [order_id], person.user.id):
        flash(gettext("The rules ran again over this order; the decision below is the new one."), "success")
    else:
        flash(gettext("The rules do not run over an order that has shipped or was cancelled."), "warning")
    return redirect(url_for("orders.show", order_id=order_id))


@pages.post("/<order_id>/ship")
@login_required
def ship(order_id: str) -> ResponseReturnValue:
    person = this_person()
    entered = ShippingForm(*(request.form.get(name, "") for name in ("carrier", "service", "tracking", "boxes")))
    try:
        shipped = ship_order(parts().app, person.account.id, order_id, entered.shipping(), person.user.id)
    except Refused as refusal:
        if refusal.message.code == "no_order":
            abort(404)
        field = SHIP_FIELDS.get(refusal.message.code, "ship")
        return show_order(order_id, entered, returned(SHIP, field, refusal)), 422
    if shipped.job_id is None:
        flash(gettext("The order is shipped."), "success")
    else:
        flash(gettext("The order is shipped. The store is told in a moment."), "success")
    return redirect(url_for("orders.show", order_id=order_id))


@pages.route("/<order_id>/unship", methods=["GET", "POST"])
@login_required
def unship(order_id: str) -> ResponseReturnValue:
    """Take back what was shipped by hand, once a person has read what that does."""
    person = this_person()
    if request.method == "GET":
        detail = parts().queries.order_detail(person.account.id, order_id)
        shipment = last_by_hand(detail.shipments)
        if shipment is None:
            return redirect(url_for("orders.show", order_id=order_id, _anchor="shipments"))
        return render_template("orders/unship.html", order=detail.order, shipment=shipment, is_copy=detail.received is not None)
    return _tried(
        order_id,
        lambda: unship_order(parts().app, person.account.id, order_id, person.user.id),
        gettext("The shipment is taken back."),
    )


@pages.post("/<order_id>/tell-again")
@login_required
def retry_write_back(order_id: str) -> ResponseReturnValue:
    person = this_person()
    return _tried(
        order_id,
        lambda: retry_write_backs(parts().app, person.account.id, order_id, person.user.id),
        gettext("The store is told in a moment."),
    )


@pages.post("/<order_id>/tell-parts")
@login_required
def tell_parts(order_id: str) -> ResponseReturnValue:
    """Keep when the store hears of an order that leaves in parts."""
    person, entered = this_person(), request.form.get("when", "")
    wanted = PartsTelling(entered) if entered in set(PartsTelling) else PartsTelling.ASK  # which is refused with a sentence
    return _tried(
        order_id,
        lambda: answer_parts(parts().app, person.account.id, order_id, wanted, person.user.id),
        {
            PartsTelling.EACH_PART: gettext("The store hears of each part when it has left."),
            PartsTelling.SPLIT: gettext("The goods-out note is split: each part gets a note of its own when it has left."),
        }.get(wanted, gettext("The store hears of the order once all of it has left.")),
    )


@pages.post("/<order_id>/buyer-mail")
@login_required
def send_buyer_mail(order_id: str) -> ResponseReturnValue:
    """Have a mail about a shipment sent, again or for the first time; the form names both."""
    person, wanted = this_person(), request.form.get("mail", BuyerMail.SHIPMENT.value)
    if wanted not in set(BuyerMail):
        abort(400)
    shipment_id, mail = request.form.get("shipment", ""), BuyerMail(wanted)
    return _tried(
        order_id,
        lambda: buyer_progress.send_buyer_mail(parts().app, person.account.id, order_id, shipment_id, mail, person.user.id),
        gettext("The mail is sent in a moment."),
    )


def _tried(order_id: str, do: Callable[[], object], done: str) -> ResponseReturnValue:
    """Back to the order's page with what came of it."""
    try:
        do()
    except Refused as refusal:
        if refusal.message.code == "no_order":
            abort(404)
        flash(refusal.format(page_language()), "warning")
    else:
        flash(done, "success")
    return redirect(url_for("orders.show", order_id=order_id))
