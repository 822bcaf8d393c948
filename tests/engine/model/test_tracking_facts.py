"""What rules know of an order's parcels."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from support.examples import NOON

from engine.model.sentence import Sentence
from engine.model.tracking import Tracking, TrackingProblem, TrackingState
from engine.model.tracking_facts import TrackingFacts, with_tracking
from rules.fields.closed_values import TRACKING_CODES
from rules.fields.tracking import KEYS

LEFT = Tracking("shp_1", "acc_1", "ord_1", NOON, state=TrackingState.IN_TRANSIT)
NOW = NOON + timedelta(hours=60)


def part(*trackings: Tracking) -> dict[str, object]:
    document = with_tracking({"gift": True, "tracking": {"state": "forged"}}, TrackingFacts.from_trackings(trackings, NOW))
    assert document.pop("gift") is True
    return document.get("tracking", {})


def test_what_is_not_followed_has_no_facts_whatever_the_document_says() -> None:
    assert part() == {}
    assert part(replace(LEFT, state=TrackingState.VOIDED)) == {}


def test_one_that_something_is_wrong_with_comes_before_the_one_behind() -> None:
    refused = replace(
        LEFT,
        shipment_id="shp_2",
        since=NOON + timedelta(hours=36),
        state=TrackingState.EXCEPTION,
        problem=TrackingProblem.EXCEPTION,
        words=Sentence.of("Refused"),
    )
    behind = replace(LEFT, shipment_id="shp_3", state=TrackingState.LABEL_CREATED)
    assert part(LEFT, behind, refused) == {"state": "exception", "words": "Refused", "days_since_label": Decimal("1.00")}
    assert part(LEFT, behind) == {"state": "label_created", "days_since_label": Decimal("2.50")}


def test_a_parcel_that_nobody_has_counts_as_wrong_before_one_that_is_on_its_way() -> None:
    missing = replace(LEFT, state=TrackingState.LABEL_CREATED, problem=TrackingProblem.NOT_HANDED_OVER)
    assert part(replace(LEFT, shipment_id="shp_2"), missing)["state"] == "label_created"


def test_one_that_leaves_on_a_later_day_is_no_days_old() -> None:
    assert part(replace(LEFT, since=NOW + timedelta(days=1)))["days_since_label"] == Decimal(0)


def test_every_state_that_rules_can_meet_is_one_that_they_can_name() -> None:
    never = {TrackingState.SHIPPED, TrackingState.VOIDED}  # of shipments by hand; of those that were taken back
    assert set(TRACKING_CODES) == {state.value for state in TrackingState if state not in never}
    assert set(TrackingFacts(TrackingState.EXCEPTION, "x", Decimal(1)).part()) == set(KEYS)
