"""Contract of the repository of print stations."""

from __future__ import annotations

from support.examples import NOON, an_account

from engine.model.account import Location
from engine.model.label import DocumentFormat, DocumentKind, PaperSize
from engine.model.print_station import PrintSetting, PrintStation
from storage.database import Database

ZPL = PrintSetting(DocumentFormat.ZPL, PaperSize.LABEL, "10.0.0.5:9100")


def test_stations_are_kept_with_what_they_print_how_and_listed_by_name(database: Database) -> None:
    with database.unit_of_work() as unit:
        account = an_account()
        unit.accounts.add(account)
        unit.locations.add(Location("loc_1", account.id, "main", "Main", "ES"))
        second = PrintStation("pst_1", account.id, "table 2", NOON, "loc_1", {DocumentKind.LABEL: ZPL})
        first = PrintStation("pst_2", account.id, "Table 1", NOON)
        for station in (second, first):
            unit.print_stations.add(station)
        unit.commit()
    with database.unit_of_work() as unit:
        assert unit.print_stations.list_for(account.id) == [first, second]
        assert unit.print_stations.find(account.id, "pst_1") == second
        assert unit.print_stations.find(account.id, "pst_3") is None
        unit.print_stations.remove(account.id, "pst_1")
        assert unit.print_stations.list_for(account.id) == [first]


def test_what_nothing_is_set_for_opens_in_the_browser_as_pdf() -> None:
    station = PrintStation("pst_1", "acc_1", "Table", NOON, documents={DocumentKind.LABEL: ZPL})
    assert station.setting(DocumentKind.LABEL) == ZPL
    assert station.setting(DocumentKind.CUSTOMS) == PrintSetting(DocumentFormat.PDF, PaperSize.A4)
