"""One order beside the list: what is in it, where it goes, and what is to be done about it next, as its page says it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from flask import request, url_for

from adapters.web.orders.next_steps import Places, ShownAction, shown_actions
from adapters.web.orders.sections import Address, OrderLine, address_of, order_lines
from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.order import HOLDABLE, Order
from engine.ports import NotFound
from engine.services.attention.next_actions import next_actions
from engine.services.attention.situation import read_situations
from engine.services.deciding.account_names import AccountNames
from engine.services.deciding.reprocess_orders import REPROCESSABLE
from engine.services.fulfillment.ship_order import may_ship
from rules.order_document import Document

LINES_SHOWN = 20


@dataclass(frozen=True, slots=True)
class Panel:
    """`close`: the list without the panel."""

    order: Order
    document: Document
    lines: Sequence[OrderLine]
    further_lines: int
    ship_to: Address | None
    actions: Sequence[ShownAction]
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


def shown_panel(names: AccountNames) -> Panel | None:
    """That of the order which the address names; None without one, or of one that is not there."""
    app, account_id, order_id = parts().app, this_person().account.id, request.args.get("show", "")
    if not order_id:
        return None
    try:
        with app.reading() as uow:
            order = uow.orders.get(account_id, order_id)
            situation = read_situations(app, uow, account_id, [order], names)[order.id]
    except NotFound:
        return None
    document = order.document()
    is_handed_over = any(one.is_open for one in situation.own_requests)
    lines = order_lines(document)
    return Panel(
        order=order,
        document=document,
        lines=lines[:LINES_SHOWN],
        further_lines=max(0, len(lines) - LINES_SHOWN),
        ship_to=address_of(document.get("ship_to")),
        actions=shown_actions(order.id, next_actions(situation), names, Places()),
        can_ship=may_ship(order) and not is_handed_over,
        close=_address(None),
    )


def peek_addresses() -> str:
    """How the address begins of the list with an order's panel beside it: the order's id comes behind it."""
    return _address("")


def _address(order_id: str | None) -> str:
    args = {name: values for name, values in request.args.lists() if name not in ("did", "open", "show")}
    return url_for("orders.index", **args, show=order_id)  # type: ignore[arg-type]
