"""Loggers. Code says `get_logger(__name__).info("import ended", store=…, orders=…)`.

They write by structlog, which takes longer to load than all that most commands do: it is loaded with the first event.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any


@dataclass(slots=True)
class _Writing:
    """How this process writes; until it is told, every event, as structlog does by itself."""

    least: int = logging.NOTSET
    set_up: Callable[[], None] | None = None  # what is still to do before the first event


_writing = _Writing()


def write_events(least: int = logging.NOTSET, set_up: Callable[[], None] | None = None) -> None:
    """Write events of this level of `logging` and above; `set_up` is called before the first one."""
    _writing.least, _writing.set_up = least, set_up


class Logger:
    """Writes events with their values under a name."""

    __slots__ = ("_name",)

    def __init__(self, name: str) -> None:
        self._name = name

    def debug(self, event: str, **values: Any) -> None:
        """What helps who looks for an error."""
        self._write(logging.DEBUG, "debug", event, values)

    def info(self, event: str, **values: Any) -> None:
        """What an operator may want to know."""
        self._write(logging.INFO, "info", event, values)

    def warning(self, event: str, **values: Any) -> None:
        """What went wrong and was got over."""
        self._write(logging.WARNING, "warning", event, values)

    def error(self, event: str, **values: Any) -> None:
        """What went wrong and needs somebody; `exc_info` is the exception."""
        self._write(logging.ERROR, "error", event, values)

    def _write(self, level: int, method: str, event: str, values: dict[str, Any]) -> None:
        if level < _writing.least:
            return
        import structlog

        if _writing.set_up is not None:
            _writing.set_up()
            _writing.set_up = None
        getattr(structlog.get_logger(self._name), method)(event, **values)


def get_logger(name: str) -> Logger:
    """The logger of a module or a part of the program."""
    return Logger(name)
