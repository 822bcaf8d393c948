"""What has shipped and is not told stands in a list with its age, until it is told."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.shop import ready
from support.two_sides import TRACKED, TwoSides, open_two_sides

from engine.ports import StoreError
from engine.services.fulfillment.list_untold import list_untold
from engine.services.fulfillment.notify_store import retry_write_backs
from engine.services.fulfillment.ship_order import ship_order
from rules.messages import Message, Text
from storage.database import Database

NO = StoreError(Message("no", Text("The store says no.", "La tienda dice que no.")))


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def test_what_the_store_refuses_to_hear_is_listed_until_it_is_told(sides: TwoSides) -> None:
    sides.shop.connector.refusal = NO
    shipped = ship_order(sides.app, sides.merchant, sides.shop.order_id("1"), TRACKED, "somebody")
    [waiting] = list_untold(sides.app, sides.merchant)
    assert (waiting.shipment.id, waiting.attempts, waiting.is_given_up, waiting.problem) == (shipped.shipment.id, 0, False, None)
    sides.shop.work_off()
    [given_up] = list_untold(sides.app, sides.merchant)
    assert (given_up.order_number, given_up.is_given_up, str(given_up.problem)) == ("1", True, "The store says no.")
    assert given_up.since == shipped.shipment.shipped_at
    assert list_untold(sides.app, sides.provider) == []
    sides.shop.connector.refusal = None
    _retry(sides)
    assert list_untold(sides.app, sides.merchant) == []


def test_the_oldest_comes_first(sides: TwoSides, clock: FixedClock) -> None:
    sides.shop.import_all(ready("1"), ready("2"))
    for number in ("2", "1"):
        ship_order(sides.app, sides.merchant, sides.shop.order_id(number), TRACKED, "somebody")
        clock.sleep(60)
    assert [one.order_number for one in list_untold(sides.app, sides.merchant)] == ["2", "1"]


def _retry(sides: TwoSides) -> None:
    retry_write_backs(sides.app, sides.merchant, sides.shop.order_id("1"), "somebody")
    sides.shop.work_off()
