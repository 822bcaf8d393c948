"""Moments as addresses of pages, carriers and kept places write them."""

from __future__ import annotations

from datetime import UTC, datetime, tzinfo


def read_moment(text: str, zone: tzinfo | None = None) -> datetime | None:
    """In UTC; where it names no zone, of the one that is given. None for what is not a moment."""
    try:
        written = datetime.fromisoformat(text)
        if written.tzinfo is None and zone is None:
            return None
        return (written if written.tzinfo else written.replace(tzinfo=zone)).astimezone(UTC)
    except (ValueError, OverflowError):  # the latter at both ends of the calendar, where UTC has no such day
        return None
