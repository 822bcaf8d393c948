"""An invitation tells the one who invites nothing of whom it reaches."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.partners import user_of
from support.shop import PROVIDER, STRANGER, Shop, open_shop
from support.statements import statements

from engine.services.connections.invite_client import invite_client
from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def test_what_an_invitation_asks_of_the_database_is_the_same_whoever_has_the_address(shop: Shop) -> None:
    asked = []
    for email in (STRANGER, "nobody@nowhere.example"):
        with statements(shop.database) as sent:
            invite_client(shop.app, user_of(shop, PROVIDER), client_name="A", company_name="B", email=email)
        asked.append([statement for statement, _ in sent])
    assert asked[0] == asked[1]
