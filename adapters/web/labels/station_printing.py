"""Printing as this browser's station does: opened in the browser, or sent to a printer of the network."""

from __future__ import annotations

from collections.abc import Sequence

from flask import abort, flash, redirect, request, url_for
from flask_babel import gettext, ngettext
from werkzeug import Response

from adapters.web.labels.printing import file_of, printed
from adapters.web.labels.station import chosen_station
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.label import DocumentKind
from engine.model.order import Order
from engine.model.print_station import PrintStation, usual_setting
from engine.services.labels.print_at_station import print_on_network
from engine.services.refusals import Refused


def asked_document() -> DocumentKind:
    """Which document this request asks for; no page for one that there is not."""
    try:
        return DocumentKind(request.form.get("document", ""))
    except ValueError:
        abort(404)


def print_at_station(shipment_id: str, order: Order, kind: DocumentKind) -> Response:
    """The document itself, to be shown, or the order's page once the printer of the network has it to do."""
    station = chosen_station()
    back = redirect(url_for("orders.show", order_id=order.id, _anchor="shipments"))
    setting = usual_setting(kind) if station is None else station.setting(kind)
    if station is not None and setting.printer:
        try:
            print_on_network(parts().app, station, shipment_id, kind)
        except Refused as refusal:
            flash(refusal.format(page_language()), "warning")
        else:
            said = gettext(
                "Sent to the printer %(printer)s. Background tasks, below, say what came of it.", printer=setting.printer
            )
            flash(said, "success")
        return back
    documents = printed(this_person().account.id, shipment_id, setting.format, setting.size, kind)
    if isinstance(documents, str):
        flash(documents, "warning")
        return back
    return file_of(documents, gettext("label-%(number)s", number=order.order_number), to_show=True)


def tell_sent(station: PrintStation, shipment_ids: Sequence[str]) -> None:
    """Have the station's printer print the labels of shipments, in this order, and say how many it has to."""
    sent, refused = 0, []
    for shipment_id in shipment_ids:
        try:
            print_on_network(parts().app, station, shipment_id, DocumentKind.LABEL)
            sent += 1
        except Refused as refusal:
            refused.append(refusal.format(page_language()))
    printer = station.setting(DocumentKind.LABEL).printer
    if sent:
        said = ngettext(
            "%(num)s label is sent to the printer %(printer)s. Its order's page says what came of it.",
            "%(num)s labels are sent to the printer %(printer)s. Each order's page says what came of it.",
            sent,
            printer=printer,
        )
        flash(said, "success")
    for sentence in dict.fromkeys(refused):
        flash(sentence, "warning")
