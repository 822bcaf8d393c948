"""Moments as others write them."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from engine.model.written_moment import read_moment


@pytest.mark.parametrize(
    ("text", "zone", "read"),
    [
        ("2026-03-01T12:00:00+02:00", None, datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T12:00:00+02:00", UTC, datetime(2026, 3, 1, 10, tzinfo=UTC)),
        ("2026-03-01T12:00:00", UTC, datetime(2026, 3, 1, 12, tzinfo=UTC)),
        ("2026-03-01T12:00:00", ZoneInfo("Europe/Madrid"), datetime(2026, 3, 1, 11, tzinfo=UTC)),
        ("2026-03-01T12:00:00", None, None),
        ("9999-12-31T23:59:59-14:00", None, None),
        ("0001-01-01T00:00:00+14:00", UTC, None),
        ("2026-02-30T12:00:00Z", UTC, None),
        ("", UTC, None),
    ],
)
def test_what_is_no_moment_is_none(text: str, zone: ZoneInfo | None, read: datetime | None) -> None:
    assert read_moment(text, zone) == read
