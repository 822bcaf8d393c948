"""What happened to orders is told to those whom it concerns: all of them, once, and in the same transaction."""

from __future__ import annotations

import importlib
import pkgutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from inspect import isfunction
from typing import Any, get_type_hints

import pytest
from support.clock import FixedClock
from support.rule_runs import SEND, order_of, publish, requests_of
from support.shop import Shop, open_shop, ready

import engine.services
from adapters.stores.brightpearl.description import reasons
from engine import events as events_module
from engine.application import Application
from engine.events import (
    ClosedUpstream,
    Delivered,
    DeliveryFailed,
    OrderCancelled,
    OrderChanged,
    OrderDelegated,
    OrderEvent,
    OrderImported,
    OrderRestored,
    ReopenedUpstream,
    RequestAnswered,
    RequestOverdue,
    ShipmentTakenBack,
    ShippedFromHere,
    ShippedUpstream,
    Subscription,
    listens_to,
)
from engine.events import publish as publish_events
from engine.model.order import OrderState
from engine.model.request import RequestState
from engine.model.store import Skipped
from engine.model.store_reasons import Reason
from engine.ports import UnitOfWork
from engine.services.fulfillment.recall_order import recall_order
from engine.services.fulfillment.ship_order import Shipping, ship_order, unship_order
from engine.services.listeners import LISTENERS
from storage.database import Database

KINDS = (
    OrderImported,
    OrderChanged,
    ClosedUpstream,
    ReopenedUpstream,
    OrderCancelled,
    OrderRestored,
    ShippedUpstream,
    ShippedFromHere,
    ShipmentTakenBack,
    OrderDelegated,
    RequestAnswered,
    RequestOverdue,
    Delivered,
    DeliveryFailed,
)
SHIPPING = Shipping("seur", "24h", ("T1",))


class Broken(Exception):
    """What a listener may raise."""


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    """A shop that hands every order to its provider."""
    shop = open_shop(sqlite_database, clock, rules=None)
    publish(shop, f"{{id: s, when: always, then: [{SEND}]}}")
    return shop


def skipped(number: str, reason: Reason) -> Skipped:
    return Skipped(f"n{number}", number, reason.message(note=f"n{number}"))


def listen(shop: Shop, *subscriptions: Subscription) -> None:
    """Have these called after all others."""
    shop.app = replace(shop.app, listeners=(*shop.app.listeners, *subscriptions))


def break_down(_app: Application, _uow: UnitOfWork, _events: Sequence[OrderEvent]) -> None:
    raise Broken


def kept(shop: Shop) -> list[Any]:
    """All that is known of the order, its request and its shipments, and who did what."""
    with shop.database.reading_unit_of_work() as unit:
        order_id = shop.order_id("1")
        audit = unit.audit.list_for(shop.merchant.id, order_id)
        shipments = unit.fulfillment.list_shipments(shop.merchant.id, order_id)
        jobs = unit.jobs.list_for_order(shop.merchant.id, order_id)
    return [order_of(shop), requests_of(shop), audit, shipments, jobs]


def test_each_event_reaches_its_listeners_once_with_all_orders_of_its_batch(shop: Shop) -> None:
    event: list[tuple[str, list[str]]] = []

    def hear(_app: Application, _uow: UnitOfWork, events: Sequence[OrderEvent]) -> None:
        event.append((type(events[0]).__name__, sorted(event.order.order_number for event in events)))

    listen(shop, *(listens_to(kind, hear) for kind in KINDS))
    merchant = shop.merchant.id

    def step(work: Callable[[], object]) -> list[tuple[str, list[str]]]:
        event.clear()
        work()
        return sorted(event)

    assert step(lambda: shop.import_all(ready("1"), ready("2"), ready("3"))) == []
    worked_off = step(shop.work_off)
    assert [event for event in worked_off if event[0] != "OrderImported"] == [("OrderDelegated", [number]) for number in "123"]
    assert sorted(number for name, numbers in worked_off if name == "OrderImported" for number in numbers) == ["1", "2", "3"]
    unprinted = [skipped(number, reasons.NOT_PRINTED) for number in "12"]
    assert step(lambda: shop.import_all(*unprinted, skipped("3", reasons.ALREADY_SHIPPED))) == [
        ("ClosedUpstream", ["1", "2", "3"]),
        ("ShippedUpstream", ["3"]),
    ]
    again = step(lambda: shop.import_all(ready("1", reference="X"), ready("2", reference="X")))
    assert again == [("OrderDelegated", ["1"]), ("OrderDelegated", ["2"]), ("ReopenedUpstream", ["1", "2"])]
    assert step(lambda: shop.import_all(ready("1", reference="Y"), ready("2", reference="Y"))) == [("OrderChanged", ["1", "2"])]
    recall_order(shop.app, merchant, shop.order_id("1"), "usr_1")
    shipped = step(lambda: ship_order(shop.app, merchant, shop.order_id("1"), SHIPPING, "usr_1"))
    assert shipped == [("ShippedFromHere", ["1"])]
    back = step(lambda: unship_order(shop.app, merchant, shop.order_id("1"), "usr_1"))
    assert back == [("ShipmentTakenBack", ["1"])]


@pytest.mark.parametrize(
    ("kind", "records"),
    [(ClosedUpstream, [skipped("1", reasons.NOT_PRINTED)]), (ShippedUpstream, [skipped("1", reasons.ALREADY_SHIPPED)])],
)
def test_an_import_keeps_nothing_of_a_batch_when_a_listener_fails(
    shop: Shop, kind: type[OrderEvent], records: list[Skipped]
) -> None:
    shop.import_all(ready("1"))
    shop.work_off()
    before = kept(shop)
    listen(shop, listens_to(kind, break_down))

    with pytest.raises(Broken):
        shop.import_all(*records)

    assert kept(shop) == before
    assert [request.state for request in requests_of(shop)] == [RequestState.ACCEPTED]


def test_an_order_stays_closed_when_a_listener_to_its_coming_back_fails(shop: Shop) -> None:
    shop.import_all(ready("1"))
    shop.work_off()
    shop.import_all(skipped("1", reasons.NOT_PRINTED))
    before = kept(shop)
    listen(shop, listens_to(ReopenedUpstream, break_down))

    with pytest.raises(Broken):
        shop.import_all(ready("1"))

    assert kept(shop) == before
    assert order_of(shop).state is OrderState.CANCELLED


def test_an_order_is_neither_shipped_nor_taken_back_when_a_listener_fails(shop: Shop) -> None:
    shop.import_all(ready("1"))
    shop.work_off()
    recall_order(shop.app, shop.merchant.id, shop.order_id("1"), "usr_1")
    whole = shop.app
    before = kept(shop)
    listen(shop, listens_to(ShippedFromHere, break_down), listens_to(ShipmentTakenBack, break_down))

    with pytest.raises(Broken):
        ship_order(shop.app, shop.merchant.id, shop.order_id("1"), SHIPPING, "usr_1")
    assert kept(shop) == before

    ship_order(whole, shop.merchant.id, shop.order_id("1"), SHIPPING, "usr_1")
    shipped = kept(shop)
    with pytest.raises(Broken):
        unship_order(shop.app, shop.merchant.id, shop.order_id("1"), "usr_1")
    assert kept(shop) == shipped


def test_an_order_is_not_handed_over_when_a_listener_fails(shop: Shop) -> None:
    shop.import_all(ready("1"))
    listen(shop, listens_to(OrderDelegated, break_down))

    shop.work_off()

    assert requests_of(shop) == []
    assert order_of(shop).state is OrderState.OPEN


def test_listeners_hear_of_their_kinds_only_in_the_order_of_the_list(shop: Shop) -> None:
    calls: list[str] = []

    def listener(name: str) -> Callable[[Application, UnitOfWork, Sequence[OrderEvent]], None]:
        return lambda _app, _uow, events: calls.append(f"{name}{len(events)}")

    shop.import_all(ready("1"))
    order, now = order_of(shop), shop.app.clock.now()
    subscriptions = (
        listens_to(ReopenedUpstream, listener("a")),
        listens_to(ShippedUpstream, listener("b")),
        listens_to(ReopenedUpstream, listener("c")),
        listens_to(OrderEvent, listener("none of these is exactly that")),
    )
    app = replace(shop.app, listeners=subscriptions)
    with shop.database.unit_of_work() as unit:
        publish_events(app, unit, [ShippedUpstream(order, now), ReopenedUpstream(order, now), ShippedUpstream(order, now)])
        publish_events(app, unit, [])

    assert calls == ["b2", "a1", "c1"]


def test_every_kind_of_event_is_heard_of() -> None:
    kinds = {kind for kind in vars(events_module).values() if isinstance(kind, type) and issubclass(kind, OrderEvent)}

    assert kinds - {OrderEvent} == set(KINDS)
    assert {subscription.kind for subscription in LISTENERS} == set(KINDS)


def test_every_function_that_takes_events_is_on_the_list_once() -> None:
    """So a listener that somebody writes cannot be forgotten there."""
    listed = [subscription.listener for subscription in LISTENERS]

    assert sorted(map(_name, listed)) == sorted(_name(function) for function in _functions_that_take_events())


def _functions_that_take_events() -> Iterator[Callable[..., Any]]:
    for module in pkgutil.walk_packages(engine.services.__path__, "engine.services."):
        for function in vars(importlib.import_module(module.name)).values():
            if isfunction(function) and function.__module__ == module.name and not function.__name__.startswith("_"):
                taken = get_type_hints(function).values()
                if any(change == Sequence[kind] for change in taken for kind in KINDS):
                    yield function


def _name(function: Callable[..., Any]) -> str:
    return f"{function.__module__}.{function.__qualname__}"


@pytest.mark.parametrize(
    "entry_point",
    [
        "engine.application",
        "engine.services.importing.import_store",
        "engine.services.fulfillment.ship_order",
        "engine.services.fulfillment.call_off_requests",
        "engine.services.listeners",
        "engine.jobs.worker",
        "adapters.cli.main",
        "adapters.web.application",
    ],
)
def test_whatever_is_loaded_first_the_same_listen_in_the_same_order(entry_point: str) -> None:
    program = f"""
import {entry_point}
from engine.application import Application
app = Application(None, None, None, {{}}, None)
print([(one.kind.__name__, one.listener.__module__, one.listener.__name__) for one in app.listeners])
"""
    printed = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True).stdout

    assert printed.strip() == str([(one.kind.__name__, one.listener.__module__, one.listener.__name__) for one in LISTENERS])
