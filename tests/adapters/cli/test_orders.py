"""`orders ship` and `orders unship`, against a sandbox."""

from __future__ import annotations

from pathlib import Path

import pytest
from support.command_line import Call, connect

from adapters.sandboxes.brightpearl import SandboxServer


@pytest.fixture
def order(relevo: Call, merchant: str, server: SandboxServer) -> tuple[str, int]:
    """The id of an order that was imported, and its note's. The store hears of tracking numbers only."""
    store_id = connect(relevo, merchant, server, on_ship="none").json["id"]
    _, note_id = server.data.create_order()
    relevo("stores", "import", store_id)
    [found] = [
        line["id"]
        for line in relevo("orders", "list", "--account", merchant, "--json-lines").lines
        if line["external_id"] == str(note_id)
    ]
    assert note_id is not None
    return found, note_id


SHIP = ("--carrier", "seur", "--service", "24h", "--tracking", "T1", "--tracking", "T2")


def reference(server: SandboxServer, note_id: int) -> str:
    return str(server.data.note(note_id)["shipping"]["reference"])


@pytest.mark.parametrize(("language", "says"), [("en", "'zzz' is not one of "), ("es", "'zzz' no es ninguno de ")])
def test_a_wrong_status_is_told_with_those_there_are(
    relevo: Call, merchant: str, monkeypatch: pytest.MonkeyPatch, language: str, says: str
) -> None:
    monkeypatch.setenv("RELEVO_LANGUAGE", language)

    sentence = relevo("orders", "list", "--account", merchant, "--status", "zzz").sentence

    assert says in sentence
    assert "'combined', 'skipped'." in sentence
    assert relevo("orders", "list", "--account", merchant, "--status", "skipped").code == 0


def test_a_script_ships_and_sees_the_store_told(relevo: Call, server: SandboxServer, order: tuple[str, int]) -> None:
    order_id, note_id = order
    answer = relevo("orders", "ship", order_id, *SHIP, "--json")
    assert answer.code == 0, answer.err
    assert (answer.json["id"], answer.json["status"]) == (order_id, "shipped")
    shipment, told = answer.json["shipment"], answer.json["write_back"]
    named = {"id": "", "carrier": "seur", "service": "24h", "tracking": ["T1", "T2"], "boxes": 2, "state": "shipped"}
    assert {**shipment, "id": ""} == named
    assert (told["state"], told["error"], [step["step"] for step in told["steps"]]) == ("done", None, ["reference"])
    assert reference(server, note_id) == "T1, T2"
    assert relevo("orders", "ship", order_id, *SHIP, "--json").json == answer.json
    assert "already shipped" in relevo("orders", "ship", order_id, *SHIP[:-1], "T3").sentence

    back = relevo("orders", "unship", order_id, "--json")
    assert (back.json["status"], back.json["shipment"]["state"]) == ("awaiting_shipment", "voided")
    assert back.json["write_back"]["state"] == "done"
    assert reference(server, note_id) == ""


def test_a_store_that_cannot_be_reached_is_told_later(
    relevo: Call, merchant: str, server: SandboxServer, order: tuple[str, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.stores.brightpearl.transport.MAX_ATTEMPTS", 1)
    monkeypatch.setattr("engine.jobs.registry.FIRST_RETRY_S", 0.0)
    order_id, note_id = order
    server.fault("outage_503")
    answer = relevo("orders", "ship", order_id, "--account", merchant, *SHIP)
    assert answer.code == 0, answer.err
    [_, said] = answer.out.decode().splitlines()
    assert said.startswith("The store will be told; so far: Brightpearl cannot be read at the moment")
    assert reference(server, note_id) == ""

    relevo("worker", "--drain")
    assert reference(server, note_id) == "T1, T2"


def test_the_worker_may_tell_the_store(relevo: Call, server: SandboxServer, order: tuple[str, int]) -> None:
    order_id, note_id = order
    shipped = relevo("orders", "ship", order_id, *SHIP, "--later", "--json")
    assert shipped.json["write_back"] == {"state": "due", "steps": [], "error": None}
    assert reference(server, note_id) == ""
    back = relevo("orders", "unship", order_id)
    assert back.out.decode().splitlines()[1] == "The store had not been told."
    requests = server.state()["requests"]["requests"]
    relevo("worker", "--drain")
    assert server.state()["requests"]["requests"] == requests


def test_what_a_person_gets_wrong_is_one_sentence(relevo: Call, order: tuple[str, int]) -> None:
    order_id, _ = order
    assert "no order" in relevo("orders", "ship", "ord_unknown", *SHIP).sentence
    assert "no order" in relevo("orders", "unship", "ord_unknown").sentence
    assert "nothing to take back" in relevo("orders", "unship", order_id).sentence
    assert "number of boxes" in relevo("orders", "ship", order_id, *SHIP, "--boxes", "1").sentence
    assert "Say the carrier" in relevo("orders", "ship", order_id, "--service", "s").sentence
    assert relevo("orders", "ship", order_id, *SHIP, "--boxes", "two").code == 2
    assert "no account" in relevo("orders", "ship", order_id, "--account", "nobody", *SHIP).sentence


def test_numbers_reach_the_store_clean_or_not_at_all(relevo: Call, server: SandboxServer, order: tuple[str, int]) -> None:
    order_id, note_id = order
    ship = ("orders", "ship", order_id, "--carrier", "seur", "--service", "24h")
    answer = relevo(*ship, "--tracking", " 1Z 999 ", "--tracking", "1z999", "--boxes", "2", "--json")
    assert (answer.json["shipment"]["tracking"], answer.json["shipment"]["boxes"]) == (["1Z999"], 2)
    assert (reference(server, note_id), server.data.note(note_id)["shipping"]["boxes"]) == ("1Z999", 2)
    relevo("orders", "unship", order_id)
    answer = relevo(*ship, "--json")
    assert (answer.json["status"], answer.json["shipment"]["tracking"]) == ("shipped", [])
    assert answer.json["write_back"]["state"] == "done"
    assert reference(server, note_id) == ""


def test_what_a_rule_keeps_from_the_store_is_said(
    relevo: Call, merchant: str, server: SandboxServer, order: tuple[str, int], tmp_path: Path
) -> None:
    order_id, note_id = order
    rules = tmp_path / "rules.yaml"
    rules.write_text("name: q\nrules: [{id: quiet, when: always, then: [{do: notify_marketplace, enabled: false}]}]\n")
    assert relevo("rules", "publish", str(rules), "--account", merchant).code == 0
    relevo("orders", "reprocess", "--account", merchant, order_id)
    said = relevo("orders", "ship", order_id, *SHIP).out.decode().splitlines()[1]
    assert said == 'The store is not told of the shipment, because the rule "quiet" says so.'
    relevo("worker", "--drain")
    assert reference(server, note_id) == ""
    told = relevo("orders", "ship", order_id, *SHIP, "--json").json["write_back"]
    assert (told["state"], told["error"]) == ("not_wanted", said)
    assert relevo("orders", "unship", order_id).out.decode().splitlines()[1] == "The store had not been told."
