"""Under which names this service answers. A request for any other is refused before anything else sees it."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterable
from typing import Any
from urllib.parse import urlsplit

from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from adapters.peers import read_address
from adapters.web.proxies import WsgiApplication
from adapters.web.security import HEADERS
from rules.messages import LANGUAGES, Language, Text

PROBES = ("/healthz", "/readyz")  # asked by machines under any name; nothing of the name is in their answers
ANY = "*"

NOT_SERVED = Text(
    "This service does not answer under that name. If it should, the operator adds the name to RELEVO_ALLOWED_HOSTS.",
    "Este servicio no responde con ese nombre. Si debe hacerlo, el administrador añade el nombre a RELEVO_ALLOWED_HOSTS.",
)
_LABEL = r"[A-Za-z0-9_-]{1,63}"
_WRITTEN = re.compile(
    rf"(?P<name>\[[0-9A-Fa-f:.]{{2,45}}\]|{_LABEL}(?:\.{_LABEL}){{0,30}}\.?)(?::(?P<port>[0-9]{{1,5}}))?", re.ASCII
)
_HIGHEST_PORT = 65535


class AllowedHosts:
    """The names that are answered to.

    Without a list of the operator's: the public address's, this machine's, and any IP address. A browser can be made to ask
    here under a name of somebody else's, who has it lead here, but not under an address.
    """

    def __init__(self, names: Iterable[str] = (), *, public_url: str | None = None, listens_on: str = "") -> None:
        """`names` are the operator's; one that begins with a dot stands for all names that end so, `*` for every name."""
        public = urlsplit(public_url).hostname if public_url else None
        own = {name.lower() for name in (*names, public, "localhost") if name}
        self._any_address = not tuple(names)
        if self._any_address:
            machine = socket.gethostname().lower()
            own.update((machine, machine.partition(".")[0], f"{machine.partition('.')[0]}.local", listens_on.lower()))
        self._names = own - {""}

    def answers_to(self, host: str) -> bool:
        """Whether a Host header, port and all, is one of ours."""
        written = _WRITTEN.fullmatch(host)
        if written is None or int(written["port"] or 0) > _HIGHEST_PORT:
            return False
        name = written["name"].lower().rstrip(".")
        address = read_address(name)
        if address is not None and (self._any_address or address.is_loopback):
            return True
        if name.strip("[]") in self._names or ANY in self._names:
            return True
        return any(name.endswith(suffix) for suffix in self._names if suffix.startswith("."))


class HostGuard:
    """Lets pass what was asked under one of the service's names."""

    def __init__(self, application: WsgiApplication, hosts: AllowedHosts, language: Language) -> None:
        self._application = application
        self._hosts = hosts
        self._language = language

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        if not self._hosts.answers_to(environ.get("HTTP_HOST", "")):
            if environ.get("PATH_INFO") not in PROBES:
                return self._refuse(environ, start_response)
            environ["HTTP_HOST"] = "localhost"
        return self._application(environ, start_response)

    def _refuse(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        accepted = parse_accept_header(environ.get("HTTP_ACCEPT_LANGUAGE", ""), LanguageAccept)
        language = accepted.best_match(LANGUAGES, self._language)
        body = NOT_SERVED.format("es" if language == "es" else "en").encode() + b"\n"
        headers = {
            **HEADERS,
            "Content-Type": "text/plain; charset=utf-8",
            "Content-Length": str(len(body)),
            "Cache-Control": "no-store",
        }
        start_response("400 Bad Request", list(headers.items()))
        return [body]
