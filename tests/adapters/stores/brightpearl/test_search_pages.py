"""Searches that misstate how much they have, repeat themselves or never end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest
from support.brightpearl_stub import Answer, Seen, StubBrightpearl, answer, page
from support.clock import FixedClock

from adapters.stores.brightpearl import client, transport
from adapters.stores.brightpearl.session import BrightpearlSession
from engine.ports import StoreError, StoreUnavailable
from rules.messages import LANGUAGES

SINCE = datetime(2025, 12, 2, tzinfo=UTC)
COLUMNS = ("goodsOutNoteId", "printed")
Meta = dict[str, Any]


def take(session: BrightpearlSession, taken: list[int]) -> None:
    for batch in session.scan(SINCE):
        taken += [int(record.external_id) for record in batch]


def scan(session: BrightpearlSession) -> list[int]:
    taken: list[int] = []
    take(session, taken)
    return taken


def serve(stub: StubBrightpearl, rows: Callable[[int], list[list[Any]]], meta: Callable[[Meta, int], None]) -> None:
    """Let the search of notes answer with `rows(first)`, after `meta` has spoilt what the reply says of them."""

    def reply(seen: Seen) -> Answer:
        if not seen.path.endswith("/goods-out-search"):
            return stub.own_reply(seen)
        first = int(seen.query["firstResult"])
        body = page(rows(first), COLUMNS, first, None, available=0)
        meta(body["response"]["metaData"], first)
        return answer(body)

    stub.reply = reply


def notes(count: int) -> Callable[[int], list[list[Any]]]:
    """Pages of so many unprinted notes."""
    return lambda first: [[note, False] for note in range(first, min(count, first + 499) + 1)]


def searches(stub: StubBrightpearl) -> int:
    return sum(path.endswith("/goods-out-search") for path in stub.paths())


def without(*names: str) -> Callable[[Meta, int], None]:
    def spoil(meta: Meta, _first: int) -> None:
        for name in names:
            meta.pop(name, None)

    return spoil


def saying(**values: Any) -> Callable[[Meta, int], None]:
    return lambda meta, _first: meta.update(values)


MISSTATED = {
    "a count of one page": saying(resultsAvailable=500),
    "a count of nothing": saying(resultsAvailable=0),
    "no count": without("resultsAvailable"),
    "no count, no numbers": without("resultsAvailable", "resultsReturned", "firstResult", "lastResult"),
    "no more is said and not true": saying(resultsAvailable=500, morePagesAvailable=False),
    "the last result of the first page": saying(resultsAvailable=1040, lastResult=500),
    "a last result of nothing": saying(resultsAvailable=1040, lastResult=0),
    "a last result far away": saying(resultsAvailable=1040, lastResult=5000),
    "a last result in the middle": saying(resultsAvailable=1040, lastResult=250),
    "a count as text": saying(resultsAvailable="500"),
    "more is always said": saying(resultsAvailable=1040, morePagesAvailable=True),
    "more is always said, with a count of one page": saying(resultsAvailable=500, morePagesAvailable=True),
    "more is always said, without a count": saying(resultsAvailable=None, morePagesAvailable=True),
}


@pytest.mark.parametrize("meta", MISSTATED.values(), ids=MISSTATED)
def test_a_full_page_is_followed_by_another_whatever_the_reply_says(
    stub: StubBrightpearl, session: BrightpearlSession, meta: Callable[[Meta, int], None]
) -> None:
    serve(stub, notes(1040), meta)

    assert scan(session) == list(range(1, 1041))
    assert searches(stub) <= 5


def test_an_empty_page_where_both_say_that_more_follows_is_an_error(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    serve(stub, notes(1040), saying(resultsAvailable=2000, morePagesAvailable=True))

    with pytest.raises(StoreUnavailable, match="does not advance"):
        scan(session)


@pytest.mark.parametrize("available", [None, 3, 7])
@pytest.mark.parametrize("hole", [1, 4, 7])
def test_an_empty_page_that_says_that_more_follows_is_no_end(
    stub: StubBrightpearl, session: BrightpearlSession, hole: int, available: int | None
) -> None:
    """A server may give out smaller pages than were asked for, whatever it says of their number."""

    def meta(said: Meta, first: int) -> None:
        said.update(resultsAvailable=available, morePagesAvailable=first <= 7)

    serve(stub, lambda first: [] if first == hole else notes(9)(first)[:3], meta)

    with pytest.raises(StoreUnavailable, match="does not advance"):
        scan(session)


@pytest.mark.parametrize("count", [500, 1000])
def test_the_end_of_full_pages_is_an_empty_one(stub: StubBrightpearl, session: BrightpearlSession, count: int) -> None:
    serve(stub, notes(count), saying(resultsAvailable=count, morePagesAvailable=False))

    assert scan(session) == list(range(1, count + 1))
    assert searches(stub) == count // 500 + 1


def test_a_short_page_of_which_nothing_is_said_is_followed_by_another(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    """A server may give out smaller pages than were asked for."""
    serve(stub, lambda first: [[note, False] for note in range(first, min(45, first + 19) + 1)], without("resultsAvailable"))

    assert scan(session) == list(range(1, 46))


def test_a_short_page_that_comes_again_is_the_end_where_nothing_is_said(
    stub: StubBrightpearl, session: BrightpearlSession
) -> None:
    serve(stub, lambda _first: [[1, False], [2, False]], without("resultsAvailable", "firstResult", "lastResult"))

    assert scan(session) == [1, 2]
    assert searches(stub) == 2


@pytest.mark.parametrize("meta", [saying(resultsAvailable=500), without("resultsAvailable")], ids=["count", "no count"])
def test_a_full_page_that_comes_again_and_again_is_an_error(
    stub: StubBrightpearl, session: BrightpearlSession, meta: Callable[[Meta, int], None]
) -> None:
    serve(stub, lambda _first: notes(500)(1), meta)

    with pytest.raises(StoreUnavailable, match="does not advance"):
        scan(session)
    assert searches(stub) == 2


def test_pages_that_come_in_turns_are_an_error_too(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    serve(stub, lambda first: notes(2000)(1 if first // 500 % 2 == 0 else 501), saying(morePagesAvailable=True))

    with pytest.raises(StoreUnavailable, match="does not advance"):
        scan(session)
    assert searches(stub) == 3


@pytest.mark.parametrize(("limit", "most"), [("MAX_ROWS", 2000), ("MAX_PAGES", 4)])
def test_a_search_without_end_is_an_error_that_names_the_limit(
    stub: StubBrightpearl, session: BrightpearlSession, monkeypatch: pytest.MonkeyPatch, limit: str, most: int
) -> None:
    monkeypatch.setattr(client, limit, most)
    serve(stub, notes(10**9), saying(resultsAvailable=10**9, morePagesAvailable=True))
    taken: list[int] = []

    with pytest.raises(StoreError) as caught:
        take(session, taken)

    assert searches(stub) == 4
    assert len(taken) == 2000  # what came before is good
    sentences = [caught.value.args[0].format(language) for language in LANGUAGES]
    assert all("2000" in sentence and "4" in sentence for sentence in sentences)
    assert len(set(sentences)) == 2


def test_an_account_with_a_hundred_thousand_notes_is_within_the_limits() -> None:
    """Also where the search ignores that only unshipped ones were asked for."""
    assert client.MAX_ROWS >= 100_000 * 1.2
    assert client.MAX_PAGES * client.PAGE_SIZE >= client.MAX_ROWS


def test_answers_that_are_too_long_together_end_the_scan(
    stub: StubBrightpearl, session: BrightpearlSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.stores.brightpearl.session.MAX_SCAN_BYTES", 20_000)
    serve(stub, notes(10**9), saying(morePagesAvailable=True))
    taken: list[int] = []

    with pytest.raises(StoreUnavailable, match="goes on from there"):
        take(session, taken)

    assert 500 <= len(taken) <= 2000
    assert len(taken) == 500 * searches(stub)


def test_one_answer_that_is_too_long_is_not_read_to_its_end(
    stub: StubBrightpearl, session: BrightpearlSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "MAX_BODY_BYTES", 1024 * 1024)
    stub.script = [None, Answer(200, b'{"response": "' + b"x" * 9 * 1024 * 1024 + b'"}')]

    with pytest.raises(StoreError, match="1 MB"):
        scan(session)
    assert session._transport.received < 3 * 1024 * 1024


def test_windows_in_which_nothing_is_allowed_are_not_waited_for_without_end(
    stub: StubBrightpearl, session: BrightpearlSession, clock: FixedClock
) -> None:
    """Each reply comes, and each says that the next has to wait for a minute."""
    stub.extra_headers = {"brightpearl-requests-remaining": "0", "brightpearl-next-throttle-period": "60000"}
    serve(stub, notes(10**9), saying(morePagesAvailable=True))

    with pytest.raises(StoreUnavailable, match="limit of requests a minute") as caught:
        scan(session)

    assert 120 <= sum(clock.slept) <= transport.THROTTLE_PATIENCE_S
    assert len({caught.value.args[0].format(language) for language in LANGUAGES}) == 2


def test_refusals_of_a_minute_each_are_not_waited_for_without_end(
    stub: StubBrightpearl, session: BrightpearlSession, clock: FixedClock
) -> None:
    refused = answer({"response": "You have sent too many requests."}, 503, brightpearl_next_throttle_period="60000")
    stub.script = [None, *[refused] * 10]

    with pytest.raises(StoreUnavailable, match="limit of requests a minute"):
        scan(session)

    assert sum(clock.slept) <= transport.THROTTLE_PATIENCE_S
    assert len(stub.seen) == 1 + 3


def test_a_window_that_leaves_room_ends_the_waiting(
    stub: StubBrightpearl, session: BrightpearlSession, clock: FixedClock
) -> None:
    """Many windows may be waited for, as long as each lets something through."""
    full = {"brightpearl_requests_remaining": "0", "brightpearl_next_throttle_period": "60000"}
    room = {"brightpearl_requests_remaining": "1", "brightpearl_next_throttle_period": "60000"}
    stub.script = [None]
    for first in range(1, 10_000, 1000):
        stub.script += [
            answer(page(notes(10**6)(first), COLUMNS, first, True), **full),
            answer(page(notes(10**6)(first + 500), COLUMNS, first + 500, first < 9000), **room),
        ]
    stub.script.append(answer(page([], COLUMNS, 1, False)))

    assert len(scan(session)) == 10_000
    assert sum(clock.slept) > 3 * transport.THROTTLE_PATIENCE_S
