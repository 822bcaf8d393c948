"""The stand-in for EasyPost: what it knows, refuses and gets wrong on purpose."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields
from pathlib import Path
from typing import Any

import pytest
import requests

from adapters.sandboxes.easypost import EasyPostOptions, EasyPostServer, OptionError

PAGE = (Path(__file__).parents[4] / "docs" / "carriers.md").read_text(encoding="utf-8")
ADDRESS = {"name": "Ann Lee", "street1": "1 Main St", "city": "Austin", "state": "TX", "zip": "78701", "country": "US"}
SHIPMENT = {"from_address": ADDRESS, "to_address": ADDRESS, "parcel": {"weight": 15.44}}
ABROAD = {**SHIPMENT, "to_address": {**ADDRESS, "country": "GB"}}


@pytest.fixture
def server() -> Iterator[EasyPostServer]:
    with EasyPostServer() as running:
        yield running


def call(server: EasyPostServer, method: str, path: str, body: Any = None, key: str = "EZTKsandbox") -> requests.Response:
    return requests.request(method, f"{server.url}{path}", json=body, auth=(key, "") if key else None, timeout=5)


def control(server: EasyPostServer, path: str = "", body: Any = None) -> requests.Response:
    address = f"{server.url.removesuffix('/v2')}/control{path}"
    return requests.request("GET" if body is None else "POST", address, json=body, timeout=5)


def created(server: EasyPostServer, **changes: Any) -> Any:
    return call(server, "POST", "/shipments", {"shipment": {**SHIPMENT, **changes}}).json()


def code_of(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["error"]["code"]


def test_a_key_is_asked_for(server: EasyPostServer) -> None:
    assert code_of(call(server, "GET", "/shipments", key="")) == (401, "UNAUTHORIZED")
    assert code_of(call(server, "GET", "/shipments", key="EZTKother")) == (403, "APIKEY.INACTIVE")
    assert call(server, "GET", "/shipments").json() == {"shipments": [], "has_more": False}


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"to_address": None}, "PARAMETER.REQUIRED"),
        ({"to_address": {**ADDRESS, "country": "USA"}}, "ADDRESS.COUNTRY.INVALID"),
        ({"parcel": None}, "PARAMETER.REQUIRED"),
        ({"parcel": {"weight": 0}}, "PARCEL.PARAMETERS.INVALID"),
        ({"parcel": {"weight": "much"}}, "PARCEL.PARAMETERS.INVALID"),
        ({"customs_info": {"customs_items": [{"description": "Mug"}]}}, "CUSTOMS_ITEM.PARAMETERS.INVALID"),
        ({"customs_info": {"customs_certify": True, "customs_items": []}}, "CUSTOMS_INFO.PARAMETERS.INVALID"),
        ({"options": {"label_format": "TIFF"}}, "SHIPMENT.OPTIONS.INVALID"),
        ({"carrier_accounts": ["ca_9"]}, "CARRIER_ACCOUNT.INVALID"),
    ],
)
def test_a_shipment_has_to_be_one(server: EasyPostServer, changes: dict[str, Any], code: str) -> None:
    assert code_of(call(server, "POST", "/shipments", {"shipment": {**SHIPMENT, **changes}})) == (422, code)
    assert code_of(call(server, "POST", "/shipments", {})) == (422, "PARAMETER.REQUIRED")


def test_the_same_calls_give_the_same_ids_prices_and_numbers(server: EasyPostServer) -> None:
    with EasyPostServer() as other:
        bought = []
        for one in (server, other):
            shipment = created(one)
            call(one, "POST", f"/shipments/{shipment['id']}/buy", {"rate": {"id": shipment["rates"][0]["id"]}})
            bought.append({name: one.book.get(shipment["id"])[name] for name in ("id", "tracking_code", "selected_rate", "fees")})
    for one in bought:
        for stamp in ("created_at", "updated_at"):
            one["selected_rate"].pop(stamp)
    assert bought[0] == bought[1]


def test_a_shipment_is_bought_once(server: EasyPostServer) -> None:
    shipment = created(server)
    path, rate = f"/shipments/{shipment['id']}/buy", {"rate": {"id": shipment["rates"][0]["id"]}}

    assert code_of(call(server, "POST", path, {})) == (422, "PARAMETER.REQUIRED")
    assert code_of(call(server, "POST", path, {"rate": {"id": "rate_9"}})) == (404, "NOT_FOUND")
    assert code_of(call(server, "POST", f"/shipments/{shipment['id']}/refund")) == (422, "SHIPMENT.POSTAGE.REQUIRED")
    assert call(server, "POST", path, rate).json()["tracking_code"] == "9400100000000000000001"
    assert code_of(call(server, "POST", path, rate)) == (422, "SHIPMENT.POSTAGE.EXISTS")
    assert code_of(call(server, "POST", "/shipments/shp_9/buy", rate)) == (404, "NOT_FOUND")


def test_a_parcel_abroad_needs_a_declaration(server: EasyPostServer) -> None:
    shipment = created(server, to_address=ABROAD["to_address"])
    path = f"/shipments/{shipment['id']}/buy"
    assert code_of(call(server, "POST", path, {"rate": {"id": shipment["rates"][0]["id"]}})) == (
        422,
        "SHIPMENT.CUSTOMS_INFO.REQUIRED",
    )


def test_what_a_carrier_does_not_take_stands_in_the_messages(server: EasyPostServer) -> None:
    heavy = created(server, parcel={"weight": 1121})
    assert (heavy["rates"], {one["message"] for one in heavy["messages"]}) == ([], {"Shipment cannot weigh more than 1120oz"})
    saturday = created(server, options={"saturday_delivery": True})
    assert {one["service"] for one in saturday["rates"]} == {"Express", "NextDayAir"}
    flat = created(server, parcel={"weight": 5, "predefined_package": "FlatRateEnvelope"})
    assert {one["carrier"] for one in flat["rates"]} == {"USPS"}


def test_files_are_there_for_those_without_a_key(server: EasyPostServer) -> None:
    shipment = created(server)
    rate = {"rate": {"id": shipment["rates"][0]["id"]}}
    url = call(server, "POST", f"/shipments/{shipment['id']}/buy", rate).json()["postage_label"]["label_url"]

    assert requests.get(url, timeout=5).content.startswith(b"\x89PNG")
    assert requests.get(url, auth=(server.api_key, ""), timeout=5).status_code == 400


def test_what_goes_wrong_is_set_and_seen_at_the_control_address(server: EasyPostServer) -> None:
    control(server, "/options", {"limit": 1})
    limited = call(server, "GET", "/shipments")
    assert (limited.status_code, limited.headers["Retry-After"]) == (429, "1")
    assert control(server).json()["options"]["limit"] == 0
    shipment = created(server)
    call(server, "POST", f"/shipments/{shipment['id']}/buy", {"rate": {"id": shipment["rates"][0]["id"]}})
    control(server, "/track", {"shipment": shipment["id"], "status": "delivered", "message": "Delivered", "city": "Austin"})
    control(server, "/refund", {"shipment": shipment["id"], "status": "rejected"})
    [seen] = control(server).json()["shipments"]
    assert (seen["id"], seen["refund_status"]) == (shipment["id"], "rejected")
    assert server.book.get(shipment["id"])["tracker"]["status"] == "delivered"


@pytest.mark.parametrize(
    ("path", "body", "status"),
    [
        ("/options", {"limitt": 1}, 400),
        ("/options", {"refund": "maybe"}, 400),
        ("/options", {"limit": -1}, 400),
        ("/track", {}, 400),
        ("/refund", {"shipment": "shp_9", "status": "maybe"}, 400),
        ("/refund", {"shipment": "shp_9", "status": "refunded"}, 404),
        ("/else", {}, 404),
    ],
)
def test_the_control_address_says_what_it_does_not_know(server: EasyPostServer, path: str, body: Any, status: int) -> None:
    assert control(server, path, body).status_code == status


def test_a_call_that_hangs_ends_with_the_stand_in() -> None:
    server = EasyPostServer(options=EasyPostOptions(hang=1)).start()
    with pytest.raises(requests.Timeout):
        requests.get(f"{server.url}/shipments", auth=(server.api_key, ""), timeout=0.2)
    server.stop()


def test_options_are_of_their_kind() -> None:
    with pytest.raises(OptionError, match="down has to be a bool"):
        EasyPostOptions().changed({"down": 1})


@pytest.mark.parametrize("name", [field.name for field in fields(EasyPostOptions)])
def test_every_option_is_described(name: str) -> None:
    assert f"`{name}`" in PAGE
