"""Counts of a client's products at its 3PL, from the first count to the shipment."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.two_sides import TwoSides, open_two_sides

from engine.model.inventory import MovementKind
from engine.model.request import RequestAction
from engine.services.connections.set_connection import replace_skus
from engine.services.fulfillment.ship_order import unship_order
from engine.services.inventory.change_counts import set_count
from engine.services.inventory.counts import list_counts
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def count(sides: TwoSides, on_hand: int, sku: str = "ACM-MUG") -> None:
    set_count(sides.app, sides.clerk, "casa-verde", sku, Decimal(on_hand))


def seen(sides: TwoSides, *, by_client: bool = False) -> list[tuple[str, str, Decimal | None, Decimal, Decimal | None]]:
    account = sides.shop.merchant if by_client else sides.shop.provider
    listed = [(one.partner.slug, one.count) for one in list_counts(sides.app, account)]
    return [(slug, one.sku, one.on_hand, one.reserved, one.available) for slug, one in listed]


def test_units_are_reserved_from_the_request_to_the_shipment(sides: TwoSides) -> None:
    request = sides.delegate()  # older than the first count
    count(sides, 10)
    assert seen(sides) == [("casa-verde", "ACM-MUG", 10, 2, 8)]
    assert seen(sides, by_client=True) == [("acme-3pl", "ACM-MUG", 10, 2, 8)]

    sides.fetch()
    shipped = sides.ship(request)
    assert seen(sides) == [("casa-verde", "ACM-MUG", 8, 0, 8)]

    unship_order(sides.app, sides.provider, shipped.order.id, sides.clerk.id)
    assert seen(sides) == [("casa-verde", "ACM-MUG", 10, 2, 8)]

    sides.recall()
    sides.answer(request, RequestAction.GRANT_CANCEL)
    assert seen(sides) == [("casa-verde", "ACM-MUG", 10, 0, 10)]


def test_every_movement_is_kept(sides: TwoSides) -> None:
    count(sides, 10)
    request = sides.taken()
    sides.ship(request)
    count(sides, 5)

    with sides.app.reading() as unit:
        movements = unit.inventory.list_movements(sides.provider, [sides.merchant], sku="ACM-MUG")
    assert [(one.kind, one.change, one.on_hand) for one in reversed(movements)] == [
        (MovementKind.COUNTED, 10, 10),
        (MovementKind.SHIPPED, -2, 8),
        (MovementKind.COUNTED, -3, 5),
    ]


def test_what_was_never_counted_is_unknown_and_not_0(sides: TwoSides) -> None:
    request = sides.taken()
    assert seen(sides) == [("casa-verde", "ACM-MUG", None, 2, None)]
    assert seen(sides, by_client=True) == [("acme-3pl", "ACM-MUG", None, 2, None)]

    sides.ship(request)
    assert seen(sides) == [("casa-verde", "ACM-MUG", None, 0, None)]


def test_counts_go_by_the_name_that_the_3pl_gives_a_product(sides: TwoSides) -> None:
    replace_skus(sides.app, sides.owner, sides.connection().id, {"ACM-MUG": "P-77"})
    count(sides, 4, "P-77")
    sides.delegate()
    assert seen(sides) == [("casa-verde", "P-77", 4, 2, 2)]


@pytest.mark.parametrize(
    ("client", "sku", "on_hand", "says"),
    [
        ("elsewhere", "A", 1, '"elsewhere" is not a connected client'),
        ("nobody", "A", 1, '"nobody" is not a connected client'),
        ("casa-verde", " ", 1, "Write a SKU"),
        ("casa-verde", "A", -1, '"-1" is not a count'),
    ],
)
def test_what_cannot_be_counted_says_why(sides: TwoSides, client: str, sku: str, on_hand: int, says: str) -> None:
    with pytest.raises(Refused, match=says):
        set_count(sides.app, sides.clerk, client, sku, Decimal(on_hand))


def test_a_client_counts_nothing_at_its_provider(sides: TwoSides) -> None:
    with pytest.raises(Refused, match="is not a connected client"):
        set_count(sides.app, sides.owner, "acme-3pl", "A", Decimal(1))
