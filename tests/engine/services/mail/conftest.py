"""A shop whose mails can be seen."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.mails import SeenMails, sending_by
from support.shop import Shop, open_shop

from storage.database import Database


@pytest.fixture
def mails() -> SeenMails:
    return SeenMails()


@pytest.fixture
def shop(database: Database, clock: FixedClock, mails: SeenMails) -> Shop:
    return sending_by(open_shop(database, clock, rules=None), mails)
