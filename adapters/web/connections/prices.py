"""What a 3PL charges the client of a connection, from a month on."""

from __future__ import annotations

from collections.abc import Mapping

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import login_required

from adapters.web.connections.blueprint import pages
from adapters.web.connections.showing import show_connection
from adapters.web.parts import parts
from adapters.web.people import this_person
from adapters.web.returned import returned
from adapters.web.saved_in_turn import saved_in_turn
from adapters.web.seen_forms import changed_meanwhile, is_outdated
from adapters.web.typed_numbers import typed_number
from engine.model.price_list import Charge
from engine.model.transitions import Side
from engine.services.billing.prices import PRICED, PriceForm, list_prices, set_prices
from engine.services.connections.list_connections import describe_connection
from engine.services.refusals import Refused

FIELDS = {"bad_currency": "currency", "no_currency": "currency", "bad_month": "valid_from", "issued_already": "valid_from"}


@pages.post("/<connection_id>/prices")
@login_required
@saved_in_turn
def change_prices(connection_id: str) -> ResponseReturnValue:
    seen = describe_connection(parts().app, this_person().user, connection_id).seen  # NotFound for what is neither side's
    if not this_person().is_admin or seen.side is not Side.PROVIDER:
        abort(403)
    with parts().app.reading() as uow:
        kept = list_prices(uow, this_person().account.id, connection_id)
    if is_outdated(kept[::-1]):
        return show_connection(connection_id, returned("prices", PRICED[0].value, changed_meanwhile())), 422
    prices = {charge: typed_number(request.form[charge.value]) for charge in PRICED if charge.value in request.form}
    form = PriceForm(prices, request.form.get("currency"), request.form.get("valid_from") or None)
    try:
        set_prices(parts().app, this_person().user, connection_id, form)
    except Refused as refusal:
        return show_connection(connection_id, returned("prices", _field_of(refusal, prices), refusal)), 422
    flash(gettext("The prices are saved."), "success")
    return redirect(url_for("connections.show", connection_id=connection_id, _anchor="prices"))


def _field_of(refusal: Refused, prices: Mapping[Charge, str]) -> str:
    wrong = (charge.value for charge, price in prices.items() if price == refusal.message.params.get("price"))
    return FIELDS.get(refusal.message.code) or next(wrong, PRICED[0].value)
