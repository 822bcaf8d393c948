"""Addresses of pages: those without values are worked out once, since every page says dozens of them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import cache, lru_cache
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from flask import has_request_context, request, url_for

_STATIC = Path(__file__).parent / "static"
_PLAIN = "!$'()*,/:;?@"  # characters that a query may have as they are


def page_address(endpoint: str, **values: Any) -> str:
    """What `flask.url_for` says of it."""
    if values or endpoint.startswith(".") or not has_request_context():
        return url_for(endpoint, **values)
    return _worked_out(request.script_root, endpoint)


def static_file(name: str) -> str:
    """The address of a static file; it changes with its content, so that browsers may keep it for long."""
    return _static_address(request.script_root, name)


def with_query(endpoint: str, pairs: Iterable[tuple[str, str]]) -> str:
    """The address of a page with what is asked of it."""
    query = urlencode(list(pairs), safe=_PLAIN)
    return f"{page_address(endpoint)}?{query}" if query else page_address(endpoint)


@lru_cache(maxsize=256)
def _static_address(_root: str, name: str) -> str:
    return url_for("static", filename=name, v=_digest(name))


@cache
def _digest(name: str) -> str:
    return hashlib.sha256((_STATIC / name).read_bytes()).hexdigest()[:12]


@lru_cache(maxsize=1024)
def _worked_out(_root: str, endpoint: str) -> str:
    return url_for(endpoint)
