"""Backtests on pages: asked for, watched, cancelled, and read."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.clock import FixedClock
from support.publishing import publish_alone
from support.rule_runs import rule_set
from support.shop import OWNER, STRANGER, Shop, ready
from werkzeug.test import TestResponse

from engine.model.backtest_run import BacktestRun
from engine.services.deciding.run_backtest import list_backtests

LogIn = Callable[[str], FlaskClient]
TAG_ALL = "{id: %s, name: %s, when: always, then: [{do: add_tag, tag: %s}]}"
DRAFT = rule_set(TAG_ALL % ("a", "All", "new")).decode()


@pytest.fixture
def owner(shop: Shop, log_in: LogIn) -> FlaskClient:
    """Of an account with three orders, to which a rule gave a tag."""
    publish_alone(shop.app, shop.merchant.slug, rule_set(TAG_ALL % ("a", "All", "old")))
    shop.import_all(*(ready(number) for number in ("1", "2", "3")))
    return log_in(OWNER)


def begin(client: FlaskClient, **form: str) -> TestResponse:
    return press(client, "/rules/backtests", "/rules/backtests", **{"document": DRAFT, "against": "current", **form})


def newest(shop: Shop) -> BacktestRun:
    return list_backtests(shop.app, shop.merchant.id)[0]


def test_a_draft_is_tried_and_its_differences_are_shown(shop: Shop, owner: FlaskClient) -> None:
    asked = begin(owner)
    assert "It begins in a moment." in words_of(asked)
    assert 'data-progress="/rules/backtests/' in asked.text
    shop.work_off()

    page = owner.get(f"/rules/backtests/{newest(shop).id}")
    words = words_of(page)
    assert "Orders 3 Changed 3 Unchanged 0 With errors 0" in words
    assert "Tags 3" in words
    assert "old new 3" in words
    assert f'href="/orders/{shop.order_id("3")}"' in page.text
    assert "progress" not in page.text.replace("-progress", "")
    assert "r compared with the rules that ran when it was asked for" in words_of(owner.get("/rules/backtests"))


def test_rules_are_named_where_the_account_has_them(shop: Shop, owner: FlaskClient) -> None:
    begin(owner, document=rule_set("{id: b, name: Ones, when: {field: order_number, is: equals, value: '1'}, then: []}").decode())
    shop.work_off()
    words = words_of(owner.get(f"/rules/backtests/{newest(shop).id}"))
    assert "By rule Rule Orders lost Orders gained Chart All a 3 0" in words
    assert "matches now: b" in words
    assert "no longer matches: All" in words


def test_a_difference_is_explained_on_both_sides(shop: Shop, owner: FlaskClient) -> None:
    begin(owner, document=rule_set("{id: b, name: Ones, when: {field: order_number, is: equals, value: '1'}, then: []}").decode())
    shop.work_off()
    page = owner.get(f"/rules/backtests/{newest(shop).id}")
    links = [part.split('"')[0] for part in page.text.split('href="')[1:] if "/decisions/" in part.split('"')[0]]
    words = words_of(owner.get(links[-1]))
    assert "Order 1, before and after" in words
    assert "All a" in words
    assert "Before There is no such rule here." in words
    assert "Order number is 1" in words
    assert f'<a href="/orders/{shop.order_id("1")}">Order 1</a>' in owner.get(links[-1]).text


def test_an_explanation_lists_what_a_rule_changed_and_no_end_of_a_hold_that_has_none(shop: Shop, owner: FlaskClient) -> None:
    begin(owner, document=rule_set("{id: b, when: always, then: [{do: hold}]}").decode())
    shop.work_off()
    page = owner.get(f"/rules/backtests/{newest(shop).id}")
    links = [part.split('"')[0] for part in page.text.split('href="')[1:] if "/decisions/" in part.split('"')[0]]
    words = words_of(owner.get(links[0]))
    assert "Changed Status – → becomes On hold" in words
    assert "On hold until" not in words


def test_published_versions_and_days_are_chosen_too(shop: Shop, owner: FlaskClient, clock: FixedClock) -> None:
    publish_alone(shop.app, shop.merchant.slug, rule_set(TAG_ALL % ("a", "All", "newer")))
    begin(
        owner, document="", version_of="r", version="1", against="version", against_version="2", since="2026-03-02",
        until="2026-03-02", sample="2",
    )  # fmt: skip
    shop.work_off()
    run = newest(shop)
    assert (run.set_slug, run.against, run.sample, run.seen, run.changed) == ("r", "2", 2, 2, 2)
    assert (str(run.since), str(run.until)) == ("2026-03-01 23:00:00+00:00", "2026-03-02 23:00:00+00:00")  # Madrid's day
    assert "a sample of 2 orders" in words_of(owner.get(f"/rules/backtests/{run.id}"))


@pytest.mark.parametrize(
    ("form", "field", "says"),
    [
        ({"document": "rules: 3"}, "document", "1"),
        ({"against": "version"}, "against_version", "Write the number of the version to compare with."),
        ({"against": "version", "against_version": " "}, "against_version", "Write the number of the version to compare with."),
        ({"against": "version", "against_version": "9"}, "against_version", "no version 9"),
        ({"against": "version", "against_version": "0"}, "against_version", "Number must be"),
        ({"document": "", "version_of": "r", "version": "8"}, "version", "no version 8"),
        ({"since": "2026-03-02", "until": "2026-03-01"}, "until", "The last day is before the first one"),
        ({"version_of": "r", "version": "1"}, "version", "Leave out either this number or the draft"),
        ({"sample": "0"}, "sample", "Number must be"),
    ],
)
def test_what_cannot_be_tried_is_said_beside_its_field(
    shop: Shop, owner: FlaskClient, form: dict[str, str], field: str, says: str
) -> None:
    answer = begin(owner, **form)
    assert answer.status_code == 422
    assert says in words_of(answer)
    assert re.findall(r'name="(\w+)"', " ".join(re.findall(r"<[^>]*is-invalid[^>]*>", answer.text))) == [field]
    assert "Nothing was begun yet" in words_of(answer)
    assert list_backtests(shop.app, shop.merchant.id) == []
    assert form.get("document", "add_tag") in answer.text.replace("&#34;", '"')


def test_a_large_rule_set_is_taken(shop: Shop, owner: FlaskClient) -> None:
    begin(owner, document=DRAFT + "\n# " + "x" * 100_000)
    assert newest(shop).name == "r"


def test_only_one_runs_at_a_time_and_it_can_be_cancelled(shop: Shop, owner: FlaskClient) -> None:
    begin(owner)
    assert "still running" in words_of(begin(owner))
    run = newest(shop)
    page = press(owner, f"/rules/backtests/{run.id}", f"/rules/backtests/{run.id}/cancel")
    assert "Cancelled" in words_of(page)
    assert "The backtest is cancelled" in words_of(page)
    assert begin(owner).status_code == 200


def test_one_that_has_ended_meanwhile_is_not_said_to_be_cancelled(shop: Shop, owner: FlaskClient) -> None:
    begin(owner)
    run = newest(shop)
    shop.work_off()
    words = words_of(press(owner, "/rules/backtests", f"/rules/backtests/{run.id}/cancel"))
    assert "The backtest had ended before it was cancelled." in words
    assert "The backtest is cancelled" not in words
    assert newest(shop).state == "done"


def events(client: FlaskClient, run: BacktestRun) -> list[tuple[str, dict[str, object]]]:
    answer = client.get(f"/rules/backtests/{run.id}/progress")
    assert (answer.mimetype, answer.headers["Cache-Control"]) == ("text/event-stream", "no-store")
    blocks = [block.split("\n") for block in answer.text.strip().split("\n\n")[1:]]
    return [(kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for kind, data in blocks]


def test_progress_is_told_by_events(shop: Shop, owner: FlaskClient, clock: FixedClock) -> None:
    begin(owner)
    told = events(owner, newest(shop))
    assert len(told) == 15  # then the browser asks again
    assert set(clock.slept) == {1.0}
    assert told[0] == ("progress", {"seen": 0, "total": 0, "words": "It begins in a moment."})
    shop.work_off()
    assert events(owner, newest(shop)) == [("ended", {"seen": 3, "total": 3, "words": "3 of 3 orders looked at, 3 changed"})]


def test_where_many_watch_the_next_has_one_event(shop: Shop, owner: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    from adapters.web import progress

    begin(owner)
    taken = [progress._watching.acquire(blocking=False) for _ in range(progress.MOST_WATCHING)]
    try:
        assert all(taken)
        assert len(events(owner, newest(shop))) == 1
    finally:
        for _ in taken:
            progress._watching.release()
    assert len(events(owner, newest(shop))) == 15


def test_all_differences_come_as_csv(shop: Shop, owner: FlaskClient) -> None:
    begin(owner)
    shop.work_off()
    answer = owner.get(f"/rules/backtests/{newest(shop).id}/differences.csv")
    assert answer.mimetype == "text/csv"
    assert answer.headers["Content-Disposition"].endswith('.csv"')
    assert len(answer.text.strip().split("\r\n")) == 4


def test_differences_come_some_at_a_time(shop: Shop, owner: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.web.rules.backtests.DIFFERENCES_A_PAGE", 2)
    begin(owner)
    shop.work_off()
    run = newest(shop)
    first, second = (owner.get(f"/rules/backtests/{run.id}?page={page}") for page in (1, 2))
    assert (first.text.count("/decisions/"), second.text.count("/decisions/")) == (2, 1)
    assert ("Next orders" in first.text, "Next orders" in second.text, "First page" in second.text) == (True, False, True)


def test_its_rules_can_be_tried_again(shop: Shop, owner: FlaskClient) -> None:
    begin(owner)
    assert "tag: new" in owner.get(f"/rules/backtests?again={newest(shop).id}").text
    assert 'value="r" selected' not in owner.get("/rules/backtests").text.replace('selected value="r"', 'value="r" selected')
    assert owner.get("/rules/backtests?again=bkt_9").status_code == 404


def test_another_account_finds_nothing_of_it(shop: Shop, owner: FlaskClient, log_in: LogIn) -> None:
    begin(owner)
    run, stranger = newest(shop), log_in(STRANGER)
    for path in ("", "/progress", "/differences.csv", "/decisions/dec_1"):
        assert stranger.get(f"/rules/backtests/{run.id}{path}").status_code == 404
    token = token_of(stranger.get("/rules/backtests"))
    assert stranger.post(f"/rules/backtests/{run.id}/cancel", data={"csrf_token": token}).status_code == 404
    assert "New backtest" in words_of(stranger.get("/rules/backtests"))


def test_one_that_failed_says_why_and_one_without_differences_that(shop: Shop, owner: FlaskClient) -> None:
    begin(owner, document=rule_set(TAG_ALL % ("a", "All", "old")).decode())
    shop.work_off()
    assert "No order would be otherwise." in words_of(owner.get(f"/rules/backtests/{newest(shop).id}"))
    with shop.database.begin() as connection:
        sentence = json.dumps({"en": "The disk is full.", "es": "x"})
        connection.exec_driver_sql("UPDATE backtests SET state = 'failed', result = NULL, problem = ?", (sentence,))
    assert "Failed" in words_of(owner.get(f"/rules/backtests/{newest(shop).id}"))
    assert "The disk is full." in words_of(owner.get(f"/rules/backtests/{newest(shop).id}"))
