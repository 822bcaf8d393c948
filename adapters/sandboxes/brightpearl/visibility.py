"""What searches see: the present, or the past for as long as they lag behind; and which orders changed since a time."""

from __future__ import annotations

from bisect import bisect_left, insort
from collections import deque
from collections.abc import Callable, Iterable
from datetime import datetime, timedelta
from typing import Generic, TypeVar

Record = TypeVar("Record")


class LaggingView(Generic[Record]):
    """Remembers what stood in the place of each fresh write, for as long as searches do not see that write.

    `lag` may change at any time; it counts from the write. `turns` rises whenever a write comes into sight.
    """

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.lag = timedelta(0)
        self.turns = 0
        self._clock = clock
        self._fresh: deque[tuple[datetime, int, Record | None]] = deque()

    def wrote(self, record_id: int, before: Record | None) -> None:
        """Take note of a write; `before` is the record that it replaced, None for a new one."""
        if self.lag:
            self._fresh.append((self._clock(), record_id, before))

    def hidden(self) -> dict[int, Record | None]:
        """For each id whose last writes are not seen yet, what is seen in their place (None: nothing)."""
        seen_until = self._clock() - self.lag
        while self._fresh and self._fresh[0][0] <= seen_until:
            self._fresh.popleft()
            self.turns += 1
        earliest: dict[int, Record | None] = {}
        for _, record_id, before in self._fresh:
            earliest.setdefault(record_id, before)
        return earliest

    def see(self, current: dict[int, Record]) -> list[Record]:
        """The records that searches see, given those that there are."""
        hidden = self.hidden()
        if not hidden:
            return list(current.values())
        past = [record for record in hidden.values() if record is not None]
        return [record for record_id, record in current.items() if record_id not in hidden] + past


class ChangeTimes:
    """Ids in the order of their last change, so that those changed since a time are found without looking at all."""

    def __init__(self) -> None:
        self._entries: list[tuple[float, int]] = []
        self._last: dict[int, float] = {}

    def changed(self, record_id: int, moment: datetime) -> None:
        """An id changed at this time."""
        stamp = moment.timestamp()
        self._last[record_id] = stamp
        insort(self._entries, (stamp, record_id))
        if len(self._entries) > 2 * len(self._last) + 1000:
            self._entries = sorted((stamp, each) for each, stamp in self._last.items())

    def since(self, moment: datetime) -> Iterable[int]:
        """The ids whose last change was then or later."""
        start = bisect_left(self._entries, (moment.timestamp(), 0))
        return {each for stamp, each in self._entries[start:] if self._last[each] == stamp}
