"""What a 3PL charges the client of a connection, from a month on."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, lazy_gettext
from flask_login import login_required

from adapters.web.connections.blueprint import pages
from adapters.web.language import page_language
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.month import Month
from engine.model.price_list import Charge, PriceList, valid_in
from engine.model.transitions import Side
from engine.services.billing.prices import PRICED, PriceForm, list_prices, set_prices
from engine.services.connections.list_connections import SeenConnection, describe_connection
from engine.services.refusals import Refused
from rules.order_document import plain

LABELS = {
    Charge.ORDERS: lazy_gettext("Per order"),
    Charge.LINES: lazy_gettext("Per line"),
    Charge.PARCELS: lazy_gettext("Per parcel"),
    Charge.STORAGE: lazy_gettext("Storage per unit"),
    Charge.MONTHLY: lazy_gettext("Per month"),
}
MEANINGS = {
    Charge.ORDERS: lazy_gettext("Once, in the month in which its first shipment leaves."),
    Charge.LINES: lazy_gettext("For each line of each shipment."),
    Charge.PARCELS: lazy_gettext("For each parcel of each shipment."),
    Charge.STORAGE: lazy_gettext("For the month, by the units on hand on an average day."),
    Charge.MONTHLY: lazy_gettext("For each month in which you are connected."),
}


@dataclass(frozen=True, slots=True)
class Prices:
    """The price lists of a connection, the newest first, and what its form begins with."""

    lists: list[PriceList]
    currency: str
    month: Month
    written: dict[Charge, str]
    charges: tuple[Charge, ...] = PRICED


def prices_of(seen: SeenConnection) -> Prices | None:
    """None where the two have never been connected."""
    if not seen.connection.was_approved:
        return None
    account = this_person().account
    with parts().app.reading() as uow:
        lists = list_prices(uow, account.id, seen.connection.id)
    month = Month.at(parts().app.clock.now(), ZoneInfo(account.time_zone))
    now = valid_in(lists, str(month))
    written = {charge: "0" if now is None else plain(now.price(charge)) for charge in PRICED}
    return Prices(lists[::-1], "" if now is None else now.currency, month, written)


@pages.post("/<connection_id>/prices")
@login_required
def change_prices(connection_id: str) -> ResponseReturnValue:
    seen = describe_connection(parts().app, this_person().user, connection_id).seen  # NotFound for what is neither side's
    if not this_person().is_admin or seen.side is not Side.PROVIDER:
        abort(403)
    prices = {charge: request.form[charge.value] for charge in PRICED if charge.value in request.form}
    form = PriceForm(prices, request.form.get("currency"), request.form.get("valid_from") or None)
    try:
        set_prices(parts().app, this_person().user, connection_id, form)
    except Refused as refusal:
        flash(refusal.format(page_language()), "warning")
    else:
        flash(gettext("The prices are saved."), "success")
    return redirect(url_for("connections.show", connection_id=connection_id, _anchor="prices"))
