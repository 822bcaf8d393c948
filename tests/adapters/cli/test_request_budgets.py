"""Where the program keeps its request budgets."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
import redis
from sqlalchemy import func, select
from support.command_line import Call, connect

from adapters.sandboxes.brightpearl import SandboxServer
from app import Runtime
from storage.tables import RequestBudgetRow

REPOSITORY = Path(__file__).parents[3]


def kept_in_the_database() -> int:
    database = Runtime().database
    with database.begin_reading() as connection:
        count = connection.execute(select(func.count()).select_from(RequestBudgetRow)).scalar_one()
    database.close()
    return count


def test_the_database_keeps_the_budget_of_a_store(relevo: Call, merchant: str, server: SandboxServer) -> None:
    assert connect(relevo, merchant, server).code == 0

    assert kept_in_the_database() == 1


@pytest.mark.redis
def test_redis_keeps_it_where_one_is_set(
    relevo: Call, merchant: str, server: SandboxServer, redis_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEVO_REDIS_URL", redis_url)
    assert connect(relevo, merchant, server).code == 0

    assert kept_in_the_database() == 0
    with redis.Redis.from_url(redis_url) as client:
        assert client.pttl(f"relevo:request-budget:brightpearl {server.url.removeprefix('http://')} testacct") > 0


def test_a_redis_that_is_away_is_a_sentence(
    relevo: Call, merchant: str, server: SandboxServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RELEVO_REDIS_URL", "redis://:hush@127.0.0.1:1/0")
    answer = connect(relevo, merchant, server)

    assert answer.code == 1
    assert "RELEVO_REDIS_URL" in answer.err
    assert "hush" not in answer.err


def test_without_one_its_library_is_not_loaded(relevo: Call) -> None:
    program = "import sys; from app import Runtime; Runtime().application; print('redis' in sys.modules)"
    answer = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, env=os.environ.copy(), capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "False"
