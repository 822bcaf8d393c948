"""One request as the services see it, and the table that finds the handler for it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import count
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import BaseConverter, Map, Rule

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
    path: str
    handler: Handler
    message_type: str


def route(method: str, path: str, handler: Handler, message_type: str) -> Route:
    """A route. In `path`, `{id}` stands for one number, `{ids}` for an id set, `[…]` at its end for what may be missing."""
    return Route(method, path, handler, message_type)


class Router:
    """Finds the route of a request."""

    def __init__(self, routes: Iterable[Route]) -> None:
        self._routes = tuple(routes)
        self._paths = _map_of(tuple((each.method, each.path) for each in self._routes)).bind("")

    def find(self, method: str, path: str) -> tuple[Route, tuple[str, ...]] | None:
        """The route of a request, and the variable parts of its path from left to right (a missing one is empty)."""
        try:
            number, parts = self._paths.match(unquote(path), method)
        except (NotFound, MethodNotAllowed):
            return None
        found = self._routes[int(number)]
        if found.method != method:  # the router answers HEAD by GET, the vendor does not
            return None
        return found, tuple(parts.get(f"part{place}", "") for place in range(_PART.subn("", found.path)[1]))


class _NumberConverter(BaseConverter):
    regex = "[0-9]{1,18}"


class _IdSetConverter(BaseConverter):
    regex = r"[0-9.,*\-]+"


@cache
def _map_of(routes: tuple[tuple[str, str], ...]) -> Map:
    """Where each method and path leads: the route's number. Making it takes longer than all else of a sandbox's start."""
    rules = [rule for number, (method, path) in enumerate(routes) for rule in _rules_of(number, method, path)]
    return Map(rules, converters={"number": _NumberConverter, "idset": _IdSetConverter})


def _rules_of(number: int, method: str, path: str) -> list[Rule]:
    """A path as the router knows it: one rule with the part that may be missing, one without."""
    start, bracket, optional = path.partition("[")
    paths = [start, start + optional.rstrip("]")] if bracket else [start]
    return [
        Rule(_named_parts(each), methods=[method], endpoint=number, strict_slashes=False, merge_slashes=False) for each in paths
    ]


_PART: Final = re.compile(r"\{(ids?)\}")


def _named_parts(path: str) -> str:
    """A path with `{id}` and `{ids}` as the router writes them: `<number:part0>`, `<idset:part1>`."""
    numbers = count()
    return _PART.sub(lambda match: f"<{'idset' if match[1] == 'ids' else 'number'}:part{next(numbers)}>", path)


def parse_query(text: str) -> dict[str, str]:
    """The parameters of a query string; the last value of a name wins."""
    return dict(parse_qsl(text, keep_blank_values=True))
