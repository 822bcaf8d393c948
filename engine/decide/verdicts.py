"""Three-valued verdicts, and how groups combine them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

FALSE: Final = 0
TRUE: Final = 1
ERROR: Final = 2

NAMES = {FALSE: "false", TRUE: "true", ERROR: "error"}

# For each kind of group: the member's verdict that settles it, the answer then, and the answer when nothing settles it.
# A member in error counts only where no other member settles the group.
GROUP_RULES: dict[str, tuple[int, int, int]] = {
    "all": (FALSE, FALSE, TRUE),
    "any": (TRUE, TRUE, FALSE),
    "none": (TRUE, FALSE, TRUE),
    "all_items": (FALSE, FALSE, TRUE),
    "any_item": (TRUE, TRUE, FALSE),
    "no_item": (TRUE, FALSE, TRUE),
}


def combine(kind: str, verdicts: Iterable[int]) -> int:
    """The verdict of a group from those of its members."""
    settles, settled, otherwise = GROUP_RULES[kind]
    answer = otherwise
    for verdict in verdicts:
        if verdict == settles:
            return settled
        if verdict == ERROR:
            answer = ERROR
    return answer
