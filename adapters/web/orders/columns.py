"""The columns of the orders grid: which there are, which a person sees, in which order and how wide."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from flask_babel import lazy_gettext

from engine.model.order_filter import SortKey

WIDTHS: Mapping[str, Any] = {"s": lazy_gettext("Narrow"), "m": lazy_gettext("Medium"), "l": lazy_gettext("Wide")}


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `width` is a step, or empty for the usual one."""

    name: str
    label: Any
    sort: SortKey | None = None
    usual: bool = True  # whether whoever has chosen nothing sees it
    width: str = ""

    @property
    def numeric(self) -> bool:
        return self.name == "total"


EVERY: tuple[Column, ...] = (
    Column("order", lazy_gettext("Order"), SortKey.NUMBER),
    Column("store", lazy_gettext("Store")),
    Column("date", lazy_gettext("Date"), SortKey.DATE),
    Column("recipient", lazy_gettext("Recipient")),
    Column("total", lazy_gettext("Total"), SortKey.TOTAL),
    Column("status", lazy_gettext("Status"), SortKey.STATUS),
    Column("due", lazy_gettext("Ship by"), SortKey.DUE, usual=False),
    Column("holds", lazy_gettext("Held by"), usual=False),
    Column("provider", lazy_gettext("Provider")),
    Column("carrier", lazy_gettext("Carrier, service")),
    Column("tags", lazy_gettext("Tags")),
    Column("rules", lazy_gettext("Rules that fired")),
    Column("imported", lazy_gettext("Imported"), SortKey.IMPORTED),
)
_KNOWN = {column.name: column for column in EVERY}
_OTHERWISE_FOR_PROVIDERS = {"due", "provider"}  # they have times to keep, and seldom a provider of their own


def read_columns(text: str, *, shows_stores: bool, ships_for_others: bool) -> tuple[Column, ...]:
    """The columns of settings, `order:m,total`; the usual ones where these name none. The order's own comes always, and first."""
    chosen = []
    for part in text.split(","):
        name, _, width = part.partition(":")
        if name in _KNOWN:
            chosen.append(replace(_KNOWN[name], width=width if width in WIDTHS else ""))
    if not chosen:
        usual = (one for one in EVERY if one.usual != (ships_for_others and one.name in _OTHERWISE_FOR_PROVIDERS))
        chosen = [one for one in usual if shows_stores or one.name != "store"]
        if ships_for_others:
            chosen = [replace(one, label=lazy_gettext("Client, store")) if one.name == "store" else one for one in chosen]
    first = next((one for one in chosen if one.name == "order"), _KNOWN["order"])
    return (first, *(one for one in dict.fromkeys(chosen) if one.name != "order"))


def write_columns(chosen: Iterable[tuple[str, str]]) -> str:
    """Names with widths as settings keep them; unknown ones are left out."""
    known = [(name, width) for name, width in chosen if name in _KNOWN]
    return ",".join(f"{name}:{width}" if width in WIDTHS else name for name, width in known)
