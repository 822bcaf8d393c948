"""`orders set`, `orders unset`, `orders edits` and `orders fields`, over orders of a sandbox."""

from __future__ import annotations

import pytest
from support.command_line import Call

from adapters.sandboxes.brightpearl import SandboxServer

OWNER = "owner@merchant-a.example"


@pytest.fixture
def order_id(relevo: Call, merchant: str, store: str, server: SandboxServer) -> str:
    _, note_id = server.data.create_order()
    relevo("stores", "import", store)
    lines = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    return str(next(line["id"] for line in lines if line["external_id"] == str(note_id)))


def test_a_person_sets_fields_of_orders_sees_them_and_undoes_them(relevo: Call, merchant: str, order_id: str) -> None:
    by = ("--account", merchant, "--by", OWNER)
    before = relevo("orders", "list", "--account", merchant, "--json-lines").lines
    weight = next(line.get("weight_g") for line in before if line["id"] == order_id)
    answer = relevo("orders", "set", order_id, "ord_x", "weight_g=900", "tags+=vip", "package=a=b", *by, "--json")

    assert answer.code == 0, answer.err
    changed, unknown = answer.json["results"]
    assert (changed["order_id"], changed["outcome"]) == (order_id, "changed")
    assert changed["changes"]["weight_g"] == [weight, 900]
    assert changed["changes"]["package"] == [None, "a=b"]
    assert unknown == {
        "order_id": "ord_x",
        "outcome": "refused",
        "refused": 'There is no order "ord_x" in this account.',
        "problems": [],
    }
    edits = {one["field"]: one for one in relevo("orders", "edits", order_id, "--json").json["edits"]}
    assert edits.keys() == {"weight_g", "tags", "package"}
    assert (edits["weight_g"]["value"], edits["weight_g"]["without"], edits["weight_g"]["by"]) == (900, weight, OWNER)
    assert 'package: "a=b" (else null), set by owner@' in relevo("orders", "edits", order_id).out.decode()

    undone = relevo("orders", "unset", order_id, "weight_g", "tags", *by)
    number = next(line["order_number"] for line in before if line["id"] == order_id)
    assert undone.out.decode() == f"{number}: changed (weight_g, tags)\n"
    left = relevo("orders", "edits", order_id, "--json").json["edits"]
    assert [one["field"] for one in left] == ["package"]


def test_what_cannot_be_is_said_and_ends_with_1_when_all_were_refused(relevo: Call, merchant: str, order_id: str) -> None:
    answer = relevo("orders", "set", order_id, "weight_g=heavy", "colour=red", "--account", merchant, "--json")
    assert answer.code == 1
    problems = {one["field"]: one["problem"] for one in answer.json["results"][0]["problems"]}
    assert problems["weight_g"] == '"heavy" is not a number: write one such as 250 or 12.5.'
    assert "`orders fields` lists them" in problems["colour"]
    misspelt = relevo("orders", "unset", order_id, "wieght_g", "--account", merchant)
    assert (misspelt.code, 'did you mean "weight_g"?' in misspelt.out.decode()) == (1, True)
    assert relevo("orders", "edits", order_id).out.decode() == "Nobody has set a field of this order.\n"


def test_without_orders_or_without_anything_to_set_it_says_what_to_write(relevo: Call, merchant: str) -> None:
    account = ("--account", merchant)
    for arguments, sentence in (
        (("set", "ord_1"), "Say what to set: FIELD=VALUE"),
        (("set", "weight_g=1"), "Name at least one order"),
        (("unset", "ord_1"), "Name at least one field"),
        (("unset", "weight_g"), "Name at least one order"),
    ):
        answer = relevo("orders", *arguments, *account)
        assert (answer.code, sentence in answer.sentence) == (2, True), answer.err


def test_the_fields_that_people_may_set_are_listed(relevo: Call) -> None:
    fields = {one["field"]: one for one in relevo("orders", "fields", "--json").json["fields"]}
    assert fields["ship_to.city"] == {"field": "ship_to.city", "type": "text", "label": "ship to city"}
    assert "customs.tax_ids.*" in fields
    assert "status" not in fields
