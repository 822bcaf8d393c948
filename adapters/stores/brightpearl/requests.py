"""Calls of one account's API, each with what shows who is calling."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from adapters.stores.brightpearl.auth.scheme import AuthScheme
from adapters.stores.brightpearl.raw_values import id_in
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

    def refusal(self, reply: Reply, secrets: tuple[str, ...] = ()) -> StoreError:
        """The error for a reply that is not a success, without the log-in's secrets and these."""
        return refusal(reply, (*secrets, *self._auth.secrets))

    def _send(
        self,
        method: str,
        path: str,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        **options: Any,
    ) -> Reply:
        """The reply to a call, whatever its status but 401; `options` are those of the transport.

        Raises CredentialsRefused, or StoreError as the transport does.
        """
        self._auth.prepare()
        reply = self._send_once(method, path, content, headers or {}, options)
        if reply.status == 401:
            self._auth.renew()
            reply = self._send_once(method, path, content, headers or {}, options)
            if reply.status == 401:
                raise self._auth.refused()
        return reply

    def _send_once(
        self, method: str, path: str, content: bytes | None, headers: Mapping[str, str], options: Mapping[str, Any]
    ) -> Reply:
        sent = {**JSON_HEADERS, **headers, **self._auth.headers()}
        return self._transport.send(method, self._api + path, sent, content, **options)

    def _get(self, path: str, judge: Judge, attempts: int = MAX_ATTEMPTS) -> Reply:
        """A 2xx reply, or a 404 of Brightpearl's own with an empty body. Raises StoreError for every other one."""
        reply = self._send("GET", path, judge=judge, attempts=attempts)
        if reply.status == 404:
            return Reply(404, {})
        if not reply.is_success():
            raise self.refusal(reply)
        return reply

    def _get_map(self, path: str) -> dict[int, dict[str, Any]]:
        """A reply that maps ids to objects; 404, `{}` and `[]` are none."""
        response = self._get(path, judge=expect_map).body.get("response") or {}
        return {number: value for key, value in response.items() if (number := id_in(key)) is not None}

    def _get_list(self, path: str, attempts: int = MAX_ATTEMPTS) -> list[dict[str, Any]]:
        response = self._get(path, judge=expect_list, attempts=attempts).body.get("response")
        return response if isinstance(response, list) else []
