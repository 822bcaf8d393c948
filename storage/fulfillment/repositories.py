"""Shipments and parcels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from engine.model.fulfillment import Parcel, Shipment, ShipmentState
from engine.model.money import Money
from rules.messages import Text
from storage.orders.term_rows import add_parcels
from storage.statements import in_parts, not_found
from storage.tables import ParcelRow, ShipmentLineRow, ShipmentRow

_SHIPMENT = Text("shipment", "envío")


class SqlFulfillment:
    """Implements `engine.ports.Fulfillment`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_shipment(self, shipment: Shipment) -> None:
        self.add_shipments([shipment])

    def add_shipments(self, shipments: Sequence[Shipment]) -> None:
        lines: list[dict[str, Any]] = []
        parcels: list[dict[str, Any]] = []
        for one in shipments:
            owner = {"shipment_id": one.id, "account_id": one.account_id}
            lines += [
                {**owner, "line_key": line_key, "position": position, "quantity": quantity}
                for position, (line_key, quantity) in enumerate(one.lines.items())
            ]
            parcels += [{**owner, "position": position, **_parcel_values(parcel)} for position, parcel in enumerate(one.parcels)]
        for row, values in ((ShipmentRow, [*map(_shipment_values, shipments)]), (ShipmentLineRow, lines), (ParcelRow, parcels)):
            if values:
                self._connection.execute(insert(row), values)
        add_parcels(self._connection, shipments)

    def update_shipment(self, shipment: Shipment) -> None:
        self._connection.execute(
            update(ShipmentRow)
            .where(ShipmentRow.id == shipment.id, ShipmentRow.account_id == shipment.account_id)
            .values(state=shipment.state.value, shipped_at=shipment.shipped_at)
        )

    def get_shipment(self, account_id: str, shipment_id: str) -> Shipment:
        found = self._list_shipments(ShipmentRow.id == shipment_id, ShipmentRow.account_id == account_id)
        if not found:
            raise not_found(_SHIPMENT, shipment_id)
        return found[0]

    def find_by_source(self, account_id: str, source_id: str) -> Shipment | None:
        found = self._list_shipments(ShipmentRow.source_id == source_id, ShipmentRow.account_id == account_id)
        return found[0] if found else None

    def list_shipments(self, account_id: str, order_id: str) -> list[Shipment]:
        return self._list_shipments(ShipmentRow.order_id == order_id, ShipmentRow.account_id == account_id)

    def shipments_by_order(self, account_id: str, order_ids: Sequence[str]) -> dict[str, list[Shipment]]:
        found: dict[str, list[Shipment]] = {}
        own = func.coalesce(ShipmentRow.account_id, "") == account_id  # the orders lead: an account has many more shipments
        for part in in_parts(order_ids):
            for shipment in self._list_shipments(own, ShipmentRow.order_id.in_(part)):
                found.setdefault(shipment.order_id, []).append(shipment)
        return found

    def list_shipped(self, account_id: str, order_ids: Sequence[str]) -> list[str]:
        shipped: list[str] = []
        for part in in_parts(order_ids):
            query = select(ShipmentRow.id).where(
                ShipmentRow.account_id == account_id,
                ShipmentRow.order_id.in_(part),
                ShipmentRow.state == ShipmentState.SHIPPED.value,
            )
            shipped += self._connection.scalars(query)
        return shipped

    def with_label(self, account_id: str, order_ids: Sequence[str]) -> set[str]:
        labelled: set[str] = set()
        for part in in_parts(order_ids):
            query = (
                select(ShipmentRow.order_id)
                .join(ParcelRow, ParcelRow.shipment_id == ShipmentRow.id)
                .where(
                    ShipmentRow.account_id == account_id,
                    ShipmentRow.order_id.in_(part),
                    ShipmentRow.state != ShipmentState.VOIDED.value,
                    ParcelRow.label_id.is_not(None),
                )
            )
            labelled.update(self._connection.scalars(query))
        return labelled

    def _list_shipments(self, *wanted: ColumnElement[bool]) -> list[Shipment]:
        rows = self._connection.execute(select(ShipmentRow).where(*wanted).order_by(ShipmentRow.id)).all()
        if not rows:
            return []
        ids = [row.id for row in rows]
        lines: dict[str, dict[str, Any]] = {row_id: {} for row_id in ids}
        parcels: dict[str, list[Parcel]] = {row_id: [] for row_id in ids}
        line = ShipmentLineRow
        for found in self._connection.execute(select(line).where(line.shipment_id.in_(ids)).order_by(line.position)):
            lines[found.shipment_id][found.line_key] = found.quantity
        boxes = select(ParcelRow).where(ParcelRow.shipment_id.in_(ids)).order_by(ParcelRow.position)
        for row in self._connection.execute(boxes):
            parcels[row.shipment_id].append(_to_parcel(row))
        return [
            Shipment(
                id=row.id,
                account_id=row.account_id,
                order_id=row.order_id,
                request_id=row.request_id,
                carrier=row.carrier,
                service=row.service,
                lines=lines[row.id],
                parcels=tuple(parcels[row.id]),
                state=ShipmentState(row.state),
                shipped_at=row.shipped_at,
                source_id=row.source_id,
            )
            for row in rows
        ]


def _shipment_values(shipment: Shipment) -> dict[str, Any]:
    return {
        "id": shipment.id,
        "account_id": shipment.account_id,
        "order_id": shipment.order_id,
        "request_id": shipment.request_id,
        "carrier": shipment.carrier,
        "service": shipment.service,
        "state": shipment.state.value,
        "shipped_at": shipment.shipped_at,
        "source_id": shipment.source_id,
    }


def _parcel_values(parcel: Parcel) -> dict[str, Any]:
    return {
        "id": parcel.id,
        "weight_g": parcel.weight_g,
        "length_mm": parcel.length_mm,
        "width_mm": parcel.width_mm,
        "height_mm": parcel.height_mm,
        "tracking_number": parcel.tracking_number,
        "label_id": parcel.label_id,
        "cost": parcel.cost.amount if parcel.cost else None,
        "cost_currency": parcel.cost.currency if parcel.cost else None,
    }


def _to_parcel(row: Any) -> Parcel:
    return Parcel(
        id=row.id,
        weight_g=row.weight_g,
        length_mm=row.length_mm,
        width_mm=row.width_mm,
        height_mm=row.height_mm,
        tracking_number=row.tracking_number,
        label_id=row.label_id,
        cost=None if row.cost is None else Money(row.cost, row.cost_currency),
    )
