"""What is asked of requests, jobs and shipments to compare them; each question is led by what is open of the account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select
from sqlalchemy.orm import aliased

from engine.model.job import JobKind, JobState
from storage.fulfillment.tables import IS_OPEN
from storage.tables import (
    AccountRow,
    ConnectionRow,
    FulfillmentRequestRow,
    IntegratedProviderRow,
    JobRow,
    OrderRow,
    ProviderSendingRow,
    ShipmentRow,
)

_TRYING = (JobState.DUE.value, JobState.RUNNING.value)


def with_providers(account_id: str, store_id: str, after: str) -> Select[Any]:
    """Open requests about a store's orders with the state of the provider's copy, or how far its system is known to be."""
    asked, copy, system, sent = FulfillmentRequestRow, aliased(OrderRow), IntegratedProviderRow, ProviderSendingRow
    columns: list[Any] = [
        asked.id,
        asked.order_id,
        OrderRow.order_number,
        OrderRow.external_id,
        OrderRow.state,
        func.coalesce(func.nullif(ConnectionRow.company_name, ""), AccountRow.name).label("who"),
        asked.created_at,
        asked.not_before,
        asked.connection_id,
        copy.state.label("copy_state"),
        copy.updated_at.label("copy_changed_at"),
        system.id.label("system_id"),
        sent.acknowledged,
        sent.unclear,
    ]
    order = and_(OrderRow.id == asked.order_id, func.coalesce(OrderRow.account_id, "") == account_id)
    joined = select(*columns).select_from(asked).join(OrderRow, order)
    joined = joined.outerjoin(copy, and_(copy.id == asked.copy_id, func.coalesce(copy.account_id, "") == asked.provider_id))
    joined = joined.outerjoin(system, and_(system.id == asked.provider_id, system.account_id == account_id))
    joined = joined.outerjoin(sent, and_(sent.request_id == asked.id, sent.account_id == account_id))
    joined = joined.outerjoin(AccountRow, AccountRow.id == asked.provider_id)
    joined = joined.outerjoin(ConnectionRow, ConnectionRow.id == asked.connection_id)
    return joined.where(
        asked.account_id == account_id, IS_OPEN, OrderRow.store_id == store_id, func.coalesce(asked.id, "") > after
    ).order_by(asked.id)


def untold_shipments(account_id: str, store_id: str, before: datetime) -> Select[Any]:
    """What was given up, and what has been tried or waited for since before an instant."""
    shipment, prefix = ShipmentRow, "notify:"
    columns: list[Any] = [
        shipment.id.label("shipment_id"),
        JobRow.order_id,
        OrderRow.order_number,
        OrderRow.external_id,
        shipment.shipped_at,
        JobRow.created_at,
        JobRow.attempts,
        JobRow.state,
    ]
    order = and_(OrderRow.id == JobRow.order_id, func.coalesce(OrderRow.account_id, "") == account_id)
    sent = and_(literal(prefix).concat(shipment.id) == JobRow.key, shipment.order_id == JobRow.order_id)
    late = or_(JobRow.state == JobState.DEAD.value, and_(JobRow.state.in_(_TRYING), JobRow.created_at < before))
    return (
        select(*columns)
        .select_from(JobRow)
        .join(OrderRow, order)
        .join(shipment, and_(sent, shipment.account_id == account_id))
        .where(JobRow.account_id == account_id, JobRow.kind == JobKind.NOTIFY_STORE.value)
        .where(JobRow.state != JobState.DONE.value, late, OrderRow.store_id == store_id)
        .order_by(JobRow.created_at, JobRow.id)
    )
