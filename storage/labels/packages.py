"""Packages of accounts."""

from __future__ import annotations

from sqlalchemy import Connection, delete, insert, select, update

from engine.model.saved_package import SavedPackage
from rules.values import folded_text
from storage.statements import values_of
from storage.tables import SavedPackageRow


class SqlPackages:
    """Implements `engine.ports.Packages`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, package: SavedPackage) -> None:
        values = {**values_of(package), "name_key": folded_text(package.name)}
        self._connection.execute(insert(SavedPackageRow).values(values))

    def remove(self, account_id: str, package_id: str) -> None:
        row = SavedPackageRow
        self._connection.execute(delete(row).where(row.account_id == account_id, row.id == package_id))

    def list_for(self, account_id: str) -> list[SavedPackage]:
        row = SavedPackageRow
        columns = (row.id, row.account_id, row.name, row.length_mm, row.width_mm, row.height_mm, row.tare_g, row.is_default)
        found = self._connection.execute(select(*columns).where(row.account_id == account_id).order_by(row.name_key))
        return [SavedPackage(**one) for one in found.mappings()]

    def set_default(self, account_id: str, package_id: str | None) -> None:
        row = SavedPackageRow
        self._connection.execute(update(row).where(row.account_id == account_id).values(is_default=row.id == (package_id or "")))
