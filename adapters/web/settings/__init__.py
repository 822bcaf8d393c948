"""The pages about an account's settings: where each is, the account itself, its providers and its locations."""

from __future__ import annotations

from adapters.web.settings import (
    account,
    carrier_account,
    carrier_calls,
    carriers,
    hours,
    integrated,
    lists,
    locations,
    packages,
    stations,
    views,
)  # they add their pages to the blueprint
from adapters.web.settings.blueprint import pages

__all__ = [
    "account",
    "carrier_account",
    "carrier_calls",
    "carriers",
    "hours",
    "integrated",
    "lists",
    "locations",
    "packages",
    "pages",
    "stations",
    "views",
]
