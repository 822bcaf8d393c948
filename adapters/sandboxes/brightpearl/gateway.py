"""From a request to its reply: log-in or OAuth, token, throttle, service."""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from typing import Final

from .auth import Gatekeeper, OAuthDesk
from .data import UnknownIdError
from .journal import WRITES, Journal
from .multi_message import process
from .replies import THROTTLED_TEXT, ApiError, GatewayError, Reply, not_found, parse_object, refusal
from .routing import Account, Request, Router, parse_query
from .throttle import ThrottlePools

_API_PATH: Final = re.compile(r"/(?:public-api|2\.0\.0)/([^/]+)(/.+)")  # the second is how it was written until 2014
_SLASHES: Final = re.compile(r"//+")
_MULTI_MESSAGE: Final = "/multi-message"
_LOGIN_PATH: Final = re.compile(r"/([^/]+)/authorise/?")


def single_slashes(path: str) -> str:
    """A path as the gateway reads it: slashes that follow each other are one."""
    return _SLASHES.sub("/", path)


class Gateway:
    """Answers requests to the API of one account. The throttle counts before tokens are checked: a 401 uses up one as well."""

    def __init__(
        self,
        account: Account,
        gatekeeper: Gatekeeper,
        oauth: OAuthDesk,
        pools: ThrottlePools,
        journal: Journal,
        router: Router,
    ) -> None:
        self._account = account
        self._gatekeeper = gatekeeper
        self._oauth = oauth
        self._pools = pools
        self._journal = journal
        self._router = router

    def answer(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes) -> Reply:
        """The reply to one request, refusals included; each carries a `ruid`."""
        extra = {"ruid": str(uuid.uuid4())}
        path = single_slashes(path)
        try:
            reply = self._answer(method, path, query, headers, body, extra)
        except (ApiError, GatewayError) as error:
            reply = refusal(error)
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
        extra["message-type"] = "api-proxy"
        passage = self._pools.admit(self._gatekeeper.pool_of(headers))
        extra.update(passage.headers())
        if not passage.allowed:
            raise GatewayError(503, THROTTLED_TEXT)
        caller = self._gatekeeper.admit(call[1], headers)
        extra.update(caller.headers)
        if method == "POST" and call[2].rstrip("/") == _MULTI_MESSAGE:
            extra["message-type"] = "post-multi-message"
            return process(parse_object(body), lambda *message: self._answer_message(caller.pool, *message))
        return self._serve(method, call[2], query, headers, body, extra)

    def _answer_message(self, pool: str, method: str, uri: str, body: bytes) -> Reply:
        """The reply to one message of several."""
        if self._account.options.multi_message_counts_each and not self._pools.admit(pool).allowed:
            return refusal(GatewayError(503, THROTTLED_TEXT))
        path, _, query = uri.partition("?")
        return self._serve(method, path, query, {}, body, {})

    def _serve(self, method: str, path: str, query: str, headers: Mapping[str, str], body: bytes, extra: dict[str, str]) -> Reply:
        """A service's reply, refusals included; every write goes into the journal."""
        try:
            found = self._router.find(method, path)
            if found is None:
                raise not_found(f"No service answers {method} {path}")
            matched, parts = found
            extra["message-type"] = matched.message_type
            reply = matched.handler(Request(self._account, parts, parse_query(query), headers, body))
        except ApiError as error:
            reply = refusal(error)
        except UnknownIdError as error:
            reply = refusal(not_found(str(error)))
        if method in WRITES:
            self._journal.add(method, path, headers, body, reply.status)
        return reply
