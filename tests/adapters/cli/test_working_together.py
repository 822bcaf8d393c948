"""What merchants and 3PLs do by command: on somebody's behalf, with an answer for each order, and what other programs read."""

from __future__ import annotations

from datetime import datetime

import pytest
from support.command_line import Call, create

from app import Runtime

ANA, OPS = "owner@merchant-a.example", "owner@acme-3pl.example"


@pytest.fixture
def orders(relevo: Call, store: str, merchant: str) -> list[str]:
    """The merchant's orders, and the 3PL that they may be handed over to."""
    create(relevo, "Acme 3PL", "3pl")
    assert relevo("connections", "create", "--provider", "acme-3pl", "--client", merchant).code == 0
    assert relevo("stores", "import", store, "--by", ANA, "--account", merchant).code == 0
    return [order["id"] for order in relevo("orders", "list", "--account", merchant, "--json-lines").lines]


def delegate(relevo: Call, *order_ids: str) -> str:
    """The last request."""
    answer = relevo("orders", "delegate", *order_ids, "--provider", "acme-3pl", "--by", ANA, "--json")
    assert answer.code == 0, answer.err
    return str(answer.json["results"][-1]["request_id"])


def test_an_order_that_is_unknown_keeps_no_other_from_being_handed_over_or_told(relevo: Call, orders: list[str]) -> None:
    late = relevo("orders", "delegate", orders[0], "--provider", "acme-3pl", "--not-before", "2020-01-01", "--json")
    assert (late.code, late.json["results"][0]["refused"]) == (1, "2020-01-01 has passed already.")
    answer = relevo("orders", "delegate", orders[0], "ord_x", "--provider", "acme-3pl", "--by", ANA, "--json")

    handed_over, unknown = answer.json["results"]
    assert (answer.code, handed_over["state"]) == (0, "requested")
    assert unknown == {"order_id": "ord_x", "refused": 'There is no order "ord_x" in this account.'}
    refused = relevo("orders", "delegate", "ord_x", "--provider", "acme-3pl", "--by", ANA, "--json")
    assert (refused.code, len(refused.json["results"])) == (1, 1)


@pytest.mark.parametrize(
    "command",
    [
        ("connections", "list", "--json"),
        ("stores", "list", "--json"),
        ("orders", "list", "--json-lines"),
        ("requests", "list", "--json-lines"),
        ("holds", "list", "--json"),
        ("inventory", "list", "--json"),
        ("services", "list", "--json"),
        ("carrier-accounts", "list", "--json"),
    ],
)
def test_every_list_is_looked_at_on_behalf_of_one_of_its_account(relevo: Call, merchant: str, command: tuple[str, ...]) -> None:
    create(relevo, "Acme 3PL", "3pl")

    own = relevo(*command, "--account", merchant, "--by", ANA)
    assert (own.code, own.out) == (0, relevo(*command, "--account", merchant).out)
    assert f'has the e-mail address "{OPS}"' in relevo(*command, "--account", merchant, "--by", OPS).sentence


def test_an_order_has_notes_and_a_hold_its_orders_number(relevo: Call, merchant: str, orders: list[str]) -> None:
    lines = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    assert all(isinstance(line["notes"], dict) and line["shipments"] == [] for line in lines)

    hold = (
        "orders",
        "hold",
        orders[0],
        "--reason",
        "address?",
        "--until",
        "2099-12-24 09:30",
        "--key",
        "k1",
        "--by",
        ANA,
        "--json",
    )
    held = relevo(*hold).json
    listed = relevo("holds", "list", "--account", merchant, "--json").json["holds"]

    assert listed == [held]
    assert (held["order_number"], held["key"]) == (lines[0]["order_number"], "k1")
    assert 'has a hold "k1" of yours already' in relevo(*hold).sentence
    release = ("orders", "release", orders[0], "--by", ANA, "--hold")
    assert 'has no hold "k2" of yours' in relevo(*release, "k2").sentence
    assert relevo(*release, "k1").code == 0
    assert relevo("holds", "list", "--account", merchant, "--json").json["holds"] == []
    assert datetime.fromisoformat(held["until"]).isoformat() == "2099-12-24T09:30:00+00:00"


@pytest.mark.parametrize("until", ["soon", "9999-12-31T23:59-05:00", "0001-01-01T00:00+05:00"])
def test_a_hold_until_no_time_is_refused(relevo: Call, orders: list[str], until: str) -> None:
    refused = relevo("orders", "hold", orders[0], "--reason", "a", "--until", until, "--by", ANA)

    assert refused.sentence.startswith(f'"{until}" is not a time')


def test_why_a_recall_was_refused_is_read_by_the_merchant(relevo: Call, merchant: str, orders: list[str]) -> None:
    request = delegate(relevo, orders[0])
    assert relevo("worker", "--drain").code == 0
    assert relevo("requests", "start", request, "--by", OPS).code == 0
    assert relevo("orders", "recall", orders[0], "--by", ANA, "--json").json["state"] == "cancel_requested"
    assert relevo("requests", "refuse-cancel", request, "--text", "It is packed.", "--by", OPS).code == 0

    [seen] = relevo("requests", "list", "--account", merchant, "--json-lines").lines
    assert (seen["state"], seen["reason"]) == ("accepted", {"code": None, "text": "It is packed."})
    assert relevo("requests", "close", request, "--code", "out_of_stock", "--by", OPS).code == 0
    [seen] = relevo("requests", "list", "--account", merchant, "--json-lines").lines
    assert seen["reason"] == {"code": "out_of_stock", "text": ""}


def test_who_ships_on_somebodys_behalf_is_on_record(relevo: Call, merchant: str, orders: list[str]) -> None:
    shipped = ("--carrier", "seur", "--service", "24h", "--tracking", "T1", "--later", "--json")
    assert relevo("orders", "ship", orders[0], *shipped, "--by", ANA).json["status"] == "shipped"
    assert relevo("orders", "unship", orders[0], "--later", "--by", ANA, "--json").json["status"] == "awaiting_shipment"

    runtime = Runtime()
    with runtime.application.reading() as uow:
        account = uow.accounts.find_by_slug(merchant)
        assert account is not None
        [user] = uow.users.list_for(account.id)
        actors = {entry.action: entry.actor for entry in uow.audit.list_for(account.id, orders[0])}
    runtime.database.close()
    assert (actors["order.shipped"], actors["order.unshipped"]) == (user.id, user.id)


def test_a_person_of_two_accounts_shares_the_carrier_account_of_either(relevo: Call, merchant: str) -> None:
    second = create(relevo, "Second Shop", "merchant", email=ANA)
    contract = relevo("carrier-accounts", "add", "--account", second, "--carrier", "dhl", "--service", "a", "--json").json["id"]

    assert relevo("carrier-accounts", "share", contract, "--all", "--by", ANA, "--json").json["shared_with_all"]
    assert 'no carrier account "car_x"' in relevo("carrier-accounts", "share", "car_x", "--all", "--by", ANA).sentence
