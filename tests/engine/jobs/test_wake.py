from __future__ import annotations

import threading

from engine.jobs.wake import Wake


def test_a_ring_ends_a_wait_under_way_and_the_next_when_nobody_waits() -> None:
    wake = Wake()
    assert not wake.wait(0)
    wake.notify()
    wake.notify()
    assert wake.wait(0)
    assert not wake.wait(0), "however often it was rung"

    heard: list[bool] = []
    listener = threading.Thread(target=lambda: heard.append(wake.wait(60)))
    listener.start()
    wake.notify()
    listener.join(60)
    assert heard == [True]
