"""Statements compiled once a process: each database of a test is a new one, and all of them are asked the same."""

from __future__ import annotations

from typing import Any

from sqlalchemy import URL, Dialect, Engine, create_engine, event
from sqlalchemy.util import LRUCache

from storage import database

_MOST = 10_000
_shared: dict[str, tuple[Dialect, LRUCache[Any, Any]]] = {}  # by kind of database


def share_compiled_sql() -> None:
    """Every database that this process opens uses what the others of its kind have compiled.

    Half of a test's queries cost less than that, and so do those of a command, which opens a database of its own.
    """
    database.create_engine = _create_sharing_engine


def _create_sharing_engine(url: URL, **options: Any) -> Engine:
    engine = create_engine(url, **options)
    kind = url.get_backend_name()
    if kind in _shared:
        engine.dialect, engine._compiled_cache = _shared[kind]  # what is compiled belongs to its dialect
    else:
        engine._compiled_cache = LRUCache(_MOST)
        event.listen(engine, "connect", lambda *_: _share(engine))  # before that the dialect does not know its server
    return engine


def _share(engine: Engine) -> None:
    _shared.setdefault(engine.dialect.name, (engine.dialect, engine._compiled_cache))
