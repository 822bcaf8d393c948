"""Contract of the outbox."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from support.examples import NOON, a_job, an_account

from engine.model.job import NO_CHANNEL, UNDELIVERED, Job, JobKind, JobState
from engine.model.sentence import Sentence
from storage.database import Database

SECOND = timedelta(seconds=1)
NO_ANSWER, REFUSED = Sentence("no answer", "sin respuesta"), Sentence("refused", "rechazado")


@pytest.fixture
def account_id(database: Database) -> str:
    account = an_account()
    with database.unit_of_work() as unit:
        unit.accounts.add(account)
        unit.commit()
    return account.id


def keep(database: Database, *jobs: Job) -> int:
    with database.unit_of_work() as unit:
        added = unit.jobs.add_many(jobs)
        unit.commit()
    return added


def claim(database: Database, owner: str, now=NOON, kinds=()) -> Job | None:
    with database.unit_of_work() as unit:
        job = unit.jobs.claim(owner, now, now + 15 * SECOND, kinds)
        unit.commit()
    return job


def test_a_key_is_used_once_ever(database: Database, account_id: str) -> None:
    first = a_job(account_id, "a")
    assert keep(database, first, a_job(account_id, "b")) == 2
    assert keep(database, a_job(account_id, "b"), a_job(account_id, "c"), a_job(account_id, "c")) == 1
    assert keep(database) == 0
    claimed = claim(database, "me")
    with database.unit_of_work() as unit:
        unit.jobs.finish(claimed.id, "me", JobState.DONE, error=None, not_before=None)
        assert unit.jobs.add_many([a_job(account_id, claimed.key)]) == 0
        assert unit.jobs.count(JobState.DUE) == 2
        assert unit.jobs.count(JobState.DONE) == 1


def test_the_longest_due_job_comes_first_and_counts_the_attempt(database: Database, account_id: str) -> None:
    later = a_job(account_id, "later", not_before=NOON - SECOND)
    first = a_job(account_id, "first", not_before=NOON - 2 * SECOND)
    keep(database, later, first, a_job(account_id, "future", not_before=NOON + SECOND))
    claimed = claim(database, "me")
    assert (claimed.id, claimed.state, claimed.attempts) == (first.id, JobState.RUNNING, 1)
    assert claimed.payload == first.payload
    assert claim(database, "me").id == later.id
    assert claim(database, "me") is None


def test_only_the_wanted_kinds_are_claimed(database: Database, account_id: str) -> None:
    keep(database, a_job(account_id, "mail", kind=JobKind.ALERT), a_job(account_id, "import", kind=JobKind.IMPORT_STORE))
    assert claim(database, "me", kinds=[JobKind.DELEGATE]) is None
    assert claim(database, "me", kinds=[JobKind.DELEGATE, JobKind.IMPORT_STORE]).key == "import"


def test_a_lease_that_ran_out_is_due_again(database: Database, account_id: str) -> None:
    keep(database, a_job(account_id, "a"))
    job = claim(database, "dead")
    assert claim(database, "next", NOON + 14 * SECOND) is None
    with database.unit_of_work() as unit:
        assert unit.jobs.hold_lease(job.id, "dead", NOON + 20 * SECOND)
        assert not unit.jobs.hold_lease(job.id, "next", NOON + 99 * SECOND)
        unit.commit()
    assert claim(database, "next", NOON + 19 * SECOND) is None
    again = claim(database, "next", NOON + 20 * SECOND)
    assert (again.id, again.attempts) == (job.id, 2)
    with database.unit_of_work() as unit:
        assert not unit.jobs.hold_lease(job.id, "dead", NOON + 99 * SECOND)
        assert not unit.jobs.finish(job.id, "dead", JobState.DONE, error=None, not_before=None)
        assert unit.jobs.finish(job.id, "next", JobState.DONE, error=None, not_before=None)
        assert not unit.jobs.finish(job.id, "next", JobState.DEAD, error=None, not_before=None)


def test_a_failed_attempt_is_due_again_later_and_a_dead_job_never(database: Database, account_id: str) -> None:
    keep(database, a_job(account_id, "a", order_id="ord_1"))
    job = claim(database, "me")
    with database.unit_of_work() as unit:
        assert unit.jobs.finish(job.id, "me", JobState.DUE, error=NO_ANSWER, not_before=NOON + 60 * SECOND)
        unit.commit()
    assert claim(database, "me", NOON + 59 * SECOND) is None
    assert claim(database, "me", NOON + 60 * SECOND).last_error == NO_ANSWER
    with database.unit_of_work() as unit:
        assert unit.jobs.finish(job.id, "me", JobState.DEAD, error=REFUSED, not_before=None)
        unit.commit()
        (dead,) = unit.jobs.list_for_order(account_id, "ord_1")
    assert (dead.state, dead.attempts, dead.last_error) == (JobState.DEAD, 2, REFUSED)
    assert claim(database, "me", NOON + timedelta(days=30)) is None


def test_waiting_jobs_are_released_with_their_order(database: Database, account_id: str) -> None:
    waiting = a_job(account_id, "a", order_id="ord_1", state=JobState.WAITING, reason="on_hold")
    keep(database, waiting, a_job(account_id, "b", order_id="ord_2", state=JobState.WAITING))
    assert claim(database, "me") is None
    with database.unit_of_work() as unit:
        assert unit.jobs.release_waiting("acc_stranger", "ord_1", NOON) == 0
        assert unit.jobs.release_waiting(account_id, "ord_1", NOON + SECOND) == 1
        assert unit.jobs.release_waiting(account_id, "ord_1", NOON + SECOND) == 0
        unit.commit()
        (released,) = unit.jobs.list_for_order(account_id, "ord_1")
        assert unit.jobs.list_for_order("acc_stranger", "ord_1") == []
    assert (released.state, released.reason, released.not_before) == (JobState.DUE, None, NOON + SECOND)
    assert claim(database, "me", NOON + SECOND).key == "a"


def test_a_release_leaves_what_nothing_delivers_waiting(database: Database, account_id: str) -> None:
    for kind in UNDELIVERED:
        keep(database, a_job(account_id, kind, kind=kind, order_id="ord_1", state=JobState.WAITING, reason=NO_CHANNEL))
    with database.unit_of_work() as unit:
        assert unit.jobs.release_waiting(account_id, "ord_1", NOON) == 0
        kept = unit.jobs.list_for_order(account_id, "ord_1")
    assert [(job.state, job.reason) for job in kept] == [(JobState.WAITING, NO_CHANNEL)] * len(UNDELIVERED)


def test_two_claimers_never_get_the_same_job(database: Database, account_id: str) -> None:
    keep(database, *(a_job(account_id, str(number)) for number in range(40)))

    def work_off(owner: str) -> list[str]:
        return [job.key for job in iter(lambda: claim(database, owner), None)]

    with ThreadPoolExecutor(4) as pool:
        claimed = Counter(key for keys in pool.map(work_off, "abcd") for key in keys)
    assert claimed == Counter(str(number) for number in range(40))


def job_named(database: Database, account_id: str, key: str) -> Job:
    with database.reading_unit_of_work() as unit:
        [job] = [job for job in unit.jobs.list_for_order(account_id, "ord_1") if job.key == key]
    return job


def test_one_job_is_claimed_by_its_id(database: Database, account_id: str) -> None:
    first, wanted = a_job(account_id, "a"), a_job(account_id, "b")
    future = a_job(account_id, "c", not_before=NOON + SECOND)
    keep(database, first, wanted, future)
    with database.unit_of_work() as unit:
        claimed = unit.jobs.claim("me", NOON, NOON + SECOND, job_id=wanted.id)
        assert claimed is not None
        assert claimed.key == "b"
        assert unit.jobs.claim("me", NOON, NOON + SECOND, job_id=wanted.id) is None
        assert unit.jobs.claim("me", NOON, NOON + SECOND, job_id=future.id) is None
        assert unit.jobs.claim("me", NOON, NOON + SECOND, job_id="job_unknown") is None


@pytest.mark.parametrize("state", [JobState.DUE, JobState.WAITING, JobState.DEAD])
def test_what_has_not_begun_is_called_off(database: Database, account_id: str, state: JobState) -> None:
    keep(database, a_job(account_id, "a", order_id="ord_1", state=state, reason="on_hold"))
    with database.unit_of_work() as unit:
        assert unit.jobs.cancel(account_id, "a")
        assert not unit.jobs.cancel(account_id, "a")
        assert not unit.jobs.cancel(account_id, "unknown")
        unit.commit()
    job = job_named(database, account_id, "a")
    assert (job.state, job.reason) == (JobState.DONE, "called_off")
    assert claim(database, "me") is None


def test_what_runs_is_not_called_off(database: Database, account_id: str) -> None:
    keep(database, a_job(account_id, "a", order_id="ord_1"))
    claimed = claim(database, "me")
    with database.unit_of_work() as unit:
        assert not unit.jobs.cancel(account_id, "a")
        unit.commit()
        assert unit.jobs.finish(claimed.id, "me", JobState.DONE, error=None, not_before=None)


@pytest.mark.parametrize("state", [JobState.DUE, JobState.WAITING])
def test_what_has_not_begun_is_given_up_for_a_person_to_see(database: Database, account_id: str, state: JobState) -> None:
    keep(database, a_job(account_id, "a", order_id="ord_1", state=state, reason="asks"))
    with database.unit_of_work() as unit:
        assert unit.jobs.give_up(account_id, "a", REFUSED)
        assert not unit.jobs.give_up(account_id, "a", NO_ANSWER)
        assert not unit.jobs.give_up(account_id, "unknown", REFUSED)
        unit.commit()
    job = job_named(database, account_id, "a")
    assert (job.state, job.reason, job.last_error) == (JobState.DEAD, None, REFUSED)
    assert claim(database, "me") is None


def test_what_runs_or_is_done_is_not_given_up(database: Database, account_id: str) -> None:
    keep(database, a_job(account_id, "a", order_id="ord_1"))
    claimed = claim(database, "me")
    with database.unit_of_work() as unit:
        assert not unit.jobs.give_up(account_id, "a", REFUSED)
        assert unit.jobs.finish(claimed.id, "me", JobState.DONE, error=None, not_before=None)
        assert not unit.jobs.give_up(account_id, "a", REFUSED)


def test_what_was_called_off_or_given_up_begins_anew_when_armed(database: Database, account_id: str) -> None:
    job = a_job(account_id, "a", order_id="ord_1")
    keep(database, job)
    claim(database, "me")
    with database.unit_of_work() as unit:
        unit.jobs.finish(job.id, "me", JobState.DEAD, error=REFUSED, not_before=None)
        unit.commit()
    with database.unit_of_work() as unit:
        unit.jobs.upsert_due(a_job(account_id, "a", order_id="ord_1", payload={"tried": True}, not_before=NOON + SECOND))
        unit.commit()
    armed = job_named(database, account_id, "a")
    assert (armed.id, armed.state, armed.attempts, armed.reason, armed.last_error) == (job.id, JobState.DUE, 0, None, None)
    assert (armed.payload, armed.not_before) == ({"tried": True}, NOON + SECOND)


def test_a_job_is_found_by_its_key(database: Database, account_id: str) -> None:
    job = a_job(account_id, "a")
    keep(database, job, a_job(account_id, "b"))
    with database.reading_unit_of_work() as unit:
        assert unit.jobs.find(account_id, "a") == job
        assert unit.jobs.find(account_id, "c") is None


def test_open_jobs_of_several_orders_are_read_together(database: Database, account_id: str) -> None:
    first = a_job(account_id, "a", order_id="ord_1")
    later = a_job(account_id, "b", order_id="ord_1", created_at=NOON + SECOND, state=JobState.DEAD)
    done = a_job(account_id, "c", order_id="ord_2", state=JobState.DONE)
    keep(database, later, first, done, a_job(account_id, "d", order_id="ord_3"))
    with database.reading_unit_of_work() as unit:
        assert unit.jobs.by_order(account_id, ["ord_1", "ord_2"]) == {"ord_1": [first, later]}
        assert unit.jobs.by_order("acc_stranger", ["ord_1"]) == {}


def test_of_many_jobs_of_an_order_the_last_are_read_with_all_that_are_open(database: Database, account_id: str) -> None:
    done = [
        a_job(account_id, f"d{number}", order_id="ord_1", created_at=NOON + number * SECOND, state=JobState.DONE)
        for number in range(4)
    ]
    old = a_job(account_id, "old", order_id="ord_1", created_at=NOON - SECOND)
    keep(database, *done, old, a_job(account_id, "other", order_id="ord_2"))
    with database.reading_unit_of_work() as unit:
        assert unit.jobs.list_last(account_id, "ord_1", 2) == [old, *done[2:]]
        assert unit.jobs.list_last("acc_stranger", "ord_1", 2) == []
