"""The sandbox over HTTPS, and the product's client of it."""

from __future__ import annotations

import ipaddress
import os
import signal
import socket
import ssl
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
import requests
from support.clock import FixedClock

from adapters.outgoing import outgoing_session
from adapters.sandboxes.brightpearl import SandboxServer, SandboxTls, generate
from adapters.stores.brightpearl.session import BrightpearlConnector
from engine.model.store import Store
from engine.ports import StoreUnavailable

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
LOOPBACK = [ipaddress.ip_network("127.0.0.0/8")]
ROOT = Path(__file__).parents[4]


@pytest.fixture
def ca_file(tmp_path: Path) -> Path:
    return tmp_path / "ca.pem"


@pytest.fixture
def server(ca_file: Path) -> Iterator[SandboxServer]:
    data = generate(5, seed=3, now=NOW, plain=True)
    data.clock = lambda: NOW
    with SandboxServer(data, tls=SandboxTls(ca_file)) as running:
        yield running


def open_store(server: SandboxServer, trusted_ca: str) -> Any:
    settings = {"integration_url": server.url, "account_code": "testacct", "channel_ids": [2], "on_ship": "none"}
    credentials = {"username": "u@example.com", "password": "secret"}
    store = Store("sto_1", "acc_1", "brightpearl", "Shop", settings, credentials, datetime(2026, 1, 1, tzinfo=UTC))
    return BrightpearlConnector(FixedClock(NOW), LOOPBACK, trusted_ca=trusted_ca).open(store)


def test_it_is_reached_by_who_trusts_its_authority_only(server: SandboxServer, ca_file: Path) -> None:
    assert server.url.startswith("https://127.0.0.1:")
    assert requests.get(f"{server.url}/sandbox/kinds", verify=str(ca_file), timeout=5).status_code == 200
    assert requests.get(f"https://localhost:{server.port}/sandbox/kinds", verify=str(ca_file), timeout=5).status_code == 200
    with pytest.raises(requests.exceptions.SSLError):
        requests.get(f"{server.url}/sandbox/kinds", timeout=5)
    with pytest.raises(requests.exceptions.ConnectionError):
        requests.get(f"http://127.0.0.1:{server.port}/sandbox/kinds", timeout=5)


def test_who_does_not_shake_hands_keeps_nobody_waiting(server: SandboxServer, ca_file: Path) -> None:
    with socket.create_connection(("127.0.0.1", server.port), timeout=5) as idle:
        assert requests.get(f"{server.url}/sandbox/kinds", verify=str(ca_file), timeout=5).status_code == 200
        idle.sendall(b"GET / HTTP/1.1\r\n\r\n")
        with suppress(ConnectionResetError):
            assert b"200" not in idle.recv(100)  # told off or hung up on, but not answered in plain
    assert requests.get(f"{server.url}/sandbox/kinds", verify=str(ca_file), timeout=5).status_code == 200


def test_faults_break_the_connection_under_tls_too(server: SandboxServer, ca_file: Path) -> None:
    body = {"apiAccountCredentials": {"emailAddress": "u@example.com", "password": "secret"}}
    server.fault("reset", "authorise")
    with pytest.raises(requests.exceptions.RequestException):
        requests.post(f"{server.url}/testacct/authorise", json=body, verify=str(ca_file), timeout=5)
    assert requests.post(f"{server.url}/testacct/authorise", json=body, verify=str(ca_file), timeout=5).status_code == 200


def test_no_key_is_left_on_the_disk(ca_file: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    SandboxTls(ca_file)
    assert [path.name for path in tmp_path.iterdir()] == ["ca.pem"]
    assert "PRIVATE" not in ca_file.read_text()


def test_the_products_client_reaches_it_with_the_setting(server: SandboxServer, ca_file: Path) -> None:
    session = open_store(server, ca_file.read_text())
    found = [record.external_id for batch in session.scan(datetime(2026, 8, 20, tzinfo=UTC)) for record in batch]
    session.close()
    assert set(found) >= {str(note_id) for note_id in server.expected()["imported"]}


def test_without_the_setting_the_products_client_does_not_trust_it(server: SandboxServer) -> None:
    session = open_store(server, "")
    with pytest.raises(StoreUnavailable, match="secure connection"):
        session.check()
    session.close()


def test_the_public_authorities_are_trusted_besides(ca_file: Path) -> None:
    SandboxTls(ca_file)
    with outgoing_session(LOOPBACK, ca_file.read_text()) as session:
        adapter: Any = session.get_adapter("https://127.0.0.1/")
        context = adapter.poolmanager.connection_pool_kw["ssl_context"]
    names = {dict(part[0] for part in found["subject"]).get("commonName") for found in context.get_ca_certs()}
    assert "Brightpearl sandbox CA" in names
    assert len(names) > 20
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


@pytest.mark.parametrize("chosen", [True, False])
def test_by_command_line(tmp_path: Path, chosen: bool) -> None:
    ca_file = tmp_path / "my-ca.pem"
    options = ["--ca-file", str(ca_file)] if chosen else ["--tls"]
    command = [sys.executable, "app.py", "sandbox", "brightpearl", "--port", "0", "--orders", "1", *options]
    environ = {**os.environ, "TMPDIR": str(tmp_path), "RELEVO_DATA_DIR": str(tmp_path / "data")}
    with subprocess.Popen(command, cwd=ROOT, env=environ, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        line = process.stdout.readline().strip()
        printed = Path(line.rpartition("certificate authority: ")[2])
        url = next(word for word in line.split() if word.startswith("https://"))
        reply = requests.get(f"{url}/sandbox/kinds", verify=str(printed), timeout=5)
        process.send_signal(signal.SIGTERM)
    assert reply.status_code == 200
    assert (printed == ca_file) is chosen


def test_a_file_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    wanted = tmp_path / "missing" / "ca.pem"
    command = [sys.executable, "app.py", "sandbox", "brightpearl", "--port", "0", "--ca-file", str(wanted)]
    environ = {**os.environ, "RELEVO_DATA_DIR": str(tmp_path / "data")}
    ended = subprocess.run(command, cwd=ROOT, env=environ, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 1
    assert str(wanted) in ended.stderr
    assert "Traceback" not in ended.stderr
