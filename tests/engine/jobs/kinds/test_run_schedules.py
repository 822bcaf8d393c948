"""The job that runs rules by the clock: some orders at a time, then it is another account's turn."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.rule_runs import publish
from support.scheduled_rules import HOURLY, tags
from support.shop import Shop, open_shop, ready

from engine.jobs.worker import process_next_job
from engine.model.job import JobKind, JobState, schedules_key
from engine.services.deciding import scheduled_runs
from engine.services.deciding.schedules import arm_schedules
from engine.services.stores.sessions import SessionPool
from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def state_of(shop: Shop) -> tuple[JobState, int]:
    with shop.database.reading_unit_of_work() as unit:
        job = unit.jobs.find(shop.merchant.id, schedules_key(shop.merchant.id))
    assert job is not None
    return job.state, job.attempts


def test_a_turn_that_leaves_something_to_do_is_due_again_at_once_and_counts_for_nothing(
    shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scheduled_runs, "AT_ONCE", 1)
    monkeypatch.setattr(scheduled_runs, "STEPS_A_TURN", 2)
    numbers = [f"{number}" for number in range(2)]
    publish(shop, HOURLY)
    shop.import_all(*(ready(number) for number in numbers))
    arm_schedules(shop.app)
    clock.sleep(3600)
    arm_schedules(shop.app)
    assert state_of(shop) == (JobState.DUE, 0)

    notes, states = [], []
    with SessionPool(shop.app) as sessions:
        while (worked := process_next_job(shop.app, "test", sessions, [JobKind.RUN_SCHEDULES])) is not None:
            notes.append(worked.note)
            states.append(state_of(shop))

    assert notes == ["orders: 1", "orders: 1", "orders: 0"]
    assert states == [(JobState.DUE, 0), (JobState.DUE, 0), (JobState.DONE, 1)]
    assert [tags(shop, number) for number in numbers] == [["hourly"], ["hourly"]]
