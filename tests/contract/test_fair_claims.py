"""Whose job is claimed: by priority, kind and account in turn, by way of an index, and past leases that are void."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import text
from support.examples import NOON, a_job, an_account

from engine.model.job import ORDINARY, PERSON_WAITS, Job, JobKind, JobState
from engine.model.lease import LEASE
from storage.database import Database
from storage.work.outbox import _ABANDONED, _ANY_DUE, _TURN

SECOND, MONTH = timedelta(seconds=1), timedelta(days=30)
MANY = 100_000


@pytest.fixture
def accounts(database: Database) -> list[str]:
    """Ids of three accounts, ascending."""
    made = [an_account(f"account-{number}") for number in range(3)]
    with database.unit_of_work() as unit:
        for account in made:
            unit.accounts.add(account)
        unit.commit()
    return sorted(account.id for account in made)


def keep(database: Database, *jobs: Job) -> None:
    with database.unit_of_work() as unit:
        unit.jobs.add_many(jobs)
        unit.commit()


def fill(database: Database, account_id: str, count: int, kind: JobKind = JobKind.DELEGATE, state: str = "due") -> None:
    """Many jobs, due one after the other since an hour ago."""
    values = "'{prefix}' || i, :account, :kind, '{prefix}' || i, '{{}}', :at, :at, :state, 0, 1"
    with database.begin() as connection:
        connection.execute(
            text(
                "INSERT INTO jobs (id, account_id, kind, key, payload, created_at, not_before, state, attempts, priority) "
                "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :count) "
                f"SELECT {values.format(prefix=f'{account_id}-{kind.value}-{state}-')} FROM n"
            ),
            {
                "account": account_id,
                "kind": kind.value,
                "state": state,
                "count": count,
                "at": (NOON - timedelta(hours=1)).isoformat(timespec="microseconds") if database.is_sqlite else NOON - MONTH,
            },
        )


def claim(database: Database, kinds=(JobKind.DELEGATE,), **how) -> Job | None:
    with database.unit_of_work() as unit:
        job = unit.jobs.claim("me", NOON, NOON + LEASE, kinds, **how)
        unit.commit()
    return job


def claim_in_turn(database: Database, count: int, kinds=(JobKind.DELEGATE,)) -> list[Job]:
    last: dict[str, str] = {}
    claimed = []
    for _ in range(count):
        job = claim(database, kinds, after=last)
        assert job is not None
        last[job.kind] = job.account_id
        claimed.append(job)
    return claimed


def test_an_account_with_one_job_does_not_wait_for_one_with_ten_thousand(database: Database, accounts: list[str]) -> None:
    first, second, third = accounts
    fill(database, first, 10_000)
    keep(database, a_job(second, "one"), a_job(third, "a"), a_job(third, "b"))

    turns = [job.account_id for job in claim_in_turn(database, 6)]

    assert turns == [first, second, third, first, third, first]


def test_of_an_account_the_longest_due_job_has_the_turn(database: Database, accounts: list[str]) -> None:
    for age in (1, 3, 2):
        keep(database, a_job(accounts[0], f"{age}", not_before=NOON - age * SECOND))
    keep(database, a_job(accounts[0], "later", not_before=NOON + SECOND))

    assert [job.key for job in claim_in_turn(database, 3)] == ["3", "2", "1"]
    assert claim(database) is None


def test_an_account_that_has_nothing_due_yet_is_passed_over(database: Database, accounts: list[str]) -> None:
    keep(database, a_job(accounts[0], "later", not_before=NOON + SECOND), a_job(accounts[1], "now"))

    assert claim(database).key == "now"


def test_an_account_without_room_has_no_turn(database: Database, accounts: list[str]) -> None:
    keep(database, a_job(accounts[0], "a"), a_job(accounts[1], "b"))

    assert claim(database, avoid=[accounts[0]]).key == "b"
    assert claim(database, avoid=[accounts[0]]) is None
    assert claim(database).key == "a"


def test_what_a_person_waits_for_goes_before_all_else_of_every_account(database: Database, accounts: list[str]) -> None:
    fill(database, accounts[0], 100)
    keep(database, a_job(accounts[0], "wish", priority=PERSON_WAITS), a_job(accounts[1], "b"))
    keep(database, a_job(accounts[2], "another wish", priority=PERSON_WAITS, not_before=NOON))

    keys = [job.key for job in claim_in_turn(database, 3)]

    assert keys[:2] == ["wish", "another wish"]


def test_kinds_are_tried_in_the_given_order(database: Database, accounts: list[str]) -> None:
    keep(database, a_job(accounts[0], "d"), a_job(accounts[0], "a", kind=JobKind.ALERT))

    assert claim(database, (JobKind.ALERT, JobKind.DELEGATE)).key == "a"
    assert claim(database, (JobKind.ALERT, JobKind.DELEGATE)).key == "d"


def test_a_release_makes_waiting_jobs_urgent_when_a_person_asked_for_it(database: Database, accounts: list[str]) -> None:
    held = a_job(accounts[1], "held", order_id="ord_1", state=JobState.WAITING)
    keep(database, held, a_job(accounts[0], "other", not_before=NOON - SECOND))
    with database.unit_of_work() as unit:
        unit.jobs.release_waiting(accounts[1], "ord_1", NOON, priority=PERSON_WAITS)
        unit.commit()

    assert (claimed := claim(database)).key == "held"
    assert claimed.priority == PERSON_WAITS
    assert claim(database).priority == ORDINARY


def plan(database: Database, query, **values) -> str:
    explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
    explained = text(explain + query.text).bindparams(*query._bindparams.values())
    with database.begin_reading() as connection:
        rows = connection.execute(explained, values).all()
    return "\n".join(str(row[-1]) for row in rows)


@pytest.mark.parametrize("analysed", [True, False])
def test_a_claim_neither_sorts_nor_scans_what_is_due(database: Database, accounts: list[str], analysed: bool) -> None:
    for number, account_id in enumerate(accounts):
        fill(database, account_id, MANY // 10 if number else MANY)
        fill(database, account_id, 1000, JobKind.IMPORT_STORE)
        fill(database, account_id, 1000, state="done")
    if analysed or not database.is_sqlite:  # PostgreSQL does it by itself, though not at once
        with database.begin() as connection:
            connection.execute(text("ANALYZE jobs"))
    kinds = [kind.value for kind in JobKind]
    plans = {
        "turn": plan(database, _TURN, now=NOON, priority=1, kind="delegate", after=accounts[0], avoid=[accounts[1]]),
        "any due": plan(database, _ANY_DUE, now=NOON, kind="delegate"),
        "abandoned": plan(database, _ABANDONED, now=NOON, void=NOON + LEASE, kinds=kinds, avoid=[]),
    }

    scans = ("SCAN jobs", "Seq Scan on jobs", "TEMP B-TREE", "Sort")
    for name in ("turn", "any due"):
        assert "ix_jobs_due" in plans[name]
        assert not [part for part in scans if part in plans[name]], plans[name]
    assert "ix_jobs_running" in plans["abandoned"]
    assert [job.account_id for job in claim_in_turn(database, 4)] == [*accounts, accounts[0]]


def test_a_lease_that_a_wrong_clock_wrote_is_void(database: Database, accounts: list[str]) -> None:
    keep(database, a_job(accounts[0], "a", not_before=NOON))
    with database.unit_of_work() as unit:
        assert unit.jobs.claim("ahead", NOON + MONTH, NOON + MONTH + LEASE) is not None
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert unit.jobs.has_due(NOON)

    again = claim(database)

    assert (again.key, again.attempts) == ("a", 2)
    with database.unit_of_work() as unit:
        assert not unit.jobs.finish(again.id, "ahead", JobState.DONE, error=None, not_before=None)
        assert unit.jobs.finish(again.id, "me", JobState.DONE, error=None, not_before=None)


def test_a_lease_of_a_clock_that_is_a_little_ahead_is_good(database: Database, accounts: list[str]) -> None:
    keep(database, a_job(accounts[0], "a", not_before=NOON))
    with database.unit_of_work() as unit:
        assert unit.jobs.claim("ahead", NOON + 2 * SECOND, NOON + 2 * SECOND + LEASE) is not None
        unit.commit()
    with database.reading_unit_of_work() as unit:
        assert not unit.jobs.has_due(NOON)
    assert claim(database) is None


def test_named_leases_and_imports_of_a_wrong_clock_are_void(database: Database, accounts: list[str]) -> None:
    far = NOON + MONTH
    with database.unit_of_work() as unit:
        assert unit.leases.take(accounts[0], "write_back:1", "ahead", far, far + LEASE)
        assert unit.leases.take(accounts[0], "write_back:1", "me", NOON, NOON + LEASE)
        assert not unit.leases.take(accounts[0], "write_back:1", "other", NOON + SECOND, NOON + SECOND + LEASE)


def test_what_a_wrong_clock_has_put_off_is_pulled_forward_and_what_is_planned_stays(
    database: Database, accounts: list[str]
) -> None:
    keep(
        database,
        a_job(accounts[0], "effect:1", not_before=NOON + MONTH),
        a_job(accounts[0], "refresh:sto_1@x", not_before=NOON + MONTH),
        a_job(accounts[0], "retried", not_before=NOON + timedelta(hours=1)),
        a_job(accounts[0], "waits", not_before=NOON + MONTH, state=JobState.WAITING),
    )
    with database.unit_of_work() as unit:
        assert unit.jobs.pull_due(NOON, timedelta(hours=2), ("refresh:", "daily:")) == 1
        assert unit.jobs.pull_due(NOON, timedelta(hours=2), ("refresh:", "daily:")) == 0
        unit.commit()

    assert claim(database).key == "effect:1"
    assert claim(database) is None


def test_claims_of_several_processes_share_the_work(database: Database, accounts: list[str]) -> None:
    for account_id in accounts:
        fill(database, account_id, 10)

    claimed = Counter(job.account_id for job in claim_in_turn(database, 30))

    assert claimed == dict.fromkeys(accounts, 10)
    assert claim(database) is None
