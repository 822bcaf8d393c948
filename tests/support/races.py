"""What several people do at the same moment."""

from __future__ import annotations

import threading
from collections.abc import Callable

from engine.services.refusals import Refused


def race(*works: Callable[[], object]) -> list[object]:
    """What each of them answers, or the refusal that it met, begun at the same moment."""
    barrier = threading.Barrier(len(works))
    answers: list[object] = [None] * len(works)

    def run(index: int, work: Callable[[], object]) -> None:
        barrier.wait()
        try:
            answers[index] = work()
        except Refused as refusal:
            answers[index] = refusal

    threads = [threading.Thread(target=run, args=pair) for pair in enumerate(works)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def refused(answers: list[object]) -> list[Refused]:
    return [answer for answer in answers if isinstance(answer, Refused)]
