"""Connecting, trying out and connecting again: what is kept, what is checked first, and what a refusal leaves behind."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from support.brightpearl_access import ACCESS, settings_of
from support.sandbox_shop import STORE_PASSWORD, SandboxShop, store_form

from engine.model.audit import AuditEntry
from engine.model.store import Store, StoreState
from engine.ports import CredentialsRefused, StoreError
from engine.services.importing.import_store import import_store
from engine.services.refusals import Refused
from engine.services.stores.change_store import disconnect_store
from engine.services.stores.connect_store import StoreForm, choices_of, connect_store, replace_credentials, try_connection

KINDS = ("login", "account_token", "staff_token", "signed_token")


def form_of(shop: SandboxShop, auth: str, **credentials: str) -> StoreForm:
    return StoreForm("brightpearl", auth, settings_of(shop.server, auth), {**ACCESS[auth][1], **credentials})


def get(shop: SandboxShop, store_id: str) -> Store:
    with shop.database.reading_unit_of_work() as unit:
        return unit.stores.get(shop.merchant.id, store_id)


def audit(shop: SandboxShop, store_id: str) -> list[AuditEntry]:
    with shop.database.reading_unit_of_work() as unit:
        return unit.audit.list_for(shop.merchant.id, store_id)


@pytest.mark.parametrize("auth", KINDS)
def test_a_store_of_each_kind_imports(sqlite_shop: SandboxShop, auth: str) -> None:
    disconnect_store(sqlite_shop.app, sqlite_shop.merchant.id, sqlite_shop.store.id, "operator")
    store = connect_store(sqlite_shop.app, sqlite_shop.merchant.slug, form_of(sqlite_shop, auth), actor="usr_ana")

    assert import_store(sqlite_shop.app, store.account_id, store.id).imported == len(sqlite_shop.expected())
    (entry,) = audit(sqlite_shop, store.id)
    assert (entry.actor, entry.action) == ("usr_ana", "store.connected")
    kept = json.dumps(entry.after)
    assert not any(secret in kept for name, secret in ACCESS[auth][1].items() if name != "username")


@pytest.mark.parametrize("auth", KINDS)
def test_a_refused_store_leaves_nothing(sqlite_shop: SandboxShop, auth: str) -> None:
    wrong = "password" if auth == "login" else "token"

    with pytest.raises(CredentialsRefused) as caught:
        connect_store(sqlite_shop.app, sqlite_shop.merchant.slug, form_of(sqlite_shop, auth, **{wrong: "hush"}))

    assert [problem.field for problem in caught.value.problems] == [wrong]
    with sqlite_shop.database.reading_unit_of_work() as unit:
        assert [store.id for store in unit.stores.list_for(sqlite_shop.merchant.id)] == [sqlite_shop.store.id]


def test_a_channel_that_the_account_lacks_is_told_before_anything_is_kept(sqlite_shop: SandboxShop) -> None:
    with pytest.raises(StoreError, match=r"Channel 9 is not in this Brightpearl account; it has .*2 Web shop") as caught:
        sqlite_shop.connect(channel_ids=[2, 9])

    assert [problem.field for problem in caught.value.problems] == ["channel_ids"]


def test_a_form_without_channels_shows_what_there_is(sqlite_shop: SandboxShop) -> None:
    form = store_form(sqlite_shop.server, channel_ids=[], on_ship="both")

    found = try_connection(sqlite_shop.app, sqlite_shop.merchant.slug, form)

    assert [(one.id, one.name) for one in found.channels][1] == ("2", "Web shop")
    assert [one.id for one in found.warehouses] == ["3", "5"]
    assert found.shipping_methods
    assert found.order_statuses
    assert choices_of(sqlite_shop.app, sqlite_shop.merchant.id, sqlite_shop.store.id) == found
    with pytest.raises(CredentialsRefused, match="password"):
        try_connection(sqlite_shop.app, sqlite_shop.merchant.slug, store_form(sqlite_shop.server, password="hush"))


@pytest.mark.parametrize("call", [choices_of, lambda *given: replace_credentials(*given, {"password": "x"})])
def test_a_strangers_or_closed_store_is_refused(sqlite_shop: SandboxShop, call: Any) -> None:
    app, store = sqlite_shop.app, sqlite_shop.store
    for account_id, store_id in ((sqlite_shop.provider.id, store.id), (store.account_id, "sto_none")):
        with pytest.raises(Refused, match="no store"):
            call(app, account_id, store_id)
    with sqlite_shop.database.unit_of_work() as unit:
        unit.stores.set_state(store.account_id, store.id, StoreState.CLOSED)
        unit.commit()
    with pytest.raises(Refused, match="is closed"):
        call(app, store.account_id, store.id)


def test_a_store_is_connected_again_with_a_new_password(shop: SandboxShop) -> None:
    shop.server.set_password("changed-at-the-store")
    with pytest.raises(CredentialsRefused):
        shop.run_import()
    with shop.database.unit_of_work() as unit:
        until = shop.clock.now() + timedelta(hours=1)
        unit.stores.keep_progress(shop.store.account_id, shop.store.id, scanned_until="2026-03-01", failures=4, retry_at=until)
        unit.commit()
    account_id, store_id = shop.merchant.id, shop.store.id
    with pytest.raises(CredentialsRefused):
        replace_credentials(shop.app, account_id, store_id, {"password": "hush"})
    assert get(shop, store_id).credentials["password"] == STORE_PASSWORD

    store = replace_credentials(shop.app, account_id, store_id, {"password": "changed-at-the-store"}, "usr_ana")

    assert store == get(shop, store_id)
    assert store.credentials == {"username": "u@example.com", "password": "changed-at-the-store"}
    assert (store.state, store.failures, store.retry_at) == (StoreState.CONNECTED, 0, None)
    assert store.scanned_until == "2026-03-01"
    entry = audit(shop, store_id)[-1]
    assert (entry.actor, entry.action, entry.after) == ("usr_ana", "store.reconnected", {"state": "connected"})
    assert "changed" not in repr(entry)
    assert shop.run_import().imported == len(shop.expected())


def test_a_form_shows_no_secret(sqlite_shop: SandboxShop) -> None:
    assert STORE_PASSWORD not in repr(store_form(sqlite_shop.server))


@pytest.mark.parametrize("name", ["", " ", "x" * 101, "two\nlines", "nul\0"])
def test_a_store_needs_a_name_on_one_line(sqlite_shop: SandboxShop, name: str) -> None:
    with pytest.raises(Refused, match="on one line"):
        sqlite_shop.connect(name)
