"""A Brightpearl account compared from end to end: notes that are made, shipped and told there while no import runs."""

from __future__ import annotations

from dataclasses import replace

from support.clock import FixedClock
from support.sandbox_shop import NOW, SandboxShop, open_sandbox_shop, sandbox
from support.shipping import EVERYTHING, configure

from engine.model.reconciliation import Reconciliation
from engine.services.reconciliation.ask import list_differences
from engine.services.reconciliation.cures import cure_difference
from engine.services.reconciliation.reconcile import reconcile_store
from engine.services.reconciliation.turn import Limits
from engine.services.stores.sessions import SessionPool
from storage.database import Database

HOUR_S = 3600.0


def compare(shop: SandboxShop, limits: Limits | None = None) -> Reconciliation:
    given = () if limits is None else (limits,)
    with SessionPool(shop.app) as sessions:
        return reconcile_store(shop.app, shop.merchant.id, shop.store.id, sessions, *given)


def found(shop: SandboxShop) -> list[tuple[str, str, str]]:
    listed = list_differences(shop.app, shop.merchant.id, shop.store.id)
    return sorted((one.kind.value, one.external_id, one.detail) for one in listed)


def test_what_happens_in_the_account_while_no_import_runs_is_found_and_cured(database: Database) -> None:
    clock = FixedClock(NOW)
    with sandbox(clock.now, orders=12) as server:
        shop = open_sandbox_shop(database, server, clock, rules=None)
        configure(shop, **EVERYTHING)
        shop.run_import()
        so_far = compare(shop)
        assert so_far.is_complete
        assert found(shop) == [], "what is left out and parked is another list"
        open_ones = [int(one.external_id) for one in shop.orders().values() if one.state.value == "open"]

        _, new = server.data.create_order(rows=2)
        assert new is not None
        server.data.ship_note(open_ones[0])
        server.data.unprint_note(open_ones[1])
        assert compare(shop).is_complete
        assert found(shop) == [
            ("not_here", str(new), ""),
            *sorted(
                [("not_there", str(open_ones[0]), "already_shipped"), ("not_there", str(open_ones[1]), "not_printed")],
                key=lambda one: one[1],
            ),
        ]
        for one in list_differences(shop.app, shop.merchant.id, shop.store.id):
            cure_difference(shop.app, shop.merchant.id, shop.store.id, one.kind, one.subject, "usr_1")
        shop.work_off()
        assert found(shop) == []
        assert str(new) in shop.orders()

        clock.sleep(2 * HOUR_S)
        assert compare(shop).is_complete
        assert found(shop) == []


def test_a_long_list_is_gone_through_by_turns_within_its_requests(sqlite_database: Database) -> None:
    clock = FixedClock(NOW)
    with sandbox(clock.now, orders=8) as server:
        shop = open_sandbox_shop(sqlite_database, server, clock, rules=None)
        shop.run_import()
        made = [str(server.data.create_order(rows=1)[1]) for _ in range(3)]
        so_far = compare(shop, Limits(requests=1))
        assert so_far.goes_on
        assert so_far.place, "from there the next turn goes on"
        done = compare(shop)
        assert (done.is_complete, done.open_there) == (True, done.open_here + len(made)), (
            "what is on both sides of a turn counts once"
        )
        assert found(shop) == [("not_here", one, "") for one in sorted(made)]


def test_what_another_store_of_the_account_has_is_no_difference(sqlite_database: Database) -> None:
    clock = FixedClock(NOW)
    with sandbox(clock.now, orders=6) as server:
        shop = open_sandbox_shop(sqlite_database, server, clock, rules=None)
        shop.run_import()
        other = shop.connect("Second", channel_ids=[3])
        shop.run_import(other)
        second = replace(shop, store=other)
        assert compare(second).is_complete
        assert found(second) == []
