"""A newer version of an adopted set is tried on the account's own orders before anybody moves on to it."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.sharing import DELEGATE, NEWER, adopted, adopted_set, offered
from support.shop import OWNER, STRANGER, Shop, ready

from engine.services.deciding.run_backtest import list_backtests
from engine.services.sharing.switch_rule import switch_adopted_rule

LogIn = Callable[[str], FlaskClient]
PAGE = "/rules/adopted/acme"


def test_the_newer_version_is_compared_with_what_runs_over_ones_own_orders(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    shop.import_all(ready("1"), ready("2"))
    offered(shop, NEWER)
    client = log_in(OWNER)
    assert "Backtest version 2" in words_of(client.get(PAGE))
    assert "It begins in a moment." in words_of(press(client, PAGE, f"{PAGE}/backtest"))
    shop.work_off()
    [run] = list_backtests(shop.app, shop.merchant.id)
    page = client.get(f"/rules/backtests/{run.id}")
    words = words_of(page)
    assert "Orders 2 Changed 2 Unchanged 0 With errors 0" in words
    assert "becomes delegated, by-acme" in words
    assert "To the adopted rule set" in words
    assert "Try it again" not in words
    found = words_of(client.get(PAGE))
    assert "Orders 2 Changed 2" in found
    assert "Move on to version 2" in found
    assert adopted_set(shop).adoption.number == 1  # nothing has moved on


def test_what_is_switched_off_stays_off_in_the_comparison(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    switch_adopted_rule(shop.app, shop.merchant, "acme.mark", False)
    shop.import_all(ready("1"))
    offered(shop, NEWER)
    press(log_in(OWNER), PAGE, f"{PAGE}/backtest")
    shop.work_off()
    [run] = list_backtests(shop.app, shop.merchant.id)
    assert (run.seen, run.changed) == (1, 0)


def test_a_newer_version_that_names_what_the_account_lacks_is_refused_with_its_sentences(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    offered(shop, DELEGATE.replace("provider: acme-3pl", "provider: nobody"))
    refused = press(log_in(OWNER), PAGE, f"{PAGE}/backtest")
    assert refused.status_code == 422
    assert 'no logistics provider "nobody"' in words_of(refused)
    assert list_backtests(shop.app, shop.merchant.id) == []


def test_without_a_newer_version_and_for_others_there_is_nothing_to_try(shop: Shop, log_in: LogIn) -> None:
    adopted(shop)
    client = log_in(OWNER)
    assert "Backtest version" not in words_of(client.get(PAGE))
    assert "Nothing newer than version 1" in words_of(press(client, "/rules", f"{PAGE}/backtest"))
    assert press(log_in(STRANGER), "/rules", f"{PAGE}/backtest").status_code == 404
    assert list_backtests(shop.app, shop.merchant.id) == []
