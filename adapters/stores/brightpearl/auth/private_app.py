"""An app of one account, with the account's token or a staff member's, sent as it is."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.stores.brightpearl.auth.credentials import PrivateApp
from engine.ports import CredentialsRefused
from rules.messages import Message, Text

_REFUSED = Text(
    "Brightpearl does not accept the token of the app {app}: check the app reference, the token and the account code {account}, "
    "and that the app is switched on under App Store > Private apps.",
    "Brightpearl no acepta el token de la app {app}: comprueba la referencia de la app, el token y el código de cuenta "
    "{account}, y que la app esté activada en App Store > Private apps.",
)
_STAFF_REFUSED = Text(
    "Brightpearl does not accept the staff token of the app {app}: check the app reference, the account code {account}, and "
    "that the token is that of a user of the app (App Store > Private apps > Manage users), not the account's.",
    "Brightpearl no acepta el token de empleado de la app {app}: comprueba la referencia de la app, el código de cuenta "
    "{account}, y que el token sea el de un usuario de la app (App Store > Private apps > Manage users), no el de la cuenta.",
)


class PrivateAppScheme:
    """Implements `AuthScheme`."""

    def __init__(self, access: PrivateApp, account: str) -> None:
        self._access = access
        self._account = account

    @property
    def secrets(self) -> tuple[str, ...]:
        return (self._access.token,)

    def prepare(self) -> None:
        """Nothing: the token is there."""

    def headers(self) -> Mapping[str, str]:
        name = "brightpearl-staff-token" if self._access.is_staff else "brightpearl-account-token"
        return {"brightpearl-app-ref": self._access.app_ref, name: self._access.token}

    def renew(self) -> None:
        raise self.refused()

    def refused(self) -> CredentialsRefused:
        text = _STAFF_REFUSED if self._access.is_staff else _REFUSED
        params = {"app": self._access.app_ref, "account": self._account}
        return CredentialsRefused(Message("token_refused", text, params), "token")
