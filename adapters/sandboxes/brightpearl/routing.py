"""One request as the services see it, and the table that finds the handler for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qsl, unquote

from .data import SandboxData
from .idset import IdSet, IdSetError, parse_id_set
from .options import SandboxOptions
from .replies import ApiError, Json, Reply, parse_body, parse_object
from .search import SearchEngine


@dataclass(slots=True)
class Account:
    """What a service works on. `options` is replaced as a whole when a switch is turned."""

    data: SandboxData
    search: SearchEngine
    options: SandboxOptions


@dataclass(frozen=True, slots=True)
class Request:
    """One request to a service: the variable parts of its path, its query (last value wins), headers
    (names in lower case) and body."""

    account: Account
    parts: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    @property
    def data(self) -> SandboxData:
        """The account's data."""
        return self.account.data

    @property
    def options(self) -> SandboxOptions:
        """The switches in force."""
        return self.account.options

    def id_set(self, part: int) -> IdSet:
        """A part of the path as an id set. Raises ApiError for anything else."""
        try:
            return parse_id_set(self.parts[part])
        except IdSetError:
            raise ApiError(400, ("CMNC-SANDBOX-IDSET", f"{self.parts[part]} is not an id set")) from None

    def id(self, part: int) -> int:
        """A part of the path as one id; the route allows digits only."""
        return int(self.parts[part])

    def object(self) -> Json:
        """The body as a JSON object. Raises ApiError."""
        return parse_object(self.body)

    def json(self) -> Any:
        """The body as any JSON value. Raises ApiError."""
        return parse_body(self.body)


Handler = Callable[[Request], Reply]


@dataclass(frozen=True, slots=True)
class Route:
    """Method and path of one service function, and the `message-type` header of its replies."""

    method: str
    pattern: re.Pattern[str]
    handler: Handler
    message_type: str


def route(method: str, path: str, handler: Handler, message_type: str) -> Route:
    """A route. In `path`, `{id}` stands for one number, `{ids}` for an id set, `[…]` for a part that may be missing."""
    text = re.escape(path)
    text = text.replace(re.escape("{ids}"), r"([0-9.,*\-]*)").replace(re.escape("{id}"), r"([0-9]{1,18})")
    text = text.replace(re.escape("["), "(?:").replace(re.escape("]"), ")?")
    return Route(method, re.compile(text + "/?"), handler, message_type)


def find_route(routes: list[Route], method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
    """The route of a request, and the variable parts of its path (a missing part is empty)."""
    decoded = unquote(path)
    for each in routes:
        if each.method == method and (match := each.pattern.fullmatch(decoded)):
            return each, tuple(part or "" for part in match.groups())
    return None


def parse_query(text: str) -> dict[str, str]:
    """The parameters of a query string; the last value of a name wins."""
    return dict(parse_qsl(text, keep_blank_values=True))
