"""Credentials that change: renewed by one process at a time, and kept before they are used."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest
from support.sandbox_shop import SandboxShop

from adapters.clock import SystemClock
from engine.ports import CredentialsRefused, StoreUnavailable
from engine.services.stores.credentials import RENEWAL, WAIT_S, StoredCredentials
from rules.messages import Message, Text

FIRST = {"access_token": "a1", "refresh_token": "r1"}
SECOND = {"access_token": "a2", "refresh_token": "r2"}
THIRD = {"access_token": "a3", "refresh_token": "r3"}
GONE = CredentialsRefused(Message("gone", Text("gone", "fuera")))


def kept(shop: SandboxShop) -> Mapping[str, str]:
    with shop.database.reading_unit_of_work() as unit:
        return unit.stores.get(shop.store.account_id, shop.store.id).credentials


def keep(shop: SandboxShop, credentials: Mapping[str, str]) -> None:
    with shop.database.unit_of_work() as unit:
        version = unit.stores.get(shop.store.account_id, shop.store.id).credentials_version
        assert unit.stores.swap_credentials(shop.store.account_id, shop.store.id, version, credentials)
        unit.commit()


def vault(shop: SandboxShop) -> StoredCredentials:
    return StoredCredentials(shop.app, shop.store)


def fail(_kept: Mapping[str, str]) -> Mapping[str, str]:
    raise AssertionError("there is nothing to renew")


def test_what_is_renewed_is_kept(shop: SandboxShop) -> None:
    keep(shop, FIRST)
    asked: list[Mapping[str, str]] = []

    def renew(known: Mapping[str, str]) -> Mapping[str, str]:
        asked.append(known)
        return SECOND

    assert vault(shop).renew(FIRST, renew) == SECOND
    assert (asked, kept(shop)) == ([FIRST], SECOND)
    assert vault(shop).renew(FIRST, fail) == SECOND


def test_a_refusal_changes_nothing_and_holds_up_nobody(shop: SandboxShop) -> None:
    keep(shop, FIRST)

    def refuse(_kept: Mapping[str, str]) -> Mapping[str, str]:
        raise GONE

    with pytest.raises(CredentialsRefused, match="gone"):
        vault(shop).renew(FIRST, refuse)
    assert kept(shop) == FIRST
    assert vault(shop).renew(FIRST, lambda _kept: SECOND) == SECOND
    assert shop.clock.slept == []


def test_a_store_connected_again_during_a_renewal_keeps_the_newer_credentials(shop: SandboxShop) -> None:
    keep(shop, FIRST)

    def renew_late(_kept: Mapping[str, str]) -> Mapping[str, str]:
        keep(shop, THIRD)
        return SECOND

    def refuse_late(_kept: Mapping[str, str]) -> Mapping[str, str]:
        keep(shop, FIRST)
        raise GONE

    assert vault(shop).renew(FIRST, renew_late) == THIRD
    assert vault(shop).renew(THIRD, refuse_late) == FIRST
    assert kept(shop) == FIRST


def test_a_renewal_that_does_not_end_is_told(shop: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    keep(shop, FIRST)
    sleep = shop.clock.sleep

    def hold() -> None:
        with shop.database.unit_of_work() as unit:
            now = shop.clock.now()
            assert unit.leases.take(shop.merchant.id, f"credentials:{shop.store.id}", "another", now, now + RENEWAL)
            unit.commit()

    def sleep_while_it_goes_on(seconds: float) -> None:
        sleep(seconds)
        hold()

    hold()
    monkeypatch.setattr(shop.clock, "sleep", sleep_while_it_goes_on)

    with pytest.raises(StoreUnavailable, match="renewed by another process"):
        vault(shop).renew(FIRST, fail)
    assert sum(shop.clock.slept) == WAIT_S


def test_what_a_dead_process_held_is_free_after_a_while(shop: SandboxShop) -> None:
    keep(shop, FIRST)
    with shop.database.unit_of_work() as unit:
        now = shop.clock.now()
        assert unit.leases.take(shop.merchant.id, f"credentials:{shop.store.id}", "dead", now, now + RENEWAL)
        unit.commit()

    assert vault(shop).renew(FIRST, lambda _kept: SECOND) == SECOND
    assert sum(shop.clock.slept) == RENEWAL.total_seconds()


def test_two_that_renew_at_once_ask_once(shop: SandboxShop) -> None:
    """The second waits while the first one asks, and gets what that one kept."""
    keep(shop, FIRST)
    entered, second_began = threading.Event(), threading.Event()
    asked: list[str] = []

    class Waiting(SystemClock):
        def sleep(self, seconds: float) -> None:
            second_began.set()
            super().sleep(0.01)

    object.__setattr__(shop.app, "clock", Waiting())

    def renew(_kept: Mapping[str, str]) -> Mapping[str, str]:
        asked.append("asked")
        entered.set()
        assert second_began.wait(60)
        return SECOND

    with ThreadPoolExecutor(2) as pool:
        first = pool.submit(vault(shop).renew, FIRST, renew)
        assert entered.wait(60)
        second = pool.submit(vault(shop).renew, FIRST, renew)
        assert first.result(20) == second.result(20) == SECOND
    assert asked == ["asked"]
