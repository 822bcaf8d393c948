"""A shop on SQLite: what an edit does looks the same on both databases, and repositories have suites of their own."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.shop import Shop, open_shop

from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock)
