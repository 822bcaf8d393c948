"""The HTTP server: waitress, with bounds on what one connection and one address may hold.

Waitress takes connections up to a number and then none, for whoever comes first, and closes one when nothing has come from it
for a while; so some dozens of connections that send nothing, or a byte now and then, kept everybody else out. Here a connection
has a time for each thing it does, an address a number of connections, and who has the most gives way when places run out.
"""

from __future__ import annotations

import math
import resource
import socket
import threading
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from time import monotonic
from typing import Any

from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.server import TcpWSGIServer
from waitress.task import ThreadedTaskDispatcher
from waitress.trigger import trigger
from waitress.wasyncore import close_all, loop

from adapters.peers import Network, read_address, subscriber_of
from engine.log import get_logger

log = get_logger(__name__)

WsgiApplication = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

LOOK_S = 1  # how often the connections are looked at
MOST_CONNECTIONS = 1000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a connection and an address may hold."""

    idle_s: float = 30.0  # without a request, before the first and between two
    request_s: float = 60.0  # from the first byte of a request to its last
    answer_s: float = 120.0  # for taking an answer
    connections: int = MOST_CONNECTIONS  # of all addresses together; see `within_files`
    of_one_address: int = 64  # a browser opens six; an office behind one address shares these

    def within_files(self) -> Limits:
        """The same, with no more connections than half of the files that this process may open."""
        files, _ = resource.getrlimit(resource.RLIMIT_NOFILE)
        most = self.connections if files == resource.RLIM_INFINITY else min(self.connections, files // 2)
        return Limits(self.idle_s, self.request_s, self.answer_s, most, min(self.of_one_address, most))


class _Channel(HTTPChannel):
    """A connection that knows how long its client has taken for what it has to do.

    But for `service`, all of it happens in the thread that serves connections.
    """

    def __init__(self, server: _Listener, *arguments: Any, **options: Any) -> None:
        self.given_up = False
        self.waiting_since = monotonic()  # for its client: since it was made, or an answer was ready
        self._sending: object = None  # the request that is being sent, as of the last look
        self._sending_since = 0.0
        super().__init__(server, *arguments, **options)
        server.places.take(self)

    @property
    def is_working(self) -> bool:
        """Whether a request is being answered; then it is not the client who takes the time."""
        return bool(self.requests)

    def service(self) -> None:
        self.waiting_since = math.inf  # for nobody
        try:
            super().service()
        finally:
            self.waiting_since = monotonic()

    def is_late(self, now: float, limits: Limits) -> bool:
        """Whether what the client has to do takes too long."""
        if self.is_working:
            return False
        if self.total_outbufs_len:
            return now - self.waiting_since > limits.answer_s
        if self.request is None:
            return now - self.waiting_since > limits.idle_s
        if self.request is not self._sending:
            self._sending, self._sending_since = self.request, now
        return now - self._sending_since > limits.request_s

    def give_up(self) -> None:
        """Have it closed: its end is shut down, so that the loop finds it at its end, whatever the client does."""
        self.given_up = True
        self.will_close = True
        try:
            self.socket.shutdown(socket.SHUT_RDWR)
        except OSError:  # the client was quicker
            self.handle_close()

    def del_channel(self, map: dict[int, Any] | None = None) -> None:
        super().del_channel(map)
        self.server.places.leave(self)


class _Trigger(trigger):
    """Wakes the loop, for as long as there is one: once it is closed, its number may be that of another open file."""

    def close(self) -> None:
        with self.lock:
            super().close()

    def _physical_pull(self) -> None:
        with self.lock:
            if not self._closed:
                super()._physical_pull()


class _Listener(TcpWSGIServer):
    """One listening socket; the places are those of all of a server's together."""

    channel_class = _Channel
    trigger: Any

    def __init__(self, *arguments: Any, places: _Places, **options: Any) -> None:
        self.places = places
        super().__init__(*arguments, **options)
        self.trigger.close()
        self.trigger = _Trigger(self._map)

    def maintenance(self, now: float) -> None:
        """Called by the loop at every look; waitress would close what was silent for long."""
        self.places.look(list(self.active_channels.values()))


class _Places:
    """Who holds connections."""

    def __init__(self, limits: Limits, trusted: Sequence[Network]) -> None:
        self._limits = limits
        self._trusted = tuple(trusted)
        self._held: dict[str, list[_Channel]] = defaultdict(list)
        self._number = 0

    def take(self, channel: _Channel) -> None:
        """Room for a new connection; when none is left, another connection is closed."""
        address = channel.addr[0]
        own = self._held[subscriber_of(address)]
        own.append(channel)
        self._number += 1
        if len(own) > self._limits.of_one_address and not self._is_trusted(address):
            self._give_up_one(own)
        elif self._number > self._limits.connections:
            self._give_up_one(max(self._held.values(), key=len))

    def leave(self, channel: _Channel) -> None:
        address = subscriber_of(channel.addr[0])
        own = self._held.get(address, [])
        if channel in own:
            own.remove(channel)
            self._number -= 1
            if not own:
                del self._held[address]

    def look(self, channels: Iterable[_Channel]) -> None:
        """Give up those whose client is late."""
        now = monotonic()
        for channel in channels:
            if not channel.given_up and channel.is_late(now, self._limits):
                channel.give_up()

    def _give_up_one(self, channels: Sequence[_Channel]) -> None:
        """The one that has waited longest for its client. The newest has no request yet, so there is always one."""
        waiting = [channel for channel in channels if not channel.is_working]
        leaving = min(waiting, key=lambda channel: channel.waiting_since)
        log.info("server.connection_given_up", address=leaving.addr[0], held=len(channels))
        self.leave(leaving)
        leaving.give_up()

    def _is_trusted(self, address: str) -> bool:
        """Whether it is a proxy, behind which there are many: it has to set such limits itself."""
        read = read_address(address)
        return read is not None and any(read in network for network in self._trusted)


class WebServer:
    """Listens when it is made, on every address that the host name stands for, and serves when it is run.

    Raises OSError when it cannot listen.
    """

    def __init__(
        self,
        application: WsgiApplication,
        *,
        host: str,
        port: int,
        threads: int,
        longest_body: int,
        trusted_proxies: Sequence[Network] = (),
        limits: Limits | None = None,
    ) -> None:
        limits = (limits or Limits()).within_files()
        adjustments = Adjustments(
            host=host,
            port=port,
            threads=threads,
            ident="relevo",
            server_name=host,
            max_request_body_size=longest_body,
            connection_limit=10 * limits.connections,  # never met: it would shut out everybody
            cleanup_interval=LOOK_S,
            asyncore_use_poll=True,  # select cannot watch a file with a number above 1023
            clear_untrusted_proxy_headers=False,  # the application does that
        )
        self._sockets: dict[int, Any] = {}
        self._dispatcher = ThreadedTaskDispatcher()
        places = _Places(limits, trusted_proxies)
        self._listeners: list[_Listener] = []
        try:
            for address in adjustments.listen:
                self._listeners.append(
                    _Listener(
                        application, self._sockets, dispatcher=self._dispatcher, adj=adjustments, sockinfo=address, places=places
                    )
                )
        except OSError:
            close_all(self._sockets, ignore_all=True)
            raise
        self._dispatcher.set_thread_count(threads)
        self._ending, self._ended = threading.Event(), threading.Event()

    @property
    def port(self) -> int:
        return int(self._listeners[0].effective_port)

    def run(self) -> None:
        """Serve until the server is stopped."""
        while not self._ending.is_set():
            loop(timeout=LOOK_S, map=self._sockets, use_poll=True, count=1)
        close_all(self._sockets, ignore_all=True)
        self._ended.set()

    def stop(self, timeout_s: float = 2.0) -> None:
        """Take no more requests; those that are being answered have a moment left."""
        self._dispatcher.shutdown(timeout=timeout_s)
        self._ending.set()
        self._listeners[0].pull_trigger()
        self._ended.wait(timeout_s)
