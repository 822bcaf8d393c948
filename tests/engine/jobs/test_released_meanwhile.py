"""An order that is released in the very moment in which its request finds it held."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, edit, jobs_of, order_of, publish, release, requests_of
from support.shop import Shop, open_shop, ready

from engine.jobs.kinds import JOB_TYPES
from engine.jobs.registry import JobResult
from engine.model.job import JobKind, JobState
from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(sqlite_database, clock, rules=None)
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(ready("1"))
    return shop


@pytest.mark.parametrize("released", [True, False])
def test_a_request_waits_for_a_release_unless_it_came_meanwhile(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, released: bool
) -> None:
    edit(shop, "1", status="on_hold")
    attempts = []
    real = JOB_TYPES[JobKind.DELEGATE].handle

    def attempt(*arguments: object) -> JobResult:
        worked = real(*arguments)  # type: ignore[arg-type]
        attempts.append(worked.state)
        if released and len(attempts) == 1:
            release(shop)
        return worked

    monkeypatch.setitem(JOB_TYPES, JobKind.DELEGATE, replace(JOB_TYPES[JobKind.DELEGATE], handle=attempt))
    shop.work_off()

    assert attempts == [JobState.WAITING, JobState.DONE][: 1 + released]
    [job] = jobs_of(shop)
    assert (job.state, len(requests_of(shop))) == ((JobState.DONE, 1) if released else (JobState.WAITING, 0))
    assert order_of(shop).status() == ("pending_fulfillment" if released else "on_hold")
