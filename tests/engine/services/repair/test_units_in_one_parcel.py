"""Whatever people and the store do with orders in one parcel, in whatever order: no unit is lost, doubled or sent twice."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from contextlib import suppress
from decimal import Decimal
from itertools import count

import pytest
from support.clock import FixedClock
from support.labels import Shippers, open_shippers
from support.paid_carrier import TOO_FAR
from support.properties import examples
from support.sequences import Step, draw, run_shortened
from support.shop import ready

from adapters.stores.brightpearl.description import reasons
from engine.model.alert import Alert
from engine.model.fulfillment import Parcel, Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.order import Order, OrderState
from engine.model.order_combined import combined_orders, lead_of, lent_key, lent_units, orders_in_shipments, owner_of
from engine.model.store import Ready, Skipped
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.fulfillment.shipments import keep_shipment
from engine.services.fulfillment.units_to_ship import claims_on, units_to_ship
from engine.services.refusals import Refused
from engine.services.repair.cancel import cancel_order, restore_order
from engine.services.repair.combine import combine_orders, separate_orders
from engine.services.repair.split import split_order
from storage.database import Database

KEYS = "ab"
LENGTH = 25
SEEDS = range(examples(6))
WEIGHTS = {
    "combine": 6,
    "separate": 3,
    "ship": 3,
    "leave": 4,
    "unship": 3,
    "late": 3,
    "import": 6,
    "close": 1,
    "shipped": 1,
    "cancel": 1,
    "restore": 1,
    "split": 1,
    "label": 3,
}
# What happens while a label is bought: first to its order, then to any.
TO_ITS_ORDER = ("close", "shipped", "cancel", "import")
TO_ANOTHER = ("combine", "ship", "leave", "label", "close", "import", "split")

Units = dict[str, Decimal]


class Play:
    """Three orders of one recipient, what their store wants of each, and all that was done with them."""

    def __init__(self, sides: Shippers, run: int) -> None:
        self.sides, self.shop = sides, sides.shop
        self.numbers = [f"{run:03}{place}" for place in range(3)]
        self.tracking, self.heard = count(1), len(self.shop.connector.told)
        self.shop.import_all(*(self._record(number, 3, 2) for number in self.numbers))
        self.most = {order.id: order.quantities() for order in self.orders()}  # that the store ever wanted

    def _record(self, number: str, *quantities: int) -> Ready:
        lines = zip(KEYS, quantities, strict=True)
        items = [{"line_key": key, "sku": key, "quantity": units, "weight_g": 100} for key, units in lines if units]
        return ready(number, items=items)

    def orders(self) -> list[Order]:
        with self.shop.app.reading() as uow:
            found = {one.external_id: one for one in uow.orders.stream(self.shop.merchant.id)}
        return [found[f"n{number}"] for number in self.numbers]

    def take(self, step: Step) -> None:
        name, dice = step
        orders = self.orders()
        order, other = orders[dice % 3], orders[(dice + 1 + dice // 3 % 2) % 3]
        app, account, number = self.shop.app, self.shop.merchant.id, order.order_number
        own = (app, account, order.id)
        ways: dict[str, Callable[[], object]] = {
            "combine": lambda: combine_orders(app, account, [order.id, other.id], "usr_1"),
            "separate": lambda: separate_orders(*own, (), "usr_1"),
            "ship": lambda: ship_order(*own, Shipping("seur", "24h", (f"P{next(self.tracking)}",)), "usr_1"),
            "leave": lambda: self._leave(order, dice),
            "unship": lambda: unship_order(*own, "usr_1"),
            "late": lambda: self._unship_too_late(order),
            "import": lambda: self.shop.import_all(self._record(number, dice % 5, dice // 5 % 5)),
            "close": lambda: self._close(number, reasons.NOT_PRINTED.message(note=number)),
            "shipped": lambda: self._close(number, reasons.ALREADY_SHIPPED.message(note=number)),
            "cancel": lambda: cancel_order(*own, "No.", "usr_1"),
            "restore": lambda: restore_order(*own, "usr_1"),
            "label": lambda: self._label(number, dice),
            "split": lambda: split_order(*own, {"a": Decimal(9)}, "usr_1"),
        }
        with suppress(Refused):
            ways[name]()

    def _close(self, number: str, why: object) -> None:
        self.shop.import_all(Skipped(f"n{number}", number, why))  # type: ignore[arg-type]

    def _leave(self, order: Order, dice: int) -> None:
        """Some units of one line go ahead, as when a provider ships a part."""
        now = self.shop.app.clock.now()
        with self.shop.app.unit_of_work() as uow:
            order = uow.orders.get(order.account_id, order.id, for_change=True)
            rest = units_to_ship(uow, order, claims_on(uow, order.account_id, [order.id])[order.id], now)
            key = list(rest)[dice // 7 % len(rest)]
            parcels = (Parcel(new_id("par"), tracking_number=f"P{next(self.tracking)}"),)
            lines = {key: min(rest[key], Decimal(1 + dice // 11 % 2))}
            planned = Shipment(new_id("shp"), order.account_id, order.id, None, "seur", "24h", lines, parcels)
            keep_shipment(self.shop.app, uow, order, planned.ship(now), "usr_1", now)
            uow.commit()

    def _label(self, number: str, dice: int) -> None:
        """A label is bought or refused, and while the carrier is asked other things happen."""
        chance = random.Random(dice)
        happening = iter([(chance.choice(TO_ITS_ORDER), dice), (chance.choice(TO_ANOTHER), chance.randrange(10_000))])
        refused = chance.random() < 0.25

        def meanwhile() -> None:
            for step in happening:
                self.take(step)
            if refused:
                raise TOO_FAR

        self.sides.carrier.meanwhile = meanwhile
        try:
            self.sides.buy(number)
        finally:
            self.sides.carrier.meanwhile = lambda: None

    def _unship_too_late(self, order: Order) -> None:
        """The store has marked an order as shipped, which nobody has heard, when the parcel that it left in is taken back."""
        if order.state is not OrderState.SHIPPED or order.external_id in self.shop.connector.held:
            return
        self.shop.connector.held.add(order.external_id)
        try:
            unship_order(self.shop.app, self.shop.merchant.id, lead_of(order) or order.id, "usr_1")
        except Refused:
            self.shop.connector.held.discard(order.external_id)

    def check(self) -> None:
        self.shop.work_off()
        orders = {one.id: one for one in self.orders()}
        with self.shop.app.reading() as uow:
            kept = uow.fulfillment.shipments_by_order(self.shop.merchant.id, list(orders))
        left = {one: [it for it in kept.get(one, ()) if it.state is ShipmentState.SHIPPED] for one in orders}
        out = {one: _total(it.lines for it in left[one]) for one in orders}
        flagged = {alert.id for alert in self._alerts()}
        for order in orders.values():
            self._check_parcel(order, orders)
            self._check_shares(order, left, flagged)
            self._check_most(order, out[order.id])
            for key in (key for key in order.quantities() if owner_of(key) is None):
                gone = out[order.id].get(key, Decimal(0))
                rest = max(order.quantities()[key] - gone, Decimal(0)) if _is_to_leave(order) else 0
                assert _to_leave(order, key, orders, out) == rest, f"units of line {key} are lost or doubled"
        for order in orders.values():
            held = order.external_id in self.shop.connector.held
            assert not held or order.state is OrderState.SHIPPED, "what the store holds for shipped may leave again"
        states = {one.external_id: one.state for one in orders.values()}
        for step, notice in self.shop.connector.told[self.heard :]:
            assert step is None or states[notice.external_id] is OrderState.SHIPPED, "a store was told of what is still here"
        self.heard = len(self.shop.connector.told)

    def _check_parcel(self, order: Order, orders: dict[str, Order]) -> None:
        for other_id in combined_orders(order):
            assert orders[other_id].state in (OrderState.COMBINED, OrderState.SHIPPED), "what does not leave with it"
        assert {owner_of(key) for key in order.quantities()} - {None} <= set(orders_in_shipments(order)), "lines of nobody"
        if order.state is OrderState.COMBINED:
            assert order.id in combined_orders(orders[str(lead_of(order))]), "an order leaves with nobody"

    def _alerts(self) -> list[Alert]:
        with self.shop.app.reading() as uow:
            return uow.alerts.list_for(self.shop.merchant.id)

    def _check_most(self, order: Order, out: Units) -> None:
        most = self.most[order.id]
        for key, units in order.quantities().items():
            most[key] = max(most.get(key, units), units)
        for key, units in out.items():
            assert units <= most.get(key, 0), f"{units} units of line {key} have left, and never were more wanted than {most}"

    def _check_shares(self, order: Order, left: dict[str, list[Shipment]], flagged: set[str]) -> None:
        """What left of others in its parcels counts for these, and nothing else does."""
        for other_id, own in left.items():
            for shipment in left[order.id]:
                shares = [it.lines for it in own if it.source_id == f"{shipment.id}/{other_id}"]
                told_of = f"alr_{shipment.id}_{other_id}_closed" in flagged
                assert told_of or _total(shares) == lent_units(shipment.lines, other_id), "a unit has left for nobody"
        if order.external_id in self.shop.connector.held:
            return  # it counts as its store has it
        parents = {it.source_id.partition("/")[0] for it in left[order.id] if it.source_id}
        assert parents <= {it.id for own in left.values() for it in own}, "a unit counts as left that was taken back"


def _total(lines: object) -> Units:
    units: Units = {}
    for one in lines:  # type: ignore[attr-defined]
        for key, quantity in one.items():
            units[key] = units.get(key, Decimal(0)) + quantity
    return units


def _is_to_leave(order: Order) -> bool:
    return order.state not in (OrderState.SHIPPED, OrderState.CANCELLED, OrderState.SKIPPED)


def _to_leave(order: Order, key: str, orders: dict[str, Order], out: dict[str, Units]) -> Decimal:
    """The units of a line that are still to leave, from the order itself and from any other one."""
    units = Decimal(0)
    for one in orders.values():
        its = key if one is order else lent_key(order.id, key)
        if _is_to_leave(one) and one.state is not OrderState.COMBINED:
            units += max(one.quantities().get(its, Decimal(0)) - out[one.id].get(its, Decimal(0)), Decimal(0))
    return units


@pytest.mark.parametrize("seed", SEEDS)
def test_no_unit_of_orders_in_one_parcel_is_lost_doubled_or_sent_twice(database: Database, clock: FixedClock, seed: int) -> None:
    sides = open_shippers(database, clock)
    runs = count(1)

    def run(steps: Iterator[Step], _looks: bool) -> None:
        play = Play(sides, next(runs))
        for step in steps:
            play.take(step)
            play.check()

    run_shortened(seed, draw(seed, WEIGHTS, LENGTH), run)
