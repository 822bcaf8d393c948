"""What an awkward kind of sale is."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

from .documents import Sale
from .people import Country
from .sales import PRINTED, SaleMaker

Kind = Callable[[SaleMaker, timedelta], Sale]
"""Makes one sale, placed so long ago. The function's name is the kind's name, its docstring says what is awkward."""


class KindList:
    """Kinds in the order in which they were written; used as a decorator."""

    def __init__(self) -> None:
        self.kinds: list[Kind] = []

    def __call__(self, make: Kind) -> Kind:
        """Add a kind."""
        self.kinds.append(make)
        return make


def sale_with_note(
    maker: SaleMaker,
    age: timedelta,
    states: tuple[str, ...] = PRINTED,
    *,
    country: Country | None = None,
    channel_id: int = 2,
    size: int | None = None,
) -> Sale:
    """A sale of the web shop (or `channel_id`) with one note in a state, printed if not said otherwise."""
    sale = maker.make("", age, country=country, channel_id=channel_id, size=size)
    maker.add_note(sale, states)
    return sale
