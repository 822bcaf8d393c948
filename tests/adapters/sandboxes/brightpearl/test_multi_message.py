import json
from typing import Any

import pytest

from adapters.sandboxes.brightpearl import SandboxOptions, SandboxServer, Throttle

NOTE = "/warehouse-service/goods-note/goods-out/{}"


def put(label: str, note_id: int, reference: str = "1Z") -> dict[str, Any]:
    body = {"shipping": {"reference": reference}}
    return {"label": label, "uri": NOTE.format(note_id), "httpMethod": "PUT", "body": body}


def send(api, *messages: Any, mode: str = "SEQUENTIAL", on_fail: str = "STOP"):
    document = {"processingMode": mode, "onFail": on_fail, "messages": list(messages)}
    return api.call("POST", "/multi-message", json=document)


def statuses(reply) -> dict[str, int]:
    return {each["label"]: each["statusCode"] for each in reply.json()["response"]["processedMessages"]}


def test_all_done_is_200(api, server: SandboxServer) -> None:
    note = {"label": "b", "uri": "/order-service/order/7002/note", "httpMethod": "POST", "body": {"text": "Label"}}
    reply = send(api, put("a", 82), note)
    assert reply.status_code == 200
    answer = reply.json()["response"]
    assert answer["unprocessedMessages"] == []
    first, second = answer["processedMessages"]
    assert first == {"label": "a", "statusCode": 200, "body": {"content": "{}"}}
    assert json.loads(second["body"]["content"])["response"] == server.data.order_notes[7002][-1]["noteId"]
    assert server.data.note(82)["shipping"]["reference"] == "1Z"


def test_a_failure_stops_the_rest(api, server: SandboxServer) -> None:
    reply = send(api, put("a", 82), put("b", 99999), put("c", 83))
    assert reply.status_code == 207
    assert statuses(reply) == {"a": 200, "b": 404}
    assert reply.json()["response"]["unprocessedMessages"] == ["c"]
    assert server.data.note(83)["shipping"]["reference"] == ""


@pytest.mark.parametrize(("mode", "on_fail"), [("SEQUENTIAL", "CONTINUE"), ("PARALLEL", "CONTINUE"), ("PARALLEL", "STOP")])
def test_a_failure_may_stop_nothing(api, server: SandboxServer, mode: str, on_fail: str) -> None:
    reply = send(api, put("a", 99999), put("b", 82), mode=mode, on_fail=on_fail)
    assert reply.status_code == 207
    assert statuses(reply) == {"a": 404, "b": 200}
    assert server.data.note(82)["shipping"]["reference"] == "1Z"


@pytest.mark.parametrize(
    "messages",
    [
        [],
        [put(str(number), 82) for number in range(11)],
        [put("a", 82), put("a", 83)],
        [{**put("a", 82), "httpMethod": "GET"}],
        [{**put("a", 82), "uri": 5}],
        [{**put("a", 82), "label": None}],
        ["a"],
    ],
)
def test_what_is_no_multi_message_is_refused(api, server: SandboxServer, messages: list[Any]) -> None:
    assert send(api, *messages).json()["errors"][0]["code"] == "CMNC-SANDBOX-MULTI"
    assert send(api, put("a", 82), mode="SOMEHOW").status_code == 400
    assert server.journal() == []


@pytest.mark.parametrize(("counts", "remaining", "second"), [(True, "197", 503), (False, "199", 200)])
def test_messages_count_against_the_cap_or_not(api, server: SandboxServer, counts: bool, remaining: str, second: int) -> None:
    server.options = SandboxOptions(multi_message_counts_each=counts)
    server.set_throttle(Throttle(201, 60))
    send(api, put("a", 82), put("b", 83))
    assert api.get("/product-service/channel").headers["brightpearl-requests-remaining"] == remaining
    server.set_throttle(Throttle(2, 60))
    assert statuses(send(api, put("a", 82), put("b", 83), on_fail="CONTINUE")) == {"a": 200, "b": second}
