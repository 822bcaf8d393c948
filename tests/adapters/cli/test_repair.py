"""`orders cancel|restore|duplicate|create|split|join|release` on the sandbox's orders."""

from __future__ import annotations

import pytest
from support.command_line import Call, connect, create

from adapters.sandboxes.brightpearl import SandboxServer

BY = ("--by", "owner@casa-verde.example")


@pytest.fixture
def order(relevo: Call, server: SandboxServer) -> dict[str, object]:
    """One of the sandbox's orders that has a line of several units, and is to be shipped."""
    slug = create(relevo, "Casa Verde", "merchant")
    assert relevo("stores", "import", connect(relevo, slug, server).json["id"]).code == 0
    found = relevo("orders", "list", "--account", slug, "--json-lines").lines
    return next(one for one in found if one["status"] == "awaiting_shipment" and one["items"][0]["quantity"] > 1)


def test_an_order_is_repaired_by_commands(relevo: Call, order: dict[str, object]) -> None:
    order_id, number = str(order["id"]), str(order["order_number"])
    key = order["items"][0]["line_key"]  # type: ignore[index]

    split = relevo("orders", "split", order_id, "--line", f"{key}=1", *BY, "--json").json
    part = split["part"]
    assert (part["order_number"], [line["quantity"] for line in part["items"]]) == (f"{number}-2", [1])
    assert relevo("orders", "join", part["id"], *BY, "--json").json["id"] == order_id
    refused = relevo("orders", "join", part["id"], *BY, "--json")
    assert (refused.code, "cannot be joined" in refused.sentence) == (1, True)

    preview = relevo("orders", "cancel", order_id, "--preview", *BY, "--json").json
    assert (preview["status"], preview["says"][-1]) == ("awaiting_shipment", "It can be restored at any time.")
    unsaid = relevo("orders", "cancel", order_id, *BY, "--json")
    assert (unsaid.code, unsaid.sentence) == (1, "Say in 1 to 500 characters why the order is cancelled.")
    assert relevo("orders", "cancel", order_id, "--reason", "gone", *BY, "--json").json["status"] == "cancelled"
    assert relevo("orders", "restore", order_id, *BY).out.decode() == f"{number}: awaiting_shipment\n"

    copy = relevo("orders", "duplicate", order_id, "--line", f"{key}=1", *BY, "--json").json
    assert (copy["order_number"], copy["store_id"], copy["items"][0]["quantity"]) == (f"{number}-R1", None, 1)


def test_an_order_is_made_by_a_command(relevo: Call) -> None:
    slug = create(relevo, "Casa Verde", "merchant")
    address = ("--name", "Ana", "--street", "Calle Mayor 1", "--postal-code", "28004", "--city", "Madrid", "--country", "ES")
    line = ("--line", "sku=MUG,quantity=2,price=9.90,weight=400,name=Blue mug")

    made = relevo("orders", "create", "--account", slug, *address, *line, "--number", "T-1", *BY, "--json").json
    assert (made["order_number"], made["order_total"], made["ship_to"]["verified"]) == ("T-1", "19.80", "verified")
    wrong = relevo("orders", "create", "--account", slug, *address, "--line", "MUG", *BY)
    assert (wrong.code, '"MUG" is not a line' in wrong.sentence) == (2, True)
    twice = relevo("orders", "create", "--account", slug, *address, "--line", "sku=A,quantity=1, quantity=2", *BY)
    assert (twice.code, twice.sentence) == (2, '"sku=A,quantity=1, quantity=2" has quantity twice: write each part once.')
    odd = relevo("orders", "create", "--account", slug, *address[:-2], "--country", "PT", *line, *BY)
    assert (odd.code, "The address does not look right" in odd.sentence) == (1, True)


def test_a_release_says_what_left_and_what_waits(relevo: Call, order: dict[str, object]) -> None:
    order_id = str(order["id"])
    first, second = (
        relevo("orders", "hold", order_id, "--reason", reason, *BY, "--json").json["id"] for reason in ("Fraud?", "Stock.")
    )

    released = relevo("orders", "release", order_id, "--hold", first, *BY, "--json").json
    assert (released["left"], released["waits"]) == ([], ["On hold: Stock."])
    said = relevo("orders", "release", order_id, "--hold", second, *BY).out.decode().splitlines()
    assert said[1:] == ["It can be shipped from here now."]


def test_orders_are_combined_and_separated_by_commands(relevo: Call) -> None:
    slug = create(relevo, "Casa Verde", "merchant")
    address = ("--name", "Ana", "--street", "Calle Mayor 1", "--postal-code", "28004", "--city", "Madrid", "--country", "ES")
    first, second = (
        relevo(
            "orders", "create", "--account", slug, *address, "--line", "sku=MUG,quantity=1", "--number", number, *BY, "--json"
        ).json["id"]
        for number in ("T-1", "T-2")
    )

    combined = relevo("orders", "combine", second, first, *BY, "--json").json
    assert (combined["order"]["id"], combined["others"][0]["status"]) == (first, "combined")
    refused = relevo("orders", "combine", first, second, *BY)
    assert (refused.code, "Order T-2 leaves in the parcel of order T-1" in refused.sentence) == (1, True)
    separated = relevo("orders", "separate", first, *BY).out.decode().splitlines()
    assert [line.split(" (")[0] for line in separated] == ["T-1: awaiting_shipment", "T-2: awaiting_shipment"]
