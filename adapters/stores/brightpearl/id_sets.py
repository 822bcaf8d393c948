"""Brightpearl's ID sets: `3-9,14` names many ids in one URL."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

MAX_IDS = 200  # what order requests take
MAX_CHARACTERS = 1700  # keeps the whole URL under 2 kB
_ITEM = re.compile(r"([1-9][0-9]{0,17})(?:-([1-9][0-9]{0,17}))?")


def split_into_id_sets(ids: Iterable[int]) -> Iterator[str]:
    """ID sets that together name these ids, each once: at most 200 ids and 1,700 characters a set, ascending."""
    items: list[str] = []
    count = length = 0
    for first, last in _runs(sorted(set(ids))):
        start = first
        while start <= last:
            end = min(last, start + MAX_IDS - count - 1)
            item = str(start) if end == start else f"{start}-{end}"
            if count == MAX_IDS or (items and length + len(item) + 1 > MAX_CHARACTERS):
                yield ",".join(items)
                items, count, length = [], 0, 0
                continue  # with room for a longer range
            items.append(item)
            count += end - start + 1
            length += len(item) + 1
            start = end + 1
    if items:
        yield ",".join(items)


def cover_by_id_set(ids: Iterable[int]) -> tuple[str, list[tuple[int, int]]]:
    """One ID set of at most 1,700 characters that names these ids, with its ranges as (first, last).

    Where it would be longer, it names ids between them as well: those in the narrowest gaps.
    """
    runs = list(_runs(sorted(set(ids))))
    while len(text := ",".join(str(first) if first == last else f"{first}-{last}" for first, last in runs)) > MAX_CHARACTERS:
        at = min(range(1, len(runs)), key=lambda here: runs[here][0] - runs[here - 1][1])
        runs[at - 1 : at + 1] = [(runs[at - 1][0], runs[at][1])]
    return text, runs


def expand_id_set(text: str, most: int) -> list[int] | None:
    """The ids that a set names, each once, in the order written; None for what is not a set, or names more than so many.

    The empty set, which means all ids there, is never made.
    """
    ids: dict[int, None] = {}
    named = 0  # ids that come again and again count as well: there is no end of work in a short text
    for item in re.split(r"[,.]", text):
        match = _ITEM.fullmatch(item.strip())
        if match is None:
            return None
        first = int(match[1])
        last = int(match[2] or first)
        named += last - first + 1
        if last < first or last - first >= most or named > 10 * most:
            return None
        ids.update(dict.fromkeys(range(first, last + 1)))
        if len(ids) > most:
            return None
    return list(ids)


def _runs(ids: list[int]) -> Iterator[tuple[int, int]]:
    """Consecutive ids as (first, last)."""
    position = 0
    while position < len(ids):
        end = position
        while end + 1 < len(ids) and ids[end + 1] == ids[end] + 1:
            end += 1
        yield ids[position], ids[end]
        position = end + 1
