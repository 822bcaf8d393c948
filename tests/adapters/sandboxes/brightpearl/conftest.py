"""A sandbox full of awkward orders, and a logged-in client of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import requests

from adapters.sandboxes.brightpearl import SandboxServer, generate

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)


class Api:
    """Calls of one account, with the token of a log-in."""

    def __init__(self, server: SandboxServer) -> None:
        self.server = server
        self.session = requests.Session()
        self.log_in()

    def log_in(self) -> None:
        body = {"apiAccountCredentials": {"emailAddress": "u@example.com", "password": "secret"}}
        reply = self.session.post(f"{self.server.url}/testacct/authorise", json=body, timeout=60)
        self.session.headers["brightpearl-auth"] = reply.json()["response"]

    def call(self, method: str, path: str, **arguments: Any) -> requests.Response:
        return self.session.request(method, f"{self.server.url}/public-api/testacct{path}", timeout=5, **arguments)

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.call("GET", path, params=query)

    def control(self, method: str, path: str, document: Any = None) -> requests.Response:
        return self.session.request(method, f"{self.server.url}/sandbox{path}", json=document, timeout=60)

    def search(self, path: str = "/warehouse-service/goods-note/goods-out-search", **query: Any) -> list[dict[str, Any]]:
        """The rows of a search's page as dicts."""
        reply = self.get(path, **query).json()["response"]
        names = [column["name"] for column in reply["metaData"]["columns"]]
        return [dict(zip(names, row, strict=True)) for row in reply["results"]]


@pytest.fixture
def now() -> datetime:
    return NOW


@pytest.fixture
def server() -> Iterator[SandboxServer]:
    data = generate(60, seed=3, now=NOW)
    data.clock = lambda: NOW
    with SandboxServer(data) as running:
        yield running


@pytest.fixture
def api(server: SandboxServer) -> Iterator[Api]:
    client = Api(server)
    yield client
    client.session.close()


@pytest.fixture
def order_of(server: SandboxServer) -> dict[str, int]:
    """The order id of each awkward kind."""
    return {kind: order_id for order_id, kind in server.data.kinds.items()}
