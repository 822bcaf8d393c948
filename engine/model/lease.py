"""How long somebody may do something alone before that has to be renewed, and when a lease counts for nothing."""

from __future__ import annotations

from datetime import datetime, timedelta

LEASE = timedelta(seconds=10)  # of jobs and imports
CLOCK_TOLERANCE = timedelta(seconds=5)  # how far the clocks of machines that share a database may be apart


def latest_end(now: datetime, lease: timedelta = LEASE) -> datetime:
    """The latest end of a lease that was taken by now. One that ends later was written by a wrong clock, and is void."""
    return now + lease + CLOCK_TOLERANCE
