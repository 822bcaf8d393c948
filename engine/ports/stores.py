"""Sales channels: what a connector of any kind of store can do, and how it fails.

What only some kinds can do is in `engine.ports.store_parts`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from engine.model.sentence import Sentence
from engine.model.store import Record, ScanMemory, Store
from engine.model.store_kind import StoreKind
from rules.messages import Message


@dataclass(frozen=True, slots=True)
class SettingProblem:
    """What is wrong with one of the things that a person enters to connect a store."""

    field: str  # a key of the store's settings or credentials
    message: Message | Sentence


class StoreError(Exception):
    """A store could not be asked, or refused. Its argument says what a person can do; it never holds a secret.

    A `Message` or a `Sentence`, for readers of every language. `problems` says the same field by field, as far as it is
    known which of the store's settings or credentials to look at.
    """

    def __init__(self, said: Message | Sentence, *fields: str) -> None:
        super().__init__(said)
        self.problems: tuple[SettingProblem, ...] = tuple(SettingProblem(field, said) for field in fields)


class StoreUnavailable(StoreError):
    """Transient: the same call may succeed later."""


class CredentialsRefused(StoreError):
    """The store does not accept the credentials."""


class NoticeFinal(StoreError):
    """The store was told for good that the order shipped: that cannot be taken back."""


class SplitImpossible(StoreError):
    """What was to be split stands as a whole in the store, and cannot be split any more."""


class CredentialVault(Protocol):
    """The kept credentials of one store, for a connector whose credentials change while they are used."""

    def renew(self, known: Mapping[str, str], renew: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Mapping[str, str]:
        """Credentials to go on with, when `known` no longer work.

        Those that another process has kept meanwhile; else what `renew` gets for the kept ones, which are kept before
        this returns. One process at a time renews.
        """


class StoreSession(Protocol):
    """A conversation with one store, as every kind can lead it."""

    requests: int  # HTTP requests made so far, failed and refused ones included
    changes_until: str | None  # after a scan: what the memory of the next one starts from; None: it has to read everything

    def check(self) -> None:
        """Log in. Raises CredentialsRefused or StoreUnavailable with a sentence that says which field to look at."""

    def scan(self, since: datetime, memory: ScanMemory | None = None) -> Iterator[list[Record]]:
        """Everything created since then that may have to be an order here, in batches of a few hundred.

        What the search alone decides comes as unconfirmed `Skipped`; what the memory knows and the store did not change
        comes as `Unchanged`; all else was read. Ends only when everything was read; raises StoreError otherwise.
        """

    def read(self, external_ids: Sequence[str]) -> list[Record]:
        """These things as they are now, one record each; what no longer exists is Skipped with the reason for that."""

    def close(self) -> None: ...


class StoreConnector(Protocol):
    """One kind of store."""

    describes: StoreKind

    def open(self, store: Store, vault: CredentialVault | None = None) -> StoreSession:
        """A session for a store. Asks nothing yet. Raises StoreError when the address is not allowed.

        Without a vault, credentials that have to be renewed are refused.
        """
