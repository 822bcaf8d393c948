"""What is asked of requests, jobs and shipments to compare them; each question is led by what is open of the account."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, func, literal, or_, select, text
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
from storage.work.tables import UNTOLD

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
    shipment = ShipmentRow
    late = or_(JobRow.state == JobState.DEAD.value, and_(JobRow.state.in_(_TRYING), JobRow.created_at < before))
    telling = (JobRow.account_id == account_id, text(UNTOLD), JobRow.kind == JobKind.NOTIFY_STORE.value, late)
    job = select(JobRow.id, JobRow.key, JobRow.order_id, JobRow.created_at, JobRow.attempts, JobRow.state).where(*telling)
    untold = job.subquery()
    columns: list[Any] = [
        shipment.id.label("shipment_id"),
        untold.c.order_id,
        OrderRow.order_number,
        OrderRow.external_id,
        shipment.shipped_at,
        untold.c.created_at,
        untold.c.attempts,
        untold.c.state,
    ]
    order = and_(OrderRow.id == untold.c.order_id, func.coalesce(OrderRow.account_id, "") == account_id)
    sent = and_(shipment.order_id == untold.c.order_id, literal("notify:").concat(shipment.id) == untold.c.key)
    return (
        select(*columns)
        .select_from(untold)
        .join(OrderRow, order)
        .join(shipment, and_(sent, func.coalesce(shipment.account_id, "") == account_id))
        .where(func.coalesce(OrderRow.store_id, "") == store_id)
        .order_by(untold.c.created_at, untold.c.id)
    )
