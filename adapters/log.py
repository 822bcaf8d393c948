"""What the program writes about its own running: one line an event, to stderr, without secrets.

Lines of the libraries come out as those of `engine.log` do. structlog formats them all; it is loaded with the first one.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, TextIO

from engine.log import write_events
from rules.visible import harmless

if TYPE_CHECKING:
    from structlog.typing import EventDict, Processor

REDACTED = "***"

_SECRET_NAME = re.compile(
    r"passw|token|authorization|secret|cookie|credential|api_?key|brightpearl-(?:auth|staff)", re.IGNORECASE
)
_USER_IN_URL = re.compile(r"(?<=://)[^\s/?#@]+@")
_QUERY_OF_URL = re.compile(r"""(https?://[^\s?"'<>]*)\?[^\s"'<>]*""", re.IGNORECASE)
_QUERY_OF_PATH = re.compile(r"""(/[^\s?"'<>]*)\?[^\s"'<>=]+=[^\s"'<>]*""")
_NAMED_IN_TEXT = re.compile(
    r"""\b((?P<name>[\w-]*(?:password|token|authorization|secret|cookie|api_?key|brightpearl-auth)[\w-]*)"""
    r"""(?P<separator>["']?\s*[:=]\s*))"""
    r"""(?:"[^"]*"|'[^']*'|(?:bearer|basic)\s+[^\s"',;}]+|[^\s"',;}]+)""",
    re.IGNORECASE,
)
_GOES_ON = re.compile(r"[^\W\d_]{1,15}(?:\.$| [^\W\d_])")  # a word of letters, and the next one or the end of the sentence


def set_up_logging(level: str, stream: TextIO | None = None) -> None:
    """Write events of this level ("debug", "info", "warning", "error") and above to the stream, stderr unless told."""
    handler = logging.StreamHandler(sys.stderr if stream is None else stream)
    handler.setFormatter(_Lines(handler.stream))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    write_events(root.level, _set_up_structlog)
    for chatty in ("alembic", "apscheduler"):  # what they tell at level info says nothing to an operator
        logging.getLogger(chatty).setLevel(max(logging.WARNING, root.level))


class _Lines(logging.Formatter):
    """Formats by structlog."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream

    def format(self, record: logging.LogRecord) -> str:
        return self._formatter.format(record)

    @cached_property
    def _formatter(self) -> logging.Formatter:
        import structlog

        return structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=_values_of_all(),
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                redact,
                _name_plainly,
                _renderer(self._stream),
            ],
        )


def _set_up_structlog() -> None:
    import structlog

    wrapping = structlog.stdlib.ProcessorFormatter.wrap_for_formatter
    structlog.configure(
        processors=[structlog.stdlib.filter_by_level, *_values_of_all(), wrapping],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _values_of_all() -> list[Processor]:
    """What is added to every event, whoever writes it."""
    import structlog

    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.ExtraAdder(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
    ]


def redact(_logger: object, _method: str, event: EventDict) -> EventDict:
    """A structlog processor: values named as secrets become ***, and texts lose query strings and log-ins of addresses."""
    return {name: REDACTED if _SECRET_NAME.search(name) else _without_secrets(value) for name, value in event.items()}


def _name_plainly(_logger: object, _method: str, event: EventDict) -> EventDict:
    """Keys that `key=value` can hold: libraries add what they like, and a line must never be lost for it."""
    return {re.sub(r"[\s=\"]", "_", name): value for name, value in event.items()}


def _without_secrets(value: Any) -> Any:
    if isinstance(value, str):
        return _clean(value)
    if isinstance(value, Mapping):
        return {
            key: REDACTED if isinstance(key, str) and _SECRET_NAME.search(key) else _without_secrets(part)
            for key, part in value.items()
        }
    if isinstance(value, list | tuple | set | frozenset):
        return [_without_secrets(part) for part in value]
    if isinstance(value, bool | int | float | None):
        return value
    return _clean(str(value))


def _clean(text: str) -> str:
    text = _USER_IN_URL.sub(f"{REDACTED}@", harmless(text))
    text = _QUERY_OF_URL.sub(r"\1", text)
    text = _QUERY_OF_PATH.sub(r"\1", text)
    return _without_named(text)


def _without_named(text: str) -> str:
    """Without what stands behind the name of a secret, `token=…` or `password: …`; what only looks like that stays."""
    parts, done, start = [], 0, 0
    while (found := _NAMED_IN_TEXT.search(text, start)) is not None:
        start = found.end(1)
        if not _is_prose(found):
            parts += [text[done:start], REDACTED]
            done = start = found.end()
    return "".join((*parts, text[done:]))


def _is_prose(found: re.Match[str]) -> bool:
    """Whether it is an exception's name before what it says, or a setting's name in a sentence, and no secret."""
    name, separator, rest = found["name"], found["separator"], found.string[found.end(1) :]
    if separator != ": ":
        return False
    return _is_exception(name) or (name.startswith("RELEVO_") and _GOES_ON.match(rest) is not None)


def _is_exception(name: str) -> bool:
    waiting: list[type[BaseException]] = [BaseException]
    while waiting:
        one = waiting.pop()
        if one.__name__ == name:
            return True
        waiting += one.__subclasses__()
    return False


def _renderer(stream: TextIO) -> Processor:
    """Colours and columns for a person at a terminal, else `key=value` pairs, one line whatever the values hold."""
    import structlog

    if stream.isatty():
        return structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    return structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "logger", "event"], bool_as_flag=False)
