"""Webhooks: register, list, delete, try out. The dispatcher calls them."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping
from itertools import count
from typing import Any, Final

from ..idset import IdSet, IdSetError, parse_id_set
from ..replies import ApiError, Json, Reply, done, not_found, success
from ..routing import Request, Route, route

_LIFECYCLES: Final = frozenset({"created", "modified", "destroyed"})
_EVENTS: Final = (
    "goods-out-note.created",
    "goods-out-note.destroyed",
    "goods-out-note.modified.printed",
    "goods-out-note.modified.picked",
    "goods-out-note.modified.packed",
    "goods-out-note.modified.un-printed",
    "goods-out-note.modified.un-picked",
    "goods-out-note.modified.un-packed",
    "goods-out-note.modified.shipped",
    "drop-ship-note.created",
    "drop-ship-note.destroyed",
    "drop-ship-note.modified.shipped",
    "goods-in-note.created",
    "order.modified.order-status",
    "order.modified.fully-shipped",
    "sales-order.created",
    "product.created",
    "product.destroyed",
    "product.modified.on-hand-modified",
)
_KNOWN: Final = frozenset(".".join(event.split(".")[:length]) for event in _EVENTS for length in (1, 2, 3))
_REQUIRED_VARIABLES: Final = ("account-code", "resource-type", "lifecycle-event")
_METHODS: Final = frozenset({"GET", "POST", "PUT", "DELETE"})
_FIELDS: Final = ("subscribeTo", "httpMethod", "uriTemplate", "bodyTemplate", "contentType", "idSetAccepted", "qualityOfService")
_MAX_TEST_IDS: Final = 10

Simulate = Callable[[Json, IdSet, Mapping[str, str]], None]
"""Calls a hook for these ids, with these template variables."""


class WebhookBook:
    """The account's registered webhooks; safe for many threads. `simulate` makes a test call."""

    def __init__(self, simulate: Simulate) -> None:
        self._simulate = simulate
        self._lock = threading.Lock()
        self._ids = count(12)
        self._hooks: dict[int, Json] = {}

    def add(self, hook: Json) -> int:
        """Register a checked webhook; returns its id."""
        with self._lock:
            hook_id = next(self._ids)
            self._hooks[hook_id] = {"id": hook_id, **hook}
            return hook_id

    def remove(self, hook_id: int) -> bool:
        """Forget a webhook; whether it was there."""
        with self._lock:
            return self._hooks.pop(hook_id, None) is not None

    def all(self) -> list[Json]:
        """All webhooks by rising id."""
        with self._lock:
            return list(self._hooks.values())

    def routes(self) -> list[Route]:
        """The service's routes."""
        base = "/integration-service/webhook"
        return [
            route("POST", base, self._post, "post-webhook"),
            route("GET", f"{base}[/{{ids}}]", self._get, "get-webhook"),
            route("DELETE", f"{base}/{{id}}", self._delete, "delete-webhook"),
            route("POST", f"{base}/{{id}}/simulate", self._test, "post-webhook-simulate"),
        ]

    def _post(self, request: Request) -> Reply:
        return success(self.add(_checked(request.object())))

    def _get(self, request: Request) -> Reply:
        wanted = request.id_set(0)
        found = [hook for hook in self.all() if hook["id"] in wanted]
        if not found and not wanted.everything:
            raise not_found("No webhooks were found")
        return success(found)

    def _delete(self, request: Request) -> Reply:
        if not self.remove(request.id(0)):
            raise not_found(f"There is no webhook {request.id(0)}")
        return done()

    def _test(self, request: Request) -> Reply:
        hook = next((hook for hook in self.all() if hook["id"] == request.id(0)), None)
        if hook is None:
            raise not_found(f"There is no webhook {request.id(0)}")
        ids, values = _test_data(request.object().get("testData"))
        self._simulate(hook, ids, values)
        return done()


def _test_data(given: Any) -> tuple[IdSet, dict[str, str]]:
    """The ids of a test call, and the variables that it sets besides. Raises ApiError."""
    if not isinstance(given, dict) or not all(isinstance(value, str) for value in given.values()):
        raise ApiError(400, ("INTC-SANDBOX-TEST", "testData must be an object of texts"))
    values = {name.removeprefix("${").removesuffix("}"): value for name, value in given.items()}
    try:
        ids = parse_id_set(values.pop("resource-id", ""))
    except IdSetError:
        ids = IdSet(())
    if not 1 <= len(ids) <= _MAX_TEST_IDS:
        raise ApiError(400, ("INTC-SANDBOX-TEST", f"${{resource-id}} must name 1 to {_MAX_TEST_IDS} ids"))
    return ids, values


def _checked(document: Json) -> Json:
    """The webhook that a registration describes, defaults filled in. Raises ApiError with every problem."""
    method = document.get("httpMethod")
    uri, body = document.get("uriTemplate"), document.get("bodyTemplate")
    problems = _event_problems(document.get("subscribeTo"))
    if not isinstance(method, str) or method not in _METHODS:
        problems.append(("INTC-SANDBOX-METHOD", "httpMethod must be GET, POST, PUT or DELETE"))
    if not isinstance(uri, str) or not re.match(r"https?://", uri):
        problems.append(("INTC-SANDBOX-URI", "uriTemplate must be an address"))
    has_body = method in ("POST", "PUT")
    if has_body != isinstance(body, str) or has_body != isinstance(document.get("contentType"), str):
        problems.append(("INTC-SANDBOX-BODY", "bodyTemplate and contentType belong to POST and PUT, and to them only"))
    templates = f"{uri} {body}"
    problems += [
        ("INTC-057", f"The template variable ${{{name}}} is missing")
        for name in _REQUIRED_VARIABLES
        if f"${{{name}}}" not in templates
    ]
    if problems:
        raise ApiError(400, *problems)
    hook = {name: document[name] for name in _FIELDS if document.get(name) is not None}
    return {"idSetAccepted": False, "qualityOfService": 0, **hook}


def _event_problems(subscription: Any) -> list[tuple[str, str]]:
    if not isinstance(subscription, str) or not subscription:
        return [("INTC-064", "subscribeTo must name an event")]
    parts = subscription.split(".")
    if len(parts) > 1 and parts[1] not in _LIFECYCLES:
        return [("INTC-062", f"{parts[1]} is not a lifecycle event")]
    return [] if subscription in _KNOWN else [("INTC-064", f"The event {subscription} does not exist")]
