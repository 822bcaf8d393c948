"""Times: moments compared with fixed ones, and with now, which may be any moment.

A time t that must lie in fixed windows, and at a distance x from now, can be had whenever both can: now is then t − x.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rules.analysis.domains.demand import Demand
from rules.operators.clock import DAY_SECONDS, DayWindow, Weekdays
from rules.operators.written_times import RelativeTime, WrittenTime
from rules.values import SECOND

_DURATIONS = frozenset({"within_last", "within_next", "older_than"})
_WINDOWS = frozenset({"before", "after", "between", "on_day"})
_OF_CLOCK = frozenset({"time_between", "on_weekday"})
_HOUR = 3_600 * SECOND
# How far from now a moment can be whose day is so many days from today. Days with a change of the clock are up to 27 hours.
_FAR = 10**30
_SHORTEST_DAY, _LONGEST_DAY = 21 * _HOUR, 30 * _HOUR
_NOW = (0, 0)


def is_possible(demands: Sequence[Demand], *, is_now: bool = False) -> bool:
    """False when no moment meets all demands, whatever the time of the run. With `is_now`, the moment is that time itself."""
    windows = [demand for demand in demands if _bounds(demand)]
    if not any(all(demand.is_met(moment) for demand in windows) for moment in _near(windows)):
        return False
    if not _is_on_clock([demand for demand in demands if demand.code in _OF_CLOCK]):
        return False
    distances = [demand for demand in demands if _lengths(demand)]
    days = [(offset, demand.wanted) for demand in demands if (offset := _day_offset(demand)) is not None]
    return any(
        all((day == offset) == wanted for offset, wanted in days) and _is_in_reach(distances, *reach)
        for day, reach in ([(0, _NOW)] if is_now else _reaches({offset for offset, _ in days}))
    )


def _reaches(offsets: Collection[int]) -> Iterator[tuple[int, tuple[int, int]]]:
    """Days by how far they are from today, each with the least and the greatest distance from now of their moments.

    Those that are mentioned, today, and one each that stands for all others.
    """
    for offset in {0, *offsets}:
        least = max(1, (abs(offset) - 1) * _SHORTEST_DAY + 1)
        most = (abs(offset) + 1) * _LONGEST_DAY
        yield offset, (-most, most) if offset == 0 else (least, most) if offset > 0 else (-most, -least)
    others = max(map(abs, offsets), default=0) + 1
    yield others, (1, _FAR)
    yield -others, (-_FAR, -1)


def _is_on_clock(demands: Sequence[Demand]) -> bool:
    """Whether some time of day on some day of the week meets all demands on them: each time comes on every day."""
    ends = {0}
    for demand in demands:
        if isinstance(demand.leaf.prepared, DayWindow):
            ends |= {demand.leaf.prepared.first % DAY_SECONDS, demand.leaf.prepared.second % DAY_SECONDS}
    return any(
        all(_holds_on_clock(demand.leaf.prepared, seconds, day) == demand.wanted for demand in demands)
        for seconds in ends
        for day in range(7)
    )


def _holds_on_clock(prepared: DayWindow | Weekdays, seconds: int, day: int) -> bool:
    return prepared.holds_time(seconds) if isinstance(prepared, DayWindow) else day in prepared.days


def candidates(demands: Sequence[Demand], now: int, *, is_now: bool = False) -> Iterator[int]:
    """Moments at and beside every bound as it is now; whole seconds first."""
    if is_now:
        return iter((now,))
    bounds = [bound for demand in demands for bound in (*_bounds(demand), *_moving_bounds(demand, now))]
    bounds += [now + days * 24 * _HOUR + seconds * SECOND for seconds in _times_of_day(demands) for days in range(-3, 4)]
    bounds += [now + sign * length for demand in demands for length in _lengths(demand) for sign in (-1, 1)]
    bounds += [now, now - 48 * _HOUR, now - 24 * _HOUR, now + 24 * _HOUR]
    steps = (0, _HOUR, -_HOUR, SECOND, -SECOND, 1, -1)
    return (bound + step for step in steps for bound in bounds)


def _bounds(demand: Demand) -> tuple[int, ...]:
    """The first and last moments of a fixed window; nothing for one that moves with now."""
    if demand.code not in _WINDOWS or not all(isinstance(member, WrittenTime) for member in demand.leaf.condition.members):
        return ()
    prepared = demand.leaf.prepared
    return prepared if isinstance(prepared, tuple) else (prepared,)


def _moving_bounds(demand: Demand, now: int) -> tuple[int, ...]:
    """The same as they are now, of a window that moves."""
    if demand.code not in _WINDOWS or not callable(demand.leaf.prepared):
        return ()
    moved = demand.leaf.prepared(now)
    return moved if isinstance(moved, tuple) else (moved,)


def _times_of_day(demands: Sequence[Demand]) -> Iterator[int]:
    """How many seconds after noon, the time of examples, the ends of the wanted times of day are; those of UTC."""
    noon = DAY_SECONDS // 2
    for demand in demands:
        if isinstance(demand.leaf.prepared, DayWindow):
            yield from (demand.leaf.prepared.first - noon, demand.leaf.prepared.second - noon)
        elif isinstance(demand.leaf.prepared, Weekdays):
            yield 0


def _near(windows: Sequence[Demand]) -> Iterator[int]:
    """Whole nanoseconds: one beside each bound, so that no stretch between two is left out."""
    yield 0
    for demand in windows:
        for bound in _bounds(demand):
            yield from (bound - 1, bound, bound + 1)


def _day_offset(demand: Demand) -> int | None:
    member = demand.leaf.condition.members[0] if demand.code == "on_day" else None
    return member.days if isinstance(member, RelativeTime) and member.is_date else None


def _lengths(demand: Demand) -> tuple[int, ...]:
    """How far from now the ends are of a window that lies at a fixed distance from it."""
    if demand.code in _DURATIONS:
        return (demand.leaf.prepared,)
    members = demand.leaf.condition.members
    if demand.code in ("before", "after", "between") and all(
        isinstance(member, RelativeTime) and member.days is None for member in members
    ):
        return tuple(member.nanoseconds for member in members)
    return ()


def _is_in_reach(durations: Sequence[Demand], low: int, high: int) -> bool:
    """Whether a distance from now within these bounds meets all demands on it."""
    distances = {-1, 0, 1, low, high}
    for demand in durations:
        for length in _lengths(demand):
            distances |= {sign * length + step for sign in (-1, 1) for step in (-1, 0, 1)}
    # With now at 0 a moment is its distance from now.
    return any(low <= distance <= high and all(demand.is_met(distance, 0) for demand in durations) for distance in distances)
