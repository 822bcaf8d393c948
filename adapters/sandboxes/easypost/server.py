"""The stand-in on a loopback port: EasyPost's calls, the files of labels, and a control interface."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qs

from adapters.sandboxes.brightpearl.replies import Reply
from adapters.sandboxes.stand_in import StandIn
from adapters.sandboxes.webhook import Webhook

from .book import MEDIA_TYPES, ShipmentBook
from .drawing import draw_invoice, draw_label
from .options import REFUNDS, EasyPostOptions, OptionError
from .pickups import PickupBook
from .problems import Problem, not_found
from .scan_forms import ScanFormBook

Json = dict[str, Any]

SANDBOX_KEY: Final = "EZTKsandbox"
_API: Final = "/v2"
_FILES: Final = "/files"


class EasyPostServer(StandIn):
    """Serves EasyPost's API on 127.0.0.1 for one key; `port` 0 takes a free one. Raises OSError when the port is taken.

    Also a context manager.
    """

    def __init__(self, port: int = 0, *, api_key: str = SANDBOX_KEY, options: EasyPostOptions | None = None) -> None:
        self.api_key = api_key
        self.options = options or EasyPostOptions()
        self.calls: list[tuple[str, str]] = []  # method and path
        self.bodies: list[Json] = []  # of those that brought one
        self.book = ShipmentBook(lambda: self.now(), lambda: self.options, lambda: f"{self.root}{_FILES}")
        self.webhook: Webhook | None = None
        self.called: list[int] = []  # what the webhook's calls were answered
        self.scan_forms = ScanFormBook(self.book, lambda: f"{self.root}{_FILES}")
        self.pickups = PickupBook(self.book)
        super().__init__(port)

    @property
    def url(self) -> str:
        """The address to enter as `url` of a carrier account."""
        return f"{self.root}{_API}"

    def change(self, **values: Any) -> None:
        """Change options. Raises OptionError."""
        self.options = self.options.changed(values)

    def _answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> tuple[Reply, bool]:
        if path.startswith("/control"):
            return self._control(method, path, body), False
        try:
            if path.startswith(_FILES):
                return self._file(path, headers), False
            self.calls.append((method, path.removeprefix(_API)))
            if (wrong := self._goes_wrong()) is not None:
                return wrong, False
            mode = self._mode(headers)
            data = self._read(body)
            return self._serve(method, path.removeprefix(_API).strip("/").split("/"), query, data, mode)
        except Problem as problem:
            return _reply(problem.body, problem.status), False

    def _goes_wrong(self) -> Reply | None:
        """What a call is answered that comes to nothing."""
        if self._takes("hang"):
            self._stopping.wait()
        if self.options.slow_ms:
            self._stopping.wait(self.options.slow_ms / 1000)
        if self.options.down or self._stopping.is_set():
            return _error(503, "SERVICE.UNAVAILABLE", "The service is unavailable.")
        if self._takes("limit"):
            reply = _error(429, "RATE_LIMITED", "You are being rate limited.")
            return Reply(reply.status, reply.body, headers={"Retry-After": "1"})
        return _error(500, "INTERNAL_SERVER_ERROR", "An unexpected error occurred.") if self._takes("fail") else None

    def _serve(self, method: str, place: list[str], query: str, data: Json, mode: str) -> tuple[Reply, bool]:
        match (method, *place):
            case ("GET", "shipments"):
                return _reply({"shipments": self.book.newest_first()[: _page_size(query)], "has_more": False}), False
            case ("POST", "shipments"):
                return _reply(self.book.create(data, mode), 201), self._takes("lose_creations")
            case ("GET", "shipments", shipment_id):
                return _reply(self.book.get(shipment_id)), False
            case ("POST", "shipments", shipment_id, "buy"):
                return self._buy(shipment_id, data)
            case ("POST", "shipments", shipment_id, "insure"):
                return _reply(self.book.insure(shipment_id, data)), False
            case ("POST", "shipments", shipment_id, "refund"):
                return _reply(self.book.refund(shipment_id)), self._takes("lose_refunds")
            case ("GET", "shipments", shipment_id, "label"):
                format = parse_qs(query).get("file_format", [""])[0].upper()
                return _reply(self.book.convert(shipment_id, format)), False
            case ("POST", "scan_forms"):
                return _reply(self.scan_forms.create(data), 201), self._takes("lose_scan_forms")
            case ("GET", "scan_forms", form_id):
                return _reply(self.scan_forms.get(form_id)), False
        return self._serve_pickups(method, place, data)

    def _serve_pickups(self, method: str, place: list[str], data: Json) -> tuple[Reply, bool]:
        match (method, *place):
            case ("POST", "batches"):
                return _reply(self.pickups.batch(data), 201), False
            case ("POST", "pickups"):
                return _reply(self.pickups.create(data), 201), False
            case ("GET", "pickups", pickup_id):
                return _reply(self.pickups.get(pickup_id)), False
            case ("POST", "pickups", pickup_id, "buy"):
                return _reply(self.pickups.buy(pickup_id, data)), self._takes("lose_pickups")
            case ("POST", "pickups", pickup_id, "cancel"):
                return _reply(self.pickups.cancel(pickup_id, refuse=self._takes("keep_pickups"))), False
        raise not_found()

    def _buy(self, shipment_id: str, data: Json) -> tuple[Reply, bool]:
        if self._takes("refuse_purchases"):
            raise Problem(422, "SHIPMENT.POSTAGE.FAILURE", "The carrier does not take this shipment.")
        if self._takes("in_progress"):
            raise Problem(422, "SHIPMENT.PURCHASE.IN_PROGRESS", "A purchase is already in progress.")
        insured = {} if self._takes("uninsured") else {"insurance": data.get("insurance")}
        bought = self.book.buy(shipment_id, {"rate": data.get("rate"), **insured})
        if self._takes("garbage_purchases"):
            return Reply(200, b"<html>Bad gateway</html>", "text/html"), False
        return _reply(bought), self._takes("lose_purchases")

    def _file(self, path: str, headers: Mapping[str, str]) -> Reply:
        """A document. Where they lie, a key of somebody else's is an error."""
        if "authorization" in headers:
            return Reply(400, b"<Error><Code>InvalidArgument</Code></Error>", "application/xml")
        kind, _, name = path.removeprefix(_FILES).strip("/").partition("/")
        shipment_id, _, format = name.partition(".")
        if self._takes("lose_files") or format.upper() not in MEDIA_TYPES:
            raise not_found()
        if kind == "scan_form":
            return Reply(200, self.scan_forms.draw(shipment_id), MEDIA_TYPES["PDF"])
        shipment = self.book.get(shipment_id)
        content = draw_invoice(shipment) if kind == "form" else draw_label(shipment, format)
        return Reply(200, content, MEDIA_TYPES[format.upper()])

    def _mode(self, headers: Mapping[str, str]) -> str:
        """Of the key that a call brings. Raises Problem."""
        scheme, _, encoded = headers.get("authorization", "").partition(" ")
        try:
            key = base64.b64decode(encoded, validate=True).decode().partition(":")[0] if scheme == "Basic" else ""
        except (binascii.Error, UnicodeDecodeError):
            key = ""
        if not key:
            raise Problem(401, "UNAUTHORIZED", "Please make sure that you provide an API key.")
        if key != self.api_key:
            raise Problem(403, "APIKEY.INACTIVE", "This api key is no longer active.")
        return "test" if key.startswith("EZTK") else "production"

    def _read(self, body: bytes) -> Json:
        try:
            data = json.loads(body) if body else {}
        except ValueError:
            raise Problem(400, "BAD_REQUEST", "The request body is not JSON.") from None
        if not isinstance(data, dict):
            raise Problem(400, "BAD_REQUEST", "The request body is not an object.")
        if data:
            self.bodies.append(data)
        return data

    def _takes(self, fault: str) -> bool:
        """Whether this call goes wrong in a way, of which there are so many left."""
        left = getattr(self.options, fault)
        if left:
            self.change(**{fault: left - 1})
        return bool(left)

    def _control(self, method: str, path: str, body: bytes) -> Reply:
        """`GET /control`, `POST /control/options`, `/control/track`, `/control/refund` and `/control/webhook`."""
        try:
            data = json.loads(body) if body else {}
            if method == "POST" and path == "/control/options":
                self.change(**data)
            elif method == "POST" and path == "/control/track":
                place = {name: str(data[name]) for name in ("city", "country") if name in data}
                said = (str(data["status"]), str(data.get("status_detail", "status_update")), str(data.get("message", "")))
                self.book.track(str(data["shipment"]), *said, **place)
                self._tell(str(data["shipment"]))
            elif method == "POST" and path == "/control/webhook":
                self.webhook = Webhook.parse(data)
            elif method == "POST" and path == "/control/refund":
                if data["status"] not in REFUNDS:
                    raise OptionError(f"status is one of {', '.join(REFUNDS)}.")
                self.book.settle_refund(str(data["shipment"]), data["status"])
            elif (method, path) != ("GET", "/control"):
                return _error(404, "NOT_FOUND", "See docs/carriers.md.")
        except Problem as problem:
            return _reply(problem.body, problem.status)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            return _error(400, "BAD_REQUEST", str(error))
        names = ("id", "reference", "tracking_code", "refund_status", "insurance")
        shipments = [{name: one[name] for name in names} for one in self.book.newest_first()]
        hook = {"webhook": None if self.webhook is None else self.webhook.url, "called": self.called}
        book = {"shipments": shipments, "purchases": list(self.book.purchases)}
        return _reply({"options": self.options.to_data(), **book, **hook})

    def _tell(self, shipment_id: str) -> None:
        """Call the webhook with the tracker of a shipment, as EasyPost does."""
        if self.webhook is None:
            return
        tracker = self.book.get(shipment_id)["tracker"]
        event = {
            "object": "Event",
            "description": "tracker.updated",
            "mode": "test",
            "result": tracker,
            "previous_attributes": {},
        }
        body = json.dumps(event).encode()
        self.called.append(self.webhook.call(body, {"X-Hmac-Signature": f"hmac-sha256-hex={self.webhook.signature(body)}"}))


def _page_size(query: str) -> int:
    wanted = parse_qs(query).get("page_size", ["20"])[0]
    return min(max(int(wanted), 1), 100) if wanted.isdecimal() else 20


def _reply(data: Json, status: int = 200) -> Reply:
    return Reply(status, json.dumps(data).encode())


def _error(status: int, code: str, message: str) -> Reply:
    return _reply(Problem(status, code, message).body, status)
