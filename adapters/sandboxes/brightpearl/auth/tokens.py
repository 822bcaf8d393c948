"""The tokens that the account has given out, and what became of each."""

from __future__ import annotations

import base64
import secrets
import threading
from collections.abc import Callable, Collection
from datetime import datetime
from enum import StrEnum
from typing import Final


class TokenKind(StrEnum):
    """Which door a token opens. The names are those of the control API."""

    LOGIN = "login"
    ACCOUNT = "account"
    STAFF = "staff"
    PUBLIC = "public"
    OAUTH = "oauth"
    REFRESH = "refresh"


RUN_OUT: Final = (TokenKind.LOGIN, TokenKind.OAUTH)
"""The kinds that run out by themselves sooner or later."""


class TokenState(StrEnum):
    """What became of a token."""

    VALID = "valid"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


class TokenError(ValueError):
    """A kind of token that does not exist, or a wish that does not suit it; the text says which."""


class TokenBook:
    """Every token by kind; safe for many threads. A revoked token is forgotten: it was never valid."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._ends: dict[TokenKind, dict[str, datetime | None]] = {kind: {} for kind in TokenKind}
        self._expired: dict[TokenKind, set[str]] = {kind: set() for kind in TokenKind}
        self._given: set[str] = set()

    def add(self, kind: TokenKind, token: str, ends: datetime | None = None) -> str:
        """Make a token valid, until `ends` if given; returns it."""
        with self._lock:
            self._ends[kind][token] = ends
            self._expired[kind].discard(token)
            self._given.add(token)
        return token

    def given(self) -> set[str]:
        """Every token that there ever was, as it is sent."""
        with self._lock:
            return set(self._given)

    def state(self, kind: TokenKind, token: str) -> TokenState:
        """What a token is worth now."""
        with self._lock:
            return self._state(kind, token)

    def take(self, kind: TokenKind, token: str) -> bool:
        """Use a token up: whether it was valid until now."""
        with self._lock:
            valid = self._state(kind, token) is TokenState.VALID
            if valid:
                del self._ends[kind][token]
            return valid

    def expire(self, kinds: Collection[TokenKind]) -> int:
        """Let the valid tokens of these kinds run out; returns how many."""
        with self._lock:
            count = 0
            for kind in kinds:
                valid = [token for token in self._ends[kind] if self._state(kind, token) is TokenState.VALID]
                self._expired[kind].update(valid)
                count += len(valid)
            return count

    def revoke(self, kinds: Collection[TokenKind]) -> int:
        """Forget every token of these kinds; returns how many."""
        with self._lock:
            count = sum(len(self._ends[kind]) for kind in kinds)
            for kind in kinds:
                self._ends[kind].clear()
                self._expired[kind].clear()
            return count

    def replace(self, kind: TokenKind, token: str) -> str:
        """Let this be the only token of its kind; returns it."""
        self.revoke([kind])
        return self.add(kind, token)

    def _state(self, kind: TokenKind, token: str) -> TokenState:
        if token not in self._ends[kind]:
            return TokenState.UNKNOWN
        ends = self._ends[kind][token]
        over = token in self._expired[kind] or (ends is not None and self._clock() >= ends)
        return TokenState.EXPIRED if over else TokenState.VALID


def parse_kinds(kind: object, default: Collection[TokenKind]) -> Collection[TokenKind]:
    """The kinds that a control request means: one by name, or the default. Raises TokenError."""
    if kind is None:
        return default
    try:
        return (TokenKind(str(kind)),)
    except ValueError as error:
        raise TokenError(f"kind must be one of {', '.join(TokenKind)}") from error


def random_token() -> str:
    """A new token as OAuth gives them: 44 characters of base64."""
    return base64.b64encode(secrets.token_bytes(32)).decode()
