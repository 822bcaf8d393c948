"""What the account's apps show at the door."""

from __future__ import annotations

import base64
import hashlib
import hmac
from dataclasses import dataclass, field, fields


@dataclass(frozen=True, slots=True)
class SandboxCredentials:
    """The apps that the account has installed; the defaults are those of docs/sandbox.md.

    private_app: what follows `{account}_` in the private app's reference. account_token, staff_token: either opens the door to
    it, sent as they are. developer_ref, developer_secret: the developer of the public app and of the OAuth app. public_app,
    public_token: the public app of before OAuth; its token is sent signed (see `sign`). client_id, client_secret: the OAuth
    app; an empty secret makes it a public client, which shows none. redirect_uris: where OAuth may send a browser back to;
    empty means any http or https address.
    """

    private_app: str = "sandbox"
    account_token: str = field(default="sandbox-account-token", repr=False)
    staff_token: str = field(default="sandbox-staff-token", repr=False)
    developer_ref: str = "sandbox-developer"
    developer_secret: str = field(default="sandbox-developer-secret", repr=False)
    public_app: str = "sandbox-public-app"
    public_token: str = field(default="c2FuZGJveC+wdWJsaWMvdG9rZW4=", repr=False)
    client_id: str = "sandbox-oauth-app"
    client_secret: str = field(default="sandbox-client-secret", repr=False)
    redirect_uris: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        optional = ("client_secret", "redirect_uris")
        for name in (each.name for each in fields(self) if each.name not in optional):
            if not getattr(self, name):
                raise ValueError(f"{name} must not be empty")


def sign(developer_secret: str, unsigned_token: str) -> str:
    """A public app's account token as it is sent: base64 of HMAC-SHA256, key and message being the texts as shown."""
    digest = hmac.new(developer_secret.encode(), unsigned_token.encode(), hashlib.sha256).digest()
    return base64.b64encode(digest).decode()
