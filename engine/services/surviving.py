"""Blocks in threads that have to live on, whatever happens in them: a failure is logged instead of ending the thread."""

from __future__ import annotations

from types import TracebackType
from typing import Self

import structlog

log = structlog.get_logger(__name__)


class Surviving:
    """A block that nothing but the end of the process may leave by an exception. `failed` says how it ended."""

    def __init__(self, event: str) -> None:
        self.failed = False
        self._event = event

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        self.failed = isinstance(error, Exception)
        if self.failed:
            log.warning(self._event, error=f"{type(error).__name__}: {error}")
            log.debug(self._event, exc_info=error)
        return self.failed
