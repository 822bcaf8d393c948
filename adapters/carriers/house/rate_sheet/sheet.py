"""What a rate sheet says: zones, services with their prices by weight, and surcharges."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from adapters.carriers.house.rate_sheet.postal_codes import EVERYWHERE, Span
from engine.model.label import ParcelToShip

_GRAMS_PER_KG = 1000


class CountryZones:
    """Which zone has which postal codes of one country."""

    def __init__(self, spans: Iterable[tuple[Span, str]]) -> None:
        self._spans = sorted(spans)
        self._starts = [span.start for span, _zone in self._spans]
        self.needs_postal_code = any(span != EVERYWHERE for span, _zone in self._spans)

    def find(self, postal_code: str) -> str | None:
        """The zone of a code as `comparable` gives it."""
        at = bisect_right(self._starts, (postal_code, 0)) - 1
        if at < 0:
            return None
        span, zone = self._spans[at]
        return zone if (postal_code, 0) < span.end else None


@dataclass(frozen=True, slots=True)
class WeightStep:
    """What a parcel costs up to a weight, and above that of the step before."""

    up_to_g: int
    price: Decimal


@dataclass(frozen=True, slots=True)
class ZoneRates:
    """What a service costs in one zone: ascending steps, and what each kilogram begun beyond the last one adds."""

    steps: tuple[WeightStep, ...]
    each_further_kg: Decimal | None = None

    @property
    def limit_g(self) -> int | None:
        """The heaviest that is priced; None where nothing is too heavy."""
        return self.steps[-1].up_to_g if self.each_further_kg is None else None

    def price_of(self, weight_g: int) -> Decimal | None:
        """None for what is too heavy."""
        for step in self.steps:
            if weight_g <= step.up_to_g:
                return step.price
        if self.each_further_kg is None:
            return None
        last = self.steps[-1]
        further = -(-(weight_g - last.up_to_g) // _GRAMS_PER_KG)
        return last.price + further * self.each_further_kg


@dataclass(frozen=True, slots=True)
class SheetService:
    """One service and what it costs by zone."""

    code: str
    label: str
    zones: Mapping[str, ZoneRates]
    days: int | None = None
    cm3_per_kg: int | None = None

    def billed_weight_g(self, parcel: ParcelToShip) -> int:
        """The weight that is paid for: that of the parcel or, where the sheet asks for it and the size is known, its volume's."""
        length, width, height = parcel.length_mm, parcel.width_mm, parcel.height_mm
        if self.cm3_per_kg is None or length is None or width is None or height is None:
            return parcel.weight_g
        # mm³ for each cm³ are as many as grams for each kilogram; what is begun counts
        volume_g = -(-(length * width * height) // self.cm3_per_kg)
        return max(parcel.weight_g, volume_g)


class ChargedFor(StrEnum):
    """How often a surcharge is charged."""

    PARCEL = "parcel"
    SHIPMENT = "shipment"


@dataclass(frozen=True, slots=True)
class Surcharge:
    """What comes on top: an amount, or a percentage of the price by weight. Every condition that it has must hold."""

    code: str
    amount: Decimal | None = None
    percent: Decimal | None = None
    charged_for: ChargedFor = ChargedFor.PARCEL
    services: frozenset[str] = frozenset()  # none: all
    zones: frozenset[str] = frozenset()  # none: all
    weight_over_g: int | None = None
    longest_side_over_mm: int | None = None
    cash_on_delivery: bool = False
    saturday: bool = False

    def of(self, price: Decimal) -> Decimal:
        """What it adds to a price by weight."""
        if self.amount is not None:
            return self.amount
        return price * (self.percent or Decimal(0)) / 100


@dataclass(frozen=True, slots=True)
class RateSheet:
    """Prices of one contract, all in one currency."""

    currency: str
    countries: Mapping[str, CountryZones]
    services: Mapping[str, SheetService]
    surcharges: tuple[Surcharge, ...] = ()
    valid_from: date | None = None
    valid_until: date | None = None
