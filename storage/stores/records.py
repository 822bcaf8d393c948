"""What imports saw in a store: what is parked, what is not an order here, products, and the documents as they came."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, case, delete, exists, func, or_, select, update
from sqlalchemy.orm import aliased

from engine.model.redaction import Redaction
from engine.model.store import KnownNames, NameKind, Parked, RawDocument, SkippedNote, Store, StoreState
from engine.model.store_preferences import StorePreferences
from storage.bulk import insert_many
from storage.statements import in_parts, upsert
from storage.tables import (
    ImportRunRow,
    ParkedNoteRow,
    RawDocumentRow,
    SkippedNoteRow,
    StoreNamesRow,
    StoreProductRow,
    StoreRow,
    UnknownFieldRow,
)


class StoreRecords:
    """The part of `engine.ports.Stores` that imports fill."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def park(self, store: Store, parked: Parked, revision: str, now: datetime) -> None:
        self.park_many(store, [(parked, revision)], now)

    def park_many(self, store: Store, parked: Sequence[tuple[Parked, str]], now: datetime) -> None:
        if not parked:
            return
        statement = upsert(self._connection, ParkedNoteRow)
        same = ParkedNoteRow.revision == statement.excluded["revision"]
        since = case((same, ParkedNoteRow.parked_since), else_=statement.excluded["parked_since"])
        replaced = ("external_order_id", "order_number", "path", "problem", "revision", "parked_at", "raw")
        rows = [
            {
                "store_id": store.id,
                "external_id": one.external_id,
                "account_id": store.account_id,
                "external_order_id": one.external_order_id,
                "order_number": one.order_number,
                "path": one.path,
                "problem": one.problem,
                "revision": revision,
                "parked_at": now,
                "parked_since": now,
                "raw": one.raw,
            }
            for one, revision in parked
        ]
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["store_id", "external_id"],
                set_={name: statement.excluded[name] for name in replaced} | {"parked_since": since},
                where=ParkedNoteRow.account_id == statement.excluded["account_id"],
            ),
            rows,
        )

    def unpark(self, account_id: str, store_id: str, external_ids: Sequence[str]) -> None:
        row = ParkedNoteRow
        own = func.coalesce(row.account_id, "") == account_id  # the ids lead, not what else the account has parked
        for part in in_parts(external_ids):
            self._connection.execute(delete(row).where(own, row.store_id == store_id, row.external_id.in_(part)))

    def list_parked(self, account_id: str, store_id: str) -> list[Parked]:
        rows = self._connection.execute(
            select(ParkedNoteRow)
            .where(ParkedNoteRow.account_id == account_id, ParkedNoteRow.store_id == store_id)
            .order_by(ParkedNoteRow.external_id)
        )
        return [Parked(row.external_id, row.external_order_id, row.order_number, row.path, row.problem, row.raw) for row in rows]

    def list_parked_before(self, account_id: str, store_id: str, before: datetime, after: str, limit: int) -> list[str]:
        row = ParkedNoteRow
        query = (
            select(row.external_id)
            .where(row.account_id == account_id, row.store_id == store_id, row.parked_at < before, row.external_id > after)
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

    def list_raw(self, account_id: str, store_id: str, external_id: str) -> list[RawDocument]:
        row = RawDocumentRow
        query = (
            select(row.revision, row.fetched_at, row.document)
            .where(row.store_id == store_id, row.external_id == external_id, row.account_id == account_id)
            .order_by(row.fetched_at.desc(), row.revision)
        )
        return [RawDocument(*found) for found in self._connection.execute(query)]

    def forget_raw(self, account_id: str, store_id: str, external_ids: Sequence[str]) -> int:
        row = RawDocumentRow
        return sum(
            self._connection.execute(
                delete(row).where(row.account_id == account_id, row.store_id == store_id, row.external_id.in_(part))
            ).rowcount
            for part in in_parts(external_ids)
        )

    def redact_parked(self, account_id: str, redaction: Redaction) -> int:
        row, redacted = ParkedNoteRow, 0
        query = select(row.store_id, row.external_id, row.problem, row.raw).where(row.account_id == account_id)
        for store_id, external_id, problem, raw in self._connection.execute(query).all():
            if redaction.finds(raw.decode("utf-8", "replace")) or redaction.sentence(problem) != problem:
                values = {"raw": b"{}", "problem": redaction.sentence(problem)}
                this = (row.account_id == account_id, row.store_id == store_id, row.external_id == external_id)
                self._connection.execute(update(row).where(*this).values(values))
                redacted += 1
        return redacted

    def redact_skipped(self, account_id: str, redaction: Redaction) -> int:
        row, redacted = SkippedNoteRow, 0
        query = select(row.store_id, row.external_id, row.message).where(row.account_id == account_id)
        for store_id, external_id, message in self._connection.execute(query).all():
            kept = redaction.sentence(message)
            if kept != message:
                this = (row.account_id == account_id, row.store_id == store_id, row.external_id == external_id)
                self._connection.execute(update(row).where(*this).values(message=kept))
                redacted += 1
        return redacted

    def forget_runs(self, before: datetime) -> int:
        row, later = ImportRunRow, aliased(ImportRunRow)
        has_later = exists().where(later.store_id == row.store_id, later.started_at > row.started_at)
        return self._connection.execute(delete(row).where(row.started_at < before, has_later)).rowcount

    def forget_all_skipped(self, before: datetime) -> int:
        return self._connection.execute(delete(SkippedNoteRow).where(SkippedNoteRow.last_seen < before)).rowcount

    def drop_raw(self, account_id: str, store_id: str, before: datetime) -> int:
        row = RawDocumentRow
        dropped = self._connection.execute(
            delete(row).where(row.account_id == account_id, row.store_id == store_id, row.fetched_at < before)
        )
        return dropped.rowcount

    def drop_outdated_raw(self, now: datetime) -> None:
        stores = self._connection.execute(select(StoreRow.account_id, StoreRow.id, StoreRow.state, StoreRow.preferences)).all()
        for account_id, store_id, state, preferences in stores:
            before = now - timedelta(days=StorePreferences.from_data(preferences).keep_raw_days)
            self.drop_raw(account_id, store_id, before)
            if state == StoreState.CLOSED.value:
                parked = ParkedNoteRow
                self._connection.execute(delete(parked).where(parked.store_id == store_id, parked.parked_at < before))

    def record_skipped(self, store: Store, notes: Sequence[SkippedNote]) -> None:
        if not notes:
            return
        rows = [
            {
                "store_id": store.id,
                "external_id": note.external_id,
                "account_id": store.account_id,
                "order_number": note.order_number,
                "reason": note.reason,
                "message": note.message,
                "source_version": note.source_version,
                "first_seen": note.first_seen,
                "last_seen": note.last_seen,
            }
            for note in notes
        ]
        statement = upsert(self._connection, SkippedNoteRow)
        replaced = ("order_number", "reason", "message", "source_version", "last_seen")
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["store_id", "external_id"],
                set_={name: statement.excluded[name] for name in replaced},
                where=SkippedNoteRow.account_id == statement.excluded["account_id"],
            ),
            rows,
        )

    def forget_skipped(
        self, account_id: str, store_id: str, external_ids: Sequence[str] | None = None, *, before: datetime | None = None
    ) -> None:
        row = SkippedNoteRow
        wanted = [row.account_id == account_id, row.store_id == store_id]
        if before is not None:
            wanted.append(row.last_seen < before)
        if external_ids is None:
            self._connection.execute(delete(row).where(*wanted))
            return
        for part in in_parts(external_ids):
            self._connection.execute(delete(row).where(*wanted, row.external_id.in_(part)))

    def skipped_among(self, account_id: str, store_id: str, external_ids: Sequence[str]) -> dict[str, SkippedNote]:
        row = SkippedNoteRow
        found: dict[str, SkippedNote] = {}
        for part in in_parts(external_ids):
            query = select(row).where(row.account_id == account_id, row.store_id == store_id, row.external_id.in_(part))
            found.update((note.external_id, _to_skipped(note)) for note in self._connection.execute(query))
        return found

    def list_skipped(self, account_id: str, store_id: str, number: str) -> list[SkippedNote]:
        row = SkippedNoteRow
        named = or_(
            row.external_id == number,
            row.order_number == number,
            row.order_number.startswith(f"{number}/", autoescape=True),
        )
        query = select(row).where(row.account_id == account_id, row.store_id == store_id, named).order_by(row.external_id)
        return [_to_skipped(note) for note in self._connection.execute(query)]

    def products(
        self, account_id: str, store_id: str, product_ids: Sequence[str], blank_since: datetime
    ) -> dict[str, Mapping[str, str]]:
        row = StoreProductRow
        found: dict[str, Mapping[str, str]] = {}
        for part in in_parts(product_ids):
            query = select(row.product_id, row.details, row.fetched_at).where(
                row.account_id == account_id, row.store_id == store_id, row.product_id.in_(part)
            )
            found.update(
                (product_id, details)
                for product_id, details, fetched_at in self._connection.execute(query)
                if details or fetched_at >= blank_since
            )
        return found

    def names(self, account_id: str, store_id: str) -> dict[NameKind, KnownNames]:
        row = StoreNamesRow
        query = select(row.kind, row.names, row.fetched_at).where(row.account_id == account_id, row.store_id == store_id)
        return {NameKind(kind): KnownNames(names, fetched_at) for kind, names, fetched_at in self._connection.execute(query)}

    def keep_names(self, store: Store, names: Mapping[NameKind, KnownNames]) -> None:
        rows = [
            {
                "store_id": store.id,
                "kind": kind.value,
                "account_id": store.account_id,
                "names": dict(known.names),
                "fetched_at": known.fetched_at,
            }
            for kind, known in names.items()
        ]
        if not rows:
            return
        statement = upsert(self._connection, StoreNamesRow)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["store_id", "kind"],
                set_={name: statement.excluded[name] for name in ("names", "fetched_at")},
                where=StoreNamesRow.account_id == statement.excluded["account_id"],
            ),
            rows,
        )

    def count_unknown_fields(self, store: Store, counts: Mapping[str, int], now: datetime, *, afresh: bool) -> None:
        row = UnknownFieldRow
        if afresh:
            self._connection.execute(delete(row).where(row.account_id == store.account_id, row.store_id == store.id))
        rows = [
            {"store_id": store.id, "path": path, "account_id": store.account_id, "notes": count, "last_seen": now}
            for path, count in sorted(counts.items())
        ]
        if not rows:
            return
        statement = upsert(self._connection, row)
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["store_id", "path"],
                set_={"notes": row.notes + statement.excluded["notes"], "last_seen": statement.excluded["last_seen"]},
                where=row.account_id == statement.excluded["account_id"],
            ),
            rows,
        )

    def keep_products(self, store: Store, products: Mapping[str, Mapping[str, str]], now: datetime) -> None:
        if not products:
            return
        rows = [
            {
                "store_id": store.id,
                "product_id": product_id,
                "account_id": store.account_id,
                "details": dict(details),
                "fetched_at": now,
            }
            for product_id, details in products.items()
        ]
        statement = upsert(self._connection, StoreProductRow)
        replaced = ("details", "fetched_at")
        self._connection.execute(
            statement.on_conflict_do_update(
                index_elements=["store_id", "product_id"],
                set_={name: statement.excluded[name] for name in replaced},
                where=StoreProductRow.account_id == statement.excluded["account_id"],
            ),
            rows,
        )


def _to_skipped(row: Row[Any]) -> SkippedNote:
    return SkippedNote(
        external_id=row.external_id,
        order_number=row.order_number,
        reason=row.reason,
        message=row.message,
        source_version=row.source_version,
        first_seen=row.first_seen,
        last_seen=row.last_seen,
    )
