"""No address makes a page fail, whatever stands in its path or its query."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.clock import FixedClock
from support.routes import address, pages, query_names
from support.sandbox_shop import SandboxShop, open_sandbox_shop, sandbox
from support.shop import OWNER

from engine.services.accounts.accounts import set_ships_for_others
from storage.database import Database

LogIn = Callable[[str], FlaskClient]

ODD = (
    *(
        "%",
        "_",
        "'",
        '"',
        "\\",
        "..",
        "../../etc/passwd",
        "//x",
        "<b>",
        "{{7*7}}",
        "-1",
        "1e999",
        "x" * 3000,
        "½",
        "👩‍🚀",
        "\u202e",
    ),
    *("\x1b[31m", "\ufeff", "a\r\nSet-Cookie: x=y", "null", "[]", "é" * 300),
)
TIMES = (
    *("yesterday 1", "2026-13-45T00:00:00+00:00 1", "2026-01-01T00:00:00 1", "2026-01-01 1", "2026-02-29T00:00:00+00:00 1"),
    *(
        "0001-01-01T00:00:00+14:00 1",
        "9999-12-31T23:59:59-14:00 1",
        "0001-01-01T00:00:00+14:00~1",
        "9999-12-31T23:59:59-14:00~1~1",
        "9999-12-31T23:59:59+00:00 \ufeff",
        "0001-01-01T00:00:00+00:00 ",
    ),
    *("2026-01-01T00:00:00+00:60 1", "2026-01-01T24:00:00Z 1", "2026-01-01T00:00:00+00:00", " ", "2026-W01-1T00:00:00Z 1"),
)


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Iterator[SandboxShop]:
    """On each kind of database: they do not refuse the same things. The merchant ships for others too, so it has every page."""
    with sandbox(clock.now, 6) as server:
        shop = open_sandbox_shop(database, server, clock)
        set_ships_for_others(shop.app, shop.merchant.slug, ships=True)
        shop.run_import()
        yield shop


@pytest.fixture
def values(shop: SandboxShop) -> dict[str, str]:
    """What leads somewhere, by the name of a route's argument."""
    order = next(iter(shop.orders().values()))
    return {"order_id": order.id, "store_id": shop.store.id, "kind": "brightpearl"}


def test_no_address_makes_a_page_fail(web: Flask, values: dict[str, str], log_in: LogIn) -> None:
    client = log_in(OWNER)
    seen, names = 0, query_names()
    assert {"after", "decision", "flag", "q", "reason", "status"} <= set(names)
    for rule in pages(web):
        paths = (
            [address(web, rule, dict.fromkeys(rule.arguments, odd)) for odd in ODD if "/" not in odd] if rule.arguments else []
        )
        for path in paths:
            with client.get(path) as answer:
                assert answer.status_code in (200, 302, 303, 308, 400, 404), ascii(path)
            seen += 1
        if "settings" in rule.rule or rule.arguments - values.keys():
            continue  # asks the store each time, and reads nothing of the query
        path = address(web, rule, values)
        for query in queries_for(rule.endpoint, names):
            with client.get(path, query_string=query) as answer:  # a file that is streamed is given up
                assert answer.status_code in (200, 302, 303, 400, 404, 422), (path, ascii(query))
            seen += 1
    assert seen > 150


def queries_for(endpoint: str, names: list[str]) -> Iterator[dict[str, str] | str]:
    """Every odd value for some name, each name with several, and every odd place for the pages that come in parts."""
    yield "&".join(f"{name}=%ff%ED%A0%80%00" for name in names)
    if endpoint == "stores.show":
        return  # it asks the store what it is given
    for shift in range(0, len(ODD), 4):
        yield {name: ODD[(shift + place) % len(ODD)] for place, name in enumerate(names)}
    if endpoint in ("orders.index", "requests.index", "stores.skipped"):
        yield from ({"after": value} for value in TIMES)


def test_behind_a_made_up_place_there_is_nothing(values: dict[str, str], log_in: LogIn) -> None:
    page = f"/stores/{values['store_id']}/skipped"
    client = log_in(OWNER)
    assert "cell-order" in client.get(page).text
    for place in ("yesterday", "0001-01-01T00:00:00+14:00 1", "9999-12-31T23:59:59-14:00 1"):
        answer = client.get(page, query_string={"after": place})
        assert (answer.status_code, "cell-order" in answer.text) == (200, False)
