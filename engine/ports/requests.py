"""Repository of fulfillment requests: what merchants ask of providers, and what both write about it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.model.redaction import Redaction
from engine.model.request import FulfillmentRequest
from engine.model.request_message import RequestMessage


class Requests(Protocol):
    """A request belongs to the merchant's account and is seen by the provider's: methods say which of the two they ask for."""

    def add(self, request: FulfillmentRequest) -> None: ...

    def update(self, request: FulfillmentRequest) -> None:
        """Keep what changes of a request: its state, its work, and of its lines how much is asked and has shipped.

        Raises NotFound.
        """

    def keep_notes(self, account_id: str, request_id: str, notes: Sequence[str], now: datetime) -> None:
        """Keep the client's notes: no more are to come."""

    def get(self, account_id: str, request_id: str, *, for_change: bool = False) -> FulfillmentRequest:
        """One of the account's, as merchant or as provider. Raises NotFound.

        With `for_change` nobody else gets it for that until this transaction has ended.
        """

    def find_by_copy(self, provider_id: str, order_id: str, *, for_change: bool = False) -> FulfillmentRequest | None:
        """The request that one of the provider's orders was made of."""

    def list_by_copies(self, provider_id: str, order_ids: Sequence[str], *, for_change: bool = False) -> list[FulfillmentRequest]:
        """The requests that these orders of the provider were made of."""

    def list_for_order(self, account_id: str, order_id: str, *, for_change: bool = False) -> list[FulfillmentRequest]:
        """Of a merchant's order, in the order in which they were made."""

    def by_order(self, account_id: str, order_ids: Sequence[str]) -> dict[str, list[FulfillmentRequest]]:
        """Of several orders of a merchant; orders without any are left out."""

    def list_among(self, provider_id: str, order_ids: Sequence[str]) -> list[FulfillmentRequest]:
        """What clients asked of a provider for these orders."""

    def list_for_client(self, account_id: str) -> list[FulfillmentRequest]: ...

    def list_for_provider(self, provider_id: str) -> list[FulfillmentRequest]: ...

    def has_open(self, account_id: str, store_id: str) -> bool:
        """Whether a provider has still to ship anything of a store's orders."""

    def list_open_between(self, provider_id: str, client_id: str) -> list[FulfillmentRequest]:
        """What a client asked of a provider that has still to ship something of it."""

    def list_by_id(self, provider_id: str, request_ids: Sequence[str], *, for_change: bool = False) -> list[FulfillmentRequest]:
        """What a provider was asked, of these ids."""

    def list_changed(
        self, provider_id: str, connection_id: str, since: datetime | None, after: str, limit: int
    ) -> list[FulfillmentRequest]:
        """Those of a connection that changed since then; without a time all that are live and not shipped to the end.

        After an id, in the order of ids.
        """

    def list_overdue(self, now: datetime, limit: int) -> list[FulfillmentRequest]:
        """Live ones that should have shipped by now, and of which nobody was told."""

    def find_last(self, account_id: str, connection_id: str) -> FulfillmentRequest | None:
        """What the client of a connection asked last."""

    def touch(self, account_id: str, order_ids: Sequence[str], now: datetime) -> list[FulfillmentRequest]:
        """Say of the live requests of these orders that what they are about has changed; which they are."""

    def add_message(self, message: RequestMessage) -> None: ...

    def list_messages(self, account_id: str, request_id: str) -> list[RequestMessage]:
        """Of a request that the account sees as merchant or as provider; the oldest first."""

    def threads(self, account_id: str, request_ids: Sequence[str]) -> dict[str, list[RequestMessage]]:
        """The same of several requests; those without any are left out."""

    def redact(self, account_id: str, redaction: Redaction, order_ids: Sequence[str]) -> int:
        """Take a person out of what both sides wrote about the requests of a merchant's orders. How many texts that changed."""

    def skus(self, account_id: str, connection_id: str) -> Mapping[str, str]:
        """What the provider calls the client's products, by the client's SKU; the account is either of the two."""

    def replace_skus(self, account_id: str, connection_id: str, skus: Mapping[str, str]) -> None:
        """The client's account."""
