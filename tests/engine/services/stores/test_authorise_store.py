"""Stores connected by consent: one state, one user, one quarter of an hour, one use."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from support.brightpearl_access import ACCESS, REDIRECT, give_consent, settings_of
from support.sandbox_shop import SandboxShop

from engine.model.store import Store, StoreState
from engine.ports import CredentialsRefused, StoreError
from engine.services.importing.import_store import import_store
from engine.services.refusals import Refused
from engine.services.stores.authorise_store import begin_authorisation, begin_reconnection, finish_authorisation, read_return
from engine.services.stores.connect_store import StoreForm

ANA = "usr_ana"


def begin(shop: SandboxShop, redirect_uri: str = REDIRECT, **changes: Any) -> str:
    """The address of the consent page. No other store has the channel by then."""
    with shop.database.unit_of_work() as unit:
        unit.stores.set_state(shop.store.account_id, shop.store.id, StoreState.CLOSED)
        unit.commit()
    form = StoreForm(
        "brightpearl", "By consent", {**settings_of(shop.server, "oauth"), **changes}, ACCESS["oauth"][1], 30, "04:00"
    )
    return begin_authorisation(shop.app, shop.merchant, form, user=ANA, redirect_uri=redirect_uri).address


def finish(shop: SandboxShop, address: str, user: str = ANA) -> Store:
    came = read_return(address)
    return finish_authorisation(shop.app, shop.merchant, user, came.state, came.code)


def connected(shop: SandboxShop, **changes: Any) -> Store:
    return finish(shop, give_consent(begin(shop, **changes)))


def stores(shop: SandboxShop) -> list[Store]:
    with shop.database.reading_unit_of_work() as unit:
        return [store for store in unit.stores.list_for(shop.merchant.id) if store.id != shop.store.id]


def test_a_consent_makes_a_store_that_imports(shop: SandboxShop) -> None:
    address = begin(shop)
    assert stores(shop) == []
    store = finish(shop, give_consent(address))

    assert stores(shop) == [store]
    assert (store.name, store.refresh_minutes, store.daily_refresh_at) == ("By consent", 30, "04:00")
    assert import_store(shop.app, store.account_id, store.id).imported == len(shop.expected())
    with shop.database.reading_unit_of_work() as unit:
        (entry,) = unit.audit.list_for(shop.merchant.id, store.id)
    assert (entry.actor, entry.action) == (ANA, "store.connected")
    assert not any(secret in json.dumps(entry.after) for secret in store.credentials.values() if len(secret) > 20)


def test_an_import_renews_the_tokens_and_keeps_them(shop: SandboxShop) -> None:
    store = connected(shop)
    shop.server.expire_tokens()
    import_store(shop.app, store.account_id, store.id)
    (kept,) = stores(shop)

    assert kept.credentials["refresh_token"] != store.credentials["refresh_token"]
    assert kept.credentials_version == 2
    shop.clock.sleep(8 * 86_400)
    assert import_store(shop.app, store.account_id, store.id).unchanged == len(shop.expected())


def test_channels_may_be_chosen_after_the_consent(sqlite_shop: SandboxShop) -> None:
    store = connected(sqlite_shop, channel_ids=[])

    with pytest.raises(StoreError, match="at least one channel"):
        import_store(sqlite_shop.app, store.account_id, store.id)


def test_a_channel_that_is_not_there_is_told_and_nothing_is_kept(sqlite_shop: SandboxShop) -> None:
    with pytest.raises(StoreError, match="Channel 9 is not in this"):
        connected(sqlite_shop, channel_ids=[9])
    assert stores(sqlite_shop) == []


def test_a_state_is_used_once_and_by_nobody_else(sqlite_shop: SandboxShop) -> None:
    back = give_consent(begin(sqlite_shop))
    came = read_return(back)
    provider = sqlite_shop.provider

    for account, user, state in (
        (sqlite_shop.merchant, "usr_eve", came.state),
        (provider, ANA, came.state),
        (sqlite_shop.merchant, ANA, "another"),
        (sqlite_shop.merchant, ANA, ""),
    ):
        with pytest.raises(Refused, match="was not begun here"):
            finish_authorisation(sqlite_shop.app, account, user, state, came.code)
    assert finish(sqlite_shop, back).state is StoreState.CONNECTED
    with pytest.raises(Refused, match="used already"):
        finish(sqlite_shop, back)


def test_a_refused_code_uses_the_state_up(sqlite_shop: SandboxShop) -> None:
    came = read_return(give_consent(begin(sqlite_shop)))

    with pytest.raises(CredentialsRefused, match="agree on Brightpearl's page"):
        finish_authorisation(sqlite_shop.app, sqlite_shop.merchant, ANA, came.state, "another code")
    with pytest.raises(Refused, match="begin again"):
        finish_authorisation(sqlite_shop.app, sqlite_shop.merchant, ANA, came.state, came.code)
    assert stores(sqlite_shop) == []


def test_a_consent_waits_a_quarter_of_an_hour(sqlite_shop: SandboxShop) -> None:
    sqlite_shop.server.options = replace(sqlite_shop.server.options, code_lifetime_s=86_400)
    early, late = (give_consent(begin(sqlite_shop)) for _ in range(2))
    sqlite_shop.clock.sleep(899)
    finish(sqlite_shop, early)
    sqlite_shop.clock.sleep(1)

    with pytest.raises(Refused, match="older than 15 minutes"):
        finish(sqlite_shop, late)


def test_a_store_is_connected_again_by_a_new_consent(shop: SandboxShop) -> None:
    store = connected(shop)
    shop.server.revoke_tokens()
    with pytest.raises(CredentialsRefused, match="Connect the store again"):
        import_store(shop.app, store.account_id, store.id)
    (refused,) = stores(shop)
    assert refused.state is StoreState.REFUSED

    again = begin_reconnection(shop.app, shop.merchant, store.id, user=ANA, redirect_uri=REDIRECT)
    restored = finish(shop, give_consent(again.address))

    assert stores(shop) == [restored]
    assert (restored.id, restored.state) == (store.id, StoreState.CONNECTED)
    assert restored.credentials["client_secret"] == store.credentials["client_secret"]
    assert import_store(shop.app, store.account_id, store.id).imported == len(shop.expected())
    by_log_in = shop.connect("By log-in", channel_ids=[3])
    with pytest.raises(StoreError, match="not set to log in by consent"):
        begin_reconnection(shop.app, shop.merchant, by_log_in.id, user=ANA, redirect_uri=REDIRECT)
    with pytest.raises(Refused, match="no store"):
        begin_reconnection(shop.app, shop.provider, store.id, user=ANA, redirect_uri=REDIRECT)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"redirect_uri": "relevo.example"}, "not a web address"),
        ({"redirect_uri": "https://u:p@relevo.example/"}, "not a web address"),
        ({"redirect_uri": "https://relevo.example/#x"}, "not a web address"),
        ({"app_ref": ""}, "app reference"),
        ({"channel_ids": ["two"]}, "channel"),
    ],
)
def test_what_cannot_come_to_anything_is_told_before_the_person_leaves(
    sqlite_shop: SandboxShop, changes: dict[str, Any], words: str
) -> None:
    with pytest.raises((Refused, StoreError), match=words):
        begin(sqlite_shop, **changes)


@pytest.mark.parametrize(
    ("address", "words"),
    [
        (f"{REDIRECT}?error=access_denied&state=x", r"No consent was given \(access_denied\)"),
        (REDIRECT, "copy it whole"),
        (f"{REDIRECT}?code=x", "copy it whole"),
        ("http://[", "copy it whole"),
        ("", "copy it whole"),
    ],
)
def test_what_came_back_without_a_code(address: str, words: str) -> None:
    with pytest.raises(Refused, match=words):
        read_return(address)


def test_a_person_who_says_no_comes_back_without_a_code(sqlite_shop: SandboxShop) -> None:
    with pytest.raises(Refused, match="access_denied"):
        read_return(give_consent(begin(sqlite_shop), agree=False))


def test_a_kind_of_store_without_a_consent_page_says_so(sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sqlite_shop.app.connectors, "brightpearl", object())  # type: ignore[arg-type]

    with pytest.raises(Refused, match="cannot be connected by consent"):
        begin(sqlite_shop)
