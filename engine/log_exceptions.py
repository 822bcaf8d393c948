"""Blocks in threads that have to live on, whatever happens in them: a failure is logged instead of ending the thread."""

from __future__ import annotations

from types import TracebackType
from typing import Self

from engine.log import get_logger

log = get_logger(__name__)


class log_exceptions:  # noqa: N801 - used as `with log_exceptions("worker.failed"):`
    """A block that nothing but the end of the process may leave by an exception. `failed` and `error` say how it ended.

    Without an event nothing is logged: whoever looks at `error` does that. `details` are logged with it.
    """

    def __init__(self, event: str | None = None, **details: str) -> None:
        self.failed = False
        self.error: Exception | None = None
        self._event = event
        self._details = details

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None) -> bool:
        self.error = error if isinstance(error, Exception) else None
        self.failed = self.error is not None
        if self.failed and self._event is not None:
            log.warning(self._event, error=f"{type(error).__name__}: {error}", **self._details)
            log.debug(self._event, exc_info=error)
        return self.failed
