"""The pages of one connection between a merchant and a 3PL: its review, how it stands, what it shares, and its end."""

from __future__ import annotations

from adapters.web.connections import carriers, integration, prices, sharing, views  # they add their pages to the blueprint
from adapters.web.connections.blueprint import pages

__all__ = ["carriers", "integration", "pages", "prices", "sharing", "views"]
