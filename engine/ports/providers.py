"""Integrated providers: what a fulfillment provider with a system of its own has to be able to do, and what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Protocol

from engine.model.integrated_provider import (
    EventReply,
    IntegratedProvider,
    KnownRequest,
    OutgoingRequest,
    ProviderEvent,
    Sending,
)
from engine.ports.stores import StoreError, StoreUnavailable


class ProviderUnavailable(StoreUnavailable):
    """Nobody knows whether the provider's system took it: look it up before it is sent again."""


class ProviderRefused(StoreError):
    """The provider's system said no: the same call would be refused again."""


class ProviderUnusable(ProviderRefused):
    """No call can go well before somebody mends something, such as the secret or the address."""


class NotGenuine(Exception):
    """What came is not signed by the provider, or was signed too long ago. Its argument is a `Message`."""


class ProviderSystem(Protocol):
    """Speaks with providers' systems. Never while a transaction is open.

    Each call raises ProviderUnavailable where the outcome is unclear, ProviderRefused for a clear no, and ProviderUnusable
    where that is about the connection and not about what was said. `key` is the idempotency key: the same one means the same
    step of the same request, however often it comes.
    """

    def new_secret(self) -> str: ...

    def check_url(self, url: str) -> str:
        """The address as it is kept. Raises ProviderRefused, and ProviderUnavailable where it cannot be told now."""

    def test(self, provider: IntegratedProvider) -> None:
        """See whether it answers and knows the secret."""

    def send(self, provider: IntegratedProvider, request: OutgoingRequest, key: str) -> None:
        """Hand over the whole object, for the first time or as a newer version."""

    def look_up(self, provider: IntegratedProvider, reference: str) -> KnownRequest | None:
        """What it has of a request; None when it has never got it."""

    def ask_cancel(self, provider: IntegratedProvider, reference: str, key: str) -> bool:
        """Ask it to give a request back. False when it does not know the request, and will take it no more."""

    def verify(self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> str:
        """The id of a message that one of these secrets has signed. Raises NotGenuine."""

    def parse_event(self, body: bytes) -> ProviderEvent:
        """Raises ProviderRefused, with a sentence for whoever wrote the provider's system."""


class IntegratedProviders(Protocol):
    """How merchants' integrated providers are reached, and how far each conversation is."""

    def add(self, provider: IntegratedProvider) -> None: ...

    def get(self, account_id: str, connection_id: str, *, for_change: bool = False) -> IntegratedProvider:
        """The merchant's, by their connection. Raises NotFound."""

    def find(self, provider_id: str) -> IntegratedProvider | None:
        """By the account that stands for it, for whoever can prove to be it."""

    def list_for(self, account_id: str) -> list[IntegratedProvider]:
        """The merchant's, the oldest first; also those whose connections have ended."""

    def keep_secrets(self, provider: IntegratedProvider) -> None: ...

    def keep_health(self, provider: IntegratedProvider) -> None: ...

    def sending(self, account_id: str, request_id: str) -> Sending | None:
        """Of one of the merchant's requests."""

    def keep_sending(self, sending: Sending) -> None: ...

    def list_untaken(self, account_id: str, connection_id: str) -> list[str]:
        """Ids of the merchant's requests over a connection of which the provider's system may not know the latest."""

    def claim_event(self, provider_id: str, message_id: str, now: datetime) -> EventReply | None:
        """None, and the event is this transaction's to answer; else what it was answered before."""

    def keep_reply(self, provider_id: str, message_id: str, reply: EventReply) -> None: ...

    def forget_events(self, before: datetime) -> None:
        """Those that came before an instant."""
