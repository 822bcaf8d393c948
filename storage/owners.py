"""Whose a store or an order is."""

from __future__ import annotations

from sqlalchemy import Connection, select

from engine.model.label import LabelPurpose
from rules.messages import Text
from storage.statements import not_found
from storage.tables import CarrierAccountRow, LabelRow, OrderRow, ShipmentRow, StoreRow


class SqlOwners:
    """Implements `engine.ports.Owners`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def account_of_store(self, store_id: str) -> str:
        return self._account_of(StoreRow, Text("store", "tienda"), store_id)

    def account_of_order(self, order_id: str) -> str:
        return self._account_of(OrderRow, Text("order", "pedido"), order_id)

    def account_of_carrier_account(self, carrier_account_id: str) -> str:
        return self._account_of(CarrierAccountRow, Text("carrier account", "cuenta de transporte"), carrier_account_id)

    def account_of_shipment(self, shipment_id: str) -> str:
        query = select(LabelRow.account_id).where(
            LabelRow.shipment_id == shipment_id, LabelRow.purpose == LabelPurpose.RETURN.value
        )
        of_return: str | None = self._connection.execute(query).scalar()
        return of_return or self._account_of(ShipmentRow, Text("shipment", "envío"), shipment_id)

    def _account_of(self, row: type[StoreRow | OrderRow | CarrierAccountRow | ShipmentRow], kind: Text, identifier: str) -> str:
        account_id: str | None = self._connection.scalar(select(row.account_id).where(row.id == identifier))
        if account_id is None:
            raise not_found(kind, identifier)
        return account_id
