"""Sales orders in their own shape, and PATCH of an order."""

from typing import Any

import pytest

PATH = "/order-service/sales-order"


def test_the_flat_shape(api, order_of) -> None:
    order = api.server.data.order(order_of["two_notes"])
    (flat,) = api.get(f"{PATH}/{order['id']}").json()["response"]
    assert (flat["ref"], flat["statusId"], flat["channelId"]) == (order["reference"], 22, 2)
    assert flat["customer"]["id"] == order["parties"]["customer"]["contactId"]
    assert "contactId" not in flat["customer"]["address"]
    assert flat["delivery"]["address"] == order["parties"]["delivery"]
    assert flat["total"]["gross"] == order["totalValue"]["total"]
    assert [str(row["id"]) for row in flat["rows"]] == list(order["orderRows"])
    assert flat["rows"][0]["quantity"] == "3.0000"
    assert "externalRef" not in flat


def test_only_sales_orders(api, order_of) -> None:
    other = f"{order_of['purchase_order']},{order_of['sales_credit']}"
    assert api.get(f"{PATH}/{other}").json() == {"response": []}
    assert api.call("OPTIONS", f"{PATH}/{other}").json() == {"response": {"getUris": []}}
    rows = api.search(f"{PATH}-search")
    assert {row["salesOrderId"] for row in rows} == set(api.server.data.orders) - {
        order_of["purchase_order"],
        order_of["sales_credit"],
    }
    assert api.search(f"{PATH}-search", channelId=3, salesOrderId=order_of["wrong_channel"])[0]["channelId"] == 3
    assert api.get(f"{PATH}-search/meta-data").json()["response"]["columns"][0]["name"] == "salesOrderId"
    assert api.get(f"{PATH}/7001-7300").status_code == 400


def test_an_order_can_be_patched(api) -> None:
    before = api.server.data.order(7003)
    changes = [
        {"op": "replace", "path": "/reference", "value": "NEW-1"},
        {"op": "replace", "path": "/delivery/deliveryDate", "value": "2026-12-01T09:00:00Z"},
    ]
    reply = api.call("PATCH", "/order-service/order/7003", json=changes)
    after = api.server.data.order(7003)
    assert (reply.status_code, reply.json()) == (200, {"response": after})
    assert (after["reference"], after["delivery"]["deliveryDate"]) == ("NEW-1", "2026-12-01T10:00:00.000+01:00")
    assert after["updatedOn"] > before["updatedOn"]
    assert after["version"] == before["version"] + 1


def test_every_documented_path_can_be_patched(api, order_of) -> None:
    order_id = order_of["absent_fields"]  # it has no delivery at all
    changes = [
        {"op": "replace", "path": "/warehouseId", "value": 5},
        {"op": "replace", "path": "/delivery/shippingMethodId", "value": 8},
        {"op": "replace", "path": "/parties/customer/contactId", "value": 201},
        {"op": "replace", "path": "/parties/billing/contactId", "value": 204},
        {"op": "replace", "path": "/delivery/deliveryDate", "value": "2026-12-01"},
        {"op": "remove", "path": "/reference"},
    ]
    order = api.call("PATCH", f"/order-service/order/{order_id}", json=changes).json()["response"]
    assert order == api.get(f"/order-service/order/{order_id}").json()["response"][0]
    assert (order["id"], order["warehouseId"], order["reference"]) == (order_id, 5, "")
    assert order["delivery"] == {"shippingMethodId": 8, "deliveryDate": "2026-12-01T01:00:00.000+01:00"}
    assert [order["parties"][party]["contactId"] for party in ("customer", "billing")] == [201, 204]
    removed = api.call("PATCH", f"/order-service/order/{order_id}", json=[{"op": "remove", "path": "/delivery/shippingMethodId"}])
    assert removed.json()["response"]["delivery"]["shippingMethodId"] == 0


def test_the_documented_columns_of_the_sales_order_search(api, order_of) -> None:
    reply = api.get(f"{PATH}-search", salesOrderId=order_of["shipped"]).json()
    names = {column["name"] for column in reply["response"]["metaData"]["columns"]}
    documented = "salesOrderId customerId orderStatusId orderStockStatus createdOn createdById customerRef orderPaymentStatus"
    more = "updatedOn orderShippingStatus externalRef installedIntegrationInstanceId warehouseId staffOwnerId taxDate channelId"
    assert names == {*documented.split(), *more.split(), "deliveryDate", "sandboxExtraColumn"}
    assert set(reply["reference"]) == {"orderStatusNames"}
    (row,) = api.search(f"{PATH}-search", salesOrderId=order_of["shipped"])
    assert (row["orderStockStatus"], row["orderPaymentStatus"], row["orderShippingStatus"]) == ("SOA", "PAID", "ASS")
    shipped = {each["salesOrderId"] for each in api.search(f"{PATH}-search", orderShippingStatus="ASS")}
    assert order_of["shipped"] in shipped
    assert order_of["two_notes"] not in shipped


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"op": "add", "path": "/reference", "value": "x"}, 500, "CMNC-044"),
        ({"op": "replace", "path": "/orderStatus", "value": "x"}, 500, "CMNC-043"),
        ({"op": "replace", "path": "/parties/delivery/telephone", "value": "x"}, 500, "CMNC-043"),
        ({"op": "replace", "path": ["/reference"], "value": "x"}, 500, "CMNC-043"),
        ({"op": "remove", "path": "/warehouseId"}, 500, "CMNC-044"),
        ({"op": "remove", "path": "/delivery/deliveryDate"}, 500, "CMNC-044"),
        ({"op": "replace", "path": "/warehouseId", "value": 4}, 400, "ORDC-SANDBOX-PATCH"),
        ({"op": "replace", "path": "/delivery/shippingMethodId", "value": 99}, 400, "ORDC-SANDBOX-PATCH"),
        ({"op": "replace", "path": "/delivery/shippingMethodId", "value": True}, 400, "ORDC-SANDBOX-PATCH"),
        ({"op": "replace", "path": "/parties/billing/contactId", "value": "201"}, 400, "ORDC-SANDBOX-PATCH"),
        ({"op": "replace", "path": "/reference", "value": "x" * 65}, 400, "ORDC-SANDBOX-PATCH"),
        ({"op": "replace", "path": "/reference", "value": 5}, 400, "ORDC-SANDBOX-PATCH"),
        ({"op": "replace", "path": "/delivery/deliveryDate", "value": "soon"}, 400, "ORDC-SANDBOX-PATCH"),
        ("x", 400, "CMNC-010"),
    ],
)
def test_little_of_it_can_be_patched(api, change: Any, status: int, code: str) -> None:
    before = api.server.data.order(7003)
    good = {"op": "replace", "path": "/reference", "value": "NEW-1"}
    reply = api.call("PATCH", "/order-service/order/7003", json=[good, change])
    assert (reply.status_code, reply.json()["errors"][0]["code"]) == (status, code)
    assert api.server.data.order(7003) == before
    assert api.call("PATCH", "/order-service/order/99999", json=[good]).json()["errors"][0]["code"] == "ORDC-003"
    assert api.call("PATCH", "/order-service/order/7003", json=good).status_code == 400


def test_a_file_on_an_order_note_is_passed_over(api) -> None:
    assert api.call("POST", "/order-service/order/7003/note", json={"text": "Label", "fileId": 7}).status_code == 200
    assert "fileId" not in api.get("/order-service/order/7003/note").json()["response"][-1]
