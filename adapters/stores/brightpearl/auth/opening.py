"""Picks the scheme that a store's settings ask for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from adapters.stores.brightpearl.auth.credentials import Access, Login, PrivateApp, SignedApp
from adapters.stores.brightpearl.auth.login import LoginScheme
from adapters.stores.brightpearl.auth.oauth import OAuthScheme
from adapters.stores.brightpearl.auth.oauth_tokens import TokenDesk
from adapters.stores.brightpearl.auth.private_app import PrivateAppScheme
from adapters.stores.brightpearl.auth.scheme import AuthScheme
from adapters.stores.brightpearl.auth.signed_app import SignedAppScheme
from adapters.stores.brightpearl.transport import Transport
from engine.ports import Clock, CredentialVault


@dataclass(frozen=True, slots=True)
class SchemeParts:
    """What a scheme may need of its session."""

    transport: Transport  # to the API
    transport_to: Callable[[str], Transport]  # to another base URL
    clock: Clock
    vault: CredentialVault | None = None


def open_scheme(access: Access, account: str, parts: SchemeParts) -> AuthScheme:
    """The scheme for these credentials. Asks nothing yet."""
    match access:
        case Login():
            return LoginScheme(access, account, parts.transport)
        case PrivateApp():
            return PrivateAppScheme(access, account)
        case SignedApp():
            return SignedAppScheme(access, account)
    desk = TokenDesk(access, account, parts.transport_to(access.oauth_url), parts.clock)
    return OAuthScheme(access, account, desk, parts.clock, parts.vault)
