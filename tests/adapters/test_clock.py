from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from adapters.clock import SystemClock


def test_now_is_this_instant_in_utc() -> None:
    before = datetime.now(UTC)
    now = SystemClock().now()

    assert now.tzinfo is UTC
    assert timedelta(0) <= now - before < timedelta(seconds=5)


def test_sleeping_takes_that_long_and_never_a_negative_time(monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr("adapters.clock.time.sleep", slept.append)

    SystemClock().sleep(0.25)
    SystemClock().sleep(-1)

    assert slept == [0.25, 0.0]
