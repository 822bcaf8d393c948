"""Contract of jobs that come again under one key: armed as often as there is reason, run once at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest
from support.examples import NOON, a_job, an_account_with_store

from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import Sentence
from engine.model.store import Store
from storage.database import Database, open_database
from storage.secret_box import SecretBox

SECOND = timedelta(seconds=1)
NO_ANSWER = Sentence("no answer", "sin respuesta")


@pytest.fixture
def store(database: Database) -> Store:
    with database.unit_of_work() as unit:
        kept = an_account_with_store(unit)
        unit.commit()
    return kept


def the_job(store: Store, at=NOON, **changes) -> Job:
    values = {"kind": JobKind.READ_CHANGES, "payload": {"store_id": store.id}, "not_before": at, **changes}
    return a_job(store.account_id, "changes:1", **values)


def upsert_due(database: Database, job: Job, *, patient: bool = False) -> bool:
    with database.unit_of_work() as unit:
        due = unit.jobs.upsert_due(job, patient=patient)
        unit.commit()
    return due


def claim(database: Database, at=NOON) -> Job | None:
    with database.unit_of_work() as unit:
        job = unit.jobs.claim("me", at, at + 15 * SECOND)
        unit.commit()
    return job


def finish(database: Database, job: Job, state: JobState, not_before=None, **how) -> None:
    with database.unit_of_work() as unit:
        assert unit.jobs.finish(job.id, "me", state, error=how.pop("error", None), not_before=not_before, **how)
        unit.commit()


def test_a_job_is_armed_anew_when_it_was_done(database: Database, store: Store) -> None:
    assert upsert_due(database, the_job(store))
    first = claim(database)
    finish(database, first, JobState.DONE)
    assert claim(database) is None

    assert upsert_due(database, the_job(store, NOON + SECOND, payload={"store_id": "other"}))

    assert claim(database) is None
    again = claim(database, NOON + SECOND)
    assert (again.id, again.attempts, again.payload) == (first.id, 1, {"store_id": "other"})


def test_a_running_job_goes_on_running(database: Database, store: Store) -> None:
    upsert_due(database, the_job(store))
    job = claim(database)

    assert not upsert_due(database, the_job(store, NOON + SECOND))

    assert claim(database, NOON + 2 * SECOND) is None
    finish(database, job, JobState.DONE)


@pytest.mark.parametrize("patient", [False, True])
def test_what_failed_is_hurried_unless_patience_is_asked_for(database: Database, store: Store, patient: bool) -> None:
    upsert_due(database, the_job(store))
    finish(database, claim(database), JobState.DUE, NOON + 60 * SECOND, error=NO_ANSWER)

    due = upsert_due(database, the_job(store, NOON + SECOND), patient=patient)

    assert due is not patient
    early = claim(database, NOON + SECOND)
    assert (early is None) is patient
    assert (early or claim(database, NOON + 60 * SECOND)).attempts == (2 if patient else 1)


@pytest.mark.parametrize("state", [JobState.DEAD, JobState.DONE])
def test_patience_does_not_keep_what_has_ended(database: Database, store: Store, state: JobState) -> None:
    upsert_due(database, the_job(store))
    finish(database, claim(database), state)

    assert upsert_due(database, the_job(store, NOON + SECOND), patient=True)

    assert claim(database, NOON + SECOND).attempts == 1


def test_an_attempt_that_could_not_begin_does_not_count(database: Database, store: Store) -> None:
    upsert_due(database, the_job(store))
    for second in range(3):
        job = claim(database, NOON + second * SECOND)
        assert job.attempts == 1
        finish(database, job, JobState.DUE, NOON + (second + 1) * SECOND, counted=False)


def test_calling_off_ends_what_has_not_begun(database: Database, store: Store) -> None:
    def cancel(key: str = "changes:1") -> bool:
        with database.unit_of_work() as unit:
            ended = unit.jobs.cancel(store.account_id, key)
            unit.commit()
        return ended

    assert not cancel()
    upsert_due(database, the_job(store))
    assert not cancel("changes:2")
    assert cancel()
    assert claim(database) is None
    assert not cancel(), "it has ended already"

    upsert_due(database, the_job(store))
    job = claim(database)
    assert not cancel(), "it runs"
    finish(database, job, JobState.DEAD, error=NO_ANSWER)
    assert cancel()
    upsert_due(database, the_job(store))
    assert claim(database) is not None, "what was called off can be armed"


def test_only_the_asked_kinds_count_as_due(database: Database, store: Store) -> None:
    upsert_due(database, the_job(store))
    with database.reading_unit_of_work() as unit:
        assert unit.jobs.has_due(NOON)
        assert unit.jobs.has_due(NOON, [JobKind.ALERT, JobKind.READ_CHANGES])
        assert not unit.jobs.has_due(NOON, [JobKind.ALERT])


@pytest.mark.postgresql
def test_whoever_finishes_sees_what_came_before_it_or_is_armed_after_it(postgresql_url: str, secrets: SecretBox) -> None:
    """Arming and finishing at the same moment, each in its thread: never is a change left without a job that is due."""
    database = open_database(postgresql_url, secrets)
    try:
        with database.unit_of_work() as unit:
            store = an_account_with_store(unit)
            unit.commit()
        for round_ in range(60):
            upsert_due(database, the_job(store))
            job = claim(database)
            together = threading.Barrier(2)
            with ThreadPoolExecutor(2) as pool:
                told = pool.submit(_tell, database, store, together, NOON + round_ * SECOND)
                ended = pool.submit(_end, database, store, job, together)
                told.result(10)
                ended.result(10)
            with database.unit_of_work() as unit:
                assert [change for change, _ in unit.pending_changes.list_oldest(store.account_id, store.id, 9)] == ["41"]
                assert unit.jobs.has_due(NOON), f"lost in round {round_}"
                unit.pending_changes.remove_all(store.account_id, store.id)
                unit.commit()
    finally:
        database.close()


def _tell(database: Database, store: Store, together: threading.Barrier, at) -> None:
    with database.unit_of_work() as unit:
        together.wait(60)
        unit.pending_changes.add(store.account_id, store.id, ["41"], at)
        unit.jobs.upsert_due(the_job(store), patient=True)
        unit.commit()


def _end(database: Database, store: Store, job: Job, together: threading.Barrier) -> None:
    with database.unit_of_work() as unit:
        together.wait(60)
        assert unit.jobs.finish(job.id, "me", JobState.DONE, error=None, not_before=None)
        if unit.pending_changes.list_oldest(store.account_id, store.id, 1):
            unit.jobs.upsert_due(replace(the_job(store), id="job_again"), patient=True)
        unit.commit()
