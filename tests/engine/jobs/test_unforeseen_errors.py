"""Jobs that fail in ways that nobody foresaw: in their handler, at their end, or with the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise
from typing import Any

import pytest
from structlog.testing import capture_logs
from support.clock import FixedClock
from support.shop import Shop, open_shop, ready

from engine.application import Application
from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.kinds import JOB_TYPES
from engine.jobs.registry import MAX_ATTEMPTS, JobResult
from engine.jobs.worker import drain, process_next_job
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, JobState
from engine.model.sentence import Sentence
from engine.ports import CredentialsRefused, StoreUnavailable
from engine.services.deciding.publish_rules import publish_rules
from engine.services.lease import LEASE
from engine.services.stores.sessions import SessionPool
from storage.database import Database
from storage.errors import DatabaseUnavailable

RULES = b"""
name: r
rules:
  - {id: s, when: always, then: [{do: set_logistics_provider, provider: acme-3pl, send: true}]}
"""


def open_delegating(database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(database, clock, rules=None)
    publish_rules(shop.app, shop.merchant.slug, RULES)
    shop.import_all(ready("1"))
    return shop


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_delegating(sqlite_database, clock)


def the_job(shop: Shop) -> Job:
    with shop.database.reading_unit_of_work() as unit:
        [job] = [job for job in unit.jobs.list_for_order(shop.merchant.id, shop.order_id("1")) if job.kind is JobKind.DELEGATE]
    return job


def requests(shop: Shop) -> int:
    with shop.database.reading_unit_of_work() as unit:
        return len(unit.requests.list_for_provider(shop.provider.id))


def alerts(shop: Shop) -> list[str]:
    with shop.database.reading_unit_of_work() as unit:
        return [alert.message.format("en") for alert in unit.alerts.list_for(shop.merchant.id)]


def break_notes(shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(_session: object, _number: str) -> Sequence[str]:
        raise error

    monkeypatch.setattr("support.shop._Session.order_notes", fail)


def work(shop: Shop) -> Any:
    """The next job, but for what the provider's account does about what it was handed."""
    kinds = [kind for kind in JOB_TYPES if kind is not JobKind.READ_CHANGES]
    with SessionPool(shop.app) as sessions:
        return process_next_job(shop.app, "w", sessions, kinds)


def import_job(shop: Shop, **payload: str) -> None:
    now = shop.app.clock.now()
    job = Job(
        new_id("job"), shop.merchant.id, JobKind.IMPORT_STORE, new_id("key"), {"store_id": shop.store.id, **payload}, now, now
    )
    with shop.database.unit_of_work() as unit:
        unit.jobs.add_many([job])
        unit.commit()


def fail_with(monkeypatch: pytest.MonkeyPatch, kind: JobKind, *errors: Exception) -> None:
    """The first attempts at jobs of a kind fail like this, the later ones as ever."""
    left, handler = list(errors), JOB_TYPES[kind].handle

    def fail(app: Application, job: Job, sessions: SessionPool) -> JobResult:
        if left:
            raise left.pop(0)
        return handler(app, job, sessions)

    monkeypatch.setitem(JOB_TYPES, kind, replace(JOB_TYPES[kind], handle=fail))


def test_an_error_that_nobody_foresaw_backs_off_and_is_kept_in_words(
    shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    fail_with(monkeypatch, JobKind.DELEGATE, *(KeyError("secret-value") for _ in range(MAX_ATTEMPTS)))
    waits = []
    for attempt in range(1, MAX_ATTEMPTS):
        assert drain(shop.app, "w") == 1
        job = the_job(shop)
        assert (job.state, job.attempts) == (JobState.DUE, attempt)
        assert job.last_error == Sentence(
            f"an error that nobody foresaw (KeyError); the log has the details, under the job {job.id}.",
            f"un error que nadie había previsto (KeyError); el registro tiene los detalles, con el trabajo {job.id}.",
        )
        waits.append((job.not_before - clock.now()).total_seconds())
        assert drain(shop.app, "w") == 0, "it is not tried again at once"
        clock.sleep(waits[-1])

    assert 15 <= waits[0] <= 25
    assert all(later > earlier for earlier, later in pairwise(waits[:7]))
    drain(shop.app, "w")
    assert the_job(shop).state is JobState.DEAD
    assert len(alerts(shop)) == 1
    assert "an error that nobody foresaw (KeyError)" in alerts(shop)[0]
    with shop.database.reading_unit_of_work() as unit:
        assert NEEDS_ATTENTION in unit.orders.get(shop.merchant.id, shop.order_id("1")).flags


def test_the_log_has_the_details_of_what_nobody_foresaw(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    fail_with(monkeypatch, JobKind.DELEGATE, KeyError("the key"))

    with capture_logs() as lines:
        drain(shop.app, "w")

    [line] = [line for line in lines if line["event"] == "job.failed"]
    assert (line["log_level"], line["job"], repr(line["exc_info"])) == ("error", the_job(shop).id, "KeyError('the key')")


def test_an_error_does_not_keep_later_jobs_from_being_done(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    shop.import_all(ready("1"), ready("2"), ready("3"))
    fail_with(monkeypatch, JobKind.DELEGATE, KeyError("x"), ZeroDivisionError(), AttributeError())
    import_job(shop)
    seen: list[JobState] = []

    assert drain(shop.app, "w", lambda worked: seen.append(worked.state)) == 4

    assert seen == [JobState.DUE, JobState.DUE, JobState.DUE, JobState.DONE]


def test_an_error_of_the_database_in_a_handler_is_told_in_its_own_words(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    error = DatabaseUnavailable(problem="disk I/O error")
    fail_with(monkeypatch, JobKind.DELEGATE, error)

    worked = work(shop)

    assert (worked.state, worked.error) == (JobState.DUE, Sentence.of(error.message))
    assert the_job(shop).last_error == Sentence.of(error.message)


@pytest.mark.parametrize("error", [KeyError("x"), DatabaseUnavailable(problem="locked")])
def test_what_cannot_be_finished_is_kept_as_failed_and_tried_again(
    shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    """Here: an alert of a dead job cannot be written."""
    fail_with(monkeypatch, JobKind.DELEGATE, CredentialsRefused("no"))
    with monkeypatch.context() as patch:

        def fail(*_given: object) -> None:
            raise error

        patch.setattr("storage.work.records.SqlAlerts.add", fail)
        worked = work(shop)

    assert (worked.state, the_job(shop).state, the_job(shop).attempts) == (JobState.DUE, JobState.DUE, 1)
    assert the_job(shop).last_error == worked.error
    assert the_job(shop).not_before > clock.now()
    clock.sleep(60)
    drain(shop.app, "w")
    assert (the_job(shop).state, requests(shop)) == (JobState.DONE, 1)


def test_what_can_be_kept_in_no_way_is_free_again_when_the_lease_ends(
    shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:

        def fail(*_given: object, **_options: object) -> bool:
            raise DatabaseUnavailable(problem="locked")

        patch.setattr("storage.work.outbox.Outbox.finish", fail)
        work(shop)
    assert the_job(shop).state is JobState.RUNNING

    clock.sleep(LEASE.total_seconds() + 1)
    drain(shop.app, "w")

    assert (the_job(shop).state, requests(shop)) == (JobState.DONE, 1)


def test_a_session_that_cannot_be_closed_ends_no_drain(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(_session: object) -> None:
        raise OSError("bad file descriptor")

    break_notes(shop, monkeypatch, StoreUnavailable("no answer"))
    monkeypatch.setattr("support.shop._Session.close", fail)
    work(shop)

    assert work(shop).error == Sentence("no answer", "no answer")
