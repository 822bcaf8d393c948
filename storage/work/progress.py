"""How far things have come that happen in steps outside: hints of webhooks, write-backs, and leases by name."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlalchemy import Connection, bindparam, delete, or_, select

from engine.model.lease import CLOCK_TOLERANCE
from engine.model.write_back import StepDone
from storage.bulk import insert_many
from storage.statements import in_parts, upsert, upsert_for
from storage.tables import LeaseRow, WebhookHintRow, WriteBackStepRow

if TYPE_CHECKING:
    from storage.statements import Upsert


class SqlHints:
    """Implements `engine.ports.Hints`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, account_id: str, store_id: str, hints: Sequence[str], now: datetime) -> None:
        if not hints:
            return
        rows = [
            {"store_id": store_id, "external_id": hint, "account_id": account_id, "received_at": now}
            for hint in sorted(set(hints))  # always in one order: two transactions must not wait for each other
        ]
        self._connection.execute(_adding_hints(self._connection.dialect.name), rows)

    def pending(self, store_id: str, limit: int) -> list[tuple[str, datetime]]:
        row = WebhookHintRow
        query = (
            select(row.external_id, row.received_at)
            .where(row.store_id == store_id)
            .order_by(row.received_at, row.external_id)
            .limit(limit)
        )
        return [(external_id, received_at) for external_id, received_at in self._connection.execute(query)]

    def settle(self, store_id: str, read: Sequence[tuple[str, datetime]]) -> None:
        if not read:
            return
        row = WebhookHintRow
        same = (row.store_id == store_id, row.external_id == bindparam("hint"), row.received_at == bindparam("mentioned"))
        rows = [{"hint": hint, "mentioned": mentioned} for hint, mentioned in sorted(read)]  # in the order of `add`
        self._connection.execute(delete(row).where(*same), rows)

    def forget(self, store_id: str) -> None:
        self._connection.execute(delete(WebhookHintRow).where(WebhookHintRow.store_id == store_id))

    def are_more_than(self, store_id: str, number: int) -> bool:
        return self._connection.execute(_BEYOND, {"store": store_id, "number": number}).first() is not None


_BEYOND = (
    select(WebhookHintRow.external_id).where(WebhookHintRow.store_id == bindparam("store")).limit(1).offset(bindparam("number"))
)


@lru_cache(maxsize=2)  # made once: a webhook is answered after this
def _adding_hints(dialect: str) -> Upsert:
    statement = upsert_for(dialect, WebhookHintRow)
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
        values = {"shipment_id": shipment_id, "step": done.step, "account_id": account_id, "done_at": done.done_at}
        insert_many(self._connection, WriteBackStepRow, [values], keep=True)


class SqlLeases:
    """Implements `engine.ports.Leases`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def take(self, account_id: str, name: str, owner: str, now: datetime, until: datetime) -> bool:
        statement = upsert(self._connection, LeaseRow)
        taken = self._connection.execute(
            statement.values(name=name, account_id=account_id, owner=owner, until=until)
            .on_conflict_do_update(
                index_elements=["name"],
                set_={"owner": statement.excluded["owner"], "until": statement.excluded["until"]},
                where=or_(LeaseRow.owner == owner, LeaseRow.until <= now, LeaseRow.until > until + CLOCK_TOLERANCE),
            )
            .returning(LeaseRow.name)
        )
        return taken.first() is not None

    def release(self, name: str, owner: str) -> None:
        self._connection.execute(delete(LeaseRow).where(LeaseRow.name == name, LeaseRow.owner == owner))

    def forget_ended(self, before: datetime) -> None:
        self._connection.execute(delete(LeaseRow).where(LeaseRow.until < before))
