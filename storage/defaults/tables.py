"""What accounts say once of their products, and of the shipping methods of their stores."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from storage.base import Base


class ProductDefaultRow(Base):
    """What orders get that say less of a product, or of a tag's."""

    __tablename__ = "product_defaults"

    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    name_key: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    weight_g: Mapped[Decimal | None]
    length_mm: Mapped[int | None]
    width_mm: Mapped[int | None]
    height_mm: Mapped[int | None]
    package: Mapped[str]
    warehouse_location: Mapped[str]
    hs_code: Mapped[str]
    origin_country: Mapped[str]
    customs_description: Mapped[str]


class ShippingMethodRow(Base):
    """A carrier's service for a store's shipping method."""

    __tablename__ = "shipping_methods"
    __table_args__ = (Index(None, "account_id"), Index(None, "store_id"))

    id: Mapped[str] = mapped_column(primary_key=True)
    account_id: Mapped[str] = mapped_column(ForeignKey("accounts.id"))
    store_id: Mapped[str | None] = mapped_column(ForeignKey("stores.id"))
    method: Mapped[str]
    code: Mapped[str]
    carrier: Mapped[str]
    service: Mapped[str]
    package: Mapped[str]
