"""The page of what differs: by store and kind, with age and cure, also when nothing differs or not all was compared."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.clock import FixedClock
from support.comparing import ComparedShop, open_compared_shop, shipped_there, vase
from support.pages import pages_over
from support.shop import OWNER, STRANGER
from support.statements import statements

from engine.model.inbox import InboxKind
from engine.model.sentence import Sentence
from engine.ports import StoreUnavailable
from engine.services.accounts.profile import change_profile
from engine.services.reconciliation.turn import Limits
from storage.database import Database

LogIn = Callable[[str], FlaskClient]
DAY_S = 24 * 3600.0
MOST_STATEMENTS = 16


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> ComparedShop:
    shop = open_compared_shop(sqlite_database, clock)
    shop.import_all(vase("1"), vase("2"))
    return shop


@pytest.fixture
def web(shop: ComparedShop) -> Flask:
    return pages_over(shop.app, shop.database)


def page_of(shop: ComparedShop) -> str:
    return f"/reconciliation/{shop.store.id}"


def differ(shop: ComparedShop) -> None:
    """One order that is not here, and one that the store has shipped."""
    shop.there.records[:] = [vase("1"), shipped_there("2"), vase("3")]
    shop.compare()


def test_what_was_never_compared_says_so_and_is_compared_by_a_button(shop: ComparedShop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert "not compared yet" in words_of(client.get("/reconciliation"))
    assert "Not compared yet" in words_of(client.get(page_of(shop)))
    answer = press(client, page_of(shop), f"{page_of(shop)}/compare")
    assert "The comparison begins in a moment." in words_of(answer)
    assert "The store is being compared." in words_of(answer)
    assert "about to begin" in words_of(press(client, page_of(shop), f"{page_of(shop)}/compare"))
    shop.work_off()
    page = words_of(client.get(page_of(shop)))
    assert "Nothing differs Last compared: 2 Mar 2026" in page
    assert "Open in the store 2" in page


def test_each_difference_has_its_age_what_both_say_and_its_cure(shop: ComparedShop, clock: FixedClock, log_in: LogIn) -> None:
    differ(shop)
    clock.sleep(2 * DAY_S)
    shop.compare()
    client = log_in(OWNER)
    page = client.get(page_of(shop))
    words = words_of(page)
    assert "Open in the store, not here 3 Store: open. Here: no such order. 2 days ago" in words
    assert "Open here, not in the store 2 Store: no longer open (it was shipped in the store). Here: open." in words
    assert f'href="/orders/{shop.order_id("2")}"' in page.text
    narrowed = words_of(client.get(f"{page_of(shop)}?kind=not_there"))
    assert "Import it now" not in narrowed
    assert "Close it as the store says" in narrowed
    assert "Nothing of that kind" in words_of(client.get(f"{page_of(shop)}?kind=not_told"))


def test_cures_are_buttons_and_what_they_end_leaves_the_list(shop: ComparedShop, log_in: LogIn) -> None:
    differ(shop)
    client = log_in(OWNER)
    for one in shop.differences():
        answer = press(client, page_of(shop), f"{page_of(shop)}/cure", kind=one.kind.value, subject=one.subject)
        assert "It is being read in the store" in words_of(answer)
    shop.work_off()
    assert "Nothing differs" in words_of(client.get(page_of(shop)))
    gone = press(client, page_of(shop), f"{page_of(shop)}/cure", kind="not_here", subject="n3")
    assert "There is no such difference any more" in words_of(gone)


def test_a_comparison_that_is_not_complete_says_why(shop: ComparedShop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    shop.compare(Limits(looks=2))
    assert "the next one goes on" in words_of(client.get(page_of(shop)))
    shop.there.failure = StoreUnavailable(Sentence("It is down.", "Está caída."))
    shop.compare()
    page = words_of(client.get(page_of(shop)))
    assert "Not everything was compared. It is down." in page
    assert "Nothing found so far" in page


def test_a_long_list_goes_on_page_by_page(shop: ComparedShop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.web.reconciliation.views.ON_A_PAGE", 2)
    shop.there.records += [vase(str(number)) for number in range(3, 8)]
    shop.compare()
    client, seen = log_in(OWNER), 0
    address: str | None = page_of(shop)
    while address is not None:
        page = client.get(address).text
        seen += page.count('class="panel inbox-entry"')
        later = page.partition('">Newer ones')[0].rpartition('href="')[2] if "Newer ones" in page else None
        address = None if later is None else later.replace("&amp;", "&")
    assert seen == 5


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+14:00"])
def test_a_place_beyond_the_calendar_is_the_beginning(shop: ComparedShop, log_in: LogIn, moment: str) -> None:
    client = log_in(OWNER)
    address = f"/reconciliation/{shop.store.id}"

    assert client.get(address, query_string={"after": f"{moment}~a"}).status_code == 200


def test_it_is_there_in_spanish(shop: ComparedShop, log_in: LogIn) -> None:
    differ(shop)
    client = shop_in_spanish(shop, log_in)
    words = words_of(client.get(page_of(shop)))
    assert "Conciliación" in words
    assert "Abierto en la tienda, aquí no 3 Tienda: abierto. Aquí: no existe el pedido." in words
    assert "Cerrarlo como dice la tienda" in words


def shop_in_spanish(shop: ComparedShop, log_in: LogIn) -> FlaskClient:
    with shop.app.reading() as uow:
        [owner] = uow.users.list_by_email(OWNER)
    change_profile(shop.app, owner, language="es", time_zone=None)
    return log_in(OWNER)


def test_the_inbox_leads_there(shop: ComparedShop, log_in: LogIn) -> None:
    differ(shop)
    page = log_in(OWNER).get(f"/inbox?kind={InboxKind.DIFFERENCE.value}")
    assert "See the differences" in words_of(page)
    assert f'href="{page_of(shop)}?kind=not_here"' in page.text


def test_another_account_finds_nothing(shop: ComparedShop, log_in: LogIn) -> None:
    differ(shop)
    assert log_in(STRANGER).get(page_of(shop)).status_code == 404


def test_the_page_asks_for_so_much_and_no_more(shop: ComparedShop, log_in: LogIn) -> None:
    differ(shop)
    client = log_in(OWNER)
    counts = []
    for _ in range(2):
        with statements(shop.database) as sent:
            assert client.get(page_of(shop)).status_code == 200
        counts.append(len(sent))
        shop.there.records += [vase(str(number)) for number in range(10, 40)]
        shop.compare()
    assert counts[0] == counts[1] <= MOST_STATEMENTS
