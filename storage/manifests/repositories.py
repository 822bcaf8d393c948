"""Manifests and their documents."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select, update

from engine.model.label import PostalAddress
from engine.model.manifest import Manifest, ManifestState
from rules.messages import Text
from storage.statements import not_found, upsert
from storage.tables import ManifestDocumentRow, ManifestRow

_MANIFEST = Text("manifest", "manifiesto")
_FIXED = (
    *("id", "account_id", "carrier_account_id", "owner_id", "carrier", "line"),
    *("shipments", "parcels", "actor", "created_at"),
)
_CHANGING = ("carrier_id", "error", "made_at")


class SqlManifests:
    """Implements `engine.ports.Manifests`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, manifest: Manifest) -> None:
        values = {name: getattr(manifest, name) for name in _FIXED}
        self._connection.execute(
            insert(ManifestRow), [{**values, "ship_from": asdict(manifest.ship_from), **_changing(manifest)}]
        )

    def update(self, manifest: Manifest) -> None:
        own = (ManifestRow.id == manifest.id, ManifestRow.account_id == manifest.account_id)
        self._connection.execute(update(ManifestRow).where(*own).values(_changing(manifest)))

    def get(self, account_id: str, manifest_id: str, *, for_change: bool = False) -> Manifest:
        query = select(ManifestRow).where(ManifestRow.account_id == account_id, ManifestRow.id == manifest_id)
        found = self._list(query.with_for_update() if for_change else query)
        if not found:
            raise not_found(_MANIFEST, manifest_id)
        return found[0]

    def list_for(self, account_id: str, limit: int) -> list[Manifest]:
        row = ManifestRow
        return self._list(select(row).where(row.account_id == account_id).order_by(row.created_at.desc(), row.id).limit(limit))

    def keep_document(self, account_id: str, manifest_id: str, content: bytes, now: datetime) -> None:
        self.get(account_id, manifest_id)
        values = {"manifest_id": manifest_id, "account_id": account_id, "content": content, "created_at": now}
        self._connection.execute(upsert(self._connection, ManifestDocumentRow).on_conflict_do_nothing(), [values])

    def find_document(self, account_id: str, manifest_id: str) -> bytes | None:
        row = ManifestDocumentRow
        query = select(row.content).where(row.account_id == account_id, row.manifest_id == manifest_id)
        found: bytes | None = self._connection.execute(query).scalar()
        return found

    def forget_documents(self, before: datetime) -> int:
        return self._connection.execute(delete(ManifestDocumentRow).where(ManifestDocumentRow.created_at < before)).rowcount

    def _list(self, query: Select[Any]) -> list[Manifest]:
        return [
            Manifest(
                **{name: row[name] for name in (*_FIXED, *_CHANGING)},
                state=ManifestState(row["state"]),
                ship_from=PostalAddress(**row["ship_from"]),
            )
            for row in self._connection.execute(query).mappings()
        ]


def _changing(manifest: Manifest) -> dict[str, Any]:
    return {"state": manifest.state.value, **{name: getattr(manifest, name) for name in _CHANGING}}
