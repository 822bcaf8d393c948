"""What an account says once of its products and of its stores' shipping methods, for orders that do not say it themselves."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from rules.values import folded_text


class DefaultOf(StrEnum):
    """What a default is looked up by."""

    SKU = "sku"
    TAG = "tag"


@dataclass(frozen=True, slots=True)
class ProductDefault:
    """What is known of a product, or of all with a tag; a blank part says nothing. Sides are millimetres, all three or none."""

    account_id: str
    kind: DefaultOf
    name: str  # the SKU or the tag
    weight_g: Decimal | None = None  # of one unit
    length_mm: int | None = None
    width_mm: int | None = None
    height_mm: int | None = None
    package: str = ""
    warehouse_location: str = ""
    hs_code: str = ""
    origin_country: str = ""  # ISO 3166 alpha-2
    customs_description: str = ""

    @property
    def key(self) -> DefaultKey:
        """What it is found by: neither case nor spaces around it count."""
        return self.kind, folded_text(self.name)


DefaultKey = tuple[DefaultOf, str]


@dataclass(frozen=True, slots=True)
class MethodService:
    """With which carrier and service a store's shipping method is sent. Without a store it is so for all of the account."""

    id: str
    account_id: str
    store_id: str | None
    method: str  # as the store calls it
    code: str  # the store's own code of it; blank where nobody knows it
    carrier: str
    service: str
    package: str = ""


@dataclass(frozen=True, slots=True)
class SeenMethod:
    """A shipping method that orders of a store have asked for, and how many of them."""

    method: str
    code: str
    orders: int


def find_method(mapped: tuple[MethodService, ...], store_id: str | None, method: str, code: str) -> MethodService | None:
    """The one for an order's method: of its store by the code, else by the name, else one of all stores by the name."""
    name = folded_text(method)
    own = [one for one in mapped if one.store_id is not None and one.store_id == store_id]
    by_code = [one for one in own if code and one.code == code]
    by_name = [
        one for one in (*own, *(one for one in mapped if one.store_id is None)) if name and folded_text(one.method) == name
    ]
    return next(iter((*by_code, *by_name)), None)
