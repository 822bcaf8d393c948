"""`hold` and `release`."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from support.actions import failure, left, taken
from support.rule_sets import a_rule_set, condition, decided, rule

from rules.document import TRIGGERS

HOLD = {"do": "hold"}
RELEASE = {"do": "release"}


@pytest.mark.parametrize(
    ("parameters", "zone", "until"),
    [
        ({}, "UTC", None),
        ({"days": 0}, "UTC", "2026-03-01T00:00:00+00:00"),
        ({"days": 1}, "UTC", "2026-03-02T00:00:00+00:00"),
        ({"days": 1}, "Europe/Madrid", "2026-03-02T00:00:00+01:00"),
        ({"days": 29}, "Europe/Madrid", "2026-03-30T00:00:00+02:00"),
        ({"days": 1}, "Pacific/Kiritimati", "2026-03-03T00:00:00+14:00"),
        ({"days": 1}, "Pacific/Pago_Pago", "2026-03-02T00:00:00-11:00"),
        ({"until": "2026-03-05"}, "Europe/Madrid", "2026-03-05T00:00:00+01:00"),
        ({"until": "2026-03-05T10:00"}, "Europe/Madrid", "2026-03-05T10:00:00+01:00"),
        ({"until": "2026-03-05T10:00Z"}, "Europe/Madrid", "2026-03-05T10:00:00+00:00"),
        # Zones were no whole minutes apart then: what is written has to be a time that is read again.
        ({"until": "1900-01-01"}, "Europe/Madrid", "1900-01-01T00:14:44+00:00"),
        ({"until": "0001-01-01"}, "Europe/Berlin", "0001-01-01T00:00:00+00:00"),
    ],
)
def test_hold(parameters: dict[str, Any], zone: str, until: str | None) -> None:
    rules = a_rule_set(rule("always", {**HOLD, **parameters}), rule(condition("status", "equals", "on_hold")))
    decision = decided(rules, {"hold_until": "2020-01-01"}, context={"account": {"time_zone": zone}})

    assert decision.matched == ("r0", "r1")
    assert decision.document == {"status": "on_hold"} | ({} if until is None else {"hold_until": until})
    assert decision.held_by == ("r0",)


@pytest.mark.parametrize("_time", range(2))  # what was worked out for another run is not taken for this one
def test_days_are_counted_from_the_day_of_each_run_in_its_own_zone(_time: int) -> None:
    madrid, auckland = ({"account": {"time_zone": zone}} for zone in ("Europe/Madrid", "Pacific/Auckland"))
    hold, later = {**HOLD, "days": 1}, {**HOLD, "days": 2}
    noon, night, next_day = (
        datetime(2026, 3, 1, 10, tzinfo=UTC),
        datetime(2026, 3, 1, 23, 30, tzinfo=UTC),
        datetime(2026, 3, 2, 10, tzinfo=UTC),
    )

    assert left({}, hold, now=noon, context=madrid)["hold_until"] == "2026-03-02T00:00:00+01:00"
    assert left({}, hold, now=noon, context=auckland)["hold_until"] == "2026-03-02T00:00:00+13:00"
    assert left({}, later, now=noon, context=madrid)["hold_until"] == "2026-03-03T00:00:00+01:00"
    assert left({}, hold, now=night, context=madrid)["hold_until"] == "2026-03-03T00:00:00+01:00"
    assert left({}, hold, now=night, context=auckland)["hold_until"] == "2026-03-03T00:00:00+13:00"
    assert left({}, hold, now=next_day, context=madrid)["hold_until"] == "2026-03-03T00:00:00+01:00"


def test_a_hold_past_the_last_day_of_the_calendar_fails() -> None:
    late = datetime(9999, 12, 31, 12, tzinfo=UTC)

    assert "past the last one of the calendar" in failure({}, {**HOLD, "days": 1}, now=late)
    assert left({}, {**HOLD, "days": 0}, now=late)["hold_until"] == "9999-12-31T00:00:00+00:00"


def test_a_rules_hold_applies_once_for_each_order_except_on_reprocess() -> None:
    rules = a_rule_set(rule("always", HOLD, on=list(TRIGGERS)))

    for trigger in TRIGGERS:
        held = trigger in ("imported", "reprocess")
        decision = decided(rules, {}, trigger=trigger, held_by=["r0"])
        assert decision.matched == ("r0",)
        assert ("status" in decision.document) is held, trigger
        assert "status" in decided(rules, {}, trigger=trigger, held_by=["other"]).document


def test_release_ends_a_hold_of_the_store_or_of_an_earlier_rule() -> None:
    held = {"status": "on_hold", "hold_until": "2026-04-01"}

    assert left(held, RELEASE) == {"status": "awaiting_shipment"}
    assert left({}, {**HOLD, "days": 3}, RELEASE) == {"status": "awaiting_shipment"}
    assert taken({}, RELEASE, HOLD).document == {"status": "on_hold"}


def test_after_a_release_the_request_no_longer_waits() -> None:
    send = {"do": "set_logistics_provider", "provider": "acme", "send": True}

    assert [effect.waiting for effect in taken({"status": "on_hold"}, send, RELEASE).effects] == [None]
    assert [effect.waiting for effect in taken({"status": "on_hold"}, send).effects] == ["on_hold"]
