"""`orders address`: what checking the delivery address of an order says."""

from __future__ import annotations

from support.command_line import Call, connect, create

from adapters.sandboxes.brightpearl import SandboxServer


def test_an_order_says_whether_its_address_can_be_one_of_its_country(relevo: Call, server: SandboxServer) -> None:
    slug = create(relevo, "Casa Verde", "merchant")
    assert relevo("stores", "import", connect(relevo, slug, server).json["id"]).code == 0
    orders = relevo("orders", "list", "--account", slug, "--json-lines").lines
    assert {order["ship_to"]["verified"] for order in orders} == {"verified"}

    order_id = orders[0]["id"]
    answer = relevo("orders", "address", order_id, "--by", "owner@casa-verde.example", "--json")
    assert answer.json == {"order_id": order_id, "verified": "verified", "problems": []}
    assert relevo("orders", "address", order_id).out.decode() == "The delivery address: verified.\n"


def test_an_order_of_nobody_has_no_address(relevo: Call) -> None:
    create(relevo, "Casa Verde", "merchant")
    assert relevo("orders", "address", "ord_none", "--json").sentence == 'There is no order "ord_none" in this account.'
