"""Sales channels: what a connector of one kind of store can do, and how it fails."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol, runtime_checkable

from engine.model.sentence import Sentence
from engine.model.store import (
    NameKind,
    OrderFinding,
    Record,
    ScanMemory,
    Store,
    StoreChoices,
    StoreScope,
)
from engine.model.store_kind import StoreKind
from engine.model.webhook import WebhookEvent
from engine.model.write_back import ShipmentNotice, WriteBackStep
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


class CredentialVault(Protocol):
    """The kept credentials of one store, for a connector whose credentials change while they are used."""

    def renew(self, known: Mapping[str, str], renew: Callable[[Mapping[str, str]], Mapping[str, str]]) -> Mapping[str, str]:
        """Credentials to go on with, when `known` no longer work.

        Those that another process has kept meanwhile; else what `renew` gets for the kept ones, which are kept before
        this returns. One process at a time renews.
        """


class StoreSession(Protocol):
    """A logged-in conversation with one store."""

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
        """These things as they are now, one record each; what no longer exists is Skipped with `note_gone`."""

    def explain(self, number: str, since: datetime) -> OrderFinding:
        """Why an order (its number, its reference, or a note id) would or would not be imported. Changes nothing."""

    def order_notes(self, external_order_id: str) -> list[str]:
        """The store's notes on an order, oldest first, as plain text."""

    def products(self, product_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """Texts `weight` (in the account's unit) and `barcode` of products, each only where the record has one.

        A product that the store does not have is there without a text; one that it gave no answer for is missing.
        """

    def names(self, kind: NameKind) -> dict[str, str]:
        """The names of all things of a kind, by the codes that orders use. Raises StoreError."""

    def choices(self) -> StoreChoices:
        """What the account has for the store's settings to choose from. Raises StoreError."""

    def ids_of_orders(self, external_order_ids: Sequence[str]) -> list[str]:
        """The external ids of all that is still to be shipped for these orders of the store. Raises StoreError."""

    def register_webhooks(self, address: str) -> tuple[str, ...]:
        """Ask the store to call this address when something changes; the ids of the registrations.

        The address holds a secret. Events that the account does not offer are left out.
        """

    def list_webhooks(self, address: str) -> list[str]:
        """The ids of the registrations that call this address, given without its query, whatever secret they hold."""

    def remove_webhooks(self, webhook_ids: Iterable[str]) -> None:
        """Take registrations back; those that are gone already count as removed."""

    def write_back_steps(self) -> tuple[WriteBackStep, ...]:
        """What the store's settings want to be told when an order ships, in this order."""

    def write_back(self, step: WriteBackStep, notice: ShipmentNotice) -> bool:
        """Carry out one step; a step that is found done already counts as carried out.

        False when there is nothing to do for this shipment: no note to write, or other parts of its order have not
        shipped. Raises StoreUnavailable when a later try may succeed, another StoreError when a person has to look.
        """

    def withdraw(self, notice: ShipmentNotice) -> None:
        """Take the reference back. Raises NoticeFinal when the store holds the order for shipped, StoreError otherwise."""

    def close(self) -> None: ...


class StoreConnector(Protocol):
    """One kind of store."""

    kind: str
    describes: StoreKind

    def open(self, store: Store, vault: CredentialVault | None = None) -> StoreSession:
        """A session for a store. Asks nothing yet. Raises StoreError when the address is not allowed.

        Without a vault, credentials that have to be renewed are refused.
        """

    def try_out(self, store: Store) -> StoreChoices:
        """Log in and see what the account has to choose from; settings that choose from it may still be missing.

        Those that are there are checked. Raises StoreError as `open` and `check` do.
        """

    def is_local(self, settings: Mapping[str, Any]) -> bool:
        """Whether a store with these settings is on this machine, as a sandbox is, and reaches this service there."""

    def parse_webhook(self, settings: Mapping[str, Any], body: bytes) -> WebhookEvent | None:
        """What the body of a webhook's call names; None when it is of another account than these settings'."""


@runtime_checkable
class ScopedConnector(StoreConnector, Protocol):
    """One kind of store of which several can lead to the same account of the vendor."""

    def scope(self, settings: Mapping[str, Any]) -> StoreScope:
        """What a store with these settings is connected to. Asks nothing."""


@runtime_checkable
class OAuthConnector(StoreConnector, Protocol):
    """One kind of store that people may connect by giving their consent at the store itself."""

    def consent_address(self, store: Store, redirect_uri: str, state: str) -> str:
        """Where a person gives consent; the browser comes back to `redirect_uri` with the state and a code.

        Raises StoreError when settings are wrong. Asks nothing.
        """

    def exchange_code(self, store: Store, redirect_uri: str, code: str) -> Mapping[str, str]:
        """The store's credentials, complete, for the code of a consent. Raises StoreError."""
