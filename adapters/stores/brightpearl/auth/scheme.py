"""What every way to log in can do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from engine.ports import CredentialsRefused


class AuthScheme(Protocol):
    """Shows Brightpearl who is calling. For one session, so for one thread."""

    @property
    def secrets(self) -> tuple[str, ...]:
        """What must never be shown, as far as it is known by now."""

    def prepare(self) -> None:
        """What a call needs first: a log-in where there was none, a new token for one that is about to end.

        Raises CredentialsRefused or StoreUnavailable.
        """

    def headers(self) -> Mapping[str, str]:
        """Those of a call."""

    def renew(self) -> None:
        """Another token after a 401. Raises CredentialsRefused when none can be obtained, or StoreUnavailable."""

    def refused(self) -> CredentialsRefused:
        """What to tell when a call is refused all the same."""
