"""The stand-in for Sendcloud: as its documentation has it, and broken on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import requests

from adapters.sandboxes.sendcloud import FaultError, OptionError, SendcloudOptions, SendcloudServer, parse_fault_words

KEYS = ("sandbox-public-key", "sandbox-secret-key")
ADDRESS = {"name": "Ana", "address_line_1": "Rua Nova 2", "postal_code": "1100-048", "city": "Lisboa", "country_code": "PT"}
CALLS = ("announce", "find")


@pytest.fixture
def server() -> Iterator[SendcloudServer]:
    with SendcloudServer() as running:
        running.time = datetime(2026, 3, 2, 12, tzinfo=UTC)  # type: ignore[attr-defined]
        running.now = lambda: running.time  # type: ignore[attr-defined,method-assign]
        yield running


def call(server: SendcloudServer, method: str, path: str, body: Any = None, **options: Any) -> requests.Response:
    return requests.request(method, server.url + path, json=body, timeout=10, **{"auth": KEYS, **options})


def control(server: SendcloudServer, method: str, path: str, body: Any = None) -> requests.Response:
    return requests.request(method, server.url.removesuffix("/api/v3") + f"/control{path}", json=body, timeout=10)


def shipment(**changes: Any) -> dict[str, Any]:
    return {
        "to_address": ADDRESS,
        "from_address": {**ADDRESS, "country_code": "ES"},
        "ship_with": {"type": "shipping_option_code", "properties": {"shipping_option_code": "dpd:home"}},
        "parcels": [{"weight": {"value": "1.320", "unit": "kg"}}],
        "external_reference_id": "lbl_1",
        **changes,
    }


def ship_with(code: str) -> dict[str, Any]:
    return {"type": "shipping_option_code", "properties": {"shipping_option_code": code}}


def wrong(server: SendcloudServer, **changes: Any) -> list[str]:
    answer = call(server, "POST", "/shipments/announce", shipment(**changes))
    assert answer.status_code == 400
    return [error["source"]["pointer"] for error in answer.json()["errors"]]


def test_a_reference_has_one_shipment_for_ever(server: SendcloudServer) -> None:
    first = call(server, "POST", "/shipments/announce", shipment())
    again = call(server, "POST", "/shipments/announce", shipment(parcels=[]))

    assert (first.status_code, again.status_code) == (201, 409)
    assert again.json()["data"]["id"] == first.json()["data"]["id"]
    assert "label_file" in first.json()["data"]["parcels"][0]
    assert server.shipments.announced == 1
    [found] = call(server, "GET", "/shipments?external_reference_id=lbl_1").json()["data"]
    assert found["parcels"][0]["tracking_number"] == "3SSAND0000001"
    assert call(server, "GET", "/shipments?external_reference_id=lbl_2").json()["data"] == []
    assert call(server, "POST", "/shipments/announce", shipment(external_reference_id=None)).status_code == 201


def test_keys_are_looked_at_first(server: SendcloudServer) -> None:
    for auth in (None, ("sandbox-public-key", "wrong")):
        answer = call(server, "GET", "/user/auth/metadata", auth=auth)
        assert (answer.status_code, answer.json()["errors"][0]["code"]) == (401, "authentication_failed")
    assert call(server, "GET", "/user/auth/metadata").json() == {"data": {"user_id": 1, "integration_id": 1}}


@pytest.mark.parametrize(
    ("changes", "pointers"),
    [
        ({"to_address": {**ADDRESS, "name": ""}}, ["/to_address/name"]),
        (
            {"to_address": {**ADDRESS, "country_code": "Portugal"}},
            ["/to_address/country_code"],
        ),
        ({"from_address": {"sender_address_id": 1, "name": "Ana"}}, ["/from_address"]),
        ({"something": 1}, ["/something"]),
        ({"to_address": {**ADDRESS, "country_code": "US"}}, ["/to_address/state_province_code"]),
        ({"ship_with": {}}, ["/ship_with/type"]),
        ({"ship_with": ship_with("seur:24")}, ["/ship_with/properties/shipping_option_code"]),
        ({"parcels": []}, ["/parcels"]),
        ({"parcels": [{"weight": {"value": 1, "unit": "kg"}}]}, ["/parcels/0/weight"]),
        ({"parcels": [{"weight": {"value": "32", "unit": "kg"}}]}, ["/parcels/0/weight"]),
        (
            {"ship_with": ship_with("postnl:standard"), "parcels": [{"weight": {"value": "1", "unit": "kg"}}] * 2},
            ["/ship_with/properties/shipping_option_code"],
        ),
        (
            {
                "parcels": [
                    {"weight": {"value": "1", "unit": "kg"}, "additional_insured_price": {"value": "1", "currency": "EUR"}}
                ]
            },
            ["/parcels/0/additional_insured_price"],
        ),
        (
            {"to_address": {**ADDRESS, "country_code": "GB"}, "ship_with": ship_with("dhl_express:worldwide/incoterm=dap")},
            ["/customs_information/invoice_number", "/customs_information/export_reason", "/parcels/0/parcel_items"],
        ),
    ],
)
def test_every_fault_of_a_shipment_is_named_with_its_place(
    server: SendcloudServer, changes: dict[str, Any], pointers: list[str]
) -> None:
    assert wrong(server, **changes) == pointers
    assert server.shipments.announced == 0


def test_the_limits_of_requests_hold(server: SendcloudServer) -> None:
    answers = [call(server, "POST", "/shipping-options", {}).status_code for _ in range(16)]
    assert answers == [200] * 15 + [429]
    refused = call(server, "POST", "/shipping-options", {})
    assert refused.headers["Retry-After"] == "1"
    assert call(server, "GET", "/user/auth/metadata").status_code == 200  # reading has limits of its own
    server.time += timedelta(seconds=1)  # type: ignore[attr-defined]
    assert call(server, "POST", "/shipping-options", {}).status_code == 200
    server.change(throttle=False)
    assert {call(server, "POST", "/shipping-options", {}).status_code for _ in range(20)} == {200}


def test_options_are_priced_where_both_ends_are_known(server: SendcloudServer) -> None:
    parcels = [{"weight": {"value": "2", "unit": "kg"}}] * 2
    asked = {"from_address": {"country_code": "ES"}, "to_address": {"country_code": "PT"}, "parcels": parcels}
    quoted = call(server, "POST", "/shipping-options", {**asked, "calculate_quotes": True}).json()["data"]
    home = next(option for option in quoted if option["code"] == "dpd:home")
    assert home["quotes"][0]["price"]["total"] == {"value": "11.80", "currency": "EUR"}  # 2 × (5.10 + 2 × 0.40)
    for body in (asked, {"parcels": parcels, "calculate_quotes": True}):
        assert call(server, "POST", "/shipping-options", body).json()["data"][0]["quotes"] is None
    heavy = {**asked, "parcels": [{"weight": {"value": "69", "unit": "kg"}}]}
    assert [one["carrier"]["code"] for one in call(server, "POST", "/shipping-options", heavy).json()["data"]] == [
        "dhl_express"
    ] * 2
    assert call(server, "POST", "/shipping-options", {"parcels": [{}]}).status_code == 400


@pytest.mark.parametrize(("cancel", "status", "said"), [("at_once", 200, "cancelled"), ("queued", 202, "queued")])
def test_a_cancellation_is_answered_once(server: SendcloudServer, cancel: str, status: int, said: str) -> None:
    server.change(cancel=cancel)
    bought = call(server, "POST", "/shipments/announce", shipment()).json()["data"]["id"]
    first = call(server, "POST", f"/shipments/{bought}/cancel")
    assert (first.status_code, first.json()["data"]["status"]) == (status, said)
    assert call(server, "POST", f"/shipments/{bought}/cancel").status_code == 409
    assert call(server, "POST", "/shipments/nothing/cancel").status_code == 404


def test_what_has_left_is_not_cancelled(server: SendcloudServer) -> None:
    bought = call(server, "POST", "/shipments/announce", shipment()).json()["data"]["id"]
    control(server, "POST", "/scan", {"tracking_number": "3SSAND0000001", "status": "accepted"})
    assert call(server, "POST", f"/shipments/{bought}/cancel").status_code == 409
    [ready, accepted] = call(server, "GET", "/parcels/tracking/3SSAND0000001").json()["events"]
    assert (ready["status_code"], accepted["status_code"]) == ("ready-to-send", "accepted")
    assert call(server, "GET", "/parcels/tracking/nothing").json() == {"detail": "Parcel does not exist"}


def test_documents_are_those_that_there_are(server: SendcloudServer) -> None:
    parcel = call(server, "POST", "/shipments/announce", shipment()).json()["data"]["parcels"][0]
    link = parcel["documents"][0]["link"].removeprefix(server.url)
    answer = call(server, "GET", link, headers={"Accept": "image/png"})
    assert (answer.headers["Content-Type"], answer.content[:4]) == ("image/png", b"\x89PNG")
    for path, status in (
        (f"/parcels/{parcel['id']}/documents/customs-declaration", 404),
        (f"/parcels/{parcel['id']}/documents/poem", 400),
        ("/parcels/1/documents/label", 404),
        ("/parcels/x/documents/label", 404),
        ("/nowhere", 404),
    ):
        assert call(server, "GET", path).status_code == status


def test_the_control_address_sets_what_goes_wrong(server: SendcloudServer) -> None:
    assert control(server, "POST", "/options", {"cancel": "never"}).json()["options"]["cancel"] == "never"
    faults = control(server, "POST", "/faults", {"kind": "error_500", "call": "announce", "times": 2}).json()["faults"]
    assert faults == [{"kind": "error_500", "call": "announce", "times": 2, "seconds": 1.0}]
    assert call(server, "POST", "/shipments/announce", shipment()).status_code == 500
    assert control(server, "GET", "").json()["faults"][0]["times"] == 1
    assert control(server, "DELETE", "/faults").json()["faults"] == []
    bought = call(server, "POST", "/shipments/announce", shipment()).json()["data"]["id"]
    assert [one["id"] for one in control(server, "GET", "").json()["shipments"]] == [bought]
    server.strike("refuse", "find")
    assert call(server, "GET", "/shipments").status_code == 400


@pytest.mark.parametrize(
    ("method", "path", "body", "words"),
    [
        ("POST", "/options", {"cancel": "maybe"}, "cancel is one of at_once, queued, never"),
        ("POST", "/options", {"throttle": 1}, "throttle has to be a bool"),
        ("POST", "/options", {"speed": 1}, "no option 'speed'"),
        ("POST", "/faults", {"kind": "fire", "call": "announce"}, "kind is one of"),
        ("POST", "/faults", {"kind": "slow", "call": "sing"}, "call is one of"),
        ("POST", "/faults", {"kind": "slow", "call": "find", "times": 0}, "times is a whole number"),
        ("POST", "/faults", {"kind": "slow", "call": "find", "seconds": -1}, "seconds is a number"),
        ("POST", "/faults", {"kind": "slow", "call": "find", "colour": 1}, "no 'colour'"),
        ("POST", "/faults", [], "JSON object"),
        ("POST", "/scan", {"status": "accepted"}, "tracking_number"),
        ("POST", "/scan", {"tracking_number": "x", "status": "accepted"}, "No Parcel"),
        ("POST", "/elsewhere", {}, "docs/carriers.md"),
    ],
)
def test_what_the_control_address_does_not_know_it_says(
    server: SendcloudServer, method: str, path: str, body: Any, words: str
) -> None:
    answer = control(server, method, path, body)
    assert answer.status_code in (400, 404)
    assert words in answer.json()["errors"][0]["detail"]


def test_faults_of_the_command_are_read_like_those_of_the_control_address() -> None:
    assert parse_fault_words("lose_answer:announce", CALLS).times == 1
    assert parse_fault_words("lose_answer:find:3", CALLS).times == 3
    for words in ("lose_answer", "lose_answer:sing", "lose_answer:find:many", "lose_answer:find:0"):
        with pytest.raises(FaultError):
            parse_fault_words(words, CALLS)
    with pytest.raises(OptionError):
        SendcloudOptions().changed({"cancel": "maybe"})
