"""The pages over a shop, and browsers without a screen to look at them."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import send_log_in
from support.clock import FixedClock
from support.pages import pages_over
from support.shop import Shop, open_shop

from storage.database import Database

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock)


@pytest.fixture
def web(shop: Shop) -> Flask:
    return pages_over(shop.app, shop.database)


@pytest.fixture
def anonymous(web: Flask) -> FlaskClient:
    return web.test_client()


@pytest.fixture
def log_in(web: Flask) -> LogIn:
    """A browser in which somebody has logged in."""

    def log_in_as(email: str) -> FlaskClient:
        client = web.test_client()
        assert send_log_in(client, email).status_code == 302
        return client

    return log_in_as
