"""The pages about an account's orders."""

from __future__ import annotations

from adapters.web.orders import (  # they add their pages to the blueprint
    cancelling,
    chosen,
    delegating,
    making,
    splitting,
    toolbar,
    views,
)
from adapters.web.orders.blueprint import pages

__all__ = ["cancelling", "chosen", "delegating", "making", "pages", "splitting", "toolbar", "views"]
