"""The form of a rule where the rule runs by itself."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import words_of
from support.forms import form_of
from support.rule_form import begin, opened, rule_now, said_at, send
from support.shop import OWNER, Shop

LogIn = Callable[[str], FlaskClient]
TIMED = """\
set: casa-verde
rules:
  - id: timed
    on: [imported, schedule]
    schedule: {at: "08:00", days: [fri, mon], over: [on_hold]} # in the morning
    look_again: {after: 24h, until: 7d}
    when: always
    then: []
"""
BARE = "set: casa-verde\nrules:\n  - {id: timed, name: Timed, when: always, then: []}\n"


@pytest.fixture
def owner(log_in: LogIn) -> FlaskClient:
    return log_in(OWNER)


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_times_of_a_rule_are_shown_and_kept(owner: FlaskClient, shop: Shop, language: str) -> None:
    begin(shop, TIMED)
    with owner.session_transaction() as session:
        session["language"] = language
    page = send(owner, "timed")
    assert opened(shop).document == TIMED
    form = form_of(page.text, "rule")
    texts = {name: form[name] for name in ("schedule.at", "schedule.every", "look_again.after", "look_again.until")}
    assert list(texts.values()) == ["08:00", "", "24h", "7d"]
    assert {name for name in form if ":" in name and not name.endswith((":shown", ":new"))} == {
        "schedule.days:mon",
        "schedule.days:fri",
        "schedule.over:on_hold",
    }
    told = {"en": "On Monday and Friday at 08:00", "es": "Los lunes y viernes a las 08:00"}
    assert told[language] in words_of(page)
    assert {"en": "Wednesday", "es": "Miércoles"}[language] in words_of(page)
    assert '<details class="fold" id="times">' in page.text


def test_times_are_entered_changed_and_taken_out(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, BARE)
    on = ["imported", "schedule"]
    send(owner, "timed", on=on, **{"schedule.every": " 4h ", "schedule.days:sun": "1", "over:shipped": "1", "over:on_hold": "1"})
    now = rule_now(shop)
    assert list(now) == ["id", "name", "on", "schedule", "over", "when", "then"]
    assert (now["schedule"], now["over"]) == ({"every": "4h", "days": ["sun"]}, ["on_hold", "shipped"])
    more = {"schedule.every": "", "schedule.at": "09:30", "schedule.days:sun": None, "look_again.after": "1h"}
    send(owner, "timed", on=on, **more, **{"look_again.until": "2d", "over:shipped": None})
    now = rule_now(shop)
    assert (now["schedule"], now["look_again"], now["over"]) == ({"at": "09:30"}, {"after": "1h", "until": "2d"}, ["on_hold"])
    gone = {"schedule.at": "", "look_again.after": "", "look_again.until": "", "over:on_hold": None}
    send(owner, "timed", on=["imported"], **gone)
    assert rule_now(shop) == {"id": "timed", "name": "Timed", "on": ["imported"], "when": "always", "then": []}


def test_a_rule_without_times_gets_none(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, BARE)
    send(owner, "timed")
    assert opened(shop).document == BARE


def test_what_is_wrong_with_times_stands_at_its_place(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, TIMED.replace("    look_again", "    over: [shipped]\n    look_again"))
    page = send(owner, "timed", **{"schedule.at": "25:00", "look_again.until": "soon"})
    assert "25:00 is not a time of day" in said_at(page, "schedule.at").replace('"', "")
    assert 'id="schedule.at" name="schedule.at" type="text" value="25:00"' in page.text
    assert "soon" in said_at(page, "look_again.until")
    assert '<details class="fold" id="times" open>' in page.text
    page = send(owner, "timed", on=["imported"], **{"schedule.at": "08:00", "schedule.every": "30m", "look_again.until": "7d"})
    assert "write one of the two" in said_at(page, "schedule")
    assert "needs the trigger schedule" in said_at(page, "look_again")
    page = send(owner, "timed", on=["schedule"], **{"schedule.every": ""})
    assert "over stands in the rule and in its schedule" in said_at(page, "over")


def test_times_that_the_form_does_not_know_stay_as_text(owner: FlaskClient, shop: Shop) -> None:
    odd = TIMED.replace("days: [fri, mon]", "days: [friday]").replace("7d}", "7d, later: 1}")
    begin(shop, odd)
    page = send(owner, "timed", **{"over:shipped": "1"})
    assert "schedule: {at: " in words_of(page)
    assert "days: [friday]" in words_of(page)
    assert "look_again: {after: 24h, until: 7d, later: 1}" in words_of(page)
    assert rule_now(shop)["over"] == ["shipped"]
    assert "days: [friday]" in opened(shop).document


def test_the_statuses_are_ticked_where_they_are_written(owner: FlaskClient, shop: Shop) -> None:
    begin(shop, TIMED)
    page = send(owner, "timed").text
    assert ('name="schedule.over:shipped"' in page, 'name="over:shipped"' in page) == (True, False)
    page = send(owner, "timed", **{"schedule.over:on_hold": None}).text
    assert rule_now(shop)["schedule"] == {"at": "08:00", "days": ["fri", "mon"]}
    assert ('name="schedule.over:shipped"' in page, 'name="over:shipped"' in page) == (False, True)
    send(owner, "timed", **{"over:shipped": "1"})
    assert rule_now(shop)["over"] == ["shipped"]
