"""Several requests in one: up to ten writes, one after the other or in any order."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import Any, Final

import orjson

from .replies import ApiError, Json, Reply

MAX_MESSAGES: Final = 10
_METHODS: Final = frozenset({"POST", "PUT", "DELETE"})
_ANY_ORDER: Final = Random(0)  # noqa: S311 - mixes an array, repeatably

Send = Callable[[str, str, bytes], Reply]
"""Method, address relative to the account, body → the reply that the request would have had by itself."""


def process(document: Json, send: Send) -> Reply:
    """The reply to a multi-message: 200 when every message was done, 207 otherwise.

    In sequence the first failure stops the rest, unless `onFail` says to go on; in parallel every message is tried, and the
    outcomes come in any order. Raises ApiError for a document that is none.
    """
    mode, on_fail, messages = _checked(document)
    processed: list[Json] = []
    unprocessed: list[str] = []
    failed = False
    for message in messages:
        if failed and mode == "SEQUENTIAL" and on_fail == "STOP":
            unprocessed.append(message["label"])
            continue
        body = orjson.dumps(message["body"]) if message.get("body") is not None else b""
        reply = send(message["httpMethod"], message["uri"], body)
        failed = failed or reply.status >= 300
        content = reply.body.decode()
        processed.append({"label": message["label"], "statusCode": reply.status, "body": {"content": content}})
    if mode == "PARALLEL":
        _ANY_ORDER.shuffle(processed)
    answer = {"processedMessages": processed, "unprocessedMessages": unprocessed}
    return Reply(207 if failed else 200, orjson.dumps({"response": answer}))


def _checked(document: Json) -> tuple[str, str, list[Json]]:
    mode, on_fail, messages = document.get("processingMode"), document.get("onFail"), document.get("messages")
    if mode not in ("SEQUENTIAL", "PARALLEL") or on_fail not in ("STOP", "CONTINUE"):
        raise _refused("processingMode must be SEQUENTIAL or PARALLEL, onFail STOP or CONTINUE")
    if not isinstance(messages, list) or not 1 <= len(messages) <= MAX_MESSAGES:
        raise _refused(f"messages must be a list of 1 to {MAX_MESSAGES} messages")
    for message in messages:
        if not _is_message(message):
            raise _refused("A message needs label, uri (from the service on) and httpMethod: POST, PUT or DELETE")
    labels = [message["label"] for message in messages]
    if len(set(labels)) < len(labels):
        raise _refused("Every message needs a label of its own")
    return mode, on_fail, messages


def _is_message(message: Any) -> bool:
    if not isinstance(message, dict) or not isinstance(message.get("label"), str):
        return False
    uri, method = message.get("uri"), message.get("httpMethod")
    return isinstance(uri, str) and uri.startswith("/") and isinstance(method, str) and method in _METHODS


def _refused(text: str) -> ApiError:
    return ApiError(400, ("CMNC-SANDBOX-MULTI", text))
