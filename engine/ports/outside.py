"""The machine around the engine: time, passwords, how many requests may be made, files of labels, a sandbox to try it with."""

from __future__ import annotations

from datetime import datetime
from typing import Protocol

from engine.model.account import User
from engine.model.request_budget import Purpose
from engine.model.store import Store


class Clock(Protocol):
    def now(self) -> datetime:
        """This instant, in UTC and with its zone."""

    def sleep(self, seconds: float) -> None: ...


class PasswordHasher(Protocol):
    def hash(self, password: str) -> str: ...

    def verify(self, password_hash: str, password: str) -> bool: ...


class RequestBudgets(Protocol):
    """How many requests vendors' accounts still take, shared by all stores and processes that name the same key.

    `engine.model.request_budget` has the rules. Not for use while a transaction is open. Raises StoreUnavailable when the
    budget cannot be reached.
    """

    def take(self, key: str, taker: str, purpose: Purpose) -> float:
        """0.0 when a request may be sent now, and is counted; else how many seconds to wait before asking again."""

    def report(self, key: str, remaining: int, resets_in_s: float | None, sent_at: datetime, *, refused: bool = False) -> None:
        """Tell what a reply said: how many requests remain, and until when; `sent_at` is when the request left."""


class LabelFiles(Protocol):
    """Documents of labels that commands have written into files of this installation."""

    def forget_written(self, before: datetime) -> None:
        """Remove those that were written before this. Raises OSError."""


class SandboxOffer(Protocol):
    """A sandbox in the place of a store, for one account of the installation."""

    def is_free(self) -> bool:
        """Whether it can still be connected."""

    def connect(self, actor: User) -> Store:
        """Connect it with an admin's account. Raises Refused and StoreError."""
