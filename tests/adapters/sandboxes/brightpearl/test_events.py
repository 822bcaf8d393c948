"""Which events a change raises, and what drop-ship notes can do."""

from typing import Any

import pytest

from adapters.sandboxes.brightpearl import SandboxServer

EVENT = "/warehouse-service/goods-note/drop-ship/{}/event"


@pytest.fixture
def events(server: SandboxServer) -> list[tuple[str, int]]:
    heard: list[tuple[str, int]] = []
    server.data.listeners.append(lambda event, resource_id: heard.append((event, resource_id)))
    return heard


@pytest.fixture
def drop_ship(server: SandboxServer, order_of) -> int:
    order_id = order_of["drop_ship"]
    return next(each for each, note in server.data.drop_ship_notes.items() if note["orderId"] == order_id)


def shipped(**changes: Any) -> dict[str, Any]:
    event = {"eventCode": "SHS", "occured": "2026-11-20T15:00:00.000Z", "eventOwnerId": 12}
    return {"trackingReference": "1Z9", "shippingMethodId": 5, "events": [{**event, **changes}]}


def test_shipping_a_note_moves_stock(server: SandboxServer, events: list[tuple[str, int]]) -> None:
    products = {place["productId"] for row in server.data.note(82)["orderRows"].values() for place in row}
    server.data.ship_note(82)
    assert ("goods-out-note.modified.shipped", 82) in events
    assert {each for event, each in events if event == "product.modified.on-hand-modified"} == products
    assert ("order.modified.fully-shipped", server.data.note(82)["orderId"]) in events


def test_a_new_order_tells_of_its_note_and_of_its_print(server: SandboxServer, events: list[tuple[str, int]]) -> None:
    _, printed = server.data.create_order()
    _, waiting = server.data.create_order(printed=False)
    server.data.create_order(with_note=False)

    assert [each for each in events if each[0].startswith("goods-out-note")] == [
        ("goods-out-note.created", printed),
        ("goods-out-note.modified.printed", printed),
        ("goods-out-note.created", waiting),
    ]


def test_products_change_at_the_desk(api, events: list[tuple[str, int]]) -> None:
    made = api.control("POST", "/products", {"sku": "NEW-1", "name": "New", "weight": "0.5"}).json()["product_id"]
    (product,) = api.get(f"/product-service/product/{made}").json()["response"]
    assert (product["identity"], product["stock"]["weight"]) == ({"sku": "NEW-1"}, {"magnitude": 0.5})
    assert api.control("POST", f"/products/{made}", {"weight": None, "barcode": "123"}).json() == {}
    changed = api.control("GET", f"/products/{made}").json()
    assert (changed["identity"]["barcode"], "weight" in changed["stock"]) == ("123", False)
    api.control("POST", f"/products/{made}/delete")
    assert events == [("product.created", made), ("product.modified", made), ("product.destroyed", made)]
    assert api.get(f"/product-service/product/{made}").status_code == 404


@pytest.mark.parametrize(
    ("path", "document", "status"),
    [
        ("/products", {"sku": "X"}, 400),
        ("/products/640", {"colour": "red"}, 400),
        ("/products/640", {"weight": 0.5}, 400),
        ("/products/99", {"weight": "1"}, 404),
        ("/products/99/delete", None, 404),
        ("/orders/7001/status", {"status_id": 99}, 400),
        ("/orders/7001/status", {}, 400),
        ("/drop-ship-notes/99/ship", None, 404),
    ],
)
def test_senseless_changes_are_refused(api, events: list[tuple[str, int]], path: str, document: Any, status: int) -> None:
    assert api.control("POST", path, document).status_code == status
    assert events == []


def test_a_status_set_at_the_desk(api, events: list[tuple[str, int]]) -> None:
    assert api.control("POST", "/orders/7002/status", {"status_id": 23}).json() == {}
    assert api.server.data.order(7002)["orderStatus"] == {"orderStatusId": 23, "name": "Shipped"}
    assert events == [("order.modified.order-status", 7002)]


def test_a_supplier_ships(api, drop_ship: int, events: list[tuple[str, int]]) -> None:
    order_id = api.server.data.drop_ship_notes[drop_ship]["orderId"]
    assert api.call("POST", EVENT.format(drop_ship), json=shipped()).json() == {}
    note = api.get(f"/warehouse-service/order/*/goods-note/drop-ship/{drop_ship}").json()["response"][str(drop_ship)]
    assert note["status"] == {"shipped": True, "shippedOn": "2026-11-20T16:00:00.000+01:00", "shippedById": 12}
    assert (note["trackingReference"], note["shippingMethodId"]) == ("1Z9", 5)
    assert note["events"][-1]["eventCode"] == "SHS"
    assert api.server.data.order(order_id)["shippingStatusCode"] == "ASS"
    assert events[0] == ("drop-ship-note.modified.shipped", drop_ship)
    assert ("order.modified.fully-shipped", order_id) in events
    assert api.call("POST", EVENT.format(drop_ship), json=shipped()).status_code == 400


@pytest.mark.parametrize(
    "document",
    [
        {},
        {**shipped(), "trackingReference": "x" * 65},
        {**shipped(), "shippingMethodId": "5"},
        {**shipped(), "events": shipped()["events"] * 2},
        shipped(eventCode="SHW"),
        shipped(occured="soon"),
        shipped(eventOwnerId="12"),
    ],
)
def test_a_suppliers_event_is_checked(api, drop_ship: int, document: dict[str, Any]) -> None:
    assert api.call("POST", EVENT.format(drop_ship), json=document).status_code == 400
    assert api.server.data.drop_ship_notes[drop_ship]["status"] == {"shipped": False}
    assert api.call("POST", EVENT.format(99999), json=shipped()).status_code == 404


def test_drop_ship_notes_come_and_go(api, events: list[tuple[str, int]]) -> None:
    note_id = api.control("POST", "/orders/7002/drop-ship").json()["note_id"]
    assert api.control("GET", f"/drop-ship-notes/{note_id}").json()["orderId"] == 7002
    assert api.control("POST", f"/drop-ship-notes/{note_id}/delete").json() == {}
    other = api.control("POST", "/orders/7002/drop-ship").json()["note_id"]
    assert api.control("POST", f"/drop-ship-notes/{other}/ship").json() == {}
    assert api.control("POST", f"/drop-ship-notes/{other}/delete").status_code == 400
    assert [event for event in events if event[0].startswith("drop")] == [
        ("drop-ship-note.created", note_id),
        ("drop-ship-note.destroyed", note_id),
        ("drop-ship-note.created", other),
        ("drop-ship-note.modified.shipped", other),
    ]
