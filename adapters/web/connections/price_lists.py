"""What the page of a connection shows of prices, and what the form that sets them begins with."""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from flask_babel import lazy_gettext

from adapters.web.formatting import number
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.month import Month
from engine.model.price_list import Charge, PriceList, valid_in
from engine.services.billing.prices import PRICED, list_prices
from engine.services.connections.list_connections import SeenConnection

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
    written = {charge: number(0 if now is None else now.price(charge)) for charge in PRICED}
    return Prices(lists[::-1], "" if now is None else now.currency, month, written)
