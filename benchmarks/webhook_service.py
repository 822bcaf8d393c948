"""What the webhook benchmark runs and talks to: the whole service, an empty route, and a Brightpearl account to change."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import requests

from benchmarks import ACCOUNT_CODE, PASSWORD, USERNAME
from benchmarks.processes import ROOT, BenchmarkFailed

START_S = 30.0
STOP_S = 20.0


class Account:
    """The sandbox's account: changed by its control API, read as the product reads it."""

    def __init__(self, url: str) -> None:
        self.url = url
        self._http = requests.Session()
        self._http.trust_env = False
        credentials = {"apiAccountCredentials": {"emailAddress": USERNAME, "password": PASSWORD}}
        token = self._http.post(f"{url}/{ACCOUNT_CODE}/authorise", json=credentials, timeout=10).json()["response"]
        self._http.headers["brightpearl-auth"] = token

    def control(self, path: str, **body: Any) -> Any:
        answer = self._http.post(f"{self.url}/sandbox{path}", json=body, timeout=10)
        answer.raise_for_status()
        return answer.json()

    def hooks(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self.get("/integration-service/webhook")["response"]
        return found

    def delete_hook(self, hook_id: int) -> None:
        self._http.delete(f"{self.url}/public-api/{ACCOUNT_CODE}/integration-service/webhook/{hook_id}", timeout=10)

    def read(self, note_id: int, order_id: int) -> None:
        """One note and its order."""
        self.get(f"/warehouse-service/order/*/goods-note/goods-out/{note_id}")
        self.get(f"/order-service/order/{order_id}")

    def get(self, path: str) -> Any:
        answer = self._http.get(f"{self.url}/public-api/{ACCOUNT_CODE}{path}", timeout=10)
        answer.raise_for_status()
        return answer.json()


def call(url: str, body: bytes) -> tuple[float, int]:
    """POST on a connection of its own, as Brightpearl calls: seconds from before the connect to the answer, and the status."""
    parts = urlsplit(url)
    started = time.perf_counter()
    connection = HTTPConnection(parts.hostname or "", parts.port, timeout=10)
    try:
        path = parts.path + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, {"Content-Type": "application/json"})
        answer = connection.getresponse()
        answer.read()
        return time.perf_counter() - started, answer.status
    finally:
        connection.close()


def hook_body(note_id: int) -> bytes:
    """A call's body as the registered template makes it."""
    return json.dumps(
        {
            "accountCode": ACCOUNT_CODE,
            "resourceType": "goods-out-note",
            "id": str(note_id),
            "lifecycleEvent": "modified",
            "fullEvent": "goods-out-note.modified.printed",
            "raisedOn": "2026-01-01T00:00:00.000Z",
        }
    ).encode()


@contextmanager
def running_service(environment: Mapping[str, str]) -> Iterator[None]:
    """`serve`, answering, until the block ends. `RELEVO_PORT` says where. Raises BenchmarkFailed; leaves no process behind."""
    log = Path(environment["RELEVO_DATA_DIR"]) / "serve.log"
    with log.open("wb") as output:
        process = subprocess.Popen(
            [sys.executable, "-X", "faulthandler", "app.py", "serve"],  # at SIGABRT it says what each thread is at
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=output,
        )
        try:
            _await_health(process, f"http://127.0.0.1:{environment['RELEVO_PORT']}/healthz", log)
            yield
        finally:
            _stop(process, log)


def _stop(process: subprocess.Popen[bytes], log: Path) -> None:
    """Raises BenchmarkFailed, with what each thread was at, when it does not end by itself."""
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=STOP_S)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGABRT)
        process.wait()
        raise BenchmarkFailed(f"the service did not end:\n{log.read_text('utf-8', 'replace')[-20_000:]}") from None


@contextmanager
def empty_route(threads: int) -> Iterator[str]:
    """The address of a route that does nothing, in a process of its own."""
    command = [sys.executable, "-m", "benchmarks.empty_route", str(threads)]
    process = subprocess.Popen(command, cwd=ROOT, env=os.environ, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    try:
        port = process.stdout.readline().strip()
        if not port:
            raise BenchmarkFailed("the empty route did not start")
        yield f"http://127.0.0.1:{port}/"
    finally:
        process.terminate()
        process.wait(timeout=10)
        process.stdout.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


def _await_health(process: subprocess.Popen[bytes], url: str, log: Path) -> None:
    deadline = time.monotonic() + START_S
    while time.monotonic() < deadline and process.poll() is None:
        try:
            if requests.get(url, timeout=2).status_code == 200:
                return
        except requests.ConnectionError:
            time.sleep(0.05)
    raise BenchmarkFailed(f"the service did not start:\n{log.read_text('utf-8', 'replace')[-2000:]}")
