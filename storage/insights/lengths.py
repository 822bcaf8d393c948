"""How databases measure time."""

from __future__ import annotations

_BETWEEN = {
    "sqlite": "ROUND((JULIANDAY({end}) - JULIANDAY(since)) * 86400, 3)",
    "postgresql": "CAST(EXTRACT(EPOCH FROM ({end} - since)) AS DOUBLE PRECISION)",
}


def seconds_between(dialect: str, end: str) -> str:
    """SQL of the seconds from the column `since` to another one."""
    return _BETWEEN[dialect].format(end=end)
