"""The workplaces where labels are printed."""

from __future__ import annotations

from typing import Any

from sqlalchemy import Connection, Select, delete, insert, select

from engine.model.label import DocumentKind
from engine.model.print_station import PrintSetting, PrintStation
from storage.statements import values_of
from storage.tables import PrintStationRow


class SqlPrintStations:
    """Implements `engine.ports.PrintStations`."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def add(self, station: PrintStation) -> None:
        documents = {kind.value: setting.to_data() for kind, setting in station.documents.items()}
        self._connection.execute(insert(PrintStationRow), {**values_of(station), "documents": documents})

    def find(self, account_id: str, station_id: str) -> PrintStation | None:
        row = PrintStationRow
        found = self._list(select(row).where(row.account_id == account_id, row.id == station_id))
        return found[0] if found else None

    def list_for(self, account_id: str) -> list[PrintStation]:
        found = self._list(select(PrintStationRow).where(PrintStationRow.account_id == account_id))
        return sorted(found, key=lambda station: (station.name.casefold(), station.id))

    def remove(self, account_id: str, station_id: str) -> None:
        row = PrintStationRow
        self._connection.execute(delete(row).where(row.account_id == account_id, row.id == station_id))

    def _list(self, query: Select[Any]) -> list[PrintStation]:
        rows = self._connection.execute(query).mappings()
        return [
            PrintStation(
                **{
                    **row,
                    "documents": {DocumentKind(kind): PrintSetting.from_data(data) for kind, data in row["documents"].items()},
                }
            )
            for row in rows
        ]
