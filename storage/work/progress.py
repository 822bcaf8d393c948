"""Progress of work outside: pending changes of webhooks, steps of write-backs, and leases by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, Text, and_, bindparam, delete, literal, or_, select

from engine.model.lease import CLOCK_TOLERANCE
from engine.model.write_back import StepDone
from storage.columns import UtcDateTime
from storage.statements import in_parts, upsert, upsert_for
from storage.tables import LeaseRow, PendingChangeRow, ShipmentRow, StoreRow, WriteBackStepRow

if TYPE_CHECKING:
    from storage.statements import Upsert


class SqlPendingChanges:
    """Implements `engine.ports.PendingChanges`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account_id: str, store_id: str, changes: Sequence[str], now: datetime) -> None:
        if not changes:
            return
        rows = [
            {"its_store_id": store_id, "external_id": change, "its_account_id": account_id, "received_at": now}
            for change in sorted(set(changes))  # always in one order: two transactions must not wait for each other
        ]
        self._connection.execute(_adding_changes(self._connection.dialect.name), rows)

    def list_oldest(self, account_id: str, store_id: str, limit: int) -> list[tuple[str, datetime]]:
        row = PendingChangeRow
        query = (
            select(row.external_id, row.received_at)
            .where(row.account_id == account_id, row.store_id == store_id)
            .order_by(row.received_at, row.external_id)
            .limit(limit)
        )
        return [(external_id, received_at) for external_id, received_at in self._connection.execute(query)]

    def remove(self, account_id: str, store_id: str, read: Sequence[tuple[str, datetime]]) -> None:
        if not read:
            return
        row = PendingChangeRow
        same = (
            row.account_id == account_id,
            row.store_id == store_id,
            row.external_id == bindparam("change"),
            row.received_at == bindparam("mentioned"),
        )
        rows = [{"change": change, "mentioned": mentioned} for change, mentioned in sorted(read)]  # in the order of `add`
        self._connection.execute(delete(row).where(*same), rows)

    def remove_all(self, account_id: str, store_id: str) -> None:
        row = PendingChangeRow
        self._connection.execute(delete(row).where(row.account_id == account_id, row.store_id == store_id))

    def are_more_than(self, account_id: str, store_id: str, number: int) -> bool:
        return self._connection.execute(_BEYOND, {"account": account_id, "store": store_id, "number": number}).first() is not None


_BEYOND = (
    select(PendingChangeRow.external_id)
    .where(PendingChangeRow.account_id == bindparam("account"), PendingChangeRow.store_id == bindparam("store"))
    .limit(1)
    .offset(bindparam("number"))
)


@lru_cache(maxsize=2)  # made once: a webhook is answered after this
def _adding_changes(dialect: str) -> Upsert:
    names = (bindparam("external_id", type_=Text()), bindparam("received_at", type_=UtcDateTime()))
    own = select(StoreRow.id, StoreRow.account_id, *names).where(
        StoreRow.account_id == bindparam("its_account_id"), StoreRow.id == bindparam("its_store_id")
    )
    statement = upsert_for(dialect, PendingChangeRow).from_select(["store_id", "account_id", "external_id", "received_at"], own)
    return statement.on_conflict_do_update(
        index_elements=["store_id", "external_id"], set_={"received_at": statement.excluded["received_at"]}
    )


class SqlWriteBacks:
    """Implements `engine.ports.WriteBacks`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def list_steps(self, account_id: str, shipment_id: str) -> list[StepDone]:
        return self.steps_of(account_id, [shipment_id]).get(shipment_id, [])

    def steps_of(self, account_id: str, shipment_ids: Sequence[str]) -> dict[str, list[StepDone]]:
        row = WriteBackStepRow
        found: dict[str, list[StepDone]] = {}
        for part in in_parts(shipment_ids):
            query = select(row.shipment_id, row.step, row.done_at).where(row.shipment_id.in_(part), row.account_id == account_id)
            for shipment_id, step, done_at in self._connection.execute(query):
                found.setdefault(shipment_id, []).append(StepDone(step, done_at))
        for steps in found.values():
            steps.sort(key=lambda done: (done.done_at, done.step))
        return found

    def add_step(self, account_id: str, shipment_id: str, done: StepDone) -> None:
        values = (literal(done.step), literal(done.done_at, UtcDateTime()))
        own = select(ShipmentRow.id, ShipmentRow.account_id, *values).where(
            ShipmentRow.account_id == account_id, ShipmentRow.id == shipment_id
        )
        kept = upsert(self._connection, WriteBackStepRow).from_select(["shipment_id", "account_id", "step", "done_at"], own)
        self._connection.execute(kept.on_conflict_do_nothing())


class SqlLeases:
    """Implements `engine.ports.Leases`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, account_id: str, name: str, owner: str, now: datetime, until: datetime) -> bool:
        statement = upsert(self._connection, LeaseRow)
        free = or_(LeaseRow.owner == owner, LeaseRow.until <= now, LeaseRow.until > until + CLOCK_TOLERANCE)
        taken = self._connection.execute(
            statement.values(name=name, account_id=account_id, owner=owner, until=until)
            .on_conflict_do_update(
                index_elements=["name"],
                set_={"owner": statement.excluded["owner"], "until": statement.excluded["until"]},
                where=and_(LeaseRow.account_id == account_id, free),
            )
            .returning(LeaseRow.name)
        )
        return taken.first() is not None

    def owner(self, account_id: str, name: str) -> str:
        row = LeaseRow
        query = select(row.owner).where(row.account_id == account_id, row.name == name)
        return self._connection.scalar(query) or ""

    def release(self, account_id: str, name: str, owner: str) -> None:
        row = LeaseRow
        self._connection.execute(delete(row).where(row.account_id == account_id, row.name == name, row.owner == owner))

    def forget_ended(self, before: datetime) -> None:
        self._connection.execute(delete(LeaseRow).where(LeaseRow.until < before))
