"""What a merchant decides about a store, whatever kind it is: branding, notices, product details, how long documents stay."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any, Self

from engine.model.buyer_mail import BuyerMail


class ProductDetails(StrEnum):
    """When weights and barcodes are looked up in the store's product records."""

    NEVER = "never"
    WHEN_MISSING = "when_missing"  # a product that is known here is not asked for again
    ALWAYS = "always"


class WeightUnit(StrEnum):
    """The unit that a store's product records use, where the store does not say which."""

    KILOGRAM = "kg"
    GRAM = "g"
    POUND = "lb"
    OUNCE = "oz"

    @property
    def grams(self) -> Decimal:
        return _GRAMS[self]


_GRAMS = {
    WeightUnit.KILOGRAM: Decimal(1000),
    WeightUnit.GRAM: Decimal(1),
    WeightUnit.POUND: Decimal("453.59237"),
    WeightUnit.OUNCE: Decimal("28.349523125"),
}


class NoticeTopic(StrEnum):
    """Kinds of notice that the owner of a store can choose."""

    CREDENTIALS = "credentials"  # the store no longer accepts them
    IMPORT_FAILED = "import_failed"
    PARKED = "parked"  # something cannot be read as an order
    WRITE_BACK = "write_back"  # a write-back failed for good


ALL_TOPICS = tuple(NoticeTopic)


@dataclass(frozen=True, slots=True)
class StorePreferences:
    """Defaults are what a store has before anybody chose."""

    packing_slip_name: str = ""  # empty: the account's name
    notices: tuple[NoticeTopic, ...] = ALL_TOPICS
    product_details: ProductDetails = ProductDetails.NEVER
    weight_unit: WeightUnit = WeightUnit.KILOGRAM
    keep_raw_days: int = 30  # 1 to 365
    buyer_mails: tuple[BuyerMail, ...] = ()  # that buyers get, unless rules say otherwise

    def to_data(self) -> dict[str, Any]:
        """As a JSON object."""
        return {**asdict(self), "notices": list(self.notices), "buyer_mails": list(self.buyer_mails)}

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """What `to_data` made; a preference that is missing has its default."""
        kept = {**cls().to_data(), **data}
        return cls(
            packing_slip_name=str(kept["packing_slip_name"]),
            notices=tuple(NoticeTopic(topic) for topic in kept["notices"]),
            buyer_mails=tuple(BuyerMail(mail) for mail in kept["buyer_mails"]),
            product_details=ProductDetails(kept["product_details"]),
            weight_unit=WeightUnit(kept["weight_unit"]),
            keep_raw_days=int(kept["keep_raw_days"]),
        )


DEFAULT_PREFERENCES = StorePreferences()


@dataclass(frozen=True, slots=True)
class StoreLogo:
    """The picture on a store's packing slips and mails."""

    media_type: str  # "image/png" or "image/jpeg"
    image: bytes


@dataclass(frozen=True, slots=True)
class Brand:
    """As whose a parcel reaches its buyer: what stands on its packing slip."""

    name: str
    logo: StoreLogo | None = None
