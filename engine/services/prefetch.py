"""Reads ahead: while one batch is decided and stored, the next one is already on its way."""

from __future__ import annotations

import threading
from collections.abc import Generator, Iterable
from contextlib import closing
from queue import Full, Queue
from typing import Generic, TypeVar

T = TypeVar("T")

_LOOK_S = 0.2  # how often a full queue looks whether anybody still wants its contents


class _End:
    """The last thing in the queue: how reading ended."""

    def __init__(self, error: BaseException | None) -> None:
        self.error = error


class _Reader(threading.Thread, Generic[T]):
    def __init__(self, source: Iterable[T], depth: int) -> None:
        super().__init__(name="prefetch", daemon=True)
        self.queue: Queue[T | _End] = Queue(depth)
        self.unwanted = threading.Event()
        self._source = source

    def run(self) -> None:
        error: BaseException | None = None
        try:
            for item in self._source:
                if not self._put(item):
                    return
        except BaseException as problem:  # noqa: BLE001 - raised again where the items are read
            error = problem
        self._put(_End(error))

    def _put(self, item: T | _End) -> bool:
        while not self.unwanted.is_set():
            try:
                self.queue.put(item, timeout=_LOOK_S)
            except Full:
                continue
            return True
        return False

    def close(self) -> None:
        """Stop reading and wait until the source is left alone."""
        self.unwanted.set()
        self.join()


def prefetched(source: Iterable[T], depth: int = 1) -> Generator[T, None, None]:
    """The items of a source, read by another thread up to `depth` items ahead; its error comes after the items before it.

    The source is used by that thread alone until this iterator has ended or was closed.
    """
    reader = _Reader(source, depth)
    reader.start()
    with closing(reader):
        while not isinstance(item := reader.queue.get(), _End):
            yield item
        if item.error is not None:
            raise item.error
