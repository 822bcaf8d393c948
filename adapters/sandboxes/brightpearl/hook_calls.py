"""One call of a webhook: its templates filled in, and the connection that it goes over."""

from __future__ import annotations

import ipaddress
import re
import select
import socket
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.client import HTTPConnection, HTTPException
from typing import Final
from urllib.parse import SplitResult, urlsplit

from .replies import Json

TIMEOUT_S: Final = 5.0
_API_VERSION: Final = "sandbox"
_VARIABLE: Final = re.compile(r"\$\{([a-z-]+)\}")


@dataclass(slots=True)
class HookCall:
    """A call to be made: what it is about, where it goes, and how many tries were made."""

    hook: Json
    event: str
    ids: str
    uri: str
    body: str
    record: Json = field(default_factory=dict)
    attempts: int = 0


def variables(account_code: str, event: str, ids: str, raised: datetime) -> dict[str, str]:
    """The template variables of an event, by name."""
    kind, lifecycle, *specifier = event.split(".")
    return {
        "account-code": account_code,
        "resource-type": kind,
        "lifecycle-event": lifecycle,
        "full-event": event,
        "resource-specifier": ".".join(specifier),
        "resource-id": ids,
        "raised-on": raised.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "brightpearl-version": _API_VERSION,
    }


def hook_call(hook: Json, values: Mapping[str, str]) -> HookCall:
    """The call of a hook with these variables; unknown ones stay as they stand."""

    def fill(template: str) -> str:
        return _VARIABLE.sub(lambda match: values.get(match[1], match[0]), template)

    body = fill(hook.get("bodyTemplate", ""))
    return HookCall(hook, values["full-event"], values["resource-id"], fill(hook["uriTemplate"]), body)


def without_secrets(uri: str) -> str:
    """An address without user and query, where hooks carry their secrets."""
    address = urlsplit(uri)
    host = address.netloc.rpartition("@")[2]
    return f"{address.scheme}://{host}{address.path}"


class HookLine:
    """The connection to one hook's receiver, kept open between calls; for one thread at a time."""

    def __init__(self) -> None:
        self._connection: HTTPConnection | None = None
        self._place = ""

    def call(self, call: HookCall) -> int:
        """The status that the address answered with; 0 when it did not answer, or is not an http address on this machine."""
        try:
            address = urlsplit(call.uri)
            if address.scheme != "http" or not _is_loopback(address.hostname or ""):
                return 0
            return self._send(address, call)
        except (OSError, HTTPException, ValueError):
            # Whatever went wrong on the way, Brightpearl knows no more than that nobody took the call.
            self.close()
            return 0

    def abort(self) -> None:
        """Break off the call that another thread is making, if it makes one."""
        sock = self._connection.sock if self._connection is not None else None
        if sock is not None:
            # Gone already would be just as good.
            with suppress(OSError):
                sock.shutdown(socket.SHUT_RDWR)

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _send(self, address: SplitResult, call: HookCall) -> int:
        connection = self._connected(address)
        path = (address.path or "/") + (f"?{address.query}" if address.query else "")
        headers = {"Content-Type": call.hook["contentType"]} if "contentType" in call.hook else {}
        connection.request(call.hook["httpMethod"], path, call.body.encode() or None, headers)
        with connection.getresponse() as response:
            response.read()
            return response.status

    def _connected(self, address: SplitResult) -> HTTPConnection:
        if self._connection is not None and (self._place != address.netloc or _was_dropped(self._connection)):
            self.close()
        if self._connection is None:
            self._connection = HTTPConnection(address.hostname or "", address.port or 80, timeout=TIMEOUT_S)
            self._place = address.netloc
        return self._connection


def _was_dropped(connection: HTTPConnection) -> bool:
    """Whether the other side hung up meanwhile: then there is an end to be read."""
    return connection.sock is not None and bool(select.select([connection.sock], [], [], 0)[0])


def _is_loopback(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
