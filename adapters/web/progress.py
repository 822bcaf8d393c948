"""Server-sent events: how far something is that runs in the background, for `static/progress.js`."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Response, stream_with_context

from adapters.web.parts import parts
from rules.order_document import dumps

BETWEEN_EVENTS_S = 1.0
EVENTS_A_STREAM = 15  # then the browser asks again
MOST_WATCHING = 3  # each takes one of the threads that serve pages
_watching = threading.BoundedSemaphore(MOST_WATCHING)


@dataclass(frozen=True, slots=True)
class SoFar:
    """How far it is, of how much, in words too."""

    seen: int
    total: int
    words: str
    goes_on: bool


def progress_events(look: Callable[[], SoFar]) -> Response:
    """How far it is about once a second, until it has ended; then the page is to be loaded again.

    A stream ends after a while, and the browser opens another. Where too many are open, it has one event.
    """
    answer = Response(stream_with_context(_events(look)), mimetype="text/event-stream")
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _events(look: Callable[[], SoFar]) -> Iterator[str]:
    yield f"retry: {int(2000 * BETWEEN_EVENTS_S)}\n\n"
    is_free = _watching.acquire(blocking=False)
    try:
        for place in range(EVENTS_A_STREAM if is_free else 1):
            if place:
                parts().app.clock.sleep(BETWEEN_EVENTS_S)
            found = look()
            data = {"seen": found.seen, "total": found.total, "words": found.words}
            yield f"event: {'progress' if found.goes_on else 'ended'}\ndata: {dumps(data).decode()}\n\n"
            if not found.goes_on:
                return
    finally:
        if is_free:
            _watching.release()
