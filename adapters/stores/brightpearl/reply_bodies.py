"""What stands in the body of a reply: its JSON object, its errors, and whether a 404 is Brightpearl's own word. Pure."""

from __future__ import annotations

import codecs
import json
import re
from collections.abc import Mapping
from typing import Any

import orjson

from adapters.stores.brightpearl.raw_values import UNREADABLE_BYTES

_MARK_BYTES = "relevo.mark-unreadable-bytes"
_CODE = re.compile(r"[A-Z]+-[0-9]+")


def json_object(content: bytes) -> dict[str, Any] | None:
    """The JSON object that a body is; None for anything else."""
    content = content.removeprefix(codecs.BOM_UTF8)
    try:
        body = orjson.loads(content)
    except orjson.JSONDecodeError:
        body = _json_with_odd_texts(content)
    return body if isinstance(body, dict) else None


def errors_in(body: Mapping[str, Any]) -> list[dict[str, Any]]:
    errors = body.get("errors")
    return [error for error in errors if isinstance(error, dict)] if isinstance(errors, list) else []


def is_own_not_found(body: Mapping[str, Any] | None) -> bool:
    """Whether a 404 with this body says that there is none of what was asked for.

    Brightpearl says it by a code of its own or by an empty answer. A proxy's page, a gateway's sentence or no body at all says
    nothing about the account.
    """
    if body is None:
        return False
    if any(_CODE.fullmatch(str(error.get("code"))) for error in errors_in(body)):
        return True
    return not body or body.get("response") in ([], {})


def _json_with_odd_texts(content: bytes) -> Any:
    """JSON that is not all valid UTF-8, read all the same: one bad name must not lose the rest. None when it is not JSON.

    Bytes that are not text become a mark, which the reader of that text reports. Half an emoji, as names cut to a length end
    with, becomes a question mark.
    """
    marked = content.decode("utf-8", _MARK_BYTES)
    try:
        return orjson.loads(marked)
    except orjson.JSONDecodeError:
        if "\\ud" not in marked.lower():
            return None
    try:
        return orjson.loads(json.dumps(json.loads(marked), ensure_ascii=False).encode("utf-8", "replace"))
    except (ValueError, RecursionError):
        return None


def _mark(error: UnicodeError) -> tuple[str, int]:
    if isinstance(error, UnicodeDecodeError):
        return UNREADABLE_BYTES, error.end
    raise error


codecs.register_error(_MARK_BYTES, _mark)
