from __future__ import annotations

import pytest
from support.command_line import Call

from adapters.sandboxes.brightpearl import SandboxServer


def test_webhooks_are_turned_on_looked_at_and_turned_off(
    relevo: Call, store: str, server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert relevo("stores", "webhooks", store, "status", "--json").json == {
        "id": store,
        "webhooks": "off",
        "registered": [],
        "missing": [],
        "address": None,
    }
    monkeypatch.setenv("RELEVO_PORT", "8123")
    address = f"http://127.0.0.1:8123/hooks/brightpearl/{store}"

    on = relevo("stores", "webhooks", store, "on", "--json")
    assert (on.json["webhooks"], on.json["missing"], on.json["address"]) == ("on", [], address)
    assert len(on.json["registered"]) == server.state()["webhooks"] == 3
    secret = server._webhooks.all()[0]["uriTemplate"].partition("token=")[2]
    shown = relevo("stores", "webhooks", store, "on")
    assert shown.out.decode() == f"on: the store calls {address}\n"
    assert secret not in (on.out + shown.out).decode() + on.err + shown.err

    server._webhooks.remove(server._webhooks.all()[0]["id"])
    assert "1 of 3" in relevo("stores", "webhooks", store, "status").out.decode()

    off = relevo("stores", "webhooks", store, "off")
    assert (off.code, server.state()["webhooks"]) == (0, 0)
    assert "off" in off.out.decode()


def test_without_an_address_it_says_what_to_set(relevo: Call, store: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "RELEVO_PUBLIC_URL" in relevo("stores", "webhooks", store, "on").sentence
    monkeypatch.setenv("RELEVO_LANGUAGE", "es")
    assert "dirección externa" in relevo("stores", "webhooks", store, "on").sentence
    assert "RELEVO_PUBLIC_URL" in relevo("stores", "webhooks", store, "status").out.decode()


def test_an_unknown_store_is_told(relevo: Call) -> None:
    assert "sto_nobody" in relevo("stores", "webhooks", "sto_nobody", "status").sentence
