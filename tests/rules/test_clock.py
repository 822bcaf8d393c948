"""Conditions that read the clock: the field `now`, times that move with it, times of day and days of the week."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from support.rule_sets import a_case, a_rule_set, condition, decided, problems_of, rule, verdict

from engine.decide.explain import explain
from rules.analysis import analyse
from rules.context import RuleContext
from rules.sentences import condition_sentence

TRUE, FALSE = "true", "false"
MADRID = {"account": {"time_zone": "Europe/Madrid"}}
SYDNEY = {"account": {"time_zone": "Australia/Sydney"}}

# The rules run at noon UTC of 1 March 2026, a Sunday; that is 13:00 in Madrid and 23:00 in Sydney.
MOVING: list[tuple[str, str, Any, dict[str, Any], str]] = [
    ("2026-03-01T11:59:59Z", "before", "now", {}, TRUE),
    ("2026-03-01T12:00:00Z", "before", "now", {}, FALSE),
    ("2026-03-01T12:00:01Z", "after", "now", {}, TRUE),
    ("2026-03-01T07:59:59Z", "before", "now-4h", {}, TRUE),
    ("2026-03-01T08:00:00Z", "before", "now-4h", {}, FALSE),
    ("2026-03-03T12:00:01Z", "after", "now+2d", {}, TRUE),
    ("2026-03-03T12:00:00Z", "after", "now+2d", {}, FALSE),
    # A day is its start for `before` and `after` …
    ("2026-02-28T23:59:59Z", "before", "today", {}, TRUE),
    ("2026-02-28T23:59:59Z", "before", "today", MADRID, FALSE),
    ("2026-03-01T00:00:00Z", "after", "today", {}, FALSE),
    ("2026-03-01T00:00:01Z", "after", "today", {}, TRUE),
    ("2026-03-03T00:00:01Z", "after", "today+2d", {}, TRUE),
    ("2026-03-02T23:59:59Z", "after", "today+2d", {}, FALSE),
    ("2026-02-22T00:00:00Z", "before", "today-1w", {}, FALSE),
    # … with hours behind it an instant of that day …
    ("2026-03-01T09:00:00Z", "before", "today+9h", {}, FALSE),
    ("2026-03-01T08:59:59Z", "before", "today+9h", {}, TRUE),
    # … and for `between` the whole day.
    ("2026-03-01T23:59:59Z", "between", ["today", "today"], {}, TRUE),
    ("2026-03-02T00:00:00Z", "between", ["today", "today"], {}, FALSE),
    ("2026-03-02T23:59:59Z", "between", ["yesterday", "tomorrow"], {}, TRUE),
    ("2026-03-01T12:00:00Z", "between", ["now", "now"], {}, TRUE),
    ("2026-03-01T12:00:00Z", "between", ["2026-02-28", "now"], {}, TRUE),
    ("2026-03-01T12:00:01Z", "between", ["2026-02-28", "now"], {}, FALSE),
    ("2026-03-03T22:59:59Z", "on_day", "today+2d", MADRID, TRUE),
    ("2026-03-03T23:00:00Z", "on_day", "today+2d", MADRID, FALSE),
    ("2026-03-01T13:00:00Z", "on_day", "now", SYDNEY, FALSE),
    ("2026-03-01T12:59:59Z", "on_day", "now", SYDNEY, TRUE),
    ("2026-03-01T13:00:00Z", "on_day", "now+2h", SYDNEY, TRUE),
    ("2026-03-01T13:00:00Z", "on_day", "today+26h", SYDNEY, TRUE),
    # No date is so far away.
    ("2026-03-01T12:00:00Z", "after", "now-999999999w", {}, TRUE),
    ("2026-03-01T12:00:00Z", "before", "today+999999999w", {}, TRUE),
    ("2026-03-01T12:00:00Z", "on_day", "now+999999999w", {}, FALSE),
]
CLOCK: list[tuple[str, str, Any, dict[str, Any], str]] = [
    ("2026-03-01T08:00:00Z", "time_between", ["08:00", "16:00"], {}, TRUE),
    ("2026-03-01T07:59:59Z", "time_between", ["08:00", "16:00"], {}, FALSE),
    ("2026-03-01T15:59:59.999Z", "time_between", ["08:00", "16:00"], {}, TRUE),
    ("2026-03-01T16:00:00Z", "time_between", ["08:00", "16:00"], {}, FALSE),
    ("2026-03-01T15:00:00Z", "time_between", ["08:00", "16:00"], MADRID, FALSE),
    ("2026-07-01T14:00:00Z", "time_between", ["16:00", "17:00"], MADRID, TRUE),
    # Past midnight.
    ("2026-03-01T16:00:00Z", "time_between", ["16:00", "08:00"], {}, TRUE),
    ("2026-03-01T07:59:59Z", "time_between", ["16:00", "08:00"], {}, TRUE),
    ("2026-03-01T08:00:00Z", "time_between", ["16:00", "08:00"], {}, FALSE),
    ("2026-03-01T23:59:59Z", "time_between", ["22:00", "24:00"], {}, TRUE),
    ("2026-03-01T00:00:00Z", "time_between", ["22:00", "24:00"], {}, FALSE),
    ("2026-03-01T10:00:30Z", "time_between", ["10:00:30", "10:00:31"], {}, TRUE),
    ("2026-03-01T12:00:00Z", "on_weekday", "sun", {}, TRUE),
    ("2026-03-01T12:00:00Z", "on_weekday", ["sat", "mon"], {}, FALSE),
    ("2026-03-01T23:30:00Z", "on_weekday", ["mon"], MADRID, TRUE),
    ("2026-03-02T00:00:00Z", "on_weekday", ["fri", "mon"], {}, TRUE),
    # At the ends of what dates can name the clocks go on, though there is no date for what they show. Long ago they showed
    # the sun's time: in Madrid a quarter of an hour before Greenwich, in New York not quite five hours.
    ("0001-01-01T00:00:00Z", "time_between", ["19:03", "19:05"], {"account": {"time_zone": "America/New_York"}}, TRUE),
    ("0001-01-01T00:00:00+01:00", "time_between", ["22:45", "22:46"], MADRID, TRUE),
    ("0001-01-01T00:00:00+01:00", "on_weekday", "sun", MADRID, TRUE),
    ("0001-01-01T00:00:00+01:00", "on_weekday", ["mon", "sat"], MADRID, FALSE),
    ("9999-12-31T23:59:59-14:00", "time_between", ["14:59:59", "15:00"], MADRID, TRUE),
    ("9999-12-31T23:59:59-14:00", "on_weekday", "sat", MADRID, TRUE),
]


@pytest.mark.parametrize(("fact", "operator", "value", "context", "expected"), MOVING + CLOCK)
def test_times_against_the_clock(fact: str, operator: str, value: Any, context: dict[str, Any], expected: str) -> None:
    assert verdict(condition("order_date", operator, value), {"order_date": fact}, context=context) == expected


@pytest.mark.parametrize("operator", ["time_between", "on_weekday"])
def test_a_blank_time_has_no_time_of_day_and_no_weekday(operator: str) -> None:
    value: Any = ["00:00", "24:00"] if operator == "time_between" else ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    assert verdict(condition("ship_by", operator, value), {}) == FALSE


def test_now_is_the_time_of_the_run_whatever_the_order_says() -> None:
    office_hours = {"all": [condition("now", "time_between", ["08:00", "16:00"]), condition("now", "on_weekday", ["mon", "fri"])]}
    order = {"now": "2026-03-01T03:00:00Z"}

    assert verdict(office_hours, order, now=datetime(2026, 3, 2, 9, tzinfo=UTC)) == TRUE
    assert verdict(office_hours, order, now=datetime(2026, 3, 2, 16, tzinfo=UTC)) == FALSE
    assert verdict(office_hours, order, now=datetime(2026, 3, 1, 9, tzinfo=UTC)) == FALSE
    assert verdict(condition("now", "blank"), {}) == FALSE


def test_now_can_be_written_into_a_text() -> None:
    note = {"do": "set_internal_note", "text": "decided {now}"}
    decision = decided(a_rule_set(rule("always", note)), {"order_number": "1"})

    assert decision.document["notes"]["internal"] == "decided 2026-03-01T12:00:00+00:00"


def test_an_explanation_shows_what_time_it_was() -> None:
    rules = a_rule_set(rule(condition("now", "after", "today+15h")))
    entry = explain(rules, a_case({})).rules[0]["when"]

    assert entry["found"] == "2026-03-01T12:00:00+00:00"
    assert entry["message"] == "Now is after today plus 15 hours: found 1 March 2026 12:00"


SAID = [
    (("order_date", "before", "today"), "Order date is before today", "Fecha del pedido es anterior a hoy"),
    (
        ("order_date", "between", ["yesterday", "now+1h"]),
        "Order date is between yesterday and now plus 1 hour",
        "Fecha del pedido está entre ayer y ahora más 1 hora",
    ),
    (("ship_by", "on_day", "tomorrow+2d"), "Ship-by date is tomorrow plus 2 days", "Fecha límite de envío es mañana más 2 días"),
    (
        ("now", "time_between", ["16:00", "08:00"]),
        "Now has a time of day between 16:00 and 08:00",
        "Ahora tiene una hora del día entre 16:00 y 08:00",
    ),
    (("now", "on_weekday", ["sat", "sun"]), "Now is on Saturday or Sunday", "Ahora cae en sábado o domingo"),
]


@pytest.mark.parametrize(("parts", "english", "spanish"), SAID)
def test_the_sentences(parts: tuple[str, str, Any], english: str, spanish: str) -> None:
    when = a_rule_set(rule(condition(*parts))).rules[0].when
    said = condition_sentence(when)  # type: ignore[arg-type]

    assert (said.format("en"), said.format("es")) == (english, spanish)


WRONG: list[tuple[str, Any, str]] = [
    ("before", "todayish", "is not a date or time"),
    ("before", "now + 2d", "is not a date or time"),
    ("before", "now+2x", "is not a date or time"),
    ("before", "NOW", "is not a date or time"),
    ("on_day", "2026-03-01T10:00", "is not a day"),
    ("time_between", ["8:00", "16:00"], '"8:00" is not a time of day'),
    ("time_between", ["08:00", "24:01"], '"24:01" is not a time of day'),
    ("time_between", ["08:00"], "`time_between` needs two values"),
    ("time_between", ["08:00", "08:00"], 'from "08:00" to "08:00" is no time at all'),
    ("on_weekday", "saturday", '"saturday" is not a day of the week'),
    ("between", ["tomorrow", "yesterday"], 'the low value "tomorrow" is above the high value "yesterday"'),
    ("between", ["now", "now-1m"], 'the low value "now" is above the high value "now-1m"'),
]


@pytest.mark.parametrize(("operator", "value", "expected"), WRONG)
def test_what_is_no_time_is_refused_with_what_to_write(operator: str, value: Any, expected: str) -> None:
    (problem,) = problems_of(json.dumps({"rules": [rule(condition("order_date", operator, value))]}))
    assert expected in problem.message.format("en")


@pytest.mark.parametrize("do", [{"do": "hold", "until": "today+2d"}, {"do": "set_ship_date", "date": "now"}])
def test_actions_take_dates_that_stand_still(do: dict[str, Any]) -> None:
    assert [problem.message.code for problem in problems_of(json.dumps({"rules": [rule("always", do)]}))] == ["wrong_value_type"]


def dead(*conditions: dict[str, Any]) -> bool:
    """Whether the check says that no order meets all of them."""
    found = analyse(a_rule_set(rule({"all": list(conditions)}, {"do": "add_tag", "tag": "a"})), RuleContext())
    return "never_matches" in [problem.message.code for problem in found]


def test_the_check_finds_what_no_time_meets() -> None:
    assert dead(
        condition("ship_by", "time_between", ["08:00", "10:00"]), condition("ship_by", "time_between", ["10:00", "12:00"])
    )
    assert not dead(
        condition("ship_by", "time_between", ["22:00", "02:00"]), condition("ship_by", "time_between", ["01:00", "03:00"])
    )
    assert dead(condition("now", "on_weekday", ["sat"]), condition("now", "on_weekday", ["mon", "sun"]))
    assert dead(condition("now", "after", "now+1h"))
    assert dead(condition("now", "on_day", "tomorrow"))
    assert not dead(condition("now", "on_day", "today"), condition("now", "after", "2026-05-01"))
    assert dead(condition("ship_by", "before", "now-4h"), condition("ship_by", "within_next", "2d"))
    assert not dead(condition("ship_by", "before", "now+4h"), condition("ship_by", "within_next", "2d"))
    assert dead(condition("ship_by", "on_day", "today+3d"), condition("ship_by", "on_day", "today+4d"))
    assert not dead(condition("ship_by", "on_day", "today+3d"), condition("ship_by", "within_next", "96h"))
    assert dead(condition("ship_by", "on_day", "today+5d"), condition("ship_by", "within_next", "24h"))
    assert dead(condition("now", "blank"))
