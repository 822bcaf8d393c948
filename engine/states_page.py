"""The page of the states of orders, requests and shipments, drawn from their transitions. `make docs` writes it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from enum import StrEnum
from typing import Any

from engine.model.fulfillment import (
    REQUEST_TRANSITIONS,
    SHIPMENT_TRANSITIONS,
    RequestAction,
    RequestState,
    ShipmentAction,
    ShipmentState,
)
from engine.model.order import ORDER_TRANSITIONS, OrderAction, OrderState
from engine.model.transitions import Side, Transition

_INTRODUCTION = """\
# States

What an order, a fulfillment request and a shipment can be, and what makes another of them. What is not in a table does not
happen. `make docs` writes this page from the tables in `engine/model/order.py` and `engine/model/fulfillment.py`.
"""
_SETTLING = """\
An order settles when something was shipped or taken back. Shipped quantities come first: when all lines are shipped it is
`shipped`, when some are `partially_shipped`. When none is, a live request (`requested` or `accepted`) makes it
`pending_fulfillment`, a rejected one with no live one `rejected_fulfillment`, and otherwise it is `open`.

While it is `open`, people see a status that the store, rules and people may set, such as `awaiting_shipment` or `on_hold`.
"""
_SIDES = """\
The last columns say whose action it is; the system is what rules, imports and jobs do by themselves. No page and no command
takes a provider's answer yet.
"""

_ORDER_STATES = {
    OrderState.OPEN: "it is to be shipped, and lies with no provider",
    OrderState.SKIPPED: "a rule left it out",
    OrderState.PENDING_FULFILLMENT: "it lies with a provider",
    OrderState.REJECTED_FULFILLMENT: "the provider does not ship it, and no other was asked",
    OrderState.PARTIALLY_SHIPPED: "some of its lines have left",
    OrderState.SHIPPED: "it has left, from here or from the store",
    OrderState.CANCELLED: "the store no longer wants it shipped",
}
_ORDER_ACTIONS = {
    OrderAction.HAND_OVER: "a provider is asked to ship it",
    OrderAction.SKIP: "a rule leaves it out",
    OrderAction.TAKE_IN_AGAIN: "rules run over it anew",
    OrderAction.CLOSE_UPSTREAM: "the store ships it, or no longer wants it shipped",
    OrderAction.REOPEN: "the store wants it shipped again",
    OrderAction.SETTLE: "something was shipped or taken back",
}
_REQUEST_STATES = {
    RequestState.REQUESTED: "the provider has it and has not answered",
    RequestState.ACCEPTED: "the provider ships it",
    RequestState.REJECTED: "the provider does not ship it",
    RequestState.CANCELLED: "it was taken back",
}
_REQUEST_ACTIONS = {
    RequestAction.ACCEPT: "the provider promises to ship it",
    RequestAction.REJECT: "the provider will not ship it",
    RequestAction.CANCEL: "the order is shipped by the merchant, or closed upstream",
    RequestAction.REINSTATE: "the shipment was taken back, or the order reopened, and nothing else has changed",
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
        _table(("from", "action", "when", "becomes", *Side), _rows(REQUEST_TRANSITIONS, _REQUEST_ACTIONS, sides=True)),
        _SIDES,
        "## Shipments\n",
        _table(("state", "meaning"), _meanings(ShipmentState, _SHIPMENT_STATES)),
        _table(("from", "action", "when", "becomes"), _rows(SHIPMENT_TRANSITIONS, _SHIPMENT_ACTIONS)),
    ]
    return "\n".join(parts)


def _meanings(states: type[StrEnum], words: dict[Any, str]) -> Iterator[Sequence[str]]:
    for state in states:
        yield f"`{state}`", words[state]


def _rows(rows: Iterable[Transition[Any, Any]], words: dict[Any, str], *, sides: bool = False) -> Iterator[Sequence[str]]:
    for row in rows:
        who = ["yes" if side in row.sides else "" for side in Side] if sides else []
        yield _codes(row.states), f"`{row.action}`", words[row.action], _codes(row.next_states), *who


def _codes(states: Iterable[StrEnum]) -> str:
    return ", ".join(f"`{state}`" for state in states)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    lines = [head, ["---"] * len(head), *rows]
    return "".join(f"| {' | '.join(cells)} |\n" for cells in lines)
