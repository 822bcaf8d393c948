"""The pages over a merchant and its 3PL who both buy labels of a carrier that costs money."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.shop import Shop

from storage.database import Database


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> Shippers:
    return open_shippers(sqlite_database, clock)


@pytest.fixture
def shop(sides: Shippers) -> Shop:
    return sides.shop
