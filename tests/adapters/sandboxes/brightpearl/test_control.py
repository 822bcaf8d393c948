from typing import Any

import pytest

from adapters.sandboxes.brightpearl import SandboxServer


def test_state_counts_data_and_requests(api, server: SandboxServer) -> None:
    assert api.control("POST", "/requests/reset").json() == {}
    api.get("/order-service/order/7001,7002")
    api.get("/order-service/order/7003/note/*")
    api.get("/warehouse-service/order/*/goods-note/goods-out/1-5.9")
    api.get("/warehouse-service/order/%2A/goods-note/goods-out/81")
    state = api.control("GET", "/state").json()
    assert (state["orders"], state["webhooks"]) == (60, 0)
    assert state["webhook_calls"] == {"delivered": 0, "retried": 0, "lost": 0}
    assert state["transfer_notes"] == state["drop_ship_notes"] == 1
    assert state["notes"] == len(server.data.notes) > state["printed_notes"] > state["shipped_notes"] > 0
    assert state["requests"]["by_path"] == {
        "GET /public-api/testacct/order-service/order/{ids}": {"requests": 1, "answered": 1},
        "GET /public-api/testacct/order-service/order/{ids}/note/{ids}": {"requests": 1, "answered": 1},
        "GET /public-api/testacct/warehouse-service/order/{ids}/goods-note/goods-out/{ids}": {"requests": 2, "answered": 1},
    }
    assert state["requests"]["by_status"] == {"200": 3, "404": 1}


def test_a_note_at_the_desk(api, server: SandboxServer) -> None:
    def status() -> set[str]:
        return {flag for flag, value in server.data.note(81)["status"].items() if value is True}

    for action, after in (
        ("print", {"printed"}),
        ("pick", {"printed", "picked"}),
        ("pack", {"printed", "picked", "packed"}),
        ("unprint", {"picked", "packed"}),
    ):
        assert api.control("POST", f"/notes/81/{action}").json() == {}
        assert status() == after
    api.control("POST", "/notes/81/ship", {"reference": "ELSE-1"})
    assert "shipped" in status()
    assert server.data.note(81)["shipping"]["reference"] == "ELSE-1"
    assert api.control("POST", "/notes/81/delete").status_code == 400
    assert api.control("POST", "/notes/81/ship", {"reference": "ELSE-2"}).status_code == 400
    assert server.data.note(81)["shipping"]["reference"] == "ELSE-1"


def test_a_deleted_note_is_gone(api, server: SandboxServer) -> None:
    api.control("POST", "/notes/82/delete")
    assert api.get("/warehouse-service/order/*/goods-note/goods-out/82").status_code == 404
    assert server.data.note_ids(7002) == []
    reply = api.control("POST", "/notes/82/print")
    assert (reply.status_code, reply.json()) == (404, {"error": "there is no goods-out note 82"})


def test_a_changed_address(api) -> None:
    before = api.get("/order-service/order/7002").json()["response"][0]
    api.control("POST", "/orders/7002/address", {"addressLine1": "Calle Nueva 1", "addressLine3": "Toledo"})
    after = api.get("/order-service/order/7002").json()["response"][0]
    assert after["parties"]["delivery"]["addressLine1"] == "Calle Nueva 1"
    assert after["parties"]["customer"] == before["parties"]["customer"]
    assert after["version"] == before["version"] + 1
    assert after["updatedOn"] > before["updatedOn"]
    assert api.control("POST", "/orders/7002/address", {"street": "x"}).status_code == 400
    assert api.control("POST", "/orders/99999/address", {"addressLine1": "x"}).status_code == 404


def test_a_new_order(api, server: SandboxServer) -> None:
    made = api.control("POST", "/orders", {"rows": 3, "address": {"addressFullName": "Nueva Clienta"}}).json()
    assert made == {"order_id": 7061, "note_id": max(server.data.notes)}
    order = server.data.order(7061)
    assert (len(order["orderRows"]), order["parties"]["delivery"]["addressFullName"]) == (3, "Nueva Clienta")
    assert made["note_id"] in server.expected()["imported"]
    other = api.control("POST", "/orders", {"channel_id": 4, "printed": False}).json()
    assert server.data.note(other["note_id"])["status"]["printed"] is False
    assert api.control("POST", "/orders", {"with_note": False}).json()["note_id"] is None


@pytest.mark.parametrize(
    "document", [{"lines": 3}, {"rows": "many"}, {"rows": 999}, {"printed": "no"}, {"address": "x"}, {"address": {"street": "x"}}]
)
def test_a_senseless_order_is_refused(api, server: SandboxServer, document: dict[str, Any]) -> None:
    reply = api.control("POST", "/orders", document)
    assert reply.status_code == 400
    assert reply.json()["error"]
    assert len(server.data.orders) == 60


def test_an_order_split_in_two(api, server: SandboxServer, order_of) -> None:
    order_id = order_of["two_notes"]
    kept, _ = server.data.note_ids(order_id)
    server.data.delete_note(kept)
    whole = server.data.note(server.data.note_ids(order_id)[0])["orderRows"]
    ids = api.control("POST", f"/orders/{order_id}/split").json()["note_ids"]
    assert server.data.note_ids(order_id) == ids
    notes = [server.data.note(each) for each in ids]
    assert all(note["status"]["printed"] for note in notes)
    pieces = [sum(place["quantity"] for places in note["orderRows"].values() for place in places) for note in notes]
    assert pieces[0] == 1
    assert sum(pieces) == sum(place["quantity"] for places in whole.values() for place in places)
    bare, _ = server.data.create_order(with_note=False)
    made = api.control("POST", f"/orders/{bare}/split").json()["note_ids"]
    assert [server.data.note(each)["status"]["printed"] for each in made] == [True, True]
    assert api.control("POST", "/orders/99999/split").status_code == 404


def test_switches(api, server: SandboxServer) -> None:
    reply = api.control("POST", "/options", {"omit_columns": ["transfer"], "note_not_found": "empty", "shuffle_columns": False})
    assert reply.json() == api.control("GET", "/options").json()
    assert server.options.omit_columns == {"transfer"}
    assert api.get("/warehouse-service/order/*/goods-note/goods-out/9").json() == {"response": {}}
    for document in (
        {"nonsense": 1},
        {"shuffle_columns": 1},
        {"omit_columns": "transfer"},
        {"note_not_found": "maybe"},
        {"version_clash_status": 418},
        {"search_lag_s": -1},
        {"token_lifetime_s": 1.5},
        {"webhook_retry_s": [1, "soon"]},
        {"webhook_retry_s": 3},
    ):
        refused = api.control("POST", "/options", document)
        assert refused.status_code == 400
        assert next(iter(document)) in refused.json()["error"]
    assert server.options.note_not_found == "empty"
    api.control("POST", "/options", {"webhook_retry_s": [1, 0.5], "search_lag_s": 3})
    assert (server.options.webhook_retry_s, server.options.search_lag_s) == ((1.0, 0.5), 3)


def test_the_throttle_can_be_set(api) -> None:
    assert api.control("POST", "/throttle", {"limit": 1, "window_s": 60}).status_code == 200
    assert [api.get("/product-service/channel").status_code for _ in range(2)] == [200, 503]
    assert api.control("GET", "/state").status_code == 200
    api.control("POST", "/throttle", {"limit": 0})
    assert api.get("/product-service/channel").status_code == 200
    for document in ({"limit": -1}, {"window_s": 0}, {"limit": "few"}):
        assert api.control("POST", "/throttle", document).status_code == 400


def test_faults_by_request(api) -> None:
    assert api.control("POST", "/faults", {"kind": "error_500", "path": "channel", "times": 2}).status_code == 200
    assert [fault["kind"] for fault in api.control("GET", "/faults").json()] == ["error_500"]
    assert api.get("/product-service/channel").status_code == 500
    api.control("DELETE", "/faults")
    assert api.get("/product-service/channel").status_code == 200
    assert "kind must be one of" in api.control("POST", "/faults", {"kind": "boom"}).json()["error"]
    assert "unknown key 'count'" in api.control("POST", "/faults", {"kind": "reset", "count": 1}).json()["error"]


def test_tokens_and_password(api) -> None:
    assert api.control("POST", "/tokens/expire").json() == {"expired": 1}
    assert api.get("/product-service/channel").status_code == 401
    assert api.control("POST", "/password", {"password": 5}).status_code == 400
    assert api.control("POST", "/password", {"password": "new"}).status_code == 200


def test_expected_by_request(api, server: SandboxServer) -> None:
    assert api.control("GET", "/expected").json() == server.expected((2,))
    both = api.control("GET", "/expected?channels=1,2&window_days=365&warehouses=3").json()
    assert both["imported"] != server.expected((2,))["imported"]
    assert api.control("GET", "/expected?channels=web").status_code == 400


def test_kinds_and_the_unknown(api, order_of) -> None:
    assert api.control("GET", "/kinds").json()[str(order_of["bundle"])] == "bundle"
    assert api.control("GET", "/nonsense").status_code == 404
    assert api.control("POST", "/state").status_code == 404
