"""`set_ship_date`, `set_ship_by` and `set_deliver_by`."""

from __future__ import annotations

from typing import Any

import pytest
from support.actions import left
from support.rule_sets import a_rule_set, condition, decided, rule

MADRID = {"account": {"time_zone": "Europe/Madrid"}}


@pytest.mark.parametrize("field", ["ship_date", "ship_by", "deliver_by"])
@pytest.mark.parametrize(
    ("parameters", "moment"),
    [
        ({"days": 0}, "2026-03-01T00:00:00+01:00"),
        ({"days": 29}, "2026-03-30T00:00:00+02:00"),
        ({"date": "2026-03-05"}, "2026-03-05T00:00:00+01:00"),
        ({"date": "2026-03-05T10:30"}, "2026-03-05T10:30:00+01:00"),
        ({"date": "2026-03-05T10:30-05:00"}, "2026-03-05T10:30:00-05:00"),
        ({"date": "2026-03-04T24:00"}, "2026-03-05T00:00:00+01:00"),
        ({"date": "20260305T103000.123456789z"}, "2026-03-05T10:30:00.123456789+00:00"),
    ],
)
def test_a_date_is_some_days_ahead_or_as_written_in_the_accounts_zone(
    field: str, parameters: dict[str, Any], moment: str
) -> None:
    assert left({field: "old"}, {"do": f"set_{field}", **parameters}, context=MADRID) == {field: moment}


def test_later_rules_see_the_day() -> None:
    rules = a_rule_set(rule("always", {"do": "set_ship_by", "days": 1}), rule(condition("ship_by", "on_day", "tomorrow")))

    assert decided(rules, {}, context=MADRID).matched == ("r0", "r1")
