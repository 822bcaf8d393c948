"""What filters of the grid offer by name; the orders of one store's channel, and of one person's holds, on both databases."""

from __future__ import annotations

from dataclasses import replace

from support.examples import NOON, a_store, an_account_with_store, an_order

from engine.model.account import ADMIN, User
from engine.model.hold import Hold, HoldOwner
from engine.model.order import OrderState
from engine.model.order_filter import HeldBy, OrderFilter
from engine.model.store import KnownNames, NameKind, Store
from storage.database import Database
from storage.orders.shown_holds import HoldShown
from storage.queries import Queries


def with_channels(database: Database) -> tuple[Store, Store]:
    """Two stores that call different channels alike, with an order of each; one has a channel that no order is from."""
    with database.unit_of_work() as unit:
        first = an_account_with_store(unit)
        second = a_store(first.account_id, name="Outlet")
        unit.stores.add(second)
        unit.stores.keep_names(first, {NameKind.CHANNELS: KnownNames({"2": "Web", "3": "Amazon", "9": "Unused"}, NOON)})
        unit.stores.keep_names(second, {NameKind.CHANNELS: KnownNames({"2": "Web", "7": ""}, NOON)})
        orders = [
            an_order(first.account_id, first.id, "a", channel="2"),
            an_order(first.account_id, first.id, "b", channel="3"),
            an_order(second.account_id, second.id, "c", channel="2"),
            an_order(second.account_id, second.id, "d", channel="7"),
            an_order(second.account_id, second.id, "e", channel="8"),
        ]
        unit.orders.add_many(orders, "run_1")
        unit.commit()
    return first, second


def found(database: Database, account_id: str, wanted: OrderFilter) -> list[str]:
    return sorted(row.external_id for row in Queries(database).orders_page(account_id, wanted).rows)


def test_channels_that_orders_are_from_have_names_and_their_stores_where_names_are_shared(database: Database) -> None:
    first, second = with_channels(database)
    choices = Queries(database).filter_choices(first.account_id)

    assert choices.channels == {
        "8": "8",
        f"{second.id}:7": "7",
        f"{first.id}:3": "Amazon",
        f"{second.id}:2": "Web (Outlet)",
        f"{first.id}:2": "Web (Casa Verde online)",
    }
    assert (choices.channel("3"), choices.channel("2"), choices.channel("x")) == ("Amazon", "2", "x")
    assert choices.channel(f"{second.id}:2") == "Web (Outlet)"


def test_a_channel_of_a_store_leaves_out_what_another_store_calls_alike(database: Database) -> None:
    first, second = with_channels(database)
    of_second = OrderFilter(channel="2", channel_store=second.id)

    assert found(database, first.account_id, OrderFilter(channel="2")) == ["a", "c"]
    assert found(database, first.account_id, of_second) == ["c"]
    assert found(database, first.account_id, replace(of_second, store_id=first.id)) == []
    page = Queries(database).orders_page(first.account_id, replace(of_second, channel="3"))
    assert page.rows == ()
    unknown = Queries(database).orders_page(first.account_id, replace(of_second, channel="x")).unknown
    assert unknown == (("channel", f"{second.id}:x"),)


def test_an_order_of_which_only_the_channel_became_known_is_found_by_it_and_by_all_else_as_before(database: Database) -> None:
    first, _ = with_channels(database)
    anywhere = OrderFilter(search="madrid")
    before = found(database, first.account_id, anywhere)
    with database.unit_of_work() as unit:
        unit.orders.keep_channels(first.account_id, first.id, {"a": "9", "b": "", "never imported": "9", "c": "9"})
        unit.commit()

    assert found(database, first.account_id, OrderFilter(channel="9")) == ["a"]
    assert found(database, first.account_id, OrderFilter(channel="2")) == ["c"]
    assert found(database, first.account_id, OrderFilter(channel="3")) == []
    assert found(database, first.account_id, anywhere) == before == ["a", "b", "c", "d", "e"]


def test_nothing_is_offered_of_another_account(database: Database) -> None:
    with_channels(database)
    with database.unit_of_work() as unit:
        other = an_account_with_store(unit, "elsewhere")
        person = User("usr_p", other.account_id, "p@elsewhere.example", "hash", ADMIN, "en", NOON)
        unit.users.add(person)
        unit.commit()

    choices = Queries(database).filter_choices(other.account_id)
    assert (choices.channels, choices.people) == ({}, {person.id: "p@elsewhere.example"})


def test_orders_are_found_by_the_person_who_holds_them_and_shown_with_all_who_do(database: Database) -> None:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        by_people = an_order(store.account_id, store.id, "a", holds=2)
        by_both = an_order(store.account_id, store.id, "b", holds=1, rules={"status": "on_hold"}, held_by=("r1",))
        by_store = an_order(store.account_id, store.id, "c")
        by_store.source["status"] = "on_hold"
        shipped = an_order(store.account_id, store.id, "d", holds=1, state=OrderState.SHIPPED)
        unit.orders.add_many([by_people, by_both, by_store, shipped], "run_1")
        for number, (order, actor) in enumerate(
            [(by_people, "usr_ana"), (by_people, "usr_bo"), (by_both, "usr_ana"), (shipped, "usr_ana")]
        ):
            unit.holds.add(Hold(f"h{number}", store.account_id, order.id, HoldOwner.MERCHANT, f"why {number}", NOON, actor))
        unit.commit()

    account_id = store.account_id
    assert found(database, account_id, OrderFilter(holder="usr_ana")) == ["a", "b"]
    assert found(database, account_id, OrderFilter(holder="usr_bo")) == ["a"]
    assert found(database, account_id, OrderFilter(holder="usr_ana", held_by=HeldBy.PERSON, search="b")) == ["b"]
    assert Queries(database).orders_page(account_id, OrderFilter(holder="usr_x", search="b")).unknown == (("held_by", "usr_x"),)
    assert found(database, "acc_other", OrderFilter(holder="usr_ana")) == []

    holds = Queries(database).orders_page(account_id, with_holds=True).holds
    merchant = HoldOwner.MERCHANT
    assert holds == {
        by_people.id: (HoldShown(merchant, "why 0", actor="usr_ana"), HoldShown(merchant, "why 1", actor="usr_bo")),
        by_both.id: (HoldShown(merchant, "why 2", actor="usr_ana"), HoldShown(HoldOwner.RULE, rules=("r1",))),
        by_store.id: (HoldShown(HoldOwner.SYSTEM),),
    }
