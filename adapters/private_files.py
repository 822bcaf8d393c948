"""Files that hold people's data: whole or not at all, and for their owner alone."""

from __future__ import annotations

import os
from pathlib import Path


def write_private(file: Path, content: bytes) -> None:
    """Write a file, in the place of one that is there; its folder is made if it is missing. Raises OSError."""
    file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished = file.with_name(f"{file.name}.new")
    with open(unfinished, "wb", opener=_for_the_owner) as written:
        written.write(content)
        written.flush()
        os.fsync(written.fileno())
    unfinished.replace(file)


def _for_the_owner(path: str, flags: int) -> int:
    return os.open(path, flags, 0o600)
