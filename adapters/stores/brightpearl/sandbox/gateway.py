"""From a request to its reply: log-in or OAuth, token, throttle, service."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Final

from .auth import Gatekeeper, OAuthDesk
from .data import UnknownIdError
from .replies import THROTTLED_TEXT, ApiError, GatewayError, Reply, not_found, refusal
from .routing import Account, Request, Route, find_route, parse_query
from .throttle import ThrottlePools

_API_PATH: Final = re.compile(r"/public-api/([^/]+)(/.+)")
_LOGIN_PATH: Final = re.compile(r"/([^/]+)/authorise/?")


class Gateway:
    """Answers requests to the API of one account. Tokens are checked before the throttle counts: a 401 uses up nothing."""

    def __init__(
        self, account: Account, gatekeeper: Gatekeeper, oauth: OAuthDesk, pools: ThrottlePools, routes: list[Route]
    ) -> None:
        self._account = account
        self._gatekeeper = gatekeeper
        self._oauth = oauth
        self._pools = pools
        self._routes = routes

    def answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The reply to one request, refusals included; each carries a `ruid`."""
        extra = {"ruid": str(uuid.uuid4())}
        try:
            reply = self._answer(method, path, query, headers, body, extra)
        except (ApiError, GatewayError) as error:
            reply = refusal(error)
        except UnknownIdError as error:
            reply = refusal(not_found(str(error)))
        return Reply(reply.status, reply.body, reply.content_type, {**extra, **reply.headers})

    def _answer(
        self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, extra: dict[str, str]
    ) -> Reply:
        if method == "POST" and (login := _LOGIN_PATH.fullmatch(path)):
            return self._gatekeeper.log_in(login[1], headers, body, self._account.options)
        if (asked := self._oauth.answer(method, path, query, headers, body)) is not None:
            return asked
        call = _API_PATH.fullmatch(path)
        if call is None:
            raise not_found(f"No service answers at {path}")
        caller = self._gatekeeper.admit(call[1], headers)
        extra.update(caller.headers)
        passage = self._pools.admit(caller.pool)
        extra.update(passage.headers())
        if not passage.allowed:
            raise GatewayError(503, THROTTLED_TEXT)
        found = find_route(self._routes, method, call[2])
        if found is None:
            raise not_found(f"No service answers {method} {call[2]}")
        matched, parts = found
        extra["message-type"] = matched.message_type
        return matched.handler(Request(self._account, parts, parse_query(query), headers, body))
