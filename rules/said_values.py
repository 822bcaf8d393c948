"""Numbers and times as sentences in each language say them."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from rules.messages import Text
from rules.values import as_written, in_zone, parse_written_time

_MONTHS = (
    Text("January", "enero"),
    Text("February", "febrero"),
    Text("March", "marzo"),
    Text("April", "abril"),
    Text("May", "mayo"),
    Text("June", "junio"),
    Text("July", "julio"),
    Text("August", "agosto"),
    Text("September", "septiembre"),
    Text("October", "octubre"),
    Text("November", "noviembre"),
    Text("December", "diciembre"),
)


def said_number(value: Any) -> Text | None:
    """A number with the decimal sign of the language, and the digits it was written with; None for anything else."""
    written = as_written(value) if isinstance(value, int | Decimal) else None
    return None if written is None else Text(written, written.replace(".", ","))


def said_time(written: str, zone: ZoneInfo | None = None) -> Text | None:
    """A written date or time with the name of its month; None for a text that is none.

    With a zone the time there, to the minute; without one as it is written, with the offset that may stand behind it.
    """
    read = parse_written_time(written)
    if read is None:
        return None
    moment, _, is_date = read
    if zone is not None and not is_date:
        moment = in_zone(moment if moment.tzinfo else moment.replace(tzinfo=UTC), zone).replace(tzinfo=None)
    month, behind = _MONTHS[moment.month - 1], "" if is_date else f" {_clock(moment)}"
    return Text(f"{moment.day} {month.en} {moment.year}{behind}", f"{moment.day} de {month.es} de {moment.year}{behind}")


def said_month(year: int, number: int) -> Text:
    """A month of a year: March 2026."""
    name = _MONTHS[number - 1]
    return Text(f"{name.en} {year}", f"{name.es} de {year}")


def _clock(moment: datetime) -> str:
    """The time of day to the minute, or to the second where one is named, with the offset where one is."""
    offset = moment.isoformat(timespec="seconds").removeprefix(moment.replace(tzinfo=None).isoformat(timespec="seconds"))
    return f"{moment:%H:%M:%S}".removesuffix(":00") + (f" ({'UTC' if offset == '+00:00' else offset})" if offset else "")
