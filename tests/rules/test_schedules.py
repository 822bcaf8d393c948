"""When a rule runs by itself: how it is written, what is wrong with it, how it is said, and at which times it runs."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from support.rule_sets import a_rule_set, problems_of, rule, tag

from rules.checks import check_rule_set
from rules.context import NO_CONTEXT
from rules.document import Rule, RuleSet
from rules.editing import DraftText
from rules.parser import parse_rule_set
from rules.render import as_data, render
from rules.schedule import UNSHIPPED, LookAgain, Schedule
from rules.schedule_sentences import times_sentence

LOOK = {"after": "24h", "until": "7d"}


def a_rule(**times: Any) -> Rule:
    return a_rule_set(rule("always", tag("x"), on=["schedule"], **times)).rules[0]


def a_schedule(**times: Any) -> Schedule:
    schedule = a_rule(schedule=times).schedule
    assert schedule is not None
    return schedule


def runs(schedule: Schedule, zone: str, start: str, end: str) -> list[str]:
    """The local times of its runs after one UTC time up to another."""
    at, last, found = datetime.fromisoformat(start), datetime.fromisoformat(end), []
    while (at := schedule.next_after(at, ZoneInfo(zone))) <= last:
        assert at.tzinfo is UTC
        found.append(at.astimezone(ZoneInfo(zone)).isoformat(timespec="minutes"))
    return found


def sound(text: str) -> RuleSet:
    rule_set, problems = parse_rule_set(text)
    assert rule_set is not None, problems
    return rule_set


def codes(**parts: Any) -> list[tuple[str, str]]:
    document = json.dumps({"rules": [rule("always", **parts)]})
    return [(problem.path, problem.message.code) for problem in problems_of(document)]


# What can be written.


def test_a_rule_of_the_contract_is_read_and_written_again() -> None:
    text = """name: n
rules:
  - id: r
    on: [imported, schedule]
    schedule: {at: 08:00, days: [tue, mon], over: [on_hold, awaiting_shipment]}
    look_again: {after: 24h, until: 7d}
    when: always
    then: []
"""
    rule_set, problems = parse_rule_set(text)

    assert rule_set is not None, problems
    (read,) = rule_set.rules
    assert as_data(rule_set)["rules"][0] == {
        "id": "r",
        "on": ["imported", "schedule"],
        "schedule": {"at": "08:00", "days": ["mon", "tue"], "over": ["awaiting_shipment", "on_hold"]},
        "look_again": LOOK,
        "when": "always",
        "then": [],
    }
    assert as_data(sound(render(rule_set))) == as_data(rule_set)
    assert read.scheduled_over == read.looked_at_in == ("awaiting_shipment", "on_hold")


def test_over_may_stand_in_the_rule_and_stays_where_it_is_when_the_rule_is_edited() -> None:
    draft = DraftText.read(
        "rules:\n  - id: r\n    on: [schedule]\n    over: [shipped] # those\n    schedule: {every: 1h}\n    when: always\n"
        "    then: []\n"
    )

    edited = draft.with_rule(0, {**draft.rules[0], "schedule": {"every": "2h"}})

    assert "    over: [shipped] # those\n    schedule: {every: 2h}\n" in edited.text
    assert sound(edited.text).rules[0].scheduled_over == ("shipped",)


def test_a_schedule_is_added_to_a_rule_and_taken_out_again_in_its_text() -> None:
    plain = DraftText.read("rules:\n  - id: r\n    on: [schedule]\n    # why\n    when: always\n    then: []\n")
    times = {"schedule": {"every": "30m"}, "look_again": LOOK, "over": ["on_hold"]}
    [rule_id, triggers, *others] = plain.rules[0].items()

    with_times = plain.with_rule(0, dict([rule_id, triggers, *times.items(), *others]))

    assert [line.strip() for line in with_times.text.splitlines()[2:7]] == [
        *("on: [schedule]", "schedule: {every: 30m}", "look_again: {after: 24h, until: 7d}", "over: [on_hold]", "# why")
    ]
    assert with_times.with_rule(0, plain.rules[0]).text == plain.text


def test_without_over_a_schedule_takes_what_waits_and_a_look_what_has_not_shipped() -> None:
    read = a_rule(schedule={"every": "1h"}, look_again=LOOK)

    assert read.scheduled_over == ("awaiting_shipment", "on_hold")
    assert read.looked_at_in == UNSHIPPED
    assert "pending_fulfillment" in UNSHIPPED


@pytest.mark.parametrize(
    ("parts", "problem"),
    [
        ({"schedule": {"at": "08:00", "every": "30m"}}, ("rules[0].schedule", "at_or_every")),
        ({"schedule": {"days": ["mon"]}}, ("rules[0].schedule", "at_or_every")),
        ({"schedule": {"at": "8:00"}}, ("rules[0].schedule.at", "bad_time_of_day")),
        ({"schedule": {"at": "24:00"}}, ("rules[0].schedule.at", "bad_time_of_day")),
        ({"schedule": {"at": ["08:00"]}}, ("rules[0].schedule.at", "bad_time_of_day")),
        ({"schedule": {"every": "half an hour"}}, ("rules[0].schedule.every", "wrong_value_type")),
        ({"schedule": {"every": "0m"}}, ("rules[0].schedule.every", "duration_out_of_range")),
        ({"schedule": {"every": "999999999w"}}, ("rules[0].schedule.every", "duration_out_of_range")),
        ({"schedule": {"every": "2d", "days": ["mon"]}}, ("rules[0].schedule.every", "longer_than_a_day")),
        ({"schedule": {"every": "1h", "days": ["lunes"]}}, ("rules[0].schedule.days[0]", "unknown_day")),
        ({"schedule": {"every": "1h", "days": []}}, ("rules[0].schedule.days", "empty_value")),
        ({"schedule": {"every": "1h", "over": ["on_hold", "lost"]}}, ("rules[0].schedule.over[1]", "unknown_status")),
        ({"schedule": {"every": "1h", "on": "mon"}}, ("rules[0].schedule.on", "unknown_key")),
        ({"schedule": "08:00"}, ("rules[0].schedule", "wrong_type")),
        ({"look_again": {"after": "1d"}}, ("rules[0].look_again", "missing_key")),
        ({"look_again": {"after": "1d", "until": "12h"}}, ("rules[0].look_again.until", "ends_before")),
        ({"look_again": {"after": "0h", "until": "12h"}}, ("rules[0].look_again.after", "duration_out_of_range")),
        ({"over": ["on_hold"]}, ("rules[0].over", "over_nothing")),
        ({"over": ["on_hold"], "schedule": {"every": "1h", "over": ["on_hold"]}}, ("rules[0].over", "over_twice")),
    ],
)
def test_what_is_wrong_is_said_at_its_place(parts: dict[str, Any], problem: tuple[str, str]) -> None:
    assert codes(on=["schedule"], **parts) == [problem]


@pytest.mark.parametrize("key", ["schedule", "look_again"])
@pytest.mark.parametrize("triggers", [{}, {"on": ["imported", "reprocess"]}])
def test_without_the_trigger_it_is_an_error(key: str, triggers: dict[str, Any]) -> None:
    times = {"schedule": {"every": "1h"}, "look_again": LOOK}

    assert codes(**triggers, **{key: times[key]}) == [(f"rules[0].{key}", "needs_schedule_trigger")]


def test_what_is_meant_is_guessed() -> None:
    (problem,) = problems_of(json.dumps({"rules": [rule(on=["schedule"], schedule={"every": "1h", "over": ["onhold"]})]}))

    assert 'did you mean "on_hold"?' in problem.message.format("en")


# How it is said.


@pytest.mark.parametrize(
    ("times", "english", "spanish"),
    [
        (
            {"schedule": {"at": "08:00"}},
            "Every day at 08:00, over orders with the status awaiting shipment, on hold",
            "Todos los días a las 08:00, sobre pedidos en estado en espera de envío, retenido",
        ),
        (
            {"schedule": {"at": "08:00", "days": ["sat", "mon"], "over": ["shipped"]}},
            "On Monday and Saturday at 08:00, over orders with the status shipped",
            "Los lunes y sábados a las 08:00, sobre pedidos en estado enviado",
        ),
        (
            {"schedule": {"every": "30m", "days": ["mon", "tue", "wed"]}, "over": ["on_hold"]},
            "Every 30 minutes on Monday, Tuesday and Wednesday, over orders with the status on hold",
            "Cada 30 minutos los lunes, martes y miércoles, sobre pedidos en estado retenido",
        ),
        (
            {"schedule": {"every": "1h", "over": ["cancelled"]}},
            "Every hour, over orders with the status cancelled",
            "Cada hora, sobre pedidos en estado cancelado",
        ),
        (
            {"look_again": LOOK, "over": ["pending_fulfillment"]},
            "Again 24 hours after the last decision, for 7 days, over orders with the status pending fulfillment",
            "De nuevo 24 horas después de la última decisión, durante 7 días, sobre pedidos en estado en el proveedor",
        ),
    ],
)
def test_a_sentence_says_when_it_runs(times: dict[str, Any], english: str, spanish: str) -> None:
    sentence = times_sentence(a_rule(**times))

    assert sentence is not None
    assert (sentence.format("en"), sentence.format("es")) == (english, spanish)


def test_of_a_rule_without_times_there_is_none() -> None:
    assert times_sentence(a_rule_set(rule()).rules[0]) is None


# At which times it runs.


@pytest.mark.parametrize(
    ("zone", "at", "start", "end", "expected"),
    [
        # Spring: 02:30 is skipped on 29 March in Madrid, on 8 March in New York; on Lord Howe 02:00 to 02:30 on 4 October.
        (
            *("Europe/Madrid", "02:30", "2026-03-28T00:00+00:00", "2026-03-30T12:00+00:00"),
            ["2026-03-28T02:30+01:00", "2026-03-29T03:30+02:00", "2026-03-30T02:30+02:00"],
        ),
        (
            *("America/New_York", "02:30", "2026-03-07T00:00+00:00", "2026-03-09T12:00+00:00"),
            ["2026-03-07T02:30-05:00", "2026-03-08T03:30-04:00", "2026-03-09T02:30-04:00"],
        ),
        (
            *("Australia/Lord_Howe", "02:15", "2026-10-02T12:00+00:00", "2026-10-05T00:00+00:00"),
            ["2026-10-03T02:15+10:30", "2026-10-04T02:45+11:00", "2026-10-05T02:15+11:00"],
        ),
        # Autumn: the same times come twice on 25 October, on 1 November and, from 01:30 to 02:00, on 5 April.
        (
            *("Europe/Madrid", "02:30", "2026-10-24T00:00+00:00", "2026-10-26T12:00+00:00"),
            ["2026-10-24T02:30+02:00", "2026-10-25T02:30+02:00", "2026-10-26T02:30+01:00"],
        ),
        (
            *("America/New_York", "01:30", "2026-10-31T00:00+00:00", "2026-11-02T12:00+00:00"),
            ["2026-10-31T01:30-04:00", "2026-11-01T01:30-04:00", "2026-11-02T01:30-05:00"],
        ),
        (
            *("Australia/Lord_Howe", "01:45", "2026-04-03T12:00+00:00", "2026-04-06T00:00+00:00"),
            ["2026-04-04T01:45+11:00", "2026-04-05T01:45+11:00", "2026-04-06T01:45+10:30"],
        ),
        # A whole day that Apia never had: Friday, 30 December 2011.
        (
            *("Pacific/Apia", "08:00", "2011-12-29T00:00+00:00", "2012-01-01T00:00+00:00"),
            ["2011-12-29T08:00-10:00", "2011-12-31T08:00+14:00", "2012-01-01T08:00+14:00"],
        ),
    ],
)
def test_a_time_of_day_comes_once_on_each_day(zone: str, at: str, start: str, end: str, expected: list[str]) -> None:
    assert runs(a_schedule(at=at), zone, start, end) == expected


@pytest.mark.parametrize(
    ("zone", "start", "end", "expected"),
    [
        (
            *("Europe/Madrid", "2026-03-29T00:00+00:00", "2026-03-29T02:00+00:00"),
            ["2026-03-29T01:30+01:00", "2026-03-29T03:00+02:00", "2026-03-29T03:30+02:00", "2026-03-29T04:00+02:00"],
        ),
        (
            *("America/New_York", "2026-11-01T05:00+00:00", "2026-11-01T07:00+00:00"),
            ["2026-11-01T01:30-04:00", "2026-11-01T01:00-05:00", "2026-11-01T01:30-05:00", "2026-11-01T02:00-05:00"],
        ),
        (
            *("Australia/Lord_Howe", "2026-10-03T14:30+00:00", "2026-10-03T16:30+00:00"),
            ["2026-10-04T01:30+10:30", "2026-10-04T02:30+11:00", "2026-10-04T03:00+11:00", "2026-10-04T03:30+11:00"],
        ),
    ],
)
def test_every_half_hour_is_counted_in_real_time(zone: str, start: str, end: str, expected: list[str]) -> None:
    assert runs(a_schedule(every="30m"), zone, start, end) == expected


def test_every_hour_begins_with_the_hour_of_the_account() -> None:
    assert runs(a_schedule(every="1h"), "Asia/Kolkata", "2026-05-01T00:00+00:00", "2026-05-01T02:00+00:00") == [
        *("2026-05-01T06:00+05:30", "2026-05-01T07:00+05:30")
    ]


def test_days_are_those_of_the_account() -> None:
    """In Tokyo Monday, 4 May 2026 begins while it is Sunday in UTC."""
    start, end = "2026-05-03T00:00+00:00", "2026-05-12T00:00+00:00"

    assert runs(a_schedule(at="08:00", days=["mon", "thu"]), "Asia/Tokyo", start, end) == [
        *("2026-05-04T08:00+09:00", "2026-05-07T08:00+09:00", "2026-05-11T08:00+09:00")
    ]
    assert runs(a_schedule(every="12h", days=["mon"]), "Asia/Tokyo", start, end) == [
        *("2026-05-04T00:00+09:00", "2026-05-04T12:00+09:00", "2026-05-11T00:00+09:00", "2026-05-11T12:00+09:00")
    ]


def test_the_next_time_is_after_the_moment_itself() -> None:
    at = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)

    assert a_schedule(at="08:00").next_after(at, ZoneInfo("Europe/Madrid")) == at + timedelta(days=1)
    assert a_schedule(every="1m").next_after(at, ZoneInfo("Europe/Madrid")) == at + timedelta(minutes=1)


def test_a_look_is_due_until_its_time_is_over() -> None:
    look = a_rule(look_again=LOOK).look_again
    assert isinstance(look, LookAgain)
    start = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)

    assert look.due(start, start) == start + timedelta(days=1)
    assert look.due(start, start + timedelta(days=6)) == start + timedelta(days=7)
    assert look.due(start, start + timedelta(days=6, seconds=1)) is None


# What is said of rules that the clock starts beside others.


@pytest.mark.parametrize(
    ("earlier", "later", "is_shadowed"),
    [
        ({"at": "08:00"}, {"at": "08:00"}, True),
        ({"at": "08:00"}, {"at": "09:00"}, False),
        ({"at": "08:00", "over": ["on_hold"]}, {"at": "08:00"}, False),
    ],
)
def test_only_a_rule_that_is_due_with_another_hides_it(earlier: Any, later: Any, is_shadowed: bool) -> None:
    rules = a_rule_set(
        rule("always", tag("a"), on=["schedule"], schedule=earlier, stop=True),
        rule("always", tag("b"), on=["schedule"], schedule=later),
    )

    found = [problem.message.code for problem in check_rule_set(rules, NO_CONTEXT)]
    assert ("shadowed" in found) is is_shadowed
