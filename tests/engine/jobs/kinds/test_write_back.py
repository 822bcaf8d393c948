"""Work that tells stores of shipments: what becomes of it when the store refuses, and who hears of that."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop
from support.shipping import agrees, alerts, job_of, later, new_order, progress, ship, telling_shop

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.job import JobState
from engine.model.store_preferences import NoticeTopic
from engine.model.write_back import WriteBackStatus
from engine.services.stores.change_store import StoreChanges, update_store
from engine.services.stores.connect_store import replace_credentials
from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    with telling_shop(sqlite_database, clock) as shop:
        yield shop


@pytest.mark.parametrize(("notices", "told"), [((NoticeTopic.WRITE_BACK,), 1), ((NoticeTopic.PARKED,), 0), ((), 0)])
def test_the_owner_chooses_whether_to_be_told_of_what_was_given_up(
    shop: SandboxShop, notices: tuple[NoticeTopic, ...], told: int
) -> None:
    [note] = new_order(shop)
    shipped = ship(shop, note)
    update_store(shop.app, shop.merchant.id, shop.store.id, StoreChanges(notices=notices), "operator")
    shop.server.data.ship_note(note, "ELSEWHERE")
    shop.work_off()

    assert progress(shop, shipped).state is WriteBackStatus.DEAD
    assert len(alerts(shop, shipped.order)) == told
    assert NEEDS_ATTENTION in shop.note_order(note).flags, "among the orders it stands out all the same"


def test_a_store_that_refuses_the_log_in_is_told_with_the_next_one(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    shipped = ship(shop, note)
    shop.server.set_password("changed")
    shop.server.expire_tokens()
    shop.work_off()
    waiting = job_of(shop, shipped)
    assert (waiting.state, waiting.not_before) == (JobState.DUE, shop.clock.now() + timedelta(hours=1))
    assert progress(shop, shipped).state is WriteBackStatus.DUE
    assert alerts(shop, shipped.order) == []

    replace_credentials(shop.app, shop.merchant.id, shop.store.id, {"password": "changed"})
    later(shop)
    agrees(shop, note)
