"""Labels of the orders that a person has ticked in the grid, and their labels as one file to print."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.labels.printing import file_of, printed
from adapters.web.labels.shown import carrier_kind, offered_forms
from adapters.web.labels.station import chosen_station, label_setting
from adapters.web.labels.station_printing import tell_sent
from adapters.web.labels.views import GOES_ON, pages
from adapters.web.orders.chosen import ORDERS_ON_A_PAGE, with_chosen
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.jobs.make_label import MadeLabel, make_labels
from engine.model.carrier import DocumentForm
from engine.model.ids import new_id
from engine.model.label import Document, DocumentKind
from engine.services.labels.plan_label import LabelWish
from engine.services.refusals import Refused

WITHIN_S = 20.0  # what is not reached by then is bought by the worker
AS_SET = LabelWish()  # by rules and people on each order


@pages.post("/orders/labels")
@login_required
def create_chosen() -> ResponseReturnValue:
    person, app = this_person(), parts().app

    def create(order_ids: Sequence[str]) -> ResponseReturnValue:
        account_id, actor = person.account.id, person.user.id
        results = make_labels(app, account_id, order_ids, AS_SET, actor, new_id("web"), within_s=WITHIN_S)
        with app.reading() as uow:
            numbers = {order.id: order.order_number for order in uow.orders.get_many(account_id, order_ids)}
        return _show(results, numbers)

    return with_chosen(create)


@pages.post("/orders/labels/print")
@login_required
def print_chosen() -> ResponseReturnValue:
    """One file, in the order of the list, or the printer of this browser's station; what was voided meanwhile is not printed."""
    shipment_ids, station = list(dict.fromkeys(request.form.getlist("shipment")))[:ORDERS_ON_A_PAGE], chosen_station()
    setting = label_setting()
    if station is not None and setting.printer:
        tell_sent(station, shipment_ids)
        return redirect(url_for("orders.index"))
    documents: list[Document] = []
    for shipment_id in shipment_ids:
        found = printed(this_person().account.id, shipment_id, setting.format, setting.size, DocumentKind.LABEL)
        documents += [] if isinstance(found, str) else found
    if not documents:
        flash(gettext("There is no label to print: none was bought, or all were voided."), "warning")
        return redirect(url_for("orders.index"))
    return file_of(documents, gettext("labels"), to_show=station is not None)


def _show(results: Mapping[str, MadeLabel | Refused], numbers: Mapping[str, str]) -> str:
    made = {order_id: one for order_id, one in results.items() if isinstance(one, MadeLabel)}
    refusals = {order_id: one.message for order_id, one in results.items() if isinstance(one, Refused)}
    return render_template(
        "labels/results.html",
        numbers=numbers,
        made=made,
        waiting={order_id: one for order_id, one in refusals.items() if one.code in GOES_ON},
        refused={order_id: one for order_id, one in refusals.items() if one.code not in GOES_ON},
        printable=[one.shipment.id for one in made.values() if _has_file(one)],
    )


def _has_file(made: MadeLabel) -> bool:
    setting = label_setting()
    wanted = DocumentForm(DocumentKind.LABEL, setting.format, setting.size)
    return wanted in offered_forms(carrier_kind(parts().app, made.label.carrier))
