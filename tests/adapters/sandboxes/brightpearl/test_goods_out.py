from typing import Any

import pytest

from adapters.sandboxes.brightpearl import SandboxOptions, SandboxServer

NOTE = "/warehouse-service/goods-note/goods-out/{}"
EVENT = NOTE + "/event"


def event(code: str, **more: Any) -> dict[str, Any]:
    return {"events": [{"eventCode": code, "occured": "2026-11-20T15:00:00.000Z", "eventOwnerId": 12, **more}]}


def read(api, note_id: int) -> dict[str, Any]:
    reply = api.get(f"/warehouse-service/order/*/goods-note/goods-out/{note_id}")
    assert reply.headers["message-type"] == "get-goods-out-note"
    note: dict[str, Any] = reply.json()["response"][str(note_id)]
    return note


def refused(reply) -> tuple[int, str]:
    return reply.status_code, reply.json()["errors"][0]["code"]


def test_notes_come_as_a_map_by_id(api, order_of) -> None:
    ids = api.server.data.note_ids(order_of["two_notes"])
    found = api.get(f"/warehouse-service/order/*/goods-note/goods-out/{ids[0]}.{ids[1]},99999").json()["response"]
    assert sorted(found) == sorted(map(str, ids))
    assert [found[str(each)]["sequence"] for each in ids] == [1, 2]


@pytest.mark.parametrize("path", ["/goods-note/goods-out/", "/goods-note/goods-out"])
def test_all_notes_of_an_order(api, order_of, path: str) -> None:
    order_id = order_of["two_notes"]
    found = api.get(f"/warehouse-service/order/{order_id}{path}").json()["response"]
    assert [int(each) for each in found] == api.server.data.note_ids(order_id)


def test_the_order_in_the_path_is_obeyed(api) -> None:
    assert api.get("/warehouse-service/order/7001/goods-note/goods-out/82").status_code == 404
    assert api.get("/warehouse-service/order/7001-7003/goods-note/goods-out/81-90").json()["response"].keys() == {
        "81",
        "82",
        "83",
    }
    assert api.get("/warehouse-service/order/%2A/goods-note/goods-out/81%2C82").json()["response"].keys() == {"81", "82"}


def test_unknown_notes_are_404_or_an_empty_map(api) -> None:
    path = "/warehouse-service/order/*/goods-note/goods-out/99999"
    assert refused(api.get(path)) == (404, "CMNC-404")
    api.server.options = SandboxOptions(note_not_found="empty")
    assert (api.get(path).status_code, api.get(path).json()) == (200, {"response": {}})


def test_at_most_500_notes_and_never_all(api) -> None:
    assert api.get("/warehouse-service/order/*/goods-note/goods-out/1-501").status_code == 400
    assert api.get("/warehouse-service/order/*/goods-note/goods-out/1-500").status_code == 200
    assert api.get("/warehouse-service/order/*/goods-note/goods-out/").status_code == 400


def test_shape_of_a_note(api, order_of) -> None:
    note = read(api, api.server.data.note_ids(order_of["several_locations"])[0])
    assert note["status"]["printed"] is True
    assert "pickedOn" not in note["status"]
    assert {"labelUri", "externalRef"} & set(note) == set()
    places = next(iter(note["orderRows"].values()))
    assert [place["quantity"] for place in places] == [2, 1]
    assert {entry["eventCode"] for entry in note["events"]} == {"PLA", "PRI"}
    assert "occured" in note["events"][0]


def test_transfers_have_no_order(api, order_of) -> None:
    note_id = api.server.data.note_ids(order_of["beside_a_transfer"])[0] + 1
    note = read(api, note_id)
    assert (note["transfer"], note["orderId"]) == (True, 0)
    assert note["transferRows"]
    assert "orderRows" not in note


def test_put_writes_the_tracking_and_keeps_the_rest(api, order_of) -> None:
    note_id = api.server.data.note_ids(order_of["gift"])[0]
    method = read(api, note_id)["shipping"]["shippingMethodId"]
    reply = api.call(
        "PUT",
        NOTE.format(note_id),
        json={
            "priority": True,
            "shipping": {"reference": "1Z1", "boxes": 2, "weight": "2.50"},
            "labelUri": "https://labels.example.com/1.pdf",
        },
    )
    assert (reply.status_code, reply.json()) == (200, {})
    api.call("PUT", NOTE.format(note_id), json={"shipping": {"reference": "1Z2"}})
    note = read(api, note_id)
    assert note["shipping"] == {"reference": "1Z2", "shippingMethodId": method, "boxes": 2, "weight": "2.50"}
    assert (note["priority"], note["labelUri"]) == (True, "https://labels.example.com/1.pdf")


def test_put_may_replace(api, order_of) -> None:
    note_id = api.server.data.note_ids(order_of["gift"])[0]
    api.server.options = SandboxOptions(put_style="replace")
    api.call(
        "PUT",
        NOTE.format(note_id),
        json={"priority": True, "shipping": {"reference": "1Z1", "boxes": 2}, "labelUri": "https://l"},
    )
    api.call("PUT", NOTE.format(note_id), json={"shipping": {"reference": "1Z2"}})
    note = read(api, note_id)
    assert note["shipping"] == {"reference": "1Z2", "shippingMethodId": 0}
    assert note["priority"] is False
    assert "labelUri" not in note


@pytest.mark.parametrize(
    "document",
    [
        {"shipping": {"reference": "x" * 65}},
        {"shipping": {"weight": "1000000"}},
        {"shipping": {"weight": "heavy"}},
        {"labelUri": "x" * 513},
        {"shipping": []},
        {"shipping": {"shippingMethodId": "5"}},
    ],
)
def test_put_checks_its_limits(api, document: dict[str, Any]) -> None:
    before = read(api, 82)
    assert api.call("PUT", NOTE.format(82), json=document).status_code == 400
    assert read(api, 82) == before
    assert api.call("PUT", NOTE.format(99999), json={"shipping": {}}).status_code == 404
    assert refused(api.call("PUT", NOTE.format(82))) == (400, "CMNC-010")


def test_shipping_adds_the_missing_steps_and_freezes_the_note(api, order_of) -> None:
    order_id = order_of["not_printed"]
    before = read(api, 81)
    assert (
        api.call("POST", EVENT.format(81), json=event("SHW"), headers={"If-Match": str(before["lastEventVersion"])}).json() == {}
    )
    note = read(api, 81)
    assert all(note["status"][flag] for flag in ("printed", "picked", "packed", "shipped"))
    assert note["status"]["shippedOn"] == "2026-11-20T16:00:00.000+01:00"
    assert [entry["eventCode"] for entry in note["events"]][-4:] == ["PRI", "PIC", "PAC", "SHW"]
    assert note["lastEventVersion"] > before["lastEventVersion"]
    assert api.server.data.order(order_id)["shippingStatusCode"] == "ASS"
    assert api.call("POST", EVENT.format(81), json=event("UPR")).status_code == 400
    assert api.call("PUT", NOTE.format(81), json={"shipping": {"reference": "late"}}).status_code == 400
    assert api.call("DELETE", f"/warehouse-service/order/{order_id}/goods-note/goods-out/81").status_code == 400
    assert read(api, 81) == note


def test_half_an_order_shipped(api, order_of) -> None:
    order_id = order_of["two_notes"]
    first, second = api.server.data.note_ids(order_id)
    assert api.server.data.order(order_id)["shippingStatusCode"] == "SNS"
    api.call("POST", EVENT.format(second), json=event("SHW"))
    assert api.server.data.order(order_id)["shippingStatusCode"] == "SPS"
    api.call("POST", EVENT.format(first), json=event("SHW"))
    assert api.server.data.order(order_id)["shippingStatusCode"] == "ASS"


@pytest.mark.parametrize("status", [409, 412])
def test_an_old_version_clashes(api, status: int) -> None:
    api.server.options = SandboxOptions(version_clash_status=status)
    version = read(api, 82)["lastEventVersion"]
    api.call("POST", EVENT.format(82), json=event("PAC"))
    reply = api.call("POST", EVENT.format(82), json=event("SHW"), headers={"If-Match": str(version)})
    assert reply.status_code == status
    assert read(api, 82)["status"]["shipped"] is False


def test_steps_can_be_undone(api) -> None:
    api.call("POST", EVENT.format(82), json=event("UPR"))
    status = read(api, 82)["status"]
    assert (status["printed"], status["picked"]) == (False, True)
    assert "printedOn" not in status


@pytest.mark.parametrize(
    "document",
    [
        event("PLA"),
        event("XXX"),
        {"events": []},
        {},
        event("PRI", occured="soon"),
        event("PRI", occured="9999-12-31T23:59:59Z"),
        event("PRI", eventOwnerId=None),
        {"events": [{"eventCode": "PRI", "occured": "2026-11-20T15:00:00Z"}]},
        {"events": ["PRI"]},
    ],
)
def test_events_need_all_their_fields(api, document: dict[str, Any]) -> None:
    assert api.call("POST", EVENT.format(81), json=document).status_code == 400
    assert read(api, 81)["status"]["printed"] is False
    assert api.call("POST", EVENT.format(99999), json=event("PRI")).status_code == 404


def test_an_event_time_without_zone_is_taken(api) -> None:
    assert api.call("POST", EVENT.format(81), json=event("PRI", occured="2026-11-20T15:00:00")).status_code == 200
    assert read(api, 81)["status"]["printedOn"] == "2026-11-20T16:00:00.000+01:00"


def test_create_and_delete(api, order_of, server: SandboxServer) -> None:
    order_id = order_of["no_note"]
    row_id, product = row_with_two_units(server, order_id)
    path = f"/warehouse-service/order/{order_id}/goods-note/goods-out"
    reply = api.call(
        "POST",
        path,
        json={
            "warehouses": [{"warehouseId": 3, "products": [product]}, {"warehouseId": 5, "products": [product]}],
            "shippingMethodId": 6,
        },
    )
    ids = reply.json()["response"]
    assert server.data.note_ids(order_id) == ids
    notes = [read(api, each) for each in ids]
    assert [(note["warehouseId"], note["sequence"], note["shipping"]["shippingMethodId"]) for note in notes] == [
        (3, 1, 6),
        (5, 2, 6),
    ]
    assert notes[0]["orderRows"][row_id][0]["quantity"] == 1
    assert api.call("DELETE", f"{path}/{ids[0]}").json() == {}
    assert server.data.note_ids(order_id) == [ids[1]]
    assert api.call("DELETE", f"{path}/{ids[0]}").status_code == 404
    assert ids[0] not in {each["goodsOutNoteId"] for each in api.search()}


def row_with_two_units(server: SandboxServer, order_id: int) -> tuple[str, dict[str, int]]:
    """A row of an order, and one unit of it as a creation names it."""
    with server.data.edit_order(order_id) as order:
        row_id, row = next(iter(order["orderRows"].items()))
        row["quantity"]["magnitude"] = "2"
    return row_id, {"productId": row["productId"], "salesOrderRowId": int(row_id), "quantity": 1}


def test_a_new_note_keeps_what_it_was_made_with_and_no_unit_is_on_two_notes(api, order_of, server: SandboxServer) -> None:
    order_id = order_of["no_note"]
    _, product = row_with_two_units(server, order_id)
    path = f"/warehouse-service/order/{order_id}/goods-note/goods-out"
    entry = {"warehouseId": 3, "releaseDate": "2025-02-03T10:00:00.000Z", "transfer": False, "products": [product]}
    body = {"warehouses": [entry, entry], "priority": True, "labelUri": "https://labels.example.com/1.pdf"}
    first, _ = api.call("POST", path, json=body).json()["response"]
    note = read(api, first)
    assert (note["releaseDate"], note["priority"], note["labelUri"]) == (entry["releaseDate"], True, body["labelUri"])
    assert api.call("POST", path, json=body).status_code == 400
    assert len(server.data.note_ids(order_id)) == 2


def test_a_note_is_deleted_once_it_is_not_printed_any_more(api, order_of, server: SandboxServer) -> None:
    order_id = order_of["no_note"]
    _, product = row_with_two_units(server, order_id)
    path = f"/warehouse-service/order/{order_id}/goods-note/goods-out"
    [note] = api.call("POST", path, json={"warehouses": [{"warehouseId": 3, "products": [product]}]}).json()["response"]
    server.data.print_note(note)
    assert api.call("DELETE", f"{path}/{note}").status_code == 400
    server.data.add_event(note, "UPR")
    assert api.call("DELETE", f"{path}/{note}").json() == {}


@pytest.mark.parametrize(
    "document",
    [
        {},
        {"warehouses": [{}]},
        {"warehouses": ["3"]},
        {"warehouses": [{"warehouseId": 3, "products": 5}]},
        {"warehouses": [{"warehouseId": 3}], "shippingMethodId": "5"},
        {"warehouses": [{"warehouseId": 3, "products": [{"salesOrderRowId": 1, "quantity": 1}]}]},
    ],
)
def test_a_creation_needs_warehouse_and_rows(api, document: dict[str, Any]) -> None:
    before = api.server.data.note_ids(7001)
    assert api.call("POST", "/warehouse-service/order/7001/goods-note/goods-out", json=document).status_code == 400
    assert api.server.data.note_ids(7001) == before


def test_drop_ship_notes(api, order_of) -> None:
    order_id = order_of["drop_ship"]
    found = api.get(f"/warehouse-service/order/{order_id}/goods-note/drop-ship/").json()["response"]
    assert [note["orderId"] for note in found.values()] == [order_id]
    assert api.get("/warehouse-service/order/*/goods-note/drop-ship/").status_code == 400
    assert api.get(f"/warehouse-service/order/*/goods-note/drop-ship/{next(iter(found))}").json()["response"] == found
    assert api.get("/warehouse-service/order/7001/goods-note/drop-ship/").status_code == 404
