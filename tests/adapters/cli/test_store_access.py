"""Connecting by every kind of credentials on the command line, and what there is to choose from."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

import pytest
from support.brightpearl_access import ACCESS, REDIRECT, give_consent
from support.command_line import Answer, Call, connect
from support.sandbox_shop import STORE_PASSWORD

from adapters.sandboxes.brightpearl import SandboxServer
from adapters.stores.brightpearl.auth.signed_app import sign

APPS = {
    "account_token": ("--app-ref", "testacct_sandbox"),
    "staff_token": ("--app-ref", "testacct_sandbox"),
    "signed_token": ("--app-ref", "sandbox-public-app", "--dev-ref", "sandbox-developer"),
}
KINDS = {"account_token": "account", "staff_token": "staff", "signed_token": "public"}


def lines_of(auth: str, **changes: str) -> str:
    """What goes to the standard input."""
    return "".join(f"{value}\n" for value in {**ACCESS[auth][1], **changes}.values())


def connect_app(relevo: Call, server: SandboxServer, auth: str, *more: str, stdin: str | None = None) -> Answer:
    return relevo(
        *("stores", "connect", "brightpearl", "--account", "merchant-a", "--integration-url", server.url),
        *("--account-code", "testacct", "--datacenter", "eu1", "--channel-id", "2", "--on-ship", "none"),
        *("--auth", auth, *APPS[auth], "--token-stdin", "--json", *more),
        stdin=lines_of(auth) if stdin is None else stdin,
    )


def authorise(relevo: Call, server: SandboxServer, *more: str) -> Answer:
    return relevo(
        *("stores", "authorise", "brightpearl", "--account", "merchant-a", "--integration-url", server.url),
        *("--account-code", "testacct", "--oauth-url", server.url, "--redirect-uri", REDIRECT, "--channel-id", "2"),
        *("--app-ref", "sandbox-oauth-app", "--dev-ref", "sandbox-developer", "--client-secret-stdin", "--json", *more),
        stdin=lines_of("oauth"),
    )


def finish(relevo: Call, redirected: str) -> Answer:
    return relevo("stores", "authorise-finish", "--account", "merchant-a", "--redirected", redirected, "--json")


@pytest.mark.parametrize("auth", APPS)
def test_an_app_connects_imports_and_gets_a_new_token(relevo: Call, merchant: str, server: SandboxServer, auth: str) -> None:
    store = connect_app(relevo, server, auth).json["id"]
    expected = len(server.expected()["imported"])
    assert relevo("stores", "import", store, "--json").json["imported"] == expected

    token = server.issue_token(KINDS[auth])
    assert relevo("stores", "import", store, "--json").code == 1
    refused = relevo("stores", "reconnect", store, "--token-stdin", "--json", stdin=lines_of(auth))
    assert (refused.code, "token" in refused.sentence) == (1, True)
    again = relevo("stores", "reconnect", store, "--token-stdin", "--json", stdin=lines_of(auth, token=token))

    assert (again.json["id"], again.json["status"]) == (store, "connected")
    assert relevo("stores", "import", store, "--json").json["unchanged"] == expected


def test_a_password_is_replaced(relevo: Call, store: str, server: SandboxServer) -> None:
    server.set_password("another")
    assert relevo("stores", "reconnect", store, "--password-stdin", stdin="wrong\n").code == 1

    answer = relevo("stores", "reconnect", store, "--password-stdin", stdin="another\n")

    assert answer.out.decode().startswith('The store "Brightpearl testacct" is connected again: sto_')
    assert relevo("stores", "import", store).code == 0


def test_a_consent_is_asked_for_and_taken_up(relevo: Call, merchant: str, server: SandboxServer) -> None:
    begun = authorise(relevo, server).json
    back = give_consent(begun["address"])
    assert begun["state"] in back

    store = finish(relevo, back).json["id"]
    assert relevo("stores", "import", store, "--json").json["imported"] == len(server.expected()["imported"])
    assert finish(relevo, back).sentence.startswith("This consent was not begun here")

    reconnect = relevo("stores", "reconnect", store, "--token-stdin", stdin="x\n")
    assert (reconnect.code, f"--store {store} --redirect-uri" in reconnect.sentence) == (2, True)
    again = relevo(
        *("stores", "authorise", "brightpearl", "--account", "merchant-a", "--store", store, "--redirect-uri", REDIRECT)
    )
    told, address = again.out.decode().splitlines()
    assert "stores authorise-finish --account merchant-a --redirected" in told
    assert finish(relevo, give_consent(address)).json["id"] == store


def test_a_consent_that_was_denied_is_told(relevo: Call, merchant: str, server: SandboxServer) -> None:
    back = give_consent(authorise(relevo, server).json["address"], agree=False)

    assert finish(relevo, back).sentence.startswith("No consent was given (access_denied)")


def test_the_choices_of_a_store(relevo: Call, store: str) -> None:
    found = relevo("stores", "choices", store, "--json").json

    assert set(found) == {"channels", "warehouses", "shipping_methods", "order_statuses"}
    assert {"id": 2, "name": "Web shop"} in found["channels"]
    assert all(found.values())
    assert "  2  Web shop" in relevo("stores", "choices", store).out.decode().splitlines()
    assert relevo("stores", "choices", "sto_x").sentence.startswith('There is no store "sto_x"')


def test_what_is_written_back_is_kept(relevo: Call, merchant: str, server: SandboxServer) -> None:
    store = connect(relevo, merchant, server).json["id"]
    statuses = relevo("stores", "choices", store, "--json").json["order_statuses"]
    relevo("stores", "disconnect", store)
    wanted = {"event_owner_id": "12", "shipped_status_id": str(statuses[0]["id"]), "status_when": "always", "on_ship": "both"}

    assert connect(relevo, merchant, server, **wanted, order_note="Sent by {carrier}").code == 0
    refused = connect(relevo, merchant, server, **{**wanted, "shipped_status_id": "9999"})
    assert (refused.code, refused.sentence.startswith("Order status 9999 is none that")) == (1, True)
    unnamed = connect(relevo, merchant, server, on_ship="order_status")
    assert (unnamed.code, "--shipped-status-id" in unnamed.sentence) == (1, True)
    note = connect(relevo, merchant, server, order_note="{x}")
    assert (note.code, "{tracking}, {carrier}, {service}, {order_number}" in note.sentence) == (1, True)


def test_no_data_centre_but_the_integration_url_may_be_left_out(relevo: Call, merchant: str) -> None:
    answer = relevo(
        *("stores", "connect", "brightpearl", "--account", "merchant-a", "--account-code", "testacct", "--channel-id", "2"),
        *("--datacenter", "mars", "--on-ship", "none", "--username", "u", "--password-stdin"),
        stdin="x\n",
    )
    assert (answer.code, answer.sentence.startswith("The data centre mars is not known")) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "stdin", "says"),
    [
        (("--username", "u"), "", "Missing option '--password-stdin'."),
        (("--password-stdin",), "x\n", "Missing option '--username'."),
        (("--username", "u", "--password-stdin"), "", "No password came"),
        (("--username", "u", "--password-stdin", "--app-ref", "a"), "x\n", "--auth login has no use for --app-ref"),
        (("--auth", "staff_token", "--token-stdin"), "x\n", "--auth staff_token also needs --app-ref"),
        (("--auth", "staff_token", "--app-ref", "testacct_a"), "x\n", "--auth staff_token also needs --token-stdin"),
        (("--auth", "staff_token", "--app-ref", "testacct_a", "--token-stdin"), "", "No token came"),
        (("--auth", "signed_token", *APPS["signed_token"], "--token-stdin"), "one\n", "No token came"),
        (("--auth", "signed_token", *APPS["signed_token"], "--token-stdin"), b"\xff\n", "developer secret is not UTF-8"),
        (("--auth", "oauth"), "", "'oauth' is not one of"),
    ],
)
def test_what_each_kind_needs_is_told(relevo: Call, arguments: tuple[str, ...], stdin: str | bytes, says: str) -> None:
    answer = relevo(
        *("stores", "connect", "brightpearl", "--account", "merchant-a", "--integration-url", "http://127.0.0.1:1"),
        *("--account-code", "testacct", "--datacenter", "eu1", "--channel-id", "2", "--on-ship", "none", *arguments),
        stdin=stdin,
    )

    assert answer.code == 2
    assert says in answer.sentence


@dataclass
class Search:
    """Collects what was printed and looks for secrets in it, and in all files of a folder."""

    folder: Path
    printed: list[bytes] = field(default_factory=list)

    def add(self, answer: Answer) -> Answer:
        assert b"Traceback" not in answer.err.encode()
        self.printed.append(answer.out + answer.err.encode())
        return answer

    def find(self, secret: str) -> list[str]:
        places = [f"answer {number}" for number, text in enumerate(self.printed) if secret.encode() in text]
        return places + [path.name for path in self.folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


@pytest.fixture
def search(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Search]:
    monkeypatch.setenv("RELEVO_LOG_LEVEL", "debug")
    monkeypatch.setattr("adapters.clock.SystemClock.sleep", lambda _clock, _seconds: None)
    found = Search(tmp_path / "data")
    yield found
    assert any(b"brightpearl.request" in text for text in found.printed)


def provoke(relevo: Call, server: SandboxServer, search: Search, store: str) -> None:
    """Imports with every kind of trouble, then one whose credentials are refused."""
    assert search.add(relevo("stores", "import", store, "--json")).code == 0
    for kind in ("expire_token", "error_500", "truncated", "html_200", "reset"):
        server.fault(kind, "order-service")
    search.add(relevo("stores", "import", store))
    search.add(relevo("stores", "choices", store))
    search.add(relevo("stores", "explain", store, "--order", "7003"))
    server.revoke_tokens()
    server.set_password("changed-at-the-store-31")
    assert search.add(relevo("stores", "import", store)).code == 1
    search.add(relevo("stores", "list", "--account", "merchant-a", "--json"))


@pytest.mark.parametrize("auth", [*APPS, "login"])
def test_no_secret_of_any_kind_is_anywhere(relevo: Call, merchant: str, server: SandboxServer, search: Search, auth: str) -> None:
    secrets = {*ACCESS[auth][1].values(), "hush-hush-77"} - {"u@example.com"}
    if auth == "login":
        assert search.add(connect(relevo, merchant, server, password="hush-hush-77")).code == 1
        answer = search.add(connect(relevo, merchant, server))
        assert STORE_PASSWORD in secrets
    else:
        wrong = lines_of(auth, token="hush-hush-77")
        assert search.add(connect_app(relevo, server, auth, stdin=wrong)).code == 1
        answer = search.add(connect_app(relevo, server, auth))
    if auth == "signed_token":
        secrets |= {sign("sandbox-developer-secret", token) for token in ("c2FuZGJveC+wdWJsaWMvdG9rZW4=", "hush-hush-77")}
    provoke(relevo, server, search, answer.json["id"])

    secrets |= server.tokens_given()
    assert [(secret, place) for secret in secrets for place in search.find(secret)] == []


def test_no_secret_of_oauth_is_anywhere(relevo: Call, merchant: str, server: SandboxServer, search: Search) -> None:
    begun = authorise(relevo, server)  # its answer is the one place where the state stands
    back = give_consent(begun.json["address"])
    code = back.partition("code=")[2].partition("&")[0]
    answer = search.add(finish(relevo, back))
    search.add(finish(relevo, back))
    store = answer.json["id"]
    server.expire_tokens()
    provoke(relevo, server, search, store)

    secrets = {"sandbox-client-secret", begun.json["state"], code, unquote(code), *server.tokens_given()}
    assert len(secrets) >= 7
    assert [(secret, place) for secret in secrets for place in search.find(secret)] == []
