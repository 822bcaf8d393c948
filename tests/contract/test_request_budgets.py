"""Contract of the shared request budgets: SQLite, PostgreSQL and Redis."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from datetime import timedelta
from urllib.parse import urlsplit
from uuid import uuid4

import pytest
from sqlalchemy import text
from support.budget_takers import open_budgets, take_as_much_as_there_is
from support.clock import FixedClock

from adapters.redis_budgets import RedisRequestBudgets
from engine.model.request_budget import Allowance, Purpose
from engine.ports import RequestBudgets, StoreUnavailable
from rules.messages import LANGUAGES
from storage.budgets.repositories import SqlRequestBudgets
from storage.database import open_database

READ, WRITE_BACK = Purpose.READ, Purpose.WRITE_BACK
ALLOWANCE = Allowance(limit=60, window_s=30.0, reserve=10)


@pytest.fixture(
    params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql), pytest.param("redis", marks=pytest.mark.redis)]
)
def url(request: pytest.FixtureRequest) -> str:
    return request.getfixturevalue(f"{request.param}_url")


@pytest.fixture
def key() -> str:
    """A budget of this test's own: the Redis is everybody's."""
    return f"brightpearl host {uuid4().hex}"


@pytest.fixture
def budgets(url: str, clock: FixedClock) -> Iterator[RequestBudgets]:
    with open_budgets(url, clock, ALLOWANCE) as opened:
        yield opened


def take_all(budgets: RequestBudgets, key: str, taker: str = "one", purpose: Purpose = READ) -> int:
    taken = 0
    while budgets.take(key, taker, purpose) == 0:
        taken += 1
    return taken


def test_a_budget_is_used_up_and_comes_back(budgets: RequestBudgets, key: str, clock: FixedClock) -> None:
    assert take_all(budgets, key) == 50
    assert budgets.take(key, "one", READ) == 2.5
    assert take_all(budgets, key, purpose=WRITE_BACK) == 10

    clock.sleep(31.125)
    assert take_all(budgets, key) == 50


def test_each_key_has_a_budget_of_its_own(budgets: RequestBudgets, key: str) -> None:
    assert take_all(budgets, key) == 50
    assert take_all(budgets, f"{key} other") == 50


def test_it_is_kept_by_whoever_opens_it_next(url: str, key: str, clock: FixedClock) -> None:
    for granted in (50, 0):
        with open_budgets(url, clock, ALLOWANCE) as budgets:
            assert take_all(budgets, key) == granted


def test_who_waits_is_served_before_who_had_more(budgets: RequestBudgets, key: str, clock: FixedClock) -> None:
    take_all(budgets, key, "busy")
    clock.sleep(30)
    assert budgets.take(key, "other", READ) > 0
    clock.sleep(1.125)
    granted = [taker for _ in range(100) for taker in ("busy", "other") if budgets.take(key, taker, READ) == 0]

    assert abs(granted.count("busy") - granted.count("other")) <= 2


def test_replies_are_believed(budgets: RequestBudgets, key: str, clock: FixedClock) -> None:
    budgets.take(key, "one", READ)
    budgets.report(key, 59, 30.0, clock.now())
    budgets.report(key, 30, 20.0, clock.now())
    assert take_all(budgets, key) == 20

    clock.sleep(20)
    budgets.report(key, 0, 5.0, clock.now(), refused=True)
    assert budgets.take(key, "one", WRITE_BACK) == 2.5
    clock.sleep(5)
    assert budgets.take(key, "one", WRITE_BACK) == 0


def test_a_reply_can_be_the_first_that_is_heard_of_an_account(budgets: RequestBudgets, key: str, clock: FixedClock) -> None:
    budgets.report(key, 30, 20.0, clock.now())

    assert take_all(budgets, key) == 20


def test_several_processes_never_take_more_than_there_is(url: str, key: str, clock: FixedClock) -> None:
    with ProcessPoolExecutor(3, mp_context=multiprocessing.get_context("spawn")) as pool:

        def run(now, purpose: Purpose) -> int:
            return sum(
                one.result()
                for one in [pool.submit(take_as_much_as_there_is, url, key, now, ALLOWANCE, purpose) for _ in range(3)]
            )

        later = clock.now() + timedelta(seconds=31.125)
        assert [run(clock.now(), READ), run(clock.now(), WRITE_BACK), run(later, READ)] == [50, 10, 50]


def test_a_redis_that_does_not_answer_is_a_sentence(clock: FixedClock) -> None:
    budgets = RedisRequestBudgets("redis://:hush@127.0.0.1:1/0", clock)

    with pytest.raises(StoreUnavailable) as refused:
        budgets.take("key", "one", READ)
    with pytest.raises(StoreUnavailable):
        budgets.report("key", 1, 1.0, clock.now())
    sentences = [refused.value.args[0].format(language) for language in LANGUAGES]
    assert all("RELEVO_REDIS_URL" in sentence and "hush" not in sentence for sentence in sentences)
    assert all("(Connection refused)" in sentence and "127.0.0.1" not in sentence for sentence in sentences)


@pytest.mark.redis
@pytest.mark.parametrize(
    ("log_in", "database", "says"),
    [("nobody:hush@", "0", "invalid username-password pair"), ("", "9999", "DB index is out of range")],
)
def test_a_redis_that_refuses_is_told_as_it_says(
    redis_url: str, clock: FixedClock, log_in: str, database: str, says: str
) -> None:
    host = urlsplit(redis_url).netloc
    budgets = RedisRequestBudgets(f"redis://{log_in}{host}/{database}", clock)

    with pytest.raises(StoreUnavailable) as refused:
        budgets.take("key", "one", READ)

    sentences = [refused.value.args[0].format(language) for language in LANGUAGES]
    assert all(says in sentence and "hush" not in sentence and host not in sentence for sentence in sentences)


@pytest.mark.parametrize("kind", ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def test_budgets_that_nobody_uses_make_room(kind: str, request: pytest.FixtureRequest, clock: FixedClock) -> None:
    database = open_database(request.getfixturevalue(f"{kind}_url"))
    budgets = SqlRequestBudgets(database, clock)
    for name in ("used", "idle"):
        budgets.take(name, "one", READ)
    clock.sleep(86_400)
    budgets.report("used", 0, 60.0, clock.now())
    clock.sleep(600)
    budgets.take("new", "one", READ)

    with database.begin_reading() as connection:
        kept = set(connection.execute(text("SELECT key FROM request_budgets")).scalars())
    database.close()
    assert kept == {"used", "new"}


def test_what_a_clock_that_was_ahead_left_behind_is_over_in_two_windows(
    budgets: RequestBudgets, key: str, url: str, clock: FixedClock
) -> None:
    """A process whose clock was a month ahead used everything up, was refused and armed whatever there is to arm."""
    wrong = FixedClock(clock.now() + timedelta(days=30))
    with open_budgets(url, wrong, ALLOWANCE) as ahead:
        assert take_all(ahead, key, "other") == 50
        ahead.report(key, 0, 30.0, wrong.now(), refused=True)
        ahead.report(key, 10, 30.0, wrong.now())
        assert ahead.take(key, "other", READ) > 0

    waited = 0.0
    while (wait := budgets.take(key, "one", READ)) > 0:
        clock.sleep(wait)
        waited += wait
        assert waited <= 2 * ALLOWANCE.window_s + 5
    clock.sleep(2 * ALLOWANCE.window_s)
    assert take_all(budgets, key) >= 40
