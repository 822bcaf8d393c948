"""Views of the orders grid that people save, and how each of them wants to see the grid."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

COLUMNS = (
    *("order", "store", "date", "recipient", "total", "status", "due", "holds", "provider", "carrier", "tags", "rules"),
    "imported",
)
WIDTHS = ("s", "m", "l")


class Density(StrEnum):
    """How much room the lines of the grid have."""

    COMFORTABLE = "comfortable"
    COMPACT = "compact"


@dataclass(frozen=True, slots=True)
class OrderView:
    """Filters and sorting as the grid's address has them (`query`), and columns, under a name.

    Its owner alone sees and changes it; all of the account see one that is shared, and its admins may change it too.
    """

    id: str
    account_id: str
    owner_id: str
    name: str
    query: str
    columns: str  # as `GridSettings` has them; empty: those of whoever looks
    is_shared: bool
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class GridSettings:
    """What one person sees of the grid of an account."""

    account_id: str
    user_id: str
    columns: str = ""  # names with widths, in their order: `order:m,total:s`; empty: the usual ones
    density: Density = Density.COMFORTABLE
    page_size: int = 50
    view_id: str | None = None  # the view that the grid opens with
