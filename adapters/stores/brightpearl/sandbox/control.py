"""The control API under `/sandbox/`: look inside, set switches, queue faults, play the people at the desk."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

import orjson

from .data import UnknownIdError
from .faults import FaultError, parse_fault
from .options import OptionError
from .replies import ApiError, Json, Reply, parse_object
from .routing import parse_query
from .throttle import Throttle

if TYPE_CHECKING:
    from .server import SandboxServer


@dataclass(frozen=True, slots=True)
class Call:
    """One control request: the ids in its path, and what its body (or its query) says."""

    server: SandboxServer
    ids: tuple[int, ...]
    given: Json


Action = Callable[[Call], Any]


class ControlError(ValueError):
    """A control request that cannot be done; the text says why."""


def answer_control(server: SandboxServer, method: str, path: str, query: str, body: bytes) -> Reply:
    """The reply to a control request: `200` with a JSON value, or `400`/`404` with `{"error": sentence}`."""
    for wanted_method, pattern, action in _COMPILED:
        match = pattern.fullmatch(path)
        if match is None or method != wanted_method:
            continue
        try:
            given = parse_object(body) if body.strip() else dict(parse_query(query))
            result = action(Call(server, tuple(int(part) for part in match.groups()), given))
        except UnknownIdError as error:
            return _reply(404, {"error": str(error)})
        except ApiError as error:
            return _reply(400, {"error": error.errors[0][1]})
        except (ControlError, FaultError, OptionError, ValueError) as error:
            return _reply(400, {"error": str(error)})
        return _reply(200, {} if result is None else result)
    return _reply(404, {"error": f"there is no {method} {path}"})


def _reply(status: int, value: Any) -> Reply:
    return Reply(status, orjson.dumps(value))


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
    return call.server.expected(
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
    call.server.set_throttle(Throttle(limit, window_s, bool(call.given.get("rolling", True))) if limit else None, pool)
    return {"limit": limit, "window_s": window_s}


def _set_options(call: Call) -> Json:
    call.server.options = call.server.options.changed(call.given)
    return call.server.options.to_json()


def _create_order(call: Call) -> Json:
    given = call.given
    if unknown := sorted(set(given) - {"address", "channel_id", "rows", "printed", "with_note"}):
        raise ControlError(f"unknown key {unknown[0]!r}; known are address, channel_id, printed, rows, with_note")
    address, printed, with_note = given.get("address", {}), given.get("printed", True), given.get("with_note", True)
    if not isinstance(address, dict) or not isinstance(printed, bool) or not isinstance(with_note, bool):
        raise ControlError("address must be an object, printed and with_note true or false")
    order_id, note_id = call.server.data.create_order(
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
    return {"kind": kind, "token": call.server.issue_token(kind, token)}


def _set_password(call: Call) -> None:
    if not isinstance(call.given.get("password"), str):
        raise ControlError("password must be a text")
    call.server.set_password(call.given["password"])


def _action(method: str, path: str, action: Action) -> tuple[str, str, Action]:
    return method, "/sandbox" + path, action


_ACTIONS: Final = [
    _action("GET", "/state", lambda call: call.server.state()),
    _action("GET", "/expected", _expected),
    _action("GET", "/kinds", lambda call: {str(each): kind for each, kind in call.server.data.kinds.items()}),
    _action("GET", "/options", lambda call: call.server.options.to_json()),
    _action("POST", "/options", _set_options),
    _action("POST", "/throttle", _set_throttle),
    _action("POST", "/tokens/expire", lambda call: {"expired": call.server.expire_tokens(call.given.get("kind"))}),
    _action("POST", "/tokens/revoke", lambda call: {"revoked": call.server.revoke_tokens(call.given.get("kind"))}),
    _action("POST", "/tokens/issue", _issue_token),
    _action("POST", "/oauth/grant", lambda call: call.server.grant_oauth()),
    _action("POST", "/password", _set_password),
    _action("POST", "/requests/reset", lambda call: call.server.reset_requests()),
    _action("GET", "/faults", lambda call: call.server.pending_faults()),
    _action("POST", "/faults", lambda call: call.server.queue_fault(parse_fault(call.given))),
    _action("DELETE", "/faults", lambda call: call.server.clear_faults()),
    _action("POST", "/notes/{id}/print", lambda call: call.server.data.print_note(call.ids[0])),
    _action("POST", "/notes/{id}/unprint", lambda call: call.server.data.unprint_note(call.ids[0])),
    _action("POST", "/notes/{id}/pick", lambda call: call.server.data.pick_note(call.ids[0])),
    _action("POST", "/notes/{id}/pack", lambda call: call.server.data.pack_note(call.ids[0])),
    _action(
        "POST", "/notes/{id}/ship", lambda call: call.server.data.ship_note(call.ids[0], str(call.given.get("reference", "")))
    ),
    _action("POST", "/notes/{id}/delete", lambda call: call.server.data.delete_note(call.ids[0])),
    _action("POST", "/orders", _create_order),
    _action("POST", "/orders/{id}/address", lambda call: call.server.data.change_address(call.ids[0], **call.given)),
    _action("POST", "/orders/{id}/split", lambda call: {"note_ids": call.server.data.split_order(call.ids[0])}),
]

CONTROL_PATHS: Final = [(method, path) for method, path, _ in _ACTIONS]
"""Method and path of every control request; `{id}` stands for a number."""

_COMPILED: Final = [(method, re.compile(path.replace("{id}", "([0-9]{1,18})")), action) for method, path, action in _ACTIONS]
