"""The pages about an account's orders."""

from __future__ import annotations

from adapters.web.orders import cancelling, chosen, delegating, making, toolbar, views  # they add their pages to the blueprint
from adapters.web.orders.blueprint import pages

__all__ = ["cancelling", "chosen", "delegating", "making", "pages", "toolbar", "views"]
