"""How far shipments have come."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import fields
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Select, delete, func, select, update

from engine.model.tracking import Tracking, TrackingEvent, TrackingProblem, TrackingSource, TrackingState, in_order
from rules.order_document import dumps
from storage.bulk import insert_many
from storage.statements import in_parts, upsert, values_of
from storage.tables import CarrierAccountRow, ParcelRow, TrackingEventRow, TrackingRow

_COLUMNS = [getattr(TrackingRow, field.name) for field in fields(Tracking)]


class SqlTrackings:
    """Implements `engine.ports.Trackings`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def put(self, tracking: Tracking) -> None:
        values = values_of(tracking)
        changing = {name: value for name, value in values.items() if name not in ("shipment_id", "account_id")}
        statement = upsert(self._connection, TrackingRow)
        own = TrackingRow.account_id == tracking.account_id
        self._connection.execute(
            statement.values(values).on_conflict_do_update(index_elements=["shipment_id"], set_=changing, where=own)
        )

    def find(self, account_id: str, shipment_id: str, *, for_change: bool = False) -> Tracking | None:
        query = select(*_COLUMNS).where(TrackingRow.account_id == account_id, TrackingRow.shipment_id == shipment_id)
        found = self._list(query.with_for_update() if for_change else query)
        return found[0] if found else None

    def by_order(self, account_id: str, order_ids: Sequence[str]) -> Mapping[str, list[Tracking]]:
        found: dict[str, list[Tracking]] = {}
        own = func.coalesce(TrackingRow.account_id, "") == account_id  # the orders lead: an account has many more shipments
        for part in in_parts(order_ids):
            query = select(*_COLUMNS).where(own, TrackingRow.order_id.in_(part))
            for tracking in self._list(query.order_by(TrackingRow.since, TrackingRow.shipment_id)):
                found.setdefault(tracking.order_id, []).append(tracking)
        return found

    def list_due(self, account_id: str, now: datetime, limit: int) -> list[Tracking]:
        row = TrackingRow
        due = select(*_COLUMNS).where(row.account_id == account_id, row.ask_at.is_not(None), row.ask_at <= now)
        return self._list(due.order_by(row.called.desc(), row.ask_at, row.shipment_id).limit(limit))

    def list_accounts_due(self, now: datetime) -> list[str]:
        row = TrackingRow
        due = select(row.account_id).distinct().where(row.ask_at.is_not(None), row.ask_at <= now)
        return list(self._connection.scalars(due.order_by(row.account_id)))

    def pull_due(self, now: datetime, longest: timedelta) -> int:
        row = TrackingRow
        beyond = (row.ask_at.is_not(None), row.ask_at > now + longest, row.since <= now)
        return self._connection.execute(update(row).where(*beyond).values(ask_at=now)).rowcount

    def put_off(self, account_id: str, carrier_account_id: str, now: datetime, until: datetime) -> int:
        row = TrackingRow
        due = (row.account_id == account_id, row.carrier_account_id == carrier_account_id, row.ask_at <= now)
        return self._connection.execute(update(row).where(*due).values(ask_at=until)).rowcount

    def find_called(
        self, account_id: str, carrier_account_id: str, carrier_ids: Sequence[str], numbers: Sequence[str]
    ) -> list[Tracking]:
        row, owner, parcel = TrackingRow, CarrierAccountRow, ParcelRow
        bought = select(*_COLUMNS).join(owner, owner.id == row.carrier_account_id)
        bought = bought.where(owner.id == carrier_account_id, owner.account_id == account_id)
        by_id = bought.where(row.carrier_id.in_(carrier_ids))
        by_number = bought.join(parcel, parcel.shipment_id == row.shipment_id).where(parcel.tracking_number.in_(numbers))
        found = {one.shipment_id: one for query in (by_id, by_number) for one in self._list(query)}
        return [found[shipment_id] for shipment_id in sorted(found)]

    def keep_events(
        self, account_id: str, shipment_id: str, events: Sequence[TrackingEvent], now: datetime, *, is_erased: bool = False
    ) -> int:
        if not events or self.find(account_id, shipment_id) is None:
            return 0
        owner = {"shipment_id": shipment_id, "account_id": account_id, "kept_at": now}
        said = {"words": None, "place": ""} if is_erased else {}
        rows = {digest: {**owner, "digest": digest, **_values(event), **said} for event in events if (digest := _digest(event))}
        return insert_many(self._connection, TrackingEventRow, list(rows.values()), keep=True)

    def list_events(self, account_id: str, shipment_id: str) -> list[TrackingEvent]:
        row = TrackingEventRow
        query = select(row).where(row.account_id == account_id, row.shipment_id == shipment_id)
        return in_order([_to_event(found) for found in self._connection.execute(query)])

    def events_of_order(self, account_id: str, order_id: str) -> Mapping[str, list[TrackingEvent]]:
        row, found = TrackingEventRow, dict[str, list[TrackingEvent]]()
        of_order = select(row).join(TrackingRow, TrackingRow.shipment_id == row.shipment_id)
        own = func.coalesce(TrackingRow.account_id, "") == account_id
        for event in self._connection.execute(of_order.where(own, TrackingRow.order_id == order_id)):
            found.setdefault(event.shipment_id, []).append(_to_event(event))
        return {shipment_id: in_order(events) for shipment_id, events in found.items()}

    def redact(self, account_id: str, order_ids: Sequence[str]) -> int:
        row, event, redacted = TrackingRow, TrackingEventRow, 0
        for part in in_parts(order_ids):
            own = (row.account_id == account_id, row.order_id.in_(part))
            shipments = select(row.shipment_id).where(*own)
            of_them = (event.account_id == account_id, event.shipment_id.in_(shipments))
            self._connection.execute(update(event).where(*of_them).values(words=None, place=""))
            redacted += self._connection.execute(update(row).where(*own).values(words=None)).rowcount
        return redacted

    def forget_events(self, before: datetime) -> int:
        return self._connection.execute(delete(TrackingEventRow).where(TrackingEventRow.kept_at < before)).rowcount

    def _list(self, query: Select[Any]) -> list[Tracking]:
        return [_to_tracking(dict(row)) for row in self._connection.execute(query).mappings()]


def _to_tracking(row: Mapping[str, Any]) -> Tracking:
    problem = None if row["problem"] is None else TrackingProblem(row["problem"])
    return Tracking(**{**row, "state": TrackingState(row["state"]), "problem": problem})


def _values(event: TrackingEvent) -> dict[str, Any]:
    return {**values_of(event), "source": (event.source or TrackingSource.POLL).value}


def _digest(event: TrackingEvent) -> str:
    """Of what the carrier said, whyever it was asked."""
    words = None if event.words is None else event.words.to_data()
    said = [event.number, event.at.isoformat(), event.state.value, words, event.place]
    return hashlib.sha256(dumps({"said": said})).hexdigest()


def _to_event(row: Any) -> TrackingEvent:
    return TrackingEvent(row.at, TrackingState(row.state), row.words, row.place, row.number, TrackingSource(row.source))
