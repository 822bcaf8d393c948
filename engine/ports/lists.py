"""What is kept of an account's named lists."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.model.account_list import AccountList
from engine.model.redaction import Redaction


class Lists(Protocol):
    """Those of an account; no two have one name. States of them that a decision saw stay when they change."""

    def list_for(self, account_id: str) -> list[AccountList]:
        """By name."""

    def put(self, kept: AccountList, members: Sequence[str]) -> None:
        """Keep a new list, or another state of one. The state before goes, unless a decision has seen it."""

    def remove(self, account_id: str, list_id: str, at: datetime) -> None:
        """Forget a list; states of it that decisions have seen stay."""

    def counts(self, account_id: str, digests: Sequence[str]) -> Mapping[str, int]:
        """How many members states have, by digest. What is not there is left out."""

    def members(self, account_id: str, digests: Sequence[str]) -> Mapping[str, Sequence[str]]:
        """The members of states, by digest. What is not there is left out."""

    def note_seen(self, account_id: str, states: Mapping[str, Sequence[str]]) -> None:
        """Decisions are kept that saw these states, by digest, also where the lists have changed meanwhile."""

    def redact(self, account_id: str, redaction: Redaction) -> int:
        """Take a person out of all states: members that are one of the values, or hold an e-mail address. How many states."""

    def forget_states(self, before: datetime) -> None:
        """Forget the states, of all accounts, that were another one's before a time."""
