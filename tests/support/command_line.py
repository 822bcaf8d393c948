"""Commands of the command line as tests call them, and what they answered."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from support.sandbox_shop import STORE_PASSWORD

from adapters.sandboxes.brightpearl import SandboxServer

PASSWORD = "a relay needs two"


@dataclass(frozen=True)
class Answer:
    code: int
    out: bytes
    err: str

    @property
    def json(self) -> Any:
        """The one JSON document on stdout."""
        assert self.out.endswith(b"\n")
        assert self.out.count(b"\n") == 1
        return json.loads(self.out)

    @property
    def lines(self) -> list[Any]:
        return [json.loads(line) for line in self.out.splitlines()]

    @property
    def sentence(self) -> str:
        """The one line on stderr; nothing stands on stdout."""
        assert self.out == b""
        assert self.code in (1, 2)
        lines = [line for line in self.err.splitlines() if not line.startswith("timestamp=")]
        assert len(lines) == 1, self.err
        assert "Traceback" not in self.err
        return lines[0]


Call = Callable[..., Answer]


def create(relevo: Call, name: str, kind: str, email: str | None = None, **options: str) -> str:
    email = email or f"owner@{name.lower().replace(' ', '-')}.example"
    extra = [part for key, value in options.items() for part in (f"--{key.replace('_', '-')}", value)]
    answer = relevo(
        *("accounts", "create", "--name", name, "--kind", kind, "--email", email, "--password-stdin"),
        *("--country", "GB", *extra, "--json"),
        stdin=f"{PASSWORD}\n",
    )
    assert answer.code == 0, answer.err
    return str(answer.json["slug"])


def connect(relevo: Call, slug: str, server: SandboxServer, password: str = STORE_PASSWORD, **changes: str) -> Answer:
    options = {
        "account": slug,
        "integration-url": server.url,
        "account-code": "testacct",
        "datacenter": "eu1",
        "username": "u@example.com",
        "channel-id": "2",
        "on-ship": "mark_shipped",
        **{key.replace("_", "-"): value for key, value in changes.items()},
    }
    parts = [part for key, value in options.items() for part in (f"--{key}", value)]
    return relevo("stores", "connect", "brightpearl", *parts, "--password-stdin", "--json", stdin=f"{password}\n")
