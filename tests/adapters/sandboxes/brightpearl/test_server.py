import ast
import os
import re
import signal
import socket
import subprocess
import sys
import threading
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests

import adapters.sandboxes.brightpearl as package
from adapters.sandboxes.brightpearl import SandboxData, SandboxServer
from adapters.sandboxes.brightpearl.routing import Router
from adapters.sandboxes.brightpearl.services import orders

RUN = "from adapters.sandboxes.brightpearl import run_sandbox; run_sandbox({port}, 45, 1, throttle={throttle})"


def test_a_connection_is_kept(api) -> None:
    connection = HTTPConnection("127.0.0.1", api.server.port, timeout=5)
    token = {"brightpearl-auth": str(api.session.headers["brightpearl-auth"])}
    local_ports = set()
    for _ in range(3):
        connection.request("GET", "/public-api/testacct/product-service/channel", headers=token)
        reply = connection.getresponse()
        assert reply.getheader("Content-Type") == "application/json;charset=UTF-8"
        assert reply.getheader("ruid")
        reply.read()
        local_ports.add(connection.sock.getsockname())
    assert len(local_ports) == 1
    connection.close()


def test_it_listens_on_loopback_only(server: SandboxServer) -> None:
    assert server.url == f"http://127.0.0.1:{server.port}"
    with pytest.raises(OSError, match=r"."):
        socket.create_connection(("127.0.0.2", server.port), timeout=1)


def test_a_port_in_use_is_an_os_error(server: SandboxServer) -> None:
    with pytest.raises(OSError, match="in use"):
        SandboxServer(SandboxData(), server.port)


def test_after_stop_nobody_answers(api, server: SandboxServer) -> None:
    server.stop()
    server.stop()
    with pytest.raises(requests.ConnectionError):
        api.get("/product-service/channel")
    with SandboxServer(SandboxData(), server.port) as again:
        assert again.port == server.port


def test_serving_in_the_callers_thread_ends_with_stop() -> None:
    server = SandboxServer(SandboxData())
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    assert requests.get(f"{server.url}/sandbox/state", timeout=5).json()["orders"] == 0
    server.stop()
    thread.join(5)
    assert not thread.is_alive()


def test_a_body_too_long_is_refused(server: SandboxServer) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as connection:
        connection.sendall(b"POST /testacct/authorise HTTP/1.1\r\nHost: x\r\nContent-Length: 99999999\r\n\r\n")
        assert b" 413 " in connection.recv(4096)


def test_many_threads_at_once(api, server: SandboxServer) -> None:
    failures: list[int] = []
    token = dict(api.session.headers)

    def work() -> None:
        with requests.Session() as session:
            session.headers.update(token)
            for number in range(15):
                reply = session.get(f"{server.url}/public-api/testacct/order-service/order/7001-7060", timeout=5)
                if len(reply.json()["response"]) < 60:
                    failures.append(reply.status_code)
                server.data.create_order() if number % 5 == 0 else server.data.change_address(7002, addressLine2=str(number))

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert sorted(server.data.orders) == list(range(7001, 7073))


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_the_program_says_where_it_is_and_ends_cleanly(number: signal.Signals) -> None:
    command = [sys.executable, "-c", RUN.format(port=0, throttle=number is signal.SIGTERM)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, env={**os.environ}) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        line = process.stdout.readline()
        url = next(word for word in line.split() if word.startswith("http://127.0.0.1:"))
        assert requests.get(f"{url}/sandbox/state", timeout=5).json()["orders"] == 45
        process.send_signal(number)
        assert process.wait(5) == 0
        assert (process.stdout.read(), process.stderr.read()) == ("", "")


def test_it_stands_alone() -> None:
    for path in Path(package.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                modules = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom) and node.level == 0:
                modules = [str(node.module)]
            else:
                continue
            libraries = {"tls.py": {"cryptography"}, "routing.py": {"werkzeug"}}.get(path.name, set())
            known = sys.stdlib_module_names | {"orjson"} | libraries
            for module in modules:
                assert module.split(".")[0] in known, f"{path.name} imports {module}"


def test_the_account_knows_nothing_of_the_server() -> None:
    """Imports go one way, also those made for types alone."""
    for name in ("control", "control_actions", "sandbox"):
        text = (Path(package.__file__).parent / f"{name}.py").read_text(encoding="utf-8")
        assert not re.search(r"TYPE_CHECKING|from \.(server|connection) import", text), f"{name}.py imports the server"


@pytest.mark.parametrize(
    ("method", "path", "found"),
    [
        ("GET", "/order-service/order", "get-order"),
        ("GET", "/order-service/order/", "get-order"),
        ("GET", "/order-service/order/4-6", "get-order"),
        ("GET", "/order-service/order/4%2C6/", "get-order"),
        ("HEAD", "/order-service/order/4", None),
        ("DELETE", "/order-service/order/4", None),
        ("GET", "/order-service/order/x", None),
        ("PATCH", "/order-service/order/4-6", None),
    ],
)
def test_a_route_is_found_by_method_and_path(method: str, path: str, found: str | None) -> None:
    matched = Router(orders.routes()).find(method, path)
    assert (matched[0].message_type if matched else None) == found


def test_the_variable_parts_come_from_left_to_right() -> None:
    router = Router(orders.routes())
    for path, parts in (("/order/4,6/note/7-9", ("4,6", "7-9")), ("/order/4/note", ("4", ""))):
        matched = router.find("GET", f"/order-service{path}")
        assert matched is not None
        assert matched[1] == parts
