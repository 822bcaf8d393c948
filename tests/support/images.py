"""Databases kept as they were when something had been set up in them, for the many tests that begin with just that."""

from __future__ import annotations

import copy
from collections.abc import Callable, Hashable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

from storage.database import Database

_T = TypeVar("_T")
_MOST = 16
_images: dict[Hashable, _Image] = {}  # the oldest first


@dataclass(frozen=True)
class _Image:
    """A file before and after, and what the set-up returned."""

    before: bytes
    after: bytes
    made: Any


def set_up_once(database: Database, key: Hashable, set_up: Callable[[], _T]) -> _T:
    """What `set_up` makes in a database and returns, copied where it was done before in this process.

    Only for SQLite, and only into a file that is what the other one was and that nobody has open; else it is done again.
    `key` names all that the set-up depends on.
    """
    path = database.path
    if path is None or not path.is_file() or _is_open(path):
        return set_up()
    before = path.read_bytes()
    known = _images.get(key)
    if known is not None and known.before == before:
        path.write_bytes(known.after)
        return copy.deepcopy(known.made)
    made = set_up()
    database.close()
    if not _is_open(path):
        _images[key] = _Image(before, path.read_bytes(), copy.deepcopy(made))
        if len(_images) > _MOST:
            del _images[next(iter(_images))]
    return made


def _is_open(path: Path) -> bool:
    """Whoever has asked a file keeps its log of changes there."""
    return path.with_name(f"{path.name}-wal").exists()
