"""Where several processes work on one database, whoever changes a thing holds it from the moment of reading it.

Otherwise two who change the same order at once would both begin with what it was, and the second would undo what the first did.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Any

import pytest
from sqlalchemy import event
from support.clock import FixedClock
from support.labels import STANDARD, open_shippers
from support.parcels import combine_and_separate
from support.pictures import png
from support.rule_runs import SEND, edit, jobs_of, order_of, publish, release, reprocess
from support.sharing import adopted, offered
from support.shop import PASSWORD, Shop, open_shop, ready

from adapters.stores.brightpearl.description import reasons
from engine.jobs.make_label import make_label
from engine.model.account import AccountKind
from engine.model.job import JobState
from engine.model.order import ON_HOLD, OrderState
from engine.model.store import Skipped
from engine.ports import CredentialsRefused, NoticeFinal, StoreError, StoreUnavailable
from engine.services.accounts.accounts import add_location, create_account, set_ships_for_others
from engine.services.accounts.carrier_sharing import Sharing, require_shared, share_carrier_account
from engine.services.accounts.erase_person import erase_person
from engine.services.bulk.run import work_on
from engine.services.bulk.start import BulkWish, cancel_bulk_action, start_bulk_action
from engine.services.deciding.arrange_rules import move_rule_set, withdraw_rule_set
from engine.services.deciding.publish_rules import publish_rules
from engine.services.editing.edit_orders import edit_orders
from engine.services.editing.edits import FieldEdit
from engine.services.fulfillment.notify_store import retry_write_backs
from engine.services.fulfillment.ship_order import Shipping, ship_order, unship_order
from engine.services.importing.import_now import import_now
from engine.services.lists.named_lists import add_members, remove_list, set_list
from engine.services.repair.cancel import cancel_order, restore_order
from engine.services.repair.split import join_order, split_order
from engine.services.sharing.offer_rules import withdraw_offer
from engine.services.sharing.switch_rule import switch_adopted_rule
from engine.services.stores.change_store import StoreChanges, disconnect_store, update_store
from engine.services.stores.connect_store import StoreForm, connect_store
from engine.services.stores.store_logo import read_logo, set_logo
from storage.database import Database

Act = Callable[[Shop], Any]
ORDER, STORE, ACCOUNT, CONNECTION, REQUEST = "orders", "stores", "accounts", "connections", "fulfillment_requests"
SHIPPING, HOLD = Shipping("seur", "24h", ("T1",)), "{id: h, when: always, then: [{do: hold, days: 1}]}"
HAND_OVER = f"{{id: s, when: always, then: [{SEND}]}}"


@pytest.fixture
def shop(postgresql_database: Database, clock: FixedClock) -> Shop:
    """One order, and nothing that becomes of it. SQLite has one writer at a time, and no need of locked rows."""
    shop = open_shop(postgresql_database, clock, rules=None)
    shop.import_all(ready("1", customer={"name": "Ana", "email": "ana@buyers.example"}))
    return shop


@contextmanager
def transactions(database: Database) -> Iterator[list[list[str]]]:
    """The statements of each transaction."""
    begun: list[list[str]] = []
    current: dict[Any, list[str]] = {}

    def begin(connection: Any) -> None:
        current[connection.connection.dbapi_connection] = []
        begun.append(current[connection.connection.dbapi_connection])

    def keep(connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        current[connection.connection.dbapi_connection].append(re.sub(r"\s+", " ", statement))

    event.listen(database._writing, "begin", begin)
    event.listen(database._writing, "before_cursor_execute", keep)
    try:
        yield begun
    finally:
        event.remove(database._writing, "begin", begin)
        event.remove(database._writing, "before_cursor_execute", keep)


def assert_held_before(shop: Shop, act: Act, table: str, change: str) -> None:
    """Each transaction that makes the change has read rows of the table for it before."""
    with transactions(shop.database) as begun:
        act(shop)
    changing = [sent for sent in begun if any(re.match(change, statement) for statement in sent)]
    assert changing, f"nothing begins with {change}"
    for sent in changing:
        before = sent[: next(place for place, statement in enumerate(sent) if re.match(change, statement))]
        assert any(f"FROM {table} " in statement and re.search(r"FOR (NO KEY )?UPDATE$", statement) for statement in before)


def upstream(shop: Shop) -> None:
    """The store changes the order, then closes it."""
    shop.import_all(ready("1", weight_g=7, customer={"name": "Ana", "email": "ana@buyers.example"}))
    shop.import_all(Skipped("n1", "1", reasons.NOT_PRINTED.message(note="n1")))


def ship(shop: Shop) -> None:
    ship_order(shop.app, shop.merchant.id, shop.order_id("1"), SHIPPING, "operator")


def set_field(shop: Shop) -> None:
    edit_orders(shop.app, shop.merchant.id, [shop.order_id("1")], [FieldEdit("package", value="box-s")], "operator")


def unship(shop: Shop) -> None:
    ship(shop)
    unship_order(shop.app, shop.merchant.id, shop.order_id("1"), "operator")


def hand_over(shop: Shop) -> None:
    publish(shop, HAND_OVER)
    reprocess(shop)
    shop.work_off()


def hold(shop: Shop) -> None:
    publish(shop, HOLD)
    reprocess(shop)


def release_held(shop: Shop) -> None:
    hold(shop)
    release(shop)


def end_hold(shop: Shop) -> None:
    hold(shop)
    shop.app.clock.sleep(timedelta(days=3).total_seconds())
    shop.work_off()


def give_up(shop: Shop) -> None:
    """What a store refuses flags the order."""
    ship(shop)
    shop.connector.refusal = StoreError("no")
    shop.work_off()
    assert order_of(shop).flags


def ship_again(shop: Shop) -> None:
    """What the store holds for shipped can no longer be taken back."""
    ship(shop)
    shop.work_off()
    shop.connector.refusal = NoticeFinal("shipped for good")
    unship_order(shop.app, shop.merchant.id, shop.order_id("1"), "operator")
    shop.work_off()
    assert order_of(shop).state is OrderState.SHIPPED


def cancel_and_restore(shop: Shop) -> None:
    cancel_order(shop.app, shop.merchant.id, shop.order_id("1"), "No.", "operator")
    restore_order(shop.app, shop.merchant.id, shop.order_id("1"), "operator")


def split_and_join(shop: Shop) -> None:
    _, part = split_order(shop.app, shop.merchant.id, shop.order_id("1"), {"1": Decimal(1)}, "operator")
    join_order(shop.app, shop.merchant.id, part.id, "operator")


@pytest.mark.postgresql
@pytest.mark.parametrize(
    "act",
    [
        upstream,
        set_field,
        ship,
        unship,
        ship_again,
        hand_over,
        release_held,
        end_hold,
        give_up,
        cancel_and_restore,
        split_and_join,
        combine_and_separate,
    ],
)
def test_an_order_is_held_while_it_is_changed(shop: Shop, act: Act) -> None:
    assert_held_before(shop, act, ORDER, "UPDATE orders SET store_id")


@pytest.mark.postgresql
@pytest.mark.parametrize("times", ["schedule: {every: 1h}", "look_again: {after: 1h, until: 2h}"])
def test_an_order_is_held_while_the_clock_runs_rules_over_it_and_the_rules_of_its_account_before(shop: Shop, times: str) -> None:
    def run(shop: Shop) -> None:
        shop.app.clock.sleep(timedelta(hours=2).total_seconds())
        shop.work_off()

    publish(shop, f"{{id: s, 'on': [schedule], {times}, when: always, then: [{{do: hold, days: 1}}]}}")
    reprocess(shop)
    shop.work_off()
    with transactions(shop.database) as begun:
        run(shop)
    [changing] = [sent for sent in begun if any(one.startswith("UPDATE orders SET store_id") for one in sent)]
    locks = [re.search(r"FROM (\w+) ", one)[1] for one in changing if re.search(r"FOR (NO KEY )?UPDATE$", one)]  # type: ignore[index]
    assert locks[:2] == ["rule_schedules", "orders"]


@pytest.mark.postgresql
def test_an_order_is_held_while_it_is_looked_at_whether_it_may_be_handed_over(shop: Shop) -> None:
    publish(shop, HAND_OVER)
    reprocess(shop)
    edit(shop, "1", status=ON_HOLD)
    assert_held_before(shop, Shop.work_off, ORDER, r"SELECT fulfillment_requests\..* WHERE fulfillment_requests\.order_id = ")
    assert [job.state for job in jobs_of(shop)] == [JobState.WAITING]


@pytest.mark.postgresql
def test_a_request_is_held_while_a_label_is_planned_for_it(postgresql_database: Database, clock: FixedClock) -> None:
    """So that whoever changes its order meanwhile sees the label, or is seen by it."""
    sides = open_shippers(postgresql_database, clock)
    copy = sides.copy(sides.taken())

    def label(_: Shop) -> None:
        make_label(sides.app, sides.provider, copy.id, STANDARD, sides.clerk.id, "test")

    assert_held_before(sides.shop, label, REQUEST, "INSERT INTO labels")


@pytest.mark.postgresql
def test_an_order_is_held_while_a_person_is_erased_from_it(shop: Shop) -> None:
    def erase(shop: Shop) -> None:
        assert erase_person(shop.app, shop.merchant.slug, email="ana@buyers.example").orders

    ship(shop)
    assert_held_before(shop, erase, ORDER, "UPDATE orders SET store_id")


@pytest.mark.postgresql
def test_an_order_is_held_while_it_is_asked_for_what_was_given_up(shop: Shop) -> None:
    def ask_again(shop: Shop) -> None:
        retry_write_backs(shop.app, shop.merchant.id, shop.order_id("1"), "operator")

    give_up(shop)
    assert_held_before(shop, ask_again, ORDER, "INSERT INTO audit")


def change(shop: Shop) -> None:
    update_store(shop.app, shop.merchant.id, shop.store.id, StoreChanges(name="Another"), "operator")


def disconnect(shop: Shop) -> None:
    disconnect_store(shop.app, shop.merchant.id, shop.store.id, "operator")


@pytest.mark.postgresql
@pytest.mark.parametrize(("act", "change"), [(change, "UPDATE stores SET name"), (disconnect, "UPDATE stores SET state")])
def test_a_store_is_held_while_it_is_changed(shop: Shop, act: Act, change: str) -> None:
    assert_held_before(shop, act, STORE, change)


@pytest.mark.postgresql
@pytest.mark.parametrize("error", [None, StoreUnavailable("away"), CredentialsRefused("no")])
def test_a_store_is_held_while_it_is_kept_how_an_import_ended(
    shop: Shop, monkeypatch: pytest.MonkeyPatch, error: StoreError | None
) -> None:
    def fail(*_arguments: object) -> Any:
        raise error or AssertionError

    if error is not None:
        monkeypatch.setattr("support.shop._Session.scan", fail)

    def run(shop: Shop) -> None:
        with suppress(StoreError):
            shop.import_all()

    assert_held_before(shop, run, STORE, "UPDATE import_runs SET")


@pytest.mark.postgresql
def test_a_store_is_held_while_an_import_is_asked_for_and_while_its_logo_changes(shop: Shop) -> None:
    def ask(shop: Shop) -> None:
        import_now(shop.app, shop.merchant.id, shop.store.id, "operator")

    def draw(shop: Shop) -> None:
        set_logo(shop.app, shop.merchant.id, shop.store.id, read_logo(png(4, 4)), "operator")

    assert_held_before(shop, ask, STORE, "INSERT INTO jobs")
    assert_held_before(shop, draw, STORE, "INSERT INTO store_logos")


def publish_second(shop: Shop) -> None:
    publish_rules(shop.app, shop.merchant.slug, b"set: second\nrules: [{id: b, when: always, then: [{do: hold}]}]")


def move_second(shop: Shop) -> None:
    publish_rules(shop.app, shop.merchant.slug, b"set: first\nrules: [{id: a, when: always, then: [{do: hold}]}]")
    publish_second(shop)
    move_rule_set(shop.app, shop.merchant.slug, "second", 1)


def withdraw_second(shop: Shop) -> None:
    publish_second(shop)
    withdraw_rule_set(shop.app, shop.merchant.slug, "second")


def adopt(shop: Shop) -> None:
    adopted(shop, "set: acme\nrules: [{id: mark, when: always, then: []}]")


def switch(shop: Shop) -> None:
    adopt(shop)
    switch_adopted_rule(shop.app, shop.merchant, "acme.mark", False)


@pytest.mark.postgresql
@pytest.mark.parametrize("act", [publish_second, move_second, withdraw_second, adopt, switch])
def test_an_account_is_held_while_its_rules_are_arranged(shop: Shop, act: Act) -> None:
    assert_held_before(shop, act, ACCOUNT, "DELETE FROM published_rule_sets")


@pytest.mark.postgresql
def test_an_account_is_held_while_it_offers_rules(shop: Shop) -> None:
    def withdraw(shop: Shop) -> None:
        withdraw_offer(shop.app, shop.provider, offered(shop).offer.id)

    assert_held_before(shop, offered, ACCOUNT, "INSERT INTO offered_rule_versions")
    assert_held_before(shop, withdraw, ACCOUNT, "UPDATE rule_offers SET")


@pytest.mark.postgresql
def test_an_account_is_held_while_a_store_is_connected_or_gets_other_channels(shop: Shop) -> None:
    def connect(shop: Shop) -> None:
        form = StoreForm("brightpearl", "Another", {"channels": ["3"]}, {"username": "u", "password": "p"})
        connect_store(shop.app, shop.merchant.slug, form)

    assert_held_before(shop, connect, ACCOUNT, "INSERT INTO stores")
    assert_held_before(shop, change, ACCOUNT, "UPDATE stores SET name")


@pytest.mark.postgresql
def test_an_account_is_held_while_its_lists_change(shop: Shop) -> None:
    def fill(shop: Shop) -> None:
        set_list(shop.app, shop.merchant, "vips", ["ana@buyers.example", "bea@buyers.example"])

    def erase(shop: Shop) -> None:
        erase_person(shop.app, shop.merchant.slug, email="ana@buyers.example")

    def extend(shop: Shop) -> None:
        add_members(shop.app, shop.merchant, "vips", ["eva@buyers.example"])

    assert_held_before(shop, fill, ACCOUNT, "INSERT INTO lists")
    assert_held_before(shop, extend, ACCOUNT, "UPDATE lists SET")
    assert_held_before(shop, erase, ACCOUNT, "UPDATE list_states SET")
    assert_held_before(shop, lambda shop: remove_list(shop.app, shop.merchant, "vips"), ACCOUNT, "DELETE FROM lists")


def share(shop: Shop, **sharing: Any) -> None:
    """One of the merchant's carrier accounts, with the 3PL."""
    with shop.app.reading() as unit:
        carrier_account = unit.carrier_accounts.list_for(shop.merchant.id)[0]
    wanted = Sharing(sharing.pop("provider", shop.provider.slug), **sharing)
    share_carrier_account(shop.app, shop.merchant, carrier_account.id, wanted, "operator")


@pytest.mark.postgresql
def test_an_account_is_held_while_it_shares_stops_to_ship_for_others_or_gets_a_location(shop: Shop) -> None:
    def stop(shop: Shop) -> None:
        create_account(shop.app, name="B", kind=AccountKind.PROVIDER, email="b@b.example", password=PASSWORD, country="ES")
        set_ships_for_others(shop.app, "b", ships=False)

    assert_held_before(shop, share, ACCOUNT, "DELETE FROM carrier_account_shares")
    assert_held_before(shop, stop, ACCOUNT, "UPDATE accounts SET kind")
    locate = partial(add_location, slug=shop.merchant.slug, code="MAD", country="ES")
    assert_held_before(shop, lambda shop: locate(shop.app), ACCOUNT, "INSERT INTO locations")


@pytest.mark.postgresql
def test_a_connection_is_held_while_it_is_changed(shop: Shop) -> None:
    """Else what was read before it ended would bring it back."""
    change = "UPDATE connections SET"
    assert_held_before(shop, partial(share, require=True), CONNECTION, change)
    assert_held_before(shop, partial(share, provider=None, require=True, withdraw=True), CONNECTION, change)
    assert_held_before(
        shop, lambda shop: require_shared(shop.app, shop.merchant, shop.provider.slug, True, "operator"), CONNECTION, change
    )


@pytest.mark.postgresql
def test_a_bulk_action_is_held_while_it_goes_on_and_while_it_is_cancelled(shop: Shop) -> None:
    def begin() -> str:
        wish = BulkWish("rules", [shop.order_id("1")])
        return start_bulk_action(shop.app, shop.merchant.id, wish, "operator").action.id

    first, second = begin(), begin()
    change = "UPDATE bulk_actions SET"
    assert_held_before(shop, lambda shop: work_on(shop.app, shop.merchant.id, first), "bulk_actions", change)
    cancel = partial(cancel_bulk_action, account_id=shop.merchant.id, action_id=second, actor="operator")
    assert_held_before(shop, lambda shop: cancel(shop.app), "bulk_actions", change)
