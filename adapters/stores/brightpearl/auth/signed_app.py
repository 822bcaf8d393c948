"""A public app of the time before OAuth: the account's token goes out signed with the developer's secret."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping

from adapters.stores.brightpearl.auth.credentials import SignedApp
from engine.ports import CredentialsRefused
from rules.messages import Message, Text

_REFUSED = Text(
    "Brightpearl does not accept the signed token of the app {app}: check the app reference, the developer reference, the "
    "developer secret, the unsigned token and the account code {account}.",
    "Brightpearl no acepta el token firmado de la app {app}: comprueba la referencia de la app, la referencia y el secreto de "
    "desarrollador, el token sin firmar y el código de cuenta {account}.",
)


def sign(developer_secret: str, token: str) -> str:
    """The token as it is sent. Secret and token are taken as the texts that Brightpearl shows, not decoded."""
    digest = hmac.new(developer_secret.encode(), token.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode("ascii")


class SignedAppScheme:
    """Implements `AuthScheme`."""

    def __init__(self, access: SignedApp, account: str) -> None:
        self._access = access
        self._account = account
        self._signed = sign(access.developer_secret, access.token)

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self._access.developer_secret, self._access.token, self._signed)

    def prepare(self) -> None:
        """Nothing: the token is there."""

    def headers(self) -> Mapping[str, str]:
        return {
            "brightpearl-dev-ref": self._access.dev_ref,
            "brightpearl-app-ref": self._access.app_ref,
            "brightpearl-account-token": self._signed,
        }

    def renew(self) -> None:
        raise self.refused()

    def refused(self) -> CredentialsRefused:
        params = {"app": self._access.app_ref, "account": self._account}
        return CredentialsRefused(Message("token_refused", _REFUSED, params), "token")
