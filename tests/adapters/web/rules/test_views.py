"""The list of an account's rule sets."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from support.browsing import words_of
from support.shop import OWNER, STRANGER

LogIn = Callable[[str], FlaskClient]


def test_an_account_sees_its_own_rule_sets(log_in: LogIn) -> None:
    assert "Casa Verde casa-verde 1 6" in words_of(log_in(OWNER).get("/rules"))
    assert "No rules are published yet." in words_of(log_in(STRANGER).get("/rules"))
