from typing import Any

import pytest


def refused(reply) -> tuple[int, str]:
    return reply.status_code, reply.json()["errors"][0]["code"]


def nulls(value: Any) -> bool:
    if isinstance(value, dict):
        return any(nulls(each) for each in value.values())
    return any(nulls(each) for each in value) if isinstance(value, list) else value is None


def test_orders_come_as_an_array_without_the_unknown(api) -> None:
    found = api.get("/order-service/order/7001-7003,7010,99999").json()["response"]
    assert sorted(order["id"] for order in found) == [7001, 7002, 7003, 7010]
    assert api.get("/order-service/order/99999").json() == {"response": []}


def test_at_most_200_orders(api) -> None:
    assert api.get("/order-service/order/7001-7200").status_code == 200
    assert api.get("/order-service/order/7001-7201").status_code == 400
    assert api.get("/order-service/order/x").status_code == 404


def test_no_nulls_and_money_as_text(api) -> None:
    orders = api.get("/order-service/order/").json()["response"]
    assert len(orders) == 60
    for order in orders:
        if (order.get("delivery") or {}).get("shippingMethodId", 0) is None:  # the one null that Brightpearl is known to send
            del order["delivery"]["shippingMethodId"]
    assert not nulls(orders)
    assert all(isinstance(order["totalValue"]["total"], str) for order in orders)


def test_custom_fields_come_when_asked_for(api, order_of) -> None:
    path = f"/order-service/order/{order_of['gift']}"
    assert "customFields" not in api.get(path).json()["response"][0]
    order = api.get(path, includeOptional="customFields,nullCustomFields").json()["response"][0]
    assert order["customFields"]["PCF_ZONE"] == {"id": 6, "value": "North"}
    assert order["nullCustomFields"] == ["PCF_TRACKING"]


def test_custom_fields_can_be_patched(api, order_of) -> None:
    path = f"/order-service/order/{order_of['gift']}/custom-field"
    changes = [
        {"op": "add", "path": "/PCF_TRACKING", "value": "1Z"},
        {"op": "replace", "path": "/PCF_ZONE", "value": {"id": 5}},
        {"op": "remove", "path": "/PCF_GIFT"},
    ]
    fields = api.call("PATCH", path, json=changes).json()["response"]
    assert fields == {"PCF_TRACKING": "1Z", "PCF_ZONE": {"id": 5, "value": "South"}} == api.get(path).json()["response"]
    assert refused(api.call("PATCH", path, json=[{"op": "move", "path": "/PCF_GIFT"}])) == (500, "CMNC-044")
    for change in (
        {"op": "add", "path": "/PCF_NONE", "value": "x"},
        {"op": "add", "path": "/PCF_ZONE", "value": {"id": 9}},
        "x",
        {"op": "add", "path": ["/PCF_GIFT"], "value": "x"},
        {"op": "add", "path": "/PCF_GIFT", "value": 3},
    ):
        assert api.call("PATCH", path, json=[change]).status_code == 400
    assert api.get(path).json()["response"] == fields


def test_options_splits_and_drops_missing_ids(api) -> None:
    reply = api.call("OPTIONS", "/order-service/order/7001-7004,7006,8000-9000")
    assert reply.json() == {"response": {"getUris": ["/order/7001-7004,7006"]}}


def test_status_change(api, order_of) -> None:
    path = f"/order-service/order/{order_of['gift']}"
    before = api.get(path).json()["response"][0]
    reply = api.call("PUT", f"{path}/status", json={"orderStatusId": 23, "orderNote": {"text": "Shipped 1Z", "isPublic": True}})
    assert (reply.status_code, reply.json()) == (200, {})
    after = api.get(path).json()["response"][0]
    assert after["orderStatus"] == {"orderStatusId": 23, "name": "Shipped"}
    assert after["version"] == before["version"] + 1
    notes = api.get(f"{path}/note").json()["response"]
    assert [(note["text"], note["isPublic"], note["orderStatusId"]) for note in notes] == [("Shipped 1Z", True, 23)]


@pytest.mark.parametrize("status", [99, 7, 21, 5, None])
def test_a_status_must_exist_suit_and_be_visible(api, status: int | None) -> None:
    before = api.get("/order-service/order/7001").json()
    assert api.call("PUT", "/order-service/order/7001/status", json={"orderStatusId": status}).status_code == 400
    assert api.get("/order-service/order/7001").json() == before


def test_writes_to_unknown_orders(api) -> None:
    assert refused(api.call("PUT", "/order-service/order/99999/status", json={"orderStatusId": 22})) == (404, "ORDC-003")
    assert refused(api.call("POST", "/order-service/order/99999/note", json={"text": "x"})) == (404, "ORDC-003")


def test_order_notes(api, order_of) -> None:
    path = f"/order-service/order/{order_of['html_order_notes']}/note"
    first, second = api.get(path).json()["response"]
    assert first["text"].startswith("<p>")
    assert api.get(f"{path}/{second['noteId']}").json()["response"] == [second]
    made = api.call("POST", path, json={"text": "Label made", "addedOn": "2026-11-20T10:00:00Z"}).json()["response"]
    added = api.get(path).json()["response"][-1]
    assert (added["noteId"], added["text"], added["isPublic"]) == (made, "Label made", False)
    assert added["addedOn"] == "2026-11-20T11:00:00.000+01:00"
    for document in ({}, {"text": ""}, {"text": "x", "addedOn": "soon"}):
        assert api.call("POST", path, json=document).status_code == 400
    assert api.get("/order-service/order/7001/note").json() == {"response": []}


@pytest.mark.parametrize(
    ("path", "key", "first"),
    [
        ("/warehouse-service/shipping-method", "id", 5),
        ("/warehouse-service/warehouse", "id", 3),
        ("/product-service/channel", "id", 1),
        ("/order-service/order-status", "statusId", 1),
        ("/order-service/order-type", "id", 1),
        ("/order-service/order-shipping-status", "id", 1),
        ("/order-service/order-stock-status", "id", 1),
        ("/order-service/sale/custom-field-meta-data", "id", 1),
    ],
)
def test_lists(api, path: str, key: str, first: int) -> None:
    everything = api.get(path).json()["response"]
    assert everything[0][key] == first
    assert api.get(f"{path}/{first},999").json()["response"] == everything[:1]
    assert refused(api.get(f"{path}/999")) == (404, "CMNC-404")
