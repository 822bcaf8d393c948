"""A kind of store that no command knows is connected, changed and connected again by what it says of itself."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.command_line import Answer, Call
from support.harbour import HARBOUR, KEY, HarbourConnector

from app import Runtime
from engine.application import Application
from engine.model.store_commands import StoreCommand


@pytest.fixture(autouse=True)
def _installed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The installation has Harbour beside Brightpearl."""
    kinds, application = Runtime.__dict__["store_kinds"].func, Runtime.__dict__["application"].func

    def with_harbour(runtime: Runtime) -> Application:
        app: Application = application(runtime)
        return replace(app, connectors={**app.connectors, HARBOUR.code: HarbourConnector()})

    monkeypatch.setattr(Runtime, "store_kinds", property(lambda runtime: {**kinds(runtime), HARBOUR.code: HARBOUR}))
    monkeypatch.setattr(Runtime, "application", property(with_harbour))


def connect(relevo: Call, *more: str, stdin: str = f"{KEY}\n") -> Answer:
    options = ("--account", "merchant-a", "--shop", "BIL", "--berth-id", "007", "--api-key-stdin", "--json", *more)
    return relevo("stores", "connect", "harbour", *options, stdin=stdin)


def settings_of(relevo: Call, store: str) -> Any:
    return relevo("stores", "set", store, "--name", "Port", "--json").json["settings"]


@pytest.fixture
def port(relevo: Call, merchant: str) -> str:
    """The id of a connected port."""
    return str(connect(relevo).json["id"])


def test_it_is_listed_and_explains_its_options(relevo: Call) -> None:
    listed = relevo("stores", "connect", "--help").out.decode()
    assert "brightpearl  Connect a Brightpearl account." in listed
    assert "harbour      Connect a port of Harbour." in listed
    assert "harbour" not in relevo("stores", "authorise", "--help").out.decode()

    told = relevo("stores", "connect", "harbour", "--help").out.decode()
    for words in ("--shop TEXT", "The code of the port.  [required]", "--api-key-stdin", "--tide [high|low]", "--berth-id TEXT"):
        assert words in told
    assert "--auth" not in told
    assert "brightpearl" not in told.lower()


def test_it_is_connected_by_its_options(relevo: Call, merchant: str) -> None:
    told = connect(relevo, "--fragile").json
    assert (told["kind"], told["name"], told["account"]) == ("harbour", "Harbour BIL", "merchant-a")
    settings = {"shop": "BIL", "tide": "high", "berth_ids": ["007"], "fragile": True, "auth": "key"}
    assert settings_of(relevo, told["id"]) == settings


@pytest.mark.parametrize(
    ("arguments", "stdin", "code", "says"),
    [
        ((), "\n", 2, {"en": "No harbour key came", "es": "No llegó llave del puerto"}),
        ((), "bent\n", 1, {"en": "The key does not turn.", "es": "La llave no gira."}),
        (("--shop", "Bilbao"), f"{KEY}\n", 1, {"en": "Bilbao is not a port", "es": "Bilbao no es un puerto"}),
        (("--tide", "ebb"), f"{KEY}\n", 2, {"en": "'ebb' is not one of 'high', 'low'", "es": "'ebb' no es ninguno de"}),
    ],
)
@pytest.mark.parametrize("language", ["en", "es"])
def test_what_is_wrong_is_told(
    relevo: Call,
    merchant: str,
    monkeypatch: pytest.MonkeyPatch,
    arguments: tuple[str, ...],
    stdin: str,
    code: int,
    says: dict[str, str],
    language: str,
) -> None:
    monkeypatch.setenv("RELEVO_LANGUAGE", language)
    answer = connect(relevo, *arguments, stdin=stdin)

    assert answer.code == code
    assert says[language] in answer.sentence
    assert "brightpearl" not in answer.err.lower()


def test_without_its_secret_nothing_is_connected(relevo: Call, merchant: str) -> None:
    answer = relevo("stores", "connect", "harbour", "--account", merchant, "--shop", "BIL")
    assert (answer.code, "Missing option '--api-key-stdin'." in answer.sentence) == (2, True)


def test_its_settings_are_changed_by_its_options(relevo: Call, port: str) -> None:
    changed = relevo("stores", "set", port, "--tide", "low", "--berth-id", "north quay", "--fragile", "--motto", "Ahoy", "--json")
    settings = changed.json["settings"]
    assert (settings["tide"], settings["berth_ids"], settings["fragile"]) == ("low", ["north quay"], True)
    assert settings["motto"] == "Ahoy"

    emptied = relevo("stores", "set", port, "--no-motto", "--sturdy", "--json").json["settings"]
    assert (emptied["motto"], emptied["fragile"], emptied["tide"]) == ("", False, "low")


def test_an_option_of_another_kind_is_wrong_usage(relevo: Call, port: str, store: str) -> None:
    for arguments, name, option in (
        (("set", port, "--channel-id", "2"), "Harbour", "--channel-id"),
        (("set", store, "--sturdy"), "Brightpearl", "--fragile"),
        (("reconnect", port, "--password-stdin"), "Harbour", "--password-stdin"),
    ):
        answer = relevo("stores", *arguments)
        assert answer.code == 2
        assert answer.sentence == f"Stores of the kind {name} have no use for {option}: leave it out."


def test_help_says_whose_an_option_is(relevo: Call) -> None:
    told = relevo("stores", "set", "--help").out.decode()
    assert "Harbour: What stands on the crane." in told
    assert "Brightpearl: The status of shipped orders." in told


def test_one_without_a_way_to_log_in_needs_no_secret(relevo: Call, merchant: str, monkeypatch: pytest.MonkeyPatch) -> None:
    options = {
        StoreCommand.CONNECT: tuple(one for one in HARBOUR.commands.options[StoreCommand.CONNECT] if one.setting != "api_key")
    }
    open_port = replace(HARBOUR, logins=(), commands=replace(HARBOUR.commands, options=options))
    monkeypatch.setattr("support.harbour.HARBOUR", open_port)
    monkeypatch.setattr(Runtime, "store_kinds", property(lambda runtime: {open_port.code: open_port}))

    answer = relevo(*("stores", "connect", "harbour", "--account", merchant, "--shop", "BIL", "--berth-id", "007", "--json"))
    assert answer.json["name"] == "Harbour BIL"
    again = relevo("stores", "reconnect", answer.json["id"])
    assert (again.code, "need no credentials" in again.sentence) == (2, True)


def test_it_is_connected_again_with_another_key(relevo: Call, port: str) -> None:
    refused = relevo("stores", "reconnect", port, "--api-key-stdin", stdin="bent\n")
    assert (refused.code, refused.sentence) == (1, "The key does not turn.")

    answer = relevo("stores", "reconnect", port, "--api-key-stdin", stdin=f"{KEY}\n")
    assert answer.out.decode().startswith('The store "Harbour BIL" is connected again: sto_')
