"""`stores reconcile`: what differs as lines and as JSON, in both languages, and the exit code of what is not complete."""

from __future__ import annotations

import pytest
from support.command_line import Call, connect

from adapters.sandboxes.brightpearl import SandboxServer


@pytest.fixture
def store(relevo: Call, merchant: str, server: SandboxServer) -> str:
    """Imported."""
    store_id = str(connect(relevo, merchant, server).json["id"])
    assert relevo("stores", "import", store_id).code == 0
    return store_id


def test_what_differs_is_listed_and_where_nothing_does_that_is_said(
    relevo: Call, merchant: str, server: SandboxServer, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    same = relevo("stores", "reconcile", store, "--account", merchant)
    assert same.code == 0
    assert same.out.decode().strip().endswith("with providers: 0 differences")

    _, note = server.data.create_order(rows=1)
    answer = relevo("stores", "reconcile", store, "--json")
    assert answer.code == 0
    assert (answer.json["complete"], answer.json["problem"], answer.json["counts"]) == (True, None, {"not_here": 1})
    [one] = answer.json["differences"]
    assert (one["kind"], one["external_id"], one["order_id"], one["detail"]) == ("not_here", str(note), None, None)
    assert (one["there"], one["here"]) == ("open", "no such order")
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")
    lines = relevo("stores", "reconcile", store).out.decode().splitlines()
    assert lines[0].endswith(": 1 diferencias")
    assert "Abierto en la tienda, aquí no" in lines[1]
    assert "tienda o proveedor: abierto; aquí: no existe el pedido" in lines[1]


def test_a_store_that_cannot_be_asked_ends_with_its_reason(relevo: Call, server: SandboxServer, store: str) -> None:
    server.stop()
    answer = relevo("stores", "reconcile", store, "--json")
    assert answer.code == 1
    assert answer.json["complete"] is False
    assert answer.json["problem"]


def test_a_store_that_was_never_imported_is_refused(relevo: Call, merchant: str, server: SandboxServer) -> None:
    store_id = str(connect(relevo, merchant, server).json["id"])
    answer = relevo("stores", "reconcile", store_id)
    assert answer.code == 1
    assert "was never imported" in answer.sentence
    unknown = relevo("stores", "reconcile", "sto_none")
    assert unknown.code == 1
    assert "There is no store" in unknown.sentence
