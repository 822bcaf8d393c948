"""What the calls of stores' webhooks report: which things changed. They are read again; nothing else of a call counts."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from engine.model.store import StoreState
from engine.model.store_preferences import DEFAULT_PREFERENCES, StorePreferences

_ORDER = "order:"


@dataclass(frozen=True, slots=True)
class ListeningStore:
    """As much of a store as calls of its webhook, and mails about its orders, need; no credentials."""

    id: str
    account_id: str
    kind: str
    state: StoreState
    settings: Mapping[str, Any]
    webhook_digest: str | None
    preferences: StorePreferences = DEFAULT_PREFERENCES


@dataclass(frozen=True, slots=True)
class WebhookEvent:
    """The changes that one call reports, or, when it does not say which, that the whole store has to be read."""

    changes: tuple[str, ...] = ()
    everything: bool = False


def digest_of(secret: str) -> str:
    """What is kept of a webhook's secret: its SHA-256 in hex."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def order_reference(external_order_id: str) -> str:
    """The reference to everything that belongs to one of the store's orders. Any other one is an external id."""
    return _ORDER + external_order_id


def split_references(changes: list[str]) -> tuple[list[str], list[str]]:
    """External ids, and ids of the store's orders."""
    things = [change for change in changes if not change.startswith(_ORDER)]
    return things, [change.removeprefix(_ORDER) for change in changes if change.startswith(_ORDER)]
