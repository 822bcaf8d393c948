from __future__ import annotations

import threading
from datetime import datetime

import pytest
from support.clock import FixedClock

from engine.model.lease import LEASE
from engine.services.lease import kept_alive
from engine.services.refusals import LeaseLost


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("engine.services.lease.RENEW_EVERY_S", 0.01)


def test_it_is_renewed_until_the_block_ends(clock: FixedClock) -> None:
    renewed: list[datetime] = []
    twice = threading.Event()

    def renew(until: datetime) -> bool:
        renewed.append(until)
        if len(renewed) == 2:
            twice.set()
        return True

    with kept_alive(clock, renew) as watch:
        assert twice.wait(60)
        watch.check()
    count = len(renewed)
    threading.Event().wait(0.05)

    assert len(renewed) == count
    assert set(renewed) == {clock.now() + LEASE}


def test_a_lost_lease_is_told(clock: FixedClock) -> None:
    asked = threading.Event()

    def renew(_until: datetime) -> bool:
        asked.set()
        return False

    with kept_alive(clock, renew) as watch:
        assert asked.wait(60)
        threading.Event().wait(0.05)
        with pytest.raises(LeaseLost):
            watch.check()


def test_a_failure_to_renew_is_no_loss_and_is_tried_again(clock: FixedClock) -> None:
    answers = [RuntimeError("the database is locked")]
    renewed = threading.Event()

    def renew(_until: datetime) -> bool:
        if answers:
            raise answers.pop()
        renewed.set()
        return True

    with kept_alive(clock, renew) as watch:
        assert renewed.wait(60)
        watch.check()


def test_an_error_in_the_block_comes_out_and_ends_the_renewing(clock: FixedClock) -> None:
    before = threading.active_count()

    with pytest.raises(ValueError, match="mine"), kept_alive(clock, lambda _until: True):
        raise ValueError("mine")

    assert threading.active_count() == before
