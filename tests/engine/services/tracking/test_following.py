"""Parcels are followed from the label to the door: carriers are asked, answers kept on both sides, and problems told."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.labels import STANDARD, Shippers, open_shippers
from support.mails import BUYER, entries_of, writing_to_buyers
from support.paid_carrier import NO_ANSWER, TOO_FAR
from support.rule_runs import publish
from support.shop import ready

from engine.jobs.make_label import MadeLabel, make_label
from engine.jobs.retention import forget_old
from engine.jobs.schedule import Schedule
from engine.model.buyer_mail import BuyerMail
from engine.model.job import tracking_key
from engine.model.mail import MailKind
from engine.model.order import DELIVERY_PROBLEM
from engine.model.sentence import Sentence
from engine.model.tracking import Tracking, TrackingEvent, TrackingProblem, TrackingSource, TrackingState
from engine.services.accounts.erase_person import erase_person
from engine.services.deciding.reprocess_orders import release_order
from engine.services.labels.track_shipment import track_shipment
from engine.services.tracking.ask_carriers import AT_A_TIME, arm_questions, ask_carriers
from storage.database import Database

S = TrackingState
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> Shippers:
    return open_shippers(database, clock)


def provider_buys(sides: Shippers) -> MadeLabel:
    request = sides.taken()
    made = make_label(sides.app, sides.provider, str(request.copy_id), STANDARD, sides.clerk.id, "test")
    sides.shop.work_off()
    return made


def says(sides: Shippers, made: MadeLabel, *events: tuple[timedelta, TrackingState, str]) -> None:
    """What the carrier says from now on, each so long after the label."""
    assert made.label.bought_at is not None
    sides.carrier.on_the_way[made.label.carrier_id] = [
        TrackingEvent(made.label.bought_at + after, state, Sentence.of(words) if words else None, "Madrid")
        for after, state, words in events
    ]


def wait(sides: Shippers, clock: FixedClock, time: timedelta = HOUR) -> None:
    """So much later, what is due has been done."""
    clock.sleep(time.total_seconds())
    sides.shop.work_off()


def tracking(sides: Shippers, account_id: str, shipment_id: str) -> Tracking:
    with sides.app.reading() as unit:
        found = unit.trackings.find(account_id, shipment_id)
    assert found is not None
    return found


def merchants(sides: Shippers) -> Tracking:
    """How the merchant sees its order's only shipment."""
    with sides.app.reading() as unit:
        [found] = unit.trackings.by_order(sides.merchant, [sides.shop.order_id("1")])[sides.shop.order_id("1")]
    return found


def events(sides: Shippers, account_id: str, shipment_id: str) -> list[TrackingEvent]:
    with sides.app.reading() as unit:
        return unit.trackings.list_events(account_id, shipment_id)


def alerts(sides: Shippers, account_id: str) -> list[str]:
    with sides.app.reading() as unit:
        return [str(alert.message) for alert in unit.alerts.list_for(account_id)]


def test_the_carrier_is_asked_by_itself_until_the_parcel_is_delivered(sides: Shippers, clock: FixedClock) -> None:
    made = sides.buy()
    sides.shop.work_off()
    assert sides.carrier.asked_about == []  # too soon
    says(sides, made, (HOUR / 4, S.ACCEPTED, ""))
    wait(sides, clock)
    seen = tracking(sides, sides.merchant, made.shipment.id)
    assert (seen.state, seen.first_scan_at, seen.asked_at) == (S.ACCEPTED, made.label.bought_at + HOUR / 4, clock.now())  # type: ignore[operator]
    says(sides, made, (HOUR / 4, S.ACCEPTED, ""), (5 * HOUR, S.DELIVERED, "Left with a neighbour"))
    wait(sides, clock, 6 * HOUR)
    seen = tracking(sides, sides.merchant, made.shipment.id)
    assert (seen.state, seen.delivered_at) == (S.DELIVERED, made.label.bought_at + 5 * HOUR)  # type: ignore[operator]
    kept = events(sides, sides.merchant, made.shipment.id)
    assert [(event.state, event.number, event.source) for event in kept] == [
        (S.ACCEPTED, made.shipment.numbers[0], TrackingSource.POLL),
        (S.DELIVERED, made.shipment.numbers[0], TrackingSource.POLL),
    ]
    wait(sides, clock, 30 * DAY)
    assert len(sides.carrier.asked_about) == 2


def delivery_mails(sides: Shippers) -> list[str]:
    """Who was told that an order has arrived."""
    return [entry.to_address for entry in entries_of(sides.shop) if entry.kind is MailKind.BUYER_DELIVERY]


def test_the_buyer_hears_once_that_the_carrier_has_delivered(sides: Shippers, clock: FixedClock) -> None:
    writing_to_buyers(sides.shop, BuyerMail.DELIVERY)
    sides.shop.import_all(ready("1", customer={"name": "Ana", "email": BUYER}))
    made = provider_buys(sides)
    says(sides, made, (HOUR / 4, S.ACCEPTED, ""))
    wait(sides, clock)
    assert delivery_mails(sides) == []

    says(sides, made, (HOUR / 4, S.ACCEPTED, ""), (5 * HOUR, S.DELIVERED, ""))
    wait(sides, clock, 6 * HOUR)
    wait(sides, clock, 30 * DAY)

    assert delivery_mails(sides) == [BUYER]


def test_the_merchant_sees_what_its_provider_s_carrier_says(sides: Shippers, clock: FixedClock) -> None:
    made = provider_buys(sides)
    assert merchants(sides).state is S.LABEL_CREATED
    says(sides, made, (HOUR / 2, S.IN_TRANSIT, "Departed"))
    wait(sides, clock)
    theirs, ours = tracking(sides, sides.provider, made.shipment.id), merchants(sides)
    assert (ours.state, ours.first_scan_at) == (theirs.state, theirs.first_scan_at) == (S.IN_TRANSIT, theirs.first_scan_at)
    assert events(sides, sides.merchant, ours.shipment_id) == events(sides, sides.provider, made.shipment.id) != []
    assert (ours.ask_at, ours.carrier_account_id) == (None, None)  # it is the provider that asks
    assert track_shipment(sides.app, sides.merchant, ours.shipment_id).state is S.IN_TRANSIT


def test_a_problem_flags_the_order_on_both_sides_until_the_parcel_moves_on(sides: Shippers, clock: FixedClock) -> None:
    made = provider_buys(sides)
    number = made.shipment.numbers[0]
    refused = (HOUR / 2, S.IN_TRANSIT, ""), (HOUR, S.EXCEPTION, "Refused by recipient")
    says(sides, made, *refused)
    wait(sides, clock)
    copy = sides.copy(sides.request(str(merchants_request(sides))))
    assert DELIVERY_PROBLEM in sides.order().flags
    assert DELIVERY_PROBLEM in copy.flags
    told = f"Order 1: Paid Post reports a problem on the way ({number}): Refused by recipient"
    assert alerts(sides, sides.merchant) == alerts(sides, sides.provider) == [told]
    assert merchants(sides).problem_at == clock.now()
    wait(sides, clock)
    assert alerts(sides, sides.merchant) == [told]  # once
    says(sides, made, *refused, (2 * HOUR, S.OUT_FOR_DELIVERY, ""))
    wait(sides, clock)
    assert DELIVERY_PROBLEM not in sides.order().flags
    assert DELIVERY_PROBLEM not in sides.copy(sides.request(str(merchants_request(sides)))).flags
    assert merchants(sides).problem is None


def merchants_request(sides: Shippers) -> str:
    with sides.app.reading() as unit:
        [request] = unit.requests.list_for_order(sides.merchant, sides.shop.order_id("1"))
    return request.id


def test_a_parcel_that_nobody_scans_was_not_handed_over(sides: Shippers, clock: FixedClock) -> None:
    made = sides.buy()
    says(sides, made)
    wait(sides, clock, 2 * DAY)
    assert DELIVERY_PROBLEM not in sides.order().flags
    wait(sides, clock, DAY)
    assert tracking(sides, sides.merchant, made.shipment.id).problem is TrackingProblem.NOT_HANDED_OVER
    assert "has not scanned it within 3 days" in alerts(sides, sides.merchant)[0]
    says(sides, made, (3 * DAY, S.ACCEPTED, ""))
    wait(sides, clock, DAY)
    assert DELIVERY_PROBLEM not in sides.order().flags


def test_rules_run_for_a_problem_and_know_what_is_wrong(sides: Shippers, clock: FixedClock) -> None:
    is_one = "{field: tracking.state, is: equals, value: exception}"
    says_so = "{field: tracking.words, is: contains, value: refused}"
    refused = f"{{all: [{is_one}, {says_so}]}}"
    lost = "{field: tracking.days_since_label, is: at_least, value: 3}"
    publish(
        sides.shop,
        f"{{id: refused, 'on': [exception], when: {refused}, then: [{{do: add_tag, tag: call}}]}}",
        f"{{id: late, 'on': [exception], when: {lost}, then: [{{do: add_tag, tag: look}}]}}",
        "{id: other, 'on': [imported, exception], when: {field: tracking.state, is: blank}, then: [{do: add_tag, tag: none}]}",
    )
    made = sides.buy()
    says(sides, made, (HOUR / 2, S.EXCEPTION, "Refused by recipient"))
    wait(sides, clock)
    assert sides.order().document()["tags"] == ["call"]
    with sides.app.reading() as unit:
        decision = unit.decisions.list_for_order(sides.merchant, sides.shop.order_id("1"))[-1]
    assert decision.trigger == "exception"
    assert decision.facts["order"]["tracking"]["words"] == "Refused by recipient"


def test_what_was_taken_back_is_followed_no_longer_and_nothing_is_wrong_with_it(sides: Shippers, clock: FixedClock) -> None:
    made = provider_buys(sides)
    says(sides, made, (HOUR / 2, S.EXCEPTION, ""))
    wait(sides, clock)
    sides.take_back(made)
    sides.shop.work_off()
    asked = len(sides.carrier.asked_about)
    assert DELIVERY_PROBLEM not in sides.order().flags
    assert merchants(sides).state is tracking(sides, sides.provider, made.shipment.id).state is S.VOIDED
    wait(sides, clock, DAY)
    assert len(sides.carrier.asked_about) == asked


def test_a_carrier_that_does_not_answer_is_left_alone_with_all_of_its_account(sides: Shippers, clock: FixedClock) -> None:
    made = sides.buy()
    sides.carrier.fails_before["track"] = [NO_ANSWER]
    wait(sides, clock)
    seen = tracking(sides, sides.merchant, made.shipment.id)
    assert (seen.failures, seen.asked_at) == (1, None)
    assert seen.ask_at is not None
    assert seen.ask_at > clock.now()
    with sides.app.reading() as unit:
        job = unit.jobs.find(sides.merchant, tracking_key(sides.merchant))
    assert job is not None
    assert job.state == "done"  # nothing is held up by it
    wait(sides, clock)
    assert tracking(sides, sides.merchant, made.shipment.id).failures == 0


def test_one_refused_answer_does_not_keep_others_of_the_account_from_being_asked(sides: Shippers, clock: FixedClock) -> None:
    made = [sides.buy(), buys_another(sides)]
    sides.carrier.fails_before["track"] = [TOO_FAR]
    clock.sleep(3600)
    done = ask_carriers(sides.app, sides.merchant)
    assert (done.asked, done.unanswered) == (2, 1)
    assert sorted(tracking(sides, sides.merchant, one.shipment.id).failures for one in made) == [0, 1]


def buys_another(sides: Shippers) -> MadeLabel:
    """Another label of the merchant's."""
    sides.shop.import_all(ready("1"), ready("2"))
    return sides.buy("2")


def test_an_account_asks_some_at_a_time_and_then_it_is_another_s_turn(sides: Shippers, clock: FixedClock) -> None:
    numbers = [str(number) for number in range(1, AT_A_TIME + 3)]
    sides.shop.import_all(*map(ready, numbers))
    for number in numbers:
        sides.buy(number)
    clock.sleep(3600)
    assert arm_questions(sides.app) == 1
    first, second = ask_carriers(sides.app, sides.merchant), ask_carriers(sides.app, sides.merchant)
    assert (first.asked, first.is_more) == (AT_A_TIME, True)
    assert (second.asked, second.is_more) == (2, False)
    assert arm_questions(sides.app) == 0


def test_the_schedule_arms_the_questions(sides: Shippers, monkeypatch: pytest.MonkeyPatch) -> None:
    ticked = threading.Event()

    def arm(_app: object) -> None:
        ticked.set()

    monkeypatch.setattr("engine.jobs.schedule.arm_questions", arm)
    schedule = Schedule(sides.app)
    schedule.start()
    try:
        assert ticked.wait(30)
    finally:
        schedule.stop()


def test_a_person_s_question_is_kept_too_and_is_answered_from_what_is_kept(sides: Shippers) -> None:
    made = sides.buy()
    first = track_shipment(sides.app, sides.merchant, made.shipment.id)
    assert first.unanswered is None
    assert events(sides, sides.merchant, made.shipment.id)[0].source is TrackingSource.PERSON
    sides.carrier.fails_before["track"] = [NO_ANSWER]
    again = track_shipment(sides.app, sides.merchant, made.shipment.id)
    assert (again.state, list(again.events)) == (first.state, list(first.events))
    assert "did not answer" in str(again.unanswered)


def test_a_person_who_has_seen_it_takes_the_flag_off(sides: Shippers, clock: FixedClock) -> None:
    made = sides.buy()
    says(sides, made, (HOUR / 2, S.RETURNED, ""))
    wait(sides, clock)
    assert DELIVERY_PROBLEM in sides.order().flags
    publish(sides.shop, "{id: again, when: always, then: [{do: add_tag, tag: again}]}")
    release_order(sides.app, sides.merchant, sides.shop.order_id("1"), sides.owner.id)
    assert not sides.order().document().get("tags")  # it has shipped: nothing is decided about
    wait(sides, clock, DAY)
    assert DELIVERY_PROBLEM not in sides.order().flags


def test_whoever_is_erased_leaves_no_place_and_no_words(sides: Shippers, clock: FixedClock) -> None:
    made = sides.buy()
    says(sides, made, (HOUR / 2, S.OUT_FOR_DELIVERY, "On its way to Ana"))
    wait(sides, clock)
    with sides.app.reading() as unit:
        name = unit.orders.get(sides.merchant, sides.shop.order_id("1")).document()["ship_to"]["name"]
    erased = erase_person(sides.app, sides.shop.merchant.slug, name=name)
    assert erased.counts["trackings"] == 1
    [event] = events(sides, sides.merchant, made.shipment.id)
    assert (event.words, event.place, event.state) == (None, "", S.OUT_FOR_DELIVERY)
    says(sides, made, (HOUR / 2, S.OUT_FOR_DELIVERY, "On its way to Ana"), (2 * HOUR, S.DELIVERED, "Handed to Ana"))
    wait(sides, clock)
    first, second = events(sides, sides.merchant, made.shipment.id)
    assert (first, second.words, second.place, second.state) == (event, None, "", S.DELIVERED)
    assert tracking(sides, sides.merchant, made.shipment.id).words is None


def test_what_carriers_said_is_forgotten_with_the_documents_and_the_first_scan_stays(sides: Shippers, clock: FixedClock) -> None:
    made = sides.buy()
    says(sides, made, (HOUR / 2, S.DELIVERED, ""))
    wait(sides, clock)
    forget_old(sides.app)
    assert len(events(sides, sides.merchant, made.shipment.id)) == 1
    clock.sleep(timedelta(days=sides.app.retention.documents + 1).total_seconds())
    forget_old(sides.app)
    assert events(sides, sides.merchant, made.shipment.id) == []
    assert tracking(sides, sides.merchant, made.shipment.id).first_scan_at is not None
