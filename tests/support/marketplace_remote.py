"""What a merchant, and a provider with a system of its own, may do about each other; the provider is asked like the 3PLs are."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from support.remote_warehouses import RemoteWarehouses, Warehouse

from adapters.providers.http import signing
from engine.model.account import User
from engine.model.connection import Connection
from engine.model.reject_reasons import REJECT_REASONS
from engine.model.request import FulfillmentRequest
from engine.services.accounts.accounts import add_location
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.connections.set_connection import replace_skus, set_connection
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.fulfillment.write_message import write_message
from engine.services.providers.connect_provider import add_provider, is_in_use, list_integrated, rotate_secret, try_provider
from engine.services.providers.receive_event import receive_event
from rules.order_document import dumps

if TYPE_CHECKING:
    from support.marketplace import Marketplace

NAME, URL = "Norte", "https://norte.example"
NOT_A_FAULT = (200, 401, 409)  # 401: the provider has the secret of before for too long


class Remote:
    """The provider's side, and what the merchant does about it; ended connections still have their ends."""

    def __init__(self, place: Marketplace, owner: User) -> None:
        self.place, self.owner = place, owner
        self.systems = RemoteWarehouses(place.clock, place.dice.roll)
        self.systems.hear = self.say_all
        self.slug = ""

    def connect(self) -> None:
        if not self.systems.by_id:
            add_location(self.place.app, self.place.merchant.slug, code="MAD1", country="ES")
        seen = add_provider(self.place.app, self.owner, name=NAME, url=URL)
        self.systems.add(seen.provider.id, seen.provider.secrets.current)
        self.slug = seen.slug

    @property
    def warehouses(self) -> list[Warehouse]:
        """The one that was connected last at the end."""
        return list(self.systems.by_id.values())

    def is_asked(self, request: FulfillmentRequest) -> bool:
        return request.provider_id in self.systems.by_id

    def connection(self) -> Connection:
        with self.place.reading() as unit:
            return unit.connections.list_for_provider(self.warehouses[-1].provider_id)[-1]

    def say(self, warehouse: Warehouse, at: int, *, once: bool = True) -> None:
        """One of the events that wait leaves; not `once`: it will again."""
        message_id, event = warehouse.waiting[at % len(warehouse.waiting)]
        self._post(warehouse, message_id, event)
        if once and warehouse.replies[-1].status != 401 and (message_id, event) in warehouse.waiting:
            warehouse.waiting.remove((message_id, event))
            warehouse.said.append((message_id, event))

    def say_all(self, warehouse: Warehouse) -> None:
        """All that waits, in order."""
        for message_id, event in list(warehouse.waiting):
            if (message_id, event) in warehouse.waiting:  # it has not left meanwhile
                self.say(warehouse, warehouse.waiting.index((message_id, event)))

    def say_again(self, warehouse: Warehouse, number: int) -> None:
        message_id, event = self.place.pick(warehouse.said, number)
        self._post(warehouse, message_id, event)

    def _post(self, warehouse: Warehouse, message_id: str, event: dict[str, Any]) -> None:
        body, now = dumps(event), self.place.clock.now()
        headers = signing.sign([warehouse.secret], message_id, now, body)
        reply = receive_event(self.place.app, warehouse.provider_id, headers, body)
        warehouse.replies.append(reply)
        if reply.status not in NOT_A_FAULT:
            self.place.faults.append(f"{event} is answered {reply}")

    def settle(self) -> None:
        """Nothing goes wrong any more: recalls are answered, all is said, and the merchant tests each connection."""
        for warehouse in self.warehouses:
            warehouse.down = warehouse.lost = warehouse.refusing = 0
        for seen in list_integrated(self.place.app, self.place.merchant.id):
            warehouse = self.systems.by_id[seen.provider.id]
            warehouse.secret = seen.provider.secrets.current
            for reference in warehouse.wanted_back():
                _answer_recall(warehouse, reference, grants=not warehouse.taken[reference].shipped)
            self.say_all(warehouse)
            if is_in_use(self.place.app, seen):
                try_provider(self.place.app, self.owner, seen.connection.id)


def _answer_recall(warehouse: Warehouse, reference: str, *, grants: bool) -> None:
    if grants:
        warehouse.end(reference, "cancel.granted")
    else:
        warehouse.refuse_to_cancel(reference)


# The merchant


def _delegate(place: Marketplace, number: int) -> None:
    order, lines = place.pick_order(number), None
    if number % 3 == 0:
        key, most = place.pick(list(order.quantities().items()), number // 7)
        lines = {key: Decimal(1 + number // 11 % int(most))} if most >= 1 else None
    asking = Asking(place.remote.slug, lines=lines)
    delegate_order(place.app, place.merchant.id, order.id, asking, place.remote.owner.id)


def _write(place: Marketplace, number: int) -> None:
    request = place.pick([one for one in place.requests() if place.remote.is_asked(one)], number)
    write_message(place.app, place.merchant.id, request.id, f"Message {number}", place.remote.owner.id)


def _change(place: Marketplace, number: int) -> None:
    """The store changes an order that lies with the provider; the merchant sees it at once, or later."""
    asked = {one.order_id for one in place.requests() if one.is_live and place.remote.is_asked(one)}
    lying = [order.external_id for order in place.orders(place.merchant) if order.id in asked]
    place.change_note(place.pick([name for name in place.open_notes() if name in lying], number), number)
    if number % 4:
        place.bring(number)


def _change_terms(place: Marketplace, number: int) -> None:
    remote, connection = place.remote, place.remote.connection()
    if number % 2:
        set_connection(place.app, remote.owner, connection.id, grace_minutes=(0, 0, 20)[number // 2 % 3])
    else:
        replace_skus(place.app, remote.owner, connection.id, {"VASE": "P-VASE"} if number // 2 % 2 else {})


def _part(place: Marketplace, number: int) -> None:
    choice = (OpenOrders.RETURN, OpenOrders.FINISH)[number // 2 % 2]
    remove_connection(place.app, place.remote.owner, place.remote.connection().id, open_orders=choice)


def _join(place: Marketplace, _number: int) -> None:
    if not place.remote.connection().is_active:
        place.remote.connect()


def _rotate(place: Marketplace, number: int) -> None:
    """The provider has the new secret at once, or later."""
    rotated = rotate_secret(place.app, place.remote.owner, place.remote.connection().id)
    if number % 2:
        place.remote.warehouses[-1].secret = rotated.provider.secrets.current


def _test(place: Marketplace, _number: int) -> None:
    try_provider(place.app, place.remote.owner, place.remote.connection().id)


# The provider


def _warehouse(place: Marketplace, number: int) -> Warehouse:
    warehouse: Warehouse = place.pick(place.remote.warehouses, 0 if number % 4 else number // 4)
    return warehouse


def _open(place: Marketplace, number: int) -> tuple[Warehouse, str]:
    warehouse = _warehouse(place, number)
    return warehouse, place.pick(warehouse.open_ones(), number)


def _accept(place: Marketplace, number: int) -> None:
    warehouse, reference = _open(place, number)
    warehouse.orders.say(reference, "request.accepted")


def _start(place: Marketplace, number: int) -> None:
    warehouse, reference = _open(place, number)
    warehouse.begin(reference)


def _give_up(place: Marketplace, number: int) -> None:
    """It rejects what it has not begun, and closes what it has."""
    warehouse, reference = _open(place, number)
    code = list(REJECT_REASONS)[number // 3 % len(REJECT_REASONS)] if number % 2 else "out_of_stock"
    kind = "request.closed" if warehouse.taken[reference].begun else "request.rejected"
    warehouse.end(reference, kind, code=code, text="So it is.")


def _ship(place: Marketplace, number: int) -> None:
    warehouse, reference = _open(place, number)
    rest = warehouse.rest(reference)
    if number % 3 == 0:
        key = place.pick(list(rest), number // 3)
        rest = {key: Decimal(1 + number // 7 % int(rest[key]))}
    is_all = rest == warehouse.rest(reference)
    warehouse.ship(reference, rest, place.new_tracking(), names_lines=not is_all or number % 2 == 0)


def _ship_late(place: Marketplace, number: int) -> None:
    """What it has said that it will not ship leaves all the same."""
    warehouse = _warehouse(place, number)
    reference = place.pick([one for one, taken in warehouse.taken.items() if taken.ended and warehouse.rest(one)], number)
    warehouse.ship(reference, warehouse.rest(reference), place.new_tracking())


def _recall(place: Marketplace, number: int) -> None:
    """It answers a recall; what has left in part it mostly does not give back."""
    warehouse = _warehouse(place, number)
    reference = place.pick(warehouse.wanted_back(), number)
    _answer_recall(warehouse, reference, grants=number % 3 > (1 if warehouse.taken[reference].begun else 0))


def _tell(place: Marketplace, number: int) -> None:
    warehouse, reference = _open(place, number)
    warehouse.orders.say(reference, "message.written", text=f"Message {number}")


def _say(place: Marketplace, number: int) -> None:
    """One event leaves, perhaps not the oldest, and perhaps again later."""
    warehouse = _warehouse(place, number)
    if warehouse.waiting:
        place.remote.say(warehouse, number // 2 if number % 2 else 0, once=number % 5 != 0)


def _say_all(place: Marketplace, number: int) -> None:
    place.remote.say_all(_warehouse(place, number))


def _say_again(place: Marketplace, number: int) -> None:
    place.remote.say_again(_warehouse(place, number), number)


def _trouble(place: Marketplace, number: int) -> None:
    warehouse, calls = _warehouse(place, number), 1 + number // 5 % 3
    match number % 5:
        case 0:
            warehouse.down = calls
        case 1:
            warehouse.refusing = calls
        case 2:
            warehouse.is_eager = not warehouse.is_eager
        case _:
            warehouse.lost = calls


REMOTE_ACTIONS: dict[str, Callable[[Marketplace, int], None]] = {
    "remote delegate": _delegate,
    "remote change": _change,
    "remote write": _write,
    "remote terms": _change_terms,
    "remote part": _part,
    "remote join": _join,
    "remote rotate": _rotate,
    "remote test": _test,
    "remote accepts": _accept,
    "remote starts": _start,
    "remote gives up": _give_up,
    "remote ships": _ship,
    "remote ships late": _ship_late,
    "remote answers recall": _recall,
    "remote writes": _tell,
    "remote says": _say,
    "remote says all": _say_all,
    "remote says again": _say_again,
    "remote trouble": _trouble,
}
