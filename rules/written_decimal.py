"""Decimals that remember how they were written."""

from __future__ import annotations

from decimal import Decimal


class WrittenDecimal(Decimal):
    """A number that remembers how it was written, where `str()` would spell it otherwise (`1e3`, `-0`, `00501`)."""

    __slots__ = ("source",)
    source: str

    def __new__(cls, source: str, value: Decimal | int | None = None) -> WrittenDecimal:
        self = super().__new__(cls, source if value is None else value)
        self.source = source
        return self
