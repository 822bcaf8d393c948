"""Carriers that call when a parcel moves: only what they have signed is heard, and it names the shipment that it is about."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from support.clock import FixedClock
from support.easypost_parcels import DOMESTIC, LOOPBACK
from support.easypost_parcels import account as easypost_account
from support.sendcloud import open_sendcloud

from adapters.carriers.easypost.carrier import EasyPostCarrier
from adapters.carriers.sendcloud.carrier import SendcloudCarrier
from adapters.carriers.signed_calls import signature_of
from adapters.sandboxes.easypost import EasyPostServer
from adapters.sandboxes.webhook import Webhook
from engine.model.account import CarrierAccount
from engine.model.carrier import CALLS_SIGNED_WITH, CalledAbout
from engine.ports import CallingCarrier, CarrierRefused

SECRET = "ﬁve secrets"  # the first letter is two in the form that is signed with
NAMES = {"easypost": "X-Hmac-Signature", "sendcloud": "Sendcloud-Signature"}


@dataclass
class Call:
    """A call that a stand-in made, with the account that it is for and what it should name."""

    carrier: CallingCarrier
    account: CarrierAccount
    headers: dict[str, str]
    body: bytes
    about: CalledAbout

    def parsed(self, **changes: Any) -> CalledAbout:
        changed = replace(self, **changes)
        return changed.carrier.parse_call(changed.account, changed.headers, changed.body)

    def signed(self, body: bytes) -> dict[str, Any]:
        """Another body with a signature that is right."""
        prefix = "hmac-sha256-hex=" if self.account.carrier == "easypost" else ""
        return {"body": body, "headers": {NAMES[self.account.carrier]: prefix + signature_of(SECRET, body)}}


@pytest.fixture
def posted(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, Any]]:
    """What a stand-in sent to its webhook."""
    sent: list[dict[str, Any]] = []

    def post(url: str, **given: Any) -> Any:
        sent.append({"url": url, **given})
        return type("Answer", (), {"status_code": 200})()

    monkeypatch.setattr("adapters.sandboxes.webhook.requests.post", post)
    return sent


def _with_secret(account: CarrierAccount) -> CarrierAccount:
    return replace(account, credentials={**account.credentials, CALLS_SIGNED_WITH: SECRET})


@pytest.fixture(params=["easypost", "sendcloud"])
def call(request: pytest.FixtureRequest, posted: list[dict[str, Any]]) -> Iterator[Call]:
    webhook = Webhook("http://127.0.0.1:9/events", SECRET)
    if request.param == "easypost":
        with EasyPostServer() as server:
            account = _with_secret(easypost_account(server.url))
            carrier: Any = EasyPostCarrier(FixedClock(), [LOOPBACK])
            session = carrier.open(account)
            made = session.buy(DOMESTIC, session.prepare(DOMESTIC))
            server.webhook = webhook
            server._control("POST", "/control/track", json.dumps({"shipment": made.carrier_id, "status": "delivered"}).encode())
            yield _call(carrier, account, posted, made)
    else:
        with open_sendcloud() as sendcloud:
            made = sendcloud.buy()
            sendcloud.server.webhook = webhook
            said = {"tracking_number": made.tracking_numbers[0], "status": "delivered"}
            sendcloud.server._control("POST", "/control/scan", json.dumps(said).encode())
            yield _call(sendcloud.carrier, _with_secret(sendcloud.account), posted, made)


def _call(carrier: CallingCarrier, account: CarrierAccount, posted: list[dict[str, Any]], made: Any) -> Call:
    [sent] = posted
    about = CalledAbout((made.carrier_id,), made.tracking_numbers)
    return Call(carrier, account, dict(sent["headers"]), sent["data"], about)


def test_a_call_names_the_shipment_that_it_is_about(call: Call) -> None:
    assert call.parsed() == call.about
    assert call.parsed(headers={name.lower(): value for name, value in call.headers.items()}) == call.about


def test_a_call_that_the_carrier_has_not_signed_is_refused(call: Call) -> None:
    name = NAMES[call.account.carrier]
    for changes in (
        {"headers": {}},
        {"headers": {**call.headers, name: "0" * 64}},
        {"headers": {**call.headers, name: "é"}},
        {"body": call.body + b" "},
        {"account": replace(call.account, credentials={**call.account.credentials, CALLS_SIGNED_WITH: "another"})},
        {"account": replace(call.account, credentials={}), **call.signed(call.body)},
    ):
        with pytest.raises(CarrierRefused, match="not signed"):
            call.parsed(**changes)


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"\xff", b"{}", b'{"action": "parcel_status_changed", "description": "tracker.updated"}']
)
def test_a_call_that_names_nothing_is_heard_all_the_same(call: Call, body: bytes) -> None:
    assert call.parsed(**call.signed(body)) == CalledAbout()


def test_sendcloud_signs_with_the_secret_key_unless_it_has_a_key_of_its_own() -> None:
    account = CarrierAccount("car_1", "acc_1", "sendcloud", ("dpd:home",), credentials={"secret_key": "s3cret"})
    body = b'{"action": "parcel_status_changed", "parcel": {"tracking_number": "T1"}}'
    headers = {"Sendcloud-Signature": signature_of("s3cret", body)}
    assert SendcloudCarrier(FixedClock()).parse_call(account, headers, body) == CalledAbout((), ("T1",))


def test_a_stand_in_calls_this_machine_only() -> None:
    assert Webhook.parse({"url": "http://localhost:8080/x", "secret": "s"}).secret == "s"
    with EasyPostServer() as easypost, open_sendcloud() as sendcloud:
        for server in (easypost, sendcloud.server):
            said = json.dumps({"url": "http://example.com/x", "secret": "s"}).encode()
            answer = server._control("POST", "/control/webhook", said)
            assert (answer.status, b"this machine only" in answer.body) == (400, True)
            assert server.webhook is None


def test_a_stand_in_says_what_its_call_was_answered(posted: list[dict[str, Any]]) -> None:
    with open_sendcloud() as sendcloud:
        made = sendcloud.buy()
        sendcloud.server._control("POST", "/control/webhook", b'{"url": "http://127.0.0.1:9/x"}')
        said = json.dumps({"tracking_number": made.tracking_numbers[0], "status": "delivered"}).encode()
        told = json.loads(sendcloud.server._control("POST", "/control/scan", said).body)
        assert (told["called"], told["webhook"]) == ([200], "http://127.0.0.1:9/x")
        headers, body = posted[0]["headers"], posted[0]["data"]
        assert (
            sendcloud.carrier.parse_call(sendcloud.account, headers, body).numbers == made.tracking_numbers
        )  # by its secret key
