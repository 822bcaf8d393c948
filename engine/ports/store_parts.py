"""What only some kinds of store can do: parts that a session or a connector has beside what all of them have.

A kind names those that it has as capabilities (`engine.model.store_kind`); whoever uses one does without it otherwise.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, Protocol, runtime_checkable

from engine.model.note_shipping import NoteShipping, Stated
from engine.model.store import NameKind, OpenOrders, OrderFinding, Ready, Store, StoreChoices, StoreScope
from engine.model.store_kind import Capability
from engine.model.webhook import WebhookEvent
from engine.model.write_back import ShipmentNotice
from engine.ports.stores import StoreConnector


@runtime_checkable
class ExplainsOrders(Protocol):
    """A session that can be asked about a single order."""

    def explain(self, number: str, since: datetime) -> OrderFinding:
        """Why an order (its number, its reference, or an external id) would or would not be imported. Changes nothing."""


@runtime_checkable
class ListsOpenOrders(Protocol):
    """A session of a store that lists what is open there without reading it."""

    def open_orders(self, since: datetime, place: str = "") -> Iterator[OpenOrders]:
        """What was created since then and, as far as the list says, is to be an order here, a page at a time.

        With a `place` from about there on: what comes twice is no harm. Ends only when everything was listed; raises
        StoreError otherwise. A list may lag behind: `read` has the last word.
        """


@runtime_checkable
class HasOrderNotes(Protocol):
    """A session of a store that keeps notes on orders."""

    def order_notes(self, external_order_id: str) -> list[str]:
        """The store's notes on an order, oldest first, as plain text."""


@runtime_checkable
class HasProducts(Protocol):
    """A session of a store that has records of products."""

    def products(self, product_ids: Sequence[str]) -> dict[str, dict[str, str]]:
        """Texts `weight` (in the account's unit) and `barcode` of products, each only where the record has one.

        A product that the store does not have is there without a text; one that it gave no answer for is missing.
        """


@runtime_checkable
class HasNames(Protocol):
    """A session of a store whose orders name things by codes."""

    def names(self, kind: NameKind) -> dict[str, str]:
        """The names of all things of a kind, by the codes that orders use. Raises StoreError."""


@runtime_checkable
class HasChoices(Protocol):
    """A session of a store that has lists for its settings to choose from."""

    def choices(self) -> StoreChoices:
        """What the account has for the store's settings to choose from. Raises StoreError."""


@runtime_checkable
class HasWebhooks(Protocol):
    """A session of a store that tells of changes."""

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


@runtime_checkable
class TakesWriteBacks(Protocol):
    """A session of a store that is told what shipped."""

    def write_back_steps(self) -> tuple[str, ...]:
        """What the store's settings want to be told when an order ships: codes of the kind's steps, in this order."""

    def write_back(self, step: str, notice: ShipmentNotice) -> bool:
        """Carry out one step; a step that is found done already counts as carried out.

        False when there is nothing to do for this shipment: no note to write, or other parts of its order have not
        shipped. Raises StoreUnavailable when a later try may succeed, another StoreError when a person has to look.
        """

    def withdraw(self, notice: ShipmentNotice) -> None:
        """Take the reference back. Raises NoticeFinal when the store holds the order for shipped, StoreError otherwise."""


@runtime_checkable
class StatesShipping(TakesWriteBacks, Protocol):
    """A session of a store whose orders say how they ship in the same place where they are told of it."""

    def shipping_stated(self, external_id: str) -> Stated:
        """What the store says there now; nothing of what is gone. Raises StoreError."""

    def shipping_told(self, notice: ShipmentNotice) -> Stated:
        """What would be written there for a notice. Asks nobody."""

    def unwritten(self, record: Ready, shipping: NoteShipping) -> Ready:
        """A record as it were had nothing been written there from here. Asks nobody."""


@runtime_checkable
class SplitsNotes(TakesWriteBacks, Protocol):
    """A session of a store that can part what it has for an order: what has left, and the rest."""

    def plan_split(self, external_id: str, units: Mapping[str, Decimal]) -> Mapping[str, Any] | None:
        """How to part these units, by line, from the rest; to be kept before it is begun. Changes nothing.

        None when there would be nothing in one of the two. Raises SplitImpossible, or StoreError.
        """

    def split_note(self, plan: Mapping[str, Any]) -> tuple[str, str]:
        """The external ids of the part and of the rest, made unless they are there: carry it out as often as need be.

        Raises SplitImpossible when all is as before the plan and stays so, StoreUnavailable when a later try may
        succeed, another StoreError when a person has to look.
        """

    def open_rest(self, plan: Mapping[str, Any], external_id: str) -> None:
        """Bring the rest as far as what was split had come, so that it is imported. Raises StoreError."""

    def split_steps(self) -> tuple[str, ...]:
        """What the store is told of a part that has a note of its own, which is marked as shipped in any case."""


@runtime_checkable
class ChoosingConnector(StoreConnector, Protocol):
    """A kind of store with settings that choose from the account's lists."""

    def try_out(self, store: Store) -> StoreChoices:
        """Log in and see what the account has to choose from; settings that choose from it may still be missing.

        Those that are there are checked. Raises StoreError as `open` and `check` do.
        """


@runtime_checkable
class CallingConnector(StoreConnector, Protocol):
    """A kind of store that calls this service when something changes."""

    def is_local(self, settings: Mapping[str, Any]) -> bool:
        """Whether a store with these settings is on this machine, as a sandbox is, and reaches this service there."""

    def parse_webhook(self, settings: Mapping[str, Any], body: bytes) -> WebhookEvent | None:
        """What the body of a webhook's call names; None when it is of another account than these settings'."""


@runtime_checkable
class ScopedConnector(StoreConnector, Protocol):
    """A kind of store of which several can lead to the same account of the vendor."""

    def scope(self, settings: Mapping[str, Any]) -> StoreScope:
        """What a store with these settings is connected to. Asks nothing."""


@runtime_checkable
class OAuthConnector(StoreConnector, Protocol):
    """A kind of store that people may connect by giving their consent at the store itself."""

    def consent_address(self, store: Store, redirect_uri: str, state: str) -> str:
        """Where a person gives consent; the browser comes back to `redirect_uri` with the state and a code.

        Raises StoreError when settings are wrong. Asks nothing.
        """

    def exchange_code(self, store: Store, redirect_uri: str, code: str) -> Mapping[str, str]:
        """The store's credentials, complete, for the code of a consent. Raises StoreError."""


# What a kind with a capability has, by the protocols of its sessions and of its connector.
SESSION_PARTS: Mapping[Capability, type] = {
    Capability.CHOICES: HasChoices,
    Capability.EXPLAIN: ExplainsOrders,
    Capability.NAMES: HasNames,
    Capability.OPEN_ORDERS: ListsOpenOrders,
    Capability.ORDER_NOTES: HasOrderNotes,
    Capability.PRODUCTS: HasProducts,
    Capability.SHIPPING_STATED: StatesShipping,
    Capability.SPLITS: SplitsNotes,
    Capability.WEBHOOKS: HasWebhooks,
    Capability.WRITE_BACK: TakesWriteBacks,
}
CONNECTOR_PARTS: Mapping[Capability, type] = {
    Capability.CHOICES: ChoosingConnector,
    Capability.CONSENT: OAuthConnector,
    Capability.WEBHOOKS: CallingConnector,
}
