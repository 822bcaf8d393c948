"""OAuth against the sandbox: consent, tokens, renewal before and after they run out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import closing
from dataclasses import replace
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from support.brightpearl_access import ACCESS, REDIRECT, Vault, a_store, give_consent
from support.brightpearl_stub import Answer, StubBrightpearl, answer, serving
from support.clock import FixedClock
from support.sandbox_shop import NOW

from adapters.outgoing import AddressRefused
from adapters.sandboxes.brightpearl import SandboxServer
from adapters.stores.brightpearl.session import BrightpearlConnector, BrightpearlSession
from adapters.stores.brightpearl.settings import InvalidSettings
from engine.ports import CredentialsRefused, OAuthConnector, StoreError, StoreUnavailable

Open = Callable[..., BrightpearlSession]
WEEK = timedelta(days=7)


def token_requests(server: SandboxServer) -> int:
    asked = server.state()["requests"]["by_path"]
    return sum(entry["requests"] for path, entry in asked.items() if path.startswith("POST /token"))


def code_for(connector: BrightpearlConnector, server: SandboxServer, **changes: Any) -> str:
    address = connector.consent_address(a_store(server, "oauth", **changes), REDIRECT, "the state")
    back = parse_qs(urlsplit(give_consent(address)).query)
    assert back["state"] == ["the state"]
    return back["code"][0]


def test_a_code_is_changed_for_all_that_a_store_needs(
    connector: BrightpearlConnector, server: SandboxServer, open_as: Open
) -> None:
    credentials = connector.exchange_code(a_store(server, "oauth"), REDIRECT, code_for(connector, server))

    assert isinstance(connector, OAuthConnector)
    assert set(credentials) == {"access_token", "refresh_token", "expires_at", "api_domain", "client_secret"}
    assert credentials["expires_at"] == (NOW + WEEK).isoformat()
    session = open_as("oauth", **credentials)
    session.check()
    assert session.requests == 1


def test_a_code_is_good_once_and_for_its_redirect_address(connector: BrightpearlConnector, server: SandboxServer) -> None:
    code = code_for(connector, server)
    connector.exchange_code(a_store(server, "oauth"), REDIRECT, code)

    for address, again in ((REDIRECT, code), ("https://elsewhere.example/", code_for(connector, server))):
        with pytest.raises(CredentialsRefused, match="Connect the store again") as caught:
            connector.exchange_code(a_store(server, "oauth"), address, again)
        assert again not in str(caught.value)


@pytest.mark.parametrize("changes", [{"client_secret": "hush-hush"}, {"app_ref": "another"}])
def test_a_client_that_is_not_known_is_told(
    connector: BrightpearlConnector, server: SandboxServer, changes: dict[str, str]
) -> None:
    code = code_for(connector, server)

    with pytest.raises(CredentialsRefused, match="client secret") as caught:
        connector.exchange_code(a_store(server, "oauth", **changes), REDIRECT, code)

    assert "hush" not in str(caught.value)
    assert [problem.field for problem in caught.value.problems] == ["app_ref"]


def test_a_token_that_ran_out_is_renewed_once_and_kept(
    open_as: Open, server: SandboxServer, granted: Mapping[str, str], vault: Vault
) -> None:
    session = open_as("oauth", vault=vault, **granted)
    session.check()
    server.expire_tokens()
    session.choices()

    assert token_requests(server) == 1
    (renewed,) = vault.renewals
    assert renewed["access_token"] != granted["access_token"]
    assert renewed["refresh_token"] != granted["refresh_token"]
    assert renewed["client_secret"] == granted["client_secret"]
    assert session.requests == 1 + 1 + 1 + 4  # the check, the refusal, the renewal, the lists


def test_a_token_is_renewed_before_it_ends(
    open_as: Open, server: SandboxServer, granted: Mapping[str, str], vault: Vault, clock: FixedClock
) -> None:
    session = open_as("oauth", vault=vault, **granted, expires_at=(NOW + timedelta(minutes=10)).isoformat())
    session.check()
    clock.sleep(8.9 * 60)
    session.check()
    assert token_requests(server) == 0
    clock.sleep(30)
    session.check()
    session.check()

    assert token_requests(server) == 1
    assert "unauthorised" not in server.state()["requests"]["by_path"]["GET /public-api/testacct/product-service/channel"]


def test_tokens_that_live_shorter_than_the_margin_are_used_to_their_end(
    open_as: Open, server: SandboxServer, granted: Mapping[str, str], vault: Vault, clock: FixedClock
) -> None:
    server.options = replace(server.options, token_lifetime_s=20)
    session = open_as("oauth", vault=vault, **granted, expires_at=NOW.isoformat())
    for _ in range(3):
        session.check()
    assert token_requests(server) == 1
    clock.sleep(21)
    session.check()
    assert token_requests(server) == 2


def test_what_another_process_renewed_is_used(
    open_as: Open, server: SandboxServer, granted: Mapping[str, str], vault: Vault
) -> None:
    tokens = server.grant_oauth()
    vault.kept = {**granted, "access_token": tokens["access_token"], "refresh_token": tokens["refresh_token"]}
    session = open_as("oauth", vault=vault, **{**granted, "access_token": "ran-out-long-ago"})
    session.check()

    assert token_requests(server) == 0


def test_what_another_process_renewed_too_long_ago_is_renewed_again(
    open_as: Open, server: SandboxServer, granted: Mapping[str, str], vault: Vault
) -> None:
    vault.kept = {**granted, "access_token": "ran-out-lately", "expires_at": NOW.isoformat()}
    session = open_as("oauth", vault=vault, **{**granted, "access_token": "ran-out-long-ago"})
    session.check()

    assert token_requests(server) == 1
    assert session.requests == 3


def test_a_consent_that_was_withdrawn_says_connect_again(
    open_as: Open, server: SandboxServer, granted: Mapping[str, str], vault: Vault
) -> None:
    session = open_as("oauth", vault=vault, **granted)
    server.revoke_tokens()

    with pytest.raises(CredentialsRefused, match="Connect the store again") as caught:
        session.check()

    assert session.requests == 2
    assert not any(secret in f"{caught.value!r} {caught.value}" for secret in granted.values())


@pytest.mark.parametrize("lost", ["vault", "refresh_token"])
def test_without_a_way_to_renew_a_refused_token_is_the_end(
    open_as: Open, server: SandboxServer, granted: dict[str, str], vault: Vault, lost: str
) -> None:
    credentials = {name: value for name, value in granted.items() if name != lost}
    session = open_as("oauth", vault=None if lost == "vault" else vault, **credentials, expires_at=NOW.isoformat())
    session.check()
    server.expire_tokens()

    with pytest.raises(CredentialsRefused, match="connect the store again"):
        session.check()
    assert token_requests(server) == 0


def test_a_token_refused_right_after_its_renewal_ends_it(
    open_as: Open, server: SandboxServer, granted: Mapping[str, str], vault: Vault
) -> None:
    server.options = replace(server.options, token_lifetime_s=0)
    server.expire_tokens()
    session = open_as("oauth", vault=vault, **granted)

    with pytest.raises(CredentialsRefused, match="no longer accepts"):
        session.check()
    assert session.requests == 3


@pytest.fixture
def desk(connector: BrightpearlConnector) -> Any:
    """A token desk whose replies a test writes: `exchange(reply, …)`."""
    with serving(StubBrightpearl()) as stub:

        def exchange(*replies: Answer) -> Mapping[str, str]:
            stub.script[:] = replies
            store = a_store(stub, "oauth", client_secret="hush & hush+/=")  # type: ignore[arg-type]
            return connector.exchange_code(store, "https://relevo.example/a?b=c", "co+de/=")

        exchange.seen = stub.seen  # type: ignore[attr-defined]
        yield exchange


TOKENS = {"access_token": "new-access", "refresh_token": "new-refresh"}


def test_the_form_is_percent_encoded(desk: Any) -> None:
    desk(answer(TOKENS))

    (seen,) = desk.seen
    assert (seen.method, seen.path) == ("POST", "/token/testacct")
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert seen.body == (
        b"grant_type=authorization_code&code=co%2Bde%2F%3D&redirect_uri=https%3A%2F%2Frelevo.example%2Fa%3Fb%3Dc"
        b"&client_id=sandbox-oauth-app&client_secret=hush%20%26%20hush%2B%2F%3D"
    )


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ({}, {}),
        ({"expires_in": "3600"}, {"expires_at": (NOW + timedelta(hours=1)).isoformat()}),
        ({"expires_in": None, "api_domain": 5}, {}),
        ({"expires_in": -1, "api_domain": "evil/../host"}, {}),
        ({"api_domain": "ws-use.brightpearl.com"}, {"api_domain": "ws-use.brightpearl.com"}),
    ],
)
def test_what_a_token_reply_may_leave_out_or_get_wrong(desk: Any, told: dict[str, Any], kept: dict[str, str]) -> None:
    assert desk(answer({**TOKENS, **told})) == {**TOKENS, **kept, "client_secret": "hush & hush+/="}


@pytest.mark.parametrize(
    ("reply", "kind", "words"),
    [
        (answer({"error": "invalid_grant", "error_description": "hush & hush+/="}, 400), CredentialsRefused, "again"),
        (answer({"error": "unauthorized_client"}, 400), CredentialsRefused, "client secret"),
        (answer({"error": "invalid_client"}, 401), CredentialsRefused, "client secret"),
        (answer({}, 404), CredentialsRefused, "account code"),
        (answer({"error": "unsupported_grant_type"}, 400), StoreError, "unsupported_grant_type"),
        (answer({"error": "hush & hush+/="}, 400), StoreError, "no reason given"),
        (answer({"error": {"hush": 1}}, 400), StoreError, "no reason given"),
        (Answer(302, b"", {"Location": "http://10.0.0.1/"}), StoreError, "redirect"),
    ],
)
def test_oauths_own_errors_in_words(desk: Any, reply: Answer, kind: type[StoreError], words: str) -> None:
    with pytest.raises(kind, match=words) as caught:
        desk(reply)

    assert "hush" not in f"{caught.value} {caught.value!r}"
    assert len(desk.seen) == 1


@pytest.mark.parametrize("reply", [answer({"token_type": "Bearer"}), answer({"access_token": "a b"}), Answer(502, b"<html>")])
def test_replies_without_a_token_are_failures(desk: Any, reply: Answer) -> None:
    with pytest.raises(StoreUnavailable):
        desk(*[reply] * 5)


def test_the_consent_page_is_found_and_nothing_else_may_be_asked(
    connector: BrightpearlConnector, server: SandboxServer, clock: FixedClock
) -> None:
    store = a_store(server, "oauth", oauth_url="https://8.8.8.8", channel_ids=[])

    assert connector.consent_address(store, "https://relevo.example/a?b=c", "s/1") == (
        "https://8.8.8.8/authorize/testacct?response_type=code&client_id=sandbox-oauth-app"
        "&redirect_uri=https%3A%2F%2Frelevo.example%2Fa%3Fb%3Dc&state=s%2F1"
    )
    with pytest.raises(AddressRefused) as caught:
        BrightpearlConnector(clock).consent_address(a_store(server, "oauth"), REDIRECT, "s")
    assert [problem.field for problem in caught.value.problems] == ["oauth_url"]
    with pytest.raises(InvalidSettings, match="by consent"):
        connector.consent_address(a_store(server, "login"), REDIRECT, "s")


def test_tokens_are_not_asked_for_at_an_address_that_is_not_allowed(
    server: SandboxServer, granted: Mapping[str, str], vault: Vault, clock: FixedClock
) -> None:
    """The sandbox that this installation runs itself opens no way to other programs on this machine."""
    with serving(StubBrightpearl()) as stub:
        connector = BrightpearlConnector(clock, own_sandbox=lambda: server.url)
        store = a_store(server, "oauth", **granted, oauth_url=stub.url)
        server.expire_tokens()
        with closing(connector.open(store, vault)) as session, pytest.raises(AddressRefused):
            session.check()
        assert stub.seen == []


def test_nothing_secret_is_shown_of_a_store(server: SandboxServer, open_as: Open, granted: Mapping[str, str]) -> None:
    session = open_as("oauth", **granted)

    shown = f"{vars(session)} {session._settings} {session._client} {session._client._auth}"
    assert not any(secret in shown for secret in [*granted.values(), ACCESS["oauth"][1]["client_secret"]])


def test_a_store_that_was_disconnected_meanwhile_is_refused(
    open_as: Open, server: SandboxServer, granted: Mapping[str, str]
) -> None:
    session = open_as("oauth", vault=Vault({}), **granted)
    server.expire_tokens()

    with pytest.raises(CredentialsRefused, match="connect the store again"):
        session.check()


def test_a_refresh_token_without_end_is_not_kept(connector: BrightpearlConnector, server: SandboxServer) -> None:
    with serving(StubBrightpearl()) as stub:
        stub.reply = lambda _seen: answer({"access_token": "good", "refresh_token": "x" * 5000, "expires_in": 60})
        with pytest.raises(StoreUnavailable):
            connector.exchange_code(a_store(server, "oauth", oauth_url=stub.url), REDIRECT, "code")
