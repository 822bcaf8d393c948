"""The servers that the tests bring are real ones."""

from __future__ import annotations

import psycopg
import pytest
import redis


@pytest.mark.redis
def test_redis_answers(redis_url: str) -> None:
    with redis.Redis.from_url(redis_url) as client:
        assert client.ping()


@pytest.mark.postgresql
def test_postgresql_answers(postgresql: str) -> None:
    with psycopg.connect(host=postgresql, user="postgres", dbname="template_relevo") as connection:
        assert connection.execute("SELECT count(*) FROM orders").fetchone() == (0,)
