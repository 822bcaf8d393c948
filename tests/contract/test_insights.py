"""Contract of what is counted over a period: the same as somebody comes to who looks at every order there is."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest
from support.examples import NOON, a_decision, a_store, an_account, an_order

from engine.model.account import CarrierAccount
from engine.model.comparison import Times
from engine.model.fulfillment import Shipment, ShipmentState
from engine.model.insight_figures import CountedTimes, OrderTimes, ServiceCost, Span
from engine.model.label import PAID, Label, LabelPurpose, LabelRequest, LabelState, PostalAddress
from engine.model.money import Money
from engine.model.order import Order, OrderState, StoredDecision
from engine.model.request import FulfillmentRequest, RequestLine
from engine.model.rule_health import RuleCount
from engine.services.insights.periods import Period
from storage.database import Database

MADRID = ZoneInfo("Europe/Madrid")
# Madrid puts its clocks forward on 29 March: a day of 23 hours.
PERIOD = Period(date(2026, 3, 25), date(2026, 4, 3))
BEGIN = datetime(2026, 3, 22, tzinfo=UTC)
ACCOUNT, OTHER = an_account(), an_account("other")
STORES = (a_store(ACCOUNT.id), a_store(ACCOUNT.id, name="Outlet"))
THEIRS = a_store(OTHER.id)
ANYWHERE = PostalAddress(country="ES")


@dataclass
class History:
    """What happened, in the order in which nobody asks for it."""

    orders: list[Order]
    decisions: list[StoredDecision]
    requests: list[FulfillmentRequest]
    shipments: list[Shipment]
    labels: list[Label]


def histories(seed: int) -> History:
    draw = Random(seed)
    found = History([], [], [], [], [])
    for number in range(60):
        store = draw.choice((*STORES, THEIRS))
        came = _moment(draw)
        placed = came - timedelta(minutes=draw.randrange(-30, 600)) if draw.random() < 0.8 else None
        order = an_order(store.account_id, store.id, str(number), imported_at=came, state=draw.choice(tuple(OrderState)))
        order.source = {**order.source, "order_date": None if placed is None else placed.isoformat()}
        found.orders.append(order)
        _add_milestones(draw, found, order)
    return found


def _moment(draw: Random) -> datetime:
    """Often on the very border of a day in Madrid."""
    moment = BEGIN + timedelta(minutes=draw.randrange(14 * 24 * 60))
    if draw.random() < 0.3:
        day = moment.astimezone(MADRID).date()
        moment = datetime(day.year, day.month, day.day, tzinfo=MADRID).astimezone(UTC)
    return moment - timedelta(milliseconds=draw.choice((0, 0, 1)))


def _add_milestones(draw: Random, found: History, order: Order) -> None:
    at = order.imported_at
    for _ in range(draw.randrange(3)):
        at += timedelta(minutes=draw.randrange(300))
        found.decisions.append(a_decision(order, decided_at=at))
    for number in range(draw.randrange(3)):
        lines, sent = (RequestLine("1", "MUG", "Mug", Decimal(1)),), at + timedelta(minutes=draw.randrange(300))
        made = (f"ffr_{order.id}_{number}", order.account_id, OTHER.id, order.id, lines, "", (), sent)
        found.requests.append(FulfillmentRequest(*made, changed_at=sent))
    for number in range(draw.randrange(3)):
        state, sent = draw.choice((ShipmentState.SHIPPED, ShipmentState.VOIDED)), at + timedelta(minutes=draw.randrange(900))
        made_of = (f"shp_{order.id}_{number}", order.account_id, order.id, None, "seur", "24h", {"1": Decimal(1)}, ())
        found.shipments.append(Shipment(*made_of, state, sent))
    for number in range(draw.randrange(3)):
        asked = LabelRequest("l", "24h", ANYWHERE, ANYWHERE, (), NOON.date())
        ids = (f"lbl_{order.id}_{number}", order.account_id, order.id, f"lsh_{order.id}_{number}", f"car_{order.account_id}")
        service = (draw.choice(("house", "seur")), draw.choice(("24h", "48h")))
        label = Label(*ids, order.account_id, *service, {"1": Decimal(1)}, asked, "u", _moment(draw))
        price = Money(Decimal(draw.randrange(1000)) / 100, draw.choice(("EUR", "GBP"))) if draw.random() < 0.9 else None
        changes = {"state": draw.choice(tuple(LabelState)), "purpose": draw.choice(tuple(LabelPurpose))}
        found.labels.append(replace(label, cost=price, **changes))


def keep(database: Database, found: History) -> None:
    with database.unit_of_work() as unit:
        for account in (ACCOUNT, OTHER):
            unit.accounts.add(account)
            unit.carrier_accounts.add(CarrierAccount(f"car_{account.id}", account.id, "house", ("24h",)))
        for store in (*STORES, THEIRS):
            unit.stores.add(store)
        unit.orders.add_many(found.orders, "run_1")
        unit.decisions.keep_context("ctx-1", {})
        unit.decisions.add_many(found.decisions)
        for request in found.requests:
            unit.requests.add(request)
        unit.fulfillment.add_shipments(found.shipments)
        unit.labels.add_many(found.labels)
        unit.commit()


SOURCES = (None, STORES[0].id, STORES[1].id)
SPANS = [Span(*part.moments(MADRID)) for part in PERIOD.each_day()]


def of_span(found: History, store_id: str | None, span: Span) -> list[Order]:
    own = [order for order in found.orders if order.account_id == ACCOUNT.id and store_id in (None, order.store_id)]
    return [order for order in own if span.since <= order.imported_at < span.until]


@pytest.mark.parametrize("seed", [1, 2])
def test_every_figure_is_what_looking_at_each_order_comes_to(database: Database, seed: int) -> None:
    found = histories(seed)
    keep(database, found)
    with database.reading_unit_of_work() as unit:
        for store_id in SOURCES:
            counted = unit.insights.count_orders(ACCOUNT.id, store_id, SPANS)
            assert [dict(one.by_state) for one in counted] == [
                dict(Counter(order.state for order in of_span(found, store_id, span))) for span in SPANS
            ]
            assert sum(one.total for one in counted) > 5
            together, times = unit.insights.order_times(ACCOUNT.id, store_id, SPANS)
            for span, one in zip([*SPANS, Span(*PERIOD.moments(MADRID))], [*times, together], strict=True):
                orders = of_span(found, store_id, span)
                assert one.orders == len(orders)
                assert one.decided == slow_times(orders, found.decisions, lambda made: made.decided_at)
                assert one.handed_over == slow_times(orders, found.requests, lambda made: made.created_at)
                left = [made for made in found.shipments if made.state is ShipmentState.SHIPPED]
                assert one.shipped == slow_times(orders, left, lambda made: made.shipped_at)
            whole = PERIOD.moments(MADRID)
            costs = unit.insights.label_costs(ACCOUNT.id, store_id, *whole)
            assert costs == slow_costs(found, store_id, Span(*whole))


def slow_times(orders: Sequence[Order], made: Sequence[object], when: Callable[[object], datetime | None]) -> CountedTimes:
    lengths = []
    for order in orders:
        placed = order.source["order_date"]
        begin = min(order.imported_at, datetime.fromisoformat(placed)) if placed else order.imported_at
        moments = [when(one) for one in made if one.order_id == order.id]  # type: ignore[attr-defined]
        if moments:
            lengths.append(round((min(moments) - begin).total_seconds()))  # type: ignore[type-var, operator]
    if not lengths:
        return CountedTimes()
    lengths.sort()
    half, most = (lengths[math.ceil(len(lengths) * part) - 1] for part in (0.5, 0.9))
    return CountedTimes(len(lengths), Times(half, most))


def slow_costs(found: History, store_id: str | None, span: Span) -> list[ServiceCost]:
    stores = {order.id: order.store_id for order in found.orders}
    paid = [one for one in found.labels if one.account_id == ACCOUNT.id and one.state in PAID]
    paid = [one for one in paid if store_id in (None, stores[one.order_id]) and span.since <= one.created_at < span.until]
    kinds = sorted({(one.carrier, one.service, one.cost.currency if one.cost else "") for one in paid})
    costs = []
    for carrier, service, currency in kinds:
        those = [one for one in paid if (one.carrier, one.service) == (carrier, service)]
        those = [one for one in those if (one.cost.currency if one.cost else "") == currency]
        total = Money(sum((one.cost.amount for one in those if one.cost), Decimal()), currency) if currency else None
        returns = sum(one.purpose is LabelPurpose.RETURN for one in those)
        costs.append(ServiceCost(carrier, service, len(those), returns, total))
    return costs


def test_an_average_price_is_told_to_the_smallest_coin() -> None:
    assert ServiceCost("seur", "24h", 3, 0, Money(Decimal(10), "EUR")).average == Money(Decimal("3.33"), "EUR")
    assert ServiceCost("seur", "24h", 3, 0, None).average is None


def test_rules_of_a_period_come_with_those_that_matched_most_first(database: Database) -> None:
    monday = date(2026, 3, 2)
    with database.unit_of_work() as unit:
        unit.accounts.add(ACCOUNT)
        unit.accounts.add(OTHER)
        for days, matches in ((-1, 90), (0, 2), (1, 3), (2, 90)):
            unit.rule_health.count(ACCOUNT.id, monday + timedelta(days=days), [RuleCount("a", matches, 1, NOON)])
        unit.rule_health.count(ACCOUNT.id, monday, [RuleCount("b", 6, 0, NOON), RuleCount("c", 0, 2, None)])
        unit.rule_health.count(OTHER.id, monday, [RuleCount("b", 60, 0, NOON)])
        unit.commit()
    with database.reading_unit_of_work() as unit:
        counted = unit.insights.count_rules(ACCOUNT.id, monday, monday + timedelta(days=1))
    assert counted == [RuleCount("b", 6, 0, NOON), RuleCount("a", 5, 2, NOON), RuleCount("c", 0, 2, None)]


def test_no_span_asks_for_nothing(database: Database) -> None:
    with database.reading_unit_of_work() as unit:
        assert unit.insights.count_orders(ACCOUNT.id, None, []) == []
        assert unit.insights.order_times(ACCOUNT.id, None, []) == (OrderTimes(), [])
