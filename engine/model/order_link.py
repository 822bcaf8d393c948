"""Orders that were made of other orders, such as replacements and parts, or that leave in one parcel with them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class LinkKind(StrEnum):
    """What an order is of the one that it was made of."""

    DUPLICATE = "duplicate"  # a parcel of its own, such as a replacement
    PART = "part"  # some of its units, which are to leave by themselves
    COMBINED = "combined"  # leaves in its parcel
    PARTED = "parted"  # was combined; it leaves by itself, though units of it had left in that parcel or were being labelled
    JOINED = "joined"  # was a part; its units are back


@dataclass(frozen=True, slots=True)
class OrderLink:
    """One order was made of another one of the account, `origin_id`, or leaves with it; once of each kind."""

    account_id: str
    order_id: str
    origin_id: str
    kind: LinkKind
    made_at: datetime
    made_by: str
