"""One order beside the list: what is in it, where it goes, what keeps it, and what can be done about it there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for
from flask_babel import gettext

from adapters.web.language import page_language
from adapters.web.orders.sections import Address, OrderLine, address_of, order_lines
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.order import HOLDABLE, Order
from engine.model.transitions import Side
from engine.ports import NotFound
from engine.services.deciding.reprocess_orders import REPROCESSABLE
from engine.services.fulfillment.order_requests import in_sight, see_requests
from engine.services.fulfillment.ship_order import may_ship
from engine.services.fulfillment.units_to_ship import AT_PROVIDER
from rules.order_document import Document

LINES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Panel:
    """`keeps`: sentences that say why it does not leave. `close`: the list without the panel."""

    order: Order
    document: Document
    lines: Sequence[OrderLine]
    further_lines: int
    ship_to: Address | None
    keeps: Sequence[str]
    can_ship: bool
    close: str

    @property
    def can_hold(self) -> bool:
        return self.order.state in HOLDABLE

    @property
    def can_release(self) -> bool:
        return self.order.is_held

    @property
    def can_reprocess(self) -> bool:
        return self.order.state in REPROCESSABLE


def shown_panel() -> Panel | None:
    """That of the order which the address names; None without one, or of one that is not there."""
    app, account_id, order_id = parts().app, this_person().account.id, request.args.get("show", "")
    if not order_id:
        return None
    try:
        with app.reading() as uow:
            order = uow.orders.get(account_id, order_id)
            holds = uow.holds.list_for_orders(account_id, [order_id])
            asked = uow.requests.list_for_order(account_id, order_id)
            received = next(iter(uow.requests.list_by_copies(account_id, [order_id])), None)
            requests = see_requests(uow, account_id, in_sight(asked, received), app.clock.now())
    except NotFound:
        return None
    document, language = order.document(), page_language()
    open_ones = [one for one in requests if one.is_open and one.side is Side.MERCHANT]
    keeps = [AT_PROVIDER.format(language, order=order.order_number, provider=one.other) for one in open_ones[:1]]
    keeps += [gettext("On hold: %(reason)s", reason=hold.reason) for hold in holds]
    if order.is_held_by_layer:
        keeps.append(gettext("Held by a rule, its store or its client: its page says which."))
    lines = order_lines(document)
    return Panel(
        order=order,
        document=document,
        lines=lines[:LINES_SHOWN],
        further_lines=max(0, len(lines) - LINES_SHOWN),
        ship_to=address_of(document.get("ship_to")),
        keeps=keeps,
        can_ship=may_ship(order) and not open_ones,
        close=_address(None),
    )


def peek_address(order_id: str) -> str:
    """The list with an order's panel beside it."""
    return _address(order_id)


def _address(order_id: str | None) -> str:
    args = {name: values for name, values in request.args.lists() if name not in ("did", "open", "show")}
    return url_for("orders.index", **args, show=order_id)  # type: ignore[arg-type]
