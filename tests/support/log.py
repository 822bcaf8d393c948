"""The log of tests."""

from __future__ import annotations

import structlog

from engine.log import write_events


def log_plainly() -> None:
    """Undo what a command or a test has set up. structlog's own default would draw each traceback, which takes seconds."""
    write_events()
    structlog.reset_defaults()
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.format_exc_info,
            structlog.processors.KeyValueRenderer(key_order=["level", "event"]),
        ]
    )
