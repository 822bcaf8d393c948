"""The pages of the account's own products: what its providers have of them, and what orders get that say less."""

from __future__ import annotations

from adapters.web.products import defaults, views  # they add their pages to the blueprint
from adapters.web.products.blueprint import pages

__all__ = ["defaults", "pages", "views"]
