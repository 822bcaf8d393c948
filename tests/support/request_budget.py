"""A request budget with its history, and a vendor that counts, in a time that nobody waits for."""

from __future__ import annotations

import heapq
import json
import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from engine.model.request_budget import Allowance, Purpose, State, report, take

NOON = datetime(2026, 11, 25, 12, tzinfo=UTC)
READ, WRITE_BACK = Purpose.READ, Purpose.WRITE_BACK
USUAL = Allowance()


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
        """How many requests count at this instant, those of others included."""
        copy = Budget(self.allowance, self.state)
        return self.allowance.limit - copy.take_all(now, purpose=WRITE_BACK)


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


def drive(
    vendor: Vendor,
    seconds: float,
    seed: int,
    workers: int = 6,
    writers: int = 0,
    own: Allowance | None = None,
    travel: float = 0.99,
) -> int:
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
            now = yield now + noise.uniform(0, vendor.allowance.slack_s * travel)
            refused, remaining, period = vendor.arrive(now, purpose)
            now = yield now + noise.uniform(0.01, 0.1) * travel
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
