"""Which orders a person wants to see, and in which order: what the grid, saved views, files and work on many share."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from decimal import Decimal
from enum import StrEnum


class SortKey(StrEnum):
    """What orders are sorted by. Within one value the newest come first, or last where the direction is turned."""

    IMPORTED = "imported"
    NUMBER = "number"
    DATE = "date"
    TOTAL = "total"
    STATUS = "status"
    DUE = "due"


class HeldBy(StrEnum):
    """Who holds an order."""

    ANYBODY = "anybody"
    PERSON = "person"  # of the account, or of the other side
    RULE = "rule"  # or the store, or an edit


@dataclass(frozen=True, slots=True)
class Period:
    """From `start`, before `end`, both with a time zone; None: open on that side."""

    start: datetime | None = None
    end: datetime | None = None

    def __bool__(self) -> bool:
        return self.start is not None or self.end is not None


@dataclass(frozen=True, slots=True)
class OrderFilter:
    """What an order must be: all that is given. Texts are compared without regard to case and accents.

    What a rule skipped is among them only where that status is asked for.
    """

    status: str | None = None
    flags: tuple[str, ...] = ()  # all of them
    tags: tuple[str, ...] = ()  # all of them, or any
    any_tag: bool = False
    store_id: str | None = None  # a connected client is one too
    channel: str = ""  # by its id in its store's account
    channel_store: str = ""  # the id of that store; empty: of any
    provider: str = ""  # by its slug
    carrier: str = ""
    service: str = ""
    country: str = ""
    rule: str = ""  # that fired, by its id
    held_by: HeldBy | None = None
    holder: str = ""  # the id of the person of the account who holds it
    total_from: Decimal | None = None
    total_to: Decimal | None = None  # this much too
    ordered: Period = Period()
    imported: Period = Period()
    due: Period = Period()  # the earlier of the order's ship-by date and its provider's time
    held_until: Period = Period()  # when a hold ends by itself
    search: str = ""  # words that some names and numbers of it begin with, or a number's end

    def __bool__(self) -> bool:
        """Whether it leaves anything out."""
        return any(getattr(self, one.name) for one in fields(self) if one.name not in ("any_tag", "total_from", "total_to")) or (
            self.total_from is not None or self.total_to is not None
        )


@dataclass(frozen=True, slots=True)
class OrderSort:
    """By what, and from which end."""

    key: SortKey = SortKey.IMPORTED
    descending: bool = True


EVERYTHING = OrderFilter()
NEWEST_FIRST = OrderSort()

_BETWEEN, _OF_STORE = ":", "sto_"


def split_channel(text: str) -> tuple[str, str]:
    """A channel as a filter writes it, `sto_1:7` or `7` of any store: the store's id or nothing, and the channel's."""
    store, between, channel = text.partition(_BETWEEN)
    return (store, channel) if between and store.startswith(_OF_STORE) else ("", text)


def write_channel(store_id: str, channel: str) -> str:
    """The same in one, as a filter has it."""
    return f"{store_id}{_BETWEEN}{channel}" if store_id else channel
