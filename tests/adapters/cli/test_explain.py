"""`orders explain`: what the rules made of an order, and by which rates its service was chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import Call, connect, create

from adapters.sandboxes.brightpearl import SandboxServer

RATES = """
currency: EUR
zones: {everywhere: [AT, BE, CH, DE, DK, ES, FR, GB, IE, IT, LU, NL, PT, SE, US]}
services:
  night: {days: 1, zones: {everywhere: [{up_to_g: 9000, price: 4.10}]}}
  slow: {days: 4, zones: {everywhere: [{up_to_g: 9000, price: 2.05}]}}
"""
RULES = """
name: R
rules:
  - {id: weigh, when: always, then: [{do: set_weight, weight_g: 750}]}
  - {id: cheapest, when: always, then: [{do: rate_shop, among: [house], prefer: cheapest}]}
"""


@pytest.fixture
def slug(relevo: Call, tmp_path: Path) -> str:
    """A merchant whose rules want the cheapest of its own delivery."""
    slug = create(relevo, "Casa Verde", "merchant")
    (tmp_path / "rates.yaml").write_text(RATES)
    (tmp_path / "rules.yaml").write_text(RULES)
    account = ("carrier-accounts", "add", "--account", slug, "--carrier", "house", "--service", "night", "--service", "slow")
    assert relevo(*account, "--rates", str(tmp_path / "rates.yaml")).code == 0
    assert relevo("rules", "publish", str(tmp_path / "rules.yaml"), "--account", slug).code == 0
    return slug


def test_a_choice_by_rates_is_told_with_its_reasons(relevo: Call, server: SandboxServer, slug: str) -> None:
    assert relevo("stores", "import", connect(relevo, slug, server).json["id"]).code == 0
    assert relevo("worker", "--drain").code == 0
    listed = relevo("orders", "list", "--account", slug, "--json-lines").lines
    order = next(one for one in listed if one.get("service") == "slow")
    told = relevo("orders", "explain", order["id"], "--json").json
    assert told["decision"]["matched"] == ["weigh", "cheapest"]
    assert {one["rule"]: one["status"] for one in told["decision"]["rules"]} == {"weigh": "matched", "cheapest": "matched"}
    choice = told["service_choice"]
    assert (choice["among"], choice["prefer"], choice["message"]) == (["house"], "cheapest", None)
    assert (choice["chosen"]["service"], choice["chosen"]["amount"], choice["chosen"]["currency"]) == ("slow", "2.05", "EUR")
    assert [(one["service"], one["days"], one["why_not"]) for one in choice["compared"]] == [
        ("slow", 4, None),
        ("night", 1, "costs more"),
    ]
    shown = relevo("orders", "explain", order["id"]).out.decode()
    assert "house  night  4.10 EUR  1  costs more" in shown
    label = relevo("orders", "label", order["id"], "--json").json["results"][0]
    assert (label["carrier"], label["service"]) == ("house", "slow")
    assert label["quoted"] == label["cost"] == {"amount": "2.05", "currency": "EUR"}


def test_what_was_filled_in_before_the_rules_is_told_with_where_it_comes_from(
    relevo: Call, server: SandboxServer, slug: str
) -> None:
    store = connect(relevo, slug, server).json["id"]
    air = ("--method", "Courier Next Day", "--carrier", "house", "--service", "night")
    assert relevo("stores", "methods", "set", "--account", slug, "--store", store, *air).code == 0
    assert relevo("stores", "import", store).code == 0
    listed = relevo("orders", "list", "--account", slug, "--json-lines").lines
    told = [relevo("orders", "explain", one["id"], "--json").json for one in listed if one.get("service") == "night"]
    carrier = {"field": "carrier", "line": None, "value": "house", "from": "methods", "from_words": "from the shipping method"}
    assert told[0]["defaults"] == [carrier, {**carrier, "field": "service", "value": "night"}]
    shown = relevo("orders", "explain", told[0]["order_id"]).out.decode()
    assert "carrier = house (from the shipping method)" in shown
    methods = relevo("stores", "methods", "list", store, "--account", slug, "--json").json["methods"]
    assert methods[0]["orders"] > 0
    assert [(one["method"], one["carrier"]) for one in methods if one["carrier"]] == [("Courier Next Day", "house")]
    text = relevo("stores", "methods", "list", store, "--account", slug).out.decode()
    assert "Courier Next Day: house night, " in text
    assert ": not mapped, " in text


def test_an_unknown_order_or_decision_is_said_to_be(relevo: Call, slug: str) -> None:
    refused = relevo("orders", "explain", "ord_none", "--account", slug)
    assert refused.code == 1
    assert "ord_none" in refused.err
