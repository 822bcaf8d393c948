"""The stand-in on a loopback port: the contract's calls, and a control interface."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, Self

from adapters.sandboxes.brightpearl.replies import Reply
from adapters.sandboxes.stand_in import StandIn

from .events import EventLine, Post, post_to
from .options import OptionError, ProviderOptions
from .orders import ProviderOrders, Refusal, Unknown
from .signatures import is_genuine

Json = dict[str, Any]


class ProviderServer(StandIn):
    """Serves a provider's system on 127.0.0.1; `port` 0 takes a free one. Raises OSError when the port is taken.

    `events_url` is where its answers go; with `post` they go there instead. Also a context manager.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        secret: str = "",
        events_url: str = "",
        options: ProviderOptions | None = None,
        post: Post | None = None,
    ) -> None:
        self.secret, self.events_url = secret, events_url
        self.options = options or ProviderOptions()
        self.calls: list[tuple[str, str]] = []  # method and path
        self.bodies: list[bytes] = []  # of the requests that came
        self.events = EventLine(
            post or post_to(lambda: self.events_url), lambda: self.secret, lambda: self.now(), lambda: self.options
        )
        self.orders = ProviderOrders(self.events.add)
        self._new = 0
        super().__init__(port)

    @property
    def url(self) -> str:
        """The address to add the provider with."""
        return self.root

    def start(self) -> Self:
        self.events.start()
        return super().start()

    def stop(self) -> None:
        super().stop()
        self.events.stop()

    def change(self, **values: Any) -> None:
        """Change options. Raises OptionError."""
        self.options = self.options.changed(values)

    def _answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> tuple[Reply, bool]:
        if path.startswith("/control"):
            return self._control(method, path, body), False
        self.calls.append((method, path))
        if self._takes("hang"):
            self._stopping.wait()
            return _problem(503, "stopping", "Stopping."), True
        if self.options.down:
            return _problem(503, "down", "Down."), False
        if not self.secret or not is_genuine(self.secret, headers, body, self.now()):
            return _problem(401, "not_genuine", "No signature fits."), False
        return self._serve(method, path, headers.get("idempotency-key", ""), body)

    def _serve(self, method: str, path: str, key: str, body: bytes) -> tuple[Reply, bool]:
        place = path.strip("/").split("/")
        try:
            if (method, path) == ("GET", "/ping"):
                return _reply({}), False
            if place[0] == "requests" and len(place) == 2 and method == "PUT":
                return self._take(place[1], json.loads(body), key, body)
            if place[0] == "requests" and len(place) == 2 and method == "GET":
                return _reply(self.orders.get(place[1]).to_data()), False
            if place[0] == "requests" and place[2:] == ["cancel"] and method == "POST":
                self.orders.ask_cancel(place[1], self.options.cancel)
                if self.options.ship == "late":
                    self.orders.ship(place[1])
                return _reply({}, 202), self._takes("take_and_drop")
        except Unknown:
            return _problem(404, "unknown_reference", "There is no such request."), False
        except Refusal as refusal:
            return _problem(409, refusal.code, refusal.message), False
        return _problem(404, "no_such_place", ""), False

    def _take(self, reference: str, request: Json, key: str, body: bytes) -> tuple[Reply, bool]:
        options = self.options
        if reference not in (one["reference"] for one in self.orders.to_data()):
            self._new += 1
            if options.refuse_every and self._new % options.refuse_every == 0:
                return _problem(422, "invalid_sku", "There is no such SKU here."), False
        self.bodies.append(body)
        if self.orders.put(reference, request, key):
            self._greet(reference)
        return _reply(self.orders.get(reference).to_data()), self._takes("take_and_drop")

    def _greet(self, reference: str) -> None:
        """What is said about a new request without anybody asking."""
        options = self.options
        rejects = options.answer == "reject" or (options.reject_every and len(self.orders) % options.reject_every == 0)
        if rejects:
            self.orders.say(reference, "request.rejected", code=options.reject_code, text=options.reject_text)
        elif options.answer == "accept":
            self.orders.say(reference, "request.accepted")
            if options.ship == "at_once":
                self.orders.ship(reference)

    def _takes(self, fault: str) -> bool:
        """Whether this call goes wrong in a way, of which there are so many left."""
        left = getattr(self.options, fault)
        if left:
            self.change(**{fault: left - 1})
        return bool(left)

    def _control(self, method: str, path: str, body: bytes) -> Reply:
        """`GET /control`, `POST /control/options`, `/control/connect`, `/control/say` and `/control/ship`."""
        try:
            data = json.loads(body) if body else {}
            if method == "POST" and path == "/control/options":
                self.change(**data)
            elif method == "POST" and path == "/control/connect":
                self.secret, self.events_url = str(data["secret"]), str(data["events_url"])
            elif method == "POST" and path == "/control/say":
                self.orders.say(data["reference"], data["type"], **data.get("data", {}))
            elif method == "POST" and path == "/control/ship":
                self.orders.ship(data["reference"], data.get("lines"), data.get("tracking_number"))
            elif (method, path) != ("GET", "/control"):
                return _problem(404, "no_such_place", "See docs/integrated-providers.md.")
        except Unknown:
            return _problem(404, "unknown_reference", "There is no such request.")
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            kind = "bad_option" if isinstance(error, OptionError) else "bad_body"
            return _problem(400, kind, str(error))
        return _reply(
            {
                "options": self.options.to_data(),
                "requests": self.orders.to_data(),
                "events": [{"id": one, "type": kind, "status": status} for one, kind, status in self.events.sent],
            }
        )


def _reply(data: Json, status: int = 200) -> Reply:
    return Reply(status, json.dumps(data).encode())


def _problem(status: int, code: str, message: str) -> Reply:
    return _reply({"error": {"code": code, "message": message}}, status)
