"""The pages about an account's orders."""

from __future__ import annotations

from adapters.web.orders import (  # they add their pages to the blueprint
    cancelling,
    combining,
    delegating,
    editing,
    listing,
    making,
    saved_views,
    splitting,
    toolbar,
    views,
)
from adapters.web.orders.blueprint import pages

__all__ = [
    "cancelling",
    "combining",
    "delegating",
    "editing",
    "listing",
    "making",
    "pages",
    "saved_views",
    "splitting",
    "toolbar",
    "views",
]
