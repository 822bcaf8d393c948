"""The pages that compare and count."""

from __future__ import annotations

from adapters.web.insights import downloads, views  # they add their pages to the blueprint
from adapters.web.insights.blueprint import pages

__all__ = ["downloads", "pages", "views"]
