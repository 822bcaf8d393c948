"""Fulfillment requests, shipments and parcels."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, insert, select, update

from engine.model.fulfillment import LIVE, FulfillmentRequest, Parcel, RequestLine, RequestState, Shipment, ShipmentState
from engine.model.money import Money
from rules.messages import Text
from storage.statements import in_parts, not_found
from storage.tables import FulfillmentRequestLineRow, FulfillmentRequestRow, ParcelRow, ShipmentLineRow, ShipmentRow

_REQUEST = Text("fulfillment request", "solicitud de envío")
_SHIPMENT = Text("shipment", "envío")


class SqlFulfillment:
    """Implements `engine.ports.Fulfillment`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add_request(self, request: FulfillmentRequest) -> None:
        values = {
            "id": request.id,
            "account_id": request.account_id,
            "provider_id": request.provider_id,
            "order_id": request.order_id,
            "created_at": request.created_at,
            "notes": request.notes,
            "notes_pending": request.notes_pending,
            **_changing(request),
        }
        self._connection.execute(insert(FulfillmentRequestRow), values)
        lines = [
            {
                "request_id": request.id,
                "position": position,
                "account_id": request.account_id,
                "line_key": line.line_key,
                "sku": line.sku,
                "name": line.name,
                "quantity": line.quantity,
            }
            for position, line in enumerate(request.lines)
        ]
        if lines:
            self._connection.execute(insert(FulfillmentRequestLineRow), lines)

    def update_request(self, request: FulfillmentRequest) -> None:
        """Write state, reason and preference; what was asked of whom never changes. Raises NotFound."""
        changed = self._connection.execute(
            update(FulfillmentRequestRow)
            .where(FulfillmentRequestRow.id == request.id, FulfillmentRequestRow.account_id == request.account_id)
            .values(_changing(request))
        )
        if changed.rowcount != 1:
            raise not_found(_REQUEST, request.id)

    def keep_notes(self, account_id: str, request_id: str, notes: Sequence[str]) -> None:
        self._connection.execute(
            update(FulfillmentRequestRow)
            .where(FulfillmentRequestRow.id == request_id, FulfillmentRequestRow.account_id == account_id)
            .values(notes=list(notes), notes_pending=False)
        )

    def list_requests(self, account_id: str, order_id: str) -> list[FulfillmentRequest]:
        return self._list_requests(
            select(FulfillmentRequestRow).where(
                FulfillmentRequestRow.order_id == order_id, FulfillmentRequestRow.account_id == account_id
            )
        )

    def requests_by_order(self, account_id: str, order_ids: Sequence[str]) -> dict[str, list[FulfillmentRequest]]:
        row = FulfillmentRequestRow
        found: dict[str, list[FulfillmentRequest]] = {}
        for part in in_parts(order_ids):
            for request in self._list_requests(select(row).where(row.account_id == account_id, row.order_id.in_(part))):
                found.setdefault(request.order_id, []).append(request)
        return found

    def list_requests_among(self, provider_id: str, order_ids: Sequence[str]) -> list[FulfillmentRequest]:
        row = FulfillmentRequestRow
        found: list[FulfillmentRequest] = []
        for part in in_parts(order_ids):
            found += self._list_requests(select(row).where(row.provider_id == provider_id, row.order_id.in_(part)))
        return found

    def list_requests_for_provider(self, provider_id: str) -> list[FulfillmentRequest]:
        return self._list_requests(select(FulfillmentRequestRow).where(FulfillmentRequestRow.provider_id == provider_id))

    def list_live_between(self, provider_id: str, client_id: str) -> list[FulfillmentRequest]:
        row = FulfillmentRequestRow
        live = [state.value for state in LIVE]
        return self._list_requests(
            select(row).where(row.account_id == client_id, row.provider_id == provider_id, row.state.in_(live)).with_for_update()
        )

    def add_shipment(self, shipment: Shipment) -> None:
        owner = {"shipment_id": shipment.id, "account_id": shipment.account_id}
        values = {
            "id": shipment.id,
            "account_id": shipment.account_id,
            "order_id": shipment.order_id,
            "request_id": shipment.request_id,
            "carrier": shipment.carrier,
            "service": shipment.service,
            "state": shipment.state.value,
            "shipped_at": shipment.shipped_at,
        }
        self._connection.execute(insert(ShipmentRow), values)
        lines = [
            {**owner, "line_key": line_key, "position": position, "quantity": quantity}
            for position, (line_key, quantity) in enumerate(shipment.lines.items())
        ]
        if lines:
            self._connection.execute(insert(ShipmentLineRow), lines)
        parcels = [{**owner, "position": position, **_parcel_values(parcel)} for position, parcel in enumerate(shipment.parcels)]
        if parcels:
            self._connection.execute(insert(ParcelRow), parcels)

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

    def list_shipments(self, account_id: str, order_id: str) -> list[Shipment]:
        return self._list_shipments(ShipmentRow.order_id == order_id, ShipmentRow.account_id == account_id)

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
            )
            for row in rows
        ]

    def _list_requests(self, query: Select[Any]) -> list[FulfillmentRequest]:
        rows = self._connection.execute(query.order_by(FulfillmentRequestRow.id)).all()
        lines: dict[str, list[RequestLine]] = {row.id: [] for row in rows}
        line = FulfillmentRequestLineRow
        for part in in_parts(list(lines)):
            for found in self._connection.execute(select(line).where(line.request_id.in_(part)).order_by(line.position)):
                lines[found.request_id].append(RequestLine(found.line_key, found.sku, found.name, found.quantity))
        return [
            FulfillmentRequest(
                id=row.id,
                account_id=row.account_id,
                provider_id=row.provider_id,
                order_id=row.order_id,
                lines=tuple(lines[row.id]),
                service_preference=row.service_preference,
                notes=tuple(row.notes),
                created_at=row.created_at,
                state=RequestState(row.state),
                state_reason=row.state_reason,
                notes_pending=row.notes_pending,
            )
            for row in rows
        ]


def _changing(request: FulfillmentRequest) -> dict[str, Any]:
    return {
        "service_preference": request.service_preference,
        "state": request.state.value,
        "state_reason": request.state_reason,
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
