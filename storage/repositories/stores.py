"""Stores, their imports, and what those saw."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, delete, insert, or_, select, update

from engine.model.store import ImportRun, Parked, Store, StoreState
from rules.messages import Text
from rules.order_document import dumps, loads
from storage.errors import SecretKeyMissing
from storage.repositories.bulk import insert_many
from storage.repositories.statements import in_parts, not_found, upsert
from storage.secret_box import SecretBox
from storage.tables import ImportRunRow, ParkedNoteRow, RawDocumentRow, StoreRow

_STORE = Text("store", "tienda")


class SqlStores:
    """Implements `engine.ports.Stores`. Credentials lie encrypted in the database."""

    def __init__(self, connection: Connection, secrets: SecretBox | None) -> None:
        self._connection = connection
        self._secrets = secrets

    def add(self, store: Store) -> None:
        values = {
            "id": store.id,
            "account_id": store.account_id,
            "kind": store.kind,
            "name": store.name,
            "settings": dict(store.settings),
            "sealed_credentials": self._box().seal(dumps(dict(store.credentials))),
            "created_at": store.created_at,
            "state": store.state.value,
            "refresh_minutes": store.refresh_minutes,
            "daily_refresh_at": store.daily_refresh_at,
            "time_zone": store.time_zone,
            "window_days": store.window_days,
        }
        self._connection.execute(insert(StoreRow), values)

    def get(self, store_id: str) -> Store:
        found = self._list(select(StoreRow).where(StoreRow.id == store_id))
        if not found:
            raise not_found(_STORE, store_id)
        return found[0]

    def list_open(self) -> list[Store]:
        return self._list(select(StoreRow).where(StoreRow.state != StoreState.CLOSED.value))

    def list_for(self, account_id: str) -> list[Store]:
        return self._list(select(StoreRow).where(StoreRow.account_id == account_id))

    def set_state(self, store_id: str, state: StoreState) -> None:
        self._connection.execute(update(StoreRow).where(StoreRow.id == store_id).values(state=state.value))

    def take_import_lease(self, store_id: str, owner: str, now: datetime, until: datetime) -> bool:
        free = or_(
            StoreRow.import_lease_owner.is_(None), StoreRow.import_lease_owner == owner, StoreRow.import_lease_until <= now
        )
        taken = self._connection.execute(
            update(StoreRow).where(StoreRow.id == store_id, free).values(import_lease_owner=owner, import_lease_until=until)
        )
        return taken.rowcount == 1

    def hold_import_lease(self, store_id: str, owner: str, until: datetime) -> bool:
        held = self._connection.execute(
            update(StoreRow).where(StoreRow.id == store_id, StoreRow.import_lease_owner == owner).values(import_lease_until=until)
        )
        return held.rowcount == 1

    def release_import_lease(self, store_id: str, owner: str) -> None:
        self._connection.execute(
            update(StoreRow)
            .where(StoreRow.id == store_id, StoreRow.import_lease_owner == owner)
            .values(import_lease_owner=None, import_lease_until=None)
        )

    def start_run(self, run: ImportRun) -> None:
        account_id = self._connection.execute(select(StoreRow.account_id).where(StoreRow.id == run.store_id)).scalar()
        if account_id is None:
            raise not_found(_STORE, run.store_id)
        values = {
            "id": run.id,
            "account_id": account_id,
            "store_id": run.store_id,
            "started_at": run.started_at,
            **_run_end(run),
        }
        self._connection.execute(insert(ImportRunRow), values)

    def end_run(self, run: ImportRun) -> None:
        self._connection.execute(
            update(ImportRunRow).where(ImportRunRow.id == run.id, ImportRunRow.store_id == run.store_id).values(_run_end(run))
        )

    def last_run(self, store_id: str) -> ImportRun | None:
        row = self._connection.execute(
            select(ImportRunRow)
            .where(ImportRunRow.store_id == store_id)
            .order_by(ImportRunRow.started_at.desc(), ImportRunRow.id.desc())
            .limit(1)
        ).first()
        if row is None:
            return None
        return ImportRun(row.id, row.store_id, row.started_at, row.ended_at, row.outcome, row.error, row.summary)

    def park(self, store: Store, parked: Parked, revision: str, now: datetime) -> None:
        statement = upsert(self._connection, ParkedNoteRow)
        replaced = ("external_order_id", "order_number", "path", "problem", "revision", "parked_at", "raw")
        values = {
            "store_id": store.id,
            "external_id": parked.external_id,
            "account_id": store.account_id,
            "external_order_id": parked.external_order_id,
            "order_number": parked.order_number,
            "path": parked.path,
            "problem": parked.problem,
            "revision": revision,
            "parked_at": now,
            "raw": parked.raw,
        }
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["store_id", "external_id"],
                set_={name: statement.excluded[name] for name in replaced},
            ),
            values,
        )

    def unpark(self, store_id: str, external_ids: Sequence[str]) -> None:
        for part in in_parts(external_ids):
            self._connection.execute(
                delete(ParkedNoteRow).where(ParkedNoteRow.store_id == store_id, ParkedNoteRow.external_id.in_(part))
            )

    def list_parked(self, store_id: str) -> list[Parked]:
        rows = self._connection.execute(
            select(ParkedNoteRow).where(ParkedNoteRow.store_id == store_id).order_by(ParkedNoteRow.external_id)
        )
        return [Parked(row.external_id, row.external_order_id, row.order_number, row.path, row.problem, row.raw) for row in rows]

    def list_parked_before(self, store_id: str, before: datetime, after: str, limit: int) -> list[str]:
        row = ParkedNoteRow
        query = (
            select(row.external_id)
            .where(row.store_id == store_id, row.parked_at < before, row.external_id > after)
            .order_by(row.external_id)
            .limit(limit)
        )
        return list(self._connection.scalars(query))

    def keep_raw(self, store: Store, documents: Iterable[tuple[str, str, bytes]], now: datetime) -> None:
        rows = [
            {
                "store_id": store.id,
                "external_id": external_id,
                "revision": revision,
                "account_id": store.account_id,
                "fetched_at": now,
                "document": document,
            }
            for external_id, revision, document in documents
        ]
        insert_many(self._connection, RawDocumentRow, rows, keep=True)

    def _list(self, query: Select[Any]) -> list[Store]:
        return [self._to_store(row) for row in self._connection.execute(query.order_by(StoreRow.id))]

    def _to_store(self, row: Row[Any]) -> Store:
        return Store(
            id=row.id,
            account_id=row.account_id,
            kind=row.kind,
            name=row.name,
            settings=row.settings,
            credentials=self._open_credentials(row.sealed_credentials),
            created_at=row.created_at,
            state=StoreState(row.state),
            refresh_minutes=row.refresh_minutes,
            daily_refresh_at=row.daily_refresh_at,
            time_zone=row.time_zone,
            window_days=row.window_days,
        )

    def _open_credentials(self, sealed: str) -> Mapping[str, str]:
        return loads(self._box().open(sealed))

    def _box(self) -> SecretBox:
        if self._secrets is None:
            raise SecretKeyMissing()
        return self._secrets


def _run_end(run: ImportRun) -> dict[str, Any]:
    return {"ended_at": run.ended_at, "outcome": run.outcome, "error": run.error, "summary": dict(run.summary)}
