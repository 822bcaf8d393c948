"""Which figures a page was asked for: days in the person's time zone, and the store or client whose orders count."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import request

from adapters.web.parts import parts
from adapters.web.people import this_person
from engine.model.store import Store
from engine.services.insights.figures import Wish, find_source, list_sources
from engine.services.insights.periods import Period, parse_period

PERIODS = (7, 30, 90)


@dataclass(frozen=True, slots=True)
class Asked:
    """What stands in the form, whether it can be answered or not. `days`: one of the periods that a link leads to."""

    first: str
    last: str
    days: int | None
    store: str

    @property
    def kept(self) -> Mapping[str, Any]:
        """What leads to the same period and store on another page."""
        period = {"days": self.days} if self.days else {"from": self.first or None, "to": self.last or None}
        return {**period, "store": self.store or None}


def asked() -> Asked:
    """Of this request. Without a period it is that of the last 30 days."""
    first, last = request.args.get("from", ""), request.args.get("to", "")
    days = request.args.get("days", 0 if first or last else 30, type=int)
    return Asked(first, last, days if days in PERIODS else None, request.args.get("store", ""))


def period_of(wanted: Asked) -> Period:
    """Raises Refused."""
    now = parts().app.clock.now()
    if wanted.days:
        today = now.astimezone(zone()).date()
        return Period(today - timedelta(days=wanted.days - 1), today)
    return parse_period(wanted.first or None, wanted.last or None, zone(), now)


def wish_of(wanted: Asked) -> Wish:
    """Raises Refused, also for a store that is none of the account's."""
    if wanted.store:
        find_source(parts().app, this_person().account.id, wanted.store)
    return Wish(period_of(wanted), zone(), wanted.store or None)


def sources() -> Sequence[Store]:
    return list_sources(parts().app, this_person().account.id)


def zone() -> ZoneInfo:
    """In which the person reads times."""
    return ZoneInfo(this_person().time_zone)
