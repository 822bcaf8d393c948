"""The pages of an account's rules: what runs, how it is edited, what it would change, and how it does."""

from __future__ import annotations

from adapters.web.rules import (
    adopted,
    autosave,
    backtests,
    clashing,
    editor,
    from_orders,
    health,
    new_sets,
    publishing,
    sharing,
    text_side,
    undo,
    unhandled,
    versions,
    views,
)  # they add their pages to the blueprint
from adapters.web.rules.blueprint import pages

__all__ = [
    "adopted",
    "autosave",
    "backtests",
    "clashing",
    "editor",
    "from_orders",
    "health",
    "new_sets",
    "pages",
    "publishing",
    "sharing",
    "text_side",
    "undo",
    "unhandled",
    "versions",
    "views",
]
