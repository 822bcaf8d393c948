"""What the control API can do: method, path and action of each request."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from .faults import parse_fault
from .replies import Json
from .sandbox import Sandbox
from .throttle import Throttle


@dataclass(frozen=True, slots=True)
class Call:
    """One control request: the ids in its path, and what its body (or its query) says."""

    sandbox: Sandbox
    ids: tuple[int, ...]
    given: Json


Action = Callable[[Call], Any]


class ControlError(ValueError):
    """A control request that cannot be done; the text says why."""


def _ids(value: Any) -> tuple[int, ...]:
    """Ids given as `2,3`, as a number or as a list."""
    parts = value if isinstance(value, list) else [part for part in str(value).split(",") if part]
    try:
        return tuple(int(str(part)) for part in parts)
    except ValueError as error:
        raise ControlError("ids are whole numbers: 2,3") from error


def _number(given: Json, name: str, default: float) -> float:
    try:
        return float(str(given.get(name, default)))
    except ValueError as error:
        raise ControlError(f"{name} must be a number") from error


def _expected(call: Call) -> Json:
    return call.sandbox.expected(
        _ids(call.given.get("channels", "2")),
        warehouses=_ids(call.given.get("warehouses", "")),
        window=timedelta(days=_number(call.given, "window_days", 90)),
    )


def _set_throttle(call: Call) -> Json:
    limit, window_s = int(_number(call.given, "limit", 200)), _number(call.given, "window_s", 60)
    if limit < 0 or window_s <= 0:
        raise ControlError("limit must not be negative (0: no throttle), window_s must be positive")
    pool = call.given.get("pool")
    if pool is not None and not isinstance(pool, str):
        raise ControlError("pool must be a text")
    call.sandbox.set_throttle(Throttle(limit, window_s, bool(call.given.get("rolling", True))) if limit else None, pool)
    return {"limit": limit, "window_s": window_s}


def _set_options(call: Call) -> Json:
    call.sandbox.options = call.sandbox.options.changed(call.given)
    return call.sandbox.options.to_json()


def _create_order(call: Call) -> Json:
    given = call.given
    if unknown := sorted(set(given) - {"address", "channel_id", "rows", "printed", "with_note"}):
        raise ControlError(f"unknown key {unknown[0]!r}; known are address, channel_id, printed, rows, with_note")
    address, printed, with_note = given.get("address", {}), given.get("printed", True), given.get("with_note", True)
    if not isinstance(address, dict) or not isinstance(printed, bool) or not isinstance(with_note, bool):
        raise ControlError("address must be an object, printed and with_note true or false")
    order_id, note_id = call.sandbox.data.create_order(
        channel_id=int(_number(given, "channel_id", 2)),
        rows=int(_number(given, "rows", 2)),
        printed=printed,
        with_note=with_note,
        **address,
    )
    return {"order_id": order_id, "note_id": note_id}


def _issue_token(call: Call) -> Json:
    token = call.given.get("token")
    if token is not None and not isinstance(token, str):
        raise ControlError("token must be a text")
    kind = call.given.get("kind", "")
    return {"kind": kind, "token": call.sandbox.issue_token(kind, token)}


def _set_password(call: Call) -> None:
    if not isinstance(call.given.get("password"), str):
        raise ControlError("password must be a text")
    call.sandbox.set_password(call.given["password"])


def _order(call: Call) -> Json:
    data, order_id = call.sandbox.data, call.ids[0]
    with data.lock:
        return {
            **data.order(order_id),
            "customFields": data.custom_fields(order_id),
            "orderNotes": list(data.order_notes.get(order_id, ())),
            "goodsOutNoteIds": data.note_ids(order_id),
        }


def _status_id(call: Call) -> int:
    if "status_id" not in call.given:
        raise ControlError("status_id must be the id of an order status")
    return int(_number(call.given, "status_id", 0))


def _journal(call: Call) -> Json:
    since = _number(call.given, "since", 0)
    return {"entries": call.sandbox.journal(int(since))}


def _create_product(call: Call) -> Json:
    given = dict(call.given)
    sku, name = given.pop("sku", None), given.pop("name", None)
    if not isinstance(sku, str) or not isinstance(name, str):
        raise ControlError("sku and name must be texts")
    return {"product_id": call.sandbox.data.products.create(sku, name, **given)}


def _action(method: str, path: str, action: Action) -> tuple[str, str, Action]:
    return method, "/sandbox" + path, action


ACTIONS: Final = [
    _action("GET", "/state", lambda call: call.sandbox.state()),
    _action("GET", "/expected", _expected),
    _action("GET", "/kinds", lambda call: {str(each): kind for each, kind in call.sandbox.data.kinds.items()}),
    _action("GET", "/options", lambda call: call.sandbox.options.to_json()),
    _action("POST", "/options", _set_options),
    _action("POST", "/throttle", _set_throttle),
    _action("POST", "/tokens/expire", lambda call: {"expired": call.sandbox.expire_tokens(call.given.get("kind"))}),
    _action("POST", "/tokens/revoke", lambda call: {"revoked": call.sandbox.revoke_tokens(call.given.get("kind"))}),
    _action("POST", "/tokens/issue", _issue_token),
    _action("POST", "/oauth/grant", lambda call: call.sandbox.grant_oauth()),
    _action("POST", "/password", _set_password),
    _action("POST", "/requests/reset", lambda call: call.sandbox.reset_requests()),
    _action("GET", "/faults", lambda call: call.sandbox.pending_faults()),
    _action("POST", "/faults", lambda call: call.sandbox.queue_fault(parse_fault(call.given))),
    _action("DELETE", "/faults", lambda call: call.sandbox.clear_faults()),
    _action("POST", "/notes/{id}/print", lambda call: call.sandbox.data.print_note(call.ids[0])),
    _action("POST", "/notes/{id}/unprint", lambda call: call.sandbox.data.unprint_note(call.ids[0])),
    _action("POST", "/notes/{id}/pick", lambda call: call.sandbox.data.pick_note(call.ids[0])),
    _action("POST", "/notes/{id}/pack", lambda call: call.sandbox.data.pack_note(call.ids[0])),
    _action(
        "POST", "/notes/{id}/ship", lambda call: call.sandbox.data.ship_note(call.ids[0], str(call.given.get("reference", "")))
    ),
    _action("POST", "/notes/{id}/delete", lambda call: call.sandbox.data.delete_note(call.ids[0])),
    _action("GET", "/notes/{id}", lambda call: call.sandbox.data.note(call.ids[0])),
    _action("GET", "/drop-ship-notes/{id}", lambda call: call.sandbox.data.drop_ship_note(call.ids[0])),
    _action("POST", "/drop-ship-notes/{id}/ship", lambda call: call.sandbox.data.add_drop_ship_event(call.ids[0])),
    _action("POST", "/drop-ship-notes/{id}/delete", lambda call: call.sandbox.data.delete_drop_ship_note(call.ids[0])),
    _action("GET", "/orders/{id}", _order),
    _action("POST", "/orders", _create_order),
    _action("POST", "/orders/{id}/address", lambda call: call.sandbox.data.change_address(call.ids[0], **call.given)),
    _action("POST", "/orders/{id}/status", lambda call: call.sandbox.data.set_status(call.ids[0], _status_id(call))),
    _action("POST", "/orders/{id}/drop-ship", lambda call: {"note_id": call.sandbox.data.add_drop_ship_note(call.ids[0])}),
    _action("POST", "/orders/{id}/split", lambda call: {"note_ids": call.sandbox.data.split_order(call.ids[0])}),
    _action("GET", "/products/{id}", lambda call: call.sandbox.data.products.get(call.ids[0])),
    _action("POST", "/products", _create_product),
    _action("POST", "/products/{id}", lambda call: call.sandbox.data.products.change(call.ids[0], **call.given)),
    _action("POST", "/products/{id}/delete", lambda call: call.sandbox.data.products.remove(call.ids[0])),
    _action("GET", "/journal", _journal),
    _action("GET", "/webhooks/deliveries", lambda call: {"deliveries": call.sandbox.webhook_deliveries()}),
]
