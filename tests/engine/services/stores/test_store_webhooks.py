"""Registering at the store, once and for good: what is there before, meanwhile and afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.sandbox_shop import SandboxShop, store_form

from engine.jobs.worker import process_next_job
from engine.model.ids import new_id
from engine.model.job import Job, JobKind, JobState
from engine.model.store import Store, StoreState
from engine.model.webhook import digest_of
from engine.ports import StoreError
from engine.services.refusals import Refused
from engine.services.stores.connect_store import connect_store
from engine.services.stores.sessions import SessionPool
from engine.services.stores.store_webhooks import repair_webhooks, see_webhooks, turn_off, turn_on

BASE = "http://127.0.0.1:9"  # nobody listens there


@pytest.fixture
def here(sqlite_shop: SandboxShop) -> Iterator[SandboxShop]:
    """A shop whose service the sandbox could reach."""
    sqlite_shop.app = replace(sqlite_shop.app, local_url=BASE)
    return sqlite_shop


def kept(shop: SandboxShop) -> Store:
    with shop.database.reading_unit_of_work() as unit:
        return unit.stores.get(shop.store.account_id, shop.store.id)


def hooks(shop: SandboxShop) -> list[dict[str, Any]]:
    return shop.server._webhooks.all()


def secrets(shop: SandboxShop) -> set[str]:
    return {hook["uriTemplate"].partition("token=")[2] for hook in hooks(shop)}


def ids(shop: SandboxShop) -> tuple[str, ...]:
    return tuple(str(hook["id"]) for hook in hooks(shop))


def test_what_is_registered_carries_a_secret_of_which_only_the_digest_is_kept(here: SandboxShop) -> None:
    turn_on(here.app, here.store.account_id, here.store.id)

    store, [secret] = kept(here), secrets(here)
    assert len(secret) >= 43
    assert (store.webhook_digest, store.webhook_ids) == (digest_of(secret), ids(here))
    for hook in hooks(here):
        assert hook["uriTemplate"] == f"{BASE}/hooks/brightpearl/{store.id}?token={secret}"
    here.database.close()
    assert secret.encode() not in here.database.path.read_bytes()


def test_turning_on_again_replaces_secret_and_registrations(here: SandboxShop) -> None:
    turn_on(here.app, here.store.account_id, here.store.id)
    first, old = ids(here), secrets(here)

    turn_on(here.app, here.store.account_id, here.store.id)

    assert set(ids(here)).isdisjoint(first)
    assert kept(here).webhook_ids == ids(here)
    assert secrets(here).isdisjoint(old)


def test_at_every_moment_some_registration_is_listened_to(here: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    """A call goes out under both secrets while registrations are replaced: one of them is the one that counts."""
    turn_on(here.app, here.store.account_id, here.store.id)
    seen: list[bool] = []

    def look(*_: Any) -> None:
        seen.append(any(digest_of(secret) == kept(here).webhook_digest for secret in secrets(here)))

    add, remove = here.server._webhooks.add, here.server._webhooks.remove
    monkeypatch.setattr(here.server._webhooks, "add", lambda hook: (look(), add(hook), look())[1])
    monkeypatch.setattr(here.server._webhooks, "remove", lambda hook_id: (look(), remove(hook_id), look())[1])
    turn_on(here.app, here.store.account_id, here.store.id)

    assert len(seen) == 12
    assert all(seen)


def test_what_an_interrupted_try_left_is_removed_by_the_next(here: SandboxShop) -> None:
    here.server.fault("error_500", "webhook", method="POST", skip=1, times=9)
    with pytest.raises(StoreError):
        turn_on(here.app, here.store.account_id, here.store.id)
    assert len(hooks(here)) == 1
    assert kept(here).webhook_digest is None
    here.server.clear_faults()

    turn_on(here.app, here.store.account_id, here.store.id)

    assert kept(here).webhook_ids == ids(here)


def test_what_could_not_be_removed_is_removed_later(here: SandboxShop) -> None:
    turn_on(here.app, here.store.account_id, here.store.id)
    here.server.fault("error_500", "webhook", method="DELETE", times=9)
    turn_on(here.app, here.store.account_id, here.store.id)
    here.server.clear_faults()
    assert len(hooks(here)) == 2 * len(kept(here).webhook_ids)

    assert not repair_webhooks(here.app, here.store.account_id, here.store.id)

    assert ids(here) == kept(here).webhook_ids


def test_hooks_of_others_stay(here: SandboxShop) -> None:
    other = here.server._webhooks.add({"subscribeTo": "order", "uriTemplate": "https://other.example/hook"})
    second = here.connect(channel_ids=[3])
    assert len(kept_of(here, second).webhook_ids) == 3, "connecting turns them on"
    turn_on(here.app, here.store.account_id, here.store.id)
    turn_on(here.app, here.store.account_id, here.store.id)
    turn_off(here.app, here.store.account_id, here.store.id)

    assert ids(here) == (str(other), *kept_of(here, second).webhook_ids)


def kept_of(shop: SandboxShop, store: Store) -> Store:
    with shop.database.reading_unit_of_work() as unit:
        return unit.stores.get(store.account_id, store.id)


def test_turning_off_removes_them_and_forgets_what_they_said(here: SandboxShop) -> None:
    turn_on(here.app, here.store.account_id, here.store.id)
    with here.database.unit_of_work() as unit:
        unit.pending_changes.add(here.store.account_id, here.store.id, ["41"], here.clock.now())
        unit.commit()

    turn_off(here.app, here.store.account_id, here.store.id)

    assert (hooks(here), kept(here).webhook_digest, kept(here).webhook_ids) == ([], None, ())
    with here.database.reading_unit_of_work() as unit:
        assert unit.pending_changes.list_oldest(here.store.account_id, here.store.id, 9) == []
    turn_off(here.app, here.store.account_id, here.store.id)


def test_turning_off_that_fails_leaves_everything_as_it_was(here: SandboxShop) -> None:
    turn_on(here.app, here.store.account_id, here.store.id)
    before = kept(here)
    here.server.fault("error_500", times=99)
    with pytest.raises(StoreError):
        turn_off(here.app, here.store.account_id, here.store.id)
    assert kept(here) == before


def test_without_an_address_there_are_none_and_a_sentence_says_so(sqlite_shop: SandboxShop) -> None:
    with pytest.raises(Refused, match="RELEVO_PUBLIC_URL") as caught:
        turn_on(sqlite_shop.app, sqlite_shop.store.account_id, sqlite_shop.store.id)
    assert "15" in caught.value.format("es")
    assert see_webhooks(sqlite_shop.app, sqlite_shop.store.account_id, sqlite_shop.store.id).address is None
    assert alerts(sqlite_shop) == [], "connecting a store is not a reason for an alert then"


def test_a_store_elsewhere_calls_from_outside(sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.stores.brightpearl.session.is_on_this_machine", lambda _url: False)
    sqlite_shop.app = replace(sqlite_shop.app, local_url=BASE)
    with pytest.raises(Refused, match="RELEVO_PUBLIC_URL"):
        turn_on(sqlite_shop.app, sqlite_shop.store.account_id, sqlite_shop.store.id)
    sqlite_shop.app = replace(sqlite_shop.app, public_url="https://relevo.example/r")

    turn_on(sqlite_shop.app, sqlite_shop.store.account_id, sqlite_shop.store.id)

    assert hooks(sqlite_shop)[0]["uriTemplate"].startswith(f"https://relevo.example/r/hooks/brightpearl/{sqlite_shop.store.id}?")


def alerts(shop: SandboxShop) -> list[str]:
    with shop.database.reading_unit_of_work() as unit:
        return [str(alert.message) for alert in unit.alerts.list_for(shop.merchant.id)]


def test_a_failure_does_not_undo_the_connection(here: SandboxShop) -> None:
    here.server.fault("error_500", "webhook", times=99)
    store = here.connect("Second", channel_ids=[3])

    assert kept_of(here, store).state is StoreState.CONNECTED
    [alert] = alerts(here)
    assert "Second" in alert
    assert f"`stores webhooks {store.id} on`" in alert


def test_two_changes_at_once_are_refused(here: SandboxShop) -> None:
    now = here.clock.now()
    with here.database.unit_of_work() as unit:
        unit.leases.take(here.store.account_id, f"webhooks:{here.store.id}", "other", now, now + timedelta(minutes=1))
        unit.commit()
    for change in (turn_on, turn_off):
        with pytest.raises(Refused, match="at this moment"):
            change(here.app, here.store.account_id, here.store.id)
    assert hooks(here) == []
    here.clock.sleep(61)
    turn_on(here.app, here.store.account_id, here.store.id)
    turn_on(here.app, here.store.account_id, here.store.id)


@pytest.mark.parametrize("change", [turn_on, turn_off, repair_webhooks, see_webhooks])
def test_stores_that_are_not_there_or_closed(here: SandboxShop, change: Any) -> None:
    with pytest.raises(Refused) as caught:
        change(here.app, here.merchant.id, "sto_nobody")
    assert caught.value.message.code == "no_store"
    with here.database.unit_of_work() as unit:
        unit.stores.set_state(here.store.account_id, here.store.id, StoreState.CLOSED)
        unit.commit()
    with pytest.raises(Refused) as caught:
        change(here.app, here.store.account_id, here.store.id)
    assert caught.value.message.code == "store_closed"


def test_what_is_gone_at_the_store_is_seen_and_mended(here: SandboxShop) -> None:
    assert not repair_webhooks(here.app, here.store.account_id, here.store.id), "what is off stays off"
    turn_on(here.app, here.store.account_id, here.store.id)
    gone = kept(here).webhook_ids[1]
    here.server._webhooks.remove(int(gone))
    assert see_webhooks(here.app, here.store.account_id, here.store.id).missing == (gone,)

    assert repair_webhooks(here.app, here.store.account_id, here.store.id)

    assert see_webhooks(here.app, here.store.account_id, here.store.id).missing == ()
    assert ids(here) == kept(here).webhook_ids
    assert not repair_webhooks(here.app, here.store.account_id, here.store.id)


def test_another_address_is_mended_too_and_the_former_is_given_up(here: SandboxShop) -> None:
    turn_on(here.app, here.store.account_id, here.store.id)
    here.app = replace(here.app, local_url="http://127.0.0.1:10")

    assert repair_webhooks(here.app, here.store.account_id, here.store.id)

    assert ids(here) == kept(here).webhook_ids
    assert hooks(here)[0]["uriTemplate"].startswith("http://127.0.0.1:10/")


@pytest.mark.parametrize(("name", "mended"), [("daily", True), ("refresh", False)])
def test_the_daily_refresh_looks_after_them(here: SandboxShop, name: str, mended: bool) -> None:
    turn_on(here.app, here.store.account_id, here.store.id)
    here.server._webhooks.remove(int(kept(here).webhook_ids[0]))

    assert import_job(here, name) is JobState.DONE

    assert (len(hooks(here)) == 3) is mended


def test_the_daily_refresh_does_not_fail_with_them(here: SandboxShop) -> None:
    turn_on(here.app, here.store.account_id, here.store.id)
    here.server.fault("error_500", "webhook", times=99)
    assert import_job(here, "daily") is JobState.DONE


def import_job(shop: SandboxShop, name: str) -> JobState:
    now = shop.clock.now()
    payload = {"store_id": shop.store.id, "planned": now.isoformat(), "name": name}
    job = Job(new_id("job"), shop.merchant.id, JobKind.IMPORT_STORE, f"{name}:test", payload, now, now)
    with shop.database.unit_of_work() as unit:
        unit.jobs.add_many([job])
        unit.commit()
    with SessionPool(shop.app) as sessions:
        worked = process_next_job(shop.app, "test", sessions, (JobKind.IMPORT_STORE,))
    assert worked is not None
    return worked.state


def test_both_databases_keep_them(shop: SandboxShop) -> None:
    shop.app = replace(shop.app, local_url=BASE)
    store = connect_store(shop.app, shop.merchant.slug, store_form(shop.server, "Second", channel_ids=[3]))
    status = see_webhooks(shop.app, store.account_id, store.id)
    assert (status.on, status.registered, status.missing) == (True, ids(shop), ())
