"""Stores and their imports."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, delete, insert, or_, select, update

from engine.model.lease import CLOCK_TOLERANCE, latest_end
from engine.model.store import ImportRun, Store, StoreState
from engine.model.store_preferences import StoreLogo, StorePreferences
from engine.model.webhook import ListeningStore
from rules.messages import Text
from rules.order_document import dumps
from storage.errors import SecretKeyMissing
from storage.sealed_values import SealedValues
from storage.secret_box import SecretBox
from storage.statements import in_parts, not_found
from storage.stores.records import StoreRecords
from storage.tables import ImportRunRow, SkippedNoteRow, StoreLogoRow, StoreRow

_STORE = Text("store", "tienda")
_LISTENING = select(
    StoreRow.id,
    StoreRow.account_id,
    StoreRow.kind,
    StoreRow.state,
    StoreRow.settings,
    StoreRow.webhook_digest,
    StoreRow.preferences,
).where(StoreRow.id == bindparam("wanted"))


class SqlStores(StoreRecords):
    """Implements `engine.ports.Stores`. Credentials lie encrypted in the database."""

    def __init__(self, connection: Connection, secrets: SecretBox | None) -> None:
        super().__init__(connection)
        self._secrets = secrets

    def add(self, store: Store) -> None:
        values = {
            "id": store.id,
            "account_id": store.account_id,
            "kind": store.kind,
            "sealed_credentials": self._seal(store.credentials),
            "credentials_version": store.credentials_version,
            "created_at": store.created_at,
            "time_zone": store.time_zone,
            "state": store.state.value,
            "scanned_until": store.scanned_until,
            "failures": store.failures,
            "retry_at": store.retry_at,
            **_webhooks(store.webhook_digest, store.webhook_ids),
            **_chosen(store),
        }
        self._connection.execute(insert(StoreRow), values)

    def update(self, store: Store) -> None:
        self._connection.execute(
            update(StoreRow).where(StoreRow.id == store.id, StoreRow.account_id == store.account_id).values(_chosen(store))
        )

    def set_time_zone(self, account_id: str, time_zone: str) -> None:
        self._connection.execute(update(StoreRow).where(StoreRow.account_id == account_id).values(time_zone=time_zone))

    def keep_webhooks(self, account_id: str, store_id: str, digest: str | None, webhook_ids: Sequence[str]) -> None:
        self._connection.execute(
            update(StoreRow)
            .where(StoreRow.account_id == account_id, StoreRow.id == store_id)
            .values(_webhooks(digest, webhook_ids))
        )

    def find_listening(self, store_id: str) -> ListeningStore | None:
        return _to_listening(self._connection.execute(_LISTENING, {"wanted": store_id}).first())

    def find_unopened(self, account_id: str, store_id: str) -> ListeningStore | None:
        query = _LISTENING.where(StoreRow.account_id == account_id)
        return _to_listening(self._connection.execute(query, {"wanted": store_id}).first())

    def keep_progress(
        self, account_id: str, store_id: str, *, scanned_until: str | None, failures: int, retry_at: datetime | None
    ) -> None:
        self._connection.execute(
            update(StoreRow)
            .where(StoreRow.account_id == account_id, StoreRow.id == store_id)
            .values(scanned_until=scanned_until, failures=failures, retry_at=retry_at)
        )

    def forget_source_versions(self, account_id: str, store_id: str) -> None:
        self._connection.execute(
            update(StoreRow).where(StoreRow.account_id == account_id, StoreRow.id == store_id).values(scanned_until=None)
        )
        versioned = (
            SkippedNoteRow.account_id == account_id,
            SkippedNoteRow.store_id == store_id,
            SkippedNoteRow.source_version != "",
        )
        self._connection.execute(update(SkippedNoteRow).where(*versioned).values(source_version=""))

    def swap_credentials(self, account_id: str, store_id: str, version: int, credentials: Mapping[str, str]) -> bool:
        swapped = self._connection.execute(
            update(StoreRow)
            .where(StoreRow.account_id == account_id, StoreRow.id == store_id, StoreRow.credentials_version == version)
            .values(sealed_credentials=self._seal(credentials), credentials_version=version + 1)
        )
        return swapped.rowcount == 1

    def keep_logo(self, store: Store, logo: StoreLogo | None) -> None:
        self._connection.execute(
            delete(StoreLogoRow).where(StoreLogoRow.account_id == store.account_id, StoreLogoRow.store_id == store.id)
        )
        if logo is not None:
            values = {"store_id": store.id, "account_id": store.account_id, "media_type": logo.media_type, "image": logo.image}
            self._connection.execute(insert(StoreLogoRow), values)

    def find_logo(self, account_id: str, store_id: str) -> StoreLogo | None:
        query = select(StoreLogoRow.media_type, StoreLogoRow.image).where(
            StoreLogoRow.store_id == store_id, StoreLogoRow.account_id == account_id
        )
        row = self._connection.execute(query).first()
        return None if row is None else StoreLogo(row.media_type, row.image)

    def get(self, account_id: str, store_id: str, *, for_change: bool = False) -> Store:
        query = select(StoreRow).where(StoreRow.account_id == account_id, StoreRow.id == store_id)
        found = self._list(query.with_for_update() if for_change else query)
        if not found:
            raise not_found(_STORE, store_id)
        return found[0]

    def list_open(self) -> list[Store]:
        return self._list(select(StoreRow).where(StoreRow.state != StoreState.CLOSED.value))

    def list_for(self, account_id: str) -> list[Store]:
        return self._list(select(StoreRow).where(StoreRow.account_id == account_id))

    def set_state(self, account_id: str, store_id: str, state: StoreState) -> None:
        self._connection.execute(
            update(StoreRow).where(StoreRow.account_id == account_id, StoreRow.id == store_id).values(state=state.value)
        )

    def is_importing(self, account_id: str, store_id: str, now: datetime) -> bool:
        return bool(self.importing_among(account_id, [store_id], now))

    def take_import_lease(self, account_id: str, store_id: str, owner: str, now: datetime, until: datetime) -> bool:
        free = or_(
            StoreRow.import_lease_owner.is_(None),
            StoreRow.import_lease_owner == owner,
            StoreRow.import_lease_until <= now,
            StoreRow.import_lease_until > until + CLOCK_TOLERANCE,
        )
        taken = self._connection.execute(
            update(StoreRow)
            .where(StoreRow.account_id == account_id, StoreRow.id == store_id, free)
            .values(import_lease_owner=owner, import_lease_until=until)
        )
        return taken.rowcount == 1

    def hold_import_lease(self, account_id: str, store_id: str, owner: str, until: datetime) -> bool:
        held = self._connection.execute(
            update(StoreRow)
            .where(StoreRow.account_id == account_id, StoreRow.id == store_id, StoreRow.import_lease_owner == owner)
            .values(import_lease_until=until)
        )
        return held.rowcount == 1

    def release_import_lease(self, account_id: str, store_id: str, owner: str) -> None:
        self._connection.execute(
            update(StoreRow)
            .where(StoreRow.account_id == account_id, StoreRow.id == store_id, StoreRow.import_lease_owner == owner)
            .values(import_lease_owner=None, import_lease_until=None)
        )

    def start_run(self, account_id: str, run: ImportRun) -> None:
        store = select(StoreRow.id).where(StoreRow.account_id == account_id, StoreRow.id == run.store_id)
        if self._connection.scalar(store) is None:
            raise not_found(_STORE, run.store_id)
        values = {
            "id": run.id,
            "account_id": account_id,
            "store_id": run.store_id,
            "started_at": run.started_at,
            **_run_end(run),
        }
        self._connection.execute(insert(ImportRunRow), values)

    def end_run(self, account_id: str, run: ImportRun) -> None:
        row = ImportRunRow
        this = (row.account_id == account_id, row.store_id == run.store_id, row.id == run.id)
        self._connection.execute(update(row).where(*this).values(_run_end(run)))

    def last_run(self, account_id: str, store_id: str) -> ImportRun | None:
        row = self._connection.execute(
            select(ImportRunRow)
            .where(ImportRunRow.account_id == account_id, ImportRunRow.store_id == store_id)
            .order_by(ImportRunRow.started_at.desc(), ImportRunRow.id.desc())
            .limit(1)
        ).first()
        if row is None:
            return None
        return ImportRun(row.id, row.store_id, row.started_at, row.ended_at, row.outcome, row.error, row.summary)

    def last_runs(self, account_id: str, store_ids: Sequence[str]) -> dict[str, ImportRun]:
        run = ImportRunRow
        newest = (  # one look into the index for each store, however many runs it had
            select(run.id)
            .where(run.account_id == account_id, run.store_id == StoreRow.id)
            .order_by(run.started_at.desc(), run.id.desc())
            .limit(1)
            .scalar_subquery()
        )
        found: dict[str, ImportRun] = {}
        for part in in_parts(store_ids):
            stores = (StoreRow.account_id == account_id, StoreRow.id.in_(part))
            ids = [run_id for run_id in self._connection.scalars(select(newest).where(*stores)) if run_id]
            columns = (run.id, run.store_id, run.started_at, run.ended_at, run.outcome, run.error, run.summary)
            rows = self._connection.execute(select(*columns).where(run.id.in_(ids))).mappings()
            found |= {row["store_id"]: ImportRun(**row) for row in rows}
        return found

    def importing_among(self, account_id: str, store_ids: Sequence[str], now: datetime) -> set[str]:
        found: set[str] = set()
        row = StoreRow
        held = (row.import_lease_owner.is_not(None), row.import_lease_until > now, row.import_lease_until <= latest_end(now))
        for part in in_parts(store_ids):
            query = select(row.id).where(row.account_id == account_id, row.id.in_(part), *held)
            found |= set(self._connection.scalars(query))
        return found

    def _list(self, query: Select[Any]) -> list[Store]:
        return [self._to_store(row) for row in self._connection.execute(query.order_by(StoreRow.id))]

    def _to_store(self, row: Row[Any]) -> Store:
        return Store(
            id=row.id,
            account_id=row.account_id,
            kind=row.kind,
            name=row.name,
            settings=row.settings,
            credentials=SealedValues(self._secrets, row.sealed_credentials),
            created_at=row.created_at,
            state=StoreState(row.state),
            refresh_minutes=row.refresh_minutes,
            daily_refresh_at=row.daily_refresh_at,
            time_zone=row.time_zone,
            window_days=row.window_days,
            preferences=StorePreferences.from_data(row.preferences),
            credentials_version=row.credentials_version,
            webhook_digest=row.webhook_digest,
            webhook_ids=tuple(row.webhook_ids),
            scanned_until=row.scanned_until,
            failures=row.failures,
            retry_at=row.retry_at,
        )

    def _seal(self, credentials: Mapping[str, str]) -> str:
        return self._box().seal(dumps(dict(credentials)))

    def _box(self) -> SecretBox:
        if self._secrets is None:
            raise SecretKeyMissing()
        return self._secrets


def _to_listening(found: Row[Any] | None) -> ListeningStore | None:
    if found is None:
        return None
    state, preferences = StoreState(found.state), StorePreferences.from_data(found.preferences)
    return ListeningStore(found.id, found.account_id, found.kind, state, found.settings, found.webhook_digest, preferences)


def _chosen(store: Store) -> dict[str, Any]:
    """What people choose about a store."""
    return {
        "name": store.name,
        "settings": dict(store.settings),
        "preferences": store.preferences.to_data(),
        "refresh_minutes": store.refresh_minutes,
        "daily_refresh_at": store.daily_refresh_at,
        "window_days": store.window_days,
    }


def _webhooks(digest: str | None, webhook_ids: Sequence[str]) -> dict[str, Any]:
    return {"webhook_digest": digest, "webhook_ids": list(webhook_ids)}


def _run_end(run: ImportRun) -> dict[str, Any]:
    return {"ended_at": run.ended_at, "outcome": run.outcome, "error": run.error, "summary": dict(run.summary)}
