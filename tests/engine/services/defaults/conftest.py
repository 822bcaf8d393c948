"""A shop whose orders a test chooses."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.examples import NOON
from support.shop import Shop, open_shop

from storage.database import Database


@pytest.fixture
def sqlite_shop(sqlite_database: Database) -> Shop:
    return open_shop(sqlite_database, FixedClock(NOON))
