"""Parts of pages as they were written before: a list shows most of its lines again, and a form its choices."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from threading import Lock
from typing import Any

from flask_babel import get_timezone
from markupsafe import Markup

from adapters.web.language import page_language

MOST = 4096  # about a kilobyte each

_parts: dict[tuple[Hashable, ...], Markup] = {}
_lock = Lock()


def kept_part(part: str, *said: Hashable, caller: Callable[[], Markup]) -> Markup:
    """What stands between the two tags, written once for all that it is about.

    It may depend on `said`, and on the page's language and time zone, and on nothing else. `part` names it.
    """
    key = (part, page_language(), get_timezone(), *said)
    found = _parts.get(key)
    return _keep(key, caller()) if found is None else found


def kept_lines(part: str, lines: Iterable[Hashable], *said: Hashable, caller: Callable[[Any], Markup]) -> Markup:
    """The same for each line of a list, which the tags name, one after the other."""
    of_page = (part, page_language(), get_timezone(), *said)
    written = []
    for line in lines:
        found = _parts.get(key := (*of_page, line))
        written.append(_keep(key, caller(line)) if found is None else found)
    return Markup("".join(written))  # noqa: S704 - each is markup


def _keep(key: tuple[Hashable, ...], written: Markup) -> Markup:
    with _lock:
        if len(_parts) >= MOST:
            del _parts[next(iter(_parts))]  # the oldest
        _parts[key] = written
    return written
