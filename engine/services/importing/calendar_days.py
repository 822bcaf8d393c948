"""Dates that a store gives without a time of day: they are days where the account is, and not in UTC."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from engine.model.store import Ready, Record
from rules.values import parse_written_time, time_text

_DAYS = ("deliver_by", "ship_by", "ship_date")


def with_days_of_account(records: Sequence[Record], zone: ZoneInfo) -> list[Record]:
    """The records with such dates as the beginning of that day in the account's time zone."""
    return [_placed(record, zone) if isinstance(record, Ready) else record for record in records]


def _placed(record: Ready, zone: ZoneInfo) -> Ready:
    days = {name: start for name in _DAYS if (start := _start_of(record.document.get(name), zone)) is not None}
    return replace(record, document={**record.document, **days}) if days else record


def _start_of(value: Any, zone: ZoneInfo) -> str | None:
    """When the day of a date alone begins; None for anything else."""
    read = parse_written_time(value) if isinstance(value, str) else None
    if read is None or not read[2]:
        return None
    return time_text(read[0].replace(tzinfo=zone))
