"""Seeded data: an account full of orders, the awkward ones first."""

from __future__ import annotations

from datetime import datetime, timedelta
from random import Random
from typing import Final

from .archive import archived
from .data import SandboxData
from .shop.awkward import awkward_kinds
from .shop.documents import Numbers
from .shop.sales import SaleMaker

_OLDEST: Final = timedelta(days=60)


def generate(orders: int, seed: int, now: datetime, *, plain: bool = False, shipped: int = 0) -> SandboxData:
    """An account with `orders` orders, numbered from 7001, their notes from 81; the same seed and `now` give the same.

    First comes one order of each awkward kind (as many as fit), then orders of ordinary days of the last 60 days. With
    `plain` every order is a web-shop order with one printed note. `shipped` more orders, numbered like their notes from
    10000001, left 720 to 100 days ago and cost next to nothing. `now` must be aware. Raises ValueError for a negative count or
    a naive time.
    """
    if orders < 0 or shipped < 0:
        raise ValueError("the number of orders must not be negative")
    if now.tzinfo is None:
        raise ValueError("now must be an aware time")
    maker = SaleMaker(Random(seed), Numbers(), now)  # noqa: S311 - made-up orders, repeatable
    data = SandboxData(numbers=maker.numbers, seed=seed + 1)
    kinds = [] if plain else awkward_kinds()[:orders]
    ages = _ages(orders)
    for (name, make), age in zip(kinds, ages, strict=False):
        sale = make(maker, age)
        sale.kind = name
        data.add_sale(sale)
    for age in ages[len(kinds) :]:
        data.add_sale(maker.printed(age) if plain else maker.ordinary(age))
    data.add_archive(archived(shipped, seed + 2, now))
    return data


def _ages(orders: int) -> list[timedelta]:
    """How long ago each order was placed: evenly spread, the first one longest ago, the last one yesterday."""
    newest = timedelta(days=1)
    span = _OLDEST - newest
    return [_OLDEST - span * index / max(1, orders - 1) for index in range(orders)]
