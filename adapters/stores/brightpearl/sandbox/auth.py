"""The gateway's door: the account log-in, and the token that every call must show."""

from __future__ import annotations

import hmac
import threading
import uuid
from typing import Any, Final

from .replies import ApiError, GatewayError, Reply, parse_body, success

TOKEN_HEADER: Final = "brightpearl-auth"  # noqa: S105 - a header's name


class Gatekeeper:
    """Knows the account's one user and the tokens given out; safe for many threads."""

    def __init__(self, username: str, password: str, account_code: str) -> None:
        self.account_code = account_code
        self._username = username
        self._password = password
        self._lock = threading.Lock()
        self._valid: set[str] = set()
        self._expired: set[str] = set()

    def log_in(self, account_code: str, body: bytes, *, api_access: bool) -> Reply:
        """The reply to a log-in: a new token. Raises ApiError 401 for wrong credentials or an account without access."""
        email, password = _credentials(parse_body(body))
        if account_code != self.account_code or not api_access:
            raise ApiError(401, ("GWYB-003", f"Account '{account_code}' does not have API access"))
        known = hmac.compare_digest(email.encode(), self._username.encode())
        if not hmac.compare_digest(password.encode(), self._password.encode()) or not known:
            raise ApiError(401, ("GWYB-006", f"Unable to authenticate {email}"))
        token = str(uuid.uuid4())
        with self._lock:
            self._valid.add(token)
        return success(token)

    def check(self, account_code: str, token: str | None) -> None:
        """Let a call through. Raises GatewayError 401 with Brightpearl's sentence."""
        if not token:
            raise GatewayError(401, "Not authenticated. You must provide a valid authentication token.")
        with self._lock:
            if token in self._expired:
                raise GatewayError(401, "Authorization token expired")
            if token not in self._valid or account_code != self.account_code:
                raise GatewayError(401, f"Invalid instance token: {token}")

    def expire_tokens(self) -> int:
        """Let all tokens run out; returns how many."""
        with self._lock:
            count = len(self._valid)
            self._expired |= self._valid
            self._valid.clear()
            return count

    def set_password(self, password: str) -> None:
        """Give the user another password; tokens stay valid."""
        self._password = password


def _credentials(document: Any) -> tuple[str, str]:
    try:
        given = document["apiAccountCredentials"]
        email, password = given["emailAddress"], given["password"]
    except (KeyError, TypeError) as error:
        raise ApiError(400, ("CMNC-010", "apiAccountCredentials with emailAddress and password are required")) from error
    if not isinstance(email, str) or not isinstance(password, str):
        raise ApiError(400, ("CMNC-010", "emailAddress and password must be texts"))
    return email, password
