from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from support.clock import FixedClock
from support.shop import Shop, open_shop

from engine.model.store_preferences import StorePreferences
from engine.ports import StoreUnavailable
from engine.services.stores.sessions import IDLE, SessionPool
from rules.messages import Message, Text
from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock)


@pytest.fixture
def closed(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    sessions: list[Any] = []
    monkeypatch.setattr("support.shop._Session.close", lambda session: sessions.append(session))
    return sessions


def test_a_session_is_used_again_while_the_store_stays_as_it_is(shop: Shop, closed: list[Any]) -> None:
    store = shop.store
    with SessionPool(shop.app) as pool:
        first = pool.get(store)
        assert pool.get(replace(store, failures=3, webhook_ids=("1",))) is first
        assert closed == []
        renewed = pool.get(replace(store, credentials={"username": "u", "password": "new"}))
        assert closed == [first]
        assert pool.get(replace(store, credentials={"username": "u", "password": "new"})) is renewed
        assert pool.get(replace(store, settings={"channels": ["3"]})) is not renewed
        last = pool.get(replace(store, preferences=StorePreferences(packing_slip_name="x")))
        assert len(closed) == 3
    assert closed[-1] is last


def test_what_nobody_uses_is_closed_after_a_minute(shop: Shop, clock: FixedClock, closed: list[Any]) -> None:
    with SessionPool(shop.app) as pool:
        used, idle = pool.get(shop.store), pool.get(replace(shop.store, id="sto_2"))
        clock.sleep(IDLE.total_seconds() - 1)
        assert pool.get(shop.store) is used
        pool.close_idle()
        assert closed == []
        clock.sleep(1)
        pool.close_idle()
        assert closed == [idle]
        assert pool.get(shop.store) is used


def test_an_address_that_is_refused_leaves_nothing_behind(shop: Shop, closed: list[Any], monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Any) -> None:
        raise StoreUnavailable(Message("no", Text("no", "no")))

    with SessionPool(shop.app) as pool:
        first = pool.get(shop.store)
        monkeypatch.setattr("support.shop.ListConnector.open", refuse)
        with pytest.raises(StoreUnavailable):
            pool.get(replace(shop.store, settings={}))
        monkeypatch.undo()
        assert pool.get(shop.store) is not first
