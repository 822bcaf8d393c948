"""OPTIONS of a resource: the addresses to read an id set by, split into parts that can be asked for at once."""

from __future__ import annotations

from collections.abc import Iterable

from ..idset import format_id_set
from ..replies import Reply, success


def id_uris(path: str, ids: Iterable[int], most: int) -> Reply:
    """`getUris` for these ids, at most so many in each, relative to the service."""
    rising = sorted(ids)
    chunks = [rising[start : start + most] for start in range(0, len(rising), most)]
    return success({"getUris": [f"{path}/{format_id_set(chunk)}" for chunk in chunks]})
