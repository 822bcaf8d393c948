"""The whole service as a process of its own."""

from __future__ import annotations

import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from http.client import HTTPConnection
from pathlib import Path

import pytest
import requests
from sqlalchemy import text
from support.replaying import replay_all

from adapters.cli.serve import LONGEST_BODY_BYTES
from app import Runtime, _report_crash
from engine.services.accounts.log_in import log_in
from storage.database import open_database

ROOT = Path(__file__).parents[3]
HANGS_S = 120
LOG_IN = re.compile(r"(\S+@\S+)  password (\S+)")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
    return port


class Service:
    """A running `serve`, its output in a file, as with a service manager."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self._output = folder / f"output-{self.port}.txt"
        environment = {name: value for name, value in os.environ.items() if not name.startswith("RELEVO_")}
        given = {"RELEVO_DATA_DIR": str(folder / "data"), "RELEVO_PORT": str(self.port), **settings}
        with self._output.open("wb") as file:
            self.process = subprocess.Popen(
                [sys.executable, "app.py", "serve"], cwd=ROOT, env={**environment, **given}, stdout=file, stderr=file
            )

    @property
    def output(self) -> str:
        return self._output.read_text()

    def wait_for(self, condition: Callable[[], bool]) -> None:
        for _ in range(HANGS_S * 20):
            if condition():
                return
            assert self.process.poll() is None, self.output
            threading.Event().wait(0.05)
        raise AssertionError(self.output)

    def wait_for_line(self, pattern: str) -> str:
        self.wait_for(lambda: re.search(pattern, self.output) is not None)
        found = re.search(pattern, self.output)
        assert found is not None
        return found[0]

    def is_healthy(self) -> bool:
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=10).status_code == 200
        except requests.RequestException:
            return False

    def readiness(self) -> requests.Response:
        return requests.get(f"http://127.0.0.1:{self.port}/readyz", timeout=HANGS_S)

    def stop(self) -> None:
        """It ends by itself and well; one that hangs is told from one that takes its time on a busy machine."""
        self.process.send_signal(signal.SIGTERM)
        assert self.process.wait(HANGS_S) == 0, self.output


@contextmanager
def serving(folder: Path, **settings: str) -> Iterator[Service]:
    service = Service(folder, **settings)
    try:
        yield service
    finally:
        if service.process.poll() is None:
            service.process.kill()
            service.process.wait(5)


def status_of_a_large_call(port: int) -> int:
    """What is answered to somebody who is about to send more than is taken; nothing of it is waited for."""
    with closing(HTTPConnection("127.0.0.1", port, timeout=5)) as connection:
        connection.putrequest("POST", "/hooks/brightpearl/sto_1")
        connection.putheader("Content-Length", str(LONGEST_BODY_BYTES + 1))
        connection.endheaders()
        return connection.getresponse().status


def counts(folder: Path) -> tuple[int, int, int]:
    """The merchant's orders, the decisions about them, and the fulfillment requests."""
    of_merchant = "orders WHERE store_id IN (SELECT id FROM stores WHERE kind = 'brightpearl')"
    about_them = f"decisions WHERE order_id IN (SELECT id FROM {of_merchant})"
    database = open_database(f"sqlite:///{folder / 'data' / 'relevo.db'}")
    with database.begin_reading() as connection:
        found = [
            connection.execute(text(f"SELECT count(*) FROM {what}")).scalar_one()
            for what in (of_merchant, about_them, "fulfillment_requests")
        ]
    database.close()
    return found[0], found[1], found[2]


def story(folder: Path) -> dict[str, int]:
    """How much of each thing the demo's two sides have done."""
    shipped = "fulfillment_request_lines WHERE shipped <> '0'"
    things = {
        **{state: f"fulfillment_requests WHERE state = '{state}'" for state in ("rejected", "cancelled", "cancel_requested")},
        "begun": "fulfillment_requests WHERE started_at IS NOT NULL",
        "shipped": f"fulfillment_requests WHERE id IN (SELECT request_id FROM {shipped})",
        "labelled": "labels WHERE state = 'bought'",
        "held": "holds",
        "written": "request_messages WHERE kind = 'written'",
        "pending": "connections WHERE state = 'pending'",
        "active": "connections WHERE state = 'active'",
        "counted": "stock_counts",
        "priced": "price_lists",
    }
    database = open_database(f"sqlite:///{folder / 'data' / 'relevo.db'}")
    with database.begin_reading() as connection:
        found = {name: connection.execute(text(f"SELECT count(*) FROM {what}")).scalar_one() for name, what in things.items()}
    database.close()
    return found


def test_the_demo_from_the_first_start_to_the_second(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with serving(tmp_path) as service:
        service.wait_for(service.is_healthy)
        imported = int(service.wait_for_line(r"Imported (\d+) orders").split()[1])
        assert imported >= 30
        delegated = int(service.wait_for_line(r"Delegated (\d+) orders").split()[1])
        for told in (r"skipped \d+: wrong_channel", r"skipped \d+: not_printed", r"rule \S+ fired for \d+", r"\d+ on hold"):
            assert re.search(told, service.output)
        assert delegated > 5
        assert f"http://127.0.0.1:{service.port}" in service.output
        passwords = dict(LOG_IN.findall(service.output))
        assert set(passwords) == {"owner@casa-verde.example", "owner@acme-3pl.example"}
        assert "Traceback" not in service.output
        assert status_of_a_large_call(service.port) == 413
        service.stop()
    assert counts(tmp_path) == (imported, imported, delegated)
    told = story(tmp_path)
    once = dict.fromkeys(("rejected", "cancelled", "cancel_requested", "labelled", "active", "priced"), 1)
    assert told == {**once, "begun": 4, "shipped": 2, "held": 2, "written": 3, "pending": 2, "counted": 12}
    for path in (path for path in (tmp_path / "data").rglob("*") if path.is_file()):
        assert not any(password.encode() in path.read_bytes() for password in passwords.values())

    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "data"))
    runtime = Runtime()
    for email, password in passwords.items():
        assert log_in(runtime.application, email, password) is not None
    assert replay_all(runtime.application) >= imported + told["begun"]  # the provider has decided about its copies as well
    runtime.database.close()

    with serving(tmp_path) as service:
        service.wait_for(service.is_healthy)
        service.wait_for_line("Relevo serves on")
        service.wait_for_line("Acme 3PL: owner@acme-3pl.example  password .*")
        assert dict(LOG_IN.findall(service.output)) == passwords
        again = Service(tmp_path, RELEVO_PORT=str(service.port))
        assert again.process.wait(HANGS_S) == 0, again.output
        assert again.output.splitlines()[0].startswith(f"Relevo runs already: http://127.0.0.1:{service.port} ")
        assert dict(LOG_IN.findall(again.output)) == passwords
        assert service.is_healthy()
        assert "Imported" not in service.output
        _print_a_note(tmp_path)
        service.wait_for(lambda: counts(tmp_path)[0] == imported + 1)
        service.stop()
        assert "No ship-from location" not in service.output
    assert story(tmp_path) == told
    imported, delegated = imported + 1, counts(tmp_path)[2]
    assert counts(tmp_path) == (imported, imported, delegated)


def _print_a_note(folder: Path) -> None:
    """As somebody in the demo's Brightpearl does; the service is told by it."""
    control = f"http://127.0.0.1:{json.loads((folder / 'data' / 'demo.json').read_bytes())['port']}/sandbox"
    made = requests.post(f"{control}/orders", json={"printed": False}, timeout=5).json()
    requests.post(f"{control}/notes/{made['note_id']}/print", timeout=5).raise_for_status()


def test_without_the_demo_it_starts_empty(tmp_path: Path) -> None:
    with serving(tmp_path, RELEVO_DEMO="0", RELEVO_LANGUAGE="es") as service:
        service.wait_for(service.is_healthy)
        service.wait_for_line("Relevo sirve en")
        service.wait_for_line("Aún no hay ninguna cuenta")
        command = service.wait_for_line(r"\.venv/bin/python app\.py accounts create .*")
        assert f"RELEVO_DATA_DIR={tmp_path / 'data'} .venv/bin/python" in service.output
        assert run_here(tmp_path, command, "a relay needs two") == 0
        service.stop()
        assert service.output.splitlines()[-1] == "Deteniendo…"
    assert counts(tmp_path) == (0, 0, 0)
    assert not (tmp_path / "data" / "demo.json").exists()
    with serving(tmp_path, RELEVO_DEMO="0") as service:
        service.wait_for_line("people reset-password --account SLUG --email EMAIL --password-stdin")
        service.wait_for_line("No ship-from location yet.*")
        assert "There is no account yet" not in service.output


def run_here(folder: Path, command: str, typed: str) -> int:
    """What the terminal said, called as it said."""
    arguments = [sys.executable, *shlex.split(command)[1:]]
    environment = {"PATH": os.environ["PATH"], "RELEVO_DATA_DIR": str(folder / "data"), "RELEVO_LOG_LEVEL": "error"}
    given = {"input": f"{typed}\n", "text": True, "capture_output": True, "timeout": 60}
    done = subprocess.run(arguments, cwd=ROOT, env=environment, check=False, **given)
    return done.returncode


def test_it_says_when_and_how_it_is_ready(tmp_path: Path) -> None:
    with serving(tmp_path, RELEVO_DEMO="0") as service:
        service.wait_for(service.is_healthy)
        service.wait_for(lambda: service.readiness().status_code == 200)
        parts = dict.fromkeys(("database", "schema", "worker", "schedule"), "ok")
        assert service.readiness().json() == {"status": "ready", "parts": parts}


def test_a_second_start_says_where_the_first_one_is(tmp_path: Path) -> None:
    with serving(tmp_path, RELEVO_DEMO="0") as first:
        first.wait_for(first.is_healthy)
        again = Service(tmp_path, RELEVO_PORT=str(first.port), RELEVO_DEMO="0")
        assert again.process.wait(HANGS_S) == 0
        assert again.output.splitlines()[0].startswith(f"Relevo runs already: http://127.0.0.1:{first.port} ")
        assert "password" not in again.output.partition("There is no account yet")[0]
        elsewhere = Service(tmp_path, RELEVO_PORT=str(first.port), RELEVO_DATA_DIR=str(tmp_path / "other"), RELEVO_DEMO="0")
        assert elsewhere.process.wait(HANGS_S) == 1
        [line] = elsewhere.output.splitlines()
        assert "choose another, as with PORT=9000" in line
        assert line.endswith(f"It is a Relevo with other data, at http://127.0.0.1:{first.port}.")
        with serving(tmp_path) as beside:
            beside.wait_for_line("Relevo serves on")
            assert f"Another Relevo works with {tmp_path / 'data'} already" in beside.output
            beside.stop()
        assert not (tmp_path / "data" / "demo.json").exists(), "what the first one does not have is not installed beside it"


def test_a_taken_port_is_told_before_anything_is_installed(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        service = Service(tmp_path, RELEVO_PORT=str(taken.getsockname()[1]))
        assert service.process.wait(HANGS_S) == 1

    [line] = service.output.splitlines()
    assert line.startswith("Cannot listen on 127.0.0.1, port ")
    assert "choose another" in line
    assert counts(tmp_path) == (0, 0, 0)


def test_what_is_written_of_a_crash_is_for_the_owner_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("RELEVO_DATA_DIR", str(tmp_path / "data"))
    _report_crash(RuntimeError, RuntimeError("nobody foresaw this"), None)

    file = tmp_path / "data" / "crash.log"
    assert "nobody foresaw this" in file.read_text()
    assert file.stat().st_mode & 0o777 == 0o600
    assert str(file) in capsys.readouterr().err


@pytest.mark.parametrize(("folder", "found"), [("~/data", "home/data"), ("~nobody-of-that-name/x", "var"), ("", "var")])
def test_what_is_written_of_a_crash_is_in_the_folder_that_the_setting_means(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, folder: str, found: str
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("RELEVO_DATA_DIR", folder)

    _report_crash(RuntimeError, RuntimeError("nobody foresaw this"), None)

    assert [str(file.relative_to(tmp_path)) for file in tmp_path.rglob("crash.log")] == [f"{found}/crash.log"]


def test_a_crash_without_a_folder_to_write_to_is_told_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("RELEVO_DATA_DIR", raising=False)
    (tmp_path / "var").touch()

    _report_crash(RuntimeError, RuntimeError("nobody foresaw this"), None)

    assert "nobody foresaw this (the details could not be written" in capsys.readouterr().err
