"""Orders get the names of their store's shipping methods and channels, for few requests."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from support.clock import FixedClock
from support.sandbox_shop import SandboxShop, open_sandbox_shop, sandbox

from adapters.stores.brightpearl.session import BrightpearlSession
from engine.model.store import NameKind
from engine.ports import StoreError, StoreUnavailable
from engine.services.importing.import_store import import_named
from engine.services.stores.sessions import open_session
from rules.messages import Message, Text
from storage.database import Database

DAY = 86_400
DOWN = StoreUnavailable(Message("down", Text("The store is away.", "La tienda no responde.")))
REFUSED = StoreError(Message("refused", Text("Not for this log-in.", "No para este acceso.")))


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[NameKind]:
    """The kinds of names that the store was asked for."""
    kinds: list[NameKind] = []
    own = BrightpearlSession.names

    def note(session: BrightpearlSession, kind: NameKind) -> dict[str, str]:
        kinds.append(kind)
        return own(session, kind)

    monkeypatch.setattr(BrightpearlSession, "names", note)
    return kinds


def named(monkeypatch: pytest.MonkeyPatch, answer: Callable[[NameKind], dict[str, str]]) -> None:
    monkeypatch.setattr(BrightpearlSession, "names", lambda _session, kind: answer(kind))


def raising(error: Exception) -> Callable[[NameKind], dict[str, str]]:
    def answer(_kind: NameKind) -> dict[str, str]:
        raise error

    return answer


def test_orders_have_the_names_that_the_store_shows(shop: SandboxShop) -> None:
    shop.run_import()

    methods = {"5": "Courier Next Day", "6": "Standard Parcel", "7": "Europe Road", "8": "International Air"}
    entries = shop.dump()
    assert {entry.get("requested_service") for entry in entries} >= {"Courier Next Day", "Europe Road"}
    assert all(entry.get("requested_service") == methods.get(entry.get("requested_service_code")) for entry in entries)
    assert {(entry["channel_id"], entry["marketplace"], entry["source"]) for entry in entries} == {
        ("2", "Web shop", "brightpearl")
    }


def test_rules_see_the_names(sqlite_database: Database, clock: FixedClock) -> None:
    with sandbox(clock.now) as server:
        shop = open_sandbox_shop(sqlite_database, server, clock, rules=None)
        shop.publish(
            b"""
name: names
rules:
  - {id: express, when: {field: requested_service, is: contains, value: next day}, then: [{do: add_tag, tag: express}]}
  - {id: amazon, when: {field: marketplace, is: equals, value: amazon}, then: [{do: add_tag, tag: amazon}]}
"""
        )
        second = shop.connect(channel_ids=[3])
        shop.run_import()
        shop.run_import(second)

        tags = {(order.source["marketplace"], "amazon" in order.document().get("tags", [])) for order in shop.orders().values()}
        assert tags == {("Web shop", False), ("Amazon", True)}
        assert any("express" in order.document().get("tags", []) for order in shop.orders().values())


def test_names_are_asked_for_once_and_again_when_they_are_old(sqlite_shop: SandboxShop, asked: list[NameKind]) -> None:
    both = [NameKind.SHIPPING_METHODS, NameKind.CHANNELS]
    sqlite_shop.run_import()
    assert asked == both

    sqlite_shop.clock.sleep(3600)
    sqlite_shop.run_import()
    assert asked == both

    sqlite_shop.clock.sleep(DAY)
    sqlite_shop.run_import()
    assert asked == both * 2


def test_a_full_import_brings_new_names_to_orders_that_have_not_shipped(
    sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_shop.run_import()
    named(monkeypatch, lambda kind: {str(number): f"{kind.value} {number}" for number in range(1, 9)})
    sqlite_shop.clock.sleep(60)

    assert sqlite_shop.run_import().updated == 0
    summary = sqlite_shop.run_import(full=True)

    assert summary.updated == len(sqlite_shop.orders())
    for entry in sqlite_shop.dump():
        code = entry.get("requested_service_code")
        assert entry.get("requested_service") == (f"shipping_methods {code}" if code else None)
        assert entry["marketplace"] == "channels 2"


def test_a_code_that_nobody_knows_is_asked_for_at_once_and_then_left_alone(
    sqlite_shop: SandboxShop, asked: list[NameKind]
) -> None:
    sqlite_shop.run_import()
    note = sqlite_shop.ordinary()[0]
    asked.clear()
    with sqlite_shop.server.data.edit_note(note) as document:
        document["shipping"]["shippingMethodId"] = 77
    for _ in range(2):
        session = open_session(sqlite_shop.app, sqlite_shop.store)
        import_named(sqlite_shop.app, sqlite_shop.store, [str(note)], session)
        session.close()

    assert asked == [NameKind.SHIPPING_METHODS]
    source = sqlite_shop.note_order(note).source
    assert (source["requested_service_code"], source.get("requested_service")) == ("77", None)


def test_an_import_stops_when_a_name_that_it_needs_cannot_be_read(
    sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as broken:
        named(broken, raising(DOWN))
        with pytest.raises(StoreUnavailable, match="The store is away"):
            sqlite_shop.run_import()
        assert sqlite_shop.orders() == {}

    sqlite_shop.run_import()
    assert set(sqlite_shop.orders()) == sqlite_shop.expected()


def test_an_import_goes_on_with_old_names_when_they_cannot_be_read_anew(
    sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    sqlite_shop.run_import()
    before = sqlite_shop.dump()
    named(monkeypatch, raising(DOWN))

    assert sqlite_shop.run_import(full=True).updated == 0
    assert sqlite_shop.dump() == before


def test_a_store_that_does_not_show_its_names_does_without(sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch) -> None:
    named(monkeypatch, raising(REFUSED))

    sqlite_shop.run_import()

    entries: list[dict[str, Any]] = sqlite_shop.dump()
    assert {entry["external_id"] for entry in entries} == sqlite_shop.expected()
    assert not any("requested_service" in entry or "marketplace" in entry for entry in entries)
    assert all(entry["channel_id"] == "2" for entry in entries)
