"""What a 3PL sees of its clients' orders."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import words_of
from support.shop import OWNER, PROVIDER, Shop, ready

from engine.ports import StoreUnavailable

LogIn = Callable[[str], FlaskClient]


def test_a_provider_sees_what_to_ship_where_and_how(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    shop.work_off()

    page = words_of(log_in(PROVIDER).get("/requests"))
    assert "Casa Verde 7001 Ana Núñez Spain 2 × ACM-MUG Mug, blue 24h" in page
    assert "Please ring twice. <b>Not</b> on Mondays. Accepted · Not begun 2 Mar 2026, 10:30" in page


def test_until_the_notes_of_a_client_have_come_the_page_says_that_they_follow(
    shop: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_session: object, _order: str) -> list[str]:
        raise StoreUnavailable("no answer")

    with monkeypatch.context() as patch:
        patch.setattr("support.shop._Session.order_notes", fail)
        shop.import_all(ready("7001"))
        shop.work_off()
    client = log_in(PROVIDER)
    assert "They follow. Accepted" in words_of(client.get("/requests"))
    assert "The notes on the order follow." in words_of(log_in(OWNER).get(f"/orders/{shop.order_id('7001')}"))

    shop.app.clock.sleep(60)
    shop.work_off()

    assert "Please ring twice." in words_of(client.get("/requests"))
    assert "follow" not in words_of(client.get("/requests"))


def test_without_requests_the_page_says_how_they_come(shop: Shop, log_in: LogIn) -> None:
    page = words_of(log_in(PROVIDER).get("/requests"))

    assert "No client has asked for anything yet" in page
    assert "whom you have invited: Clients" in page


def test_requests_come_in_pages(shop: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.web.requests.views.REQUESTS_ON_A_PAGE", 5)
    shop.import_all(*(ready(str(7000 + number)) for number in range(7)))
    shop.work_off()
    client = log_in(PROVIDER)
    first = client.get("/requests")
    older = re.search(r'href="([^"]+)" rel="next"', first.text)

    assert older is not None
    assert first.text.count('<td role="cell" class="cell-order">') == 5
    last = client.get(older[1])
    assert last.text.count('<td role="cell" class="cell-order">') == 2
    assert 'rel="next"' not in last.text
