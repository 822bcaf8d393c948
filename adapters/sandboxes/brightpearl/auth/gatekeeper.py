"""The gateway's door: the account log-in, and what every call must show."""

from __future__ import annotations

import hmac
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

from ..options import SandboxOptions
from ..replies import ApiError, GatewayError, Reply, parse_body, success
from .credentials import SandboxCredentials, sign
from .tokens import RUN_OUT, TokenBook, TokenError, TokenKind, TokenState, parse_kinds, random_token

APP_REF: Final = "brightpearl-app-ref"
DEV_REF: Final = "brightpearl-dev-ref"
ACCOUNT_TOKEN: Final = "brightpearl-account-token"  # noqa: S105 - a header's name
STAFF_TOKEN: Final = "brightpearl-staff-token"  # noqa: S105 - a header's name
LOGIN_TOKEN: Final = "brightpearl-auth"  # noqa: S105 - a header's name
INSTANCE_HEADER: Final = "brightpearl-installed-integration-instance-id"
INSTANCE_ID: Final = "21"

PRIVATE_POOL: Final = "private"
"""The throttle pool that log-ins and private apps share; public and OAuth apps have one per developer."""

_NOTHING_SHOWN: Final = "Not authenticated. You must provide a valid authentication token."
_EXPIRED: Final = "Authorization token expired"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who is let in: by which kind of token, in which throttle pool, and the headers that the replies get besides."""

    kind: TokenKind
    pool: str
    headers: Mapping[str, str] = field(default_factory=dict)


class Gatekeeper:
    """Knows the account's one user, its apps and the tokens given out; safe for many threads."""

    def __init__(
        self, username: str, password: str, account_code: str, tokens: TokenBook, credentials: SandboxCredentials
    ) -> None:
        self.account_code = account_code
        self._username = username
        self._password = password
        self._tokens = tokens
        self._credentials = credentials
        tokens.add(TokenKind.ACCOUNT, credentials.account_token)
        tokens.add(TokenKind.STAFF, credentials.staff_token)
        tokens.add(TokenKind.PUBLIC, sign(credentials.developer_secret, credentials.public_token))

    def log_in(self, account_code: str, headers: Mapping[str, str], body: bytes, options: SandboxOptions) -> Reply:
        """The reply to a log-in: a new token, a staff token where the request names the private app.

        Raises ApiError 401 for wrong credentials, an app that is not the account's or an account without access.
        """
        email, password = _credentials(parse_body(body))
        if account_code != self.account_code or not options.api_access:
            raise ApiError(401, ("GWYB-003", f"Account '{account_code}' does not have API access"))
        known = hmac.compare_digest(email.encode(), self._username.encode())
        if not hmac.compare_digest(password.encode(), self._password.encode()) or not known:
            raise ApiError(401, ("GWYB-006", f"Unable to authenticate {email}"))
        kind = TokenKind.LOGIN
        if APP_REF in headers:
            kind = TokenKind.STAFF
            if not options.staff_token_login or headers[APP_REF] != self._private_ref:
                raise ApiError(401, ("GWYB-006", f"Unable to authenticate {email}"))
        return success(self._tokens.add(kind, str(uuid.uuid4())))

    def admit(self, account_code: str, headers: Mapping[str, str]) -> Caller:
        """Let a call through. Raises GatewayError 401 with Brightpearl's sentence."""
        shown = _shown(headers)
        if shown is None:
            raise GatewayError(401, _NOTHING_SHOWN)
        kind, token = shown
        if account_code != self.account_code or not self._fits(kind, headers):
            raise GatewayError(401, f"Invalid instance token: {token}")
        match self._tokens.state(kind, token):
            case TokenState.EXPIRED:
                raise GatewayError(401, _EXPIRED)
            case TokenState.UNKNOWN:
                raise GatewayError(401, f"Invalid instance token: {token}")
        return Caller(kind, self.pool_of(headers), {INSTANCE_HEADER: INSTANCE_ID} if kind is TokenKind.OAUTH else {})

    def pool_of(self, headers: Mapping[str, str]) -> str:
        """The throttle pool that a call counts in, whether it is let in or not."""
        shown = _shown(headers)
        if shown is not None and shown[0] in (TokenKind.PUBLIC, TokenKind.OAUTH):
            return f"developer {self._credentials.developer_ref}"
        return PRIVATE_POOL

    def expire(self, kind: object = None) -> int:
        """Let tokens run out: those of one kind, or all that run out by themselves; returns how many. Raises TokenError."""
        return self._tokens.expire(parse_kinds(kind, RUN_OUT))

    def revoke(self, kind: object = None) -> int:
        """Take tokens back, of one kind or of all; returns how many. Raises TokenError."""
        return self._tokens.revoke(parse_kinds(kind, tuple(TokenKind)))

    def issue(self, kind: object, token: str | None = None) -> str:
        """Give an app another token in place of its old one, this one if given; returns it as a person is shown it.

        Raises TokenError for a kind that only a log-in or OAuth gives out.
        """
        chosen = parse_kinds(kind, ())
        value = token or random_token()
        match tuple(chosen):
            case (TokenKind.ACCOUNT | TokenKind.STAFF as one,):
                self._tokens.replace(one, value)
            case (TokenKind.PUBLIC as one,):
                self._tokens.replace(one, sign(self._credentials.developer_secret, value))
            case _:
                raise TokenError("kind must be account, staff or public; the others come from a log-in or from OAuth")
        return value

    def set_password(self, password: str) -> None:
        """Give the user another password; tokens stay valid."""
        self._password = password

    @property
    def _private_ref(self) -> str:
        return f"{self.account_code}_{self._credentials.private_app}"

    def _fits(self, kind: TokenKind, headers: Mapping[str, str]) -> bool:
        """Whether the references beside a token are those of the app that may have one."""
        app, developer = headers.get(APP_REF), headers.get(DEV_REF)
        known = self._credentials
        match kind:
            case TokenKind.ACCOUNT | TokenKind.STAFF:
                return app == self._private_ref
            case TokenKind.PUBLIC:
                return app == known.public_app and developer == known.developer_ref
            case TokenKind.OAUTH:
                return app == known.client_id and developer in (None, known.developer_ref)
            case _:
                return True


def _shown(headers: Mapping[str, str]) -> tuple[TokenKind, str] | None:
    """The token that a call shows, and its kind; None without any. Apps must say who they are."""
    scheme, _, bearer = headers.get("authorization", "").partition(" ")
    found: tuple[TokenKind, str] | None = None
    if scheme.lower() == "bearer":
        found = TokenKind.OAUTH, bearer.strip()
    elif token := headers.get(STAFF_TOKEN):
        found = TokenKind.STAFF, token
    elif token := headers.get(ACCOUNT_TOKEN):
        found = (TokenKind.PUBLIC if DEV_REF in headers else TokenKind.ACCOUNT), token
    if found is not None:
        return found if found[1] and APP_REF in headers else None
    token = headers.get(LOGIN_TOKEN)
    return (TokenKind.LOGIN, token) if token else None


def _credentials(document: Any) -> tuple[str, str]:
    try:
        given = document["apiAccountCredentials"]
        email, password = given["emailAddress"], given["password"]
    except (KeyError, TypeError) as error:
        raise ApiError(400, ("CMNC-010", "apiAccountCredentials with emailAddress and password are required")) from error
    if not isinstance(email, str) or not isinstance(password, str):
        raise ApiError(400, ("CMNC-010", "emailAddress and password must be texts"))
    return email, password
