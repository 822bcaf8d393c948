"""The control API under `/sandbox/`: look inside, set switches, queue faults, play the people at the desk."""

from __future__ import annotations

import re
from typing import Any, Final

import orjson

from .control_actions import ACTIONS, Call, ControlError
from .data import UnknownIdError
from .faults import FaultError
from .options import OptionError
from .products import UnknownProductError
from .replies import ApiError, Reply, parse_object
from .routing import parse_query
from .sandbox import Sandbox

CONTROL_PATHS: Final = [(method, path) for method, path, _ in ACTIONS]
"""Method and path of every control request; `{id}` stands for a number."""

_COMPILED: Final = [(method, re.compile(path.replace("{id}", "([0-9]{1,18})")), action) for method, path, action in ACTIONS]


def answer_control(sandbox: Sandbox, method: str, path: str, query: str, body: bytes) -> Reply:
    """The reply to a control request: `200` with a JSON value, or `400`/`404` with `{"error": sentence}`."""
    for wanted_method, pattern, action in _COMPILED:
        match = pattern.fullmatch(path)
        if match is None or method != wanted_method:
            continue
        try:
            given = parse_object(body) if body.strip() else dict(parse_query(query))
            result = action(Call(sandbox, tuple(int(part) for part in match.groups()), given))
        except (UnknownIdError, UnknownProductError) as error:
            return _reply(404, {"error": str(error)})
        except ApiError as error:
            return _reply(400, {"error": error.errors[0][1]})
        except (ControlError, FaultError, OptionError, ValueError) as error:
            return _reply(400, {"error": str(error)})
        return _reply(200, {} if result is None else result)
    return _reply(404, {"error": f"there is no {method} {path}"})


def _reply(status: int, value: Any) -> Reply:
    return Reply(status, orjson.dumps(value))
