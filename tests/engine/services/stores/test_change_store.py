"""Stores as people change and end them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from support.sandbox_shop import NOW, SandboxShop

from adapters.stores.brightpearl.description import reasons
from adapters.stores.brightpearl.description.kind import BRIGHTPEARL
from engine.model.sentence import Sentence
from engine.model.store import SkippedNote, Store, StoreState
from engine.model.store_preferences import NoticeTopic, ProductDetails
from engine.ports import StoreUnavailable
from engine.services.refusals import Refused
from engine.services.stores.change_store import ChangesRefused, StoreChanges, disconnect_store, update_store
from engine.services.stores.connect_store import keep_store
from engine.services.stores.store_webhooks import turn_on

ANA = "usr_ana"


def change(shop: SandboxShop, **changes: Any) -> Store:
    return update_store(shop.app, shop.merchant.id, shop.store.id, StoreChanges(**changes), ANA)


def stored(shop: SandboxShop) -> Store:
    with shop.app.reading() as uow:
        return uow.stores.get(shop.store.account_id, shop.store.id)


def audit(shop: SandboxShop) -> list[tuple[str, str, Any, Any]]:
    with shop.app.reading() as uow:
        entries = uow.audit.list_for(shop.merchant.id, shop.store.id)
    return [(entry.actor, entry.action, entry.before, entry.after) for entry in entries]


def import_something(shop: SandboxShop) -> None:
    """What an import leaves: a mark how far it came, and something on record."""
    message = Sentence("not printed", "sin imprimir")
    note = SkippedNote("1", "7001", reasons.NOT_PRINTED.code, message, "", NOW, NOW)
    with shop.app.unit_of_work() as uow:
        uow.stores.keep_progress(shop.store.account_id, shop.store.id, scanned_until="2026-11-20", failures=2, retry_at=NOW)
        uow.stores.record_skipped(shop.store, [note])
        uow.commit()


def on_record(shop: SandboxShop) -> int:
    with shop.app.reading() as uow:
        return len(uow.stores.list_skipped(shop.store.account_id, shop.store.id, "7001"))


def test_only_what_is_named_changes_and_the_trail_tells_it(shop: SandboxShop) -> None:
    store = change(
        shop, refresh_minutes=30, product_details=ProductDetails.ALWAYS, notices=[NoticeTopic.PARKED, NoticeTopic.CREDENTIALS]
    )

    assert stored(shop) == store
    assert (store.refresh_minutes, store.daily_refresh_at, store.name) == (30, "03:00", shop.store.name)
    assert store.preferences.notices == (NoticeTopic.CREDENTIALS, NoticeTopic.PARKED)
    assert (store.settings, store.credentials) == (shop.store.settings, shop.store.credentials)
    before = {"refresh_minutes": 15, "notices": [topic.value for topic in NoticeTopic], "product_details": "never"}
    after = {"refresh_minutes": 30, "notices": ["credentials", "parked"], "product_details": "always"}
    assert audit(shop)[1:] == [(ANA, "store.changed", before, after)]


def test_what_is_the_same_leaves_no_trace(sqlite_shop: SandboxShop) -> None:
    assert change(sqlite_shop, refresh_minutes=15, settings={"on_ship": "mark_shipped"}) == sqlite_shop.store
    assert len(audit(sqlite_shop)) == 1


@pytest.mark.parametrize("settings", [{"channel_ids": [2, 3]}, {"warehouse_ids": [3]}])
def test_other_channels_or_warehouses_make_the_next_import_look_at_everything(
    shop: SandboxShop, settings: dict[str, Any]
) -> None:
    import_something(shop)
    change(shop, settings=settings)

    assert (stored(shop).scanned_until, stored(shop).failures, stored(shop).retry_at) == (None, 2, NOW)
    assert on_record(shop) == 0


def test_other_changes_leave_what_imports_know(sqlite_shop: SandboxShop) -> None:
    import_something(sqlite_shop)
    change(sqlite_shop, name="Other", settings={"channel_ids": [2], "on_ship": "none"})

    assert stored(sqlite_shop).scanned_until == "2026-11-20"
    assert on_record(sqlite_shop) == 1


def test_every_problem_is_told_with_its_field(sqlite_shop: SandboxShop) -> None:
    with pytest.raises(ChangesRefused) as refused:
        change(sqlite_shop, name="", refresh_minutes=1441, keep_raw_days=0, settings={"channel_ids": [], "on_ship": "never"})

    assert {problem.field for problem in refused.value.problems} == {
        *("name", "refresh_minutes", "keep_raw_days", "channel_ids", "on_ship")
    }
    assert "cada 1 a 1440 minutos, no cada 1441" in refused.value.format("es")
    assert stored(sqlite_shop) == sqlite_shop.store


@pytest.mark.parametrize(
    ("settings", "field", "said"),
    [
        ({"channel_ids": [2, 77]}, "channel_ids", "Channel 77 is not in this Brightpearl account; it has 1 Phone"),
        ({"warehouse_ids": [77]}, "warehouse_ids", "Warehouse 77 is not in"),
        ({"on_ship": "both", "shipped_status_id": 77}, "shipped_status_id", "Order status 77 is none"),
        ({"on_ship": "order_status"}, "shipped_status_id", "choose the status of shipped orders"),
    ],
)
def test_what_the_account_does_not_have_is_refused(
    sqlite_shop: SandboxShop, settings: dict[str, Any], field: str, said: str
) -> None:
    """A channel that was mistyped would close every order that is here."""
    with pytest.raises(ChangesRefused) as refused:
        change(sqlite_shop, settings=settings)

    assert [problem.field for problem in refused.value.problems] == [field]
    assert said in refused.value.format("en")
    assert stored(sqlite_shop) == sqlite_shop.store


def test_what_cannot_be_asked_is_kept_as_it_is_given(sqlite_shop: SandboxShop) -> None:
    sqlite_shop.server.set_password("another")

    assert change(sqlite_shop, settings={"channel_ids": [77]}).settings["channel_ids"] == [77]


def test_settings_that_stay_are_not_asked_for_again(sqlite_shop: SandboxShop) -> None:
    before = sqlite_shop.server.state()["requests"]
    change(sqlite_shop, refresh_minutes=20, settings={**sqlite_shop.store.settings, "warehouse_ids": [], "order_note": "Sent"})

    assert sqlite_shop.server.state()["requests"] == before


def test_what_is_wrong_with_a_setting_hinders_no_change_of_another(sqlite_shop: SandboxShop) -> None:
    """An address that no longer counts, say: the next import tells of it."""
    with sqlite_shop.app.unit_of_work() as uow:
        uow.stores.swap_credentials(sqlite_shop.store.account_id, sqlite_shop.store.id, 1, {})
        uow.commit()
    sqlite_shop.server.stop()

    assert change(sqlite_shop, settings={"order_note": "Sent"}).settings["order_note"] == "Sent"


def test_a_store_of_somebody_else_is_not_there(sqlite_shop: SandboxShop) -> None:
    changes = StoreChanges(name="Mine")
    with pytest.raises(Refused, match="There is no store"):
        update_store(sqlite_shop.app, sqlite_shop.provider.id, sqlite_shop.store.id, changes, ANA)
    with pytest.raises(Refused, match="There is no store"):
        disconnect_store(sqlite_shop.app, sqlite_shop.provider.id, sqlite_shop.store.id, ANA)


def test_a_closed_store_is_left_alone(shop: SandboxShop) -> None:
    shop.run_import()
    orders = shop.dump()
    with shop.app.unit_of_work() as uow:
        uow.stores.keep_webhooks(shop.store.account_id, shop.store.id, "d" * 64, ())
        uow.commit()
    ended = disconnect_store(shop.app, shop.merchant.id, shop.store.id, ANA)

    assert ended.warning is None
    closed = stored(shop)
    assert (closed.state, closed.credentials, closed.webhook_digest) == (StoreState.CLOSED, {}, None)
    assert audit(shop)[-1] == (ANA, "store.disconnected", "connected", "closed")
    assert shop.dump() == orders
    with pytest.raises(Refused, match="is closed"):
        change(shop, name="Again")
    with pytest.raises(Refused, match="is closed"):
        disconnect_store(shop.app, shop.merchant.id, shop.store.id, ANA)


def test_the_first_channels_complete_a_store_that_was_agreed_to(sqlite_shop: SandboxShop) -> None:
    """It could not be imported, nor told to call, before: now it can."""
    app = replace(sqlite_shop.app, local_url="http://127.0.0.1:9")  # nobody listens there
    bare = replace(sqlite_shop.store, id="sto_bare", settings={**sqlite_shop.store.settings, "channel_ids": []})
    keep_store(app, bare, ANA)
    with app.unit_of_work() as uow:
        uow.stores.keep_progress(bare.account_id, bare.id, scanned_until=None, failures=4, retry_at=NOW + timedelta(hours=2))
        uow.commit()
        assert uow.stores.get(bare.account_id, bare.id).webhook_ids == ()
        assert uow.alerts.list_for(bare.account_id) == []

    kept = update_store(app, bare.account_id, bare.id, StoreChanges(settings={"channel_ids": [3]}), ANA)

    assert (kept.failures, kept.retry_at) == (0, None)
    with app.reading() as uow:
        assert len(uow.stores.get(bare.account_id, bare.id).webhook_ids) == 3
        stored_audit = [(entry.actor, entry.action) for entry in uow.audit.list_for(bare.account_id, bare.id)]
    assert stored_audit[-1] == (ANA, "store.webhooks_on")


def test_disconnecting_takes_back_whatever_is_registered(sqlite_shop: SandboxShop) -> None:
    app = replace(sqlite_shop.app, local_url="http://127.0.0.1:9")
    turn_on(app, sqlite_shop.store.account_id, sqlite_shop.store.id)
    with app.unit_of_work() as uow:  # one more than is on record here, as an interrupted try leaves it
        kept = uow.stores.get(sqlite_shop.store.account_id, sqlite_shop.store.id)
        uow.stores.keep_webhooks(kept.account_id, kept.id, kept.webhook_digest, kept.webhook_ids[:1])
        uow.commit()

    ended = disconnect_store(app, sqlite_shop.merchant.id, sqlite_shop.store.id, ANA)

    assert ended.warning is None
    assert sqlite_shop.server._webhooks.all() == []


class _Recorder:
    """A connector of which only webhooks are asked."""

    describes = BRIGHTPEARL

    def __init__(self, problem: StoreUnavailable | None = None) -> None:
        self.removed: list[str] = []
        self._problem = problem

    def open(self, store: Store, vault: object = None) -> _Recorder:
        assert store.credentials  # it has to log in for that
        return self

    def ids_of_orders(self, external_order_ids: Any) -> list[str]:
        raise NotImplementedError

    def register_webhooks(self, address: str) -> tuple[str, ...]:
        raise NotImplementedError

    def list_webhooks(self, address: str) -> list[str]:
        raise NotImplementedError

    def remove_webhooks(self, webhook_ids: Any) -> None:
        if self._problem is not None:
            raise self._problem
        self.removed += webhook_ids

    def close(self) -> None: ...


@pytest.mark.parametrize("problem", [None, StoreUnavailable(Sentence("It is down.", "Está caída."))])
def test_webhooks_are_taken_back_as_far_as_possible(
    sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch, problem: StoreUnavailable | None
) -> None:
    recorder = _Recorder(problem)
    with sqlite_shop.app.unit_of_work() as uow:
        uow.stores.keep_webhooks(sqlite_shop.store.account_id, sqlite_shop.store.id, "d" * 64, ("71", "72"))
        uow.commit()
    monkeypatch.setitem(sqlite_shop.app.connectors, "brightpearl", recorder)
    ended = disconnect_store(sqlite_shop.app, sqlite_shop.merchant.id, sqlite_shop.store.id, ANA)

    assert recorder.removed == ([] if problem else ["71", "72"])
    assert (ended.store.state, ended.store.webhook_ids) == (StoreState.CLOSED, ())
    assert (ended.warning is None) == (problem is None)
    if ended.warning is not None:
        assert "Está caída." in ended.warning.format("es")
