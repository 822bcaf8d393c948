"""Calls of one account's API, each with what shows who is calling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import orjson

from adapters.stores.brightpearl.auth.scheme import AuthScheme
from adapters.stores.brightpearl.replies import JSON_HEADERS, expect_list, expect_map
from adapters.stores.brightpearl.settings import BrightpearlSettings
from adapters.stores.brightpearl.transport import MAX_ATTEMPTS, Reply, Transport, refusal
from engine.ports import StoreError

Judge = Callable[[Reply], None]


class AccountRequests:
    """Sends calls below `/public-api/{account}`. Logs in by itself at the first one, and once more when a token is refused."""

    def __init__(self, transport: Transport, settings: BrightpearlSettings, auth: AuthScheme) -> None:
        self._transport = transport
        self._settings = settings
        self._auth = auth
        self._api = f"/public-api/{settings.account_code}"

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._transport.base_url}, {self._settings.account_code})"

    def log_in(self) -> None:
        """Do now what the first call would do: for some ways nothing. Raises CredentialsRefused or StoreUnavailable."""
        self._auth.prepare()

    def _call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        headers: Mapping[str, str] | None = None,
        judge: Judge | None = None,
        attempts: int = MAX_ATTEMPTS,
    ) -> Reply:
        """The reply to a call, whatever its status but 401; `body` goes as JSON. A failed attempt may be sent again.

        Raises CredentialsRefused, or StoreError as the transport does.
        """
        content = None if body is None else orjson.dumps(body)

        def send() -> Reply:
            sent = {**JSON_HEADERS, **(headers or {}), **self._auth.headers()}
            return self._transport.send(method, self._api + path, sent, content, judge=judge, attempts=attempts)

        self._auth.prepare()
        reply = send()
        if reply.status == 401:
            self._auth.renew()
            reply = send()
            if reply.status == 401:
                raise self._auth.refused()
        return reply

    def _get(self, path: str, judge: Judge, attempts: int = MAX_ATTEMPTS) -> Reply:
        """A 2xx reply, or a 404 with an empty body. Raises StoreError for every other one."""
        reply = self._call("GET", path, judge=judge, attempts=attempts)
        if reply.status == 404:
            return Reply(404, {})
        if not reply.is_success():
            raise self._refusal(reply)
        return reply

    def _get_map(self, path: str) -> dict[int, dict[str, Any]]:
        """A reply that maps ids to objects; 404, `{}` and `[]` are none."""
        response = self._get(path, judge=expect_map).body.get("response") or {}
        return {int(key): value for key, value in response.items()}

    def _get_list(self, path: str, attempts: int = MAX_ATTEMPTS) -> list[dict[str, Any]]:
        response = self._get(path, judge=expect_list, attempts=attempts).body.get("response")
        return response if isinstance(response, list) else []

    def _refusal(self, reply: Reply) -> StoreError:
        """The error for a reply that is no success, without secrets."""
        return refusal(reply, self._auth.secrets)
