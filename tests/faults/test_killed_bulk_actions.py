"""Whoever works on a bulk action is killed before and after each commit: each order has one turn in the end."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier

import pytest
from support.bulk_killer import BulkKiller
from support.clock import FixedClock
from support.rule_runs import decisions, publish
from support.shop import ready
from support.two_sides import TwoSides, open_two_sides

from engine.model.bulk_action import BulkAction, BulkState
from engine.services.bulk import run
from engine.services.bulk.results import get_bulk_action
from engine.services.bulk.run import work_on
from engine.services.bulk.start import BulkWish, start_bulk_action, undo_bulk_action
from storage.database import Database

NUMBERS = [f"{number}" for number in range(2, 8)]
WISHES = {"hold": {"reason": "Stock count"}, "delegate": {"provider": "acme-3pl"}, "rules": {}}


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(database, clock)
    sides.shop.import_all(*(ready(number) for number in NUMBERS))
    return sides


@pytest.fixture
def killer(sides: TwoSides, database_url: str) -> Iterator[BulkKiller]:
    started = BulkKiller(database_url)
    yield started
    started.end()


def begun(sides: TwoSides, kind: str) -> BulkAction:
    ids = [sides.shop.order_id(number) for number in NUMBERS]
    return start_bulk_action(sides.app, sides.merchant, BulkWish(kind, ids, WISHES[kind]), sides.owner.id).action


def kill_all_the_way(sides: TwoSides, killer: BulkKiller, clock: FixedClock) -> int:
    """Each child dies a commit further, or on the other side of it; how many have died until one came to the end."""
    deaths = 0
    while True:
        clock.sleep(timedelta(hours=1).total_seconds())  # what the dead one had claimed is free again
        ended = killer.run(clock.now(), deaths // 2 + 1, ("before", "after")[deaths % 2])
        if ended == 0:
            return deaths
        assert ended == -signal.SIGKILL
        deaths += 1


def audited(sides: TwoSides, action: str) -> Counter[str]:
    """How often each order has an entry of this kind."""
    with sides.app.reading() as unit:
        found = {number: unit.audit.list_for(sides.merchant, sides.shop.order_id(number)) for number in NUMBERS}
    return Counter(number for number, entries in found.items() for entry in entries if entry.action == action)


@pytest.mark.parametrize(
    ("kind", "entry", "back"),
    [
        ("hold", "order.held", "order.hold_ended"),
        ("delegate", "order.delegated", "order.recalled"),
        ("rules", "order.reprocessed", ""),
    ],
)
def test_each_order_has_one_turn_wherever_the_worker_dies(
    sides: TwoSides, killer: BulkKiller, clock: FixedClock, kind: str, entry: str, back: str
) -> None:
    publish(sides.shop, "{id: t, 'on': [reprocess], when: always, then: [{do: add_tag, tag: seen}]}")
    action = begun(sides, kind)
    assert kill_all_the_way(sides, killer, clock) > 4
    ended = get_bulk_action(sides.app, sides.merchant, action.id).action
    assert (ended.state, ended.done) == (BulkState.DONE, len(NUMBERS))
    assert audited(sides, entry) == dict.fromkeys(NUMBERS, 1)
    if not back:
        assert [len(decisions(sides.shop, number)) for number in NUMBERS] == [2] * len(NUMBERS), "the import, and the one turn"
        return
    undo_bulk_action(sides.app, sides.merchant, action.id, sides.owner.id)
    assert kill_all_the_way(sides, killer, clock) > 4
    assert audited(sides, back) == dict.fromkeys(NUMBERS, 1)
    assert {sides.order(number).status() for number in NUMBERS} == {"awaiting_shipment"}


def test_two_who_work_at_once_share_the_orders(sides: TwoSides, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run, "ORDERS_A_TURN", 1)
    action = begun(sides, "hold")
    together = Barrier(2)

    def work() -> None:
        together.wait(60)
        while work_on(sides.app, sides.merchant, action.id).is_running:
            pass

    with ThreadPoolExecutor(2) as workers:
        for worker in [workers.submit(work) for _ in range(2)]:
            worker.result()
    assert get_bulk_action(sides.app, sides.merchant, action.id).action.done == len(NUMBERS)
    assert audited(sides, "order.held") == dict.fromkeys(NUMBERS, 1)
