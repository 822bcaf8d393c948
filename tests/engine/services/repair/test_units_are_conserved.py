"""Whatever people and the store do with an order and its parts, in whatever order: no unit is lost, doubled or sent twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from itertools import count

import pytest
from support.clock import FixedClock
from support.properties import examples
from support.sequences import Step, draw, run_shortened
from support.shop import Shop, open_shop, ready

from engine.model.fulfillment import ShipmentState
from engine.model.order import JOINED, Order, OrderState
from engine.model.order_part import state_together
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.recall_order import recall_order
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.refusals import Refused
from engine.services.repair.cancel import cancel_order, restore_order
from engine.services.repair.split import join_order, split_order
from storage.database import Database

KEYS = "ab"
LENGTH = 25
WEIGHTS = {"split": 6, "join": 3, "ship": 3, "unship": 2, "cancel": 2, "restore": 2, "import": 5, "delegate": 2, "recall": 2}
SEEDS = range(examples(4))

Units = dict[str, Decimal]


class Play:
    """An order whose store wants some units of each line, and all that was done with it."""

    def __init__(self, shop: Shop, number: str) -> None:
        self.shop, self.number = shop, number
        self.numbers = count(1)
        self.heard = len(shop.connector.told)
        self.say({"a": Decimal(4), "b": Decimal(3)})
        self.total: Units = {"a": Decimal(4), "b": Decimal(3)}

    def say(self, wanted: Units) -> None:
        items = [{"line_key": key, "sku": key, "quantity": int(units)} for key, units in wanted.items() if units]
        self.shop.import_all(ready(self.number, items=items))

    def family(self) -> list[Order]:
        with self.shop.app.reading() as uow:
            found = list(uow.orders.stream(self.shop.merchant.id))
        own = [one for one in found if one.external_id.partition("#")[0] == f"n{self.number}"]
        return [one for one in own if one.state_reason != JOINED]

    def take(self, step: Step) -> None:
        name, dice = step
        family = self.family()
        if name == "import":
            wanted = {"a": Decimal(dice % 7), "b": Decimal(dice // 7 % 6)}
            self.say(wanted)
            if any(one.state is not OrderState.SHIPPED for one in family):
                gone = [one for one in family if one.state is OrderState.SHIPPED]
                fixed = {key: sum((one.quantities().get(key, Decimal(0)) for one in gone), Decimal(0)) for key in KEYS}
                self.total = {key: max(wanted[key], fixed[key]) for key in KEYS}
            return
        order = family[dice % len(family)]
        with suppress(Refused):
            self._ways(order, dice)[name]()

    def _ways(self, order: Order, dice: int) -> dict[str, Callable[[], object]]:
        app, account = self.shop.app, self.shop.merchant.id
        own = (app, account, order.id)
        chosen = {KEYS[dice // 11 % 2]: Decimal(1 + dice // 31 % 3)}
        return {
            "split": lambda: split_order(*own, chosen, "usr_1"),
            "join": lambda: join_order(*own, "usr_1"),
            "ship": lambda: ship_order(*own, Shipping("seur", "24h", (f"T{next(self.numbers)}",)), "usr_1"),
            "unship": lambda: unship_order(*own, "usr_1"),
            "cancel": lambda: cancel_order(*own, "No.", "usr_1"),
            "restore": lambda: restore_order(*own, "usr_1"),
            "delegate": lambda: delegate_order(*own, Asking("acme-3pl"), "usr_1"),
            "recall": lambda: recall_order(*own, "usr_1"),
        }

    def check(self) -> None:
        self.shop.work_off()
        family = self.family()
        has = {key: sum((one.quantities().get(key, Decimal(0)) for one in family), Decimal(0)) for key in KEYS}
        assert has == self.total, "units are lost or doubled"
        with self.shop.app.reading() as uow:
            shipped = uow.fulfillment.shipments_by_order(self.shop.merchant.id, [one.id for one in family])
        left = [one for own in shipped.values() for one in own if one.state is ShipmentState.SHIPPED]
        for key in KEYS:
            assert sum((one.lines.get(key, Decimal(0)) for one in left), Decimal(0)) <= has[key], "a unit has left twice"
        for step, notice in self.shop.connector.told[self.heard :]:
            if step is not None and not notice.is_part:
                assert state_together(family) is OrderState.SHIPPED, "the store was told of all before all was out"
        self.heard = len(self.shop.connector.told)


@pytest.mark.parametrize("seed", SEEDS)
def test_no_unit_is_lost_doubled_or_sent_twice(sqlite_database: Database, clock: FixedClock, seed: int) -> None:
    shop = open_shop(sqlite_database, clock, rules=None)
    runs = count(1)

    def run(steps: Iterator[Step], _looks: bool) -> None:
        play = Play(shop, f"9{next(runs):03}")
        for step in steps:
            play.take(step)
            play.check()

    run_shortened(seed, draw(seed, WEIGHTS, LENGTH), run)
