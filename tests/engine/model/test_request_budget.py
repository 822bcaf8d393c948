"""The rules of a shared request budget: the cap, the reserve, fair shares, and what the vendor's replies change."""

from __future__ import annotations

import heapq
import json
import math
import random
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.model.request_budget import Allowance, Purpose, State, report, take, used

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
READ, WRITE_BACK = Purpose.READ, Purpose.WRITE_BACK
SMALL = Allowance(limit=10, window_s=6.0, reserve=3, slack_s=0.5)
USUAL = Allowance()
A_SLOT_S = 0.25  # of the usual allowance


def at(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


@dataclass
class Budget:
    """A budget and its history."""

    allowance: Allowance = USUAL
    state: State = field(default_factory=dict)
    granted: list[tuple[float, Purpose]] = field(default_factory=list)

    def take(self, now: float, taker: str = "one", purpose: Purpose = READ) -> float:
        state, wait = take(self.state, taker, purpose, at(now), self.allowance)
        self.state = json.loads(json.dumps(state))
        if wait == 0:
            self.granted.append((now, purpose))
        return wait

    def take_all(self, now: float, taker: str = "one", purpose: Purpose = READ) -> int:
        """How many are granted at this instant."""
        taken = 0
        while self.take(now, taker, purpose) == 0:
            taken += 1
        return taken

    def report(self, remaining: int, now: float, *, resets_in: float | None = None, sent: float | None = None, **how) -> bool:
        """Whether there was something to keep."""
        sent_at = at(now if sent is None else sent)
        state = report(self.state, remaining, resets_in, sent_at, at(now), self.allowance, **how)
        if state is not None:
            self.state = json.loads(json.dumps(state))
        return state is not None

    def used(self, now: float) -> int:
        return used(self.state, at(now), self.allowance)


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


# What replies say


def test_ordinary_replies_change_nothing() -> None:
    budget = Budget()
    for number in range(180):
        budget.take(number / 10)
        assert not budget.report(199 - number, number / 10 + 0.2, resets_in=60, sent=number / 10)
    assert not budget.report(199 - 165, 18.1, resets_in=42, sent=18.0), "others of ours may have arrived since"


def test_what_other_apps_use_is_believed_until_its_period_ends() -> None:
    budget = Budget()
    budget.take(0)

    assert budget.report(99, 0.2, resets_in=30)
    assert budget.used(0.2) == 101
    assert not budget.report(99, 0.3, resets_in=30)
    assert budget.take_all(1) == 79
    assert budget.take_all(1, purpose=WRITE_BACK) == 20


def test_when_the_period_of_others_is_over_one_request_finds_out_what_is_left() -> None:
    budget = Budget()
    budget.report(10, 0, resets_in=30)
    assert budget.take(29) > 0

    assert budget.take_all(30) == 1
    assert budget.report(199, 30.2, resets_in=60, sent=30)
    assert budget.take_all(30.2) == 179


def test_what_others_still_use_when_their_period_is_over_goes_on_counting() -> None:
    budget = Budget()
    budget.report(20, 0, resets_in=0.5)
    for number in range(1, 20):
        assert budget.take_all(number) == 1
        budget.report(19, number + 0.1, resets_in=0.5, sent=number)


def test_who_gets_no_reply_to_find_out_asks_again() -> None:
    budget = Budget()
    budget.report(10, 0, resets_in=30)

    assert [budget.take_all(30), budget.take_all(30.9), budget.take_all(31)] == [1, 0, 1]


def test_a_refusal_stops_everybody_until_the_period_is_over() -> None:
    budget = Budget()
    budget.take(0)

    assert budget.report(0, 0.1, resets_in=20, refused=True)
    assert budget.take(1, purpose=WRITE_BACK) == budget.take(1) == 5
    assert 0 < budget.take(20, purpose=WRITE_BACK) <= 0.1
    assert budget.take(20.1, purpose=WRITE_BACK) == 0


def test_a_refusal_without_a_period_stops_everybody_for_a_window() -> None:
    budget = Budget()
    budget.report(0, 0, refused=True)

    assert budget.take(59.9, purpose=WRITE_BACK) > 0
    assert budget.take(60, purpose=WRITE_BACK) == 0


def test_a_new_period_of_the_vendor_frees_what_was_taken_before_it() -> None:
    budget = Budget()
    budget.take_all(0)

    assert budget.report(197, 5, sent=4.5, resets_in=60)
    assert budget.used(5) == 3
    assert budget.take_all(5) == 177


def test_what_may_still_be_on_its_way_is_never_freed() -> None:
    budget = Budget()
    budget.take_all(0)

    assert not budget.report(199, 0.9, sent=0.5)
    assert budget.used(0.9) == 180


def test_after_a_refusal_more_room_is_not_believed_for_a_while() -> None:
    budget = Budget()
    budget.report(0, 0, resets_in=1, refused=True)
    budget.take_all(70)

    assert not budget.report(199, 80, sent=80)
    budget.take_all(700)
    assert budget.report(199, 710, sent=710)


@dataclass
class Vendor:
    """An account that counts as Brightpearl does (in a rolling window), from minute to minute, or not at all."""

    counts: str
    allowance: Allowance
    times: list[float] = field(default_factory=list)
    lowest_for_reads: int = 10**6
    refused: int = 0
    others: Callable[[float], int] = lambda now: 0  # how many requests other apps have in the window

    def arrive(self, now: float, purpose: Purpose) -> tuple[bool, int, float]:
        """Whether it was refused, and what the headers say."""
        window = self.allowance.window_s
        if self.counts == "rolling":
            self.times = [then for then in self.times if then > now - window]
        elif self.counts == "fixed" and self.times and self.times[0] <= now - window:
            self.times = []
        elif self.counts == "nothing":
            return False, self.allowance.limit - 1, 0.0
        others = self.others(now)
        full = len(self.times) + others >= self.allowance.limit
        self.refused += full
        if not full:
            self.times.append(now)
        remaining = max(0, self.allowance.limit - len(self.times) - others)
        if purpose is READ:
            self.lowest_for_reads = min(self.lowest_for_reads, remaining)
        return full, remaining, self.times[0] + window - now if self.times else 0.1


def drive(vendor: Vendor, seconds: float, seed: int, workers: int = 6, writers: int = 0, own: Allowance | None = None) -> int:
    """Requests made by workers of two stores in so much time, each as soon as the budget lets it; replies take their time."""
    noise = random.Random(seed)
    budget = Budget(own or vendor.allowance)
    done = 0

    def work(number: int) -> Iterator[float]:
        nonlocal done
        now = number / 100
        purpose = WRITE_BACK if number < writers else READ
        while True:
            while wait := budget.take(now, f"store-{number % 2}", purpose):
                now = yield now + wait
            sent = now
            now = yield now + noise.uniform(0, vendor.allowance.slack_s * 0.99)
            refused, remaining, period = vendor.arrive(now, purpose)
            now = yield now + noise.uniform(0.01, 0.1)
            budget.report(remaining, now, resets_in=period, sent=sent, refused=refused)
            done += 1
            if purpose is WRITE_BACK:
                now = yield now + 4.0

    running = [work(number) for number in range(workers)]
    queue = [(next(one), number) for number, one in enumerate(running)]
    heapq.heapify(queue)
    while queue[0][0] < seconds:
        now, number = heapq.heappop(queue)
        heapq.heappush(queue, (running[number].send(now), number))
    return done


@pytest.mark.parametrize("counts", ["rolling", "fixed"])
@pytest.mark.parametrize("writers", [0, 1, 3])
@settings(max_examples=20)
@given(seed=st.integers(0, 10**6))
def test_however_long_requests_travel_none_is_refused_and_reads_leave_the_reserve(counts: str, writers: int, seed: int) -> None:
    vendor = Vendor(counts, Allowance(limit=40, window_s=12.0, reserve=6, slack_s=0.4))

    done = drive(vendor, 40, seed, writers=writers)

    assert vendor.refused == 0
    assert writers or vendor.lowest_for_reads >= vendor.allowance.reserve
    assert done >= 85


def test_a_vendor_that_counts_nothing_is_not_kept_waiting_for() -> None:
    vendor = Vendor("nothing", USUAL)

    assert drive(vendor, 120, seed=1, workers=20) > 3000


@pytest.mark.parametrize("counts", ["rolling", "fixed"])
def test_a_smaller_cap_than_ours_still_lets_reads_through(counts: str) -> None:
    vendor = Vendor(counts, Allowance(limit=5, window_s=3.0, reserve=0))

    assert drive(vendor, 60, seed=1, workers=1, own=USUAL) >= 18
    assert vendor.refused <= 1


def test_other_apps_whose_use_rises_and_falls_are_made_room_for() -> None:
    vendor = Vendor("rolling", USUAL, others=lambda now: int(40 + 12 * math.sin(now / 60)))

    done = drive(vendor, 600, seed=1)

    assert vendor.refused == 0
    assert vendor.lowest_for_reads >= 20 - 12, "others took more while our requests waited"
    assert done >= 1000
