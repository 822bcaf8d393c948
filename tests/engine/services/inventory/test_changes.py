"""A 3PL receives and adjusts goods: what is refused, what is kept, and that nothing is lost when several do so at once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.partners import invite_stranger, user_of
from support.shop import PROVIDER, STRANGER, open_shop, ready
from support.two_sides import TwoSides, open_two_sides

from engine.model.inventory import MovementKind
from engine.model.request import RequestAction
from engine.model.transitions import Side
from engine.services.accounts.accounts import add_location, set_ships_for_others
from engine.services.connections.answer_invitation import decline
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.connections.remove_connection import remind, remove_connection
from engine.services.fulfillment.recall_order import recall_order
from engine.services.inventory.change_counts import (
    BAD_COUNT,
    Adjustment,
    Receipt,
    adjust_count,
    read_units,
    receive_goods,
    set_count,
)
from engine.services.inventory.count_files import Imported, import_counts, write_counts
from engine.services.inventory.counts import list_counts
from engine.services.inventory.movements import Wanted, list_movements
from engine.services.inventory.shown_stock import Page, page_counts
from engine.services.refusals import Refused
from engine.services.spreadsheets import LinesRefused
from storage.database import Database

CLIENT = "casa-verde"


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def receive(sides: TwoSides, units: int | str, sku: str = "ACM-MUG", **receipt: str) -> Decimal | None:
    return receive_goods(sides.app, sides.clerk, CLIENT, sku, Receipt(Decimal(units), **receipt)).on_hand


def adjust(sides: TwoSides, change: int | str, reason: str = "damaged", note: str = "", sku: str = "ACM-MUG") -> Decimal | None:
    return adjust_count(sides.app, sides.clerk, CLIENT, sku, Adjustment(Decimal(change), reason, note)).on_hand


def stock(sides: TwoSides) -> dict[str, tuple[Decimal | None, Decimal, Decimal | None]]:
    """What both sides see, by SKU: on hand, reserved, available."""
    seen = [
        {one.count.sku: (one.count.on_hand, one.count.reserved, one.count.available) for one in list_counts(sides.app, account)}
        for account in (sides.shop.provider, sides.shop.merchant)
    ]
    assert seen[0] == seen[1]
    return seen[0]


def test_goods_come_in_are_adjusted_and_both_sides_see_how_it_came_about(sides: TwoSides) -> None:
    assert receive(sides, 40, reference="DN-1", note="pallet 3") == 40
    assert adjust(sides, -3) == 37
    assert adjust(sides, 1, "other", "under the shelf") == 38
    assert set_count(sides.app, sides.clerk, CLIENT, "ACM-MUG", Decimal(36), note="stocktake").on_hand == 36
    sides.ship(sides.taken())

    listed = list_movements(sides.app, sides.shop.provider)
    kept = [(one.movement.kind, one.movement.change, one.movement.on_hand, one.movement.reason, one.who) for one in listed]
    assert kept == [
        (MovementKind.SHIPPED, -2, 34, None, "pablo@acme.example"),
        (MovementKind.COUNTED, -2, 36, None, "pablo@acme.example"),
        (MovementKind.ADJUSTED, 1, 38, "other", "pablo@acme.example"),
        (MovementKind.ADJUSTED, -3, 37, "damaged", "pablo@acme.example"),
        (MovementKind.RECEIVED, 40, 40, None, "pablo@acme.example"),
    ]
    assert [(one.movement.reference, one.movement.note) for one in listed[-1:]] == [("DN-1", "pallet 3")]
    assert [one.movement.reference for one in listed[:1]] == ["1"]  # the number of the order that it left with

    theirs = list_movements(sides.app, sides.shop.merchant)
    assert [one.movement for one in theirs] == [one.movement for one in listed]
    assert {one.who for one in theirs} == {sides.connection().company_name}
    assert {one.partner.slug for one in theirs} == {"acme-3pl"}
    first, *rest = listed
    assert list_movements(sides.app, sides.shop.provider, Wanted(CLIENT, "ACM-MUG", first.movement.id, 2)) == rest[:2]
    assert list_movements(sides.app, sides.shop.provider, Wanted(sku="ELSE")) == []
    with pytest.raises(Refused, match="neither a client nor a provider"):
        list_movements(sides.app, sides.shop.provider, Wanted("nobody"))


@pytest.mark.parametrize(
    ("do", "says"),
    [
        (lambda sides: receive(sides, 0), '"0" cannot be received'),
        (lambda sides: receive(sides, "1e400"), r'"1E\+400" is too large .+: write at most 1000000000000'),
        (lambda sides: receive(sides, "1e9999999"), "is too large"),
        (lambda sides: receive(sides, "0.0000001"), '"0.0000001" is too large .+, with up to 6 decimals'),
        (lambda sides: receive(sides, "-1e400"), "cannot be received: write a number above 0"),
        (lambda sides: adjust(sides, "-1e400"), "is too large"),
        (lambda sides: receive(sides, 1, reference="x" * 101), "reference is longer"),
        (lambda sides: receive(sides, 1, note="x" * 501), "note is longer"),
        (lambda sides: receive(sides, 1, sku=""), "Write a SKU"),
        (lambda sides: adjust(sides, 0), '"0" is not a change'),
        (lambda sides: adjust(sides, "NaN"), "is not a change"),
        (lambda sides: adjust(sides, -11), "There are 10 of ACM-MUG"),
        (lambda sides: adjust(sides, 1, sku="NEVER"), "NEVER has never been counted"),
        (lambda sides: adjust(sides, 1, "other"), "Write in the note"),
        (lambda sides: adjust(sides, 1, ""), "Say for what reason"),
        (lambda sides: adjust(sides, 1, "whim"), '"whim" is not a reason; there are: damaged'),
        (lambda sides: receive_goods(sides.app, sides.owner, "acme-3pl", "A", Receipt(Decimal(1))), "not a connected client"),
        (
            lambda sides: adjust_count(sides.app, sides.owner, "acme-3pl", "A", Adjustment(Decimal(1), "found")),
            "not a connected client",
        ),
    ],
)
def test_what_is_refused_says_why_and_changes_nothing(
    sqlite_database: Database, clock: FixedClock, do: Callable[[TwoSides], object], says: str
) -> None:
    sides = open_two_sides(sqlite_database, clock)
    receive(sides, 10)
    with pytest.raises(Refused, match=says):
        do(sides)
    assert stock(sides) == {"ACM-MUG": (10, 0, 10)}


def test_reserved_and_shipped_units_are_right_after_every_answer(sides: TwoSides) -> None:
    receive(sides, 10)
    lines = [
        {"line_key": "1", "sku": "ACM-MUG", "name": "Mug", "quantity": 3},
        {"line_key": "2", "sku": "ACM-POT", "name": "Pot", "quantity": 2},
    ]
    sides.shop.import_all(*(ready(number, items=lines) for number in "2345"))
    recalled, rejected, closed, parted = (sides.delegate(number) for number in "2345")
    assert stock(sides) == {"ACM-MUG": (10, 12, -2), "ACM-POT": (None, 8, None)}

    recall_order(sides.app, sides.merchant, recalled.order_id, sides.owner.id)
    sides.fetch()
    sides.answer(rejected, RequestAction.REJECT, code="out_of_stock")
    assert stock(sides) == {"ACM-MUG": (10, 6, 4), "ACM-POT": (None, 4, None)}

    sides.answer(closed, RequestAction.CLOSE, code="out_of_stock")
    assert stock(sides)["ACM-MUG"] == (10, 3, 7)

    sides.ship(parted)
    assert stock(sides) == {"ACM-MUG": (7, 0, 7), "ACM-POT": (None, 0, None)}
    assert [one.movement.sku for one in list_movements(sides.app, sides.shop.provider)] == ["ACM-MUG", "ACM-MUG"]


def test_a_part_of_an_order_reserves_and_ships_only_its_units(sides: TwoSides) -> None:
    receive(sides, 10)
    part = sides.taken(lines={"1": Decimal(1)})
    assert stock(sides) == {"ACM-MUG": (10, 1, 9)}
    sides.ship(part)
    assert stock(sides) == {"ACM-MUG": (9, 0, 9)}
    sides.delegate()
    assert stock(sides) == {"ACM-MUG": (9, 1, 8)}


def test_receipts_and_adjustments_at_once_lose_nothing(sides: TwoSides) -> None:
    """The first ones too, when there is no count yet that could be locked."""
    together = threading.Barrier(4)
    failed: list[BaseException] = []

    def work(*steps: Callable[[], object]) -> None:
        together.wait()
        try:
            for step in steps:
                step()
        except BaseException as error:
            failed.append(error)
            raise

    def down() -> object:
        receive(sides, 5)
        return adjust(sides, -2)

    threads = [
        threading.Thread(target=work, args=steps)
        for steps in ([lambda: receive(sides, 7)] * 3, [lambda: receive(sides, 1)] * 3, [down] * 2, [down] * 2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert failed == []
    assert stock(sides)["ACM-MUG"][0] == 3 * 7 + 3 * 1 + 4 * 3
    newest = [one.movement for one in list_movements(sides.app, sides.shop.provider)]
    assert sum(one.change for one in newest) == 36
    began, ended = [one.on_hand - one.change for one in newest], [one.on_hand for one in newest]
    assert sorted([*began, Decimal(36)]) == sorted([Decimal(0), *ended])  # each goes on from where another has ended


def test_the_end_of_a_connection_reminds_of_what_is_left(sides: TwoSides) -> None:
    receive(sides, 4)
    receive(sides, 1, "ACM-POT")
    adjust(sides, -1, sku="ACM-POT")
    assert [(one.sku, one.on_hand) for one in remind(sides.app, sides.merchant, sides.connection().id).stock] == [("ACM-MUG", 4)]


def test_what_a_former_client_has_left_is_counted_and_adjusted_until_nothing_is_there(sides: TwoSides) -> None:
    receive(sides, 10)
    remove_connection(sides.app, sides.clerk, sides.connection().id)

    assert adjust(sides, -4, "sent_back") == 6
    assert adjust(sides, 1, "returned") == 7
    with pytest.raises(Refused, match='"casa-verde" is no longer connected: its products can be counted and adjusted'):
        receive(sides, 1)
    text = write_counts(sides.app, sides.shop.provider)
    assert "casa-verde,ACM-MUG,,7,0,7" in text
    assert import_counts(sides.app, sides.clerk, text.replace(",7,0,7", ",2,0,2").encode()) == Imported(1, 0)
    with pytest.raises(LinesRefused, match='"casa-verde" is not a connected client'):
        import_counts(sides.app, sides.clerk, b"client,sku,units\ncasa-verde,ACM-MUG,1\n", received=True)
    assert set_count(sides.app, sides.clerk, CLIENT, "ACM-MUG", Decimal(0)).on_hand == 0
    assert list_counts(sides.app, sides.shop.merchant) == []


def test_less_than_nothing_is_not_left_at_the_end_of_a_connection(sides: TwoSides) -> None:
    receive(sides, 1)
    sides.ship(sides.taken())
    assert remind(sides.app, sides.merchant, sides.connection().id).stock == ()


def test_who_declined_is_no_client(sqlite_database: Database, clock: FixedClock) -> None:
    shop = open_shop(sqlite_database, clock)
    add_location(shop.app, "elsewhere", code="SVQ", country="ES")
    decline(shop.app, user_of(shop, STRANGER), invite_stranger(shop).id)

    assert [one.slug for one in page_counts(shop.app, shop.provider.id, Page()).clients] == [CLIENT]
    with pytest.raises(Refused, match="is not a connected client"):
        set_count(shop.app, user_of(shop, PROVIDER), "elsewhere", "A", Decimal(1))


@pytest.mark.parametrize(
    ("change", "left"),
    [
        (lambda sides: set_count(sides.app, sides.clerk, CLIENT, "ACM-MUG", Decimal(3)), 3),
        (lambda sides: receive(sides, 3), 8),
        (lambda sides: adjust(sides, -1), 4),
        (lambda sides: import_counts(sides.app, sides.clerk, b"client,sku,on_hand\ncasa-verde,ACM-MUG,9\n"), 9),
        (lambda sides: sides.ship(sides.request(sides.asked)), 3),
    ],
)
def test_the_last_movement_is_the_last_by_its_time_whoever_came_in_between(
    sides: TwoSides, clock: FixedClock, change: Callable[[TwoSides], object], left: int
) -> None:
    """What lay there on a day is read from the times of movements."""
    receive(sides, 9)
    sides.asked = sides.taken().id  # type: ignore[attr-defined]
    app, others = sides.app, [Decimal(5)]

    def after_another() -> Any:
        if others:
            clock.sleep(60)
            set_count(app, sides.clerk, CLIENT, "ACM-MUG", others.pop())
        return app.unit_of_work()

    sides.shop.app = replace(app, unit_of_work=after_another)
    change(sides)

    movements = [one.movement for one in list_movements(app, sides.shop.provider)]
    assert [one.on_hand for one in sorted(movements, key=lambda one: (one.at, one.id))] == [9, 5, left]


@pytest.mark.parametrize("written", ["0." + "0" * 40 + "5", "0" * 50 + "1"])
def test_a_number_is_read_whole(written: str) -> None:
    assert read_units(written, BAD_COUNT) == Decimal(written)


@pytest.mark.parametrize("written", ["x" * 50, "", "-"])
def test_what_is_no_number_is_not_read_at_all(written: str) -> None:
    with pytest.raises(Refused, match="is not a count"):
        read_units(written, BAD_COUNT)


def test_two_that_ship_for_each_other_keep_their_movements_apart(sides: TwoSides) -> None:
    set_ships_for_others(sides.app, CLIENT, ships=True)
    connect_accounts(sides.app, provider_slug=CLIENT, client_slug="acme-3pl")
    receive(sides, 5)
    receive_goods(sides.app, sides.owner, "acme-3pl", "ACM-MUG", Receipt(Decimal(8)))

    for account, slug, own, theirs in ((sides.shop.provider, CLIENT, 5, 8), (sides.shop.merchant, "acme-3pl", 8, 5)):
        seen = {
            side: [one.movement.on_hand for one in list_movements(sides.app, account, Wanted(slug, "ACM-MUG", side=side))]
            for side in (Side.PROVIDER, Side.MERCHANT)
        }
        assert seen == {Side.PROVIDER: [own], Side.MERCHANT: [theirs]}


def test_an_account_without_counts_sees_none(sqlite_database: Database, clock: FixedClock) -> None:
    shop = open_shop(sqlite_database, clock)
    assert list_counts(shop.app, shop.merchant) == list_movements(shop.app, shop.merchant) == []
