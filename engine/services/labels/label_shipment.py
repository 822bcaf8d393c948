"""The shipment that a bought label makes."""

from __future__ import annotations

from datetime import datetime

from engine.model.fulfillment import Parcel, Shipment
from engine.model.ids import new_id
from engine.model.label import BoughtLabel, Label


def shipment_of(label: Label, bought: BoughtLabel, now: datetime) -> Shipment:
    """It leaves now. The price stands with the first parcel, since carriers name one for all; it is not a cost of an account that
    ships with another's carrier account.
    """
    cost = bought.cost if label.owner_id == label.account_id else None
    parcels = tuple(
        Parcel(
            new_id("par"),
            weight_g=parcel.weight_g,
            length_mm=parcel.length_mm,
            width_mm=parcel.width_mm,
            height_mm=parcel.height_mm,
            tracking_number=number or None,
            label_id=label.id,
            cost=cost if position == 0 else None,
        )
        for position, (parcel, number) in enumerate(zip(label.request.parcels, bought.tracking_numbers, strict=True))
    )
    planned = Shipment(
        id=label.shipment_id,
        account_id=label.account_id,
        order_id=label.order_id,
        request_id=None,
        carrier=label.carrier,
        service=label.service,
        lines=dict(label.lines),
        parcels=parcels,
    )
    return planned.ship(now)
