"""Documents that lack fields are found and listed all the same: what is absent is an empty cell."""

from __future__ import annotations

from typing import Any

import pytest

from adapters.sandboxes.brightpearl import SandboxServer

ORDER_SEARCH = "/order-service/order-search"
OF_ORDERS = ("assignment", "delivery", "placedOn", "parties", "orderStatus", "orderPaymentStatus", "createdById", "parentOrderId")
OF_NOTES = ("transfer", "shipping", "status", "priority", "createdBy", "warehouseId", "createdOn")


@pytest.mark.parametrize("name", OF_ORDERS)
@pytest.mark.parametrize("is_null", [True, False])
def test_an_order_without_a_field_breaks_no_search(api: Any, server: SandboxServer, name: str, is_null: bool) -> None:
    order_id = min(server.data.orders)
    with server.data.edit_order(order_id) as order:
        order.pop(name)
        order.update({name: None} if is_null else {})

    rows = api.search(ORDER_SEARCH)

    assert [row["orderId"] for row in rows] == sorted(server.data.orders)
    found = next(row for row in rows if row["orderId"] == order_id)
    if name == "placedOn":
        assert order_id not in [row["orderId"] for row in api.search(ORDER_SEARCH, placedOn="2000-01-01T00:00:00.000Z/")]
    if name == "assignment":
        assert (found["departmentId"], server.data.orders[order_id].channel_id) == (None, 0)


@pytest.mark.parametrize("name", OF_NOTES)
@pytest.mark.parametrize("is_null", [True, False])
def test_a_note_without_a_field_breaks_no_search(api: Any, server: SandboxServer, name: str, is_null: bool) -> None:
    note_id = min(server.data.notes)
    with server.data.edit_note(note_id) as note:
        note.pop(name)
        note.update({name: None} if is_null else {})

    rows = api.search()

    assert note_id in [row["goodsOutNoteId"] for row in rows]
