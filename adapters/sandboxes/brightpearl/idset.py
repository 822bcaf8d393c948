"""Id sets as they stand in Brightpearl's paths and filters: `8`, `3-9`, `3-9,14,2`, `7.3.5`, `*`, or nothing for all."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

_ITEM: Final = re.compile(r"([0-9]{1,18})(?:-([0-9]{1,18}))?\Z")


class IdSetError(ValueError):
    """The text is not an id set."""


@dataclass(frozen=True, slots=True)
class IdSet:
    """A parsed id set: closed ranges in the order written; `everything` for `*` and for the empty set."""

    ranges: tuple[tuple[int, int], ...]
    everything: bool = False

    def __contains__(self, number: object) -> bool:
        return self.everything or (isinstance(number, int) and any(low <= number <= high for low, high in self.ranges))

    def __len__(self) -> int:
        """How many ids are named; 0 for `everything`."""
        return sum(high - low + 1 for low, high in self.ranges)

    def select(self, existing: Iterable[int]) -> list[int]:
        """The ids among `existing` that the set names, each once."""
        known = existing if isinstance(existing, (set, frozenset, dict)) else dict.fromkeys(existing)
        if self.everything:
            return list(known)
        found: dict[int, None] = {}
        for low, high in self.ranges:
            # A range may span millions of numbers: walk whichever side is shorter.
            members = (
                (n for n in range(low, high + 1) if n in known)
                if high - low < len(known)
                else (n for n in known if low <= n <= high)
            )
            found.update(dict.fromkeys(members))
        return list(found)


def parse_id_set(text: str) -> IdSet:
    """The id set that `text` says. Raises IdSetError for anything that the grammar does not have (`n-m` needs n < m)."""
    if text in ("", "*"):
        return IdSet((), everything=True)
    ranges = []
    for item in re.split(r"[,.]", text):
        match = _ITEM.match(item)
        if match is None:
            raise IdSetError(text)
        low = int(match[1])
        high = int(match[2]) if match[2] else low
        if match[2] and low >= high:
            raise IdSetError(text)
        ranges.append((low, high))
    return IdSet(tuple(ranges))


def format_id_set(ids: Iterable[int]) -> str:
    """The shortest id set of these ids, rising: `2-6,40`."""
    parts: list[str] = []
    start = previous = None
    for number in [*sorted(set(ids)), None]:
        if previous is not None and number == previous + 1:
            previous = number
            continue
        if start is not None:
            parts.append(str(start) if start == previous else f"{start}-{previous}")
        start = previous = number
    return ",".join(parts)
