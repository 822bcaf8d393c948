"""What a look at an installation found."""

from __future__ import annotations

from dataclasses import dataclass

from rules.messages import Message


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at, by a stable code, and what is wrong with it: nothing when there are no problems."""

    check: str  # such as `schema`
    problems: tuple[Message, ...] = ()

    @property
    def is_good(self) -> bool:
        return not self.problems
