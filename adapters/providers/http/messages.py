"""The wire contract as pure functions: the object that a provider's system gets, and what it answers and says."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from engine.model.integrated_provider import (
    EventKind,
    KnownRequest,
    OutgoingRequest,
    ProviderEvent,
    ReportedParcel,
    ReportedShipment,
)
from engine.model.reason_line import ReasonLine
from engine.model.tracking_numbers import clean_number
from engine.ports import ProviderRefused
from rules.messages import Message, Text
from rules.order_document import UnreadableDocument, dumps, loads
from rules.visible import harmless

MOST_PARCELS = 100
MOST_LINES = 1000
LONGEST_NAME = 64  # a carrier, a service, a tracking number
LONGEST_ID = 200
LONGEST_TEXT = 2000
HEAVIEST_G = 10_000_000

UNREADABLE = Text("The body is not a JSON object: {problem}", "El cuerpo no es un objeto JSON: {problem}")
UNKNOWN_EVENT = Text('There is no event "{type}". Known are {known}.', 'No existe el evento "{type}". Los conocidos son {known}.')
WRONG = Text("{path} has to be {what}.", "{path} debe ser {what}.")
_TEXT = Text("a text of {least} to {most} visible characters", "un texto de {least} a {most} caracteres visibles")
_COUNT = Text("a whole number from {least} to {most}", "un número entero de {least} a {most}")
_OBJECT = Text("an object", "un objeto")
_LIST = Text("a list of {least} to {most} objects", "una lista de {least} a {most} objetos")
_NUMBER = Text("a number", "un número")
_ONCE = Text("named once", "nombrada una sola vez")
_WITH_LINES = (EventKind.REJECTED, EventKind.CLOSED)


def request_body(request: OutgoingRequest) -> bytes:
    """The whole object."""
    body = {
        "type": "request",
        "reference": request.reference,
        "version": request.version,
        "created_at": _instant(request.created_at),
        "fulfil_by": None if request.fulfil_by is None else _instant(request.fulfil_by),
        "service_preference": request.service_preference or None,
        "hold": request.hold,
        "order": dict(request.order),
        "messages": [{"at": _instant(at), "text": text} for at, text in request.messages],
    }
    return dumps(body)


def cancel_body(reference: str) -> bytes:
    return dumps({"type": "cancel", "reference": reference})


def parse_known(content: bytes) -> KnownRequest:
    """What a look-up answered. Raises ProviderRefused."""
    data = _object(content)
    asked = data.get("cancel_asked", False)
    if not isinstance(asked, bool):
        raise _wrong("cancel_asked", Text("true or false", "true o false"))
    return KnownRequest(_count(data, "version", "version", 0, 2**31), asked)


def parse_event(body: bytes) -> ProviderEvent:
    """What a provider's system says. Raises ProviderRefused."""
    message = _object(body)
    named = message.get("type")
    known = [kind.value for kind in EventKind]
    if named not in known:
        raise ProviderRefused(Message("unknown_event", UNKNOWN_EVENT, {"type": str(named)[:80], "known": ", ".join(known)}))
    kind, data = EventKind(named), _member(message, "data", "data")
    return ProviderEvent(
        kind,
        reference=_text(data, "reference", "data.reference", 1, LONGEST_ID),
        sequence=0 if kind is EventKind.MESSAGE else _count(data, "sequence", "data.sequence", 1, 2**31 - 1),
        code=None if data.get("code") is None else _text(data, "code", "data.code", 1, LONGEST_NAME),
        text=_text(data, "text", "data.text", 0, LONGEST_TEXT, lines=True) if data.get("text") is not None else "",
        lines=_reason_lines(data) if kind in _WITH_LINES and data.get("lines") is not None else (),
        shipment=_shipment(_member(data, "shipment", "data.shipment")) if kind is EventKind.SHIPPED else None,
    )


def _reason_lines(data: dict[str, Any]) -> tuple[ReasonLine, ...]:
    named = enumerate(_list(data, "lines", "data.lines", MOST_LINES))
    return tuple(_reason_line(line, f"data.lines[{number}]") for number, line in named)


def _reason_line(line: dict[str, Any], path: str) -> ReasonLine:
    return ReasonLine(
        _text(line, "line_key", f"{path}.line_key", 1, LONGEST_ID),
        None if line.get("quantity") is None else _units(line, path),
        None if line.get("code") is None else _text(line, "code", f"{path}.code", 1, LONGEST_NAME),
        "" if line.get("text") is None else _text(line, "text", f"{path}.text", 0, LONGEST_TEXT, lines=True),
    )


def _shipment(data: dict[str, Any]) -> ReportedShipment:
    path = "data.shipment"
    parcels = _list(data, "parcels", f"{path}.parcels", MOST_PARCELS)
    return ReportedShipment(
        id=_text(data, "id", f"{path}.id", 1, LONGEST_ID),
        carrier=_text(data, "carrier", f"{path}.carrier", 1, LONGEST_NAME),
        service=_text(data, "service", f"{path}.service", 1, LONGEST_NAME),
        parcels=tuple(_parcel(parcel, f"{path}.parcels[{number}]") for number, parcel in enumerate(parcels)),
        lines=None if data.get("lines") is None else _lines(_list(data, "lines", f"{path}.lines", MOST_LINES), f"{path}.lines"),
    )


def _parcel(data: dict[str, Any], path: str) -> ReportedParcel:
    number = None
    if data.get("tracking_number") is not None:
        read = clean_number(data["tracking_number"]) if isinstance(data["tracking_number"], str) else None
        number = _text({"tracking_number": read}, "tracking_number", f"{path}.tracking_number", 1, LONGEST_NAME)
    weight = None if data.get("weight_g") is None else _count(data, "weight_g", f"{path}.weight_g", 1, HEAVIEST_G)
    return ReportedParcel(number, weight)


def _lines(lines: list[dict[str, Any]], path: str) -> dict[str, Decimal]:
    found: dict[str, Decimal] = {}
    for number, line in enumerate(lines):
        key = _text(line, "line_key", f"{path}[{number}].line_key", 1, LONGEST_ID)
        quantity = _units(line, f"{path}[{number}]")
        if key in found:
            raise _wrong(f"{path}[{number}].line_key", _ONCE)
        found[key] = quantity
    return found


def _units(line: dict[str, Any], path: str) -> Decimal:
    quantity = line.get("quantity")
    if isinstance(quantity, bool) or not isinstance(quantity, int | Decimal):
        raise _wrong(f"{path}.quantity", _NUMBER)
    return Decimal(quantity)


def _object(body: bytes) -> dict[str, Any]:
    try:
        return loads(body)
    except UnreadableDocument as error:
        raise ProviderRefused(Message("unreadable", UNREADABLE, {"problem": error.message})) from None


def _member(data: dict[str, Any], name: str, path: str) -> dict[str, Any]:
    value = data.get(name)
    if not isinstance(value, dict):
        raise _wrong(path, _OBJECT)
    return value


def _list(data: dict[str, Any], name: str, path: str, most: int) -> list[dict[str, Any]]:
    value = data.get(name)
    if not isinstance(value, list) or not 1 <= len(value) <= most or not all(isinstance(one, dict) for one in value):
        raise _wrong(path, _LIST, least=1, most=most)
    return value


def _text(data: dict[str, Any], name: str, path: str, least: int, most: int, *, lines: bool = False) -> str:
    """What somebody wrote, in `lines`, may hold any character; those that nobody sees are written out. Raises ProviderRefused."""
    value = data.get(name)
    if isinstance(value, str) and lines:
        value = harmless(value.replace("\r\n", "\n"))
    if not isinstance(value, str) or not least <= len(value.strip()) or len(value) > most or not (lines or value.isprintable()):
        raise _wrong(path, _TEXT, least=least, most=most)
    return value.strip()


def _count(data: dict[str, Any], name: str, path: str, least: int, most: int) -> int:
    value = data.get(name)
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise _wrong(path, _COUNT, least=least, most=most)
    return value


def _wrong(path: str, what: Text, **params: Any) -> ProviderRefused:
    words = Text(what.format("en", **params), what.format("es", **params))
    return ProviderRefused(Message("bad_event", WRONG, {"path": path, "what": words}))


def _instant(at: datetime) -> str:
    return at.isoformat(timespec="seconds").replace("+00:00", "Z")
