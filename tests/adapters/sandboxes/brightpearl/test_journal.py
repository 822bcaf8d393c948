"""The journal of writes, and the documents as they stand."""

import json

from adapters.sandboxes.brightpearl import SandboxServer

NOTE = "/warehouse-service/goods-note/goods-out/82"
EVENT = {"events": [{"eventCode": "SHW", "occured": "2026-11-20T15:00:00.000Z", "eventOwnerId": 12}]}
HOOK = {
    "subscribeTo": "goods-out-note",
    "httpMethod": "POST",
    "uriTemplate": "https://me:pass@app.example.com/hook?token=s3cret",
    "bodyTemplate": "s3cret ${account-code} ${resource-type} ${lifecycle-event}",
    "contentType": "text/plain",
}


def test_every_write_is_noted_in_order(api, server: SandboxServer) -> None:
    api.get("/order-service/order/7002")
    api.call("PUT", NOTE, json={"shipping": {"reference": "1Z"}})
    version = str(server.data.note(82)["lastEventVersion"])
    api.call("POST", f"{NOTE}/event", json=EVENT, headers={"If-Match": version})
    api.call("POST", f"{NOTE}/event", json=EVENT)
    api.call("PUT", "/order-service/order/7002/status", json={"orderStatusId": 23})
    api.call("DELETE", "/integration-service/webhook/99")
    entries = server.journal()
    assert [entry["sequence"] for entry in entries] == [1, 2, 3, 4, 5]
    assert [(entry["method"], entry["path"], entry["status"]) for entry in entries] == [
        ("PUT", NOTE, 200),
        ("POST", f"{NOTE}/event", 200),
        ("POST", f"{NOTE}/event", 400),
        ("PUT", "/order-service/order/7002/status", 200),
        ("DELETE", "/integration-service/webhook/99", 404),
    ]
    assert entries[0]["body"] == {"shipping": {"reference": "1Z"}}
    assert entries[1]["if_match"] == version
    assert "if_match" not in entries[2]
    assert entries[4]["body"] is None
    assert api.control("GET", "/journal").json() == {"entries": entries}
    assert api.control("GET", "/journal?since=3").json() == {"entries": entries[3:]}
    assert api.control("GET", "/journal?since=x").status_code == 400


def test_what_was_carried_out_counts_and_nothing_else(api, server: SandboxServer) -> None:
    server.fault("error_500", method="PUT")
    api.call("PUT", NOTE, json={"shipping": {"reference": "1Z"}})
    assert server.journal() == []
    server.fault("truncated", method="PUT")
    api.call("PUT", NOTE, json={"shipping": {"reference": "1Z"}})
    assert [entry["status"] for entry in server.journal()] == [200]
    server.expire_tokens()
    api.call("PUT", NOTE, json={"shipping": {"reference": "1Z"}})
    assert len(server.journal()) == 1


def test_the_messages_of_a_multi_message_are_noted_one_by_one(api, server: SandboxServer) -> None:
    message = {"label": "a", "uri": NOTE, "httpMethod": "PUT", "body": {"shipping": {"reference": "1Z"}}}
    document = {"processingMode": "SEQUENTIAL", "onFail": "STOP", "messages": [message, {**message, "label": "b"}]}
    api.call("POST", "/multi-message", json=document)
    assert [(entry["path"], entry["body"]) for entry in server.journal()] == [(NOTE, message["body"])] * 2


def test_no_credentials_are_kept(api, server: SandboxServer) -> None:
    api.log_in()
    api.call("POST", "/integration-service/webhook", json=HOOK)
    api.call("POST", "/integration-service/webhook", json={**HOOK, "uriTemplate": "http://[s3cret"})
    api.call("POST", "/integration-service/webhook", json=["s3cret"])
    first, second, third = server.journal()
    assert first["body"]["uriTemplate"] == "https://app.example.com/hook"
    assert (second["body"]["uriTemplate"], third["body"]) == (None, None)
    assert "bodyTemplate" not in first["body"]
    text = json.dumps(server.journal())
    assert "s3cret" not in text
    assert "pass" not in text


def test_documents_as_they_stand(api, server: SandboxServer, order_of) -> None:
    gift, noted = order_of["gift"], order_of["html_order_notes"]
    assert api.control("GET", "/notes/82").json() == server.data.note(82)
    order = api.control("GET", f"/orders/{gift}").json()
    assert order["customFields"]["PCF_ZONE"] == {"id": 6, "value": "North"}
    assert order["goodsOutNoteIds"] == server.data.note_ids(gift)
    assert {name: order[name] for name in server.data.order(gift)} == server.data.order(gift)
    assert len(api.control("GET", f"/orders/{noted}").json()["orderNotes"]) == 2
    assert api.control("GET", "/notes/99999").status_code == api.control("GET", "/orders/99999").status_code == 404
