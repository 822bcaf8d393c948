"""Times: moments compared with fixed ones, and with now, which may be any moment.

A time t that must lie in fixed windows, and at a distance x from now, can be had whenever both can: now is then t − x.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from rules.analysis.domains.demand import Demand
from rules.operators.times import WrittenTime
from rules.values import SECOND

_DURATIONS = frozenset({"within_last", "within_next", "older_than"})
_DAYS = {"today": 0, "tomorrow": 1, "yesterday": -1}
_HOUR = 3_600 * SECOND
# How far from now a moment can be whose day is so many days from today. Days with a change of the clock are up to 27 hours.
_FAR = 10**30
_REACH = {
    0: (-30 * _HOUR, 30 * _HOUR),
    1: (1, 60 * _HOUR),
    -1: (-60 * _HOUR, -1),
    2: (1, _FAR),
    -2: (-_FAR, -1),
}


def is_possible(demands: Sequence[Demand]) -> bool:
    """False when no moment meets all demands, whatever the time of the run."""
    windows = [demand for demand in demands if _bounds(demand)]
    if not any(all(demand.is_met(moment) for demand in windows) for moment in _near(windows)):
        return False
    durations = [demand for demand in demands if demand.code in _DURATIONS]
    days = [(offset, demand.wanted) for demand in demands if (offset := _day_offset(demand)) is not None]
    return any(
        all((day == offset) == wanted for offset, wanted in days) and _is_in_reach(durations, *reach)
        for day, reach in _REACH.items()
    )


def candidates(demands: Sequence[Demand], now: int) -> Iterator[int]:
    """Moments at and beside every bound as it is now; whole seconds first."""
    bounds = [bound for demand in demands for bound in _bounds(demand)]
    bounds += [now + sign * length for demand in demands for length in _lengths(demand) for sign in (-1, 1)]
    bounds += [now, now - 48 * _HOUR, now - 24 * _HOUR, now + 24 * _HOUR]
    steps = (0, _HOUR, -_HOUR, SECOND, -SECOND, 1, -1)
    return (bound + step for step in steps for bound in bounds)


def _bounds(demand: Demand) -> tuple[int, ...]:
    """The first and last moments of a fixed window; nothing for one that moves with now."""
    prepared = demand.leaf.prepared
    match demand.code:
        case "before" | "after":
            return (prepared,)
        case "between":
            return prepared[0], prepared[1]
        case "on_day" if isinstance(demand.leaf.condition.members[0], WrittenTime):
            low, high = prepared(0)
            return low, high
        case _:
            return ()


def _near(windows: Sequence[Demand]) -> Iterator[int]:
    """Whole nanoseconds: one beside each bound, so that no stretch between two is left out."""
    yield 0
    for demand in windows:
        for bound in _bounds(demand):
            yield from (bound - 1, bound, bound + 1)


def _day_offset(demand: Demand) -> int | None:
    member = demand.leaf.condition.members[0] if demand.code == "on_day" else None
    return _DAYS.get(member) if isinstance(member, str) else None


def _lengths(demand: Demand) -> tuple[int, ...]:
    return (demand.leaf.prepared,) if demand.code in _DURATIONS else ()


def _is_in_reach(durations: Sequence[Demand], low: int, high: int) -> bool:
    """Whether a distance from now within these bounds meets all demands on it."""
    distances = {-1, 0, 1, low, high}
    for demand in durations:
        for length in _lengths(demand):
            distances |= {sign * length + step for sign in (-1, 1) for step in (-1, 0, 1)}
    # With now at 0 a moment is its distance from now.
    return any(low <= distance <= high and all(demand.is_met(distance, 0) for demand in durations) for distance in distances)
