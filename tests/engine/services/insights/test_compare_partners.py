"""The comparison of providers, with figures worked out by hand, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from support.clock import FixedClock
from support.labels import STANDARD, open_shippers
from support.shop import PASSWORD, ready
from support.two_sides import TwoSides, open_two_sides

from engine.jobs.make_label import make_label
from engine.model.account import AccountKind
from engine.model.comparison import Times
from engine.model.connection import Answers
from engine.model.request import RequestAction
from engine.model.tracking import TrackingEvent, TrackingState
from engine.services.accounts.accounts import create_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.connections.set_connection import set_connection
from engine.services.insights.compare_partners import Compared, compare_partners
from engine.services.insights.periods import Period, parse_period
from engine.services.refusals import Refused
from storage.database import Database

HOUR = 3600.0
MADRID = ZoneInfo("Europe/Madrid")


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    sides = open_two_sides(database, clock)
    set_connection(sides.app, sides.clerk, sides.connection().id, answers=Answers.EACH)
    return sides


def compared(sides: TwoSides, days: int = 7) -> Compared:
    """What the merchant sees of its provider; the provider sees the same of its client."""
    today = sides.app.clock.now().date()
    period = Period(today - timedelta(days=days), today)
    ours, theirs = (compare_partners(sides.app, one, period) for one in (sides.shop.merchant, sides.shop.provider))
    [seen], [received] = ours.providers, theirs.clients
    assert (ours.clients, theirs.providers) == ((), ())
    assert (seen.slug, received.slug) == ("acme-3pl", "casa-verde")
    assert {**vars_of(seen), "account_id": ""} == {**vars_of(received), "account_id": ""}
    return seen


def vars_of(one: Compared) -> dict[str, object]:
    return {name: getattr(one.figures, name) for name in one.figures.__dataclass_fields__}


def test_figures_are_those_that_one_counts_by_hand(sides: TwoSides, clock: FixedClock) -> None:
    """Monday, 10:30 in Madrid: five requests are due by the end of the day, which is 23:00 UTC."""
    sides.shop.import_all(*(ready(number, items=VASES) for number in "12345"))
    asked = [sides.delegate(number) for number in "12345"]
    sides.fetch()
    for request, hours in zip(asked, (1, 1, 2, 0), strict=False):  # accepted after 1, 2, 4 and 4 hours
        clock.sleep(hours * HOUR)
        sides.answer(request, RequestAction.ACCEPT)
    sides.answer(asked[4], RequestAction.REJECT, code="out_of_stock")
    clock.sleep(HOUR)
    sides.ship(asked[0])  # after 5 hours: on time
    clock.sleep(15 * HOUR)
    sides.ship(asked[1])  # after 20 hours, at 05:30 UTC: late
    sides.recall("3")
    sides.shop.work_off()

    its = compared(sides).figures
    assert (its.requests, its.accepted, its.rejected, its.recalled) == (5, 4, 1, 1)
    assert its.reasons == {"out_of_stock": 1}
    assert (its.on_time, its.shipped_late, its.late_now) == (1, 1, 1)  # the fourth is still to be shipped
    assert its.on_time_share == pytest.approx(1 / 3)
    assert its.to_accept == Times(2 * HOUR, 4 * HOUR)
    assert its.to_ship == Times(5 * HOUR, 20 * HOUR)
    assert (its.to_label, its.to_first_scan) == (Times(), Times())


def test_a_label_counts_from_the_request_on_and_one_that_was_voided_does_not(database: Database, clock: FixedClock) -> None:
    sides = open_shippers(database, clock)
    request = sides.taken()
    clock.sleep(HOUR)
    voided = make_label(sides.app, sides.provider, str(request.copy_id), STANDARD, sides.clerk.id, "test")
    assert compared(sides).figures.to_label == Times(HOUR, HOUR)
    sides.take_back(voided)
    assert compared(sides).figures.to_label == Times()
    clock.sleep(HOUR)
    make_label(sides.app, sides.provider, str(request.copy_id), STANDARD, sides.clerk.id, "test")
    assert compared(sides).figures.to_label == Times(2 * HOUR, 2 * HOUR)


def test_the_first_scan_is_that_of_the_parcel_that_counts(database: Database, clock: FixedClock) -> None:
    sides = open_shippers(database, clock)
    request = sides.taken()
    made = make_label(sides.app, sides.provider, str(request.copy_id), STANDARD, sides.clerk.id, "test")
    sides.shop.work_off()
    assert compared(sides).figures.to_first_scan == Times()
    for hours, state in ((3, TrackingState.ACCEPTED), (5, TrackingState.IN_TRANSIT)):
        scan = TrackingEvent(clock.now() + timedelta(hours=hours), state)
        sides.carrier.on_the_way.setdefault(made.label.carrier_id, []).append(scan)
    clock.sleep(6 * HOUR)
    sides.shop.work_off()
    assert compared(sides).figures.to_first_scan == Times(3 * HOUR, 3 * HOUR)


VASES = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 10}]


def test_a_part_of_ten_units_is_not_all_of_them(sides: TwoSides, clock: FixedClock) -> None:
    sides.shop.import_all(ready("7", items=VASES))
    request = sides.delegate("7")
    with sides.app.unit_of_work() as unit:
        unit.requests.update(request.ship({"1": Decimal(9)}, clock.now()))
        unit.commit()
    clock.sleep(24 * HOUR)
    its = compared(sides).figures
    assert (its.on_time, its.shipped_late, its.late_now) == (0, 0, 1)


def test_times_begin_when_the_provider_can_get_the_request(sides: TwoSides, clock: FixedClock) -> None:
    set_connection(sides.app, sides.owner, sides.connection().id, grace_minutes=120)
    request = sides.delegate("1")
    clock.sleep(3 * HOUR)
    sides.fetch()
    sides.answer(request, RequestAction.ACCEPT)
    assert compared(sides).figures.to_accept == Times(HOUR, HOUR)


def test_only_requests_of_the_period_count_and_those_with_most_come_first(sides: TwoSides, clock: FixedClock) -> None:
    create_account(sides.app, name="Iris", kind=AccountKind.PROVIDER, email="i@iris.example", password=PASSWORD, country="ES")
    connect_accounts(sides.app, provider_slug="iris", client_slug="casa-verde")
    sides.shop.import_all(*(ready(number, items=VASES) for number in "123"))
    sides.delegate("1")
    clock.sleep(10 * 24 * HOUR)
    for number in "23":
        other = TwoSides(sides.shop)
        other.shop.provider, kept = _account(sides, "iris"), other.shop.provider
        other.delegate(number)
        other.shop.provider = kept

    merchant, now = sides.shop.merchant, clock.now()
    lately = compare_partners(sides.app, merchant, parse_period(None, None, MADRID, now))
    assert [(one.slug, one.figures.requests) for one in lately.providers] == [("iris", 2), ("acme-3pl", 1)]
    week = compare_partners(sides.app, merchant, Period(now.date() - timedelta(days=6), now.date()))
    assert [one.slug for one in week.providers] == ["iris"]
    before = compare_partners(sides.app, merchant, Period(now.date() - timedelta(days=20), now.date() - timedelta(days=10)))
    assert [one.slug for one in before.providers] == ["acme-3pl"]


def _account(sides: TwoSides, slug: str):  # type: ignore[no-untyped-def]
    with sides.app.reading() as unit:
        return unit.accounts.find_by_slug(slug)


@pytest.mark.parametrize(
    ("first", "last"),
    [
        ("2026-03-03", "2026-03-02"),
        ("2020-01-01", None),
        ("soon", None),
        (None, "x"),
        (None, "0001-01-01"),
        ("9999-12-01", "9999-12-31"),
    ],
)
def test_a_period_that_is_none_is_refused(sides: TwoSides, first: str | None, last: str | None) -> None:
    with pytest.raises(Refused):
        parse_period(first, last, MADRID, sides.app.clock.now())


def test_a_period_is_of_whole_days_of_a_time_zone() -> None:
    period = parse_period(None, None, MADRID, datetime(2026, 3, 2, 23, 30, tzinfo=UTC))
    assert (period.first, period.last) == (date(2026, 2, 2), date(2026, 3, 3))  # in Madrid it is the 3rd
