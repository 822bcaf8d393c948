"""The pages about stores, over a shop whose orders come from a sandbox."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.examples import NOON
from support.sandbox_fixtures import clock, quiet, sqlite_shop
from support.sandbox_shop import SandboxShop
from support.shop import OWNER, PASSWORD

from engine.model.account import User
from engine.model.ids import new_id

__all__ = ["clock", "quiet", "sqlite_shop"]

MEMBER = "mara@casa-verde.example"
LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def shop(sqlite_shop: SandboxShop) -> SandboxShop:
    """The merchant has a member beside its admin."""
    with sqlite_shop.app.unit_of_work() as uow:
        hashed = sqlite_shop.app.passwords.hash(PASSWORD)
        uow.users.add(User(new_id("usr"), sqlite_shop.merchant.id, MEMBER, hashed, "member", "en", NOON))
        uow.commit()
    return sqlite_shop


@pytest.fixture
def owner(log_in: LogIn) -> FlaskClient:
    return log_in(OWNER)


@pytest.fixture
def member(log_in: LogIn) -> FlaskClient:
    return log_in(MEMBER)
