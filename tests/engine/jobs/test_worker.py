"""The outbox at work: attempts, leases, retries, dead letters."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest
from support.clock import FixedClock
from support.publishing import publish_alone
from support.shop import Shop, open_shop, ready

from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.kinds import JOB_TYPES
from engine.jobs.registry import MAX_ATTEMPTS
from engine.jobs.worker import drain, process_next_job
from engine.model.ids import new_id
from engine.model.job import UNDELIVERED, Job, JobKind, JobState
from engine.model.lease import LEASE
from engine.model.request import FulfillmentRequest
from engine.model.sentence import Sentence
from engine.ports import CredentialsRefused, StoreUnavailable
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.reprocess_orders import reprocess_orders
from engine.services.fulfillment.delegate import delegate
from engine.services.stores.change_store import StoreChanges, update_store
from engine.services.stores.sessions import SessionPool
from rules.actions.validate_service import SERVICE_NOT_AVAILABLE
from rules.messages import Language, Message, Text
from storage.database import Database

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


def the_job(shop: Shop, kind: JobKind = JobKind.DELEGATE) -> Job:
    with shop.database.reading_unit_of_work() as unit:
        [job] = [job for job in unit.jobs.list_for_order(shop.merchant.id, shop.order_id("1")) if job.kind is kind]
    return job


def the_notes(shop: Shop) -> Job:
    return the_job(shop, JobKind.FETCH_NOTES)


def requests(shop: Shop) -> int:
    with shop.database.reading_unit_of_work() as unit:
        return len(unit.requests.list_for_provider(shop.provider.id))


def the_request(shop: Shop) -> FulfillmentRequest:
    with shop.database.reading_unit_of_work() as unit:
        [request] = unit.requests.list_for_provider(shop.provider.id)
    return request


def alerts(shop: Shop, language: Language = "en") -> list[str]:
    with shop.database.reading_unit_of_work() as unit:
        return [alert.message.format(language) for alert in unit.alerts.list_for(shop.merchant.id)]


def break_notes(shop: Shop, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def fail(_session: object, _number: str) -> Sequence[str]:
        raise error

    monkeypatch.setattr("support.shop._Session.order_notes", fail)


def work(shop: Shop, owner: str = "w") -> Any:
    """The next job, but for what the provider's account does about what it was handed."""
    kinds = [kind for kind in JOB_TYPES if kind is not JobKind.READ_CHANGES]
    with SessionPool(shop.app) as sessions:
        return process_next_job(shop.app, owner, sessions, kinds)


def test_an_unreachable_store_is_asked_again_later_and_later(
    shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    sentence = Text("cannot be read", "no se puede leer")
    break_notes(shop, monkeypatch, StoreUnavailable(Message("unreadable", sentence)))
    assert work(shop).job.kind is JobKind.DELEGATE
    waits = []
    for attempt in range(1, MAX_ATTEMPTS):
        assert drain(shop.app, "w") == (2 if attempt == 1 else 1)  # first the provider reads what it was handed, too
        job = the_notes(shop)
        assert (job.state, job.attempts, str(job.last_error)) == (JobState.DUE, attempt, "cannot be read")
        waits.append((job.not_before - clock.now()).total_seconds())
        assert work(shop) is None
        clock.sleep(waits[-1])

    assert 15 <= waits[0] <= 25
    assert all(later > earlier for earlier, later in pairwise(waits[:7]))
    assert max(waits) <= 4500
    assert not alerts(shop)
    assert requests(shop) == 1, "it is handed over all the same"

    drain(shop.app, "w")
    assert the_notes(shop).state is JobState.DEAD
    fetching = "Fetching the notes on order 1 for its logistics provider"
    assert alerts(shop) == [f"{fetching} was given up: cannot be read"]
    la_obtencion = "La obtención de las notas del pedido 1 para su proveedor de logística"
    assert alerts(shop, "es") == [f"{la_obtencion}: se ha abandonado: no se puede leer"]
    assert the_notes(shop).last_error == Sentence("cannot be read", "no se puede leer")
    with shop.database.reading_unit_of_work() as unit:
        assert NEEDS_ATTENTION in unit.orders.get(shop.merchant.id, shop.order_id("1")).flags


def test_it_succeeds_when_the_store_is_back(shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patch:
        break_notes(shop, patch, StoreUnavailable("cannot be read"))
        drain(shop.app, "w")
    assert the_request(shop).notes_pending
    clock.sleep(60)

    drain(shop.app, "w")

    assert the_notes(shop).state is JobState.DONE
    request = the_request(shop)
    assert (request.notes_pending, request.notes) == (False, tuple(shop.connector.notes))


def test_refused_credentials_are_not_tried_again(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    break_notes(shop, monkeypatch, CredentialsRefused("the password is wrong"))

    drain(shop.app, "w")

    assert (the_job(shop).state, the_notes(shop).state) == (JobState.DONE, JobState.DEAD)
    assert "the password is wrong" in alerts(shop)[0]


def test_work_that_no_notice_is_about_is_told_of_whatever_the_owner_chose(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    update_store(shop.app, shop.merchant.id, shop.store.id, StoreChanges(notices=()), "operator")
    break_notes(shop, monkeypatch, CredentialsRefused("the password is wrong"))

    drain(shop.app, "w")

    assert "the password is wrong" in alerts(shop)[0]


def test_a_job_whose_worker_died_is_free_again(database: Database, clock: FixedClock) -> None:
    shop = open_delegating(database, clock)
    with database.unit_of_work() as unit:
        assert unit.jobs.claim("dead", clock.now(), clock.now() + LEASE) is not None
        unit.commit()
    assert work(shop) is None

    clock.sleep(LEASE.total_seconds() + 1)

    assert work(shop).state is JobState.DONE
    assert requests(shop) == 1


def test_a_worker_that_dies_between_writing_and_finishing_hands_over_once(
    shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Died(BaseException): ...

    def die(*_args: object, **_options: object) -> bool:
        raise Died

    with monkeypatch.context() as patch:
        patch.setattr("storage.work.outbox.Outbox.finish", die)
        with pytest.raises(Died):
            work(shop)
    assert requests(shop) == 1
    clock.sleep(LEASE.total_seconds() + 1)

    assert work(shop).note == "already_sent"
    assert (the_job(shop).state, requests(shop)) == (JobState.DONE, 1)


def test_a_job_that_kills_its_worker_each_time_is_given_up(shop: Shop, clock: FixedClock) -> None:
    for number in range(MAX_ATTEMPTS):
        with shop.database.unit_of_work() as unit:
            assert unit.jobs.claim(f"dead-{number}", clock.now(), clock.now() + LEASE) is not None
            unit.commit()
        clock.sleep(LEASE.total_seconds() + 1)

    work(shop)

    assert the_job(shop).state is JobState.DEAD
    assert "without coming to an end" in the_job(shop).last_error.en
    assert "sin llegar al final" in the_job(shop).last_error.es
    assert len(alerts(shop)) == 1


def test_a_worker_that_lost_its_lease_ends_nothing(shop: Shop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch) -> None:
    """While it fetched the notes, its lease ran out and somebody else did the work."""
    work(shop)

    def slow(_session: object, _number: str) -> list[str]:
        with monkeypatch.context() as patch:
            patch.setattr("support.shop._Session.order_notes", lambda _session, _number: [])
            clock.sleep(LEASE.total_seconds() + 1)
            assert work(shop, "faster").note == "0 notes"
            assert the_notes(shop).state is JobState.DONE
        raise StoreUnavailable("too late")

    monkeypatch.setattr("support.shop._Session.order_notes", slow)

    assert work(shop, "slow").state is JobState.DUE
    assert (the_notes(shop).state, the_notes(shop).last_error) == (JobState.DONE, None)


def test_two_workers_at_once_hand_over_once(database: Database, clock: FixedClock) -> None:
    """Both have the job, as after a lost lease."""
    shop = open_delegating(database, clock)
    both = threading.Barrier(2, timeout=60)
    job = replace(the_job(shop), state=JobState.RUNNING)
    reasons: list[str] = []

    def run() -> None:
        both.wait()
        reasons.append(delegate(shop.app, job).reason)

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)

    assert sorted(reasons) == ["already_sent", "sent"]
    assert requests(shop) == 1
    assert the_notes(shop).state is JobState.DUE


def import_job(shop: Shop, **payload: str) -> None:
    now = shop.app.clock.now()
    job = Job(
        new_id("job"), shop.merchant.id, JobKind.IMPORT_STORE, new_id("key"), {"store_id": shop.store.id, **payload}, now, now
    )
    with shop.database.unit_of_work() as unit:
        unit.jobs.add_many([job])
        unit.commit()


def test_an_import_is_work_like_any_other(shop: Shop) -> None:
    shop.work_off()
    shop.connector.records.append(ready("2"))
    import_job(shop)

    assert work(shop).note == "imported 1, updated 0, closed 0"
    assert shop.order_id("2")


@pytest.mark.parametrize("kind", sorted(UNDELIVERED))
def test_a_job_that_nothing_delivers_is_never_taken_even_when_it_is_due(shop: Shop, kind: JobKind) -> None:
    shop.work_off()
    now = shop.app.clock.now()
    job = Job(new_id("job"), shop.merchant.id, kind, new_id("key"), {}, now, now)
    with shop.database.unit_of_work() as unit:
        unit.jobs.add_many([job])
        unit.commit()

    assert work(shop) is None
    with shop.database.reading_unit_of_work() as unit:
        assert (unit.jobs.count(JobState.DUE), unit.jobs.count(JobState.RUNNING)) == (1, 0)


def test_every_kind_of_job_has_a_handler_or_waits_for_one() -> None:
    assert JOB_TYPES.keys() | UNDELIVERED == set(JobKind)
    assert not JOB_TYPES.keys() & UNDELIVERED


def test_an_import_that_a_newer_one_has_overtaken_is_left_out(shop: Shop, clock: FixedClock) -> None:
    shop.work_off()
    clock.sleep(7320)
    old = clock.now() - timedelta(hours=1)
    import_job(shop, name="refresh", planned=old.isoformat())

    assert work(shop).note == "overtaken by a newer run"


def test_work_for_a_store_that_is_gone_is_given_up(shop: Shop) -> None:
    shop.work_off()
    import_job(shop, store_id="sto_gone")

    assert work(shop).state is JobState.DEAD


def test_an_alert_is_shown_once_however_often_it_is_tried(sqlite_database: Database, clock: FixedClock) -> None:
    shop = open_shop(sqlite_database, clock, rules=None)
    publish_alone(
        shop.app,
        shop.merchant.slug,
        b"name: r\nrules:\n  - {id: v, when: always, then: [{do: validate_service, on_invalid: alert}]}\n",
    )
    shop.import_all(ready("1", carrier="x", service="y"))
    assert drain(shop.app, "w") == 1
    assert alerts(shop) == [SERVICE_NOT_AVAILABLE.en]
    assert alerts(shop, "es") == [SERVICE_NOT_AVAILABLE.es]
    reprocess_orders(shop.app, shop.merchant.id, [shop.order_id("1")], "usr_1")
    assert drain(shop.app, "w") == 0
    assert len(alerts(shop)) == 1
