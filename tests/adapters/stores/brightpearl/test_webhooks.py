"""What is registered at Brightpearl, and what its calls mean."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import closing
from typing import Any

import pytest
from support.brightpearl_stub import Answer, Seen, StubBrightpearl, answer, errors, serving
from support.sandbox_shop import LOOPBACK, NOW, STORE_PASSWORD, sandbox

from adapters.clock import SystemClock
from adapters.sandboxes.brightpearl import SandboxServer
from adapters.stores.brightpearl.session import BrightpearlConnector, BrightpearlSession
from adapters.stores.brightpearl.webhooks import MOST_IDS, SUBSCRIPTIONS, is_on_this_machine, parse_webhook
from engine.model.store import Store
from engine.model.webhook import WebhookEvent
from engine.ports import StoreError, StoreUnavailable

ADDRESS = "http://127.0.0.1:9/hooks/brightpearl/sto_1"
EVERYTHING, NOTHING = WebhookEvent(everything=True), WebhookEvent()


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with sandbox(lambda: NOW, orders=3) as running:
        yield running


@pytest.fixture
def session(server: SandboxServer) -> Iterator[BrightpearlSession]:
    settings = {"integration_url": server.url, "account_code": "testacct", "channel_ids": [2]}
    credentials = {"username": "u@example.com", "password": STORE_PASSWORD}
    store = Store("sto_1", "acc_1", "brightpearl", "S", settings, credentials, NOW)
    opened = BrightpearlConnector(SystemClock(), [LOOPBACK]).open(store)
    yield opened
    opened.close()


def hooks(session: BrightpearlSession) -> list[dict[str, Any]]:
    return session._client.get_webhooks()


def test_what_matters_is_registered_so_that_nothing_is_lost(session: BrightpearlSession) -> None:
    ids = session.register_webhooks(f"{ADDRESS}?token=s3cret")

    registered = hooks(session)
    assert [str(hook["id"]) for hook in registered] == list(ids)
    assert {hook["subscribeTo"] for hook in registered} == set(SUBSCRIPTIONS)
    for hook in registered:
        assert (hook["httpMethod"], hook["qualityOfService"], hook["idSetAccepted"]) == ("POST", 1, True)
        assert hook["uriTemplate"] == f"{ADDRESS}?token=s3cret"
        assert json.loads(hook["bodyTemplate"])["id"] == "${resource-id}"


def test_only_what_calls_the_same_address_is_listed(session: BrightpearlSession) -> None:
    assert session.list_webhooks(ADDRESS) == []
    old = session.register_webhooks(f"{ADDRESS}?token=old")
    session.register_webhooks(f"{ADDRESS}2?token=other")
    session.register_webhooks("https://else.example/hooks")
    new = session.register_webhooks(f"{ADDRESS}?token=new")

    assert session.list_webhooks(ADDRESS) == [*old, *new]


def test_what_is_gone_counts_as_removed(session: BrightpearlSession) -> None:
    ids = session.register_webhooks(f"{ADDRESS}?token=s3cret")
    session.remove_webhooks(ids[:1])
    session.remove_webhooks(ids)
    assert hooks(session) == []


def test_a_webhook_is_not_gone_because_something_else_than_brightpearl_answers(stub, open_session) -> None:
    stub.reply = lambda seen: stub.own_reply(seen) if seen.method == "POST" else Answer(404, b"<html>no such site</html>")

    with pytest.raises(StoreUnavailable, match="not Brightpearl's"):
        open_session().remove_webhooks(["12"])


def test_an_event_that_the_account_does_not_offer_is_left_out(stub, open_session) -> None:
    registered: list[str] = []

    def reply(seen: Seen) -> Answer:
        if not seen.path.endswith("/webhook"):
            return stub.own_reply(seen)
        event = json.loads(seen.body)["subscribeTo"]
        if event in ("goods-out-note.modified", "order.modified"):
            return errors(400, "INTC-064", "no such event")
        registered.append(event)
        return answer({"response": len(registered)})

    stub.reply = reply
    ids = open_session().register_webhooks(f"{ADDRESS}?token=s3cret")

    assert len(ids) == len(registered) == 4
    assert registered[:3] == [f"goods-out-note.modified.{step}" for step in ("printed", "un-printed", "shipped")]


@pytest.mark.parametrize("code", ["INTC-064", "INTC-099"])
def test_a_refusal_of_everything_is_told(stub, open_session, code: str) -> None:
    stub.reply = lambda seen: errors(400, code, "no") if seen.path.endswith("/webhook") else stub.own_reply(seen)

    with pytest.raises(StoreError, match=code) as caught:
        open_session().register_webhooks(f"{ADDRESS}?token=s3cret")

    assert "s3cret" not in str(caught.value)


def body(**changes: Any) -> bytes:
    said = {
        "accountCode": "testacct",
        "resourceType": "goods-out-note",
        "id": "41",
        "lifecycleEvent": "modified",
        "fullEvent": "goods-out-note.modified.printed",
        "raisedOn": "2026-02-03T11:05:00.000Z",
    }
    return json.dumps({**said, **changes}).encode()


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ({}, WebhookEvent(("41",))),
        ({"id": "2-4,40"}, WebhookEvent(("2", "3", "4", "40"))),
        ({"id": "41.57"}, WebhookEvent(("41", "57"))),
        ({"id": 41}, WebhookEvent(("41",))),
        ({"lifecycleEvent": "destroyed", "fullEvent": "goods-out-note.destroyed"}, WebhookEvent(("41",))),
        ({"accountCode": " TestAcct "}, WebhookEvent(("41",))),
        ({"resourceType": "order", "id": "7001,7002", "fullEvent": "order.modified"}, WebhookEvent(("order:7001", "order:7002"))),
        ({"resourceType": "sales-order", "id": "7001", "fullEvent": "sales-order.created"}, WebhookEvent(("order:7001",))),
        ({"fullEvent": "goods-out-note.modified.picked"}, NOTHING),
        ({"fullEvent": "goods-out-note.modified.un-packed"}, NOTHING),
        ({"resourceType": "drop-ship-note", "fullEvent": "drop-ship-note.modified.shipped"}, NOTHING),
        ({"accountCode": "other"}, None),
        ({"accountCode": 7}, EVERYTHING),
        ({"resourceType": None}, EVERYTHING),
        ({"id": None}, EVERYTHING),
        ({"id": ""}, EVERYTHING),
        ({"id": "*"}, EVERYTHING),
        ({"id": f"1-{MOST_IDS + 1}"}, EVERYTHING),
        ({"id": "1-999999999999999999"}, EVERYTHING),
        ({"id": f"1-{MOST_IDS}"}, WebhookEvent(tuple(str(number) for number in range(1, MOST_IDS + 1)))),
    ],
)
def test_a_call_names_notes_orders_nothing_or_everything(said: dict[str, Any], meant: WebhookEvent | None) -> None:
    assert parse_webhook("testacct", body(**said)) == meant


@pytest.mark.parametrize("garbage", [b"", b"{", b"[]", b"null", b"\xff", b'"41"', b"{}", b"[" * 5000])
def test_what_cannot_be_read_means_everything(garbage: bytes) -> None:
    assert parse_webhook("testacct", garbage) == EVERYTHING


@pytest.mark.parametrize(
    ("url", "expected"),
    [
        ("http://127.0.0.1:9090", True),
        ("http://localhost:1", True),
        ("http://[::1]:1", True),
        ("https://euw1.brightpearlconnect.com", False),
        ("http://10.0.0.1", False),
        ("http://127.0.0.1.example", False),
        ("", False),
        ("http://[", False),
    ],
)
def test_a_sandbox_is_on_this_machine(url: str, expected: bool) -> None:
    assert is_on_this_machine(url) is expected


def test_a_refusal_that_repeats_the_address_shows_no_secret() -> None:
    def refuse(seen: Seen) -> Answer:
        if seen.method != "POST" or not seen.path.endswith("/webhook"):
            return answer({"response": "a-token"})
        address = json.loads(seen.body)["uriTemplate"]
        return errors(400, "INTC-001", f"{address} is not an address: {address.partition('=')[2]}")

    with serving(StubBrightpearl()) as stub:
        stub.reply = refuse
        settings = {"integration_url": stub.url, "account_code": "testacct", "channel_ids": [2]}
        store = Store("sto_1", "acc_1", "brightpearl", "S", settings, {"username": "u", "password": STORE_PASSWORD}, NOW)
        with (
            closing(BrightpearlConnector(SystemClock(), [LOOPBACK]).open(store)) as session,
            pytest.raises(StoreError, match="INTC-001 http") as caught,
        ):
            session.register_webhooks(f"{ADDRESS}?token=s3cret-of-calls")

    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("ids", ["1-1000," * 4000 + "1", "1-999999999999999999", ",".join(map(str, range(1, MOST_IDS + 2)))])
def test_a_call_that_names_too_much_is_no_list_to_work_through(ids: str) -> None:
    assert (
        parse_webhook("testacct", json.dumps({"accountCode": "testacct", "resourceType": "order", "id": ids}).encode())
        == EVERYTHING
    )
