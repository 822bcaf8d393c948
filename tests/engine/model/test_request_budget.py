"""The rules of a shared request budget: the cap, the reserve, and fair shares."""

from __future__ import annotations

import heapq
import json
import random
from collections import Counter
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from support.request_budget import READ, USUAL, WRITE_BACK, Budget, at

from engine.model.request_budget import Allowance, Purpose, take

SMALL = Allowance(limit=10, window_s=6.0, reserve=3, slack_s=0.5)
A_SLOT_S = 0.25  # of the usual allowance

steps = st.lists(
    st.tuples(st.floats(0, 3), st.sampled_from(["one", "two", "three"]), st.sampled_from([READ, READ, READ, WRITE_BACK])),
    max_size=200,
)


@given(steps)
def test_whoever_asks_when_never_is_the_cap_passed_nor_the_reserve_read_away(taken: list[tuple[float, str, Purpose]]) -> None:
    budget, now = Budget(SMALL), 0.0
    for gap, taker, purpose in taken:
        now += gap
        budget.take(now, taker, purpose)

    for end, _ in budget.granted:
        in_window = sum(1 for then, _ in budget.granted if end - SMALL.window_s - SMALL.slack_s < then <= end)
        assert in_window <= SMALL.limit
    for position, (end, purpose) in enumerate(budget.granted):
        if purpose is READ:
            before = sum(1 for then, _ in budget.granted[: position + 1] if then > end - SMALL.window_s - SMALL.slack_s)
            assert before <= SMALL.limit - SMALL.reserve


@given(steps)
def test_who_comes_back_as_told_is_let_through_soon(taken: list[tuple[float, str, Purpose]]) -> None:
    budget, now = Budget(SMALL), 0.0
    for gap, taker, purpose in taken:
        now += gap
        budget.take(now, taker, purpose)
    waited = 0.0
    while wait := budget.take(now + waited, "late"):
        assert 0 < wait <= SMALL.window_s / 12
        waited += wait
    assert waited <= SMALL.window_s + SMALL.slack_s + 0.1


def test_one_taker_alone_gets_all_but_the_reserve_and_write_backs_the_rest() -> None:
    budget = Budget()

    assert budget.take_all(0) == 180
    assert budget.take_all(0, purpose=WRITE_BACK) == 20
    assert budget.take_all(30) == budget.take_all(30, purpose=WRITE_BACK) == 0
    assert budget.take_all(60 + USUAL.slack_s + A_SLOT_S) == 180


def test_what_write_backs_took_is_kept_free_again_before_reads_go_on() -> None:
    budget = Budget()
    budget.take_all(0)
    budget.take_all(10, purpose=WRITE_BACK)

    assert budget.take_all(61.25) == 160
    assert budget.take_all(61.25, purpose=WRITE_BACK) == 20


def test_the_state_stays_small_and_refusals_are_not_kept_again_and_again() -> None:
    budget, now = Budget(), 0.0
    while now < 120:
        now += budget.take(now) or 0.3
    assert len(json.dumps(budget.state)) < 5000

    state, wait = take(budget.state, "one", READ, at(now), Allowance(limit=50))
    assert wait > 0
    assert take(state, "one", READ, at(now), Allowance(limit=50))[0] is state
    assert take(state, "one", WRITE_BACK, at(now), Allowance(limit=50))[0] is state


def test_a_clock_that_is_set_back_stops_nobody_for_longer_than_two_windows() -> None:
    budget = Budget()
    budget.take_all(86_400)
    budget.report(0, 86_400, resets_in=60, refused=True)

    assert budget.take(0) > 0
    assert budget.take_all(125) == 180


@pytest.mark.parametrize(
    "wrong", [{"reserve": 200}, {"reserve": -1}, {"limit": 0, "reserve": 0}, {"window_s": 0}, {"slack_s": -1}]
)
def test_an_allowance_has_something_to_give(wrong: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="allowance"):
        Allowance(**wrong)


# Fair shares


def race(
    budget: Budget, until: float, takers: dict[str, Callable[[], float]], starts: dict[str, float] | None = None
) -> Counter[str]:
    """What each taker got in the last window when each takes, works for as long as its function says, and takes again."""
    order = list(takers)
    queue = [((starts or {}).get(taker, 0.0), order.index(taker), taker) for taker in order]
    heapq.heapify(queue)
    got: list[tuple[float, str]] = []
    while queue[0][0] < until:
        now, place, taker = heapq.heappop(queue)
        wait = budget.take(now, taker)
        if wait == 0:
            got.append((now, taker))
        heapq.heappush(queue, (now + (wait or takers[taker]()), place, taker))
    return Counter(taker for now, taker in got if now > until - budget.allowance.window_s - budget.allowance.slack_s)


def at_once() -> float:
    return 0.0001


@pytest.mark.parametrize("count", [2, 3, 7])
def test_greedy_takers_end_within_a_few_requests_of_each_other(count: int) -> None:
    shares = race(Budget(), 400, {f"store-{number}": at_once for number in range(count)})

    assert len(shares) == count
    assert max(shares.values()) - min(shares.values()) <= 6
    assert sum(shares.values()) >= 170


def test_who_comes_late_catches_up_within_two_windows() -> None:
    shares = race(Budget(), 180, {"first": at_once, "late": at_once}, {"late": 50.0})

    assert abs(shares["first"] - shares["late"]) <= 6
    assert sum(shares.values()) >= 170


def test_a_slow_taker_gets_what_it_can_use_however_greedy_the_others_are() -> None:
    noise = random.Random(4)
    shares = race(
        Budget(),
        600,
        {"slow": lambda: 2.0, "fast": lambda: noise.uniform(0.01, 0.2), "faster": lambda: noise.uniform(0.01, 0.02)},
    )

    assert shares["slow"] >= 28
    assert min(shares["fast"], shares["faster"]) >= 40
    assert sum(shares.values()) >= 170


def test_takers_of_like_speed_get_alike() -> None:
    noise = random.Random(6)
    shares = race(Budget(), 300, {f"store-{number}": lambda: noise.uniform(0.1, 0.6) for number in range(3)})

    assert max(shares.values()) - min(shares.values()) <= 6
    assert sum(shares.values()) >= 170


def test_many_stores_none_of_which_starves() -> None:
    noise = random.Random(5)
    shares = race(Budget(), 600, {f"store-{number}": lambda: noise.uniform(0.05, 1.5) for number in range(40)})

    assert len(shares) == 40
    assert max(shares.values()) - min(shares.values()) <= 3


def test_nobody_waits_for_a_taker_that_has_gone_away() -> None:
    budget = Budget()
    budget.take_all(0, "busy")
    budget.take(1, "gone")

    assert budget.take(61.25, "busy") > 0 or budget.take_all(61.25, "busy") > 170
    assert budget.take_all(70, "busy") + len([1 for now, _ in budget.granted if 61 < now < 70]) == 180


def test_write_backs_cost_their_store_no_reads_and_wait_for_no_turn() -> None:
    budget = Budget(SMALL)
    budget.take_all(0, "busy")
    budget.take(0.5, "other")
    assert budget.take(0.6, "busy", WRITE_BACK) == 0
    assert budget.take(0.6, "busy", WRITE_BACK) == 0
    assert sorted(budget.state["taken"]) == ["", "busy"]
