"""A 3PL's books with a client: shipments at chosen times, prices, and what statements come to."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from support.clock import FixedClock
from support.examples import an_order
from support.two_sides import TwoSides, open_two_sides

from engine.model.account import CarrierAccount
from engine.model.fulfillment import Parcel, Shipment, ShipmentState
from engine.model.ids import new_id
from engine.model.inventory import Movement, MovementKind
from engine.model.label import BoughtLabel, Label, LabelPurpose, LabelRequest, PostalAddress
from engine.model.money import Money
from engine.model.price_list import Charge, PriceList
from engine.model.request import FulfillmentRequest, RequestState
from engine.model.statement import Statement
from engine.model.transitions import Side
from engine.services.billing.prices import PriceForm, set_prices
from engine.services.billing.statements import issue_statements, list_statements
from storage.database import Database

USUAL = {"orders": "1.50", "lines": "0.20", "parcels": "0.80", "storage": "0.05", "monthly": "25"}


@dataclass
class Books:
    """Acme 3PL is in Madrid, as is its client Casa Verde; they connected on the 2nd of March 2026."""

    sides: TwoSides
    clock: FixedClock

    @property
    def app(self) -> Any:
        return self.sides.app

    def at(self, text: str) -> None:
        """It is now that time, in UTC."""
        self.clock.sleep((instant(text) - self.clock.now()).total_seconds())

    def price(self, valid_from: str | None = "2026-03", currency: str | None = "EUR", **prices: str) -> PriceList:
        form = PriceForm({Charge(name): price for name, price in (prices or USUAL).items()}, currency, valid_from)
        return set_prices(self.app, self.sides.clerk, self.sides.connection().id, form)

    def order(self, number: str) -> str:
        """An order of the client that the 3PL has: the id of its copy."""
        request_id = new_id("ffr")
        with self.app.unit_of_work() as unit:
            copy = an_order(self.sides.provider, self.sides.connection().store_id, request_id, order_number=number)
            unit.orders.add_many([copy], "run_1")
            original, now = self.sides.shop.order_id("1"), self.clock.now()
            unit.requests.add(
                FulfillmentRequest(
                    request_id, self.sides.merchant, self.sides.provider, original, (), "", (), now, RequestState.ACCEPTED,
                    connection_id=self.sides.connection().id, copy_id=copy.id,
                )
            )  # fmt: skip
            unit.commit()
        return copy.id

    def ship(self, order_id: str, at: str, *, lines: int = 1, costs: tuple[Money | None, ...] = (None,)) -> Shipment:
        """A shipment that left then, with a parcel for each cost."""
        parcels = tuple(Parcel(new_id("par"), cost=cost) for cost in costs)
        units = {str(line): Decimal(1) for line in range(lines)}
        shipment = Shipment(
            new_id("shp"), self.sides.provider, order_id, None, "seur", "24h", units, parcels, ShipmentState.SHIPPED, instant(at)
        )
        with self.app.unit_of_work() as unit:
            unit.fulfillment.add_shipment(shipment)
            unit.commit()
        return shipment

    def sent(self, number: str, at: str, **shipment: Any) -> Shipment:
        """An order that has left in one shipment."""
        return self.ship(self.order(number), at, **shipment)

    def returned(self, order_id: str, at: str, cost: str | None = "3.60", *, owner_id: str | None = None) -> Label:
        """A return label of an order that was bought then, with a carrier account of the 3PL or of another."""
        label_id, moment = new_id("lbl"), instant(at)
        owner = owner_id or self.sides.provider
        account = CarrierAccount(new_id("car"), owner, "paid", ("standard",))
        asked = LabelRequest(label_id, "standard", PostalAddress(), PostalAddress(), (), moment.date(), is_return=True)
        label = Label(
            label_id, self.sides.provider, order_id, new_id("rtn"), account.id, owner, "paid", "standard", {"1": Decimal(1)},
            asked, "usr_1", moment, purpose=LabelPurpose.RETURN,
        )  # fmt: skip
        label = label.buy(BoughtLabel("c1", (), cost=None if cost is None else euros(cost)), moment)
        with self.app.unit_of_work() as unit:
            unit.carrier_accounts.add(account)
            unit.labels.add_many([label])
            unit.commit()
        return label

    def give_back(self, label: Label) -> None:
        """The carrier has taken a label back."""
        with self.app.unit_of_work() as unit:
            unit.labels.update(label.request_void().void())
            unit.commit()

    def keep(self, shipment: Shipment) -> None:
        with self.app.unit_of_work() as unit:
            unit.fulfillment.update_shipment(shipment)
            unit.commit()

    def count(self, sku: str, on_hand: int | str, at: str) -> None:
        """There was so much of a product from then on."""
        owners = (self.sides.provider, self.sides.merchant, sku)
        amount = Decimal(on_hand)
        with self.app.unit_of_work() as unit:
            unit.inventory.record(
                [Movement(new_id("mov"), *owners, MovementKind.COUNTED, amount, amount, instant(at), self.sides.clerk.id)]
            )
            unit.commit()

    def statements(self, month: str, *, side: Side = Side.PROVIDER) -> list[Statement]:
        account = self.sides.provider if side is Side.PROVIDER else self.sides.merchant
        return [seen.statement for seen in list_statements(self.app, account, side, month=month)]

    def statement(self, month: str, currency: str = "EUR") -> Statement:
        [found] = [one for one in self.statements(month) if one.currency == currency]
        return found

    def issue(self, month: str, currency: str = "EUR") -> Statement:
        issued = issue_statements(self.app, self.sides.clerk, self.statement(month, currency).id)
        return next(one for one in issued if one.currency == currency)


def open_books(database: Database) -> Books:
    clock = FixedClock()
    return Books(open_two_sides(database, clock), clock)


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def rows_of(statement: Statement) -> list[str]:
    """Each row as `orders 2 × 1.50 = 3.00`; with its month where it corrects another one."""
    return [
        f"{row.charge.value} {row.quantity} × {row.price} = {row.amount}"
        + ("" if row.of_month == statement.month else f" ({row.of_month})")
        for row in statement.rows
    ]
