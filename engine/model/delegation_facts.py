"""What has become of an order at logistics providers, as far as rules may ask for it (`rules/fields/delegation.py`)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import ROUND_FLOOR, Decimal
from typing import Any, Protocol, Self

from rules.fields.closed_values import REFUSAL_REASONS
from rules.fields.delegation import DELEGATION
from rules.order_document import Document

OTHER = "other"
_ENDED_UNSHIPPED = frozenset({"rejected", "closed"})
_TAKEN_BACK = "cancelled"
_HOUR = Decimal(3600)
_HUNDREDTH = Decimal("0.01")


class Asked(Protocol):
    """What is asked of a fulfillment request here."""

    @property
    def provider_id(self) -> str: ...

    @property
    def created_at(self) -> datetime: ...

    @property
    def state(self) -> str: ...

    @property
    def state_reason(self) -> str | None: ...

    @property
    def is_live(self) -> bool: ...


@dataclass(frozen=True, slots=True)
class DelegationFacts:
    """The facts at one moment about an order that a provider was asked to ship."""

    provider: str  # the slug of the one that was asked last
    reason: str | None  # a code, of that one's answer
    round: int  # how many requests have ended without shipping all
    refused_by: tuple[str, ...]  # slugs of providers that ended one, in the order of their requests, and have none now
    fulfil_by: datetime | None  # until when the last request is to be shipped
    at: datetime

    @classmethod
    def from_requests(cls, requests: Iterable[Asked], slugs: Mapping[str, str], now: datetime) -> Self | None:
        """The facts by an order's requests, given the slugs of their providers by id; None without any request."""
        asked = sorted(requests, key=lambda request: request.created_at)
        if not asked:
            return None
        last, refused = asked[-1], [request for request in asked if _has_refused(request)]
        busy = {request.provider_id for request in asked if request.is_live}
        refusing = dict.fromkeys(request.provider_id for request in refused if request.provider_id not in busy)
        return cls(
            provider=slugs[last.provider_id],
            reason=_reason_of(last),
            round=len(refused),
            refused_by=tuple(slugs[provider_id] for provider_id in refusing),
            fulfil_by=_fulfil_by(last),
            at=now,
        )

    @property
    def hours_left(self) -> Decimal | None:
        """Until it should have shipped, rounded down to hundredths: below 0 as soon as it is late."""
        if self.fulfil_by is None:
            return None
        seconds = Decimal(str((self.fulfil_by - self.at).total_seconds()))
        return (seconds / _HOUR).quantize(_HUNDREDTH, ROUND_FLOOR)

    def part(self) -> dict[str, Any]:
        """The part of an order document that holds them; without what is blank."""
        values = {
            "provider": self.provider,
            "reason": self.reason,
            "round": self.round,
            "refused_by": list(self.refused_by) or None,
            "hours_left": self.hours_left,
        }
        return {name: value for name, value in values.items() if value is not None}


def with_delegation(document: Document, facts: DelegationFacts | None) -> Document:
    """The order as rules see it: what the store, rules and people say of it, and what has become of it at providers.

    Whatever the document itself says of its delegation does not count.
    """
    document.pop(DELEGATION, None)
    if facts is not None:
        document[DELEGATION] = facts.part()
    return document


def _has_refused(request: Asked) -> bool:
    return request.state in _ENDED_UNSHIPPED


def _reason_of(request: Asked) -> str | None:
    """The code of the provider's reason: what merchants and stores say of a recall is none, and what is not a code is `other`."""
    reason = getattr(request, "reason_code", None) or request.state_reason
    if not reason or request.state == _TAKEN_BACK:
        return None
    if reason in REFUSAL_REASONS:
        return str(reason)
    return OTHER if _has_refused(request) else None


def _fulfil_by(request: Asked) -> datetime | None:
    by: datetime | None = getattr(request, "fulfil_by", None)
    return by
