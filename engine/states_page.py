"""The page of the states of orders, requests and shipments, drawn from their transitions. `make docs` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from engine.model.fulfillment import SHIPMENT_TRANSITIONS, ShipmentAction, ShipmentState
from engine.model.order import ORDER_TRANSITIONS, OrderAction, OrderState
from engine.model.request import REQUEST_TRANSITIONS, RequestAction, RequestState
from engine.model.transitions import Side, Transition

_INTRODUCTION = """\
# States

What an order, a fulfillment request and a shipment can be, and what makes another of them. What is not in a table does not
happen. `make docs` writes this page from the tables in `engine/model/order.py`, `engine/model/request.py` and
`engine/model/fulfillment.py`.
"""
_SETTLING = """\
An order settles when something was shipped or taken back. Shipped quantities come first: when all lines are shipped it is
`shipped`, when some are `partially_shipped`. When none is, a live request (`requested`, `accepted` or `cancel_requested`) makes
it `pending_fulfillment`, a last one that was rejected `rejected_fulfillment`, and otherwise it is `open`.

While it is `open`, people see a status that the store, rules and people may set, such as `awaiting_shipment` or `on_hold`.
"""
_SIDES = """\
Where a row says how far the work has to be, it counts only then. `sent` and `not sent` are said of requests to providers with a
system of their own, which may have what was sent ([integrated-providers.md](integrated-providers.md)); `change asked` of requests
whose order has changed since a label was made for it, until the provider answers that. The last columns say whose action it is;
the system is what rules, imports and jobs do by themselves.

How far the work is follows from what has happened: `scheduled` before the time from which the provider gets it, `waiting`,
`held`, `in_progress` once it was started, `shipped_in_part`, `done`, and `incomplete` when it was closed with a rest.
"""

_ORDER_STATES = {
    OrderState.OPEN: "it is to be shipped, and lies with no provider",
    OrderState.SKIPPED: "a rule left it out",
    OrderState.PENDING_FULFILLMENT: "it lies with a provider",
    OrderState.REJECTED_FULFILLMENT: "the provider does not ship it, and no other was asked",
    OrderState.PARTIALLY_SHIPPED: "some of it has left",
    OrderState.SHIPPED: "it has left, from here or from the store",
    OrderState.COMBINED: "it leaves in the parcel of another order, which has its lines",
    OrderState.CANCELLED: "its store, or a person, no longer wants it shipped; what had left before has left",
}
_ORDER_ACTIONS = {
    OrderAction.HAND_OVER: "a provider is asked to ship it",
    OrderAction.SKIP: "a rule leaves it out",
    OrderAction.TAKE_IN_AGAIN: "rules run over it anew",
    OrderAction.CLOSE_UPSTREAM: "the store ships it, or no longer wants it shipped",
    OrderAction.REOPEN: "the store wants it shipped again",
    OrderAction.SETTLE: "something was shipped or taken back",
    OrderAction.CANCEL: "a person cancels it, and it stays so whatever its store says",
    OrderAction.RESTORE: "a person wants it shipped after all",
    OrderAction.SPLIT: "a person makes some of its units a part of their own",
    OrderAction.JOIN: "it was a part, and its units are back with the original",
    OrderAction.COMBINE: "a person has it leave in another order's parcel, or that parcel was taken back",
    OrderAction.SEPARATE: "it leaves by itself again",
    OrderAction.TAKE_IN: "a person wants it shipped although a rule left it out",
}
_REQUEST_STATES = {
    RequestState.REQUESTED: "it lies with the provider, who has not answered",
    RequestState.ACCEPTED: "the provider ships it",
    RequestState.REJECTED: "the provider does not ship it",
    RequestState.CANCEL_REQUESTED: "it was recalled after the work had begun or it was sent, and the provider has to answer",
    RequestState.CANCELLED: "it was taken back",
    RequestState.CLOSED: "the provider ships the rest no more",
}
_REQUEST_ACTIONS = {
    RequestAction.ACCEPT: "the provider promises to ship it, by importing it or one by one",
    RequestAction.REJECT: "the provider will not ship it",
    RequestAction.START: "the provider begins",
    RequestAction.CLOSE: "the provider ships the rest no more",
    RequestAction.RECALL: "the merchant wants it back, or its store no longer wants it shipped",
    RequestAction.GRANT_CANCEL: "the provider gives it back",
    RequestAction.REFUSE_CANCEL: "the provider ships it all the same",
    RequestAction.ACCEPT_CHANGE: "the provider takes over what the order has become since a label was bought",
    RequestAction.REFUSE_CHANGE: "the provider ships it as it was when the label was bought",
    RequestAction.END: "the connection was removed, and what was open returns",
}
_SHIPMENT_STATES = {
    ShipmentState.PLANNED: "it has not left",
    ShipmentState.SHIPPED: "it has left",
    ShipmentState.VOIDED: "it was taken back",
}
_SHIPMENT_ACTIONS = {
    ShipmentAction.SHIP: "the merchant ships it",
    ShipmentAction.VOID: "the merchant takes it back",
    ShipmentAction.SHIP_AGAIN: "the store holds it for shipped all the same",
}


def states_page() -> str:
    """The whole page, in Markdown."""
    parts = [
        _INTRODUCTION,
        "## Orders\n",
        _table(("state", "meaning"), _meanings(OrderState, _ORDER_STATES)),
        _table(("from", "action", "when", "becomes"), _rows(ORDER_TRANSITIONS, _ORDER_ACTIONS)),
        _SETTLING,
        "## Fulfillment requests\n",
        _table(("state", "meaning"), _meanings(RequestState, _REQUEST_STATES)),
        _table(("from", "work", "action", "when", "becomes", *Side), _request_rows()),
        _SIDES,
        "## Shipments\n",
        _table(("state", "meaning"), _meanings(ShipmentState, _SHIPMENT_STATES)),
        _table(("from", "action", "when", "becomes"), _rows(SHIPMENT_TRANSITIONS, _SHIPMENT_ACTIONS)),
    ]
    return "\n".join(parts)


def _meanings(states: type[StrEnum], words: dict[Any, str]) -> Iterator[Sequence[str]]:
    for state in states:
        yield f"`{state}`", words[state]


def _rows(rows: Iterable[Transition[Any, Any]], words: dict[Any, str]) -> Iterator[Sequence[str]]:
    for row in rows:
        yield _codes(row.states), f"`{row.action}`", words[row.action], _codes(row.next_states)


def _request_rows() -> Iterator[Sequence[str]]:
    for row in REQUEST_TRANSITIONS:
        who = ["yes" if side in row.sides else "" for side in Side]
        action = f"`{row.action}`", _REQUEST_ACTIONS[row.action]
        sent = {None: (), False: ("not sent",), True: ("sent",)}[row.sent]
        change = ("change asked",) if row.change else ()
        work = ", ".join(part for part in (_codes(row.works), *sent, *change) if part)
        yield _codes(row.states), work, *action, _codes(row.next_states), *who


def _codes(states: Iterable[StrEnum]) -> str:
    return ", ".join(f"`{state}`" for state in states)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
