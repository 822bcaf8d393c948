"""Real servers for the tests, each started once a run and shared by all workers of it."""

from __future__ import annotations

import fcntl
import json
import os
import pwd
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import psycopg
import pytest
import redis

_START_SECONDS = 30
_ROOM_BYTES = 2 * 1024**3
_started_here: list[subprocess.Popen] = []  # a server outlives the worker that started it; the run's end stops it


def postgresql_server(shared: Path) -> str:
    """The folder of the running PostgreSQL server's socket; user `postgres`, no password."""
    return _started(shared, "postgresql", _start_postgresql)


def redis_server(shared: Path) -> str:
    """The URL of the running Redis server."""
    return _started(shared, "redis", _start_redis)


def stop_servers(shared: Path) -> None:
    """Stop what was started for this run and remove its files."""
    for record in shared.glob("server-*.json"):
        server = json.loads(record.read_text())
        record.unlink()
        with suppress(ProcessLookupError):
            os.kill(server["pid"], signal.SIGINT)  # to PostgreSQL: end the sessions and stop
            _wait_for(lambda pid=server["pid"]: not _is_running(pid), "the server to stop")
        shutil.rmtree(server["folder"], ignore_errors=True)


@contextmanager
def locked(path: Path) -> Iterator[None]:
    """One worker at a time."""
    with path.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _started(shared: Path, name: str, start) -> str:
    record = shared / f"server-{name}.json"
    with locked(shared / f"server-{name}.lock"):
        if not record.exists():
            # Sockets need short paths, and another user must be able to get there.
            folder = Path(tempfile.mkdtemp(prefix=f"relevo-{name}-", dir=memory_folder() or "/tmp"))  # noqa: S108
            try:
                process, address = start(folder)
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise
            record.write_text(json.dumps({"pid": process.pid, "folder": str(folder), "address": address}))
        return json.loads(record.read_text())["address"]


def memory_folder(*, for_programs: bool = False) -> Path | None:
    """Memory, if there is enough for some databases, since each test makes one and drops it."""
    memory = Path("/dev/shm")  # noqa: S108
    if not memory.is_dir() or not os.access(memory, os.W_OK) or shutil.disk_usage(memory).free < _ROOM_BYTES:
        return None
    return None if for_programs and os.statvfs(memory).f_flag & os.ST_NOEXEC else memory


def _start_postgresql(folder: Path) -> tuple[subprocess.Popen, str]:
    initdb, postgres = program("initdb", "PostgreSQL"), program("postgres", "PostgreSQL")
    user = _unprivileged_user()
    group = None if user is None else pwd.getpwnam(user).pw_gid
    if user is not None:
        shutil.chown(folder, user, group)
    data = folder / "data"
    rights = {"user": user, "group": group}
    options = ["-U", "postgres", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync"]
    subprocess.run([initdb, "-D", data, *options], cwd=folder, check=True, capture_output=True, **rights)
    settings = {
        "listen_addresses": "",
        "unix_socket_directories": str(folder),
        "fsync": "off",
        "synchronous_commit": "off",
        "full_page_writes": "off",
        "autovacuum": "off",  # no test waits for it, and each makes a database
        "max_connections": "200",
    }
    options = [f"--{name}={value}" for name, value in settings.items()]
    process = _run_in_background([postgres, "-D", data, *options], folder, **rights)
    _wait_for(lambda: _answers(folder), "PostgreSQL to start")
    return process, str(folder)


def _start_redis(folder: Path) -> tuple[subprocess.Popen, str]:
    server = program("redis-server", "Redis")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = ["--bind", "127.0.0.1", "--port", str(port), "--save", "", "--appendonly", "no", "--dir", str(folder)]
    process = _run_in_background([server, *options], folder)
    url = f"redis://127.0.0.1:{port}/0"

    def answers() -> bool:
        with redis.Redis.from_url(url) as client:
            try:
                return bool(client.ping())
            except redis.ConnectionError:
                return False

    _wait_for(answers, "Redis to start")
    return process, url


def _run_in_background(command: list, folder: Path, **rights) -> subprocess.Popen:
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=folder, stdout=log, stderr=log, start_new_session=True, **rights)
    _started_here.append(process)
    return process


def program(name: str, product: str) -> str:
    """Where a program that a test needs is; without it the test skips, and fails in CI."""
    installed = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{name}"), key=lambda path: float(path.parts[4]))
    found = str(installed[-1]) if installed else shutil.which(name)
    if found is None:
        sentence = f"{product} is not installed: its program {name} was not found."
        if os.environ.get("CI") == "true":
            pytest.fail(sentence)
        pytest.skip(sentence)
    return found


def _unprivileged_user() -> str | None:
    """PostgreSQL refuses to run as root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


def _answers(folder: Path) -> bool:
    try:
        psycopg.connect(host=str(folder), user="postgres", dbname="postgres").close()
    except psycopg.OperationalError:
        return False
    return True


def _is_running(pid: int) -> bool:
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except OSError:
        return False
    return state != "Z"


def _wait_for(condition, what: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited {_START_SECONDS} s for {what}")
        time.sleep(0.05)
