"""Whether the service can do its work, part by part."""

from __future__ import annotations

import pytest

from adapters import health
from adapters.health import Health


def fail() -> bool:
    raise RuntimeError("postgresql://u:hunter2@db")


def test_every_part_is_asked_and_a_failure_is_its_answer() -> None:
    parts = Health()
    parts.add("worker", lambda: True)
    parts.add("schedule", lambda: False)
    parts.add("database", fail)

    assert parts.look() == {"worker": True, "schedule": False, "database": False}


def test_an_answer_is_given_again_for_a_moment(monkeypatch: pytest.MonkeyPatch) -> None:
    now, asked = [100.0], []
    monkeypatch.setattr(health, "monotonic", lambda: now[0])
    parts = Health()
    parts.add("database", lambda: asked.append(1) is None)

    for _ in range(5):
        assert parts.look() == {"database": True}
    assert len(asked) == 1
    now[0] += health.KEPT_S
    parts.look()
    assert len(asked) == 2
    parts.add("schema", lambda: True)
    assert parts.look() == {"database": True, "schema": True}, "a new part is asked at once"
