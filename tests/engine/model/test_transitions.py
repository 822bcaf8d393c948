"""What orders, fulfillment requests and shipments can become, by whose hand; and that nothing else gives them a state."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from functools import cache
from itertools import product
from pathlib import Path
from typing import Any

import pytest

from engine.model.fulfillment import SHIPMENT_TRANSITIONS, Shipment, ShipmentAction, ShipmentState
from engine.model.order import CANCELLED_HERE, JOINED, ORDER_TRANSITIONS, Order, OrderAction, OrderState
from engine.model.request import (
    CHANGE_ACTIONS,
    REQUEST_TRANSITIONS,
    FulfillmentRequest,
    RequestAction,
    RequestLine,
    RequestState,
    RequestTransition,
    Work,
    allowed_actions,
)
from engine.model.request_change import ChangeState, RequestChange
from engine.model.transitions import IllegalTransition, Side, Transition

ROOT = Path(__file__).parents[3]
ORDERS, REQUESTS, SHIPMENTS = "engine/model/order.py", "engine/model/request.py", "engine/model/fulfillment.py"
LABELS = "engine/model/label.py"
NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(hours=1)
ITEMS = [{"line_key": "1", "quantity": 2}]
LINE = RequestLine("1", "MUG", "Mug", Decimal(2))


def order_in(state: OrderState) -> Order:
    return Order("ord_1", "acc_1", "sto_1", "n1", "1", "1", "r", {"items": ITEMS}, NOW, NOW, state, state_reason="before")


def request_in(state: RequestState) -> FulfillmentRequest:
    return FulfillmentRequest("ffr_1", "acc_1", "acc_2", "ord_1", (LINE,), "", (), NOW, state, "before")


def shipment_in(state: ShipmentState, quantity: int = 2) -> Shipment:
    shipped_at = None if state is ShipmentState.PLANNED else NOW
    return Shipment("shp_1", "acc_1", "ord_1", None, "seur", "24h", {"1": Decimal(quantity)}, (), state, shipped_at)


# What an order has when it settles as one of these.
FOLLOWS_FROM: dict[OrderState, tuple[list[FulfillmentRequest], list[Shipment]]] = {
    OrderState.OPEN: ([request_in(RequestState.CANCELLED)], [shipment_in(ShipmentState.VOIDED)]),
    OrderState.PENDING_FULFILLMENT: ([request_in(RequestState.REJECTED), request_in(RequestState.ACCEPTED)], []),
    OrderState.REJECTED_FULFILLMENT: ([request_in(RequestState.REJECTED)], [shipment_in(ShipmentState.PLANNED)]),
    OrderState.PARTIALLY_SHIPPED: ([request_in(RequestState.REQUESTED)], [shipment_in(ShipmentState.SHIPPED, 1)]),
    OrderState.SHIPPED: ([request_in(RequestState.CANCELLED)], [shipment_in(ShipmentState.SHIPPED)]),
}
CLOSED_BY = {OrderState.SHIPPED: "shipped_there", OrderState.CANCELLED: "not_wanted_there"}

# How each action is taken, and the reason that the order has then; the outcome counts where there are several.
ORDER_METHODS: dict[OrderAction, Callable[[Order, OrderState], None]] = {
    OrderAction.HAND_OVER: lambda order, _: order.hand_over(LATER),
    OrderAction.SKIP: lambda order, _: order.skip("rule-1"),
    OrderAction.TAKE_IN_AGAIN: lambda order, _: order.take_in_again(),
    OrderAction.CLOSE_UPSTREAM: lambda order, outcome: order.close_upstream(
        CLOSED_BY[outcome], LATER, shipped=outcome is OrderState.SHIPPED
    ),
    OrderAction.REOPEN: lambda order, _: order.reopen(LATER),
    OrderAction.SETTLE: lambda order, outcome: order.settle(*FOLLOWS_FROM[outcome], LATER),
    OrderAction.CANCEL: lambda order, _: order.cancel(LATER),
    OrderAction.RESTORE: lambda order, _: order.restore(LATER),
    OrderAction.TAKE_IN: lambda order, _: order.take_in(LATER),
    OrderAction.SPLIT: lambda order, _: order.split(LATER),
    OrderAction.JOIN: lambda order, _: order.join(LATER),
    OrderAction.COMBINE: lambda order, _: order.combine(LATER),
    OrderAction.SEPARATE: lambda order, _: order.separate(LATER),
}
OUTCOMES: dict[OrderAction, Sequence[OrderState]] = {
    OrderAction.HAND_OVER: (OrderState.PENDING_FULFILLMENT, OrderState.PARTIALLY_SHIPPED),
    OrderAction.SKIP: (OrderState.SKIPPED,),
    OrderAction.TAKE_IN_AGAIN: (OrderState.OPEN,),
    OrderAction.CLOSE_UPSTREAM: tuple(CLOSED_BY),
    OrderAction.REOPEN: (OrderState.OPEN,),
    OrderAction.SETTLE: tuple(FOLLOWS_FROM),
    OrderAction.CANCEL: (OrderState.CANCELLED,),
    OrderAction.RESTORE: (OrderState.OPEN,),
    OrderAction.TAKE_IN: (OrderState.OPEN,),
    OrderAction.SPLIT: (OrderState.OPEN,),
    OrderAction.JOIN: (OrderState.CANCELLED,),
    OrderAction.COMBINE: (OrderState.COMBINED,),
    OrderAction.SEPARATE: (OrderState.OPEN,),
}
REASONS = {OrderAction.SKIP: "rule-1", OrderAction.CANCEL: CANCELLED_HERE, OrderAction.JOIN: JOINED}
ORDER_CASES = [
    (state, action, outcome)
    for state in OrderState
    for action in OrderAction
    for outcome in OUTCOMES[action]
    # What has shipped in part stays that when the rest is handed over, and nothing else becomes it that way.
    if action is not OrderAction.HAND_OVER or (state is outcome) == (OrderState.PARTIALLY_SHIPPED in (state, outcome))
]

# What makes the work of a request be as far as that.
BY_WORK: dict[Work, dict[str, Any]] = {
    Work.SCHEDULED: {"not_before": LATER, "held": True},
    Work.WAITING: {},
    Work.HELD: {"held": True},
    Work.IN_PROGRESS: {"started_at": NOW},
    Work.SHIPPED_IN_PART: {"lines": (replace(LINE, shipped=Decimal(1)),)},
    Work.DONE: {"lines": (replace(LINE, shipped=Decimal(2)),)},
    Work.INCOMPLETE: {"lines": (replace(LINE, shipped=Decimal(1)),)},
}
OF_CLOSED = {Work.INCOMPLETE, Work.DONE}
REQUEST_CASES = [
    (state, work)
    for state, work in product(RequestState, Work)
    if (work in OF_CLOSED if state is RequestState.CLOSED else work is not Work.INCOMPLETE)
]
SHIPMENT_METHODS: dict[ShipmentAction, Callable[[Shipment], Shipment]] = {
    ShipmentAction.SHIP: lambda shipment: shipment.ship(LATER),
    ShipmentAction.VOID: lambda shipment: shipment.void(),
    ShipmentAction.SHIP_AGAIN: lambda shipment: shipment.ship_again(),
}


def rows_for(rows: Sequence[Transition[Any, Any]], state: StrEnum, action: StrEnum) -> list[Transition[Any, Any]]:
    return [row for row in rows if state in row.states and row.action is action]


@pytest.mark.parametrize(("state", "action", "outcome"), ORDER_CASES)
def test_an_order_becomes_what_its_table_says_and_nothing_else(
    state: OrderState, action: OrderAction, outcome: OrderState
) -> None:
    order = order_in(state)
    is_known = any(outcome in row.next_states for row in rows_for(ORDER_TRANSITIONS, state, action))

    if not is_known:
        with pytest.raises(IllegalTransition):
            ORDER_METHODS[action](order, outcome)
        assert (order.state, order.state_reason, order.updated_at) == (state, "before", NOW)
        return
    assert order.may(action)
    ORDER_METHODS[action](order, outcome)
    reason = CLOSED_BY[outcome] if action is OrderAction.CLOSE_UPSTREAM else REASONS.get(action)
    updated_at = NOW if action in (OrderAction.SKIP, OrderAction.TAKE_IN_AGAIN) else LATER
    assert (order.state, order.state_reason, order.updated_at) == (outcome, reason, updated_at)


@pytest.mark.parametrize(("state", "action"), list(product(OrderState, OrderAction)))
def test_an_order_says_beforehand_what_it_may_become(state: OrderState, action: OrderAction) -> None:
    assert order_in(state).may(action) == bool(rows_for(ORDER_TRANSITIONS, state, action))


@pytest.mark.parametrize(
    ("asked", "state"),
    [
        ([RequestState.REJECTED, RequestState.CANCELLED], OrderState.OPEN),
        ([RequestState.CANCELLED, RequestState.REJECTED], OrderState.REJECTED_FULFILLMENT),
        ([RequestState.REJECTED, RequestState.CLOSED], OrderState.OPEN),
        ([RequestState.CANCEL_REQUESTED, RequestState.REJECTED], OrderState.PENDING_FULFILLMENT),
        ([], OrderState.OPEN),
    ],
)
def test_of_requests_that_have_ended_the_last_one_counts(asked: list[RequestState], state: OrderState) -> None:
    order = order_in(OrderState.PENDING_FULFILLMENT)

    order.settle([request_in(one) for one in asked], [], LATER)
    assert order.state is state


CHANGE = RequestChange(ChangeState.ASKED, {"ship_by": "a"}, {"ship_by": "b"}, NOW)


def request_at(state: RequestState, work: Work, *, sent: bool = False, asks: bool = False) -> FulfillmentRequest:
    request = replace(request_in(state), **BY_WORK[work], sent_at=NOW if sent else None)
    return replace(request, change=CHANGE) if asks else request


def rows_at(
    state: RequestState, work: Work, action: RequestAction, side: Side, *, sent: bool, asks: bool
) -> list[RequestTransition]:
    rows = [row for row in REQUEST_TRANSITIONS if state in row.states and row.action is action and side in row.sides]
    return [row for row in rows if (not row.works or work in row.works) and row.sent in (None, sent) and asks >= row.change]


ANSWERS = (
    RequestAction.ACCEPT,
    RequestAction.REJECT,
    RequestAction.START,
    RequestAction.CLOSE,
    RequestAction.GRANT_CANCEL,
    RequestAction.REFUSE_CANCEL,
    *CHANGE_ACTIONS,
)


@pytest.mark.parametrize("action", ANSWERS)
def test_only_the_provider_answers_a_request(action: RequestAction) -> None:
    assert {side for row in REQUEST_TRANSITIONS if row.action is action for side in row.sides} == {Side.PROVIDER}


def test_work_is_what_has_happened() -> None:
    assert {request_at(state, work).work(NOW) for state, work in REQUEST_CASES} == set(Work)
    assert all(request_at(state, work).work(NOW) is work for state, work in REQUEST_CASES)
    assert request_at(RequestState.ACCEPTED, Work.SCHEDULED).work(LATER) is Work.HELD


@pytest.mark.parametrize("asks", [False, True])
@pytest.mark.parametrize("sent", [False, True])
@pytest.mark.parametrize(("state", "work"), REQUEST_CASES)
def test_a_request_becomes_what_its_table_says_by_whose_action_it_is(
    state: RequestState, work: Work, sent: bool, asks: bool
) -> None:
    request = request_at(state, work, sent=sent, asks=asks)
    for action, side in product(RequestAction, Side):
        rows = rows_at(state, work, action, side, sent=sent, asks=asks)
        assert request.may(action, side, NOW) == bool(rows), (action, side)
        if not rows:
            with pytest.raises(IllegalTransition):
                request.take(action, side, NOW, reason="other", text="Because.")
            continue
        changed = request.take(action, side, NOW, reason="other", text="Because.")
        if action in CHANGE_ACTIONS:
            refused = replace(CHANGE, state=ChangeState.REFUSED, text="Because.")
            change = None if action is RequestAction.ACCEPT_CHANGE else refused
            assert changed == replace(request, change=change, changed_at=NOW), "why it is in its state stays"
            continue
        assert changed.change == (request.change if changed.is_live else None), "what has ended is asked no more"
        wanted = (rows[0].next_states[0], "other", "Because.", NOW)
        assert (changed.state, changed.state_reason, changed.reason_text, changed.changed_at) == wanted, (action, side)
        assert (changed.started_at != request.started_at) == (action is RequestAction.START), (action, side)


@pytest.mark.parametrize(("state", "work"), REQUEST_CASES)
def test_a_side_hears_of_each_of_its_actions_whether_it_may_or_why_not(state: RequestState, work: Work) -> None:
    request = request_at(state, work)
    for side in Side:
        actions = allowed_actions(request, side, NOW)
        assert set(actions) == {row.action for row in REQUEST_TRANSITIONS if side in row.sides}
        for action, why_not in actions.items():
            assert (not why_not) == request.may(action, side, NOW)
            assert all(text.en != text.es for text in why_not)


def test_a_merchant_hears_that_the_provider_has_shipped_all_of_it() -> None:
    actions = allowed_actions(request_at(RequestState.ACCEPTED, Work.DONE), Side.MERCHANT, NOW)

    assert [text.en for text in actions[RequestAction.RECALL]] == [
        "{provider} has accepted the request.",
        "All of it has shipped.",
    ]
    assert allowed_actions(request_at(RequestState.ACCEPTED, Work.WAITING), Side.MERCHANT, NOW)[RequestAction.RECALL] == ()


@pytest.mark.parametrize(
    ("work", "state"),
    [
        (Work.SCHEDULED, RequestState.CANCELLED),
        (Work.WAITING, RequestState.CANCELLED),
        (Work.HELD, RequestState.CANCELLED),
        (Work.IN_PROGRESS, RequestState.CANCEL_REQUESTED),
        (Work.SHIPPED_IN_PART, RequestState.CANCEL_REQUESTED),
    ],
)
def test_what_has_begun_is_asked_back_and_all_else_taken_back(work: Work, state: RequestState) -> None:
    assert request_at(RequestState.ACCEPTED, work).take(RequestAction.RECALL, Side.MERCHANT, NOW).state is state


def test_what_a_system_elsewhere_may_have_is_only_asked_back() -> None:
    for state, work in product((RequestState.REQUESTED, RequestState.ACCEPTED), (Work.WAITING, Work.HELD, Work.IN_PROGRESS)):
        recalled = request_at(state, work, sent=True).take(RequestAction.RECALL, Side.MERCHANT, NOW)
        assert recalled.state is RequestState.CANCEL_REQUESTED


@pytest.mark.parametrize(("state", "action"), list(product(ShipmentState, ShipmentAction)))
def test_a_shipment_becomes_what_its_table_says_and_nothing_else(state: ShipmentState, action: ShipmentAction) -> None:
    shipment = shipment_in(state)
    rows = rows_for(SHIPMENT_TRANSITIONS, state, action)

    if not rows:
        with pytest.raises(IllegalTransition):
            SHIPMENT_METHODS[action](shipment)
        return
    changed = SHIPMENT_METHODS[action](shipment)
    assert changed.state is rows[0].next_states[0]
    assert changed.shipped_at == (LATER if action is ShipmentAction.SHIP else NOW)


@pytest.mark.parametrize("rows", [ORDER_TRANSITIONS, REQUEST_TRANSITIONS, SHIPMENT_TRANSITIONS])
def test_no_table_says_two_things_of_one_case(rows: Sequence[Transition[Any, Any]]) -> None:
    cases = [
        (state, row.action, side, work, sent)
        for row in rows
        for state in row.states
        for side in row.sides or (None,)
        for work in getattr(row, "works", ()) or Work
        for sent in ((False, True) if getattr(row, "sent", None) is None else (row.sent,))  # type: ignore[attr-defined]
    ]

    assert len(cases) == len(set(cases))


def test_a_flag_is_put_on_once_and_taken_off_whether_or_not_it_is_there() -> None:
    order = order_in(OrderState.OPEN)

    order.flag("a", "b")
    order.flag("c", "a")
    assert order.flags == ("a", "b", "c")
    order.unflag("b", "missing")
    assert order.flags == ("a", "c")


@cache
def sources() -> list[tuple[str, ast.Module]]:
    """All modules that could: they hold the word."""
    paths = [path for package in ("engine", "storage", "adapters") for path in sorted((ROOT / package).rglob("*.py"))]
    texts = [(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in paths]
    return [(file, ast.parse(text)) for file, text in texts if "state" in text or "flags" in text]


def assigned_attributes(file: str, tree: ast.Module) -> Iterator[str]:
    """What is given to others than the module's own objects: no class but an order assigns its own state or flags."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store | ast.Del):
            is_its_own = isinstance(node.value, ast.Name) and node.value.id == "self"
            if file == ORDERS or not is_its_own:
                yield node.attr
        elif isinstance(node, ast.Call) and _called(node) in ("setattr", "__setattr__"):
            yield from (argument.value for argument in node.args if isinstance(argument, ast.Constant))


def replaced_states(tree: ast.Module) -> Iterator[str]:
    """What stands for the new state where something is copied with another state."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _called(node) in ("replace", "_replace", "__replace__"):
            yield from (ast.unparse(keyword.value) for keyword in node.keywords if keyword.arg == "state")


def made_in_a_state(tree: ast.Module) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and any(keyword.arg == "state" for keyword in node.keywords):
            yield _called(node)


def _called(call: ast.Call) -> str:
    return call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")


@pytest.mark.parametrize("attribute", ["state", "state_reason"])
def test_an_order_gets_its_state_in_one_place(attribute: str) -> None:
    places = [file for file, tree in sources() for name in assigned_attributes(file, tree) if name == attribute]

    assert places == [ORDERS]


def test_an_orders_flags_are_put_on_and_taken_off_by_its_methods() -> None:
    places = {file for file, tree in sources() for name in assigned_attributes(file, tree) if name == "flags"}

    assert places == {ORDERS}


def test_requests_shipments_and_labels_get_their_states_in_their_modules() -> None:
    """Jobs, mails and connections are copied with another state elsewhere: theirs are none of these. So are those of what
    has a state of its own in its own module.
    """
    others = ("JobState.", "ConnectionState.", "CONNECTION_TRANSITIONS", "MailState.")
    own = {f"engine/model/{name}.py" for name in ("backtest_run", "bulk_action", "label_batch", "manifest", "pickup", "tracking")}
    places = [(file, value) for file, tree in sources() for value in replaced_states(tree) if file not in own]

    assert [file for file, value in places if not any(other in value for other in others)] == [SHIPMENTS, LABELS, REQUESTS]


def test_only_what_is_read_from_the_database_begins_in_another_state() -> None:
    of_interest = {"Order", "FulfillmentRequest", "Shipment"}
    places = {file for file, tree in sources() for name in made_in_a_state(tree) if name in of_interest}

    assert places == {
        f"storage/{file}.py" for file in ("orders/repositories", "fulfillment/repositories", "fulfillment/requests")
    }
