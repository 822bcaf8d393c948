"""The pages about an account's orders."""

from __future__ import annotations

from adapters.web.orders import chosen, delegating, editing, toolbar, views  # they add their pages to the blueprint
from adapters.web.orders.blueprint import pages

__all__ = ["chosen", "delegating", "editing", "pages", "toolbar", "views"]
