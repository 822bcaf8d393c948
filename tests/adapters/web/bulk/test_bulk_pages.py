"""Acting on many orders on the pages: asked first, done, shown order by order, cancelled, gone on with and undone."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.editing import edited
from support.partners import add_member
from support.rule_runs import order_of
from support.shop import OWNER, STRANGER, Shop, overseas, ready

from adapters.web.bulk import begin
from adapters.web.orders import chosen, listing
from engine.model.bulk_action import BulkAction, BulkState
from engine.model.order_view import GridSettings
from engine.services.bulk.results import list_bulk_actions
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.list_holds import list_holds
from engine.services.grid.order_views import GridChoices

LogIn = Callable[[str], FlaskClient]
MEMBER = "bo@casa-verde.example"
NUMBERS = ("1", "2", "3", "4")


@pytest.fixture
def shop(shop: Shop) -> Shop:
    shop.import_all(*(ready(number) for number in NUMBERS))
    add_member(shop)
    return shop


@pytest.fixture
def client(shop: Shop, log_in: LogIn) -> FlaskClient:
    return log_in(MEMBER)


def ids(shop: Shop, *numbers: str) -> list[str]:
    return [shop.order_id(number) for number in numbers]


def act(client: FlaskClient, kind: str, *, grid: str = "/orders", **form: Any) -> Any:
    """What the toolbar of the grid sends; where it leads."""
    page = client.get(grid)
    toolbar = page.text.partition('id="chosen"')[2].partition("</form>")[0]
    [wish] = re.findall(r'name="wish" value="([^"]+)"', toolbar)
    [query] = re.findall(r'name="query" value="([^"]*)"', toolbar)
    form = {"csrf_token": token_of(page), "wish": wish, "query": query.replace("&amp;", "&"), **form}
    return client.post(f"/orders/act/{kind}", data=form, follow_redirects=True)


def send(client: FlaskClient, asked: Any, kind: str, **form: str) -> Any:
    """The form that asks once more, filled in."""
    hidden = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', asked.text.partition('class="panel f')[2])
    data: dict[str, list[str]] = {}
    for name, value in hidden:
        data.setdefault(name, []).append(value.replace("&amp;", "&"))
    return client.post(f"/orders/act/{kind}", data={**data, **{k: [v] for k, v in form.items()}}, follow_redirects=True)


def actions(shop: Shop) -> list[BulkAction]:
    return list_bulk_actions(shop.app, shop.merchant.id)


def statuses(shop: Shop) -> list[str]:
    with shop.app.reading() as unit:
        return [unit.orders.get(shop.merchant.id, order_id).status() for order_id in ids(shop, *NUMBERS)]


def test_a_hold_is_asked_for_its_reason_then_done_at_once_and_undone_in_the_grid(shop: Shop, client: FlaskClient) -> None:
    asked = act(client, "hold", grid="/orders?status=awaiting_shipment", order=ids(shop, "1", "2"))
    assert "Hold: 2 orders" in words_of(asked)
    assert actions(shop) == []
    missing = send(client, asked, "hold", reason=" ")
    assert (missing.status_code, "Say in 1 to 500 characters why" in words_of(missing)) == (422, True)
    late = send(client, asked, "hold", reason="Stock count", until="2020-01-01")
    assert 'value="Stock count"' in late.text, "what was typed comes back"
    assert "2020-01-01 has passed already." in words_of(late)

    done = send(client, asked, "hold", reason="Stock count")
    assert done.request.path == "/orders"
    assert done.request.args["status"] == "awaiting_shipment", "the list as it was"
    assert "Put on hold: Stock count: 2 orders. Results" in words_of(done)
    assert statuses(shop) == ["on_hold", "on_hold", "awaiting_shipment", "awaiting_shipment"]
    [action] = actions(shop)
    back = press(client, f"/orders?did={action.id}", f"/orders/actions/{action.id}/undo", query="status=on_hold")
    assert "Undone: Put on hold: Stock count: 2 orders." in words_of(back)
    assert (back.request.args["status"], 'action="/orders/actions/' in back.text) == ("on_hold", False)
    assert statuses(shop) == ["awaiting_shipment"] * 4


def test_the_number_of_all_that_match_is_said_before_anything_happens(
    shop: Shop, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "grid_choices", lambda *_: GridChoices(GridSettings("", "", page_size=2), ()))
    monkeypatch.setattr(chosen, "IDS_A_READ", 2)
    hold_order(shop.app, shop.merchant.id, shop.order_id("4"), "Wait", "somebody")
    assert "All 3 that match" in words_of(client.get("/orders?status=awaiting_shipment"))
    assert "All 3 that match" in words_of(client.get("/orders?q=Ana&country=ES&status=awaiting_shipment"))
    assert 'name="all"' not in client.get("/orders?status=on_hold").text, "there are no more than the page has"
    asked = act(client, "hold", grid="/orders?status=awaiting_shipment", all="1")
    assert "Hold: 3 orders They are all that match" in words_of(asked)

    shop.import_all(*(ready(number) for number in (*NUMBERS, "5")))
    more = send(client, asked, "hold", reason="Stock count")
    assert "More orders match by now than you were told" in words_of(more)
    assert "Hold: 4 orders" in words_of(more)
    assert actions(shop) == []
    done = send(client, more, "hold", reason="Stock count")
    assert "Put on hold: Stock count: 4 orders." in words_of(done)
    [action] = actions(shop)
    assert (action.total, action.wanted) == (4, "status=awaiting_shipment")
    page = client.get(f"/orders/actions/{action.id}")
    assert 'href="/orders?status=awaiting_shipment"' in page.text
    assert re.findall(r'class="order-link"[^>]*>(\w+)<', page.text) == ["1", "2", "3", "5"], "the oldest first"


def test_nothing_that_matches_or_too_many_are_refused_with_a_sentence(
    shop: Shop, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "No order is among them any more." in words_of(act(client, "rules", grid="/orders?status=shipped&q=1", all="1"))
    for module in (begin, chosen):
        monkeypatch.setattr(module, "MOST_ORDERS", 3)
    assert "At most 3 orders at a time, and these are more" in words_of(act(client, "rules", all="1"))
    assert client.post("/orders/act/burn", data={"csrf_token": token_of(client.get("/orders"))}).status_code == 404


def test_more_than_a_person_waits_for_are_worked_on_in_the_background_with_their_progress(
    shop: Shop, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(begin, "AT_ONCE", 2)
    page = act(client, "rules", order=ids(shop, *NUMBERS))
    [action] = actions(shop)
    assert page.request.path == f"/orders/actions/{action.id}"
    assert "Under way" in words_of(page)
    assert f'data-progress="/orders/actions/{action.id}/progress"' in page.text
    assert '<noscript><meta http-equiv="refresh" content="4"></noscript>' in page.text
    began = client.get(f"/orders/actions/{action.id}/progress", buffered=False)
    assert b'"seen":0,"total":4,"words":"It begins in a moment."' in next(event for event in began.response if b"data" in event)
    began.close()

    shop.work_off()
    ended = client.get(f"/orders/actions/{action.id}/progress").text
    assert "event: ended" in ended
    done = client.get(f"/orders/actions/{action.id}")
    assert "4 of 4 orders: 4 done, 0 with nothing to do, 0 not done" in words_of(done)
    assert "data-progress" not in done.text
    listed = words_of(client.get("/orders/actions"))
    assert re.search(rf"Rules run again .* {MEMBER} 4 4 0 Done", listed)


def test_each_outcome_has_its_orders_page_by_page_and_all_are_a_file(
    shop: Shop, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    from adapters.web.bulk import views as bulk_views

    monkeypatch.setattr(bulk_views, "LISTED_OF_EACH", 1)
    monkeypatch.setattr(bulk_views, "LISTED_OF_ONE", 1)
    hold_order(shop.app, shop.merchant.id, shop.order_id("1"), "Wait", "somebody")
    hold_order(shop.app, shop.merchant.id, shop.order_id("3"), "Wait", "somebody")
    page = act(client, "release", order=ids(shop, *NUMBERS))
    [action] = actions(shop)
    said = words_of(page)
    assert "Nothing to do: 2 orders 2 Order 2 is neither on hold nor flagged: there is nothing to release. All of these" in said
    assert "Done: 2 orders 1 All of these" in said
    first = client.get(f"/orders/actions/{action.id}?outcome=done")
    assert "Done: 2 orders 1 All results Further orders" in words_of(first)
    following = re.search(r'href="([^"]+)" rel="next"', first.text)
    assert following is not None
    assert "Done: 2 orders 3 All results" in words_of(client.get(following[1].replace("&amp;", "&")))
    file = client.get(f"/orders/actions/{action.id}/results.csv")
    assert file.text.splitlines()[:2] == ["Order,Result,Reason", "1,Done,"]
    assert file.headers["Content-Disposition"].endswith('.csv"')


def how_of(page: str, field: str) -> str:
    """What can be done with a field besides setting it."""
    return page.partition(f'name="how.{field}"')[2].partition("</select>")[0]


def test_a_tag_is_added_to_the_chosen_orders_and_taken_away_again(shop: Shop, client: FlaskClient) -> None:
    asked = act(client, "edit", order=ids(shop, "1", "2"))
    assert "Set fields: 2 orders" in words_of(asked)
    nothing = send(client, asked, "edit")
    assert (nothing.status_code, "write into at least one field" in words_of(nothing)) == (422, True)
    wrong = send(client, asked, "edit", **{"f.weight_g": "heavy", "f.tags": "gift", "how.tags": "add"})
    assert (wrong.status_code, 'value="heavy"' in wrong.text, 'value="gift"' in wrong.text) == (422, True, True)
    assert 'href="#' in wrong.text.partition("Nothing was saved:")[2].partition("</ul>")[0]
    assert '<option value="add" selected>' in how_of(wrong.text, "tags")
    assert 'value="add"' not in how_of(wrong.text, "package"), "only members can be added and removed"
    done = send(client, asked, "edit", **{"f.tags": "gift", "how.tags": "add"})
    assert "Fields: tags: + gift: 2 orders. Results Undo" in words_of(done)
    [action] = actions(shop)
    assert client.get("/orders?tag=gift").text.count('class="order-link"') == 2
    press(client, f"/orders?did={action.id}", f"/orders/actions/{action.id}/undo", query="")
    assert client.get("/orders?tag=gift").text.count('class="order-link"') == 0


def test_several_fields_are_set_of_all_that_match(shop: Shop, client: FlaskClient) -> None:
    asked = act(client, "edit", all="1")
    assert "They are all that match the filter of the list" in words_of(asked)
    send(client, asked, "edit", **{"f.package": "box-s", "f.ship_to.city": "Vigo"})
    [action] = actions(shop)
    assert (action.total, action.done) == (len(NUMBERS), len(NUMBERS))
    page = words_of(client.get(f"/orders/actions/{action.id}"))
    assert "box-s" in page
    assert "Vigo" in page
    assert client.get("/orders?q=vigo").text.count('class="order-link"') == len(NUMBERS)


def test_tags_between_commas_are_set_and_a_tag_with_a_comma_is_there_again_when_it_is_undone(
    shop: Shop, client: FlaskClient
) -> None:
    edited(shop, "1", tags=("m, n",))
    asked = act(client, "edit", order=ids(shop, "1"))
    send(client, asked, "edit", **{"f.tags": "vip, x", "how.tags": "set"})
    assert order_of(shop).document()["tags"] == ["vip", "x"]
    [action] = actions(shop)
    press(client, f"/orders?did={action.id}", f"/orders/actions/{action.id}/undo", query="")
    assert order_of(shop).document()["tags"] == ["m, n"]


@pytest.mark.parametrize("address", ["/orders/edit", "/orders/edit/save"])
def test_the_addresses_of_before_lead_to_the_bulk_action(shop: Shop, client: FlaskClient, address: str) -> None:
    form = {"csrf_token": token_of(client.get("/orders")), "order": ids(shop, "1", "2")}
    answer = client.post(address, data=form)
    assert (answer.status_code, answer.headers["Location"]) == (307, "/orders/act/edit"), "with what was sent"
    assert "Set fields: 2 orders" in words_of(client.post("/orders/act/edit", data=form))
    client.post("/orders/act/edit", data={**form, "f.package": "box-s", "how.package": "set"}, follow_redirects=True)
    [action] = actions(shop)
    assert (action.kind, action.done) == ("edit", 2)


def test_pressing_twice_begins_one_action(shop: Shop, client: FlaskClient) -> None:
    page = client.get("/orders")
    [wish] = set(re.findall(r'name="wish" value="([^"]+)"', page.text))
    form = {"csrf_token": token_of(page), "wish": wish, "query": "", "order": ids(shop, "1", "2")}
    for _ in range(2):
        answer = client.post("/orders/act/rules", data=form, follow_redirects=True)
    assert "This was begun already, so it was not begun again." in words_of(answer)
    assert len(actions(shop)) == 1


def test_an_action_is_cancelled_gone_on_with_and_undone_on_its_page(
    shop: Shop, client: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(begin, "AT_ONCE", 0)
    send(client, act(client, "hold", order=ids(shop, "1", "2")), "hold", reason="Stock count")
    [action] = actions(shop)
    page = f"/orders/actions/{action.id}"
    cancelled = words_of(press(client, page, f"{page}/cancel"))
    assert "Cancelled: what was done by then stays" in cancelled
    assert "2 orders had no turn: nothing was done with them. Go on" in cancelled
    assert actions(shop)[0].state is BulkState.CANCELLED
    press(client, page, f"{page}/go-on")
    refused = words_of(press(client, page, f"{page}/undo"))
    assert "It is still running" in refused
    shop.work_off()
    undone = press(client, page, f"{page}/undo")
    shop.work_off()
    assert undone.request.path == f"/orders/actions/{actions(shop)[0].id}"
    assert "It was undone: how that went" in words_of(client.get(page))
    assert f"{page}/undo" not in client.get(page).text
    assert "This was begun already" in words_of(press(client, page, f"{page}/undo"))
    assert list_holds(shop.app, shop.merchant.id) == []


def test_orders_and_actions_of_others_are_not_there(shop: Shop, client: FlaskClient, log_in: LogIn) -> None:
    act(client, "rules", order=ids(shop, "1"))
    [action] = actions(shop)
    stranger = log_in(STRANGER)
    assert act(stranger, "rules", order=ids(shop, "1")).status_code == 404
    for page in ("", "/progress", "/results.csv"):
        assert stranger.get(f"/orders/actions/{action.id}{page}").status_code == 404
    assert "Rules run again" not in words_of(stranger.get(f"/orders?did={action.id}"))
    assert "Nothing was done with several orders yet" in words_of(stranger.get("/orders/actions"))


def test_an_order_opens_beside_the_list_and_its_buttons_lead_back_there(shop: Shop, client: FlaskClient) -> None:
    hold_order(shop.app, shop.merchant.id, shop.order_id("2"), "Call the buyer", "somebody")
    address = f"/orders?status=on_hold&show={shop.order_id('2')}"
    row = client.get("/orders?status=on_hold").text
    assert f'href="{address.replace("&", "&amp;")}"' in row
    page = client.get(address)
    panel = page.text.partition('id="order-panel"')[2].partition("</section>")[0]
    assert 'data-close="/orders?status=on_hold"' in panel
    said = " ".join(re.sub(r"<[^>]+>", " ", panel).split())
    assert "On hold by somebody: Call the buyer your turn · since 2 Mar 2026" in said
    assert "Ship to Ana Núñez" in said
    assert re.findall(r'formaction="/orders/act/(\w+)"', panel) == ["release", "hold"]
    released = act(client, "release", grid=address, order=shop.order_id("2"))
    assert "Released: 1 order." in words_of(released)
    assert released.request.args["show"] == shop.order_id("2")
    assert 'id="order-panel"' not in client.get("/orders?show=ord_x").text


def test_beside_the_list_stands_what_the_orders_page_says_is_next(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(overseas("8001"), ready("8002"), ready("8003", status="awaiting_payment"))
    client = log_in(OWNER)
    for number in ("8001", "8002", "8003"):
        order_id = shop.order_id(number)
        beside = client.get(f"/orders?show={order_id}").text.partition('panel-next">')[2].partition("</ol>")[0]
        there = client.get(f"/orders/{order_id}").text
        reasons = re.findall(r'<p class="next-reason">(.*?)</p>', there, re.DOTALL)
        assert reasons
        assert [reason for reason in reasons if reason.strip() not in beside] == [], number
        assert beside.count("<li") == len(reasons)
    address = f"/orders/{shop.order_id('8001')}"
    assert f'href="{address}#' in client.get(f"/orders?show={shop.order_id('8001')}").text


@pytest.mark.parametrize("address", ["/orders?did=blk_x&show=ord_x", "/orders/actions/blk_x"])
def test_what_is_not_there_is_answered_without_an_error(shop: Shop, log_in: LogIn, address: str) -> None:
    assert log_in(OWNER).get(address).status_code in (200, 404)
