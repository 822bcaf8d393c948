"""What the accounts of a marketplace do with labels: of a carrier that loses answers, and of `house`."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from support.paid_carrier import NO_ANSWER, TOO_FAR, PaidCarrier

from adapters.carriers.house.carrier import HouseCarrier
from engine.jobs.make_label import make_label, make_labels, take_back_label
from engine.model.label import BoughtLabel, Label, LabelRequest, LabelState, ParcelToShip
from engine.model.order import INITIAL_STATUS, Order
from engine.services.accounts.accounts import add_location
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.label_request import ParcelWish
from engine.services.labels.plan_label import LabelWish

if TYPE_CHECKING:
    from support.marketplace import Marketplace

CARRIERS = ("paid", "house", "paid")
PARCELS = ParcelWish("POST", (ParcelToShip(500),))
MOST_IN_A_BATCH = 4


class MortalCarrier(PaidCarrier):
    """Around each of its answers the process that asks may die."""

    def __init__(self, roll: Callable[[], None]) -> None:
        super().__init__(prepares=True)
        self._roll = roll

    def open(self, account: Any) -> Any:
        return _MortalSession(super().open(account), self._roll)


class _MortalSession:
    def __init__(self, session: Any, roll: Callable[[], None]) -> None:
        self._session, self._roll = session, roll

    def __getattr__(self, name: str) -> Any:
        return getattr(self._session, name)

    def prepare(self, request: LabelRequest) -> str:
        return str(self._asked(lambda: self._session.prepare(request)))

    def buy(self, request: LabelRequest, carrier_id: str) -> Any:
        return self._asked(lambda: self._session.buy(request, carrier_id))

    def find(self, request: LabelRequest, carrier_id: str) -> BoughtLabel | None:
        found: BoughtLabel | None = self._asked(lambda: self._session.find(request, carrier_id))
        return found

    def void(self, label: Label) -> None:
        self._asked(lambda: self._session.void(label))

    def _asked(self, ask: Callable[[], Any]) -> Any:
        self._roll()
        answer = ask()
        self._roll()  # it was carried out, and nobody has read the answer
        return answer


class Postage:
    """Everybody's carrier accounts, and the carrier's side of it."""

    def __init__(self, place: Marketplace) -> None:
        self.place = place
        self.carrier = MortalCarrier(place.dice.roll)
        self.carriers: dict[str, Any] = {"paid": self.carrier, "house": HouseCarrier()}

    def open_accounts(self) -> None:
        app = self.place.app
        for account in (self.place.merchant, *self.place.providers.values()):
            add_location(app, account.slug, code="POST", country="ES", city="Madrid", postal_code="28004")
            for carrier in self.carriers:
                add_carrier_account(app, account.slug, CarrierAccountForm(carrier, ("standard",)))

    def labels(self) -> list[Label]:
        """Of everybody, the oldest first."""
        place = self.place
        accounts = (place.merchant, *place.providers.values())
        with place.reading() as unit:
            found = [unit.labels.list_for_order(one.id, order.id) for one in accounts for order in unit.orders.stream(one.id)]
        return sorted((label for labels in found for label in labels), key=lambda label: label.id)

    def pick_order(self, number: int) -> tuple[str, str, str]:
        """The account, the id and the person of an order: mostly one that awaits its shipment there."""
        if number % 7 == 0:
            return self.place.any_order(number // 7)
        place = self.place
        accounts = (place.merchant, *place.providers.values())
        waiting = [order for one in accounts for order in place.orders(one) if order.status() == INITIAL_STATUS]
        order: Order = place.pick(waiting, number // 7)
        slug = next(one.slug for one in accounts if one.id == order.account_id)
        return order.account_id, order.id, place.people[slug].id

    def settle(self) -> None:
        """The carrier has no more trouble."""
        self.carrier.fails_before.clear()
        self.carrier.fails_after.clear()


def _wish(number: int, units: Any = None) -> LabelWish:
    return LabelWish(ServiceWish(CARRIERS[number % 3], "standard"), PARCELS, units)


def label(place: Marketplace, number: int) -> None:
    account_id, order_id, person = place.postage.pick_order(number)
    make_label(place.app, account_id, order_id, _wish(number // 5), person, "desk")


def label_units(place: Marketplace, number: int) -> None:
    """A label for a part of an order."""
    account_id, order_id, person = place.postage.pick_order(number)
    with place.reading() as unit:
        order = unit.orders.get(account_id, order_id)
    key = place.pick(sorted(order.quantities()), number // 7)
    make_label(place.app, account_id, order_id, _wish(number // 5, {key: 1}), person, "desk")


def label_together(place: Marketplace, number: int) -> None:
    """Two people at once, for the same order."""
    place.meanwhile.append((1 + number // 3 % 6, "label", number))
    label(place, number)


def label_many(place: Marketplace, number: int) -> None:
    chosen = list(dict.fromkeys(place.postage.pick_order(number + 7 * at)[:2] for at in range(MOST_IN_A_BATCH)))
    account_id, _, person = place.postage.pick_order(number)
    mine = [order_id for account, order_id in chosen if account == account_id]
    make_labels(place.app, account_id, mine, _wish(number // 5), person, "desk", within_s=(0.0, 5.0)[number % 2])


def void(place: Marketplace, number: int) -> None:
    bought = [one for one in place.postage.labels() if one.state is not LabelState.REFUSED]
    chosen: Label = place.pick(bought, number)
    take_back_label(place.app, chosen.account_id, chosen.shipment_id, "somebody", "desk")


def trouble(place: Marketplace, number: int) -> None:
    """The carrier does not answer, before or after it has done something, or refuses it."""
    carrier, call = place.postage.carrier, ("buy", "void", "find", "prepare")[number % 4]
    if number // 4 % 2 and call in ("buy", "void"):
        carrier.fails_after.setdefault(call, []).append(NO_ANSWER)
    else:
        refuses = call in ("buy", "void", "prepare") and number // 8 % 2
        carrier.fails_before.setdefault(call, []).append(TOO_FAR if refuses else NO_ANSWER)


LABEL_ACTIONS: dict[str, Callable[[Marketplace, int], None]] = {
    "label": label,
    "label units": label_units,
    "label together": label_together,
    "label many": label_many,
    "void label": void,
    "carrier trouble": trouble,
}
