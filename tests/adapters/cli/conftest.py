"""The command line, called in this process: what it prints and its exit code."""

from __future__ import annotations

import io
import logging
import os
import shutil
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import argon2
import pytest
import structlog
from support.command_line import Answer, Call, connect, create
from support.sandbox_shop import sandbox

from adapters.cli.main import run
from adapters.sandboxes.brightpearl import SandboxServer
from app import Runtime
from engine.log import write_events


@pytest.fixture(autouse=True)
def _settings(tmp_path: Path, sqlite_template: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A data directory of this test's own, and no setting from outside."""
    for name in [name for name in os.environ if name.startswith("RELEVO_")]:
        monkeypatch.delenv(name)
    data_dir = tmp_path / "data"
    data_dir.mkdir()
    shutil.copyfile(sqlite_template, data_dir / "relevo.db")  # quicker than migrating; an empty one is tested by itself
    monkeypatch.setenv("RELEVO_DATA_DIR", str(data_dir))
    monkeypatch.setenv("RELEVO_ALLOW_NETWORKS", "127.0.0.0/8")
    monkeypatch.setenv("RELEVO_PORT", "0")  # no address that a sandbox could call: what is connected tells of nothing
    monkeypatch.setenv("RELEVO_LOG_LEVEL", "error")
    monkeypatch.setattr("adapters.passwords.argon2.PasswordHasher", partial(argon2.PasswordHasher, 1, 8, 1))
    yield
    logging.getLogger().handlers.clear()
    write_events()
    structlog.reset_defaults()


@pytest.fixture
def relevo(capsysbinary: pytest.CaptureFixture[bytes], monkeypatch: pytest.MonkeyPatch) -> Call:
    """`relevo("orders", "list", …)`; `stdin` is what the command reads."""

    def call(*arguments: str, stdin: str | bytes = "") -> Answer:
        content = stdin.encode() if isinstance(stdin, str) else stdin
        monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content), encoding="utf-8"))
        capsysbinary.readouterr()
        runtime = Runtime()
        try:
            code = run(runtime, list(arguments))
        finally:
            if "database" in runtime.__dict__:
                runtime.database.close()
        captured = capsysbinary.readouterr()
        return Answer(code, captured.out, captured.err.decode())

    return call


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    with sandbox(lambda: datetime.now(UTC)) as running:
        yield running


@pytest.fixture
def merchant(relevo: Call) -> str:
    """The slug of a merchant."""
    return create(relevo, "Merchant A", "merchant")


@pytest.fixture
def store(relevo: Call, merchant: str, server: SandboxServer) -> str:
    """The id of the merchant's store."""
    return connect(relevo, merchant, server).json["id"]
