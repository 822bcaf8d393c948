"""OAuth 2: an access token that runs out, and a refresh token for the next one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from adapters.stores.brightpearl.auth.credentials import OAuthApp
from adapters.stores.brightpearl.auth.oauth_tokens import TokenDesk
from engine.ports import Clock, CredentialsRefused, CredentialVault
from rules.messages import Message, Text

AHEAD = timedelta(seconds=60)  # of its end a token is renewed

_REFUSED = Text(
    "Brightpearl no longer accepts the consent given to the app {app} for the account {account}: connect the store again and "
    "agree on Brightpearl's page.",
    "Brightpearl ya no acepta el permiso dado a la app {app} para la cuenta {account}: conecta de nuevo la tienda y acéptalo "
    "en la página de Brightpearl.",
)


class OAuthScheme:
    """Implements `AuthScheme`. New tokens come from the vault, which keeps them before they are used; without it none come."""

    def __init__(self, access: OAuthApp, account: str, desk: TokenDesk, clock: Clock, vault: CredentialVault | None) -> None:
        self._access = access
        self._account = account
        self._desk = desk
        self._clock = clock
        self._vault = vault
        self._kept = access.credentials
        self._seen: set[str] = set()
        self._own_token = ""  # the last one that this session itself got
        self._hide(access.credentials)

    @property
    def secrets(self) -> tuple[str, ...]:
        return tuple(self._seen)

    def prepare(self) -> None:
        if self._vault is not None and self._kept.get("refresh_token") and self._ends_within(AHEAD):
            self.renew()

    def headers(self) -> Mapping[str, str]:
        return {
            "Authorization": f"Bearer {self._kept['access_token']}",
            "brightpearl-app-ref": self._access.app_ref,
            "brightpearl-dev-ref": self._access.dev_ref,
        }

    def renew(self) -> None:
        if self._vault is None or not self._kept.get("refresh_token"):
            raise self.refused()
        self._kept = self._vault.renew(self._kept, self._refresh)
        if not self._is_own() and self._ends_within(timedelta()):  # another process got it, but too long ago
            self._kept = self._vault.renew(self._kept, self._refresh)
        if not self._kept.get("access_token"):  # the store was disconnected meanwhile
            raise self.refused()
        self._hide(self._kept)

    def refused(self) -> CredentialsRefused:
        params = {"app": self._access.app_ref, "account": self._account}
        return CredentialsRefused(Message("consent_refused", _REFUSED, params))

    def _refresh(self, kept: Mapping[str, str]) -> Mapping[str, str]:
        self._hide(kept)
        renewed = self._desk.refresh(kept)
        self._own_token = renewed["access_token"]
        return renewed

    def _is_own(self) -> bool:
        return self._kept.get("access_token") == self._own_token

    def _hide(self, credentials: Mapping[str, str]) -> None:
        secret = ("access_token", "refresh_token", "client_secret")
        self._seen.update(credentials[name] for name in secret if credentials.get(name))

    def _ends_within(self, margin: timedelta) -> bool:
        """Whether the token ends so soon. A token that was got just now is used to its very end."""
        try:
            ends_at = datetime.fromisoformat(self._kept.get("expires_at", ""))
        except ValueError:
            return False
        ends_at = ends_at if ends_at.tzinfo else ends_at.replace(tzinfo=UTC)
        return self._clock.now() >= ends_at - (timedelta() if self._is_own() else margin)
