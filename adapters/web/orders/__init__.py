"""The pages about an account's orders."""

from __future__ import annotations

from adapters.web.orders import delegating, editing, listing, saved_views, toolbar, views  # they add their pages to the blueprint
from adapters.web.orders.blueprint import pages

__all__ = ["delegating", "editing", "listing", "pages", "saved_views", "toolbar", "views"]
