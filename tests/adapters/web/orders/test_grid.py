"""Filters, sorting, columns, saved views and the file of the orders grid, as a person meets them."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.partners import add_member
from support.rule_runs import publish
from support.shop import OWNER, PROVIDER, STRANGER, Shop, overseas, parked, ready
from support.statements import statements

LogIn = Callable[[str], FlaskClient]
MEMBER = "bo@casa-verde.example"
QUERIES_A_PAGE = 12


def numbers_on(client: FlaskClient, address: str) -> list[str]:
    return re.findall(r'class="order-link"[^>]*>([^<]+)<', client.get(address).text)


def in_spanish(client: FlaskClient, address: str) -> str:
    return words_of(press(client, address, "/language", language="es", back=address))


@pytest.fixture
def client(shop: Shop, log_in: LogIn) -> FlaskClient:
    shop.import_all(
        ready("7001", order_total=5, order_date="2026-02-01T10:00:00Z"),
        overseas("7002", tags=["vip"]),
        ready("7010", order_total=900),
    )
    return log_in(OWNER)


def test_filters_stand_in_the_address_as_chips_that_take_themselves_away(client: FlaskClient) -> None:
    address = "/orders?country=es&total_from=4&total_to=10&ordered_to=2026-02-01"
    page = client.get(address)

    assert numbers_on(client, address) == ["7001"]
    assert "Country: Spain × Total from: 4 × Total up to: 10 × Ordered until: 1 Feb 2026 ×" in words_of(page)
    assert "1–1 of 1" in words_of(page)
    [without] = re.findall(r'href="([^"]+)" aria-label="Remove the filter Total up to: 10"', page.text)
    assert "country=es" in without
    assert "total_to" not in without
    assert 'name="total_from" value="4"' in page.text
    assert "País: España" in in_spanish(client, address)


def test_amounts_are_read_as_the_language_of_the_page_writes_them(client: FlaskClient) -> None:
    assert numbers_on(client, "/orders?total_from=1,000") == []
    assert numbers_on(client, "/orders?total_from=899.999&total_to=1,234.50") == ["7010"]
    assert 'value="1234.50"' in client.get("/orders?total_to=1,234.50").text
    spanish = in_spanish(client, "/orders?total_from=1.000")
    assert "Total desde: 1000 ×" in spanish
    assert numbers_on(client, "/orders?total_from=1.000") == []
    assert numbers_on(client, "/orders?total_from=899,50&total_to=1.234,50") == ["7010"]


def test_several_flags_and_tags_are_all_asked_for_unless_any_tag_will_do(client: FlaskClient) -> None:
    assert numbers_on(client, "/orders?flag=invalid_service&flag=needs_attention") == []
    assert numbers_on(client, "/orders?flag=invalid_service") == ["7002"]
    assert numbers_on(client, "/orders?tag=VIP") == ["7002"]
    assert numbers_on(client, "/orders?tag=vip,delegated") == []
    assert sorted(numbers_on(client, "/orders?tag=vip,delegated&tags=any")) == ["7001", "7002", "7010"]
    assert sorted(numbers_on(client, "/orders?rule=to-acme")) == ["7001", "7010"]


def test_a_tag_with_a_comma_is_looked_for_in_quotes(client: FlaskClient, shop: Shop) -> None:
    shop.import_all(ready("7020", tags=["x, y", "gift"]))
    address = "/orders?tag=%22x%2C+y%22,gift"
    page = client.get(address)
    assert numbers_on(client, address) == ["7020"]
    assert "Tag: x, y × Tag: gift ×" in words_of(page)
    assert 'value="&#34;x, y&#34;, gift"' in page.text
    [without] = re.findall(r'href="([^"]+)" aria-label="Remove the filter Tag: gift"', page.text)
    assert numbers_on(client, without.replace("&amp;", "&")) == ["7020"]
    assert numbers_on(client, "/orders?tag=x,+y") == []


def test_what_no_order_has_and_what_cannot_be_read_is_said(client: FlaskClient) -> None:
    page = words_of(client.get("/orders?carrier=pigeon&tag=vip"))
    assert "Carrier: pigeon – no order has it" in page
    assert "No order fits" in page

    odd = client.get("/orders?total_from=much&ordered_from=soon&status=x&sort=x&flag=x&held=x&after=x~y&n=x")
    assert "much is not an amount, so it was left out: write it as 12.50." in words_of(odd)
    assert "soon is not a date, so it was left out: write it as 2026-03-31." in words_of(odd)
    assert 'name="total_from" value="much"' in odd.text
    assert len(numbers_on(client, "/orders?total_from=much")) == 3


def test_a_heading_sorts_turns_and_says_which_way(client: FlaskClient) -> None:
    first = client.get("/orders").text
    address = re.search(r'class="sort-link" href="([^"]+)">Total', first)
    assert address is not None
    page = client.get(address[1].replace("&amp;", "&"))
    assert numbers_on(client, address[1]) == ["7010", "7002", "7001"]
    assert re.search(r'class="col-total num" aria-sort="descending"', page.text)
    turned = re.search(r'class="sort-link" href="([^"]+)">Total', page.text)
    assert turned is not None
    assert numbers_on(client, turned[1]) == ["7001", "7002", "7010"]
    assert 'aria-sort="descending"' in first  # the newest first


def test_pages_lead_both_ways_and_say_where_they_are(client: FlaskClient, shop: Shop) -> None:
    shop.import_all(*(ready(str(7100 + number)) for number in range(30)))
    press(client, "/orders", "/orders/grid-settings", column="order", density="compact", page_size="25")
    first = client.get("/orders?country=es")
    assert "1–25 of 32" in words_of(first)
    assert "grid-compact" in first.text
    older = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert older is not None
    second = client.get(older[1].replace("&amp;", "&"))
    assert "26–32 of 32" in words_of(second)
    newer = re.search(r'href="([^"]+)" rel="prev"', second.text)
    assert newer is not None
    assert numbers_on(client, newer[1].replace("&amp;", "&")) == numbers_on(client, "/orders?country=es")


def test_each_person_chooses_columns_and_widths(client: FlaskClient, shop: Shop, log_in: LogIn) -> None:
    add_member(shop)
    token = re.search(r'name="csrf_token"[^>]*value="([^"]+)"', client.get("/orders").text)
    assert token is not None
    form = {"csrf_token": token[1], "column": ["total", "due"], "width_total": "l", "density": "x", "page_size": "7"}
    client.post("/orders/grid-settings", data=form)

    page = client.get("/orders").text
    heads = re.findall(r'columnheader" scope="col" class="([^"]+)"', page)
    assert heads == ["col-pick", "col-order", "col-total num width-l", "col-due"]
    assert 'class="col-tags"' in log_in(MEMBER).get("/orders").text
    press(client, "/orders", "/orders/grid-settings", do="usual")
    assert 'class="col-tags"' in client.get("/orders").text


def test_a_view_is_saved_opened_renamed_replaced_and_deleted(client: FlaskClient) -> None:
    saved = press(
        client, "/orders", "/orders/views", query="country=es&sort=-total&n=51&after=x", columns="total:s", name="Spain"
    )
    assert "The view “Spain” is saved." in words_of(saved)
    [view_id] = set(re.findall(r"view=(viw_[0-9a-f]+)", saved.text))
    assert numbers_on(client, f"/orders?country=es&sort=-total&view={view_id}") == ["7010", "7001"]
    assert "width-s" in saved.text

    again = press(client, "/orders", "/orders/views", query="", name=" spain ")
    assert again.status_code == 422
    assert 'There is a view "spain" already' in words_of(again)
    assert 'value=" spain "' in again.text
    assert "Give the view a name" in words_of(press(client, "/orders", "/orders/views", query="", name=" "))

    change = f"/orders/views/{view_id}"
    assert "España" in words_of(press(client, "/orders", change, do="rename", name="España", query=""))
    press(client, "/orders", change, do="replace", query="q=7002", columns="")
    press(client, "/orders", change, do="open", query="")
    assert numbers_on(client, "/orders") == ["7002"]  # the grid opens with it
    assert len(numbers_on(client, "/orders?sort=-imported")) == 3
    press(client, "/orders", change, do="leave", query="")
    assert len(numbers_on(client, "/orders")) == 3
    assert "The view is deleted." in words_of(press(client, "/orders", change, do="delete", query=""))
    assert "España" not in client.get("/orders").text


def test_a_view_is_its_owners_alone_until_it_is_shared(client: FlaskClient, shop: Shop, log_in: LogIn) -> None:
    add_member(shop)
    member = log_in(MEMBER)
    press(client, "/orders", "/orders/views", query="country=es", name="Mine")
    press(client, "/orders", "/orders/views", query="country=us", name="Ours", shared="1")

    assert "Mine" not in member.get("/orders").text
    [view_id] = set(re.findall(r"view=(viw_[0-9a-f]+)", member.get("/orders").text))
    assert numbers_on(member, f"/orders?country=us&view={view_id}") == ["7002"]
    refused = press(member, "/orders", f"/orders/views/{view_id}", do="delete", query="")
    assert "Only whoever saved this view, or an admin, may change it." in words_of(refused)
    assert "Opened" not in press(member, "/orders", f"/orders/views/{view_id}", do="open", query="").text
    assert numbers_on(member, "/orders") == ["7002"]
    with shop.app.reading() as uow:
        [entry, _] = [one for one in uow.audit.list_for(shop.merchant.id, view_id) if one.action == "view.saved"] * 2
    assert entry.after == "Ours"


def test_the_file_has_what_the_grid_shows_and_no_formula(client: FlaskClient, shop: Shop) -> None:
    shop.import_all(ready("7020", reference='=HYPERLINK("x")', order_total=70))
    press(client, "/orders", "/orders/grid-settings", do="usual")
    answer = client.get("/orders/orders.csv?country=es&sort=-total")
    rows = list(csv.reader(io.StringIO(answer.text.removeprefix("\ufeff"))))

    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert rows[0][:6] == ["Order", "Reference", "Date", "Recipient", "Country", "Total"]
    assert [row[0] for row in rows[1:]] == ["7010", "7020", "7001"]
    assert rows[2][1] == '\'=HYPERLINK("x")'
    assert rows[3][5:8] == ["5", "EUR", "Awaiting shipment"]
    press(client, "/orders", "/language", language="es", back="/orders")
    assert client.get("/orders/orders.csv").text.startswith("\ufeffPedido,Referencia,Fecha,Destinatario,País,Total,Moneda,Estado")


def test_a_file_is_bounded_and_says_so(client: FlaskClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.web.orders.spreadsheet.MOST_IN_A_FILE", 2)
    lines = client.get("/orders/orders.csv").text.splitlines()

    assert len(lines) == 4
    assert lines[-1] == "There are more orders: narrow the filters to get the rest."


def test_where_an_order_is_that_the_grid_does_not_have(client: FlaskClient, shop: Shop) -> None:
    shop.import_all(parked("8001"))
    hidden = client.get("/orders?q=7002&country=es")
    assert "1 order has this, but the other filters leave it out." in words_of(hidden)
    assert 'href="/orders?q=7002">Show without the other filters' in hidden.text

    page = client.get("/orders?q=8001")
    assert "Where is my order?" in words_of(page)
    assert "8001 is parked, because it cannot be read as an order:" in words_of(page)
    assert "what came later is not here yet. Ask Casa Verde online" in words_of(page)
    assert f"/stores/{shop.store.id}?order=8001#look" in page.text
    assert "¿Dónde está mi pedido?" in in_spanish(client, "/orders?q=8001")


def test_without_a_store_the_page_says_that_none_is_connected(log_in: LogIn) -> None:
    client = log_in(STRANGER)
    page = client.get("/orders?q=8001")
    said = "Where is my order? No store is connected, so nothing is imported and no store can be asked. Connect a store"
    assert said in words_of(page)
    assert 'href="/stores/connect"' in page.text
    assert "No hay ninguna tienda conectada" in in_spanish(client, "/orders?q=8001")


def test_orders_that_a_rule_left_out_are_named_where_they_are_looked_for(shop: Shop, log_in: LogIn) -> None:
    publish(shop, "{id: out, name: Out, when: always, then: [{do: dont_import}]}")
    shop.import_all(ready("7001"))
    page = log_in(OWNER).get("/orders?q=7001")

    assert "A rule has left out 1 order that has this." in words_of(page)
    assert 'href="/orders?status=skipped&amp;q=7001"' in page.text


def test_a_provider_sees_its_clients_and_when_orders_are_due(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    shop.work_off()
    page = log_in(PROVIDER).get("/orders")

    assert "Client, store" in words_of(page)
    assert 'class="col-due"' in page.text


@pytest.mark.parametrize(
    "address",
    ["/orders", "/orders?q=7&country=es&tag=vip&total_from=1&sort=-total", "/orders?status=on_hold&sort=due", "/orders?q=no"],
)
def test_a_page_asks_the_database_few_questions(client: FlaskClient, shop: Shop, address: str) -> None:
    shop.work_off()
    client.get(address)  # what is kept in memory is there from now on
    with statements(shop.database) as sent:
        assert client.get(address).status_code == 200
    most = QUERIES_A_PAGE + ("q=" in address)  # where nothing fits, it is said where an order may be
    assert len(sent) <= most, [statement for statement, _ in sent]
