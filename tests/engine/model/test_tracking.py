"""What follows from what carriers say of parcels: where they are, what is wrong, and when the carrier is asked again."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from support.examples import NOON

from engine.model.tracking import (
    HANDED_OVER_WITHIN,
    Tracking,
    TrackingEvent,
    TrackingProblem,
    TrackingState,
    in_order,
    last_states,
    state_of,
)

S = TrackingState
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
NEW = Tracking("shp_1", "acc_1", "ord_1", NOON, "car_1")


def at(hours: float, state: TrackingState, number: str = "") -> TrackingEvent:
    return TrackingEvent(NOON + timedelta(hours=hours), state, number=number)


def test_events_are_put_in_order_whatever_the_order_in_which_they_come() -> None:
    came = [at(3, S.DELIVERED), at(1, S.IN_TRANSIT), at(1, S.ACCEPTED)]
    assert [event.state for event in in_order(came)] == [S.ACCEPTED, S.IN_TRANSIT, S.DELIVERED]


@pytest.mark.parametrize(
    ("events", "state"),
    [
        ([], S.LABEL_CREATED),
        ([at(1, S.DELIVERED, "A")], S.LABEL_CREATED),  # nobody has seen the other one
        ([at(1, S.DELIVERED, "A"), at(1, S.IN_TRANSIT, "B")], S.IN_TRANSIT),
        ([at(1, S.DELIVERED, "A"), at(2, S.DELIVERED, "B")], S.DELIVERED),
        ([at(1, S.EXCEPTION, "A"), at(2, S.DELIVERED, "B")], S.EXCEPTION),
        ([at(1, S.EXCEPTION, "A"), at(2, S.IN_TRANSIT, "A"), at(2, S.DELIVERED, "B")], S.IN_TRANSIT),
        ([at(1, S.RETURNED, "A"), at(2, S.DELIVERED, "B")], S.RETURNED),
        ([at(1, S.VOIDED, "A"), at(2, S.VOIDED, "B")], S.VOIDED),
    ],
)
def test_a_shipment_is_where_the_last_of_its_parcels_is(events: list[TrackingEvent], state: TrackingState) -> None:
    assert state_of(last_states(in_order(events), ["A", "B"]).values()) is state


def test_the_first_scan_is_the_carriers_and_stays() -> None:
    heard = NEW.hear([at(0, S.LABEL_CREATED), at(5, S.IN_TRANSIT), at(2, S.ACCEPTED)], ["A"], NOON + 6 * HOUR)
    assert heard.first_scan_at == NOON + 2 * HOUR
    assert heard.hear([], ["A"], NOON + 7 * HOUR).first_scan_at == NOON + 2 * HOUR  # what was forgotten meanwhile


def test_it_is_delivered_when_the_last_parcel_is() -> None:
    first = NEW.hear([at(5, S.DELIVERED, "A")], ["A", "B"], NOON + DAY)
    assert (first.delivered_at, first.ask_at is None) == (None, False)
    both = first.hear([at(5, S.DELIVERED, "A"), at(9, S.DELIVERED, "B")], ["A", "B"], NOON + DAY)
    assert (both.delivered_at, both.ask_at) == (NOON + 9 * HOUR, None)


@pytest.mark.parametrize(
    ("age", "following"),
    [
        (HOUR, HOUR),
        (2 * DAY, HOUR),
        (2 * DAY + HOUR, 4 * HOUR),
        (8 * DAY, DAY),
        (60 * DAY, DAY),
        (60 * DAY + HOUR, None),
    ],
)
def test_the_longer_it_is_under_way_the_rarer_it_is_asked_about(age: timedelta, following: timedelta | None) -> None:
    now = NOON + age
    heard = NEW.hear([at(0.5, S.IN_TRANSIT)], ["A"], now)
    assert heard.ask_at == (None if following is None else now + following)


def test_what_nobody_has_seen_for_a_month_is_given_up_earlier() -> None:
    assert NEW.hear([], ["A"], NOON + 30 * DAY).ask_at == NOON + 31 * DAY
    assert NEW.hear([], ["A"], NOON + 30 * DAY + HOUR).ask_at is None


@pytest.mark.parametrize("state", [S.DELIVERED, S.RETURNED, S.VOIDED])
def test_nobody_is_asked_about_what_has_ended(state: TrackingState) -> None:
    assert NEW.hear([at(1, state)], ["A"], NOON + 2 * HOUR).ask_at is None


def test_the_first_question_is_due_a_while_after_it_should_have_left() -> None:
    tomorrow = Tracking("shp_1", "acc_1", "ord_1", NOON + DAY, "car_1")
    assert NEW.begin(NOON).ask_at == NOON + HOUR / 2
    assert tomorrow.begin(NOON).ask_at == NOON + DAY + HOUR / 2


def test_a_carrier_that_does_not_answer_is_left_alone_for_longer_each_time() -> None:
    tracking, pauses, now = NEW, [], NOON
    for _ in range(9):
        tracking = tracking.fail(now)
        assert tracking.ask_at is not None
        pauses.append(tracking.ask_at - now)
    assert pauses == sorted(pauses)
    assert (pauses[0], pauses[-1]) == (HOUR, DAY)
    assert tracking.hear([at(0, S.ACCEPTED)], ["A"], now).failures == 0


def problem(tracking: Tracking) -> tuple[TrackingProblem | None, datetime | None]:
    return tracking.problem, tracking.problem_at


def test_a_problem_has_its_time_and_ends_when_the_parcel_moves_on() -> None:
    refused = [at(1, S.IN_TRANSIT), at(2, S.EXCEPTION)]
    first = NEW.hear(refused, ["A"], NOON + 3 * HOUR)
    assert problem(first) == (TrackingProblem.EXCEPTION, NOON + 3 * HOUR)
    assert problem(first.hear(refused, ["A"], NOON + 4 * HOUR)) == (TrackingProblem.EXCEPTION, NOON + 3 * HOUR)
    assert problem(first.hear([*refused, at(5, S.IN_TRANSIT)], ["A"], NOON + 6 * HOUR)) == (None, None)


def test_a_parcel_that_no_carrier_has_seen_in_time_was_not_handed_over() -> None:
    late = NOON + HANDED_OVER_WITHIN
    assert problem(NEW.hear([], ["A"], late - HOUR)) == (None, None)
    assert problem(NEW.hear([], ["A"], late)) == (TrackingProblem.NOT_HANDED_OVER, late)
    assert problem(NEW.hear([at(90, S.ACCEPTED)], ["A"], late + DAY)) == (None, None)


def test_a_shipment_that_was_taken_back_has_no_problem_and_is_not_asked_about() -> None:
    ended = NEW.hear([at(1, S.EXCEPTION)], ["A"], NOON + DAY).end()
    assert (ended.state, ended.problem, ended.ask_at) == (S.VOIDED, None, None)


def test_who_bought_no_label_asks_nobody() -> None:
    mirrored = Tracking("shp_2", "acc_2", "ord_2", NOON)
    assert mirrored.hear([at(1, S.IN_TRANSIT)], ["A"], NOON + 2 * HOUR).ask_at is None
