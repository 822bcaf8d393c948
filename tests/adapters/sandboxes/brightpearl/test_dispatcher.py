import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from adapters.sandboxes.brightpearl import SandboxOptions
from adapters.sandboxes.brightpearl.dispatcher import WebhookDispatcher

EVERY_VARIABLE = "${full-event} ${resource-type} ${lifecycle-event} ${resource-specifier} ${resource-id} ${raised-on} ${other}"
NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Receiver:
    """Takes calls on connections that it keeps; answers with the next of `statuses`, then with 200, once `open` is set."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str, str]] = []
        self.connections: set[tuple[str, int]] = set()
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()
        self.open.set()
        self.statuses: list[int] = []
        self.arrived = threading.Condition()
        receiver = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def do_POST(self) -> None:
                receiver.connections.add(self.client_address)
                receiver.entered.release()
                receiver.open.wait(60)
                body = self.rfile.read(int(self.headers["Content-Length"])).decode()
                with receiver.arrived:
                    status = receiver.statuses.pop(0) if receiver.statuses else 200
                    receiver.calls.append((self.path, str(self.headers["Content-Type"]), body))
                    receiver.arrived.notify_all()
                self.send_response(status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args: Any) -> None:
                """Quiet."""

        self.http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.http.serve_forever, args=(0.01,), daemon=True).start()

    def wait_for(self, count: int) -> list[str]:
        with self.arrived:
            assert self.arrived.wait_for(lambda: len(self.calls) >= count, 5), self.calls
            return [body for _, _, body in self.calls]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    made = Receiver()
    yield made
    made.http.shutdown()
    made.http.server_close()


def hook(receiver: Receiver, **changes: Any) -> dict[str, Any]:
    return {
        "id": 12,
        "subscribeTo": "goods-out-note",
        "httpMethod": "POST",
        "contentType": "application/json",
        "uriTemplate": f"http://127.0.0.1:{receiver.http.server_port}/hook?token=t&a=${{account-code}}",
        "bodyTemplate": EVERY_VARIABLE,
        "idSetAccepted": True,
        "qualityOfService": 1,
        **changes,
    }


def settled(dispatcher: WebhookDispatcher, count: int) -> dict[str, int]:
    """The outcomes, as soon as they are so many."""
    pause = threading.Event()
    for _ in range(500):
        outcomes = dispatcher.outcomes()
        if sum(outcomes.values()) >= count:
            return outcomes
        pause.wait(0.01)
    return dispatcher.outcomes()


@pytest.fixture
def dispatch(receiver: Receiver) -> Iterator[Any]:
    """Starts a dispatcher for one hook, with what happened before it began."""
    made: list[WebhookDispatcher] = []

    def begin(events: list[tuple[str, int]], switches: dict[str, Any] | None = None, **changes: Any) -> WebhookDispatcher:
        one = hook(receiver, **changes)
        options = SandboxOptions(webhook_retry_s=(0.01, 0.01), **(switches or {}))
        dispatcher = WebhookDispatcher("testacct", lambda: [one], lambda: NOW, lambda: options)
        for event, resource_id in events:
            dispatcher.on_event(event, resource_id)
        dispatcher.start()
        made.append(dispatcher)
        return dispatcher

    yield begin
    for each in made:
        each.stop()


PRINTED = "goods-out-note.modified.printed"


def test_variables_are_filled_in(dispatch, receiver: Receiver) -> None:
    dispatch([(PRINTED, 81)])
    assert receiver.wait_for(1) == [f"{PRINTED} goods-out-note modified printed 81 2026-11-20T09:00:00.000Z ${{other}}"]
    assert receiver.calls[0][:2] == ("/hook?token=t&a=testacct", "application/json")


def test_ids_come_as_a_set_when_accepted(dispatch, receiver: Receiver) -> None:
    dispatch([(PRINTED, 40), (PRINTED, 41), (PRINTED, 50), ("goods-out-note.created", 60)], bodyTemplate="${resource-id}")
    assert receiver.wait_for(2) == ["40-41,50", "60"]


def test_without_sets_each_id_has_its_call(dispatch, receiver: Receiver) -> None:
    dispatch([(PRINTED, 40), (PRINTED, 41)], bodyTemplate="${resource-id}", idSetAccepted=False)
    assert receiver.wait_for(2) == ["40", "41"]


def test_only_events_below_the_subscription(dispatch, receiver: Receiver) -> None:
    dispatch(
        [("order.modified", 1), ("goods-out-note.modified", 2), (PRINTED, 3)], subscribeTo=PRINTED, bodyTemplate="${resource-id}"
    )
    assert receiver.wait_for(1) == ["3"]


def test_duplicates(dispatch, receiver: Receiver) -> None:
    dispatch([(PRINTED, 40)], {"duplicate_webhooks": True}, bodyTemplate="${resource-id}")
    assert receiver.wait_for(2) == ["40", "40"]


@pytest.mark.parametrize(
    ("quality", "statuses", "outcomes"),
    [
        (1, [500, 503], {"delivered": 1, "retried": 2, "lost": 0}),
        (1, [404], {"delivered": 0, "retried": 0, "lost": 1}),
        (0, [503], {"delivered": 1, "retried": 1, "lost": 0}),
        (0, [500], {"delivered": 0, "retried": 0, "lost": 1}),
        (1, [500, 500, 500], {"delivered": 0, "retried": 2, "lost": 1}),
    ],
)
def test_quality_of_service(dispatch, receiver: Receiver, quality: int, statuses: list[int], outcomes: dict[str, int]) -> None:
    receiver.statuses = statuses
    dispatcher = dispatch([(PRINTED, 40)], qualityOfService=quality)
    assert settled(dispatcher, sum(outcomes.values())) == outcomes


@pytest.mark.parametrize(
    "uri", ["http://192.0.2.1/x", "https://127.0.0.1/x", "http://hooks.example.com/x", "http://127.0.0.1:99999/x"]
)
def test_nothing_outside_this_machine_is_called(dispatch, uri: str) -> None:
    dispatcher = dispatch([(PRINTED, 40)], qualityOfService=0, uriTemplate=uri)
    assert settled(dispatcher, 1) == {"delivered": 0, "retried": 0, "lost": 1}


def test_a_print_at_the_desk_calls_the_registered_hook(api, receiver: Receiver) -> None:
    registered = hook(receiver, subscribeTo=PRINTED)
    del registered["id"]
    assert api.call("POST", "/integration-service/webhook", json=registered).status_code == 200
    api.control("POST", "/notes/81/print")
    assert receiver.wait_for(1)[0].split()[4] == "81"


def test_calls_of_one_hook_share_a_connection(dispatch, receiver: Receiver) -> None:
    dispatcher = dispatch([])
    for number in range(1, 6):
        dispatcher.on_event(PRINTED, number)
        receiver.wait_for(number)
    assert len(receiver.connections) == 1


def test_only_what_waits_together_comes_as_a_set(dispatch, receiver: Receiver) -> None:
    dispatcher = dispatch([], bodyTemplate="${resource-id}")
    dispatcher.on_event(PRINTED, 40)
    settled(dispatcher, 1)
    assert receiver.entered.acquire(timeout=60)
    receiver.open.clear()
    dispatcher.on_event(PRINTED, 41)
    assert receiver.entered.acquire(timeout=60)
    for number in (50, 51, 53):
        dispatcher.on_event(PRINTED, number)
    receiver.open.set()
    assert receiver.wait_for(3) == ["40", "41", "50-51,53"]


def test_calls_can_overtake_each_other(dispatch, receiver: Receiver) -> None:
    events = [(PRINTED, number) for number in (40, 41, 42, 43, 44)]
    dispatch(events, {"reorder_webhooks": True}, bodyTemplate="${resource-id}", idSetAccepted=False)
    assert receiver.wait_for(5) == ["41", "40", "43", "42", "44"]


def test_a_slow_receiver_keeps_nobody_else_waiting(receiver: Receiver) -> None:
    slow, quick = Receiver(), receiver
    slow.open.clear()
    hooks = [{**hook(slow), "id": 12}, {**hook(quick), "id": 13}]
    dispatcher = WebhookDispatcher("testacct", lambda: hooks, lambda: NOW, SandboxOptions)
    dispatcher.start()
    dispatcher.on_event(PRINTED, 40)
    assert len(quick.wait_for(1)) == 1
    assert slow.calls == []
    hooks[:] = [hooks[1]]
    slow.open.set()
    assert len(slow.wait_for(1)) == 1
    dispatcher.on_event(PRINTED, 41)
    assert len(quick.wait_for(2)) == 2
    dispatcher.stop()
    slow.http.shutdown()
    slow.http.server_close()


def test_stopping_breaks_off_a_call(dispatch, receiver: Receiver) -> None:
    receiver.open.clear()
    dispatcher = dispatch([(PRINTED, 40), (PRINTED, 41)], idSetAccepted=False)
    assert receiver.entered.acquire(timeout=60)
    dispatcher.stop()
    assert receiver.calls == []
    assert not [thread for thread in threading.enumerate() if thread.name == "brightpearl-sandbox-webhook-12"]
    receiver.open.set()


def test_what_was_called_can_be_listed_without_its_secrets(dispatch, receiver: Receiver) -> None:
    receiver.statuses = [500]
    dispatcher = dispatch([(PRINTED, 40)])
    settled(dispatcher, 2)
    assert dispatcher.deliveries() == [
        {
            "hook_id": 12,
            "event": PRINTED,
            "ids": "40",
            "uri": f"http://127.0.0.1:{receiver.http.server_port}/hook",
            "at": "2026-11-20T10:00:00.000+01:00",
            "status": 200,
            "attempts": 2,
            "outcome": "delivered",
        }
    ]


def test_a_hook_can_be_tried_out(api, receiver: Receiver) -> None:
    registered = hook(receiver, subscribeTo="goods-out-note")
    del registered["id"]
    path = f"/integration-service/webhook/{api.call('POST', '/integration-service/webhook', json=registered).json()['response']}"
    test_data = {"${resource-id}": "1-3", "${resource-specifier}": "tried", "other": "own"}
    assert api.call("POST", f"{path}/simulate", json={"testData": test_data}).json() == {}
    (body,) = receiver.wait_for(1)
    assert body.split() == ["goods-out-note.modified", "goods-out-note", "modified", "tried", "1-3", body.split()[5], "own"]
    for wrong in ({}, {"testData": {}}, {"testData": {"${resource-id}": "1-11"}}, {"testData": {"${resource-id}": 5}}):
        assert api.call("POST", f"{path}/simulate", json=wrong).json()["errors"][0]["code"] == "INTC-SANDBOX-TEST"
    assert api.call("POST", "/integration-service/webhook/99/simulate", json={"testData": test_data}).status_code == 404
    assert api.control("GET", "/webhooks/deliveries").json()["deliveries"][0]["ids"] == "1-3"


def test_without_sets_a_test_calls_once_for_each_id(api, receiver: Receiver) -> None:
    registered = hook(receiver, idSetAccepted=False, bodyTemplate="${resource-id} ${resource-type} ${lifecycle-event}")
    del registered["id"]
    hook_id = api.call("POST", "/integration-service/webhook", json=registered).json()["response"]
    api.call("POST", f"/integration-service/webhook/{hook_id}/simulate", json={"testData": {"${resource-id}": "7,4"}})
    assert [body.split()[0] for body in receiver.wait_for(2)] == ["7", "4"]
