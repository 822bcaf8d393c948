"""What a scan reads, and what it takes as unchanged."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from support.brightpearl_stub import Answer, Seen, StubBrightpearl, answer, errors, make_note, make_order, page

from adapters.stores.brightpearl import scan
from adapters.stores.brightpearl.session import BrightpearlSession
from engine.model.store import Ready, Record, ScanMemory, Unchanged

SINCE = datetime(2026, 2, 1, tzinfo=UTC)
STAMP = "2026-02-25T10:00:00.000+01:00"
LATER = "2026-02-25T11:30:00.000Z"


@pytest.fixture(autouse=True)
def no_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scan, "SAMPLE", 0)


@pytest.fixture
def known(stub: StubBrightpearl) -> dict[str, str]:
    """Three notes of three orders, known with their stamp."""
    for number in range(3):
        stub.notes[81 + number] = make_note(7001 + number)
        stub.orders[7001 + number] = make_order(7001 + number, updatedOn=STAMP)
    return {"81": STAMP, "82": STAMP, "83": STAMP}


def changes(stub: StubBrightpearl, rows: list[Any], columns: tuple[str, ...] = ("updatedOn", "orderId")) -> list[Seen]:
    """Let the order search answer with these rows; what it was asked."""
    asked: list[Seen] = []

    def reply(seen: Seen) -> Answer:
        if seen.path.endswith("/order-search"):
            asked.append(seen)
            return answer(page(rows, columns, 1, False))
        return stub.own_reply(seen)

    stub.reply = reply
    return asked


def run(session: BrightpearlSession, known: dict[str, str], *, notes_matter: bool = True) -> tuple[set[str], set[str]]:
    """External ids that were read, and that were taken as unchanged."""
    memory = ScanMemory("2026-02-25T09:00:00+00:00", lambda ids: {one: known[one] for one in ids if one in known}, notes_matter)
    records: list[Record] = [record for batch in session.scan(SINCE, memory) for record in batch]
    read = {record.external_id for record in records if isinstance(record, Ready)}
    return read, {record.external_id for record in records if isinstance(record, Unchanged)}


def test_only_changed_orders_are_read(stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str]) -> None:
    asked = changes(stub, [[LATER, 7002], ["2026-02-25T09:00:00.000Z", 7001], [LATER, 9999]])

    assert run(session, known) == ({"82"}, {"81", "83"})  # 7001: the same instant, written in another zone
    assert asked[0].query["updatedOn"] == "2026-02-25T08:50:00.000Z/"  # a search may lag behind
    assert session.changes_until == "2026-02-25T11:30:00+00:00"


def test_new_notes_are_read_with_what_else_their_order_has(
    stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str]
) -> None:
    stub.notes[84] = make_note(7001, sequence=2)
    changes(stub, [])

    assert run(session, known) == ({"84", "81"}, {"82", "83"})


def test_orders_on_which_something_was_written_are_read(
    stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str]
) -> None:
    asked = []

    def reply(seen: Seen) -> Answer:
        if seen.path.endswith("/order-search"):
            return answer(page([], ("updatedOn", "orderId"), 1, False))
        if seen.path.endswith("/order-note-search") and "dateAdded" in seen.query:
            asked.append(seen.query["dateAdded"])
            rows = [[7003, 12, LATER], [9999, 11, LATER], [7001, 10, "2026-02-20T09:00:00.000Z"]]
            return answer(page(rows, ("orderId", "noteId", "dateAdded"), 1, False))
        return stub.own_reply(seen)

    stub.reply = reply

    assert run(session, known) == ({"83"}, {"81", "82"})  # 7001: written long ago, by a search that ignores what it is asked
    assert asked == ["2026-02-25T08:50:00.000Z/"]
    assert session.changes_until == "2026-02-25T11:30:00+00:00"


def test_nobody_asks_for_notes_while_nothing_is_with_a_provider(
    stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str]
) -> None:
    changes(stub, [[LATER, 7002]])

    assert run(session, known, notes_matter=False) == ({"82"}, {"81", "83"})
    assert not any("dateAdded" in seen.query for seen in stub.seen)


def test_an_account_whose_notes_cannot_be_searched_is_read_as_before(
    stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str]
) -> None:
    def reply(seen: Seen) -> Answer:
        if seen.path.endswith("/order-search"):
            return answer(page([[LATER, 7002]], ("updatedOn", "orderId"), 1, False))
        return answer({}, status=403) if seen.path.endswith("/order-note-search") else stub.own_reply(seen)

    stub.reply = reply

    assert run(session, known) == ({"82"}, {"81", "83"})


@pytest.mark.parametrize(
    "reply",
    [
        lambda: errors(404, "CMNC-404"),
        lambda: errors(400, "ORDC-999"),
        lambda: errors(500, "CMNC-018"),
        lambda: errors(500, "CMNU-003"),
        lambda: answer(page([[7002]], ("orderId",), 1, False)),
        lambda: answer(page([["soon", 7002]], ("updatedOn", "orderId"), 1, False)),
    ],
)
def test_a_search_that_cannot_say_has_everything_read(
    stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str], reply: Callable[[], Answer]
) -> None:
    stub.reply = lambda seen: reply() if seen.path.endswith("/order-search") else stub.own_reply(seen)

    assert run(session, known) == ({"81", "82", "83"}, set())


def test_a_sorted_search_without_its_filter_is_left_early(
    stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str]
) -> None:
    pages: list[int] = []

    def reply(seen: Seen) -> Answer:
        if not seen.path.endswith("/order-search"):
            return stub.own_reply(seen)
        first = int(seen.query["firstResult"])
        pages.append(first)
        rows = [[LATER, 7003], ["2025-01-01T00:00:00.000Z", 7001]] if first == 1 else [["2024-01-01T00:00:00.000Z", 7002]]
        return answer(page(rows, ("updatedOn", "orderId"), first, True, available=100_000))

    stub.reply = reply
    assert run(session, known) == ({"83"}, {"81", "82"})
    assert pages == [1]


def test_a_search_without_filter_and_order_is_given_up(
    stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str]
) -> None:
    asked: list[int] = []

    def reply(seen: Seen) -> Answer:
        if not seen.path.endswith("/order-search"):
            return stub.own_reply(seen)
        first = int(seen.query["firstResult"])
        asked.append(first)
        rows = [["2024-01-01T00:00:00.000Z", first], ["2025-01-01T00:00:00.000Z", first + 1]]
        return answer(page(rows, ("updatedOn", "orderId"), first, True, available=100_000))

    stub.reply = reply
    assert run(session, known) == ({"81", "82", "83"}, set())
    assert len(asked) == 21


def test_the_next_scan_starts_no_later_than_this_one_did(
    stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str]
) -> None:
    future = datetime(2026, 3, 2, 9, 30, tzinfo=UTC) + timedelta(hours=2)  # what changed while the scan went on
    changes(stub, [[future.isoformat(), 7002]])
    run(session, known)

    assert session.changes_until == "2026-03-02T09:30:00+00:00"


def test_a_search_that_repeats_itself_has_everything_read(
    stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str]
) -> None:
    asked: list[Seen] = []

    def reply(seen: Seen) -> Answer:
        if not seen.path.endswith("/order-search"):
            return stub.own_reply(seen)
        asked.append(seen)
        return answer(page([[LATER, 1], [LATER, 2]], ("updatedOn", "orderId"), 1, True, available=100_000))

    stub.reply = reply
    assert run(session, known) == ({"81", "82", "83"}, set())
    assert len(asked) == 2


def first_record(session: BrightpearlSession) -> Ready:
    (first,) = (record for batch in session.scan(SINCE) for record in batch if record.external_id == "81")
    assert isinstance(first, Ready)
    return first


@pytest.mark.parametrize(
    ("times", "source_version", "until"),
    [
        ({"updatedOn": LATER, "createdOn": STAMP, "placedOn": STAMP}, LATER, "2026-02-25T11:30:00+00:00"),
        ({"createdOn": STAMP, "placedOn": LATER}, STAMP, "2026-02-25T10:00:00+01:00"),
        ({"updatedOn": None, "createdOn": "", "placedOn": STAMP}, STAMP, "2026-02-25T10:00:00+01:00"),
        ({"updatedOn": 5, "createdOn": None, "placedOn": None}, "undated", None),
    ],
)
def test_an_order_that_was_never_changed_is_known_by_when_it_was_made(
    stub: StubBrightpearl, session: BrightpearlSession, times: dict[str, Any], source_version: str, until: str | None
) -> None:
    stub.notes[81] = make_note(7001)
    stub.orders[7001] = {**make_order(7001), **times}

    assert first_record(session).source_version == source_version
    assert session.changes_until == until


def test_orders_that_were_never_changed_are_not_read_again(
    stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str]
) -> None:
    for number in (7002, 7003):
        del stub.orders[number]["updatedOn"]
        stub.orders[number]["createdOn"] = STAMP
    known |= {"83": "undated"}  # that order had no time at all
    changes(stub, [])

    assert run(session, known) == (set(), {"81", "82", "83"})
    assert sum("/goods-out/" in path for path in stub.paths()) == 0


def test_a_first_change_is_seen(stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str]) -> None:
    known |= {"82": "2026-02-01T10:00:00.000Z", "83": "undated"}
    changes(stub, [[LATER, 7002], [LATER, 7003]])

    assert run(session, known) == ({"82", "83"}, {"81"})


def test_a_search_that_lists_orders_without_a_change_says_when_they_were_made(
    stub: StubBrightpearl, session: BrightpearlSession, known: dict[str, str]
) -> None:
    """As one does that ignores its filter. What has no time at all is better read."""
    rows = [[LATER, STAMP, 7001], [None, STAMP, 7002], [None, "2024-01-01T00:00:00.000Z", 9999], [None, None, 7003]]
    changes(stub, rows, ("updatedOn", "createdOn", "orderId"))

    assert run(session, known) == ({"81", "83"}, {"82"})
