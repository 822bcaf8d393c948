"""Parcels as Sendcloud weighs and measures them."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, Final

from adapters.carriers.sendcloud.description import MOST_PARCELS
from adapters.carriers.sendcloud.refusals import refused
from adapters.carriers.sendcloud.wishes import insured_parcels
from engine.model.label import LabelRequest, ParcelToShip
from engine.model.money import Money
from rules.messages import Text
from rules.order_document import plain

NO_PARCELS = Text("There is no parcel: add at least one with its weight.", "No hay ningún bulto: añade al menos uno con su peso.")
TOO_MANY = Text(
    "Sendcloud takes at most {limit} parcels a shipment: ship the others by themselves.",
    "Sendcloud admite como máximo {limit} bultos por envío: envía los demás aparte.",
)
NO_WEIGHT = Text("Parcel {number} has no weight: weigh it.", "El bulto {number} no tiene peso: pésalo.")
_PACKAGES: Final = frozenset(
    "package euro_pallet block_pallet mini_pallet one_way_pallet tube over_size_pallet bundle half_pallet letterbox".split()  # noqa: SIM905
)


def check_parcels(request: LabelRequest) -> None:
    """Raises CarrierRefused."""
    if not request.parcels:
        raise refused("no_parcels", NO_PARCELS)
    if len(request.parcels) > MOST_PARCELS:
        raise refused("too_many_parcels", TOO_MANY, limit=MOST_PARCELS)
    for number, parcel in enumerate(request.parcels, 1):
        if parcel.weight_g <= 0:
            raise refused("no_weight", NO_WEIGHT, number=number)


def parcels_of(request: LabelRequest) -> list[dict[str, Any]]:
    """All of them, each with what it is insured for. A package that Sendcloud does not know is a merchant's own box."""
    return [_parcel(parcel, insured) for parcel, insured in zip(request.parcels, insured_parcels(request), strict=True)]


def price(money: Money) -> dict[str, str]:
    """An amount in its currency."""
    return {"value": plain(money.amount), "currency": money.currency}


def _parcel(parcel: ParcelToShip, insured: Money | None) -> dict[str, Any]:
    found: dict[str, Any] = {"weight": {"value": f"{Decimal(parcel.weight_g) / 1000:.3f}", "unit": "kg"}}
    sides = (parcel.length_mm, parcel.width_mm, parcel.height_mm)
    if all(sides):
        centimetres = (plain((Decimal(side or 0) / 10).normalize()) for side in sides)
        found["dimensions"] = {**dict(zip(("length", "width", "height"), centimetres, strict=True)), "unit": "cm"}
    if insured is not None and insured.amount:
        found["additional_insured_price"] = price(insured)
    if parcel.package in _PACKAGES:
        found["package_type"] = parcel.package
    return found
