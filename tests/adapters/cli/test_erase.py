"""`people erase` and `orders raw`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from support.command_line import Call

from adapters.sandboxes.brightpearl import SandboxServer


def imported(relevo: Call, slug: str, store: str) -> list[dict[str, Any]]:
    assert relevo("stores", "import", store, "--json").code == 0
    orders: list[dict[str, Any]] = relevo("orders", "list", "--account", slug, "--json-lines").lines
    return orders


def test_a_person_is_erased_from_the_files_of_the_database(
    relevo: Call, merchant: str, store: str, server: SandboxServer, tmp_path: Path
) -> None:
    orders = imported(relevo, merchant, store)
    emails = [order["customer"]["email"] for order in orders]
    order = next(one for one in orders if emails.count(one["customer"]["email"]) == 1 and one["status"] == "awaiting_shipment")
    email = order["customer"]["email"]
    erase = ("people", "erase", "--account", merchant, "--email", email)

    refused = relevo(*erase, "--json").json
    assert (refused["orders"], [one["id"] for one in refused["still_open"]]) == ([], [order["id"]])
    shipped = relevo("orders", "ship", order["id"], "--carrier", "seur", "--service", "24h", "--tracking", "T1", "--json")
    assert shipped.code == 0, shipped.err
    raw = relevo("orders", "raw", order["id"])
    assert email in json.dumps(json.loads(raw.out))
    assert relevo("orders", "raw", order["id"], "--json").json["documents"][0]["document"] == json.loads(raw.out)

    tried = relevo(*erase, "--dry-run", "--json").json
    assert (tried["dry_run"], tried["orders"]) == (True, [order["id"]])
    done = relevo(*erase, "--json").json
    assert (done["erased"]["orders"], done["warning"], done["orders"]) == (1, None, [order["id"]])

    files = b"".join(file.read_bytes() for file in (tmp_path / "data").glob("relevo.db*"))
    assert email.encode() not in files
    assert "no longer kept" in relevo("orders", "raw", order["id"]).sentence
    imported(relevo, merchant, store)
    assert email.encode() not in b"".join(file.read_bytes() for file in (tmp_path / "data").glob("relevo.db*"))
    assert relevo(*erase).out.decode().startswith("Erased from 0 orders.")


def test_rules_that_name_the_person_are_in_the_answer(relevo: Call, merchant: str, tmp_path: Path) -> None:
    rule = "{id: a, when: {field: customer.email, is: equals, value: benita@example.org}, then: [{do: add_tag, tag: t}]}"
    (tmp_path / "rules.yaml").write_text(f"name: Plain\nrules:\n  - {rule}\n")
    assert relevo("rules", "publish", str(tmp_path / "rules.yaml"), "--account", merchant).code == 0
    erase = ("people", "erase", "--account", merchant, "--email", "Benita@example.org")

    answer = relevo(*erase, "--json").json

    assert answer["rules"] == [{"set": "plain", "version": 1, "runs": True, "offered": False}]
    assert "Rules name the person: plain version 1 (runs)." in answer["warning"]
    assert "publish what runs anew" in relevo(*erase).out.decode()


def test_whoever_is_not_named_is_refused(relevo: Call, merchant: str) -> None:
    assert "Say whom" in relevo("people", "erase", "--account", merchant).sentence
    assert "no account" in relevo("people", "erase", "--account", "nobody", "--email", "a@b.example").sentence
    assert "nowhere" in relevo("orders", "raw", "nowhere").sentence
