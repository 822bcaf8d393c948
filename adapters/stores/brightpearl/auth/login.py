"""User name and password, changed for a token at the first call. Brightpearl calls it legacy."""

from __future__ import annotations

import re
from collections.abc import Mapping

import orjson

from adapters.stores.brightpearl.auth.credentials import Login
from adapters.stores.brightpearl.replies import JSON_HEADERS, UNEXPECTED
from adapters.stores.brightpearl.transport import Reply, TransientFailure, Transport, refusal
from engine.ports import CredentialsRefused, StoreError
from rules.messages import Message, Text

_TOKEN = re.compile(r"[!-~]{1,1000}")

_LOGIN_REFUSED = Text(
    "Brightpearl refuses the log-in of {username}: check the user name, the password and the account code {account}.",
    "Brightpearl rechaza el inicio de sesión de {username}: comprueba el usuario, la contraseña y el código de cuenta {account}.",
)
_NO_API_ACCESS = Text(
    "Brightpearl gives {username} no API access to the account {account}: check the account code, and tick API access for "
    "this user in Brightpearl's staff list.",
    "Brightpearl no da a {username} acceso a la API de la cuenta {account}: comprueba el código de cuenta y activa el acceso "
    "a la API de este usuario en la lista de personal de Brightpearl.",
)
_UNKNOWN_ACCOUNT = Text(
    "There is no Brightpearl account {account} to log in to at {base_url}: check the account code, the data centre "
    "and the integration URL.",
    "No hay ninguna cuenta de Brightpearl {account} donde iniciar sesión en {base_url}: comprueba el código de cuenta, "
    "el centro de datos y la URL de integración.",
)
_TOKEN_REFUSED = Text(
    "Brightpearl accepts the log-in of {username} but refuses its requests: check that the user may use the API.",
    "Brightpearl acepta el inicio de sesión de {username} pero rechaza sus peticiones: "
    "comprueba que el usuario pueda usar la API.",
)


class LoginScheme:
    """Implements `AuthScheme`. The password travels in the body of the log-in and nowhere else."""

    def __init__(self, access: Login, account: str, transport: Transport) -> None:
        self._access = access
        self._account = account
        self._transport = transport
        self._token: str | None = None

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self._access.password, self._token or "")

    def prepare(self) -> None:
        if self._token is None:
            self.renew()

    def headers(self) -> Mapping[str, str]:
        return {"brightpearl-auth": self._token or ""}

    def renew(self) -> None:
        credentials = {"emailAddress": self._access.username, "password": self._access.password}
        body = orjson.dumps({"apiAccountCredentials": credentials})
        reply = self._transport.send("POST", f"/{self._account}/authorise", JSON_HEADERS, body, judge=_expect_token)
        if not reply.is_success():
            raise self._error(reply)
        self._token = reply.body["response"]

    def refused(self) -> CredentialsRefused:
        params = {"username": self._access.username}
        return CredentialsRefused(Message("token_refused", _TOKEN_REFUSED, params), "username")

    def _error(self, reply: Reply) -> StoreError:
        if not 400 <= reply.status < 500:
            return refusal(reply, self.secrets)
        params = {"username": self._access.username, "account": self._account, "base_url": self._transport.base_url}
        if "GWYB-003" in reply.error_codes():
            return CredentialsRefused(Message("no_api_access", _NO_API_ACCESS, params), "account_code")
        if reply.status == 404:
            return CredentialsRefused(Message("unknown_account", _UNKNOWN_ACCOUNT, params), "account_code")
        return CredentialsRefused(Message("login_refused", _LOGIN_REFUSED, params), "password")


def _expect_token(reply: Reply) -> None:
    token = reply.body.get("response")
    if not isinstance(token, str) or not _TOKEN.fullmatch(token):  # a gateway's sentence stands in the same place
        raise TransientFailure(UNEXPECTED)
