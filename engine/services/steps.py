"""Steps of what carriers and stores are asked for, in an order that a process may die in anywhere (docs/adr/0033, 0063)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

AttemptT = TypeVar("AttemptT")


@dataclass(frozen=True, slots=True)
class Step(Generic[AttemptT]):
    """One step of an attempt. Whatever ends it, the attempt is taken up again with the first one."""

    code: str
    take: Callable[[AttemptT], None]


def take_steps(steps: Iterable[Step[AttemptT]], attempt: AttemptT) -> None:
    """Take one after the other."""
    for step in steps:
        step.take(attempt)
