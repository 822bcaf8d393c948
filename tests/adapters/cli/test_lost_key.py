"""The key of an installation was replaced or lost: everything can be listed, ended and given new credentials."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from support.command_line import Call, connect, create
from support.sandbox_shop import STORE_PASSWORD

from adapters.sandboxes.brightpearl import SandboxServer

ANOTHER = "A" * 43


@pytest.fixture
def lost(store: str, monkeypatch: pytest.MonkeyPatch) -> str:
    """The id of a store whose credentials were sealed with another key."""
    monkeypatch.setenv("RELEVO_SECRET_KEY", ANOTHER)
    return store


def test_lists_say_which_store_cannot_be_read(relevo: Call, merchant: str, lost: str) -> None:
    listed = relevo("stores", "list", "--account", merchant, "--json").json["stores"]
    assert [(one["id"], one["status"], one["credentials_readable"]) for one in listed] == [(lost, "connected", False)]
    assert f"`stores reconnect {lost}`" in relevo("stores", "list", "--account", merchant).out.decode()


def test_it_is_given_new_credentials_and_imports_again(relevo: Call, merchant: str, lost: str, server: SandboxServer) -> None:
    failed = relevo("stores", "import", lost, "--json")
    assert "enter the credentials again" in failed.sentence
    login = ("--username", "u@example.com", "--password-stdin")

    answer = relevo("stores", "reconnect", lost, *login, stdin=f"{STORE_PASSWORD}\n")

    assert answer.code == 0, answer.err
    assert relevo("stores", "import", lost, "--json").code == 0
    assert relevo("stores", "list", "--account", merchant, "--json").json["stores"][0]["credentials_readable"] is True


def test_it_is_disconnected_and_another_is_connected(relevo: Call, merchant: str, lost: str, server: SandboxServer) -> None:
    refused = connect(relevo, merchant, server)
    assert "another RELEVO_SECRET_KEY" not in refused.err  # it has a twin
    assert relevo("stores", "disconnect", lost).code == 0
    assert connect(relevo, merchant, server).code == 0


def test_a_key_that_is_gone_is_not_replaced_without_a_word(
    relevo: Call, store: str, merchant: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "data" / "secret_key"
    key = file.read_bytes()
    file.unlink()

    answer = relevo("stores", "list", "--account", merchant, "--json")

    assert answer.code == 1
    assert "bring the file secret_key back from a backup" in answer.sentence
    assert not file.exists()
    findings = json.loads(relevo("doctor", "--json").out)
    assert "bring the file secret_key back from a backup" in json.dumps(findings)
    file.write_bytes(key)
    assert relevo("stores", "import", store).code == 0
    file.unlink()
    monkeypatch.setenv("RELEVO_SECRET_KEY", ANOTHER)  # it was lost for good
    assert relevo("stores", "list", "--account", merchant).code == 0


def test_a_fresh_installation_makes_its_key_without_a_word(relevo: Call, tmp_path: Path) -> None:
    create(relevo, "Merchant B", "merchant")
    assert (tmp_path / "data" / "secret_key").exists()
