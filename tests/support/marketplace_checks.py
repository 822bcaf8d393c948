"""What has to be true of a merchant and its providers at any moment, and once everything that was begun has come to its end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from decimal import Decimal

from sqlalchemy import text
from support.marketplace import Marketplace
from support.marketplace_goods import UNCOUNTED
from support.marketplace_label_checks import check_labels, check_labels_in_the_end
from support.marketplace_remote_checks import check_remote

from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.inventory import MovementKind
from engine.model.order import ON_HOLD, Order, OrderState, order_state_from
from engine.model.request import FulfillmentRequest, RequestState, Work
from engine.model.request_message import MessageKind
from engine.model.store import Ready
from engine.ports import UnitOfWork
from engine.services.inventory.shipped_units import sku_of

Units = Counter[str]
_LED_TO = {  # what each entry of a thread made of the request
    MessageKind.ASKED: {RequestState.REQUESTED},
    MessageKind.ACCEPTED: {RequestState.ACCEPTED},
    MessageKind.STARTED: {RequestState.ACCEPTED},
    MessageKind.REJECTED: {RequestState.REJECTED},
    MessageKind.CLOSED: {RequestState.CLOSED},
    MessageKind.RECALLED: {RequestState.CANCELLED, RequestState.CANCEL_REQUESTED},
    MessageKind.GRANTED: {RequestState.CANCELLED},
    MessageKind.REFUSED: {RequestState.ACCEPTED},
    MessageKind.ENDED: {RequestState.CANCELLED},
}
_AUDITED = {  # by whom each answer is written down: the merchant's order, the provider's request
    MessageKind.ASKED: ("order.delegated", "request.received"),
    MessageKind.ACCEPTED: ("order.accepted", None),
    MessageKind.REJECTED: ("order.rejected", "request.rejected"),
    MessageKind.CLOSED: ("order.given_back", "request.closed"),
    MessageKind.GRANTED: ("order.cancel_granted", "request.cancel_granted"),
    MessageKind.REFUSED: ("order.cancel_refused", "request.cancel_refused"),
}


def check_now(place: Marketplace) -> None:
    """No unit is owned twice or lost, and what is written down adds up."""
    assert not place.faults, place.faults
    with place.reading() as unit:
        requests = unit.requests.list_for_client(place.merchant.id)
        by_order: dict[str, list[FulfillmentRequest]] = {}
        for request in requests:
            by_order.setdefault(request.order_id, []).append(request)
            _check_request(place, unit, request)
        for order in unit.orders.stream(place.merchant.id):
            _check_order(place, unit, order, by_order.get(order.id, []))
        for account in (place.merchant, *place.providers.values()):
            _check_holds(unit, account.id)
        _check_counts(place, unit, requests)
        check_labels(place, unit)


def check_in_the_end(place: Marketplace) -> None:
    """Both sides say the same, the store was told once, and nothing waits that nobody waits for."""
    check_now(place)
    now = place.clock.now()
    with place.reading() as unit:
        for request in unit.requests.list_for_client(place.merchant.id):
            order = unit.orders.get(place.merchant.id, request.order_id)
            if place.remote.is_asked(request):
                check_remote(place, unit, request, order, request.work(now))
                continue
            _check_copy(unit, request, order, request.work(now))
            _check_told_client(unit, request, order)
        _check_store(place, unit)
    check_labels_in_the_end(place)
    with place.database.begin_reading() as connection:
        left = connection.execute(
            text("SELECT kind, state, key FROM jobs WHERE state IN ('due', 'running') AND kind <> 'email'")
        ).all()
        dead = connection.execute(
            text("SELECT kind, key, last_error FROM jobs WHERE state = 'dead' AND kind <> 'delegate'")
        ).all()
    assert not left, left
    assert not dead, dead


def settle(place: Marketplace) -> None:
    """No more faults: everything that was begun is worked off, and everybody looks once more."""
    place.store.outages, place.dice.left = 0, None
    place.meanwhile.clear()
    place.postage.settle()
    for number in (0, 1):
        place.do("stop", number)
    for _ in range(2):
        place.remote.settle()
        place.clock.sleep(26 * 3600)
        for name, numbers in (("import", (0,)), ("work", (0,)), ("fetch", (1, 2)), ("work", (0,))):
            for number in numbers:
                place.do(name, number)
    place.remote.settle()
    place.do("work", 0)


def _check_order(place: Marketplace, unit: UnitOfWork, order: Order, requests: list[FulfillmentRequest]) -> None:
    shipments = _shipped(unit.fulfillment.list_shipments(order.account_id, order.id))
    own = _units(one for one in shipments if one.request_id is None)
    owned, left = Counter(own), Counter(own)
    for request in requests:
        for line in request.lines:
            owned[line.line_key] += line.quantity if request.is_live else line.shipped  # type: ignore[assignment]
            left[line.line_key] += line.shipped  # type: ignore[assignment]
    for key, units in owned.items():
        most = place.most[order.external_id, key]
        assert units <= most, f"order {order.order_number}, line {key}: {units} of {most} have an owner, {left[key]} have left"
    if order.state in (OrderState.CANCELLED, OrderState.SKIPPED) or (order.state is OrderState.SHIPPED and order.state_reason):
        return  # the store, or a rule, says so, whatever has left from here
    expected = order_state_from(order.quantities(), requests, shipments)
    assert order.state is expected, f"order {order.order_number} is {order.state}, not {expected}"


def _check_request(place: Marketplace, unit: UnitOfWork, request: FulfillmentRequest) -> None:
    made: list[Shipment] = []
    if place.remote.is_asked(request):
        ours = unit.fulfillment.list_shipments(request.account_id, request.order_id)
        made = [one for one in _shipped(ours) if one.request_id == request.id]
    elif request.copy_id is not None:
        copy = unit.orders.get(request.provider_id, request.copy_id)
        assert copy.external_id == request.id
        made = _shipped(unit.fulfillment.list_shipments(request.provider_id, copy.id))
    assert _units(made) == Counter({line.line_key: line.shipped for line in request.lines if line.shipped}), request
    thread = [one for one in unit.requests.list_messages(request.account_id, request.id) if one.kind in _LED_TO]
    assert thread[0].kind is MessageKind.ASKED
    assert request.state in _LED_TO[thread[-1].kind], f"{request.state} after {[one.kind.value for one in thread]}"
    merchants = Counter(entry.action for entry in unit.audit.list_for(request.account_id, request.order_id))
    theirs = Counter(entry.action for entry in unit.audit.list_for(request.provider_id, request.id))
    for kind, (order_action, request_action) in _AUDITED.items():
        said = sum(one.kind is kind for one in thread)
        assert merchants[order_action] >= said, f"{said} × {kind.value}, audit of the order: {dict(merchants)}"
        assert request_action is None or theirs[request_action] == said, f"{said} × {kind.value}: {dict(theirs)}"


def _check_holds(unit: UnitOfWork, account_id: str) -> None:
    rows = Counter(hold.order_id for hold in unit.holds.list_for_account(account_id))
    for order in unit.orders.stream(account_id):
        assert order.holds == rows[order.id], f"{order.holds} holds are counted, {rows[order.id]} are there"
        for request in unit.requests.list_for_order(account_id, order.id):
            if request.is_live:
                assert request.held == (order.holds > 0), f"request {request.state}, held: {request.held}, holds: {order.holds}"
        copied = unit.requests.find_by_copy(account_id, order.id)
        if copied is not None:
            assert copied.held_here == (order.status() == ON_HOLD), f"the copy is {order.status()}, {order.holds} holds"


def _check_counts(place: Marketplace, unit: UnitOfWork, requests: list[FulfillmentRequest]) -> None:
    """A count is what was counted and moved; what has left, and nothing else, was taken out of it once."""
    for provider in place.providers.values():
        moved = unit.inventory.list_movements(provider.id, [place.merchant.id], limit=10_000)
        sums: dict[str, Decimal] = {}
        gone: Units = Counter()
        for one in reversed(moved):
            sums[one.sku] = sums.get(one.sku, Decimal(0)) + one.change
            assert sums[one.sku] == one.on_hand, one
            if one.kind in (MovementKind.SHIPPED, MovementKind.TAKEN_BACK):
                gone[one.sku] -= one.change  # type: ignore[assignment]
        left: Units = Counter()
        reserved: Units = Counter()
        for request in requests:
            if request.provider_id == provider.id:
                for line in request.lines:
                    left[sku_of(line)] += line.shipped  # type: ignore[assignment]
                    reserved[sku_of(line)] += line.rest if request.is_live else 0  # type: ignore[assignment]
        for sku in left.keys() - {UNCOUNTED}:  # of that one, what left before it was counted has no movement
            assert gone[sku] == left[sku], f"{left[sku]} of {sku} have left {provider.slug}, and {gone[sku]} its count"
        for count in unit.inventory.list_for_provider(provider.id, [place.merchant.id]):
            assert count.on_hand == sums.get(count.sku), f"{count}: {sums}"
            assert count.reserved == reserved[count.sku], f"{count}: {reserved[count.sku]}"


def _check_copy(unit: UnitOfWork, request: FulfillmentRequest, order: Order, work: Work) -> None:
    """The provider has what it was asked for, in the state that both sides know of."""
    if request.copy_id is None:
        assert not request.is_live, f"request of order {order.order_number} never came: {request}"
        return
    copy = unit.orders.get(request.provider_id, request.copy_id)
    shipped = any(line.shipped for line in request.lines)
    expected = (
        (OrderState.SHIPPED if work is Work.DONE else OrderState.PARTIALLY_SHIPPED)
        if shipped
        else (OrderState.OPEN if request.is_live else OrderState.CANCELLED)
    )
    assert copy.state is expected, f"order {order.order_number}: the request is {request.state}/{work}, the copy {copy.state}"
    if copy.state is not OrderState.OPEN:
        return
    document = copy.document()
    wanted = [line for line in request.lines if line.quantity]  # the order may have lost the others
    assert copy.quantities() == {line.line_key: line.quantity for line in wanted}
    assert {item["line_key"]: item["sku"] for item in document["items"]} == {one.line_key: sku_of(one) for one in wanted}
    assert document["ship_to"]["city"] == order.document()["ship_to"]["city"], f"order {order.order_number}: an old address"
    held = request.held or request.held_here or request.state is RequestState.CANCEL_REQUESTED
    assert (copy.status() == ON_HOLD) == held, f"the copy is {copy.status()}, the request {request.state}, held: {request.held}"


def _check_told_client(unit: UnitOfWork, request: FulfillmentRequest, order: Order) -> None:
    """Each shipment of the provider is one of the merchant's, with the same numbers and units; there is no other."""
    made = _shipped(unit.fulfillment.list_shipments(request.provider_id, request.copy_id or ""))
    ours = unit.fulfillment.list_shipments(request.account_id, request.order_id)
    known = {one.source_id: one for one in _shipped(ours) if one.request_id == request.id}
    assert known.keys() == {one.id for one in made}, (
        f"order {order.order_number}, {request.state}: {len(made)} were made, {len(known)} are known"
    )
    for one in made:
        assert (known[one.id].numbers, known[one.id].lines) == (one.numbers, one.lines)


def _check_store(place: Marketplace, unit: UnitOfWork) -> None:
    """Every note has its order, and was marked as shipped once, when all of it had left."""
    orders = {order.external_id: order for order in unit.orders.stream(place.merchant.id)}
    store = place.store
    for note, found in store.notes_there.items():
        if isinstance(found, Ready):
            assert note in orders, f"note {note} was missed"
            assert orders[note].state not in (OrderState.CANCELLED, OrderState.SHIPPED), f"{note} is {orders[note].state}"
    for note, order in orders.items():
        shipments = _shipped(unit.fulfillment.list_shipments(order.account_id, order.id))
        whole = bool(shipments) and all(
            sum((one.lines.get(key, Decimal(0)) for one in shipments), Decimal(0)) >= units
            for key, units in order.quantities().items()
        )
        numbers = {number for one in shipments for number in one.numbers}
        assert store.marks[note] <= 1
        if note in store.marked:
            assert whole, f"note {note} is marked as shipped, and {order.order_number} is {order.state}"
            assert set(store.marked[note]) == numbers
        elif whole:
            assert place._reason(note), f"order {order.order_number} has left, and the store was not told"
        else:
            assert not store.references.get(note), f"note {note} has the numbers {store.references[note]} of nothing"


def _shipped(shipments: Iterable[Shipment]) -> list[Shipment]:
    return [one for one in shipments if one.state is ShipmentState.SHIPPED]


def _units(shipments: Iterable[Shipment]) -> Units:
    units: Units = Counter()
    for one in shipments:
        for key, quantity in one.lines.items():
            units[key] += quantity  # type: ignore[assignment]
    return +units
