"""Calls to carriers' APIs: bounded in time and size, to addresses that this installation may call, each with a clear outcome."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final
from urllib.parse import urlsplit

import requests

from adapters.outgoing import Network, leads_inside, outgoing_session
from engine.model.sentence import full_sentence
from engine.ports import LOG_IN_REFUSED, CarrierRefused, CarrierUnavailable, StoreError, StoreUnavailable
from rules.messages import Message, Text
from rules.order_document import UnreadableDocument, dumps, loads
from rules.visible import harmless_line

CONNECT_S: Final = 10.0
READ_S: Final = 30.0  # for each piece; `adapters.outgoing` bounds the whole answer
MAX_ANSWER_BYTES: Final = 16 * 1024 * 1024  # labels come as documents in the answer
LONGEST_WORDS: Final = 300

NO_ANSWER = Text("{carrier} does not answer: {problem}", "{carrier} no responde: {problem}")
FAILS = Text("{carrier} fails now (HTTP {status}).", "{carrier} falla ahora (HTTP {status}).")
REFUSED = Text('{carrier} refuses (HTTP {status}): "{words}"', "{carrier} lo rechaza (HTTP {status}): «{words}»")
CREDENTIALS = Text(
    "{carrier} does not accept the keys of this carrier account: enter them anew.",
    "{carrier} no acepta las claves de esta cuenta de transporte: vuelve a introducirlas.",
)
TOO_LARGE = Text("{carrier} answers with more than {limit} MiB.", "{carrier} responde con más de {limit} MiB.")
UNREADABLE = Text("{carrier} answers something that is not JSON.", "{carrier} responde algo que no es JSON.")
NOT_SECURE = Text(
    "{url} is not encrypted: give an address that starts with https://. Plain http is for networks that the operator allows "
    "(RELEVO_ALLOW_NETWORKS).",
    "{url} no va cifrada: indica una dirección que empiece por https://. http sin cifrar es solo para redes que permite el "
    "administrador (RELEVO_ALLOW_NETWORKS).",
)
_CUT = Text("the connection failed.", "ha fallado la conexión.")
_SLOW = Text("it took too long.", "ha tardado demasiado.")
_TLS = Text("its certificate is not trusted.", "su certificado no es de confianza.")


class Outcome(StrEnum):
    """What an answer says of the call."""

    DONE = "done"
    NOT_DONE = "not_done"  # a clear no: the same call would be refused again
    UNKNOWN = "unknown"  # it may have been done


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """What answers of some statuses mean; with `code`, only those whose error has this code."""

    statuses: range
    outcome: Outcome
    code: str = ""


# What holds of any API by HTTP; a carrier's own rows come before these.
COMMON_ROWS: tuple[OutcomeRow, ...] = (
    OutcomeRow(range(200, 300), Outcome.DONE),
    OutcomeRow(range(408, 409), Outcome.UNKNOWN),
    OutcomeRow(range(425, 426), Outcome.UNKNOWN),
    OutcomeRow(range(429, 430), Outcome.UNKNOWN),  # was not begun, but the same call may succeed later
    OutcomeRow(range(400, 500), Outcome.NOT_DONE),
    OutcomeRow(range(1000), Outcome.UNKNOWN),
)


@dataclass(frozen=True, slots=True)
class Answer:
    """A whole answer."""

    status: int
    content: bytes
    carrier: str

    def data(self) -> dict[str, Any]:
        """The JSON object; numbers keep their digits. Raises CarrierUnavailable: nobody knows what was done."""
        try:
            return dict(loads(self.content))
        except UnreadableDocument:
            raise CarrierUnavailable(Message("unreadable_answer", UNREADABLE, {"carrier": self.carrier})) from None


def outcome_of(status: int, code: str, rows: Sequence[OutcomeRow]) -> Outcome:
    """By the first row that fits, a carrier's own before those of all."""
    fitting = (row for row in (*rows, *COMMON_ROWS) if status in row.statuses and row.code in ("", code))
    return next(fitting).outcome


class CarrierCalls:
    """Calls of one carrier account. A connection a call: nothing of one tenant is left for another."""

    def __init__(
        self,
        carrier: str,
        base_url: str,
        headers: Mapping[str, str],
        *,
        allow: Sequence[Network] = (),
        trusted_ca: str = "",
        read_s: float = READ_S,
    ) -> None:
        self._carrier = carrier
        self._base_url = base_url.rstrip("/")
        self._headers = {"User-Agent": "Relevo", **headers}
        self._allow = tuple(allow)
        self._trusted_ca = trusted_ca
        self._read_s = read_s

    def call(
        self,
        method: str,
        path: str,
        body: Any = None,
        *,
        query: Mapping[str, str] | None = None,
        accept: str = "application/json",
    ) -> Answer:
        """Whatever came back as a whole. Raises CarrierUnavailable where nothing did, CarrierRefused where nothing was sent.

        A body of bytes goes as it is, with the headers that the calls have.
        """
        headers = {**self._headers, "Accept": accept}
        if body is not None and not isinstance(body, bytes):
            headers["Content-Type"] = "application/json"
            body = dumps(body)
        try:
            with (
                self._session(path) as http,
                http.request(
                    method,
                    path if urlsplit(path).scheme else self._base_url + path,
                    params=query,
                    data=body,
                    headers=headers,
                    timeout=(CONNECT_S, self._read_s),
                    stream=True,
                ) as answer,
            ):
                return Answer(answer.status_code, self._read(answer), self._carrier)
        except StoreUnavailable as error:
            raise CarrierUnavailable(error.args[0]) from None
        except StoreError as error:
            raise CarrierRefused(error.args[0]) from None
        except requests.exceptions.SSLError:
            raise self._no_answer(_TLS) from None
        except requests.Timeout:
            raise self._no_answer(_SLOW) from None
        except requests.RequestException:
            raise self._no_answer(_CUT) from None

    def check(self, answer: Answer, code: str, words: str, rows: Sequence[OutcomeRow] = ()) -> Answer:
        """The answer, where the call was done. `code` and `words` are what its error says, empty where there is none.

        Raises CarrierRefused for a clear no, and CarrierUnavailable where it may have been done.
        """
        outcome = outcome_of(answer.status, code, rows)
        if outcome is Outcome.DONE:
            return answer
        said = full_sentence(harmless_line(words)[:LONGEST_WORDS]) or "–"
        params = {"carrier": self._carrier, "status": answer.status, "words": said}
        if outcome is Outcome.UNKNOWN:
            raise CarrierUnavailable(Message("carrier_fails", FAILS, params))
        if answer.status in (401, 403):
            raise CarrierRefused(Message(LOG_IN_REFUSED, CREDENTIALS, params))
        raise CarrierRefused(Message("carrier_refused", REFUSED, params))

    def _session(self, path: str) -> requests.Session:
        """Keys, and addresses of people, do not go over the open network in the clear."""
        url = path if urlsplit(path).scheme else self._base_url + path
        if urlsplit(url).scheme == "http" and not leads_inside(url, self._allow):
            raise CarrierRefused(Message("not_secure", NOT_SECURE, {"url": url}))
        return outgoing_session(self._allow, self._trusted_ca)

    def _read(self, answer: requests.Response) -> bytes:
        parts, size = [], 0
        for part in answer.iter_content(64 * 1024):
            size += len(part)
            if size > MAX_ANSWER_BYTES:  # nobody knows what it says
                params = {"carrier": self._carrier, "limit": MAX_ANSWER_BYTES // 1024**2}
                raise CarrierUnavailable(Message("answer_too_large", TOO_LARGE, params))
            parts.append(part)
        return b"".join(parts)

    def _no_answer(self, problem: Text) -> CarrierUnavailable:
        return CarrierUnavailable(Message("no_answer", NO_ANSWER, {"carrier": self._carrier, "problem": problem}))
