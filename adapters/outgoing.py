"""HTTP to addresses that tenants give: only public ones, and the private networks that the operator allows.

The host name is resolved once, every address it stands for is checked, and the connection is made to a checked address
itself; so a name that answers differently a moment later (DNS rebinding) gains nothing. TLS still verifies the name.
"""

from __future__ import annotations

import io
import ipaddress
import socket
import time
from collections.abc import Sequence
from http.client import HTTPResponse
from typing import Any
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from requests.utils import DEFAULT_CA_BUNDLE_PATH
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import ConnectTimeoutError, LocationParseError, NameResolutionError, NewConnectionError
from urllib3.util.connection import create_connection
from urllib3.util.ssl_ import create_urllib3_context

from adapters.special_addresses import is_public, reached_by
from engine.ports import StoreError, StoreUnavailable
from rules.messages import Message, Text

Network = ipaddress.IPv4Network | ipaddress.IPv6Network

LONGEST_ANSWER_S = 45.0  # from the end of the request to its last byte
_MAX_ADDRESSES = 4  # tried one after the other; more would multiply the connect timeout

_NOT_ALLOWED = Text(
    "{host} leads to {address}, which is not a public address. If it is meant, the operator has to add its network "
    "to RELEVO_ALLOW_NETWORKS.",
    "{host} lleva a {address}, que no es una dirección pública. Si es correcto, el administrador debe añadir su red "
    "a RELEVO_ALLOW_NETWORKS.",
)
_NEVER_ALLOWED = Text(
    "{host} leads to {address}: such an address (link-local, multicast or unspecified) is refused, "
    "whatever RELEVO_ALLOW_NETWORKS says.",
    "{host} lleva a {address}: una dirección así (de enlace local, multicast o sin especificar) se rechaza, "
    "diga lo que diga RELEVO_ALLOW_NETWORKS.",
)
_NOT_HTTP = Text(
    "{url} is not a web address: it must start with http:// or https:// and name a host, without user name or password.",
    "{url} no es una dirección web: debe empezar por http:// o https:// y nombrar un servidor, sin usuario ni contraseña.",
)
_UNKNOWN_HOST = Text(
    "The host name {host} cannot be resolved: check the address, or try again later.",
    "No se puede resolver el nombre {host}: comprueba la dirección o inténtalo más tarde.",
)


class AddressRefused(StoreError):
    """An address that this installation does not call. Its only argument is a `Message`."""


def outgoing_session(allow: Sequence[Network], trusted_ca: str = "") -> requests.Session:
    """A session for addresses given by tenants: http and https, no redirects, no proxies or netrc of the environment.

    `trusted_ca` holds certificates (PEM) of authorities that are trusted besides the public ones.
    A request raises AddressRefused when the host has any address that is neither public nor inside an allowed network.
    """
    session = _NoRedirects()
    session.trust_env = False
    for scheme in ("http://", "https://"):
        session.mount(scheme, _CheckedAdapter(tuple(allow), trusted_ca))
    return session


def check_address(url: str, allow: Sequence[Network]) -> None:
    """Look at an address before anything is sent to it.

    Raises AddressRefused when it is not an http(s) address or leads to a refused one, StoreUnavailable when its name
    cannot be resolved at this moment.
    """
    host, port = _host_and_port(url)
    try:
        _resolve(host, port, allow)
    except (OSError, UnicodeError):
        raise StoreUnavailable(Message("unknown_host", _UNKNOWN_HOST, {"host": host})) from None


def leads_inside(url: str, allow: Sequence[Network]) -> bool:
    """Whether every address that a checked URL leads to is in a network that the operator allows. Raises StoreUnavailable."""
    host, port = _host_and_port(url)
    try:
        found = _resolve(host, port, allow)
    except (OSError, UnicodeError):
        raise StoreUnavailable(Message("unknown_host", _UNKNOWN_HOST, {"host": host})) from None
    return all(any(ipaddress.ip_address(address) in network for network in allow) for address in found)


def _host_and_port(url: str) -> tuple[str, int]:
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError:
        host, port, parts = None, None, urlsplit("")
    if not host or parts.scheme not in ("http", "https") or "@" in parts.netloc:
        shown = url.rpartition("@")[2]  # what stands before it may be a password
        raise AddressRefused(Message("not_http", _NOT_HTTP, {"url": shown}))
    return host, port or (443 if parts.scheme == "https" else 80)


def _resolve(host: str, port: int, allow: Sequence[Network]) -> list[str]:
    """All addresses of a host, each checked. Raises AddressRefused for the first bad one, OSError for unknown names."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))
    for address in addresses:
        _check(host, address, allow)
    return addresses[:_MAX_ADDRESSES]


def _check(host: str, address: str, allow: Sequence[Network]) -> None:
    for reached in reached_by(ipaddress.ip_address(address)):
        params = {"host": host, "address": str(reached)}
        if reached.is_link_local or reached.is_multicast or reached.is_unspecified:
            raise AddressRefused(Message("address_never_allowed", _NEVER_ALLOWED, params))
        if not is_public(reached) and not any(reached in network for network in allow):
            raise AddressRefused(Message("address_not_allowed", _NOT_ALLOWED, params))


class _NoRedirects(requests.Session):
    def get_redirect_target(self, resp: requests.Response) -> str | None:
        return None


class _InTime(io.RawIOBase):
    """What comes from a connection, until time is up: a timeout for each read lets a server send a byte now and then for ever."""

    def __init__(self, source: io.RawIOBase) -> None:
        self._source = source
        self._ends = time.monotonic() + LONGEST_ANSWER_S

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if time.monotonic() > self._ends:
            raise TimeoutError("the answer takes too long")
        read: int | None = self._source.readinto(buffer)
        return read

    def close(self) -> None:
        self._source.close()
        super().close()


class _AnswerInTime(HTTPResponse):
    def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
        super().__init__(sock, *args, **kwargs)
        self.fp = io.BufferedReader(_InTime(self.fp.detach()))


class _Checked(HTTPConnection):
    """Connects to checked addresses only."""

    allow: Sequence[Network] = ()
    response_class = _AnswerInTime

    def _new_conn(self) -> socket.socket:
        port = self.port or self.default_port
        try:
            addresses = _resolve(self.host, port, self.allow)
        except UnicodeError:
            raise LocationParseError(self.host) from None
        except socket.gaierror as error:
            raise NameResolutionError(self.host, self, error) from error
        failure: OSError = OSError("no address")
        for address in addresses:
            try:
                return create_connection(
                    (address, port), self.timeout, source_address=self.source_address, socket_options=self.socket_options
                )
            except OSError as error:
                failure = error
        if isinstance(failure, TimeoutError):
            raise ConnectTimeoutError(self, f"Connection to {self.host} timed out") from failure
        raise NewConnectionError(self, f"Failed to connect to {self.host}: {failure}") from failure


class _CheckedTls(_Checked, HTTPSConnection):
    """The same under TLS, which verifies the host's name, not the address."""


class _CheckedAdapter(HTTPAdapter):
    def __init__(self, allow: Sequence[Network], trusted_ca: str) -> None:
        self._allow = allow
        self._trusted_ca = trusted_ca
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        if self._trusted_ca:
            context = create_urllib3_context()
            context.load_verify_locations(DEFAULT_CA_BUNDLE_PATH)
            context.load_verify_locations(cadata=self._trusted_ca)
            kwargs["ssl_context"] = context
        super().init_poolmanager(*args, **kwargs)
        plain = type("_Plain", (_Checked,), {"allow": self._allow})
        tls = type("_Tls", (_CheckedTls,), {"allow": self._allow})
        self.poolmanager.pool_classes_by_scheme = {
            "http": type("_PlainPool", (HTTPConnectionPool,), {"ConnectionCls": plain}),
            "https": type("_TlsPool", (HTTPSConnectionPool,), {"ConnectionCls": tls}),
        }
