"""What the store has open, what is here and what was written back, compared: what differs, since when, and when it is over."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.comparing import ComparedShop, open_compared_shop, shipped_there, vase

from adapters.stores.brightpearl.description import steps
from adapters.stores.brightpearl.description.reasons import WRONG_CHANNEL
from engine.jobs.worker import drain
from engine.model.reconciliation import DifferenceKind, Part
from engine.model.sentence import Sentence
from engine.model.store import Skipped
from engine.ports import CredentialsRefused, StoreError, StoreUnavailable
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from engine.services.importing.import_store import import_store
from engine.services.reconciliation.turn import Limits
from engine.services.refusals import Refused
from storage.database import Database

HOUR_S, DAY_S = 3600.0, 24 * 3600.0
TRACKED = Shipping("seur", "24h", ("T1",))
ONE_PAGE = Limits(looks=2)


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> ComparedShop:
    """On both databases; its store has the orders 1 to 3, and all are here."""
    shop = open_compared_shop(database, clock)
    shop.import_all(vase("1"), vase("2"), vase("3"))
    return shop


@pytest.fixture
def small_shop(sqlite_database: Database, clock: FixedClock) -> ComparedShop:
    shop = open_compared_shop(sqlite_database, clock)
    shop.import_all(vase("1"), vase("2"), vase("3"))
    return shop


def ship(shop: ComparedShop, number: str) -> None:
    ship_order(shop.app, shop.merchant.id, shop.order_id(number), TRACKED, "usr_1")


def test_where_all_agree_nothing_differs(shop: ComparedShop, clock: FixedClock) -> None:
    so_far = shop.compare()
    assert (so_far.is_complete, so_far.completed_at, so_far.problem) == (True, clock.now(), None)
    assert (so_far.open_there, so_far.open_here) == (3, 3)
    assert shop.found() == []
    assert shop.there.read == [], "what is listed and is here needs no look"


def test_what_the_store_has_open_and_is_not_here_is_found_until_it_is_imported(shop: ComparedShop, clock: FixedClock) -> None:
    shop.there.records.append(vase("4"))
    shop.compare()
    assert shop.found() == [("not_here", "4", "")]
    first = clock.now()
    clock.sleep(DAY_S)
    shop.compare()
    [kept] = shop.differences()
    assert (kept.first_seen, kept.last_seen) == (first, clock.now()), "its age counts from the first time"
    import_store(shop.app, shop.merchant.id, shop.store.id)
    assert shop.found() == [], "it is here: nobody has to compare again for that"


def test_what_was_closed_here_and_is_open_there_again_is_found(shop: ComparedShop) -> None:
    shop.import_all(vase("1"), vase("2"), shipped_there("3"))
    shop.there.records[:] = [vase("1"), vase("2"), replace(vase("3"))]
    with shop.app.unit_of_work() as uow:
        order = uow.orders.get(shop.merchant.id, shop.order_id("3"), for_change=True)
        order.state, order.state_reason = type(order.state).CANCELLED, "not_printed"
        uow.orders.update_many([order])
        uow.commit()
    shop.compare()
    assert shop.found() == [("not_here", "3", "cancelled")]


def test_what_is_parked_or_left_out_for_good_is_another_list(shop: ComparedShop) -> None:
    wrong = WRONG_CHANNEL.message(order="5", note="n5", found=1, wanted=2)
    shop.there.records.append(Skipped("n5", "5", wrong))
    import_store(shop.app, shop.merchant.id, shop.store.id)
    shop.there.records[:] = [vase("1"), vase("2"), vase("3"), vase("5")]
    shop.compare()
    assert shop.found() == []
    assert shop.there.read == []


def test_what_a_list_names_and_the_store_no_longer_wants_is_no_difference(shop: ComparedShop) -> None:
    shop.there.records.append(vase("4"))
    shop.there.meanwhile = lambda: shop.there.records.__setitem__(3, shipped_there("4"))  # type: ignore[func-returns-value]
    shop.compare()
    assert shop.found() == []


def test_what_is_open_here_and_shipped_or_gone_there_is_found_with_the_reason(shop: ComparedShop) -> None:
    shop.there.records[:] = [vase("1"), shipped_there("2")]
    shop.compare()
    assert sorted(shop.found()) == [("not_there", "2", "already_shipped"), ("not_there", "3", "note_gone")]
    import_store(shop.app, shop.merchant.id, shop.store.id)
    assert shop.found() == []


def test_what_a_list_forgets_is_asked_about_before_it_counts_as_gone(shop: ComparedShop) -> None:
    shop.there.unlisted = {"n2"}
    shop.compare()
    assert shop.there.read == ["n2"]
    assert shop.found() == []


def test_a_shipment_that_the_store_has_not_heard_of_is_found_after_an_hour_or_once_given_up(
    shop: ComparedShop, clock: FixedClock
) -> None:
    shop.there.refusal = StoreUnavailable(Sentence.of("Come back later."))
    ship(shop, "1")
    shipped_at = clock.now()
    shop.there.records[:] = [vase("2"), vase("3")]
    shop.compare()
    assert shop.found() == []
    clock.sleep(2 * HOUR_S)
    shop.compare()
    assert shop.found() == [("not_told", "1", "pending")]
    shop.work_off()
    shop.compare()
    assert shop.found() == [("not_told", "1", "failing")]
    shop.there.refusal = StoreError(Sentence.of("Never."))
    for _ in range(12):
        clock.sleep(2 * HOUR_S)
        drain(shop.app, "test")
    shop.compare()
    [given_up] = shop.differences()
    assert (given_up.detail, given_up.first_seen) == ("given_up", shipped_at)


def test_a_shipment_that_was_told_is_no_difference_any_more(small_shop: ComparedShop, clock: FixedClock) -> None:
    ship(small_shop, "1")
    clock.sleep(2 * HOUR_S)
    small_shop.compare()
    assert [kind for kind, _, _ in small_shop.found()] == ["not_told"]
    small_shop.work_off()
    assert small_shop.found() == []


def test_what_the_store_was_told_and_still_shows_open_is_found(shop: ComparedShop, clock: FixedClock) -> None:
    ship(shop, "1")
    shop.work_off()
    shop.compare()
    assert shop.found() == [], "it was told a moment ago"
    clock.sleep(HOUR_S)
    shop.compare()
    assert shop.found() == [("still_open", "1", "shipped")]
    shop.there.records[:] = [shipped_there("1"), vase("2"), vase("3")]
    clock.sleep(HOUR_S)
    shop.compare()
    assert shop.found() == []


def test_a_store_that_is_never_told_for_good_may_keep_an_order_open(small_shop: ComparedShop, clock: FixedClock) -> None:
    small_shop.there.steps = (steps.REFERENCE.code,)
    ship(small_shop, "1")
    small_shop.work_off()
    clock.sleep(HOUR_S)
    small_shop.compare()
    assert small_shop.found() == []


def test_an_order_that_is_imported_while_the_store_is_asked_is_no_difference(small_shop: ComparedShop) -> None:
    small_shop.there.records.append(vase("4"))
    session = small_shop.there
    seen: list[int] = []

    def import_once() -> None:
        seen.append(1)
        if len(seen) == 3:  # both pages are listed, the note is being read
            import_store(small_shop.app, small_shop.merchant.id, small_shop.store.id)
        else:
            session.meanwhile = import_once

    session.meanwhile = import_once
    assert small_shop.compare().is_complete
    assert len(seen) == 3
    assert small_shop.found() == []


class Killed(BaseException): ...


def test_a_page_that_was_not_gone_through_to_its_end_is_counted_once(
    shop: ComparedShop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.services.reconciliation.compare_store.AT_A_TIME", 1)
    shop.there.page_size = 4
    shop.there.records.append(vase("15"))  # listed as the second, and it has to be read

    def die() -> None:
        raise Killed

    shop.there.meanwhile = lambda: setattr(shop.there, "meanwhile", die)
    with pytest.raises(Killed):
        shop.compare()
    clock.sleep(HOUR_S)
    so_far = shop.compare()
    assert (so_far.is_complete, so_far.open_there) == (True, 4)


def test_a_turn_that_reaches_a_limit_concludes_nothing_and_the_next_one_goes_on(shop: ComparedShop, clock: FixedClock) -> None:
    shop.there.records.append(vase("4"))
    shop.compare()
    shop.there.records[:] = [vase("2"), vase("5")]  # 1 and 3 are gone, 4 too, and 5 is new
    clock.sleep(HOUR_S)
    places = []
    so_far = shop.compare(ONE_PAGE)
    while so_far.goes_on and len(places) < 20:
        assert not so_far.is_complete
        assert so_far.completed_at != clock.now()
        if so_far.part in (Part.TOLD, Part.PROVIDERS, Part.THERE):
            assert not shop.differences(DifferenceKind.NOT_THERE)
            assert ("not_here", "4", "") in shop.found(), "what a list did not name so far may come yet"
        places.append((so_far.part, so_far.place))
        so_far = shop.compare(ONE_PAGE)
    assert [part for part, _ in places] == [Part.THERE, Part.THERE]
    assert sorted(shop.found()) == [("not_here", "5", ""), ("not_there", "1", "note_gone"), ("not_there", "3", "note_gone")]


@pytest.mark.parametrize("limits", [Limits(requests=1), Limits(time=timedelta(0))], ids=["requests", "time"])
def test_each_limit_ends_a_turn(small_shop: ComparedShop, clock: FixedClock, limits: Limits) -> None:
    small_shop.there.meanwhile = lambda: clock.sleep(1.0)
    assert small_shop.compare(limits).goes_on
    assert small_shop.compare().is_complete


def test_a_store_that_cannot_be_asked_leaves_the_differences_as_they_were(shop: ComparedShop, clock: FixedClock) -> None:
    shop.there.records.append(vase("4"))
    complete = shop.compare().completed_at
    shop.there.failure = CredentialsRefused(Sentence.of("The password is wrong."))
    clock.sleep(DAY_S)
    so_far = shop.compare()
    assert (so_far.is_complete, so_far.goes_on, str(so_far.problem)) == (False, False, "The password is wrong.")
    assert so_far.completed_at == complete
    assert shop.found() == [("not_here", "4", "")]


def test_a_turn_that_dies_is_taken_up_and_nothing_is_found_twice(shop: ComparedShop, clock: FixedClock) -> None:
    shop.there.records += [vase("4"), vase("5")]

    def die() -> None:
        raise KeyboardInterrupt

    shop.there.meanwhile = lambda: setattr(shop.there, "meanwhile", die)
    with pytest.raises(KeyboardInterrupt):
        shop.compare()
    assert shop.compare().is_complete
    assert sorted(shop.found()) == [("not_here", "4", ""), ("not_here", "5", "")]


def test_one_store_is_compared_by_one_at_a_time(shop: ComparedShop) -> None:
    second: list[str] = []

    def compare_too() -> None:
        with pytest.raises(Refused) as refused:
            shop.compare()
        second.append(refused.value.message.code)

    shop.there.meanwhile = compare_too
    assert shop.compare().is_complete
    assert second == ["reconciling"]
    assert shop.compare().is_complete, "the lease was given back"


def test_more_differences_than_anybody_reads_are_not_listed(
    small_shop: ComparedShop, clock: FixedClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.services.reconciliation.reconcile.MOST_OF_A_KIND", 2)
    small_shop.there.records += [vase(str(number)) for number in range(4, 12)]
    so_far = small_shop.compare()
    assert "More than 2 differences" in str(so_far.problem)
    assert not so_far.goes_on
    assert 2 < len(small_shop.differences()) < 8
    clock.sleep(HOUR_S)
    small_shop.import_all(*small_shop.there.records)
    assert small_shop.compare().is_complete


def test_a_store_that_was_never_imported_has_nothing_to_compare(sqlite_database: Database, clock: FixedClock) -> None:
    shop = open_compared_shop(sqlite_database, clock)
    with pytest.raises(Refused, match="was never imported"):
        shop.compare()
    assert shop.differences() == []
