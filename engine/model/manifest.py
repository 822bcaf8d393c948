"""Manifests: which shipments a carrier, or its driver, is given together at the end of a day, and whether it has heard."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, Self

from engine.model.label import PostalAddress
from engine.model.sentence import Sentence
from engine.model.transitions import Transition, next_state


class ManifestState(StrEnum):
    """How far a manifest has come."""

    INTENT = "intent"  # kept before the carrier is asked
    UNKNOWN = "unknown"  # the carrier was asked, and nobody knows whether it heard
    MADE = "made"
    REFUSED = "refused"  # the carrier said no: its shipments can go on another one


class ManifestAction(StrEnum):
    """What gives a manifest another state."""

    LOSE = "lose"
    MAKE = "make"
    REFUSE = "refuse"


_S, _A = ManifestState, ManifestAction
MANIFEST_TRANSITIONS: tuple[Transition[ManifestState, ManifestAction], ...] = (
    Transition((_S.INTENT, _S.UNKNOWN), _A.LOSE, (_S.UNKNOWN,)),
    Transition((_S.INTENT, _S.UNKNOWN), _A.MAKE, (_S.MADE,)),
    Transition((_S.INTENT, _S.UNKNOWN), _A.REFUSE, (_S.REFUSED,)),
)


@dataclass(frozen=True, slots=True)
class ManifestRequest:
    """What a carrier is asked for: one manifest of shipments that leave one place, by its own ids of them."""

    reference: str
    ship_from: PostalAddress
    carrier_ids: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MadeManifest:
    """What a carrier gave: its own id, and the PDF to print; None where that cannot be had now."""

    carrier_id: str
    document: bytes | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Manifest:
    """One manifest of labels that the account has bought with one carrier account, for parcels that leave one place.

    `owner_id` is the account whose carrier account it is; `line` names the carrier where the account has several. The labels
    name their manifest. Without a carrier that takes manifests it is a hand-over list, and made at once.
    """

    id: str
    account_id: str
    carrier_account_id: str
    owner_id: str
    carrier: str
    line: str
    ship_from: PostalAddress
    shipments: int
    parcels: int
    actor: str
    created_at: datetime
    state: ManifestState = ManifestState.INTENT
    carrier_id: str = ""
    error: Sentence | None = None
    made_at: datetime | None = None

    @property
    def name(self) -> str:
        """Who carries it."""
        return self.line or self.carrier

    @property
    def is_being_made(self) -> bool:
        return self.state in (ManifestState.INTENT, ManifestState.UNKNOWN)

    def lose(self, error: Sentence) -> Self:
        """Nobody knows whether the carrier heard. Raises IllegalTransition, as all that change the state."""
        return self._take(ManifestAction.LOSE, error=error)

    def make(self, carrier_id: str, now: datetime) -> Self:
        """The carrier has it, or nobody has to be asked."""
        return self._take(ManifestAction.MAKE, error=None, carrier_id=carrier_id, made_at=now)

    def refuse(self, error: Sentence) -> Self:
        """The carrier does not take it."""
        return self._take(ManifestAction.REFUSE, error=error)

    def _take(self, action: ManifestAction, **changes: Any) -> Self:
        return replace(self, state=next_state(MANIFEST_TRANSITIONS, self.state, action), **changes)


def manifest_key(manifest_id: str) -> str:
    """The key of the job that makes a manifest."""
    return f"manifest:{manifest_id}"


def line_of(service: str, separator: str) -> str:
    """Whose service it is: `USPS` of `USPS:Priority`, where carriers and services are separated; else empty."""
    return service.partition(separator)[0] if separator and separator in service else ""
