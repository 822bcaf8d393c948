"""Where a customer fetches a parcel instead of getting it at home."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any, Self


@dataclass(frozen=True, slots=True)
class ServicePoint:
    """A shop or a locker of a carrier. `id` is what the carrier calls it; `country` is ISO 3166 alpha-2."""

    id: str
    name: str
    street: str = ""
    postal_code: str = ""
    city: str = ""
    country: str = ""
    carrier: str = ""  # who runs it, as the carrier says it
    distance_m: int | None = None  # from where it was looked for

    @property
    def place(self) -> str:
        """Where it is, on one line."""
        town = " ".join(part for part in (self.postal_code, self.city) if part)
        return ", ".join(part for part in (self.street, town, self.country) if part)

    def to_data(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """What `to_data` made."""
        return cls(**data)
