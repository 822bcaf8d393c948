"""What the calls of stores' webhooks mean here. They are hints: what they name is read again, nothing else of them counts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.store import StoreState

_ORDER = "order:"


@dataclass(frozen=True, slots=True)
class ListeningStore:
    """As much of a store as a call of its webhook needs; no credentials."""

    id: str
    account_id: str
    kind: str
    state: StoreState
    settings: Mapping[str, Any]
    webhook_digest: str | None


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """What one call names: hints, or, when it cannot be told, that the store has to be looked at as a whole."""

    hints: tuple[str, ...] = ()
    everything: bool = False


def digest_of(secret: str) -> str:
    """What is kept of a webhook's secret: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def order_hint(external_order_id: str) -> str:
    """The hint for all that belongs to one of the store's orders. Any other hint is an external id."""
    return _ORDER + external_order_id


def split_hints(hints: list[str]) -> tuple[list[str], list[str]]:
    """External ids, and ids of the store's orders."""
    things = [hint for hint in hints if not hint.startswith(_ORDER)]
    return things, [hint.removeprefix(_ORDER) for hint in hints if hint.startswith(_ORDER)]
