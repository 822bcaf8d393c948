"""Turns: of kinds, of accounts, and of what a person waits for; and hand-overs that ask no store."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, order_of, publish, release, reprocess
from support.shop import Shop, open_shop, ready

from engine.jobs.kinds import JOB_TYPES
from engine.jobs.lanes import LANES, TurnTaking
from engine.jobs.registry import JobResult, Lane
from engine.jobs.worker import drain, process_next_job
from engine.model.ids import new_id
from engine.model.job import PERSON_WAITS, UNDELIVERED, Job, JobKind, JobState
from engine.model.order import OrderState
from engine.services.importing.import_now import import_now
from engine.services.stores.sessions import SessionPool
from storage.database import Database


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def put_in(shop: Shop, account_id: str, kind: JobKind, count: int = 1) -> None:
    now = shop.app.clock.now()
    with shop.database.unit_of_work() as unit:
        unit.jobs.add_many([Job(new_id("job"), account_id, kind, new_id("key"), {}, now, now) for _ in range(count)])
        unit.commit()


def test_every_kind_that_is_done_goes_in_one_lane() -> None:
    kinds = Counter(kind for kinds in LANES.values() for kind in kinds)
    assert kinds == dict.fromkeys(JOB_TYPES, 1)
    assert not kinds.keys() & UNDELIVERED
    assert set(LANES) == set(Lane)


def test_kinds_of_a_lane_take_turns(shop: Shop) -> None:
    put_in(shop, shop.merchant.id, JobKind.DELEGATE, 5)
    put_in(shop, shop.merchant.id, JobKind.ALERT, 2)
    turns = TurnTaking(LANES[Lane.ORDERS])

    claimed = [turns.claim(shop.app, "w").kind for _ in range(5)]

    assert Counter(claimed[:4]) == {JobKind.DELEGATE: 2, JobKind.ALERT: 2}
    assert claimed[4] is JobKind.DELEGATE


def test_an_account_with_all_its_places_taken_waits_until_one_is_free(shop: Shop) -> None:
    put_in(shop, shop.merchant.id, JobKind.NOTIFY_STORE, 4)
    turns = TurnTaking(LANES[Lane.WRITE_BACKS], most_by_account=2)
    first, second = turns.claim(shop.app, "w"), turns.claim(shop.app, "w")
    assert turns.claim(shop.app, "w") is None
    put_in(shop, shop.provider.id, JobKind.NOTIFY_STORE)
    assert turns.claim(shop.app, "w").account_id == shop.provider.id

    turns.done(first)

    assert turns.claim(shop.app, "w").account_id == shop.merchant.id
    assert turns.claim(shop.app, "w") is None
    assert second.account_id == shop.merchant.id


def test_a_drain_does_what_is_quick_before_imports_and_goes_from_account_to_account(
    shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    done: list[tuple[JobKind, str]] = []

    def note(_app: object, job: Job, _sessions: object) -> JobResult:
        done.append((job.kind, job.account_id))
        return JobResult(job, JobState.DONE)

    one, other = sorted([shop.merchant.id, shop.provider.id])
    for kind in (JobKind.IMPORT_STORE, JobKind.NOTIFY_STORE):
        monkeypatch.setitem(JOB_TYPES, kind, replace(JOB_TYPES[kind], handle=note))
        put_in(shop, one, kind, 2)
    put_in(shop, other, JobKind.NOTIFY_STORE)

    drain(shop.app, "w")

    told, imported = JobKind.NOTIFY_STORE, JobKind.IMPORT_STORE
    assert done == [(told, one), (told, other), (told, one), (imported, one), (imported, one)]


def test_handing_over_asks_no_store_for_anything(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_given: object) -> None:
        raise AssertionError("nothing is asked")

    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(*(ready(str(number)) for number in range(30)))
    monkeypatch.setattr("support.shop.ListConnector.open", fail)

    with SessionPool(shop.app) as sessions:
        while process_next_job(shop.app, "w", sessions, LANES[Lane.ORDERS]) is not None:
            pass

    assert order_of(shop, "29").state is OrderState.PENDING_FULFILLMENT
    with shop.database.reading_unit_of_work() as unit:
        requests = unit.requests.list_for_provider(shop.provider.id)
    assert [request.notes_pending for request in requests] == [True] * 30


def test_what_a_person_releases_or_runs_anew_goes_before_what_waits(shop: Shop) -> None:
    held = "{field: order_number, is: equals, value: 9}"
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}", f"{{id: h, when: {held}, then: [{{do: hold}}]}}")
    shop.import_all(*(ready(str(number)) for number in range(10)))
    release(shop, "9")
    reprocess(shop, "5")
    first: list[str] = []

    with SessionPool(shop.app) as sessions:
        for _ in range(3):
            first.append(process_next_job(shop.app, "w", sessions, [JobKind.DELEGATE]).job.order_id)

    assert set(first[:2]) == {shop.order_id("9"), shop.order_id("5")}
    assert first[2] not in first[:2]
    with shop.database.reading_unit_of_work() as unit:
        jobs = unit.jobs.list_for_order(shop.merchant.id, shop.order_id("9"))
    assert [job.priority for job in jobs if job.kind is JobKind.FETCH_NOTES] == [PERSON_WAITS], "its notes go first as well"


def test_an_import_that_a_person_asks_for_goes_before_those_that_are_planned(shop: Shop) -> None:
    put_in(shop, shop.merchant.id, JobKind.IMPORT_STORE, 3)
    import_now(shop.app, shop.merchant.id, shop.store.id, "usr_1")

    claimed = TurnTaking(LANES[Lane.IMPORTS]).claim(shop.app, "w")

    assert claimed.key == f"now:{shop.store.id}"


def test_one_worker_reads_what_was_handed_over_in_one_go(shop: Shop) -> None:
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    shop.import_all(*(ready(str(number)) for number in range(5)))
    done: Counter[JobKind] = Counter()

    drain(shop.app, "w", lambda worked: done.update([worked.job.kind]))

    assert done == {JobKind.DELEGATE: 5, JobKind.FETCH_NOTES: 5, JobKind.READ_CHANGES: 1}
    with shop.database.reading_unit_of_work() as unit:
        copies = [order.document() for order in unit.orders.stream(shop.provider.id)]
    assert [copy["notes"]["internal"] for copy in copies] == [shop.connector.notes[0]] * 5
