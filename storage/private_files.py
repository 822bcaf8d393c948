"""Files that belong to their owner alone: the database, which holds customers' addresses, and what lies beside it."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

_FOR_THE_OWNER = 0o600
_OTHERS = 0o077
_COMPANIONS = ("", "-wal", "-shm", "-journal", ".migrate.lock")


def open_for_the_owner(path: str, flags: int) -> int:
    """Open a file; when that makes it, nobody else can read it."""
    return os.open(path, flags, _FOR_THE_OWNER)


def make_private(path: Path) -> None:
    """Create a SQLite database's file if it is missing, and remove other users' rights to it and to the files beside it.

    SQLite gives the files it makes later the rights of the database's own.
    """
    with suppress(OSError):  # it is there already; or cannot be made, which SQLite says better
        os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_EXCL, _FOR_THE_OWNER))
    take_from_others(database_files(path))


def database_files(path: Path) -> list[Path]:
    """All files that a SQLite database may consist of."""
    return [path.with_name(path.name + companion) for companion in _COMPANIONS]


def take_from_others(files: Iterable[Path]) -> None:
    """Leave all rights to the owner. Files of another user stay as they are; `doctor` names them."""
    for file, mode in open_to_others(files):
        try:
            file.chmod(mode & ~_OTHERS)
        except OSError:
            continue


def open_to_others(files: Iterable[Path]) -> Iterator[tuple[Path, int]]:
    """Those of the files that are there and that somebody besides the owner may read or write, with their modes."""
    for file in files:
        try:
            mode = stat.S_IMODE(file.stat().st_mode)
        except OSError:
            continue
        if mode & _OTHERS:
            yield file, mode
