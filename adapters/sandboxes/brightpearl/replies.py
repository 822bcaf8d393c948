"""What the sandbox answers with: one reply type, and the two ways in which Brightpearl refuses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import orjson

Json = dict[str, Any]
"""A JSON object as parsed or about to be written."""

JSON_TYPE: Final = "application/json;charset=UTF-8"
HTML_TYPE: Final = "text/html;charset=UTF-8"
THROTTLED_TEXT: Final = "You have sent too many requests. Please wait before sending another request"


@dataclass(frozen=True, slots=True)
class Reply:
    """One HTTP answer: status, finished body, content type and further headers."""

    status: int
    body: bytes
    content_type: str = JSON_TYPE
    headers: Mapping[str, str] = field(default_factory=dict)


class ApiError(Exception):
    """A refusal in the application envelope: `{"errors": [{"code", "message"}, …]}`."""

    def __init__(self, status: int, *errors: tuple[str, str]) -> None:
        super().__init__(f"{status} {errors}")
        self.status = status
        self.errors = errors


class GatewayError(Exception):
    """A refusal by the gateway: `{"response": "text"}`, for 401 and 503."""

    def __init__(self, status: int, text: str) -> None:
        super().__init__(f"{status} {text}")
        self.status = status
        self.text = text


def success(value: object) -> Reply:
    """`200 {"response": value}`."""
    return Reply(200, orjson.dumps({"response": value}))


def done() -> Reply:
    """`200 {}`, for a write that has nothing to say."""
    return Reply(200, b"{}")


def refusal(error: ApiError | GatewayError) -> Reply:
    """The reply that carries a refusal."""
    if isinstance(error, GatewayError):
        return Reply(error.status, orjson.dumps({"response": error.text}))
    listed = [{"code": code, "message": message} for code, message in error.errors]
    return Reply(error.status, orjson.dumps({"errors": listed}))


def not_found(message: str = "The requested resource was not found") -> ApiError:
    """The common 404."""
    return ApiError(404, ("CMNC-404", message))


def parse_body(body: bytes) -> Any:
    """The JSON value of a request's body; `CMNC-010` when there is none."""
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise ApiError(400, ("CMNC-010", "A JSON body is required")) from error


def parse_object(body: bytes) -> Json:
    """The JSON object of a request's body; `CMNC-010` when it is anything else."""
    value = parse_body(body)
    if not isinstance(value, dict):
        raise ApiError(400, ("CMNC-010", "The JSON body must be an object"))
    return value
