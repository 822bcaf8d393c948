"""OAuth's own calls: the address where people give consent, and tokens for a code or for a refresh token.

Their replies are not those of the API: errors are plain OAuth. What such a reply says in free text is not shown, because it
may repeat what was sent.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import timedelta
from urllib.parse import quote, urlencode

from adapters.stores.brightpearl.auth.credentials import TOKEN, OAuthApp
from adapters.stores.brightpearl.replies import UNEXPECTED
from adapters.stores.brightpearl.transport import Reply, TransientFailure, Transport
from engine.ports import Clock, CredentialsRefused, StoreError
from rules.messages import Message, Text

_FORM = {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"}
LONGEST_REFRESH_TOKEN = 4000  # it is sent back as it came, whatever its characters
_ERROR_WORD = re.compile(r"[a-z_]{1,40}")
_HOST_AND_PORT = re.compile(r"[A-Za-z0-9][A-Za-z0-9.-]{0,252}(:[0-9]{1,5})?")
_CLIENT_ERRORS = ("invalid_client", "unauthorized_client")

_CONNECT_AGAIN = Text(
    "The consent for the Brightpearl account {account} no longer counts: it was withdrawn, ran out or was used already. "
    "Connect the store again and agree on Brightpearl's page.",
    "El permiso para la cuenta de Brightpearl {account} ya no vale: se retiró, caducó o ya se usó. "
    "Conecta de nuevo la tienda y acéptalo en la página de Brightpearl.",
)
_UNKNOWN_CLIENT = Text(
    "Brightpearl does not know the app {app} or its client secret: check the app reference and the client secret, "
    "and that the app may be used with OAuth in the account {account}.",
    "Brightpearl no conoce la app {app} o su secreto de cliente: comprueba la referencia de la app y el secreto de cliente, "
    "y que la app se pueda usar con OAuth en la cuenta {account}.",
)
_NO_OAUTH = Text(
    "{oauth_url} gives no tokens for the account {account}: check the account code and the OAuth address.",
    "{oauth_url} no da tokens para la cuenta {account}: comprueba el código de cuenta y la dirección de OAuth.",
)
_OAUTH_REFUSES = Text(
    "Brightpearl's OAuth refuses the request: {error} (HTTP {status}).",
    "El OAuth de Brightpearl rechaza la petición: {error} (HTTP {status}).",
)
_NO_REASON = Text("no reason given", "sin motivo")


def consent_address(access: OAuthApp, account: str, redirect_uri: str, state: str) -> str:
    """The page where the account's people agree."""
    asked = {"response_type": "code", "client_id": access.app_ref, "redirect_uri": redirect_uri, "state": state}
    return f"{access.oauth_url}/authorize/{quote(account, safe='')}?{urlencode(asked, quote_via=quote, safe='')}"


class TokenDesk:
    """Gives out credentials: texts access_token, refresh_token, expires_at (ISO 8601, UTC), api_domain, client_secret."""

    def __init__(self, access: OAuthApp, account: str, transport: Transport, clock: Clock) -> None:
        self._access = access
        self._account = account
        self._transport = transport
        self._clock = clock

    def exchange(self, code: str, redirect_uri: str) -> Mapping[str, str]:
        """Credentials for the code that a browser came back with. Raises StoreError."""
        asked = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_uri}
        return self._ask(asked, {"client_secret": self._access.credentials.get("client_secret", "")})

    def refresh(self, kept: Mapping[str, str]) -> Mapping[str, str]:
        """Credentials for the refresh token among the kept ones. Raises StoreError."""
        return self._ask({"grant_type": "refresh_token", "refresh_token": kept.get("refresh_token", "")}, kept)

    def _ask(self, asked: Mapping[str, str], kept: Mapping[str, str]) -> Mapping[str, str]:
        secret = {"client_secret": kept["client_secret"]} if kept.get("client_secret") else {}
        form = {**asked, "client_id": self._access.app_ref, **secret}
        body = urlencode(form, quote_via=quote, safe="").encode("ascii")
        asked_at = self._clock.now()
        reply = self._transport.send("POST", f"/token/{self._account}", _FORM, body, judge=_expect_tokens)
        if not reply.is_success():
            raise self._error(reply)
        told = {name: reply.body[name] for name in ("access_token", "refresh_token") if reply.body.get(name)}
        lifetime, domain = _seconds(reply.body.get("expires_in")), reply.body.get("api_domain")
        if isinstance(domain, str) and _HOST_AND_PORT.fullmatch(domain):
            told["api_domain"] = domain
        lasting = {name: text for name, text in kept.items() if name != "expires_at" and text}
        if lifetime is not None:
            told["expires_at"] = (asked_at + timedelta(seconds=lifetime)).isoformat()
        return {**lasting, **told}

    def _error(self, reply: Reply) -> StoreError:
        told = reply.body.get("error")
        error = told if isinstance(told, str) and _ERROR_WORD.fullmatch(told) else _NO_REASON
        params = {"account": self._account, "app": self._access.app_ref, "oauth_url": self._access.oauth_url}
        if error == "invalid_grant":
            return CredentialsRefused(Message("connect_again", _CONNECT_AGAIN, params))
        if error in _CLIENT_ERRORS or reply.status == 401:
            return CredentialsRefused(Message("unknown_client", _UNKNOWN_CLIENT, params), "app_ref")
        if reply.status == 404:
            return CredentialsRefused(Message("no_oauth", _NO_OAUTH, params), "account_code")
        return StoreError(Message("oauth_refuses", _OAUTH_REFUSES, {"error": error, "status": reply.status}))


def _expect_tokens(reply: Reply) -> None:
    access, refresh = reply.body.get("access_token"), reply.body.get("refresh_token")
    if not isinstance(access, str) or not TOKEN.fullmatch(access) or not (refresh is None or _is_kept_well(refresh)):
        raise TransientFailure(UNEXPECTED)


def _is_kept_well(refresh: object) -> bool:
    return isinstance(refresh, str) and len(refresh) <= LONGEST_REFRESH_TOKEN


def _seconds(value: object) -> int | None:
    if isinstance(value, str) and value.isascii() and value.isdigit() and len(value) <= 9:
        value = int(value)
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10**9 else None
