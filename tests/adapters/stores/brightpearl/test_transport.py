"""The shared budget, as a session with Brightpearl uses it."""

from __future__ import annotations

import ipaddress
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime

import pytest
import structlog
from sqlalchemy import select
from support.brightpearl_stub import ACCOUNT, PASSWORD, THROTTLED, StubBrightpearl, answer, errors, make_note, make_order
from support.clock import FixedClock

from adapters.stores.brightpearl.session import BrightpearlConnector, BrightpearlSession
from adapters.stores.brightpearl.transport import BUDGET_PATIENCE_S, WAITING_LOGGED_EVERY
from engine.model.request_budget import Allowance, Purpose
from engine.model.store import Store
from engine.ports import RequestBudgets, StoreUnavailable
from rules.messages import LANGUAGES
from storage.budgets.repositories import SqlRequestBudgets
from storage.database import Database
from storage.tables import RequestBudgetRow

ALLOWANCE = Allowance(limit=20, window_s=60.0, reserve=5)
OpenStore = Callable[..., BrightpearlSession]


def pool_of(stub: StubBrightpearl) -> str:
    """The budget of a store on the stub."""
    return f"brightpearl {stub.url.removeprefix('http://')} {ACCOUNT}"


class NoBudget:
    """Implements `RequestBudgets`: lets nothing through, or when `broken` lets all through and can be told nothing."""

    def __init__(self, broken: bool = False) -> None:
        self.broken = broken

    def take(self, key: str, taker: str, purpose: Purpose) -> float:
        return 0.0 if self.broken else 5.0

    def report(self, key: str, remaining: int, resets_in_s: float | None, sent_at: datetime, *, refused: bool = False) -> None:
        raise StoreUnavailable("the budget cannot be reached")


@pytest.fixture
def budgets(sqlite_database: Database, clock: FixedClock) -> SqlRequestBudgets:
    return SqlRequestBudgets(sqlite_database, clock, ALLOWANCE)


@pytest.fixture
def open_store(stub: StubBrightpearl, clock: FixedClock, budgets: SqlRequestBudgets) -> Iterator[OpenStore]:
    stub.notes[81], stub.orders[7001] = make_note(), make_order()
    with ExitStack() as opened:

        def open_one(store_id: str = "sto_1", of: RequestBudgets = budgets) -> BrightpearlSession:
            connector = BrightpearlConnector(clock, [ipaddress.ip_network("127.0.0.0/8")], budgets=of)
            settings = {"integration_url": stub.url, "account_code": ACCOUNT, "channel_ids": [2]}
            credentials = {"username": "u@example.com", "password": PASSWORD}
            store = Store(store_id, "acc_1", "brightpearl", "Shop", settings, credentials, datetime(2026, 1, 1, tzinfo=UTC))
            session = connector.open(store)
            opened.callback(session.close)
            return session

        yield open_one


def headers(remaining: int, period_ms: int = 30_000) -> dict[str, str]:
    return {"brightpearl-requests-remaining": str(remaining), "brightpearl-next-throttle-period": str(period_ms)}


def left(budgets: SqlRequestBudgets, stub: StubBrightpearl) -> int:
    """How many write-backs would still be let through."""
    taken = 0
    while budgets.take(pool_of(stub), "test", Purpose.WRITE_BACK) == 0:
        taken += 1
    return taken


def test_every_attempt_counts_the_log_in_and_failed_ones_too(
    open_store: OpenStore, stub: StubBrightpearl, budgets: SqlRequestBudgets
) -> None:
    stub.script = [None, errors(500, "CMNU-003")]
    open_store().order_notes("7001")

    assert len(stub.seen) == 3
    assert left(budgets, stub) == 20 - 3


def test_reads_of_all_stores_stop_at_the_reserve_and_go_on_when_there_is_room(
    open_store: OpenStore, stub: StubBrightpearl, clock: FixedClock
) -> None:
    sessions = [open_store("sto_1"), open_store("sto_2")]
    started = clock.now()
    for _ in range(20):
        for session in sessions:
            session.order_notes("7001")
            if clock.slept:
                break
        if clock.slept:
            break

    assert len(stub.seen) == 15 + 1
    assert 61 <= (clock.now() - started).total_seconds() < 62
    assert max(clock.slept) <= 5


def test_write_backs_take_the_reserve_with_their_log_in_and_their_reads(
    open_store: OpenStore, stub: StubBrightpearl, clock: FixedClock
) -> None:
    reading, writing = open_store(), open_store()
    for _ in range(14):
        reading.order_notes("7001")

    with writing._client._transport.writing_back():
        for _ in range(4):
            writing.order_notes("7001")
    assert clock.slept == []
    assert len(stub.seen) == 20
    writing.order_notes("7001")
    assert clock.slept != []


def test_what_replies_say_reaches_the_other_stores(
    open_store: OpenStore, stub: StubBrightpearl, budgets: SqlRequestBudgets
) -> None:
    stub.extra_headers = headers(8)
    open_store().check()

    assert left(budgets, stub) == 8 - 1  # the channels were asked for after the reply to the log-in


def test_a_refusal_is_told_to_the_budget_with_its_period(
    open_store: OpenStore, stub: StubBrightpearl, clock: FixedClock, budgets: SqlRequestBudgets
) -> None:
    stub.script = [answer(THROTTLED, 503, brightpearl_next_throttle_period="1000")] * 4
    stub.script.append(answer(THROTTLED, 503, brightpearl_next_throttle_period="31000"))
    with pytest.raises(StoreUnavailable):
        open_store("sto_1").check()

    assert len(stub.seen) == 5
    assert budgets.take(pool_of(stub), "sto_2", Purpose.WRITE_BACK) > 0
    clock.sleep(31)
    assert budgets.take(pool_of(stub), "sto_2", Purpose.WRITE_BACK) == 0


def test_waiting_for_the_budget_has_an_end_with_a_sentence(
    open_store: OpenStore, stub: StubBrightpearl, clock: FixedClock
) -> None:
    with pytest.raises(StoreUnavailable) as given_up:
        open_store(of=NoBudget()).check()

    assert sum(clock.slept) == BUDGET_PATIENCE_S
    assert stub.seen == []
    sentences = {given_up.value.args[0].format(language) for language in LANGUAGES}
    assert len(sentences) == 2


def test_waiting_for_the_budget_is_logged_once_in_a_while(
    open_store: OpenStore, stub: StubBrightpearl, clock: FixedClock
) -> None:
    session, began = open_store(), clock.now()
    with structlog.testing.capture_logs() as logs:
        while clock.now() - began < 2 * WAITING_LOGGED_EVERY:
            session.order_notes("7001")

    assert len(clock.slept) > 50
    assert [line["event"] for line in logs].count("brightpearl.waiting") == 2


def test_a_budget_that_cannot_be_told_spoils_no_reply(open_store: OpenStore, stub: StubBrightpearl) -> None:
    stub.extra_headers = headers(100)

    assert open_store(of=NoBudget(broken=True)).order_notes("7001") == []


def test_the_budget_is_kept_readable_and_without_secrets(
    open_store: OpenStore, stub: StubBrightpearl, sqlite_database: Database
) -> None:
    open_store().check()

    with sqlite_database.begin_reading() as connection:
        [(key, state)] = connection.execute(select(RequestBudgetRow.key, RequestBudgetRow.state)).all()
    assert key == f"brightpearl {stub.url.removeprefix('http://')} {ACCOUNT}"
    assert list(state["taken"]) == ["sto_1"]
