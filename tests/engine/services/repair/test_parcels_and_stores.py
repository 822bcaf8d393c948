"""Orders in one parcel of which a store, or a carrier, says something else meanwhile: each unit leaves once, and is told once."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.combining import combine, leaves, of, order, out, ship, states, told, units, unship
from support.labels import STANDARD, Shippers, open_shippers
from support.paid_carrier import TOO_FAR

from adapters.stores.brightpearl.description import reasons
from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.make_label import make_label
from engine.model.label import LabelState
from engine.model.order import OrderState
from engine.model.order_combined import combined_orders, lent_key
from engine.model.request import RequestAction, RequestState
from engine.model.store import Skipped
from engine.model.store_reasons import Reason
from engine.ports import StoreError
from engine.services.fulfillment.notify_store import retry_write_backs
from engine.services.importing.import_store import import_store
from engine.services.labels.plan_label import LabelWish
from engine.services.refusals import Refused
from engine.services.stores.change_store import disconnect_store
from engine.services.stores.connect_store import StoreForm, connect_store
from rules.messages import Message, Text
from storage.database import Database

OPEN, SHIPPED, COMBINED, CANCELLED = OrderState.OPEN, OrderState.SHIPPED, OrderState.COMBINED, OrderState.CANCELLED
PARTLY = OrderState.PARTIALLY_SHIPPED
REFUSED = StoreError(Message("no", Text("No.", "No.")))


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> Shippers:
    return open_shippers(database, clock)


def close(sides: Shippers, number: str, reason: Reason = reasons.NOT_PRINTED) -> None:
    sides.shop.import_all(Skipped(f"n{number}", number, reason.message(note=f"n{number}")))


def unship_too_late(sides: Shippers, *held: str) -> None:
    """The parcel of order 2 has left and is taken back, and the store holds some of its orders for shipped by then."""
    ship(sides, "2")
    sides.shop.work_off()
    sides.shop.connector.held |= {f"n{number}" for number in held}
    unship(sides, "2")


def test_an_order_that_its_store_holds_for_shipped_leaves_the_parcel_of_the_others(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2, "4": 1})
    unship_too_late(sides, "3")
    sides.shop.work_off()

    assert states(sides, "2", "3", "4") == [OPEN, SHIPPED, COMBINED]
    assert (units(sides, "2"), NEEDS_ATTENTION in order(sides, "3").flags) == ([3, 1], True)
    ship(sides, "2", "T2")
    sides.shop.work_off()
    assert (out(sides, "2"), out(sides, "3"), out(sides, "4")) == (4, 2, 1)
    assert told(sides)[-2:] == [("n2", ("T2",)), ("n4", ("T2",))]


def test_where_the_store_holds_the_first_for_shipped_the_others_leave_by_themselves(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    unship_too_late(sides, "2")
    sides.shop.work_off()

    assert states(sides, "2", "3") == [SHIPPED, OPEN]
    assert (out(sides, "2"), units(sides, "2"), combined_orders(order(sides, "2"))) == (3, [3], ())
    ship(sides, "3", "T3")
    assert (out(sides, "2"), out(sides, "3")) == (3, 2)


def test_where_the_store_holds_all_of_them_for_shipped_none_leaves_again(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    unship_too_late(sides, "2", "3")
    sides.shop.work_off()
    assert states(sides, "2", "3") == [SHIPPED, SHIPPED]
    assert (out(sides, "2"), out(sides, "3")) == (3, 2)


def test_a_provider_that_was_asked_meanwhile_ships_none_of_what_the_store_holds_for_shipped(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    unship_too_late(sides, "3")
    request = sides.taken("2")
    sides.shop.work_off()
    sides.fetch()
    assert [int(line.quantity) for line in sides.request(request.id).lines] == [3, 0]
    assert sum(sides.copy(request).quantities().values()) == 3


def test_a_provider_gives_back_what_the_store_holds_for_shipped(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    unship_too_late(sides, "2")
    request = sides.delegate("2")
    sides.shop.work_off()
    assert sides.request(request.id).state is RequestState.CANCELLED
    assert states(sides, "2", "3") == [SHIPPED, OPEN]


def test_what_left_again_before_the_store_answered_counts_once(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    unship_too_late(sides, "3")
    ship(sides, "2", "T2")
    sides.shop.work_off()
    assert states(sides, "2", "3") == [SHIPPED, SHIPPED]
    assert (out(sides, "2"), out(sides, "3")) == (5, 2)


def test_of_a_store_that_is_disconnected_the_parcel_stays_together(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    unship_too_late(sides, "3")
    disconnect_store(sides.app, sides.merchant, sides.shop.store.id, sides.owner.id)
    sides.shop.work_off()
    assert states(sides, "2", "3") == [OPEN, COMBINED]
    ship(sides, "2", "T2")
    assert (out(sides, "2"), out(sides, "3")) == (5, 2)


def test_what_the_store_wants_no_more_of_a_parcel_that_left_in_part_is_settled_by_that_import(sides: Shippers) -> None:
    combine(sides, {"2": 1, "3": 2})
    leaves(sides, "2", {"a": 1, "3:a": 1})
    assert states(sides, "2", "3") == [PARTLY, COMBINED]
    sides.shop.import_all(of("3", 1))
    assert states(sides, "2", "3") == [SHIPPED, SHIPPED]
    sides.shop.work_off()
    assert sorted(told(sides)) == [("n2", ("P1",)), ("n3", ("P1",))]


def test_what_the_store_wants_no_more_of_the_first_is_settled_by_that_import(sides: Shippers) -> None:
    combine(sides, {"2": 2, "3": 1})
    leaves(sides, "2", {"a": 1, "3:a": 1})
    assert states(sides, "2", "3") == [PARTLY, SHIPPED]
    sides.shop.import_all(of("2", 1))
    assert states(sides, "2", "3") == [SHIPPED, SHIPPED]
    sides.shop.work_off()
    assert sorted(told(sides)) == [("n2", ("P1",)), ("n3", ("P1",))]


@pytest.mark.parametrize("reason", [reasons.NOT_PRINTED, reasons.ALREADY_SHIPPED, reasons.NOTE_GONE])
def test_an_order_that_is_closed_after_a_part_of_it_left_leaves_the_parcel(sides: Shippers, reason: Reason) -> None:
    combine(sides, {"2": 3, "3": 2})
    leaves(sides, "2", {"3:a": 1})
    close(sides, "3", reason)
    assert states(sides, "2", "3") == [PARTLY, SHIPPED if reason.means_shipped else CANCELLED]
    assert reason.means_shipped or any("A part of order 3 has left" in said for said in sides.alerts())
    unship(sides, "2")
    assert (units(sides, "2"), out(sides, "3")) == ([3], 0), "what was taken back is nobody's to send any more"
    assert states(sides, "2", "3") == [OPEN, SHIPPED if reason.means_shipped else CANCELLED]


def test_where_the_first_is_closed_after_a_part_left_the_others_have_their_rest(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    leaves(sides, "2", {"a": 1, "3:a": 1})
    close(sides, "2")
    assert states(sides, "2", "3") == [CANCELLED, PARTLY]
    ship(sides, "3", "T3")
    assert (states(sides, "3"), out(sides, "3")) == ([SHIPPED], 2)
    sides.shop.work_off()
    assert told(sides)[-1] == ("n3", ("P1", "T3"))


def test_what_was_taken_back_of_a_closed_parcel_is_to_leave_again(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    leaves(sides, "2", {"a": 1, "3:a": 1})
    close(sides, "2")
    unship(sides, "2")
    assert (states(sides, "3"), out(sides, "3"), units(sides, "3")) == ([OPEN], 0, [2])


def test_what_a_store_wants_only_once_the_parcel_has_left_leaves_by_itself(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    sides.shop.import_all(of("3", 0))
    ship(sides, "2")
    assert states(sides, "2", "3") == [SHIPPED, COMBINED]
    sides.shop.import_all(of("3", 2))
    assert states(sides, "2", "3") == [SHIPPED, OPEN]
    ship(sides, "3", "T3")
    assert (out(sides, "2"), out(sides, "3")) == (3, 2)


def test_a_label_of_the_parcel_that_the_carrier_keeps_counts_for_all_and_each_store_hears_of_it(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    sides.carrier.fails_before["void"] = [TOO_FAR]
    made = sides.buy("2")
    with pytest.raises(Refused, match="does not go there"):
        sides.take_back(made)
    [label] = sides.labels("2")
    assert (label.state, states(sides, "2", "3"), out(sides, "3")) == (LabelState.VOID_REFUSED, [SHIPPED, SHIPPED], 2)
    sides.shop.work_off()
    numbers = tuple(made.label.tracking_numbers)
    assert sorted(told(sides)) == [("n2", numbers), ("n3", numbers)]

    assert sides.take_back(made).state is LabelState.VOIDED  # a carrier may change its mind
    sides.shop.work_off()
    withdrawn = [notice.external_id for step, notice in sides.shop.connector.told if step is None]
    assert (sorted(withdrawn), states(sides, "2", "3"), out(sides, "3")) == (["n2", "n3"], [OPEN, COMBINED], 0)


def test_what_could_not_be_told_of_one_of_them_is_sent_again_for_this_one_alone(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    sides.shop.connector.refusal = REFUSED
    ship(sides, "2")
    sides.shop.work_off()
    sides.shop.connector.refusal = None
    assert told(sides) == []
    [job_id] = retry_write_backs(sides.app, sides.merchant, sides.shop.order_id("3"), sides.owner.id)
    sides.shop.work_off()
    assert told(sides) == [("n3", ("T1",))]
    with sides.app.reading() as uow:
        [job] = [one for one in uow.jobs.list_for_order(sides.merchant, sides.shop.order_id("3")) if one.id == job_id]
    assert (job.state.value, states(sides, "2", "3")) == ("done", [SHIPPED, SHIPPED])
    retry_write_backs(sides.app, sides.merchant, sides.shop.order_id("2"), sides.owner.id)
    sides.shop.work_off()
    assert told(sides) == [("n3", ("T1",)), ("n2", ("T1",))]


def test_what_a_provider_ships_of_an_order_that_is_closed_then_counts_for_it_and_the_rest_is_asked_of_nobody(
    sides: Shippers, clock: FixedClock
) -> None:
    combine(sides, {"2": 3, "3": 2})
    request = sides.taken("2")
    lent = lent_key(sides.shop.order_id("3"), "a")
    wish = LabelWish(STANDARD.service, units={"a": Decimal(1), lent: Decimal(1)})
    make_label(sides.app, sides.provider, sides.copy(request).id, wish, sides.clerk.id, "test")
    sides.shop.work_off()
    assert (states(sides, "2", "3"), out(sides, "3")) == ([PARTLY, COMBINED], 1)
    close(sides, "3")
    assert (states(sides, "2", "3"), out(sides, "3")) == ([PARTLY, CANCELLED], 1)
    clock.sleep(3600)
    sides.answer(sides.request(request.id), RequestAction.ACCEPT_CHANGE)
    sides.fetch()
    left = {line.line_key: (line.quantity, line.shipped) for line in sides.request(request.id).lines}
    assert left == {"a": (3, 1), lent: (1, 1)}
    make_label(sides.app, sides.provider, sides.copy(request).id, STANDARD, sides.clerk.id, "test")
    sides.shop.work_off()
    assert (states(sides, "2", "3"), out(sides, "2"), out(sides, "3")) == ([SHIPPED, CANCELLED], 4, 1)


def test_what_a_provider_ships_all_the_same_of_an_order_that_is_closed_is_said(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    request = sides.taken("2")
    make_label(sides.app, sides.provider, sides.copy(request).id, STANDARD, sides.clerk.id, "test")
    close(sides, "3")
    sides.shop.work_off()
    assert (states(sides, "2", "3"), out(sides, "2"), out(sides, "3")) == ([SHIPPED, SHIPPED], 5, 2)
    assert NEEDS_ATTENTION in order(sides, "3").flags
    assert any(
        "Order 3 has left in the parcel of order 2, though it had been closed meanwhile" in said for said in sides.alerts()
    )


@pytest.mark.parametrize(("closed", "other"), [("2", "3"), ("3", "2")])
def test_a_label_that_is_being_bought_while_the_store_closes_one_of_them_ships_all_of_them_once(
    sides: Shippers, closed: str, other: str
) -> None:
    combine(sides, {"2": 3, "3": 2})
    sides.carrier.meanwhile = lambda: close(sides, closed)
    sides.buy("2")
    assert (out(sides, "2"), out(sides, "3"), states(sides, other)) == (5, 2, [SHIPPED])
    assert NEEDS_ATTENTION in order(sides, closed).flags
    with pytest.raises(Refused):
        ship(sides, other, "T3")


def test_where_that_label_is_refused_the_others_leave_by_themselves(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})

    def closed_and_refused() -> None:
        close(sides, "3", reasons.ALREADY_SHIPPED)
        raise TOO_FAR

    sides.carrier.meanwhile = closed_and_refused
    with pytest.raises(Refused, match="does not go there"):
        sides.buy("2")
    assert (states(sides, "2", "3"), units(sides, "2")) == ([OPEN, SHIPPED], [3])
    ship(sides, "2", "T2")
    assert (out(sides, "2"), out(sides, "3")) == (3, 0)


def test_an_order_that_another_store_has_taken_over_stays_in_the_parcel_and_is_told_there(sides: Shippers) -> None:
    combine(sides, {"2": 3, "3": 2})
    shop, second = sides.shop, sides.shop.order_id("3")
    form = StoreForm("brightpearl", "Casa Verde B2B", {"channels": ["3"]}, {"username": "u", "password": "p"})
    other = connect_store(sides.app, shop.merchant.slug, form)
    with sides.app.unit_of_work() as uow:
        uow.orders.move(sides.merchant, [second], other.id)
        uow.commit()
    shop.connector.records[:] = [of("3", 1)]
    import_store(sides.app, sides.merchant, other.id)
    assert (states(sides, "2", "3"), units(sides, "2")) == ([OPEN, COMBINED], [3, 1])
    disconnect_store(sides.app, sides.merchant, shop.store.id, sides.owner.id)
    ship(sides, "2")
    shop.work_off()
    assert (states(sides, "2", "3"), told(sides)) == ([SHIPPED, SHIPPED], [("n3", ("T1",))])
