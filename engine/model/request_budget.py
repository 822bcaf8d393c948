"""How many requests a vendor's account still takes: the rules of one budget that stores and processes share.

Pure functions over a small JSON state, so that a database and Redis keep the same budget. It is a log of what was asked in
the last window, not a bucket: a bucket of 200 that is filled again within the minute lets 400 pass in some minute.

The log errs on the safe side: a request counts from when it was granted until it is certainly older than a window where the
vendor counts. What the vendor reports is believed in both directions, see `report`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

State = Mapping[str, Any]  # what take() and report() gave; {} at the beginning

_SLOTS = 240  # of a window: times in the log are rounded up to these, so that it stays small
_LONGEST_WAIT = 1 / 12  # of a window; who waits longer asks again, as things may have changed
_TURN = 1 / 240  # of a window: how long a taker lets another one go first
_GRACE = 1 / 20  # of a window: how much later than told a waiting taker may come back without losing its turn
_LATELY = 1 / 12  # of a window: who took nothing for so long, and does not wait, is not reckoned with
_PACE = 1 / 60  # of a window: the shortest time that a pace is measured over
_PROBE = 1 / 60  # of a window: how long after a request that finds out how much others still use the next one may do so
_DOUBT = 10  # windows for which, after a refusal, the vendor is not believed that more is left than we think
_WRITE_BACKS = ""  # their key in the log: they count against no taker's share


class Purpose(StrEnum):
    READ = "read"  # imports, changes, explanations, connecting
    WRITE_BACK = "write_back"


@dataclass(frozen=True, slots=True)
class Allowance:
    """What a vendor lets pass: `limit` requests in any `window_s` seconds. Reads leave the last `reserve` to write-backs."""

    limit: int = 200
    window_s: float = 60.0
    reserve: int = 20
    slack_s: float = 1.0  # how long a request may be on its way to where the vendor counts it

    def __post_init__(self) -> None:
        if not 0 <= self.reserve < self.limit or self.window_s <= 0 or self.slack_s < 0:
            raise ValueError(f"an allowance that nothing could be taken from: {self}")

    def ms(self, windows: float) -> int:
        """A number of windows in whole milliseconds, at least one."""
        return max(1, round(self.window_s * windows * 1000))


def take(state: State, taker: str, purpose: Purpose, now: datetime, allowance: Allowance) -> tuple[State, float]:
    """The state afterwards, and 0.0 when the request may be sent now, else how many seconds to wait before asking again.

    Reads share fairly: when room gets scarce, it is kept for those that had less in the window, as much as they can use,
    and who had more is told to wait a moment. Alone, a taker gets everything. Write-backs wait for nothing but the limit.
    The state that comes back is the same object when there is nothing to keep.
    """
    at = _ms(now)
    budget = _Budget(state, at, allowance)
    wait = budget.wait_ms(purpose)
    if purpose is Purpose.WRITE_BACK:
        if wait > 0:
            return budget.to_state() if budget.was_ahead else state, _told(wait, allowance)
        budget.grant(_WRITE_BACKS, purpose)
        return budget.to_state(), 0.0
    if wait == 0 and budget.is_others_turn(taker):
        wait = allowance.ms(_TURN)
    if wait == 0:
        budget.grant(taker, purpose)
        return budget.to_state(), 0.0
    wait_s = _told(wait, allowance)
    back_at = at + int(wait_s * 1000)
    if not budget.was_ahead and budget.waiting.get(taker, 0) > back_at + allowance.ms(_GRACE) // 4:
        return state, wait_s  # it is known to wait
    budget.waiting[taker] = back_at + allowance.ms(_GRACE)
    return budget.to_state(), wait_s


def report(
    state: State,
    remaining: int,
    resets_in_s: float | None,
    sent_at: datetime,
    now: datetime,
    allowance: Allowance,
    *,
    refused: bool = False,
) -> State | None:
    """The state after a reply said how many requests remain, and for how long that holds; None when nothing is to be kept.

    `sent_at`: when the request was about to leave. When the vendor counts more than we do, others use the same pool: that
    is believed until its period ends; then one request finds out what is left before the rest follows.

    When it counts fewer, although our requests have surely arrived, it has begun a new period (or counts nothing at all),
    and our oldest requests are forgotten; only those that may have been on their way are kept. That is done where it makes
    a difference, so ordinary replies write nothing. Where it counts not half of ours, but too many may have been on their
    way, one more request finds out when they have arrived.

    `refused`: the request was over the cap, so nobody is let through until the period is over, and for some minutes the
    vendor is not believed that more is left than we think.
    """
    at = _ms(now)
    budget = _Budget(state, at, allowance)
    resets_in = allowance.ms(1) if resets_in_s is None else min(max(0, round(resets_in_s * 1000)), allowance.ms(1))
    used = allowance.limit if refused else max(0, allowance.limit - remaining)
    if refused:
        budget.blocked_until = max(budget.blocked_until, at + resets_in)
        budget.doubted_until = at + allowance.ms(_DOUBT)
    if used > budget.own + budget.others or refused:
        budget.recheck_at = 0  # the vendor counts
        budget.believe_others(max(budget.others, used - budget.own), resets_in)
        return budget.to_state()
    since = _ms(sent_at) - round(allowance.slack_s * 1000)
    on_the_way = max(0, budget.count_since(since) - 1)  # not the one that is replied to
    if budget.others > 0 and budget.others_until <= at:
        others = min(budget.others, max(0, used + on_the_way - budget.own))
        if others < budget.others or budget.is_full(Purpose.READ):
            budget.believe_others(others, resets_in)
            return budget.to_state()
    believed = budget.own + budget.others
    if believed <= (allowance.limit - allowance.reserve) // 2 or at < budget.doubted_until:
        return None
    surplus = believed - used - on_the_way
    if surplus >= max(1, allowance.limit // 10):
        budget.forget(surplus)
        return budget.to_state()
    if used * 2 > believed:
        if budget.recheck_at == 0:
            return None
        budget.recheck_at = 0  # what was on its way has arrived, and the vendor has counted it: nothing is left to find out
        return budget.to_state()
    if budget.recheck_at > 0:
        return None
    budget.recheck_at = at + round(allowance.slack_s * 1000) + allowance.ms(1 / _SLOTS)
    return budget.to_state()


def latest(state: State) -> int:
    """The latest instant that a state speaks of, in milliseconds since 1970; 0 for the state at the beginning."""
    instants: list[int] = [entry[0] for entries in state.get("taken", {}).values() for entry in entries]
    instants += state.get("waiting", {}).values()
    instants += (state.get(name, 0) for name in ("others_until", "blocked_until", "doubted_until", "recheck_at"))
    return max(instants, default=0)


class _Budget:
    """A state at an instant: what is too old has left it, and what a clock that was set back left in the future is now."""

    def __init__(self, state: State, at: int, allowance: Allowance) -> None:
        self._at = at
        self._allowance = allowance
        self._slot = allowance.ms(1 / _SLOTS)
        self._counts_for = allowance.ms(1) + round(allowance.slack_s * 1000)
        newest = self._rounded(at)
        latest = at + self._counts_for + allowance.ms(_GRACE)
        doubted_at_most = at + allowance.ms(_DOUBT)
        # What is later than anything that could be set now was set by a clock that was ahead. It counts as if set now, and
        # has to be kept as that: it would be set anew at each look, and never come to its end.
        self.was_ahead = (
            any(entry[0] > newest for entries in state.get("taken", {}).values() for entry in entries)
            or any(until > latest for until in state.get("waiting", {}).values())
            or any(state.get(name, 0) > latest for name in ("others_until", "blocked_until", "recheck_at"))
            or state.get("doubted_until", 0) > doubted_at_most
        )
        self.taken: dict[str, list[list[int]]] = {}  # by taker, oldest first: [milliseconds, how many]
        for taker, entries in state.get("taken", {}).items():
            alive = [[min(entry[0], newest), entry[1]] for entry in entries if entry[0] + self._counts_for > at]
            if alive:
                self.taken[taker] = alive
        self.waiting: dict[str, int] = {
            taker: min(until, latest) for taker, until in state.get("waiting", {}).items() if until > at
        }
        self.others_until: int = min(state.get("others_until", 0), latest)
        self.others: int = state.get("others", 0) if self.others_until + allowance.ms(1) > at else 0
        self.blocked_until: int = min(state.get("blocked_until", 0), latest)
        self.doubted_until: int = min(state.get("doubted_until", 0), doubted_at_most)
        recheck_at: int = min(state.get("recheck_at", 0), latest)
        self.recheck_at = recheck_at if recheck_at + allowance.ms(1) > at else 0
        self.own: int = sum(entry[1] for entries in self.taken.values() for entry in entries)

    def to_state(self) -> State:
        return {
            "taken": self.taken,
            "waiting": self.waiting,
            "others": self.others,
            "others_until": self.others_until,
            "blocked_until": self.blocked_until,
            "doubted_until": self.doubted_until,
            "recheck_at": self.recheck_at,
        }

    def wait_ms(self, purpose: Purpose) -> int:
        """How long until there is room for one more."""
        free_at = max(self._at, self.blocked_until)
        room = self._room(purpose)
        if self.is_full(purpose):
            until = max(self.others_until, self._own_at_most(room - 1))
            if self.others < room:
                until = min(until, self._own_at_most(room - self.others - 1))
            if self.recheck_at > 0:
                until = min(until, max(self._at, self.recheck_at))
            free_at = max(free_at, until)
        return free_at - self._at

    def is_full(self, purpose: Purpose) -> bool:
        """Whether there is no room, if others still use what they did."""
        return self.own + self.others >= self._room(purpose)

    def believe_others(self, count: int, resets_in: int) -> None:
        # In a rolling window the period is over with the oldest request: seldom a reason to ask again at once.
        self.others, self.others_until = count, self._at + max(resets_in, self._allowance.ms(_PROBE))

    def _own_at_most(self, count: int) -> int:
        """When no more than so many of our requests count any longer."""
        left, since = self.own, self._at
        for taken_at, number in sorted(entry for entries in self.taken.values() for entry in entries):
            if left <= count:
                break
            left -= number
            since = taken_at + self._counts_for
        return since

    def is_others_turn(self, taker: str) -> bool:
        """Whether what is left is kept for those that had less than this taker."""
        left = max(1, self._room(Purpose.READ) - self.own - self.others)
        had = self._had(taker)
        active = {taker, *self.waiting, *self.taken} - {_WRITE_BACKS}
        share = self._room(Purpose.READ) / len(active)
        return left <= sum(self._kept_for(other, share) for other in active if other != taker and self._had(other) < had)

    def _kept_for(self, taker: str, share: float) -> float:
        """How much room a taker will need soon: what it takes in a window at its present pace, up to its fair share.

        Without that, who is fast would empty each window before who is slow comes by.
        """
        entries = self.taken.get(taker, [])
        if taker not in self.waiting and entries[-1][0] <= self._at - self._allowance.ms(_LATELY):
            return 0
        had = self._had(taker)
        took = max(self._at - entries[0][0], self._allowance.ms(_PACE)) if entries else 1
        pace = had * self._allowance.ms(1) / took
        return max(1, min(share, pace + 1) - had)

    def grant(self, taker: str, purpose: Purpose) -> None:
        if self.is_full(purpose):  # this one finds out how much is really used, and the next ones wait for its reply
            self.others_until = self._at + self._allowance.ms(_PROBE)
            self.recheck_at = 0
        self.waiting.pop(taker, None)
        entries = self.taken.setdefault(taker, [])
        at = self._rounded(self._at)
        if entries and entries[-1][0] == at:
            entries[-1][1] += 1
        else:
            entries.append([at, 1])

    def count_since(self, since: int) -> int:
        """How many of ours were granted after then."""
        return sum(entry[1] for entries in self.taken.values() for entry in entries if entry[0] > since)

    def forget(self, count: int) -> None:
        """Count so many fewer: first those of others, which we know least about, then our oldest."""
        self.recheck_at = 0
        by_others = min(count, self.others)
        self.others -= by_others
        count -= by_others
        for entry in sorted((entry for entries in self.taken.values() for entry in entries), key=lambda entry: entry[0]):
            dropped = min(count, entry[1])
            entry[1] -= dropped
            count -= dropped
        self.taken = {
            taker: kept for taker, entries in self.taken.items() if (kept := [entry for entry in entries if entry[1] > 0])
        }

    def _had(self, taker: str) -> int:
        return sum(entry[1] for entry in self.taken.get(taker, ()))

    def _room(self, purpose: Purpose) -> int:
        return self._allowance.limit - (self._allowance.reserve if purpose is Purpose.READ else 0)

    def _rounded(self, at: int) -> int:
        return -(-at // self._slot) * self._slot


def _told(wait_ms: int, allowance: Allowance) -> float:
    return min(wait_ms, allowance.ms(_LONGEST_WAIT)) / 1000


def _ms(instant: datetime) -> int:
    return int(instant.timestamp() * 1000)
