"""Customs, and who pays the carrier, in *Configure shipment*."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.browsing import token_of, words_in
from support.labels import Shippers
from support.rule_runs import publish
from support.shop import OWNER, ready
from werkzeug.test import TestResponse

from engine.model.carrier import CarrierCapability
from engine.ports import CarrierRefused
from rules.messages import Message, Text

LogIn = Callable[[str], FlaskClient]
SET = (
    "{id: abroad, name: To Switzerland, when: always, then: [{do: set_service, carrier: paid, service: standard}, "
    "{do: set_customs, contents: gift, tax_ids: {eori: ESB1, rex: ESREX1}}, "
    "{do: bill_to, party: recipient, account: R-77, postal_code: '8001'}]}"
)
TO = {"name": "Reto Frei", "street1": "Bahnhofstrasse 1", "city": "Zürich", "postal_code": "8001", "country": "CH"}
MUG = {"line_key": "1", "sku": "MUG", "name": "Mug", "quantity": 2, "unit_price": "30.05", "weight_g": 400, "hs_code": "691200"}


@pytest.fixture
def sides(sides: Shippers) -> Shippers:
    carrier = sides.carrier
    can = carrier.describes.capabilities | {CarrierCapability.BILLING, CarrierCapability.CUSTOMS}
    carrier.describes = replace(carrier.describes, capabilities=can)
    publish(sides.shop, SET)
    sides.shop.import_all(ready("2", ship_to=TO, items=[MUG]))
    return sides


def page_of(sides: Shippers, number: str = "2") -> str:
    return f"/orders/{sides.shop.order_id(number)}"


def box(page: TestResponse) -> str:
    found = re.search(r'<section[^>]*id="configure-shipment".*?</section>', page.text, re.DOTALL)
    assert found is not None
    return found[0]


def form_of(page: TestResponse, **typed: Any) -> dict[str, Any]:
    """The fields as a browser would send them, with some of them typed anew."""
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', box(page)))
    chosen = re.findall(r'<select[^>]*name="([^"]+)".*?</select>', box(page), re.DOTALL)
    for name in chosen:
        options = re.search(rf'<select[^>]*name="{name}"(.*?)</select>', box(page), re.DOTALL)
        assert options is not None
        selected = re.search(r'<option value="([^"]*)" selected', options[1])
        fields[name] = selected[1] if selected else ""
    return {**{name: html.unescape(value) for name, value in fields.items()}, "csrf_token": token_of(page), **typed}


def create(client: FlaskClient, sides: Shippers, **typed: Any) -> TestResponse:
    page = client.get(page_of(sides))
    return client.post(f"{page_of(sides)}/label", data=form_of(page, do="create", **typed))


def test_what_rules_and_items_say_is_filled_in_and_says_so(sides: Shippers, log_in: LogIn) -> None:
    client = log_in(OWNER)
    shown = box(client.get(page_of(sides)))
    assert "This order crosses a customs border." in words_in(shown)
    assert '<option value="gift" selected>Gift</option>' in shown
    for name, value in (("eori", "ESB1"), ("hs_code", "691200"), ("billing_account", "R-77"), ("billing_postal_code", "8001")):
        assert re.search(rf'name="{name}" value="{value}"', shown), name
    assert '<option value="recipient" selected>' in shown
    assert words_in(shown).count("by rule To Switzerland") >= 4  # service, contents, tax number, billing
    at_home = box(client.get(page_of(sides, "1")))
    assert 'name="incoterm"' not in at_home


def test_what_is_changed_there_holds_for_this_label(sides: Shippers, log_in: LogIn) -> None:
    typed = {"contents": "merchandise", "incoterm": "DDP", "ioss": "IM123", "eori": "", "hs_code": "6912.00", "origin": "pt"}
    billed = {"billing_party": "third_party", "billing_account": "T-1", "billing_country": "de"}
    assert create(log_in(OWNER), sides, **typed, **billed).status_code == 302
    [request] = sides.carrier.purchases
    assert request.options["customs"] == {"contents": "merchandise", "tax_ids": {"rex": "ESREX1", "ioss": "IM123"}}
    assert request.options["incoterm"] == "ddp"
    assert request.options["billing"] == {"party": "third_party", "account": "T-1", "postal_code": "8001", "country": "DE"}
    [line] = request.contents
    assert (line.hs_code, line.origin) == ("6912.00", "PT")
    assert sides.order("2").document()["customs"]["contents"] == "gift", "the order stays as it is"


def test_billing_this_account_takes_away_what_rules_set(sides: Shippers, log_in: LogIn) -> None:
    create(log_in(OWNER), sides, billing_party="my_account")
    [request] = sides.carrier.purchases
    assert "billing" not in request.options


@pytest.mark.parametrize(
    ("typed", "field", "sentence"),
    [
        ({"hs_code": "69"}, "hs_code-1", "“69” is not an HS code: write its 6 to 12 digits, such as 6912.00."),
        ({"origin": "XX"}, "origin-1", "“XX” is not a country: write its two letters, such as ES."),
        ({"billing_account": " "}, "billing_account", "Enter the number of the account that is billed."),
        ({"billing_country": "ZZ"}, "billing_country", "“ZZ” is not a country: write its two letters, such as ES."),
    ],
)
def test_a_field_that_cannot_be_used_comes_back_as_typed(
    sides: Shippers, log_in: LogIn, typed: dict[str, str], field: str, sentence: str
) -> None:
    refused = create(log_in(OWNER), sides, ioss="IM9", **typed)
    comes_back(refused, field, sentence)
    for name, value in {"ioss": "IM9", **typed}.items():
        assert f'name="{name}" value="{value}"' in box(refused)
    assert sides.carrier.purchases == []


@pytest.mark.parametrize(
    ("reason", "field"), [("customs_line", "hs_code-1"), ("incoterm", "incoterm"), ("billing_lacks", "billing_account")]
)
def test_what_the_carrier_refuses_stands_at_its_field(sides: Shippers, log_in: LogIn, reason: str, field: str) -> None:
    said = CarrierRefused(Message(reason, Text("Not like this.", "Así no.")))
    sides.carrier.fails_before["check_request"] = [said]
    comes_back(create(log_in(OWNER), sides), field, "Not like this.")
    assert sides.labels("2") == []


def comes_back(page: TestResponse, field: str, sentence: str) -> None:
    assert page.status_code == 422
    assert re.search(rf'id="{field}-wrong"[^>]*>{re.escape(html.escape(sentence))}<', page.text)
    assert re.search(rf'id="{field}"[^>]*aria-invalid="true" autofocus', page.text)
