"""A request that a provider with a system of its own gets later: at its time, and not before."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from support.clock import FixedClock
from support.remote_provider import RemoteSide, open_remote_side

from engine.model.job import Job, JobState
from engine.model.request import FulfillmentRequest, RequestState
from engine.services.connections.set_connection import set_connection
from storage.database import Database


def job_of(side: RemoteSide, request: FulfillmentRequest) -> Job:
    with side.app.reading() as unit:
        job = unit.jobs.find(side.merchant, f"send:{request.id}")
    assert job is not None
    return job


def put_off(side: RemoteSide, job: Job, until: datetime) -> None:
    with side.app.unit_of_work() as unit:
        unit.jobs.upsert_due(replace(job, not_before=until))
        unit.commit()


@pytest.fixture
def side(sqlite_database: Database, clock: FixedClock) -> Iterator[RemoteSide]:
    with open_remote_side(sqlite_database, clock) as opened:
        yield opened


def test_nothing_leaves_within_the_grace_period(side: RemoteSide) -> None:
    set_connection(side.app, side.owner, side.seen.connection.id, grace_minutes=30)
    request = side.delegate()
    side.later(29 * 60)
    assert side.server.calls == []

    side.later(61)

    assert side.request(request.id).state is RequestState.ACCEPTED


def test_what_it_gets_on_a_later_day_is_sent_then(side: RemoteSide) -> None:
    """However often the outbox is looked through for what a wrong clock has put off, and whoever tries it too early."""
    request = side.delegate(not_before=(side.clock.now() + timedelta(days=2)).isoformat())
    side.later()
    job = job_of(side, request)
    assert (job.state, job.not_before) == (JobState.DUE, request.not_before)
    put_off(side, job, side.clock.now())
    side.later()
    assert side.server.calls == []

    assert request.not_before is not None
    side.later((request.not_before - side.clock.now()).total_seconds())

    assert side.request(request.id).state is RequestState.ACCEPTED


def test_what_a_wrong_clock_has_put_off_is_sent_now(side: RemoteSide) -> None:
    request = side.delegate()
    put_off(side, job_of(side, request), side.clock.now() + timedelta(days=30))
    side.work_off()

    assert side.request(request.id).state is RequestState.ACCEPTED
