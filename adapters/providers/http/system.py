"""Calls providers' systems: signed, bounded in time and size, to addresses that this installation may call."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final
from urllib.parse import quote, urlsplit

import requests

from adapters.outgoing import Network, check_address, leads_inside, outgoing_session
from adapters.providers.http import messages, signing
from engine.model.ids import new_id
from engine.model.integrated_provider import IntegratedProvider, KnownRequest, OutgoingRequest, ProviderEvent
from engine.model.sentence import full_sentence
from engine.ports import Clock, ProviderRefused, ProviderUnavailable, ProviderUnusable, StoreError, StoreUnavailable
from rules.messages import Message, Text
from rules.order_document import UnreadableDocument, loads
from rules.visible import harmless_line

CONNECT_S: Final = 10.0
READ_S: Final = 20.0  # for each piece; `adapters.outgoing` bounds the whole answer
MAX_ANSWER_BYTES: Final = 64 * 1024
LONGEST_WORDS: Final = 300
LONGEST_URL: Final = 500
_LATER: Final = (408, 425, 429)

NOT_SECURE = Text(
    "{url} is not encrypted: give an address that starts with https://. Plain http is for networks that the operator allows "
    "(RELEVO_ALLOW_NETWORKS).",
    "{url} no va cifrada: indica una dirección que empiece por https://. http sin cifrar es solo para redes que permite el "
    "administrador (RELEVO_ALLOW_NETWORKS).",
)
LONG_URL = Text("The address has more than {limit} characters.", "La dirección tiene más de {limit} caracteres.")
PLAIN_URL = Text(
    "{url} has a query (?) or a fragment (#): give the address without it.",
    "{url} lleva una consulta (?) o un fragmento (#): indica la dirección sin ellos.",
)
NO_ANSWER = Text(
    "The provider's system at {host} does not answer: {problem} It is tried again.",
    "El sistema del proveedor en {host} no responde: {problem} Se volverá a intentar.",
)
FAILS = Text(
    "The provider's system at {host} fails now (HTTP {status}). It is tried again.",
    "El sistema del proveedor en {host} falla ahora (HTTP {status}). Se volverá a intentar.",
)
SECRET_UNREADABLE = Text(
    "The secret of this connection cannot be read: it was encrypted with another RELEVO_SECRET_KEY. Bring that key back, or make "
    "a new secret and give it to the provider's system; then test the connection.",
    "La clave de esta conexión no se puede leer: se cifró con otra RELEVO_SECRET_KEY. Recupera esa clave, o crea una clave nueva "
    "y dásela al sistema del proveedor; prueba después la conexión.",
)
SECRET_REFUSED = Text(
    "The provider's system at {host} does not accept the signature (HTTP {status}): give it the secret of this connection, then "
    "test the connection; what waits is sent then.",
    "El sistema del proveedor en {host} no acepta la firma (HTTP {status}): dale la clave de esta conexión y prueba después la "
    "conexión; lo pendiente se enviará entonces.",
)
MOVED = Text(
    "The provider's system at {host} answers with a redirect (HTTP {status}), which is not followed: remove the provider and add "
    "it with its final address.",
    "El sistema del proveedor en {host} responde con una redirección (HTTP {status}), que no se sigue: da de baja el proveedor y "
    "añádelo con su dirección definitiva.",
)
REFUSED = Text(
    'The provider\'s system at {host} does not take it (HTTP {status}): "{words}" Change the order accordingly, which sends it '
    "again, or recall it.",
    "El sistema del proveedor en {host} no lo acepta (HTTP {status}): «{words}» Cambia el pedido en consecuencia, con lo que se "
    "envía de nuevo, o retíralo.",
)
NO_SUCH_PLACE = Text(
    "The provider's system at {host} knows no such address (HTTP {status}): check the address that it was added with.",
    "El sistema del proveedor en {host} no conoce esa dirección (HTTP {status}): comprueba la dirección con la que se añadió.",
)
TOO_LARGE = Text(
    "The provider's system at {host} answers with more than {limit} bytes.",
    "El sistema del proveedor en {host} responde con más de {limit} bytes.",
)
NOT_UNDERSTOOD = Text(
    "The provider's system at {host} answers in a way that is not understood: {problem} It is asked again.",
    "El sistema del proveedor en {host} responde de un modo que no se entiende: {problem} Se volverá a preguntar.",
)
_CUT = Text("the connection failed.", "ha fallado la conexión.")
_SLOW = Text("it took too long.", "ha tardado demasiado.")
_TLS = Text("its certificate is not trusted.", "su certificado no es de confianza.")


class HttpProviderSystem:
    """Implements `engine.ports.ProviderSystem`. A connection a call: nothing of one tenant is left for another."""

    def __init__(self, clock: Clock, allow: Sequence[Network] = (), trusted_ca: str = "", read_s: float = READ_S) -> None:
        self._clock = clock
        self._allow = tuple(allow)
        self._trusted_ca = trusted_ca
        self._read_s = read_s

    def new_secret(self) -> str:
        return signing.new_secret()

    def check_url(self, url: str) -> str:
        url = url.strip().rstrip("/")
        if len(url) > LONGEST_URL:
            raise ProviderUnusable(Message("long_url", LONG_URL, {"limit": LONGEST_URL}))
        try:
            check_address(url, self._allow)
            self._check_encrypted(url)
        except StoreError as error:
            raise _as_providers(error) from None
        if "?" in url or "#" in url:
            raise ProviderUnusable(Message("plain_url", PLAIN_URL, {"url": url}))
        return url

    def test(self, provider: IntegratedProvider) -> None:
        self._call(provider, "GET", "/ping")

    def send(self, provider: IntegratedProvider, request: OutgoingRequest, key: str) -> None:
        self._call(provider, "PUT", _path(request.reference), messages.request_body(request), key=key)

    def look_up(self, provider: IntegratedProvider, reference: str) -> KnownRequest | None:
        content = self._call(provider, "GET", _path(reference), may_be_missing=True)
        try:
            return None if content is None else messages.parse_known(content)
        except ProviderRefused as error:  # nobody knows what it has
            params = {"host": urlsplit(provider.url).netloc, "problem": error.args[0]}
            raise ProviderUnavailable(Message("not_understood", NOT_UNDERSTOOD, params)) from None

    def ask_cancel(self, provider: IntegratedProvider, reference: str, key: str) -> bool:
        path, body = f"{_path(reference)}/cancel", messages.cancel_body(reference)
        return self._call(provider, "POST", path, body, key=key, may_be_missing=True) is not None

    def verify(self, secrets: Sequence[str], headers: Mapping[str, str], body: bytes) -> str:
        return signing.verify(secrets, headers, body, self._clock.now())

    def parse_event(self, body: bytes) -> ProviderEvent:
        return messages.parse_event(body)

    def _check_encrypted(self, url: str) -> None:
        """What a name leads to may change after the provider was added. Raises StoreError."""
        if urlsplit(url).scheme != "https" and not leads_inside(url, self._allow):
            raise ProviderUnusable(Message("not_secure", NOT_SECURE, {"url": url}))

    def _call(
        self,
        provider: IntegratedProvider,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        key: str = "",
        may_be_missing: bool = False,
    ) -> bytes | None:
        """The body of a good answer; None for what the provider's system says it does not have, where that may be."""
        now = self._clock.now()
        host = urlsplit(provider.url).netloc
        if not provider.secrets.can_be_read:
            raise ProviderUnusable(Message("secret_unreadable", SECRET_UNREADABLE))
        headers = signing.sign(provider.secrets.valid(now), key or new_id("msg"), now, body)
        headers |= {"User-Agent": "Relevo", "Accept": "application/json"}
        if key:
            headers |= {"Idempotency-Key": key, "Content-Type": "application/json"}
        try:
            self._check_encrypted(provider.url)
            with (
                outgoing_session(self._allow, self._trusted_ca) as http,
                http.request(
                    method,
                    provider.url + path,
                    data=body or None,
                    headers=headers,
                    timeout=(CONNECT_S, self._read_s),
                    stream=True,
                ) as answer,
            ):
                status, content = answer.status_code, _read(answer, host)
        except StoreError as error:
            raise _as_providers(error) from None
        except requests.exceptions.SSLError:
            raise _no_answer(host, _TLS) from None
        except requests.Timeout:
            raise _no_answer(host, _SLOW) from None
        except requests.RequestException:
            raise _no_answer(host, _CUT) from None
        if 200 <= status < 300:
            return content
        if may_be_missing and status == 404 and _says_unknown(content):
            return None
        raise _failure(host, status, content)


def _as_providers(error: StoreError) -> StoreError:
    """What was met before anything could be sent."""
    kind = ProviderUnavailable if isinstance(error, StoreUnavailable) else ProviderUnusable
    return kind(error.args[0])


def _path(reference: str) -> str:
    return f"/requests/{quote(reference, safe='')}"


def _read(answer: requests.Response, host: str) -> bytes:
    parts: list[bytes] = []
    size = 0
    for part in answer.iter_content(16 * 1024):
        size += len(part)
        if size > MAX_ANSWER_BYTES:  # nobody knows what it says
            raise ProviderUnavailable(Message("answer_too_large", TOO_LARGE, {"host": host, "limit": MAX_ANSWER_BYTES}))
        parts.append(part)
    return b"".join(parts)


def _says_unknown(content: bytes) -> bool:
    """Whether it is the contract's own answer, and not a server that knows no such address."""
    return _error(content).get("code") == "unknown_reference"


def _failure(host: str, status: int, content: bytes) -> StoreError:
    params = {"host": host, "status": status}
    if status in _LATER or status >= 500 or status < 200:
        return ProviderUnavailable(Message("provider_fails", FAILS, params))
    if status < 400:
        return ProviderUnusable(Message("provider_moved", MOVED, params))
    if status in (401, 403):
        return ProviderUnusable(Message("secret_refused", SECRET_REFUSED, params))
    words = harmless_line(str(_error(content).get("message") or ""))[:LONGEST_WORDS]
    if status in (404, 405) and not words:
        return ProviderUnusable(Message("no_such_place", NO_SUCH_PLACE, params))
    return ProviderRefused(Message("provider_refused", REFUSED, {**params, "words": full_sentence(words) or "–"}))


def _error(content: bytes) -> Mapping[str, object]:
    try:
        error = loads(content).get("error")
    except UnreadableDocument:
        return {}
    return error if isinstance(error, dict) else {}


def _no_answer(host: str, problem: Text) -> ProviderUnavailable:
    return ProviderUnavailable(Message("no_answer", NO_ANSWER, {"host": host, "problem": problem}))
