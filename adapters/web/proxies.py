"""What a reverse proxy tells of the browser behind it, believed only when the proxy is one of the operator's own."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from adapters.peers import Address, Network, read_address

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

_TOLD = ("HTTP_X_FORWARDED_FOR", "HTTP_X_FORWARDED_PROTO", "HTTP_X_FORWARDED_HOST", "HTTP_X_FORWARDED_PORT", "HTTP_FORWARDED")


class TrustedProxies:
    """Puts the browser's address, scheme and host where the application looks for those of its peer.

    Of the addresses in X-Forwarded-For the right-most one that is not a trusted proxy is the browser's: what stands left of it
    was sent by the browser itself. Whatever another peer says of this kind is taken out.
    """

    def __init__(self, application: WsgiApplication, networks: Sequence[Network]) -> None:
        self._application = application
        self._networks = tuple(networks)

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        told = {name: environ.pop(name, "") for name in _TOLD}
        peer = read_address(environ.get("REMOTE_ADDR", ""))
        if peer is not None and self._is_trusted(peer):
            environ["REMOTE_ADDR"] = environ["REMOTE_HOST"] = str(self._browser(peer, told["HTTP_X_FORWARDED_FOR"]))
            if (scheme := _last(told["HTTP_X_FORWARDED_PROTO"]).lower()) in ("http", "https"):
                environ["wsgi.url_scheme"] = scheme
            if host := _last(told["HTTP_X_FORWARDED_HOST"]):
                environ["HTTP_HOST"] = host
        return self._application(environ, start_response)

    def _browser(self, peer: Address, forwarded_for: str) -> Address:
        browser = peer
        for part in reversed(forwarded_for.split(",")):
            address = read_address(part)
            if address is None:
                break
            browser = address
            if not self._is_trusted(address):
                break
        return browser

    def _is_trusted(self, address: Address) -> bool:
        return any(address in network for network in self._networks)


def _last(values: str) -> str:
    """What the nearest proxy said."""
    return values.rpartition(",")[2].strip()
