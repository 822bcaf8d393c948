"""Every way to log in to a Brightpearl sandbox, as its documentation names them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.error import HTTPError
from urllib.request import HTTPRedirectHandler, build_opener

from support.sandbox_shop import STORE_PASSWORD

from adapters.sandboxes.brightpearl import SandboxServer
from engine.model.store import Store

REDIRECT = "https://relevo.example/back"

ACCESS: dict[str, tuple[dict[str, str], dict[str, str]]] = {
    "login": ({}, {"username": "u@example.com", "password": STORE_PASSWORD}),
    "account_token": ({"app_ref": "testacct_sandbox"}, {"token": "sandbox-account-token"}),
    "staff_token": ({"app_ref": "testacct_sandbox"}, {"token": "sandbox-staff-token"}),
    "signed_token": (
        {"app_ref": "sandbox-public-app", "dev_ref": "sandbox-developer"},
        {"developer_secret": "sandbox-developer-secret", "token": "c2FuZGJveC+wdWJsaWMvdG9rZW4="},
    ),
    "oauth": (
        {"app_ref": "sandbox-oauth-app", "dev_ref": "sandbox-developer"},
        {"client_secret": "sandbox-client-secret"},
    ),
}
"""Settings and credentials by the setting `auth`; OAuth still needs tokens."""


def settings_of(server: SandboxServer, auth: str) -> dict[str, Any]:
    """A store's settings; those of OAuth lead to the sandbox as well."""
    return {
        "integration_url": server.url,
        "account_code": "testacct",
        "datacenter": "eu1",
        "channel_ids": [2],
        "on_ship": "none",
        "auth": auth,
        **({"oauth_url": server.url} if auth == "oauth" else {}),
        **ACCESS[auth][0],
    }


def a_store(server: SandboxServer, auth: str, **changes: Any) -> Store:
    """A store of a sandbox that is kept nowhere; `changes` replace credentials and settings by their names."""
    settings, credentials = settings_of(server, auth), dict(ACCESS[auth][1])
    secret = {*credentials, "access_token", "refresh_token", "expires_at", "api_domain"}
    for name, value in changes.items():
        (credentials if name in secret else settings)[name] = value
    return Store("sto_1", "acc_1", "brightpearl", "Shop", settings, credentials, datetime(2026, 1, 1, tzinfo=UTC))


def give_consent(address: str, *, agree: bool = True) -> str:
    """Answer the consent page as a person does; the address that the browser is sent back to."""

    class _Stay(HTTPRedirectHandler):
        def redirect_request(self, *_args: Any, **_options: Any) -> None:
            return None

    try:
        build_opener(_Stay).open(f"{address}&approve={int(agree)}", timeout=5)
    except HTTPError as error:
        with error:
            if error.code == 302:
                return str(error.headers["Location"])
            raise AssertionError(f"the consent page answers {error.code}") from None
    raise AssertionError("nobody was sent back")


@dataclass
class Vault:
    """Keeps credentials for one process, and whatever another one is said to have kept meanwhile."""

    kept: Mapping[str, str] | None = None
    renewals: list[Mapping[str, str]] = field(default_factory=list)

    def renew(self, known: Mapping[str, str], renew: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Mapping[str, str]:
        if self.kept is None or dict(self.kept) == dict(known):
            self.kept = renew(known)
            self.renewals.append(self.kept)
        return self.kept
