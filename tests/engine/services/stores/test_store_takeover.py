"""One order for what an account sells through one channel, whatever store record it came by."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from decimal import Decimal

import pytest
from support.brightpearl_access import ACCESS, REDIRECT, settings_of
from support.clock import FixedClock
from support.sandbox_shop import LOOPBACK, SandboxShop, store_form
from support.shipping import new_order, progress, reference, ship, ship_untracked, shipped_events, unship

from adapters.stores.brightpearl.session import BrightpearlConnector
from engine.jobs.worker import process_job_now
from engine.model.account import AccountKind
from engine.model.job import JobState
from engine.model.order import OrderState
from engine.model.store import Store, StoreScope
from engine.model.write_back import WriteBackStatus
from engine.services.accounts.accounts import create_account
from engine.services.fulfillment.notify_store import STORE_CLOSED
from engine.services.importing.import_store import import_store
from engine.services.refusals import Refused
from engine.services.repair.split import split_order
from engine.services.stores.authorise_store import begin_authorisation
from engine.services.stores.change_store import ChangesRefused, StoreChanges, disconnect_store, update_store
from engine.services.stores.connect_store import StoreForm, connect_store


def disconnect(shop: SandboxShop, store: Store | None = None) -> None:
    disconnect_store(shop.app, shop.merchant.id, (store or shop.store).id, "operator")


def reconnect(shop: SandboxShop, **changes: object) -> Store:
    shop.store = shop.connect("Again", **changes)
    return shop.store


def ids(shop: SandboxShop) -> dict[str, str]:
    with shop.database.reading_unit_of_work() as unit:
        orders = list(unit.orders.stream(shop.merchant.id))
    assert len({order.external_id for order in orders}) == len(orders), "a note is on record twice"
    return {order.external_id: order.id for order in orders}


def homes(shop: SandboxShop) -> dict[str, set[str]]:
    """The stores of the orders, by channel."""
    found: dict[str, set[str]] = {}
    for order in shop.orders().values():
        found.setdefault(order.channel, set()).add(str(order.store_id))
    return found


def set_channels(shop: SandboxShop, store: Store, *channels: int) -> Store:
    return update_store(shop.app, shop.merchant.id, store.id, StoreChanges(settings={"channel_ids": list(channels)}), "operator")


def test_connecting_again_takes_over_the_orders(shop: SandboxShop) -> None:
    shop.run_import()
    before = ids(shop)
    disconnect(shop)
    store = reconnect(shop)
    assert homes(shop) == {"2": {store.id}}

    summary = shop.run_import()
    assert ids(shop) == before
    assert (summary.imported, summary.updated, summary.closed) == (0, 0, 0)
    with shop.database.reading_unit_of_work() as unit:
        trail = {entry.action: entry.after for entry in unit.audit.list_for(shop.merchant.id, store.id)}
    assert trail["store.took_over"] == {"orders": len(before)}


def test_what_changed_upstream_meanwhile_is_seen(shop: SandboxShop) -> None:
    shop.run_import()
    gone, kept = shop.ordinary()[:2]
    disconnect(shop)
    shop.server.data.ship_note(gone, "ELSEWHERE")
    shop.server.data.change_address(shop.server.data.note(kept)["orderId"], postalCode="99999")
    reconnect(shop)
    summary = shop.run_import()
    assert (summary.imported, summary.updated, summary.closed) == (0, 1, 1)
    assert shop.note_order(gone).state is OrderState.SHIPPED


def test_what_waits_to_be_told_is_told_once_by_the_new_store(shop: SandboxShop) -> None:
    shop.publish(b"name: none\nrules:\n  - {id: tag, when: always, then: [{do: add_tag, tag: x}]}\n")
    [before, meanwhile, letter, back] = [new_order(shop)[0] for _ in range(4)]
    first, gone = ship(shop, before), ship(shop, back)
    disconnect(shop)
    shop.work_off()
    late, untracked = ship(shop, meanwhile), ship_untracked(shop, letter)
    unship(shop, back)
    shop.work_off()
    assert [reference(shop, note) for note in (before, meanwhile, back)] == ["", "", ""]
    assert {progress(shop, one).state for one in (first, late, untracked)} == {WriteBackStatus.DUE}

    reconnect(shop, on_ship="mark_shipped")
    shop.work_off()
    for _ in range(2):
        shop.run_import()
        shop.work_off()
    assert [reference(shop, note) for note in (before, meanwhile, letter, back)] == [f"T{before}", f"T{meanwhile}", "", ""]
    assert [shipped_events(shop, note) for note in (before, meanwhile, letter, back)] == [1, 1, 1, 0]
    assert {progress(shop, one).state for one in (first, late, untracked)} == {WriteBackStatus.DONE}
    assert progress(shop, gone).state in (WriteBackStatus.NONE, WriteBackStatus.DONE)
    assert {shop.note_order(note).state for note in (before, meanwhile, letter)} == {OrderState.SHIPPED}


def test_what_was_given_up_is_tried_with_the_new_log_in(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    shipped = ship(shop, note)
    shop.server.set_password("another")
    shop.app = replace(shop.app, connectors={**shop.app.connectors, "brightpearl": BrightpearlConnector(shop.clock, [LOOPBACK])})
    for _ in range(80):
        shop.clock.sleep(7200)
        shop.work_off()
        if progress(shop, shipped).state is WriteBackStatus.DEAD:
            break
    assert progress(shop, shipped).state is WriteBackStatus.DEAD
    disconnect(shop)
    shop.store = connect_store(shop.app, shop.merchant.slug, store_form(shop.server, "Again", password="another"))
    shop.work_off()
    assert (reference(shop, note), shipped_events(shop, note)) == (f"T{note}", 1)


def test_a_shipped_order_is_not_shipped_again(shop: SandboxShop) -> None:
    [note] = new_order(shop)
    shipped = ship(shop, note)
    shop.work_off()
    disconnect(shop)
    reconnect(shop)
    shop.run_import()
    shop.work_off()
    assert ship(shop, note).shipment == shipped.shipment
    assert shipped_events(shop, note) == 1


def test_an_open_store_has_no_twin(shop: SandboxShop) -> None:
    with pytest.raises(Refused, match=r'The store "Casa Verde online" imports the same channels of this account already') as no:
        shop.connect("Twin", channel_ids=[2, 3])
    assert 'La tienda "Casa Verde online" ya importa' in no.value.format("es")
    other = shop.connect("Other channels", channel_ids=[1, 3])
    with pytest.raises(ChangesRefused, match='The store "Casa Verde online" imports') as refused:
        set_channels(shop, other, 1, 2)
    assert [problem.field for problem in refused.value.problems] == ["channel_ids"]
    assert set_channels(shop, other, 3, 4).settings["channel_ids"] == [3, 4]
    with shop.database.reading_unit_of_work() as unit:
        assert len(unit.stores.list_for(shop.merchant.id)) == 2


def test_a_twin_by_consent_is_refused_before_anybody_is_sent_away(sqlite_shop: SandboxShop) -> None:
    form = StoreForm("brightpearl", "Twin", settings_of(sqlite_shop.server, "oauth"), ACCESS["oauth"][1])
    with pytest.raises(Refused, match="the same channels"):
        begin_authorisation(sqlite_shop.app, sqlite_shop.merchant, form, user="usr_1", redirect_uri=REDIRECT)


def test_other_accounts_may_connect_the_same(shop: SandboxShop) -> None:
    common = {"password": "a relay needs two", "country": "ES", "time_zone": "Europe/Madrid"}
    other = create_account(shop.app, name="Other", kind=AccountKind.MERCHANT, email="o@other.example", **common)
    shop.run_import()
    before = homes(shop)
    theirs = connect_store(shop.app, other.slug, store_form(shop.server, "Theirs"))
    assert shop.run_import(theirs).imported == len(shop.expected())
    assert homes(shop) == before


def test_of_two_connected_at_once_one_is_refused(shop: SandboxShop) -> None:
    disconnect(shop)

    def connect(name: str) -> bool:
        try:
            connect_store(shop.app, shop.merchant.slug, store_form(shop.server, name))
        except Refused:
            return False
        return True

    with ThreadPoolExecutor(4) as pool:
        assert sorted(pool.map(connect, "abcd")) == [False, False, False, True]


def test_channels_that_go_from_one_store_to_another_take_their_orders_along(shop: SandboxShop) -> None:
    wide = set_channels(shop, shop.store, 1, 2)
    shop.run_import()
    before = ids(shop)
    assert homes(shop) == {"1": {wide.id}, "2": {wide.id}}
    set_channels(shop, wide, 2)
    other = shop.connect("Other", channel_ids=[3])
    set_channels(shop, other, 1, 3)
    assert homes(shop) == {"1": {other.id}, "2": {wide.id}}
    for store in (other, wide, other):
        shop.run_import(store)
    assert {note: order for note, order in ids(shop).items() if note in before} == before
    assert all(shop.orders()[note].state is not OrderState.CANCELLED for note in before)


def test_a_closed_store_keeps_what_the_new_one_does_not_want(shop: SandboxShop) -> None:
    old = set_channels(shop, shop.store, 1, 2)
    shop.run_import()
    before = ids(shop)
    disconnect(shop)
    store = reconnect(shop, channel_ids=[2])
    shop.run_import()
    assert homes(shop) == {"1": {old.id}, "2": {store.id}}
    later = shop.connect("Rest", channel_ids=[1])
    assert homes(shop) == {"1": {later.id}, "2": {store.id}}
    assert ids(shop) == before


def test_orders_whose_channel_is_not_known_are_found_by_their_notes(shop: SandboxShop) -> None:
    """They were imported before channels were kept."""
    old = set_channels(shop, shop.store, 1, 2)
    shop.run_import()
    before = ids(shop)
    orders = list(shop.orders().values())
    for order in orders:
        order.channel = ""
    with shop.database.unit_of_work() as unit:
        unit.orders.update_many(orders)
        unit.commit()
    disconnect(shop)
    store = reconnect(shop, channel_ids=[2])
    assert homes(shop) == {"": {old.id}}
    assert shop.run_import().imported == 0
    assert homes(shop) == {"": {old.id}, "2": {store.id}}
    assert ids(shop) == before


def test_an_order_that_was_split_is_taken_over_with_its_parts(shop: SandboxShop) -> None:
    shop.run_import()
    order = next(one for one in shop.orders().values() if one.state is OrderState.OPEN and sum(one.quantities().values()) > 1)
    key = next(iter(order.quantities()))
    order.channel = ""  # so that it is found by its note
    with shop.database.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()
    part = split_order(shop.app, shop.merchant.id, order.id, {key: Decimal(1)}, "operator")[1]
    disconnect(shop)
    store = reconnect(shop)
    assert shop.run_import().imported == 0
    assert {shop.orders()[one.external_id].store_id for one in (order, part)} == {store.id}


def test_an_import_that_outlives_its_store_doubles_nothing(shop: SandboxShop) -> None:
    """The store is closed, and another one connected, while an import of the first still runs."""
    shop.run_import()
    before = ids(shop)
    new_order_id, _ = shop.server.data.create_order()
    old = shop.store

    def swap(*_: object) -> None:
        if shop.store.id == old.id:
            disconnect(shop)
            reconnect(shop)
            shop.run_import()

    import_store(shop.app, old.account_id, old.id, full=True, progress=swap)
    import_store(shop.app, shop.store.account_id, shop.store.id, full=True)
    assert {note: order for note, order in ids(shop).items() if note in before} == before
    assert len(ids(shop)) == len(before) + 1
    assert {order.store_id for order in shop.orders().values()} == {shop.store.id}
    assert new_order_id


def test_a_job_that_finds_its_store_closed_is_due_if_that_is_open_by_then(
    sqlite_shop: SandboxShop, monkeypatch: pytest.MonkeyPatch
) -> None:
    shop = sqlite_shop
    [note] = new_order(shop)
    shipped = ship(shop, note)
    assert shipped.job_id is not None
    with monkeypatch.context() as meanwhile:
        meanwhile.setattr("engine.jobs.kinds.write_back.notify_store", lambda *_: STORE_CLOSED)
        worked = process_job_now(shop.app, "test", shipped.job_id)
    assert worked is not None
    assert worked.state is JobState.DUE
    shop.work_off()
    assert (reference(shop, note), shipped_events(shop, note)) == (f"T{note}", 1)


@pytest.mark.parametrize(
    ("one", "other", "overlap"),
    [
        ({"2"}, {"2", "3"}, True),
        ({"2"}, {"3"}, False),
        (None, {"3"}, True),
        (None, None, True),
        (None, set(), False),
        (set(), set(), False),
    ],
)
def test_scopes(one: set[str] | None, other: set[str] | None, overlap: bool) -> None:
    scopes = [StoreScope("o", None if channels is None else frozenset(channels)) for channels in (one, other)]
    assert scopes[0].overlaps(scopes[1]) is scopes[1].overlaps(scopes[0]) is overlap
    assert not scopes[0].overlaps(replace(scopes[1], origin="p"))


@pytest.mark.parametrize(
    ("settings", "origin"),
    [
        ({"account_code": "Acme", "datacenter": "eu1"}, "brightpearl:acme"),
        ({"account_code": "acme", "integration_url": "https://euw1.brightpearlconnect.com/"}, "brightpearl:acme"),
        ({"account_code": "acme", "integration_url": "http://127.0.0.1:5001/"}, "brightpearl:acme@127.0.0.1:5001"),
        ({"account_code": "acme", "integration_url": "http://[bad"}, "brightpearl:acme"),
        ({}, ""),
    ],
)
def test_the_account_is_the_same_by_whatever_way(clock: FixedClock, settings: dict[str, str], origin: str) -> None:
    scope = BrightpearlConnector(clock).scope({**settings, "channel_ids": [2, 7]})
    assert scope == StoreScope(origin, frozenset({"2", "7"}))
