"""What random documents are drawn with, and the values that turn up everywhere in them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol, TypeVar

T = TypeVar("T")


class Dice(Protocol):
    """Where the choices come from."""

    def randrange(self, start: int, stop: int) -> int: ...

    def choice(self, members: Sequence[T]) -> T: ...


TEXTS = ("ES", "es ", "Straße", "STRASSE", "caf\u00e9", "cafe\u0301", "dhl", "parcel", "acme", "A*", "00501", "on_hold", "b c")
NUMBERS: tuple[Any, ...] = (0, 1, 2, 5, -1, 10**20)
TIMES = (
    "2026-03-01",
    "2026-03-01T12:00:00Z",
    "2026-03-01T12:00:00.000000001Z",
    "2026-02-28T23:30:00-05:00",
    "2026-02-28T24:00",
    "2026-03-29T02:30:00",
    "20250101",
)
TAGS = ("vip", "VIP", "t1", "t2", "t3", "straße")


class Chooser:
    """Chooses by one random source."""

    def __init__(self, dice: Dice) -> None:
        self._dice = dice

    def chance(self, percent: int) -> bool:
        return self._dice.randrange(0, 100) >= 100 - percent

    def some(self, members: Sequence[T], most: int) -> list[T]:
        return [self._dice.choice(members) for _ in range(self._dice.randrange(1, most + 1))]
