"""Causes of the inbox, made to happen one at a time to an order or a store of a shop."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from support.examples import a_job
from support.shop import Shop, ready

from engine.model.inbox import InboxEntry, InboxKind, InboxView
from engine.model.job import JobKind, JobState
from engine.model.order import Order
from engine.model.sentence import Sentence
from engine.model.store import Parked, StoreState
from engine.ports import UnitOfWork
from engine.services.attention.inbox import list_inbox


def listed(shop: Shop, view: InboxView | None = None) -> list[InboxEntry]:
    """What the merchant's inbox has."""
    with shop.app.reading() as uow:
        account = uow.accounts.get(shop.merchant.id)
    return list_inbox(shop.app, account, view or InboxView())


def kinds(shop: Shop, view: InboxView | None = None) -> list[InboxKind]:
    return [entry.kind for entry in listed(shop, view)]


def imported(shop: Shop, number: str = "7001") -> Order:
    """An order that a person has to ship."""
    vase = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}]
    shop.import_all(ready(number, items=vase))
    with shop.app.reading() as uow:
        return uow.orders.get(shop.merchant.id, shop.order_id(number))


def flagged(shop: Shop, order: Order, *flags: str) -> None:
    with shop.app.unit_of_work() as uow:
        kept = uow.orders.get(order.account_id, order.id, for_change=True)
        kept.flags = flags
        uow.orders.update_many([kept])
        uow.commit()


def give_up(
    uow: UnitOfWork, shop: Shop, kind: JobKind, order: Order | None, problem: str = "The line is dead.", key: str = ""
) -> str:
    """A job that was tried too often; its id."""
    now = shop.app.clock.now()
    job = a_job(
        shop.merchant.id,
        key or f"{kind.value}:{None if order is None else order.id}",
        kind=kind,
        order_id=None if order is None else order.id,
        payload={"shipment_id": "shp_1"},
        created_at=now,
        not_before=now,
    )
    uow.jobs.upsert_due(job)
    claimed = uow.jobs.claim("test", now, now + timedelta(minutes=1), [kind])
    assert claimed is not None
    uow.jobs.finish(claimed.id, "test", JobState.DEAD, error=Sentence.of(problem), not_before=None)
    return claimed.id


def park(shop: Shop, revision: str = "r1", number: str = "9001") -> None:
    with shop.app.unit_of_work() as uow:
        note = Parked(number, number, number, "items", Sentence.of("It has no lines."), b"{}")
        uow.stores.park(shop.store, note, revision, shop.app.clock.now())
        uow.commit()


def store_state(shop: Shop, *, failures: int = 0, state: StoreState = StoreState.CONNECTED) -> None:
    with shop.app.unit_of_work() as uow:
        uow.stores.set_state(shop.merchant.id, shop.store.id, state)
        uow.stores.keep_progress(shop.merchant.id, shop.store.id, scanned_until=None, failures=failures, retry_at=None)
        uow.commit()


def allow_days(shop: Shop, days: int) -> None:
    with shop.app.unit_of_work() as uow:
        uow.accounts.update(replace(uow.accounts.get(shop.merchant.id), held_too_long_days=days))
        uow.commit()
