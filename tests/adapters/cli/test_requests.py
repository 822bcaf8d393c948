"""What merchants ask of 3PLs and how they answer, by command."""

from __future__ import annotations

from typing import Any

import pytest
from support.command_line import Answer, Call, connect, create

from adapters.sandboxes.brightpearl import SandboxServer

ANA, OPS = "owner@merchant-a.example", "owner@acme-3pl.example"


@pytest.fixture
def connection(relevo: Call, merchant: str) -> str:
    create(relevo, "Acme 3PL", "3pl")
    return str(relevo("connections", "create", "--provider", "acme-3pl", "--client", merchant, "--json").json["id"])


def test_where_there_is_nothing_a_sentence_says_so_and_json_lines_are_none(relevo: Call, merchant: str) -> None:
    for what, sentence in (("requests", "No requests."), ("orders", "No orders.")):
        found = relevo(what, "list", "--account", merchant)
        assert (found.code, found.out.decode().strip()) == (0, sentence)
        assert relevo(what, "list", "--account", merchant, "--json-lines").out == b""


def test_a_grace_period_ends_at_the_cut_off_or_after_some_minutes(relevo: Call, merchant: str, connection: str) -> None:
    def change(*options: str) -> Answer:
        return relevo("connections", "set", connection, *options, "--by", ANA, "--json")

    assert "has no cut-off yet" in change("--grace-cut-off").sentence
    relevo("locations", "add", "--account", "acme-3pl", "--code", "MAD1", "--country", "ES")
    assert change("--grace-cut-off").json["grace_cut_off"] is True
    (listed,) = relevo("connections", "list", "--account", merchant, "--json").json["connections"]
    assert (listed["grace_minutes"], listed["grace_cut_off"], listed["answer"]) == (0, True, "auto")
    assert change("--grace-minutes", "5", "--grace-cut-off").code == 2
    assert change("--grace-minutes", "5").json["grace_cut_off"] is False


def test_a_3pl_shares_what_labels_cost_or_keeps_it(relevo: Call, merchant: str, connection: str) -> None:
    def change(option: str, by: str) -> Answer:
        return relevo("connections", "set", connection, option, "--by", by, "--json")

    def shared() -> list[bool]:
        lists = (relevo("connections", "list", "--account", slug, "--json").json for slug in (merchant, "acme-3pl"))
        return [listed["connections"][0]["shares_costs"] for listed in lists]

    assert "is the provider's to choose" in change("--share-costs", ANA).sentence
    assert shared() == [False, False]
    assert change("--share-costs", OPS).json["shares_costs"] is True
    assert shared() == [True, True]
    assert change("--keep-costs", OPS).json["shares_costs"] is False


@pytest.fixture
def asked(relevo: Call, store: str, merchant: str, connection: str) -> str:
    """A request that the 3PL has imported."""
    relevo("stores", "import", store, "--by", ANA, "--account", merchant)
    order = relevo("orders", "list", "--account", merchant, "--json-lines").lines[0]["id"]
    delegated = relevo("orders", "delegate", order, "--provider", "acme-3pl", "--by", ANA, "--json").json["results"][0]
    relevo("worker", "--drain")
    return str(delegated["request_id"])


def listed(relevo: Call, account: str) -> dict[str, Any]:
    (line,) = relevo("requests", "list", "--account", account, "--json-lines").lines
    return dict(line)


def test_a_rejection_and_a_close_name_lines(relevo: Call, merchant: str, asked: str) -> None:
    def answer(action: str, *options: str) -> Answer:
        return relevo("requests", action, asked, "--by", OPS, "--code", "out_of_stock", *options, "--json")

    line = listed(relevo, "acme-3pl")["lines"][0]
    key = line["line_key"]
    assert answer("reject", "--line", f"{key}=many").sentence == f"--line {key}=many cannot be read: write KEY, KEY=QTY."
    assert answer("close", "--line", key).sentence == f"--line {key} cannot be read: write KEY=CODE, KEY=CODE:text."
    assert "has no line x. It has" in answer("reject", "--line", "x").sentence
    assert "Of line" in answer("reject", "--line", f"{key}=1000").sentence
    assert answer("reject", "--line", f"{key}=1", "--line", "x=1").code == 1

    assert answer("close", "--line", f"{key}=other:It broke: all.").json["state"] == "closed"
    named = {"line_key": key, "quantity": line["quantity"], "code": "other", "text": "It broke: all."}
    assert listed(relevo, merchant)["reason"] == {"code": "out_of_stock", "text": "", "lines": [named]}


def test_a_rejection_without_lines_has_a_code_and_a_text(relevo: Call, merchant: str, asked: str) -> None:
    relevo("requests", "reject", asked, "--by", OPS, "--code", "too_large", "--text", "No van fits.", "--json")

    assert listed(relevo, merchant)["reason"] == {"code": "too_large", "text": "No van fits."}


def test_a_change_after_a_label_is_listed_and_answered(
    relevo: Call, merchant: str, connection: str, server: SandboxServer
) -> None:
    store = connect(relevo, merchant, server).json["id"]
    order_id, note_id = server.data.create_order()
    relevo("stores", "import", store)
    orders = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    (own,) = [one["id"] for one in orders if one["external_id"] == str(note_id)]
    asked = relevo("orders", "delegate", own, "--provider", "acme-3pl", "--by", ANA, "--json").json["results"][0]["request_id"]
    relevo("worker", "--drain")
    relevo("locations", "add", "--account", "acme-3pl", "--code", "MAD1", "--country", "ES")
    relevo("carrier-accounts", "add", "--account", "acme-3pl", "--carrier", "house", "--service", "night", "--by", OPS)
    copy = listed(relevo, "acme-3pl")["order_id"]
    wanted = ("--parcel", "750", "--carrier", "house", "--service", "night")
    (label,) = relevo("orders", "label", copy, *wanted, "--by", OPS, "--json").json["results"]
    server.data.change_address(order_id, addressLine1="Rua 2")
    relevo("stores", "import", store)

    for account in ("acme-3pl", merchant):
        change = listed(relevo, account)["change"]
        (field,) = change["fields"]
        assert (change["state"], field["field"], field["after"]["street1"]) == ("asked", "ship_to", "Rua 2")
    assert {"accept-change", "refuse-change"} <= set(listed(relevo, "acme-3pl")["allowed"])
    refused = relevo("requests", "accept-change", asked, "--by", OPS)
    assert (refused.code, f"`orders void {label['shipment_id']}`" in refused.sentence) == (1, True)
    assert relevo("requests", "refuse-change", asked, "--by", OPS).code == 2
    answered = relevo("requests", "refuse-change", asked, "--text", "On the truck.", "--by", OPS, "--json")
    assert answered.json == {"id": asked, "state": "accepted", "work": "done"}
    change = listed(relevo, merchant)["change"]
    assert (change["state"], change["text"]) == ("refused", "On the truck.")
    assert "has refused the change" in relevo("requests", "accept-change", asked, "--by", OPS).sentence


def test_without_a_change_there_is_none_to_answer(relevo: Call, asked: str) -> None:
    assert listed(relevo, "acme-3pl")["change"] is None
    refused = relevo("requests", "accept-change", asked, "--by", OPS).sentence
    assert refused == "That is not possible any more: No change waits for an answer."
