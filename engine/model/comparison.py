"""How one provider did with what a merchant asked of it, or a 3PL with what one client asked, over a period."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Times:
    """Seconds that half and nine tenths of all that were measured took at most; None where nothing was.

    Both are times that were measured (nearest rank): of two, the half is the shorter.
    """

    median_s: float | None = None
    p90_s: float | None = None


@dataclass(frozen=True, slots=True)
class Comparison:
    """Counts of requests, and times from when the provider could get them."""

    account_id: str  # the provider's, or the client's
    requests: int
    accepted: int
    rejected: int
    recalled: int  # or asked back
    on_time: int  # all of it shipped by the time by which it should have
    shipped_late: int
    late_now: int
    to_accept: Times
    to_ship: Times  # the first shipment
    to_label: Times = Times()  # the first one that was bought here and counts
    to_first_scan: Times = Times()  # by the carrier
    reasons: Mapping[str, int] = field(default_factory=dict)  # how many were rejected, by the reason's code

    @property
    def on_time_share(self) -> float | None:
        """Of those that have shipped or should have; None where there are none."""
        judged = self.on_time + self.shipped_late + self.late_now
        return self.on_time / judged if judged else None
