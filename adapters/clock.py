"""The machine's own clock."""

from __future__ import annotations

import time
from datetime import UTC, datetime


class SystemClock:
    """Real time, for everything but tests."""

    def now(self) -> datetime:
        """This instant, in UTC and with its zone."""
        return datetime.now(UTC)

    def sleep(self, seconds: float) -> None:
        """Wait; nothing to wait for returns at once."""
        time.sleep(max(0.0, seconds))
