"""The stand-in on a loopback port: the API's calls, and a control address."""

from __future__ import annotations

import base64
import json
import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final
from urllib.parse import parse_qs, unquote

from adapters.sandboxes.brightpearl.replies import HTML_TYPE, Reply
from adapters.sandboxes.stand_in import StandIn
from adapters.sandboxes.webhook import Webhook, WebhookError

from .catalogue import options_for
from .checks import Refusal, check_quotes, error
from .documents import MEDIA_TYPES, TYPES, customs_declaration, label
from .faults import Fault, FaultError, FaultKind, FaultQueue, parse_fault
from .options import OptionError, SendcloudOptions
from .pickups import Pickups
from .returns import Returns, TakenReference
from .service_points import find_point, list_points
from .shipments import Shipments, Taken
from .throttle import Throttle

Json = dict[str, Any]

ROOT: Final = "/api/v3"
CALLS: Final = ("check", "quotes", "announce", "find", "shipment", "cancel", "document", "track", "points", "pickup", "return")
_FILTERS: Final = ("external_reference_id", "order_number")
_GARBAGE: Final = Reply(200, b"<html><body>Be back soon</body></html>", HTML_TYPE)


class SendcloudServer(StandIn):
    """Serves a Sendcloud account on 127.0.0.1; `port` 0 takes a free one. Raises OSError when the port is taken.

    Also a context manager.
    """

    def __init__(
        self,
        port: int = 0,
        *,
        public_key: str = "sandbox-public-key",
        secret_key: str = "sandbox-secret-key",  # noqa: S107 - of the stand-in
        options: SendcloudOptions | None = None,
        faults: Sequence[Fault] = (),
    ) -> None:
        self.public_key, self.secret_key = public_key, secret_key
        self.options = options or SendcloudOptions()
        self.faults = FaultQueue(faults)
        self.calls: list[tuple[str, str]] = []  # method and path
        self.bodies: list[Json] = []  # of what was to be announced
        self.shipments = Shipments(lambda: self.now(), lambda: self.url)
        self.returns = Returns(self.shipments, lambda: self.now())
        self.pickups = Pickups(lambda: self.now())
        self._throttle = Throttle(lambda: self.now())
        self.webhook: Webhook | None = None
        self.called: list[int] = []  # what the webhook's calls were answered
        super().__init__(port)

    @property
    def url(self) -> str:
        """What a carrier account names as `url`."""
        return f"{self.root}{ROOT}"

    def change(self, **values: Any) -> None:
        """Change options. Raises OptionError."""
        self.options = self.options.changed(values)

    def strike(self, kind: FaultKind | str, call: str, times: int = 1, seconds: float = 1.0) -> None:
        """Let the next requests of a call go wrong. Raises FaultError."""
        self.faults.add(parse_fault({"kind": str(kind), "call": call, "times": times, "seconds": seconds}, CALLS))

    def _answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> tuple[Reply, bool]:
        if path.startswith("/control"):
            return self._control(method, path, body), False
        self.calls.append((method, path))
        if not self._is_genuine(headers):
            return _refused(401, error("authentication_failed", "Invalid username/password.")), False
        wait = self._throttle.wait(method) if self.options.throttle else None
        if wait is not None:
            return _too_many(math.ceil(wait.total_seconds())), False
        call, serve = self._route(method, path.removeprefix(ROOT).strip("/").split("/"), query, headers, body)
        fault = self.faults.take(call)
        if fault is None:
            return _served(serve, None), False
        return self._struck(fault, serve)

    def _struck(self, fault: Fault, serve: Callable[[Fault | None], Reply]) -> tuple[Reply, bool]:
        match fault.kind:
            case FaultKind.ERROR_500:
                return _refused(500, error("error", "Internal server error.")), False
            case FaultKind.TOO_MANY:
                return _too_many(1), False
            case FaultKind.REFUSE if fault.call not in ("announce", "return"):
                return _refused(400, error("invalid", "It is refused on purpose.")), False
            case FaultKind.SLOW:
                self._stopping.wait(fault.seconds)
        reply = _served(serve, fault)
        return (_GARBAGE if fault.kind is FaultKind.GARBAGE else reply), fault.kind is FaultKind.LOSE_ANSWER

    def _route(
        self, method: str, place: Sequence[str], query: str, headers: Mapping[str, str], body: bytes
    ) -> tuple[str, Callable[[Fault | None], Reply]]:
        """The name of a call, and what serves it."""
        match method, *place:
            case "GET", "user", "auth", "metadata":
                return "check", lambda _: _reply({"data": {"user_id": 1, "integration_id": 1}})
            case "POST", "shipping-options":
                return "quotes", lambda _: _quotes(_parsed(body))
            case "POST", "shipments", "announce":
                return "announce", lambda fault: self._announce(_parsed(body), fault)
            case "GET", "shipments":
                return "find", lambda _: self._list(query)
            case "GET", "shipments", shipment_id:
                return "shipment", lambda _: _reply({"data": _shown(self.shipments.get(shipment_id))})
            case "POST", "shipments", shipment_id, "cancel":
                return "cancel", lambda _: self._cancel(shipment_id)
            case _, "returns", *further:
                return "return", lambda fault: self._return(method, further, body, fault)
            case _, "pickups", *further:
                return "pickup", lambda fault: self._pick_up(method, further, body, fault)
            case "GET", "service-points", *further:
                return "points", lambda _: _points(query) if not further else _service_point(further[0])
            case "GET", "parcels", "tracking", number:
                return "track", lambda _: self._track(unquote(number))
            case "GET", "parcels", parcel_id, "documents", kind:
                return "document", lambda _: self._document(parcel_id, kind, headers.get("accept", ""))
        return "", lambda _: _refused(404, error("not_found", "Not found"))

    def _announce(self, body: Json, fault: Fault | None) -> Reply:
        self.bodies.append(body)
        kind = None if fault is None else fault.kind
        status = {FaultKind.REFUSE: "ANNOUNCEMENT_FAILED", FaultKind.ANNOUNCING: "ANNOUNCING"}.get(kind or FaultKind.SLOW)
        try:
            shipment = self.shipments.announce(body, status or "READY_TO_SEND")
        except Taken as taken:
            return _reply({"data": _shown(taken.shipment)}, 409)
        shown = _shown(shipment)
        if len(shipment["parcels"]) == 1 and shipment["parcels"][0]["tracking_number"]:
            content = self._content(shipment, shipment["parcels"][0], "label", _wanted(body))
            shown["parcels"][0]["label_file"] = base64.b64encode(content).decode()
        return _reply({"data": shown}, 201)

    def _return(self, method: str, further: Sequence[str], body: bytes, fault: Fault | None) -> Reply:
        match method, *further:
            case "POST", "announce-synchronously":
                kinds = {FaultKind.ANNOUNCING: "announcing", FaultKind.REFUSE: "announcement-failed"}
                status = "Ready to send" if fault is None else kinds.get(fault.kind, "Ready to send")
                try:
                    return _reply(self.returns.create(_parsed(body), status), 201)
                except TakenReference:
                    words = "External reference has already been used in another return."
                    return _reply({"error": {"code": "invalid", "message": words}}, 400)
            case ("GET",):
                return _reply({"next": None, "previous": None, "data": self.returns.newest_first()})
            case "GET", return_id:
                return _reply(self.returns.get(return_id))
            case "PATCH", return_id, "cancel":
                self.returns.cancel(return_id, self.options.cancel)
                return _reply({"message": "Cancellation requested successfully"}, 202)
        raise Refusal(404, error("not_found", "Not found"))

    def _pick_up(self, method: str, further: Sequence[str], body: bytes, fault: Fault | None) -> Reply:
        match method, *further:
            case ("POST",):
                status = "ANNOUNCING" if fault is not None and fault.kind is FaultKind.ANNOUNCING else "CREATED"
                return _reply({"data": self.pickups.create(_parsed(body), status)}, 201)
            case ("GET",):
                return _reply({"data": self.pickups.newest_first()})
            case "GET", pickup_id:
                return _reply({"data": self.pickups.get(pickup_id)})
            case "POST", pickup_id, "cancel":
                return _reply({"data": self.pickups.cancel(pickup_id, self.options.cancel)})
        raise Refusal(404, error("not_found", "Not found"))

    def _list(self, query: str) -> Reply:
        wanted = {name: values[0] for name, values in parse_qs(query).items() if name in _FILTERS}
        return _reply({"data": [_shown(one) for one in self.shipments.listed(**wanted)]})

    def _cancel(self, shipment_id: str) -> Reply:
        if self.shipments.cancel(shipment_id, self.options.cancel):
            return _reply({"data": {"status": "cancelled", "message": "Shipment has been cancelled"}})
        return _reply({"data": {"status": "queued", "message": "Shipment cancellation has been queued"}}, 202)

    def _track(self, number: str) -> Reply:
        tracked = self.shipments.tracked(number)
        return _reply({"detail": "Parcel does not exist"}, 404) if tracked is None else _reply(tracked)

    def _document(self, parcel_id: str, kind: str, accept: str) -> Reply:
        if kind not in TYPES:
            raise Refusal(400, error("invalid", "Invalid document type."))
        shipment, parcel = self.shipments.parcel(int(parcel_id) if parcel_id.isdecimal() else 0)
        if not any(one["document_type"] == kind for one in parcel["documents"]):
            raise Refusal(404, error("not_found", "Not found."))
        media_type = accept if accept in MEDIA_TYPES else MEDIA_TYPES[0]
        return Reply(200, self._content(shipment, parcel, kind, media_type), media_type)

    def _content(self, shipment: Json, parcel: Json, kind: str, media_type: str) -> bytes:
        if kind != "label":
            return customs_declaration(shipment, parcel, media_type)
        return label(shipment, parcel, "application/zpl" if self.options.zpl_only else media_type)

    def _is_genuine(self, headers: Mapping[str, str]) -> bool:
        keys = base64.b64encode(f"{self.public_key}:{self.secret_key}".encode()).decode()
        return headers.get("authorization") == f"Basic {keys}"

    def _control(self, method: str, path: str, body: bytes) -> Reply:
        """`GET /control`, `POST /control/options`, `faults`, `scan` and `webhook`, and `DELETE /control/faults`."""
        try:
            data = _parsed(body) if body else {}
            if (method, path) == ("POST", "/control/options"):
                self.change(**data)
            elif (method, path) == ("POST", "/control/faults"):
                self.faults.add(parse_fault(data, CALLS))
            elif (method, path) == ("DELETE", "/control/faults"):
                self.faults.clear()
            elif (method, path) == ("POST", "/control/scan"):
                words = str(data.get("words") or data["status"])
                self.shipments.scan(str(data["tracking_number"]), str(data["status"]), words)
                self._tell(str(data["tracking_number"]), words)
            elif (method, path) == ("POST", "/control/webhook"):
                self.webhook = Webhook.parse({"secret": self.secret_key, **data})
            elif (method, path) != ("GET", "/control"):
                return _refused(404, error("not_found", "See docs/carriers.md."))
        except Refusal as refusal:
            return _refused(refusal.status, *refusal.errors)
        except (OptionError, FaultError, WebhookError, KeyError) as problem:
            return _refused(400, error("invalid", str(problem)))
        return _reply(
            {
                "options": self.options.to_data(),
                "faults": self.faults.to_data(),
                "announced": self.shipments.announced,
                "shipments": [_shown(one) for one in self.shipments.listed()],
                "webhook": None if self.webhook is None else self.webhook.url,
                "called": self.called,
            }
        )

    def _tell(self, tracking_number: str, words: str) -> None:
        """Call the webhook about a parcel, as Sendcloud does."""
        if self.webhook is None:
            return
        shipment = next(one for one in self.shipments.listed() if _has(one, tracking_number))
        parcel = {"tracking_number": tracking_number, "shipment_uuid": shipment["id"], "status": {"id": 0, "message": words}}
        body = json.dumps(
            {"action": "parcel_status_changed", "timestamp": int(self.now().timestamp()), "parcel": parcel}
        ).encode()
        self.called.append(self.webhook.call(body, {"Sendcloud-Signature": self.webhook.signature(body)}))


def _served(serve: Callable[[Fault | None], Reply], fault: Fault | None) -> Reply:
    try:
        return serve(fault)
    except Refusal as refusal:
        return _refused(refusal.status, *refusal.errors)


def _quotes(body: Json) -> Reply:
    check_quotes(body)
    return _reply({"data": options_for(body), "message": None})


def _points(query: str) -> Reply:
    wanted = parse_qs(query)
    if "country_code" not in wanted or ("carrier_code" in wanted) == ("use_integration_carriers" in wanted):
        raise Refusal(400, error("invalid", "Exactly one of carrier_code and use_integration_carriers is required."))
    results, geocoding = list_points(wanted)
    return _reply({"data": {"results": results, "geocoding": geocoding}})


def _service_point(point_id: str) -> Reply:
    point = find_point(point_id)
    if point is None:
        raise Refusal(404, error("not_found", "Service point not found."))
    return _reply({"data": point})


def _has(shipment: Json, tracking_number: str) -> bool:
    return any(parcel["tracking_number"] == tracking_number for parcel in shipment["parcels"])


def _shown(shipment: Json) -> Json:
    """A shipment without what only the stand-in knows."""
    hidden = ("number",)
    parcels = [{name: value for name, value in parcel.items() if name not in hidden} for parcel in shipment["parcels"]]
    return {**shipment, "parcels": parcels}


def _wanted(body: Json) -> str:
    details = body.get("label_details")
    wanted = details.get("mime_type") if isinstance(details, dict) else None
    return str(wanted) if wanted in MEDIA_TYPES else MEDIA_TYPES[0]


def _parsed(body: bytes) -> Json:
    try:
        data = json.loads(body)
    except ValueError:
        data = None
    if not isinstance(data, dict):
        raise Refusal(400, error("invalid", "The body has to be a JSON object."))
    return data


def _reply(data: Any, status: int = 200) -> Reply:
    return Reply(status, json.dumps(data).encode())


def _refused(status: int, *errors: Json) -> Reply:
    return _reply({"errors": [{"status": str(status), **one} for one in errors]}, status)


def _too_many(seconds: int) -> Reply:
    reply = _refused(429, error("throttled", "Request was throttled."))
    return Reply(reply.status, reply.body, headers={"Retry-After": str(seconds)})
