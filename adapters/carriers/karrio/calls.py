"""Karrio's calls by HTTP, made here in its place: to checked addresses, bounded in time and size, and never twice.

Karrio gives its requests to a function of its own, which knows neither limits nor refused addresses, and which asks again after
any failure where Sentry's library is installed. `CarriersCalls` stands in that function's place.
"""

from __future__ import annotations

import io
import threading
from collections.abc import Sequence
from email.message import Message as Headers
from typing import Any, Final, Self
from urllib.error import HTTPError
from urllib.parse import urlsplit
from urllib.request import Request

from adapters.carriers.calls import CarrierCalls, Outcome, outcome_of
from adapters.outgoing import Network
from engine.ports import CarrierError

_LOGINS: Final = ("/token",)  # how the addresses end that keys are shown to
_HERE: Final = threading.local()  # for whichever of them karrio sends by


class CallFailed(Exception):
    """Goes through karrio, which takes `code` and `details` over into the message that it makes of any failure."""

    code = "call_failed"

    def __init__(self, error: CarrierError, *, is_login: bool) -> None:
        super().__init__(str(error))
        self.details = {"error": error, "is_login": is_login}


class Answered:
    """An answer as karrio reads it."""

    def __init__(self, url: str, status: int, content: bytes) -> None:
        self.url = url
        self.status = status
        self.headers = Headers()
        self._content = content

    def read(self) -> bytes:
        return self._content

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None: ...


class CarriersCalls:
    """The function that karrio sends by. `status` is that of the thread's last answer: of a login only where it was refused."""

    def __init__(self, allow: Sequence[Network] = (), trusted_ca: str = "") -> None:
        self._allow = tuple(allow)
        self._trusted_ca = trusted_ca

    def forget(self) -> None:
        """Before a call of which the status is wanted."""
        _HERE.status = None

    @property
    def status(self) -> int | None:
        """None where nothing was answered, as when karrio itself refused."""
        status: int | None = getattr(_HERE, "status", None)
        return status

    def __call__(self, request: Request, timeout: Any = None) -> Answered:
        """Send it. Raises HTTPError for a clear no, CallFailed where nobody knows, or nothing was sent."""
        url, headers = request.full_url, dict(request.header_items())
        is_login = urlsplit(url).path.endswith(_LOGINS)
        calls = CarrierCalls(urlsplit(url).hostname or "", "", headers, allow=self._allow, trusted_ca=self._trusted_ca)
        try:
            answer = calls.call(request.get_method(), url, request.data, accept=headers.get("Accept", "application/json"))
            outcome = outcome_of(answer.status, "", ())
            if outcome is Outcome.UNKNOWN:
                calls.check(answer, "", "")
        except CarrierError as error:
            raise CallFailed(error, is_login=is_login) from None
        if outcome is Outcome.NOT_DONE or not is_login:
            _HERE.status = answer.status
        if outcome is Outcome.NOT_DONE:
            raise HTTPError(url, answer.status, "", Headers(), io.BytesIO(answer.content))
        return Answered(url, answer.status, answer.content)
