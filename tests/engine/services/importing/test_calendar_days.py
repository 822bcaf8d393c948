"""A date that a store gives without a time of day is that day where the account is."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.sandbox_shop import SandboxShop
from support.shop import ready

from engine.services.importing.calendar_days import with_days_of_account


@pytest.mark.parametrize(
    ("zone", "written", "kept"),
    [
        ("America/New_York", "2026-12-24", "2026-12-24T00:00:00-05:00"),
        ("Asia/Tokyo", "20261224", "2026-12-24T00:00:00+09:00"),
        ("America/Santiago", "2026-09-06", "2026-09-06T00:00:00-04:00"),  # a day that clocks begin at 01:00
        ("Europe/Madrid", "0001-01-01", "0001-01-01T00:14:44+00:00"),  # before zones
        ("America/New_York", "2026-12-24T00:00:00+00:00", "2026-12-24T00:00:00+00:00"),
        ("America/New_York", "soon", "soon"),
        ("America/New_York", 7, 7),
    ],
)
def test_the_day_begins_in_the_zone_of_the_account(zone: str, written: Any, kept: Any) -> None:
    [record] = with_days_of_account([ready("1", deliver_by=written, ship_date=written)], ZoneInfo(zone))

    assert {record.document[name] for name in ("deliver_by", "ship_date")} == {kept}


def test_an_imported_order_has_the_day_of_its_account(sqlite_shop: SandboxShop) -> None:
    data, note = sqlite_shop.server.data, sqlite_shop.ordinary()[0]
    with data.edit_order(data.note(note)["orderId"]) as order:
        order["delivery"] = {"deliveryDate": "2026-12-24"}

    sqlite_shop.run_import()

    assert sqlite_shop.note_order(note).document()["deliver_by"] == "2026-12-24T00:00:00+01:00"
