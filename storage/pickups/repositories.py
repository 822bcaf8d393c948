"""Pickups."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, select, update

from engine.model.label import PostalAddress
from engine.model.money import Money
from engine.model.pickup import OVER, Pickup, PickupRequest, PickupState
from rules.messages import Text
from storage.bulk import insert_many
from storage.statements import not_found
from storage.tables import PickupRow

_PICKUP = Text("pickup", "recogida")
_FIXED = ("id", "account_id", "carrier_account_id", "owner_id", "carrier", "actor", "created_at")
_CHANGING = ("carrier_id", "confirmation", "error", "made_at")


class SqlPickups:
    """Implements `engine.ports.Pickups`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, pickup: Pickup) -> bool:
        values = {name: getattr(pickup, name) for name in _FIXED}
        row = {**values, "request": _request_data(pickup.request), **_changing(pickup)}
        return insert_many(self._connection, PickupRow, [row], keep=True) == 1

    def update(self, pickup: Pickup) -> None:
        own = (PickupRow.id == pickup.id, PickupRow.account_id == pickup.account_id)
        self._connection.execute(update(PickupRow).where(*own).values(_changing(pickup)))

    def get(self, account_id: str, pickup_id: str, *, for_change: bool = False) -> Pickup:
        query = select(PickupRow).where(PickupRow.account_id == account_id, PickupRow.id == pickup_id)
        found = self._list(query.with_for_update() if for_change else query)
        if not found:
            raise not_found(_PICKUP, pickup_id)
        return found[0]

    def list_for(self, account_id: str, limit: int) -> list[Pickup]:
        row = PickupRow
        return self._list(select(row).where(row.account_id == account_id).order_by(row.created_at.desc(), row.id).limit(limit))

    def _list(self, query: Select[Any]) -> list[Pickup]:
        return [
            Pickup(
                **{name: row[name] for name in (*_FIXED, *_CHANGING)},
                request=_request_of(row["request"]),
                claim=row["claim"] or "",
                state=PickupState(row["state"]),
                cost=None if row["cost"] is None else Money(row["cost"], row["cost_currency"]),
            )
            for row in self._connection.execute(query).mappings()
        ]


def _changing(pickup: Pickup) -> dict[str, Any]:
    return {
        "state": pickup.state.value,
        "claim": None if pickup.state in OVER else pickup.claim,
        "cost": None if pickup.cost is None else pickup.cost.amount,
        "cost_currency": None if pickup.cost is None else pickup.cost.currency,
        **{name: getattr(pickup, name) for name in _CHANGING},
    }


def _request_data(request: PickupRequest) -> dict[str, Any]:
    return {
        **asdict(request),
        "starts_at": request.starts_at.isoformat(),
        "ends_at": request.ends_at.isoformat(),
        "carrier_ids": list(request.carrier_ids),
    }


def _request_of(data: Mapping[str, Any]) -> PickupRequest:
    return PickupRequest(
        **{
            **data,
            "address": PostalAddress(**data["address"]),
            "starts_at": datetime.fromisoformat(data["starts_at"]),
            "ends_at": datetime.fromisoformat(data["ends_at"]),
            "carrier_ids": tuple(data["carrier_ids"]),
        }
    )
