"""One HTTP call to Brightpearl at a time: the throttle is obeyed, transient failures are tried again, the rest is told.

Each attempt is first taken from the budget that all users of the account share. What Brightpearl's replies say of its cap is
obeyed besides, for requests outside the budget.

What a person reads never holds a header, a request body or the body of a 401: those carry the password or the token.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import requests

from adapters.stores.brightpearl.budget import StoreBudget
from adapters.stores.brightpearl.reply_bodies import errors_in, is_own_not_found, json_object
from engine.log import get_logger
from engine.model.request_budget import Purpose
from engine.ports import Clock, StoreError, StoreUnavailable
from rules.messages import Message, Text

CONNECT_TIMEOUT_S = 5
READ_TIMEOUT_S = 18
RETRY_WAITS_S = (0.5, 1.5, 3.0, 6.0)  # before the second, third, … attempt
MAX_ATTEMPTS = len(RETRY_WAITS_S) + 1
ANSWERING_ATTEMPTS = 3  # while a person waits
GIVE_UP_AFTER_S = 40  # of failing; waiting for the throttle does not count
MAX_REFUSALS = 5  # in the life of a transport
MAX_WINDOW_S = 60.0
FALLBACK_REFUSAL_WAIT_S = 5.0  # without a header; doubled each time
THROTTLE_PATIENCE_S = 125.0  # of waiting for windows in which nothing is allowed: for two, one after the other
BUDGET_PATIENCE_S = 125.0  # for one request, while other stores use up the budget
MAX_BODY_BYTES = 32 * 1024 * 1024  # 200 orders of a hundred lines each are half of it
WAITING_LOGGED_EVERY = timedelta(minutes=5)

_log = get_logger("brightpearl")

_UNAVAILABLE = Text(
    "Brightpearl cannot be read at the moment: {what} (asked {times} times). Nothing is lost; try again later.",
    "No se puede leer Brightpearl en este momento: {what} ({times} intentos). No se pierde nada; inténtalo más tarde.",
)
_THROTTLED = Text(
    "Brightpearl refused {times} requests because the account's limit of requests a minute is used up, also by other "
    "apps. Nothing is lost; try again in some minutes.",
    "Brightpearl rechazó {times} peticiones porque el límite de peticiones por minuto de la cuenta está agotado, también "
    "por otras apps. No se pierde nada; inténtalo dentro de unos minutos.",
)
_NO_ROOM = Text(
    "The account's limit of requests a minute has been used up for {seconds} seconds, also by other apps. Nothing is lost; try "
    "again in some minutes.",
    "El límite de peticiones por minuto de la cuenta lleva {seconds} segundos agotado, también por otras apps. No se pierde "
    "nada; inténtalo dentro de unos minutos.",
)
_BUDGET_USED_UP = Text(
    "All requests that Brightpearl allows this account are taken by other work on it, also of other stores. Nothing is lost; "
    "try again in some minutes.",
    "Otras tareas, también de otras tiendas, ocupan todas las peticiones que Brightpearl permite a esta cuenta. No se pierde "
    "nada; inténtalo dentro de unos minutos.",
)
_REDIRECTED = Text(
    "The address {base_url} answers with a redirect, which is not followed: check the integration URL and the data centre.",
    "La dirección {base_url} responde con una redirección, que no se sigue: "
    "comprueba la URL de integración y el centro de datos.",
)
_TOO_LARGE = Text(
    "Brightpearl's answer is larger than {limit} MB, which no request of this import can be.",
    "La respuesta de Brightpearl supera {limit} MB, algo imposible en esta importación.",
)
_REFUSED = Text(
    "Brightpearl refuses the request: {detail} (HTTP {status}).",
    "Brightpearl rechaza la petición: {detail} (HTTP {status}).",
)
_NO_ANSWER = Text("no answer in time", "no hubo respuesta a tiempo")
_CUT = Text("the connection failed or was cut", "la conexión falló o se cortó")
_NOT_SECURE = Text(
    "no secure connection could be made, for example because of its certificate",
    "no se pudo establecer una conexión segura, por ejemplo por su certificado",
)
_STATUS = Text("it answered with HTTP {status}", "respondió con HTTP {status}")
_NOT_JSON = Text(
    "it answered HTTP {status} with something that is not complete JSON",
    "respondió HTTP {status} con algo que no es JSON completo",
)
_NOT_BRIGHTPEARL = Text(
    "{base_url} answered with HTTP {status} and something that is not Brightpearl's, as a proxy or a wrong address does; if it "
    "stays so, check the account code, the data centre and the integration URL",
    "{base_url} respondió con HTTP {status} y algo que no es de Brightpearl, como hace un proxy o una dirección equivocada; si "
    "sigue así, comprueba el código de cuenta, el centro de datos y la URL de integración",
)
_NO_DETAIL = Text("no reason given", "sin motivo")


class TransientFailure(Exception):
    """One attempt failed in a way that another may not; carries what happened in words, and whether an answer came."""

    def __init__(self, what: Text | Message, *, answered: bool = True) -> None:
        super().__init__(what)
        self.what = what
        self.answered = answered


class Unanswered(StoreUnavailable):
    """A call that is not to be repeated blindly failed: it may have been carried out. `answered`: something came back."""

    def __init__(self, failure: TransientFailure) -> None:
        super().__init__(_unavailable(failure, 1))
        self.answered = failure.answered


class _OverTheCap(Exception):
    """The call was refused because the account's allowance is used up."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer that came through: a 2xx with its JSON object, or a refusal with what could be read of it."""

    status: int
    body: dict[str, Any] = field(repr=False)  # a log-in's holds a token

    def is_success(self) -> bool:
        return self.status < 300 and "errors" not in self.body

    def error_codes(self) -> list[str]:
        return [str(error.get("code", "")) for error in errors_in(self.body)]


class Transport:
    """Sends calls to one base URL. Not for use by several threads at once."""

    def __init__(
        self,
        http: requests.Session,
        base_url: str,
        clock: Clock,
        on_request: Callable[[], None],
        jitter: Callable[[], float] = random.random,
        budget: StoreBudget | None = None,
    ) -> None:
        self._http = http
        self._base_url = base_url
        self._clock = clock
        self._on_request = on_request
        self._jitter = jitter
        self._budget = budget
        self._purpose = Purpose.READ
        self._most_attempts = MAX_ATTEMPTS
        self._sent_at = clock.now()
        self._remaining: int | None = None
        self._window_s: float | None = None
        self._window_ends: datetime | None = None
        self._refusals = 0
        self._throttled_s = 0.0  # waited since the cap last left room for anything
        self.received = 0  # bytes of all answers
        self._waiting_logged: datetime | None = None

    @property
    def base_url(self) -> str:
        return self._base_url

    @contextmanager
    def writing_back(self) -> Iterator[None]:
        """Within it all calls, a log-in too, may take what the budget keeps for write-backs."""
        before, self._purpose = self._purpose, Purpose.WRITE_BACK
        try:
            yield
        finally:
            self._purpose = before

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Within it a person waits for the answer: calls, a log-in too, are given up soon."""
        before, self._most_attempts = self._most_attempts, ANSWERING_ATTEMPTS
        try:
            yield
        finally:
            self._most_attempts = before

    def send(
        self,
        method: str,
        path: str,
        headers: Mapping[str, str],
        body: bytes | None = None,
        judge: Callable[[Reply], None] | None = None,
        *,
        attempts: int = MAX_ATTEMPTS,
        repeat: bool = True,
    ) -> Reply:
        """The reply to one call: a success, or a refusal that trying again cannot mend, for the caller to tell.

        `judge` may raise TransientFailure for a 2xx whose content makes no sense, which counts as a failed attempt.
        Raises StoreUnavailable when attempts, time, refusals for the cap or the patience with it are used up, StoreError for
        a redirect.
        Without `repeat` the first failed attempt raises Unanswered, for the caller to see what came of it; what the cap
        refused was not carried out and is repeated all the same.
        """
        failures = 0
        give_up_at = self._clock.now() + timedelta(seconds=GIVE_UP_AFTER_S)
        while True:
            give_up_at += self._await_allowance()
            give_up_at += self._await_budget()
            try:
                reply = self._attempt(method, path, headers, body)
                if self._remaining != 0:
                    self._throttled_s = 0.0
                if judge is not None and reply.is_success():
                    judge(reply)
                return reply
            except _OverTheCap:
                give_up_at += self._await_window_after_refusal()
            except TransientFailure as failure:
                failures += 1
                if not repeat:
                    _log.warning("brightpearl.unanswered", path=_shown(path), what=failure.what.format("en"))
                    raise Unanswered(failure) from None
                wait = RETRY_WAITS_S[failures - 1] if failures < min(attempts, self._most_attempts) else None
                _log.warning("brightpearl.failed", path=_shown(path), what=failure.what.format("en"), failures=failures)
                if wait is None or self._clock.now() + timedelta(seconds=wait) > give_up_at:
                    raise StoreUnavailable(_unavailable(failure, failures)) from None
                self._clock.sleep(wait)

    def _await_allowance(self) -> timedelta:
        """Wait for the next window when the last reply said that this one is used up."""
        if self._remaining != 0 or self._window_ends is None:
            return timedelta()
        seconds = (self._window_ends - self._clock.now()).total_seconds()
        self._remaining = None
        return self._sleep_out(seconds) if seconds > 0 else timedelta()

    def _await_budget(self) -> timedelta:
        """Wait until the shared budget lets one request through."""
        if self._budget is None:
            return timedelta()
        waited = 0.0
        while (wait := self._budget.take(self._purpose)) > 0:
            if waited + wait > BUDGET_PATIENCE_S:
                raise StoreUnavailable(Message("store_budget_used_up", _BUDGET_USED_UP))
            if waited == 0:
                self._log_waiting()
            self._clock.sleep(wait)
            waited += wait
        self._sent_at = self._clock.now()
        return timedelta(seconds=waited)

    def _log_waiting(self) -> None:
        """Said once in a while: with much to ask, every single request waits."""
        now = self._clock.now()
        if self._waiting_logged is None or now - self._waiting_logged >= WAITING_LOGGED_EVERY:
            self._waiting_logged = now
            _log.info("brightpearl.waiting", purpose=self._purpose.value)

    def _await_window_after_refusal(self) -> timedelta:
        self._refusals += 1
        if self._refusals >= MAX_REFUSALS:
            raise StoreUnavailable(Message("store_throttled", _THROTTLED, {"times": self._refusals})) from None
        seconds = self._window_s or min(FALLBACK_REFUSAL_WAIT_S * 2 ** (self._refusals - 1), MAX_WINDOW_S)
        self._remaining = None
        if self._budget is not None:
            self._budget.report(0, seconds, self._sent_at, refused=True)
        return self._sleep_out(seconds)

    def _sleep_out(self, seconds: float) -> timedelta:
        wait = min(seconds, MAX_WINDOW_S) + 0.05 + 0.2 * self._jitter()
        if self._throttled_s + wait > THROTTLE_PATIENCE_S:
            raise StoreUnavailable(Message("store_throttled", _NO_ROOM, {"seconds": round(self._throttled_s)}))
        self._throttled_s += wait
        _log.info("brightpearl.throttled", wait_s=round(wait, 3), refusals=self._refusals)
        self._clock.sleep(wait)
        return timedelta(seconds=wait)

    def _attempt(self, method: str, path: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        self._on_request()
        try:
            response = self._http.request(
                method,
                self._base_url + path,
                data=body,
                headers=dict(headers),
                timeout=(CONNECT_TIMEOUT_S, READ_TIMEOUT_S),
                stream=True,
                allow_redirects=False,
            )
            with response:
                content = self._read(response)
        except requests.exceptions.SSLError:
            raise TransientFailure(_NOT_SECURE, answered=False) from None
        except requests.Timeout:
            raise TransientFailure(_NO_ANSWER, answered=False) from None
        except requests.RequestException:
            raise TransientFailure(_CUT, answered=False) from None
        self._note_allowance(response.headers)
        ruid = response.headers.get("ruid")
        _log.debug("brightpearl.request", method=method, path=_shown(path), status=response.status_code, ruid=ruid)
        return self._interpret(response.status_code, content)

    def _read(self, response: requests.Response) -> bytes:
        parts: list[bytes] = []
        size = 0
        for part in response.iter_content(256 * 1024):
            size += len(part)
            self.received += len(part)
            if size > MAX_BODY_BYTES:
                raise StoreError(Message("answer_too_large", _TOO_LARGE, {"limit": MAX_BODY_BYTES // 1024**2}))
            parts.append(part)
        return b"".join(parts)

    def _interpret(self, status: int, content: bytes) -> Reply:
        if status == 429 or (status == 503 and b"too many requests" in content.lower()):
            raise _OverTheCap
        if 300 <= status < 400:
            raise StoreError(Message("redirected", _REDIRECTED, {"base_url": self._base_url}))
        body = json_object(content)
        if status == 401:
            # The text of a 401 repeats the token: only the codes go on.
            return Reply(401, {"errors": [{"code": code} for code in Reply(401, body or {}).error_codes()]})
        if status < 300 and body is None:
            raise TransientFailure(Message("not_json", _NOT_JSON, {"status": status}))
        if status == 404 and not is_own_not_found(body):
            params = {"base_url": self._base_url, "status": status}
            raise TransientFailure(Message("not_brightpearl", _NOT_BRIGHTPEARL, params))
        reply = Reply(status, body or {})
        if status in (408, 425) or (status >= 500 and not any(code.startswith("CMNC") for code in reply.error_codes())):
            raise TransientFailure(Message("bad_status", _STATUS, {"status": status}))
        return reply

    def _note_allowance(self, headers: Mapping[str, str]) -> None:
        remaining = headers.get("brightpearl-requests-remaining", "").strip()
        period_ms = headers.get("brightpearl-next-throttle-period", "").strip()
        self._remaining = int(remaining) if _is_count(remaining) else None
        self._window_s = int(period_ms) / 1000 if _is_count(period_ms) else None
        if self._budget is not None and self._remaining is not None:
            self._budget.report(self._remaining, self._window_s, self._sent_at)
        if self._window_s is not None:
            self._window_ends = self._clock.now() + timedelta(seconds=min(self._window_s, MAX_WINDOW_S))
        else:
            self._window_ends = None


def _unavailable(failure: TransientFailure, times: int) -> Message:
    return Message("store_unavailable", _UNAVAILABLE, {"what": failure.what, "times": times})


def refusal(reply: Reply, secrets: tuple[str, ...]) -> StoreError:
    """The error for a refusal that trying again cannot mend: Brightpearl's own codes and words, without the secrets."""
    words = "; ".join(f"{error.get('code', '')} {error.get('message', '')}".strip() for error in errors_in(reply.body))
    for secret in secrets:
        words = words.replace(secret, "…") if secret else words
    detail = words[:300] or _NO_DETAIL
    return StoreError(Message("store_refuses", _REFUSED, {"detail": detail, "status": reply.status}))


def _is_count(text: str) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 9


def _shown(path: str) -> str:
    """A path for the log: no query, which may hold a shop's reference, and no endless list of ids."""
    return path.partition("?")[0][:90]
