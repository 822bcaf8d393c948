"""Parts of pages as they were written before: a list shows most of its lines again, and a form its choices."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock

from flask_babel import get_timezone
from markupsafe import Markup

from adapters.web.language import page_language

MOST = 4096  # about a kilobyte each

_parts: dict[tuple[Hashable, ...], Markup] = {}
_lock = Lock()


def kept(part: str, *said: Hashable, caller: Callable[[], Markup]) -> Markup:
    """What stands between the two tags, written once for all that it is about.

    It may depend on `said`, and on the page's language and time zone, and on nothing else. `part` names it.
    """
    key = (part, page_language(), get_timezone(), *said)
    found = _parts.get(key)
    if found is None:
        found = caller()
        with _lock:
            if len(_parts) >= MOST:
                del _parts[next(iter(_parts))]  # the oldest
            _parts[key] = found
    return found
