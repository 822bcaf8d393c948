"""When the order's status is set: once nothing of the order is left to ship, also not what stands on no note yet."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from support.brightpearl_stub import StubBrightpearl, answer, make_note, make_order

from adapters.stores.brightpearl.session import BrightpearlSession
from engine.model.write_back import ShipmentNotice

OpenSession = Callable[..., BrightpearlSession]
WANTED = 23
MUG = make_order()["orderRows"]["9101"]
NOTICE = ShipmentNotice(
    external_id="81",
    external_order_id="7001",
    order_number="7001",
    carrier="seur",
    service="24h",
    tracking_numbers=("T1",),
    weight_g=None,
    shipped_at=datetime(2026, 3, 2, 8, 15, tzinfo=UTC),
)


@pytest.fixture
def session(open_session: OpenSession) -> BrightpearlSession:
    return open_session(on_ship="order_status", shipped_status_id=WANTED)


def is_set(session: BrightpearlSession) -> bool:
    """Whether the status was wanted; the order has it already, so that nothing is written."""
    return session.write_back("status", NOTICE)


def serve(stub: StubBrightpearl, rows: dict[str, Any], code: str | None = "SNS", **note_rows: int) -> None:
    """An order of the row 9101, which the note ships, and of `rows`."""
    held = {"9101": 2, **{row.removeprefix("row"): quantity for row, quantity in note_rows.items()}}
    stub.notes[81] = make_note(rows={row: [{"productId": 640, "quantity": quantity}] for row, quantity in held.items()})
    stub.orders[7001] = make_order(
        orderRows={"9101": MUG, **rows}, shippingStatusCode=code, orderStatus={"orderStatusId": str(WANTED)}
    )


@pytest.mark.parametrize("code", ["SNS", "SPS", None])
@pytest.mark.parametrize("on_note", [None, 1, 2])
def test_the_status_waits_for_units_that_stand_on_no_note(
    stub: StubBrightpearl, session: BrightpearlSession, on_note: int | None, code: str | None
) -> None:
    serve(stub, {"9102": MUG}, code, **({} if on_note is None else {"row9102": on_note}))

    assert is_set(session) is (on_note == 2)


def test_brightpearl_may_say_that_all_is_shipped(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    serve(stub, {"9102": MUG}, "ASS")

    assert is_set(session)


@pytest.mark.parametrize(
    "row",
    [
        {**MUG, "productId": 1000},
        {**MUG, "productId": "1000"},
        {**MUG, "composition": {"bundleParent": True}},
        {**MUG, "quantity": {"magnitude": "0.0000"}},
        {**MUG, "quantity": {"magnitude": "-1.0000"}},
        {**MUG, "productId": 0},
    ],
)
def test_rows_that_never_stand_on_a_note_are_not_waited_for(
    stub: StubBrightpearl, session: BrightpearlSession, row: dict[str, Any]
) -> None:
    serve(stub, {"9102": row})

    assert is_set(session)


@pytest.mark.parametrize(("stock", "sets"), [({"stockTracked": False}, True), ({"stockTracked": True}, False), (None, False)])
def test_products_that_are_not_stock_tracked_are_not_waited_for(
    stub: StubBrightpearl, session: BrightpearlSession, stock: Any, sets: bool
) -> None:
    serve(stub, {"9102": {**MUG, "productId": 641}})
    stub.lists["product-service/product/641"] = [{"id": 641, "stock": stock}]

    assert is_set(session) is sets


def test_an_app_that_may_not_see_products_waits(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    serve(stub, {"9102": {**MUG, "productId": 641}})
    stub.reply = lambda seen: answer({}, 403) if "product-service" in seen.path else stub.own_reply(seen)

    assert not is_set(session)


def test_what_a_supplier_ships_is_not_waited_for(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    serve(stub, {"9102": MUG})
    stub.drop_ship = {"5": {"orderId": 7001, "orderRows": {"9102": [{"productId": 640, "quantity": 2}]}}}

    assert is_set(session)
