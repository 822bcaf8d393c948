"""From a store's call to the order here: taken, answered after the commit, and read again."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.sandbox_shop import SandboxShop

from engine.jobs.registry import MAX_ATTEMPTS
from engine.jobs.worker import process_next_job
from engine.model.job import Job, JobKind, JobState
from engine.model.lease import LEASE
from engine.model.order import OrderState
from engine.model.store import StoreState
from engine.model.webhook import digest_of
from engine.ports import CredentialsRefused, StoreUnavailable
from engine.services.importing import read_changes as reading
from engine.services.importing.receive_webhook import receive_webhook
from engine.services.stores.sessions import SessionPool
from rules.messages import Message, Text

SECRET = "s3cret-of-the-store"
SOME_TEXT = Text("not now", "ahora no")


@pytest.fixture(autouse=True)
def _listening(request: pytest.FixtureRequest) -> None:
    for name in {"shop", "sqlite_shop"} & set(request.fixturenames):
        shop = request.getfixturevalue(name)
        with shop.database.unit_of_work() as unit:
            unit.stores.keep_webhooks(shop.store.account_id, shop.store.id, digest_of(SECRET), ("12",))
            unit.commit()


def say(shop: SandboxShop, ids: Any, *, token: str = SECRET, kind: str = "brightpearl", store: str = "", **changes: Any) -> bool:
    said = {
        "accountCode": "testacct",
        "resourceType": "goods-out-note",
        "id": str(ids),
        "lifecycleEvent": "modified",
        "fullEvent": "goods-out-note.modified",
        **changes,
    }
    return receive_webhook(shop.app, kind, store or shop.store.id, token, json.dumps(said).encode())


def say_order(shop: SandboxShop, ids: Any) -> bool:
    return say(shop, ids, resourceType="order", fullEvent="order.modified")


def changes(shop: SandboxShop) -> list[str]:
    with shop.database.reading_unit_of_work() as unit:
        return [change for change, _ in unit.pending_changes.list_oldest(shop.store.account_id, shop.store.id, 999)]


def job(shop: SandboxShop, kind: JobKind = JobKind.READ_CHANGES) -> Job | None:
    """The store's job of this kind, claimed for a look and given back."""
    with shop.database.unit_of_work() as unit:
        return unit.jobs.claim("test", shop.clock.now(), shop.clock.now(), [kind])


def attempt(shop: SandboxShop) -> Any:
    with SessionPool(shop.app) as sessions:
        return process_next_job(shop.app, "test", sessions, (JobKind.READ_CHANGES,))


def set_state(shop: SandboxShop, state: StoreState) -> None:
    with shop.database.unit_of_work() as unit:
        unit.stores.set_state(shop.store.account_id, shop.store.id, state)
        unit.commit()


def printed(shop: SandboxShop) -> int:
    _order, note = shop.server.data.create_order(printed=True)
    assert note is not None
    return note


def test_a_note_that_was_printed_becomes_an_order_without_an_import(shop: SandboxShop) -> None:
    note = printed(shop)

    assert say(shop, note)
    assert changes(shop) == [str(note)]
    assert shop.orders() == {}, "a call is answered before anything is read"
    shop.work_off()

    assert list(shop.orders()) == [str(note)]
    assert len(shop.decisions(shop.note_order(note))) == 1
    assert changes(shop) == []


def test_many_calls_are_read_together(shop: SandboxShop) -> None:
    notes = [printed(shop) for _ in range(12)]
    before = shop.requests()
    for note in notes:
        say(shop, note)
    say(shop, f"{notes[0]}-{notes[-1]}")

    shop.work_off()

    by_path = shop.server.state()["requests"]["by_path"]
    notes_path = "GET /public-api/testacct/warehouse-service/order/{ids}/goods-note/goods-out/{ids}"
    assert by_path[notes_path]["requests"] == 1
    assert {str(note) for note in notes} == set(shop.orders())
    assert shop.requests() - before <= 6 + len(notes)  # log-in, notes, orders, their notes, names, and what delegating asks for


def test_duplicates_and_any_order_of_calls_are_harmless(shop: SandboxShop) -> None:
    data, note = shop.server.data, printed(shop)
    say(shop, note)
    shop.work_off()
    data.unprint_note(note)
    say(shop, note, fullEvent="goods-out-note.modified.un-printed")
    say(shop, note, fullEvent="goods-out-note.modified.printed")
    shop.work_off()
    assert shop.note_order(note).state is OrderState.CANCELLED

    data.print_note(note)
    for _ in range(3):
        say(shop, note, fullEvent="goods-out-note.modified.un-printed")  # the late one comes last
        shop.work_off()
    order = shop.note_order(note)
    assert order.state is not OrderState.CANCELLED
    assert len(shop.decisions(order)) == 2, "reading again what did not change decides nothing"


def test_a_deleted_note_closes_its_order(shop: SandboxShop) -> None:
    note = printed(shop)
    say(shop, note)
    shop.work_off()
    shop.server.data.unprint_note(note)
    shop.server.data.delete_note(note)

    say(shop, note, lifecycleEvent="destroyed", fullEvent="goods-out-note.destroyed")
    shop.work_off()

    assert shop.note_order(note).state is OrderState.CANCELLED


def test_a_change_of_the_order_reaches_all_its_notes(shop: SandboxShop) -> None:
    data = shop.server.data
    order_id, _note = data.create_order(printed=True, rows=3)
    parts = data.split_order(order_id)
    assert say_order(shop, order_id)
    shop.work_off()
    known = {str(part) for part in parts if data.note(part)["status"]["printed"]}
    assert set(shop.orders()) == known, "those that are not known here are found by the order"

    data.change_address(order_id, postalCode="46099")
    say_order(shop, order_id)
    shop.work_off()

    assert {order.source["ship_to"]["postal_code"] for order in shop.orders().values()} == {"46099"}


def test_an_order_without_notes_costs_one_request(shop: SandboxShop) -> None:
    order_id, _ = shop.server.data.create_order(with_note=False)
    say_order(shop, f"{order_id},999999")
    attempt(shop)
    before = shop.requests()
    say_order(shop, f"{order_id},999999")

    attempt(shop)

    assert shop.requests() - before == 2  # the log-in of this test's own session, and the look at the order's notes
    assert changes(shop) == []


def test_our_own_writes_come_back_and_change_nothing(shop: SandboxShop) -> None:
    note = printed(shop)
    say(shop, note)
    shop.work_off()
    before = shop.note_order(note)
    with shop.server.data.edit_note(note) as raw:  # as a write-back puts the tracking number
        raw["shipping"]["reference"] = "1Z999"
    say(shop, note, fullEvent="goods-out-note.modified")

    shop.work_off()

    after = shop.note_order(note)
    assert (after.revision, after.state, after.decision_id) == (before.revision, before.state, before.decision_id)


@pytest.mark.parametrize(
    "wrong",
    [
        {"token": "guessed"},
        {"token": ""},
        {"store": "sto_nobody"},
        {"kind": "shopify"},
        {"accountCode": "other"},
    ],
)
def test_nobody_else_is_heard(sqlite_shop: SandboxShop, wrong: dict[str, str]) -> None:
    assert not say(sqlite_shop, 41, **wrong)
    assert changes(sqlite_shop) == []
    assert job(sqlite_shop) is None


def test_a_store_that_listens_no_more_is_not_heard(sqlite_shop: SandboxShop) -> None:
    set_state(sqlite_shop, StoreState.CLOSED)
    assert not say(sqlite_shop, 41)
    set_state(sqlite_shop, StoreState.CONNECTED)
    with sqlite_shop.database.unit_of_work() as unit:
        unit.stores.keep_webhooks(sqlite_shop.store.account_id, sqlite_shop.store.id, None, ())
        unit.commit()
    assert not say(sqlite_shop, 41)
    assert not say(sqlite_shop, 41, token="")


def test_secrets_are_compared_as_digests_whoever_is_named(sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    compared: list[tuple[str, str]] = []

    def compare(one: str, other: str) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr("engine.services.importing.receive_webhook.hmac.compare_digest", compare)
    for store in (sqlite_shop.store.id, "sto_nobody"):
        say(sqlite_shop, 41, token="guessed", store=store)

    assert [len(other) for _, other in compared] == [64, 64]
    assert [one for one, _ in compared] == [digest_of("guessed")] * 2


def test_the_lookup_opens_no_credentials(sqlite_shop: SandboxShop) -> None:
    keyless = replace(sqlite_shop.database, secrets=None)
    app = replace(sqlite_shop.app, unit_of_work=keyless.unit_of_work, reading=keyless.reading_unit_of_work)
    sqlite_shop.app = app

    assert say(sqlite_shop, 41)

    assert changes(sqlite_shop) == ["41"]


@pytest.mark.parametrize("body", [b"", b"{", b'{"accountCode": "testacct", "resourceType": "order", "id": "1-999999"}'])
def test_what_cannot_be_understood_is_taken_and_the_store_looked_at(sqlite_shop: SandboxShop, body: bytes) -> None:
    assert receive_webhook(sqlite_shop.app, "brightpearl", sqlite_shop.store.id, SECRET, body)

    assert changes(sqlite_shop) == []
    due = job(sqlite_shop, JobKind.IMPORT_STORE)
    assert due is not None
    assert due.payload == {"store_id": sqlite_shop.store.id}
    sqlite_shop.work_off()
    assert set(sqlite_shop.orders()) == sqlite_shop.expected()


def test_what_means_nothing_here_asks_for_nothing(sqlite_shop: SandboxShop) -> None:
    assert say(sqlite_shop, 41, fullEvent="goods-out-note.modified.picked")
    assert say(sqlite_shop, 41, resourceType="drop-ship-note", fullEvent="drop-ship-note.created")
    assert (changes(sqlite_shop), job(sqlite_shop), job(sqlite_shop, JobKind.IMPORT_STORE)) == ([], None, None)


def test_a_call_rings_only_when_there_is_something_to_begin(sqlite_shop: SandboxShop) -> None:
    wake = sqlite_shop.app.wake
    say(sqlite_shop, 41)
    assert wake.wait(0)
    with sqlite_shop.database.unit_of_work() as unit:
        assert unit.jobs.claim("w", sqlite_shop.clock.now(), sqlite_shop.clock.now() + timedelta(seconds=10)) is not None
        unit.commit()
    say(sqlite_shop, 42)
    assert not wake.wait(0), "who reads already finds it"


def test_hints_survive_the_end_of_the_process_between_commit_and_reading(shop: SandboxShop) -> None:
    note = printed(shop)
    say(shop, note)
    with shop.database.unit_of_work() as unit:  # a worker claims the job and dies
        assert unit.jobs.claim("dead", shop.clock.now(), shop.clock.now() + timedelta(seconds=10)) is not None
        unit.commit()
    assert shop.work_off() == 0

    shop.clock.sleep(11)
    shop.work_off()

    assert list(shop.orders()) == [str(note)]


def test_what_comes_while_a_note_is_read_is_read_again(shop: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    note, later = printed(shop), printed(shop)
    named: list[list[str]] = []
    import_named = reading.import_named

    def read(app: Any, store: Any, names: list[str], session: Any) -> Any:
        named.append(sorted(names))
        summary = import_named(app, store, names, session)
        if len(named) == 1:  # it changes after it was read, before it is settled
            shop.clock.sleep(0.001)
            shop.server.data.unprint_note(note)
            say(shop, f"{note},{later}")
        return summary

    monkeypatch.setattr(reading, "import_named", read)
    say(shop, note)
    assert attempt(shop).state is JobState.DONE

    assert named == [[str(note)], sorted([str(note), str(later)])]
    assert shop.note_order(note).state is OrderState.CANCELLED


def test_a_call_between_the_last_look_and_the_end_is_not_forgotten(shop: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    note, later = printed(shop), printed(shop)

    def read(*given: Any) -> int:
        settled = reading.read_changes(*given)
        say(shop, later)  # while the job still counts as running
        return settled

    monkeypatch.setattr("engine.jobs.kinds.read_changes.read_changes", read)
    say(shop, note)
    attempt(shop)
    monkeypatch.undo()

    assert changes(shop) == [str(later)]
    assert attempt(shop).state is JobState.DONE
    assert set(shop.orders()) == {str(note), str(later)}


def test_other_work_has_its_turn_however_much_comes(sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "READS_AN_ATTEMPT", 2)
    monkeypatch.setattr(reading, "CHANGES_A_READ", 3)
    say(sqlite_shop, "1-8")

    assert [attempt(sqlite_shop).note for _ in range(2)] == ["read 6", "read 2"]
    assert attempt(sqlite_shop) is None


def test_while_an_import_runs_hints_wait_without_counting_as_failed(shop: SandboxShop) -> None:
    note, now = printed(shop), shop.clock.now()
    with shop.database.unit_of_work() as unit:
        assert unit.stores.take_import_lease(shop.store.account_id, shop.store.id, "long import", now, now + LEASE)
        unit.commit()
    say(shop, note)
    for _ in range(MAX_ATTEMPTS + 2):
        worked = attempt(shop)
        assert (worked.state, worked.job.attempts, worked.error) == (JobState.DUE, 1, None)
        assert attempt(shop) is None
        shop.clock.sleep(1)
        with shop.database.unit_of_work() as unit:
            assert unit.stores.hold_import_lease(shop.store.account_id, shop.store.id, "long import", shop.clock.now() + LEASE)
            unit.commit()
    with shop.database.unit_of_work() as unit:
        unit.stores.release_import_lease(shop.store.account_id, shop.store.id, "long import")
        unit.commit()

    assert attempt(shop).state is JobState.DONE
    assert list(shop.orders()) == [str(note)]


def test_a_store_that_cannot_be_read_is_not_hurried_by_more_calls(shop: SandboxShop) -> None:
    note = printed(shop)
    say(shop, note)
    shop.server.fault("error_500", times=50)
    assert attempt(shop).state is JobState.DUE
    say(shop, note)
    assert attempt(shop) is None, "it waits for its next try"
    assert changes(shop) == [str(note)]

    shop.server.clear_faults()
    shop.clock.sleep(60)
    assert attempt(shop).state is JobState.DONE
    assert list(shop.orders()) == [str(note)]


def test_hints_that_are_given_up_do_not_stand_in_the_way_of_others(
    sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: Any) -> None:
        raise StoreUnavailable(Message("no", SOME_TEXT))

    say(sqlite_shop, 41)
    monkeypatch.setattr(reading, "import_named", fail)
    for _ in range(MAX_ATTEMPTS - 1):
        assert attempt(sqlite_shop).state is JobState.DUE
        sqlite_shop.clock.sleep(2 * 3600)
    assert attempt(sqlite_shop).state is JobState.DEAD
    monkeypatch.undo()
    assert changes(sqlite_shop) == []

    note = printed(sqlite_shop)
    say(sqlite_shop, note)
    assert attempt(sqlite_shop).state is JobState.DONE
    assert list(sqlite_shop.orders()) == [str(note)]


def test_refused_credentials_are_left_to_the_import_to_tell(sqlite_shop: SandboxShop) -> None:
    sqlite_shop.server.set_password("another")
    say(sqlite_shop, 41)
    worked = attempt(sqlite_shop)

    assert (worked.state, worked.note) == (JobState.DEAD, "refused")
    assert job(sqlite_shop, JobKind.IMPORT_STORE) is not None
    with pytest.raises(CredentialsRefused):
        sqlite_shop.run_import()
    assert say(sqlite_shop, 42), "calls are still answered well"
    assert (changes(sqlite_shop), job(sqlite_shop)) == ([], None)
