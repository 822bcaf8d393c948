"""The server with clients that hold connections: others still get an answer. Each address of this machine is somebody else."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager
from http.client import HTTPConnection
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest

from adapters import web_server
from adapters.cli import serve
from adapters.web.connections import sharing
from adapters.web.inventory import views as inventory
from adapters.web_server import Limits, WebServer

PATIENCE_S = 20  # for what happens within moments: a test that hangs must come to an end
SLOW_BODY = b"POST / HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000\r\n\r\nx"


def hello(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    body = environ["wsgi.input"].read() or environ["SERVER_NAME"].encode()
    start_response("200 OK", [("Content-Length", str(len(body)))])
    return [body]


@contextmanager
def serving(application: Any = hello, host: str = "127.0.0.1", **options: Any) -> Iterator[WebServer]:
    server = WebServer(application, host=host, port=0, threads=2, longest_body=10_000_000, **options)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.stop()
        thread.join(PATIENCE_S)
        assert not thread.is_alive()


def call_as(address: str, server: WebServer) -> socket.socket:
    return socket.create_connection(("127.0.0.1", server.port), PATIENCE_S, source_address=(address, 0))


def is_answered(address: str, server: WebServer, body: bytes = b"") -> bool:
    connection = HTTPConnection("127.0.0.1", server.port, timeout=PATIENCE_S, source_address=(address, 0))
    try:
        connection.request("POST", "/", body)
        answer = connection.getresponse()
        return answer.status == 200 and answer.read() == (body or b"127.0.0.1")
    finally:
        connection.close()


def closed_among(held: list[socket.socket]) -> int:
    """How many of these connections the server has ended by now."""
    number = 0
    for one in held:
        one.settimeout(0.01)
        try:
            number += one.recv(1) == b""
        except TimeoutError:
            pass
        except OSError:
            number += 1
    return number


@pytest.mark.parametrize("sent", [b"", b"GET / HT", SLOW_BODY], ids=["idle", "half a request", "slow bodies"])
def test_an_address_that_holds_connections_keeps_nobody_out(sent: bytes) -> None:
    with serving() as server, ExitStack() as held:
        connections = [held.enter_context(call_as("127.0.0.2", server)) for _ in range(160)]
        for one in connections:
            try:
                one.sendall(sent)
            except OSError:  # it gave way already
                assert sent
        assert is_answered("127.0.0.1", server)
        assert is_answered("127.0.0.3", server, b"a form")
        assert is_answered("127.0.0.2", server), "its own oldest gave way"
        assert 160 - Limits().of_one_address <= closed_among(connections) < 160


def test_when_all_places_are_held_those_with_the_most_give_way() -> None:
    limits = Limits(connections=30, of_one_address=25)
    with serving(limits=limits) as server, ExitStack() as held:
        many = [held.enter_context(call_as("127.0.0.2", server)) for _ in range(20)]
        few = [held.enter_context(call_as("127.0.0.3", server)) for _ in range(5)]
        for number in range(4, 24):
            held.enter_context(call_as(f"127.0.0.{number}", server))
        assert is_answered("127.0.0.99", server)
        assert closed_among(many) >= 15
        assert closed_among(few) == 0


def test_what_is_being_answered_does_not_give_way() -> None:
    begun, go_on = threading.Event(), threading.Event()

    def slow(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return hello(environ, start_response)

    with serving(slow, limits=Limits(of_one_address=3)) as server, ExitStack() as held:
        working = held.enter_context(call_as("127.0.0.2", server))
        working.sendall(b"GET / HTTP/1.0\r\n\r\n")
        assert begun.wait(PATIENCE_S)
        for _ in range(10):
            held.enter_context(call_as("127.0.0.2", server))
        go_on.set()
        assert working.recv(1000).startswith(b"HTTP/1.0 200")


def test_it_can_be_stopped_when_it_has_ended() -> None:
    with serving() as server:
        server.stop()
        server.stop()


def test_what_is_answered_after_the_end_writes_into_no_other_file(tmp_path: Path) -> None:
    begun, go_on, answering = threading.Event(), threading.Event(), []

    def slow(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        answering.append(threading.current_thread())
        begun.set()
        assert go_on.wait(PATIENCE_S)
        return hello(environ, start_response)

    with ExitStack() as held:
        with serving(slow) as server:
            working = held.enter_context(call_as("127.0.0.2", server))
            working.sendall(b"GET / HTTP/1.0\r\n\r\n")
            assert begun.wait(PATIENCE_S)
            server.stop(timeout_s=0.1)
        others = [
            held.enter_context((tmp_path / str(number)).open("wb")) for number in range(20)
        ]  # with the numbers of its files
        go_on.set()
        answering[0].join(PATIENCE_S)
        assert not answering[0].is_alive()
    assert len(others) == 20
    assert all(not (tmp_path / str(number)).read_bytes() for number in range(20))


def test_a_trusted_proxy_has_a_place_for_each_of_its_clients() -> None:
    trusted = [ip_network("127.0.0.2/32")]
    with serving(trusted_proxies=trusted, limits=Limits(of_one_address=5)) as server, ExitStack() as held:
        proxied = [held.enter_context(call_as("127.0.0.2", server)) for _ in range(40)]
        other = [held.enter_context(call_as("127.0.0.3", server)) for _ in range(40)]
        assert is_answered("127.0.0.1", server)
        assert closed_among(proxied) == 0
        assert closed_among(other) == 35


@pytest.mark.parametrize(
    ("limits", "sent"),
    [
        (Limits(idle_s=0.1), b""),
        (Limits(idle_s=0.1), b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n"),  # and then nothing more
        (Limits(request_s=0.1), b"GET / HTTP/1.1\r\nHost: localh"),
        (Limits(request_s=0.1), SLOW_BODY),
    ],
)
def test_a_client_that_takes_too_long_is_given_up(limits: Limits, sent: bytes) -> None:
    with serving(limits=limits) as server, call_as("127.0.0.2", server) as slow:
        slow.sendall(sent)
        while slow.recv(1000):  # the answer, if there is one, and the end
            pass
        assert is_answered("127.0.0.2", server)


def test_a_body_that_drips_is_given_up_although_something_comes_all_the_time() -> None:
    with serving(limits=Limits(request_s=0.5)) as server, call_as("127.0.0.2", server) as dripping:
        dripping.sendall(SLOW_BODY)
        ended = threading.Event()

        def drip() -> None:
            while not ended.wait(0.05):
                try:
                    dripping.sendall(b"x")
                except OSError:
                    ended.set()

        thread = threading.Thread(target=drip)
        thread.start()
        assert ended.wait(PATIENCE_S)
        thread.join()


def test_an_answer_that_is_not_taken_is_given_up() -> None:
    large = b"x" * 8_000_000

    def answer(_environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        start_response("200 OK", [("Content-Length", str(len(large)))])
        return [large]

    with serving(answer, limits=Limits(answer_s=0.1)) as server, call_as("127.0.0.2", server) as idle:
        idle.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
        threading.Event().wait(2.5)  # nothing is read meanwhile; that the server gave up shows in what is left to read
        taken = 0
        try:
            while part := idle.recv(1_000_000):
                taken += len(part)
        except ConnectionResetError:
            pass
        assert taken < len(large)


def test_a_connection_is_used_again_for_as_long_as_requests_come(monkeypatch: pytest.MonkeyPatch) -> None:
    now, looks = [0.0], threading.Semaphore(0)
    monkeypatch.setattr(web_server, "monotonic", lambda: now[0])
    look = web_server._Places.look

    def counted(places: Any, channels: Any) -> None:
        look(places, channels)
        looks.release()

    monkeypatch.setattr(web_server._Places, "look", counted)
    with serving(limits=Limits(idle_s=30)) as server, call_as("127.0.0.2", server) as client:
        for _ in range(3):
            client.sendall(b"GET / HTTP/1.1\r\nHost: localhost\r\n\r\n")
            answer = b""
            while not answer.endswith(b"\r\n\r\n127.0.0.1"):
                answer += client.recv(1000)
            now[0] += 20
            for _ in range(2):  # the first may have begun before the time went on
                assert looks.acquire(timeout=PATIENCE_S)
        now[0] += 40
        assert client.recv(1000) == b""


def test_no_more_connections_than_files() -> None:
    assert Limits(connections=10**9).within_files().connections < 10**9
    assert Limits(connections=3).within_files() == Limits(connections=3, of_one_address=3)


def test_a_name_of_several_addresses_is_listened_to_on_each() -> None:
    with serving(host="localhost") as server:
        assert server.port > 0


def test_a_taken_port_is_an_error_of_the_system() -> None:
    with serving() as server, pytest.raises(OSError, match="in use"):
        WebServer(hello, host="127.0.0.1", port=server.port, threads=1, longest_body=1000)


def test_the_service_takes_the_largest_file_that_a_page_takes() -> None:
    beside_the_file = 64 * 1024
    largest = max(sharing.LONGEST_UPLOAD_BYTES, inventory.LONGEST_FILE_BYTES) + beside_the_file
    assert largest < serve.LONGEST_BODY_BYTES
