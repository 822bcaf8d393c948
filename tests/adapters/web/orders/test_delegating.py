"""Handing orders over, taking them back, answering and writing, as the two sides do it on pages."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_in, words_of
from support.clock import FixedClock
from support.partners import add_member, operators_connection, user_of
from support.shop import OWNER, PROVIDER, STRANGER, Shop, ready
from support.two_sides import TwoSides

from adapters.stores.brightpearl.description import steps
from engine.model.connection import Answers
from engine.model.request import FulfillmentRequest, RequestAction, RequestState
from engine.services.connections.set_connection import set_connection
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.ship_order import unship_order

LogIn = Callable[[str], FlaskClient]
MEMBER, CLERK = "bo@casa-verde.example", "cleo@acme.example"
WRITE_UNITS = "write how many units of line 1 (Vase) are wanted, as a number above 0."
TWO_LINES = [
    {"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 3},
    {"line_key": "2", "sku": "BOWL", "name": "Bowl", "quantity": 1},
]


@pytest.fixture
def sides(shop: Shop) -> TwoSides:
    """Three orders that no rule hands over; the 3PL answers one by one."""
    set_connection(shop.app, user_of(shop, PROVIDER), operators_connection(shop).id, answers=Answers.EACH)
    shop.import_all(*(ready(number, items=TWO_LINES) for number in ("1", "2", "3")))
    add_member(shop)
    add_member(shop, shop.provider.slug, CLERK)
    return TwoSides(shop)


def choose(client: FlaskClient, action: str, sides: TwoSides, *numbers: str, **form: str) -> Any:
    ids = [sides.shop.order_id(number) if number.isdecimal() else number for number in numbers]
    token = token_of(client.get("/orders"))
    return client.post(action, data={"csrf_token": token, "order": ids, **form}, follow_redirects=True)


def panel(page: Any, heading: str) -> str:
    """What a section of a page says."""
    found = re.search(rf"<h2[^>]*>{heading}</h2>(.*?)</section>", page.text, re.DOTALL)
    return "" if found is None else words_in(found[1])


def test_each_line_of_the_grid_can_be_chosen_by_its_number(sides: TwoSides, log_in: LogIn) -> None:
    grid = log_in(OWNER).get("/orders").text
    for number in ("1", "2", "3"):
        label = rf'value="{sides.shop.order_id(number)}" form="chosen"><span class="visually-hidden">{number}</span>'
        assert re.search(label, grid)


@pytest.mark.parametrize(("email", "offered"), [(OWNER, True), (MEMBER, True), (PROVIDER, False)])
def test_only_accounts_with_a_provider_delegate(sides: TwoSides, log_in: LogIn, email: str, offered: bool) -> None:
    sides.taken("1")
    page = log_in(email).get("/orders")
    assert ("Delegate" in words_of(page), "/orders/act/delegate" in page.text) == (offered, offered)
    assert ("/orders/act/recall" in page.text) is offered


def test_where_there_are_no_rules_nothing_says_that_none_fired(sides: TwoSides, log_in: LogIn) -> None:
    request = sides.taken("1")
    provider, merchant = log_in(PROVIDER), log_in(OWNER)
    copy = words_of(provider.get(f"/orders/{sides.copy(request).id}"))
    assert "no rules were published" in copy
    assert "No rule fired" not in copy
    assert "None of the rules applied" not in copy
    assert "No rule fired" not in words_of(provider.get("/orders"))
    sides.shop.import_all(ready("9", ship_to={"name": "Li", "city": "Rome", "country": "IT"}))
    assert words_of(merchant.get("/orders")).count("No rule fired") == 2  # an order's, and among the flags to look for
    assert "None of the rules applied" in words_of(merchant.get(f"/orders/{sides.shop.order_id('9')}"))


def test_many_orders_are_handed_over_each_with_its_result(sides: TwoSides, log_in: LogIn) -> None:
    sides.delegate("2")
    client = log_in(MEMBER)
    assert choose(client, "/orders/act/delegate", sides, "1", "ord_x", provider="acme-3pl").status_code == 404
    page = words_of(choose(client, "/orders/act/delegate", sides, "1", "2", "3", provider="acme-3pl"))

    assert "Handed over to Acme 3PL Done" in page
    assert "Not done: 1 order 2 " in page
    assert "all of it has shipped or is with a provider already. Recall it first." in page
    assert "Done: 2 orders 1 3" in page
    assert [sides.order(number).status() for number in ("1", "2", "3")] == ["pending_fulfillment"] * 3


def test_many_orders_are_recalled_each_with_its_result(sides: TwoSides, log_in: LogIn) -> None:
    begun = sides.taken("1")
    sides.answer(begun, RequestAction.ACCEPT)
    sides.answer(begun, RequestAction.START)
    sides.delegate("2")
    page = words_of(choose(log_in(OWNER), "/orders/act/recall", sides, "1", "2", "3"))

    assert "Nothing to do: 1 order 3 Order 3 is with no provider: there is nothing to recall." in page
    assert "Done: 2 orders 1 The provider has the order already and has to answer before it is yours again. 2" in page
    assert sides.request(begun.id).state is RequestState.CANCEL_REQUESTED


def test_of_an_order_with_several_providers_the_page_leads_to_each_request(sides: TwoSides, log_in: LogIn) -> None:
    client, page = log_in(OWNER), f"/orders/{sides.shop.order_id('1')}"
    for key in ("1", "2"):
        press(client, page, f"{page}/delegate", **{"provider": "acme-3pl", "line": key, f"quantity-{key}": "1"})
    said = words_of(choose(client, "/orders/act/recall", sides, "1"))
    assert "It is with several providers: recall each of them on the order's page." in said
    assert client.get(page).text.count('name="request"') == 2


@pytest.mark.parametrize("action", ["delegate", "recall", "rules"])
def test_without_a_chosen_order_nothing_happens(sides: TwoSides, log_in: LogIn, action: str) -> None:
    client = log_in(OWNER)
    assert "Choose at least one order first" in words_of(choose(client, f"/orders/act/{action}", sides, provider="acme-3pl"))
    many = [f"ord_{number}" for number in range(201)]
    assert "Choose at most 200 orders" in words_of(choose(client, f"/orders/act/{action}", sides, *many, provider="acme-3pl"))


def test_rules_run_again_over_the_chosen_orders(sides: TwoSides, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert "Rules run again: 2 orders." in words_of(choose(client, "/orders/act/rules", sides, "1", "2"))
    assert choose(log_in(STRANGER), "/orders/act/rules", sides, "1").status_code == 404


def test_a_provider_imports_from_the_grid_and_sees_whose_orders_they_are(sides: TwoSides, log_in: LogIn) -> None:
    sides.delegate("1")
    client, store = log_in(CLERK), str(sides.connection().store_id)
    assert "Import Casa Verde Refresh stores" in words_of(client.get("/orders"))
    assert "The import begins in a moment" in words_of(press(client, "/orders", "/orders/import", store=store))
    assert "about to begin already" in words_of(press(client, "/orders", "/orders/import", store=store))
    assert "All stores are being imported already" in words_of(press(client, "/orders", "/orders/refresh-stores"))
    sides.shop.work_off()

    row = words_of(client.get("/orders?status=awaiting_shipment"))
    assert "Client, store Date Recipient" in row
    assert "1 1 Preview 1 Casa Verde 1 Mar 2026" in row
    assert "The import of 1 store begins in a moment" in words_of(press(client, "/orders", "/orders/refresh-stores"))
    assert press(client, "/orders", "/orders/import", store=sides.shop.store.id).status_code == 404
    assert "tore Date Recipient" not in words_of(log_in(OWNER).get("/orders"))


def test_an_order_is_delegated_for_a_later_day(sides: TwoSides, log_in: LogIn) -> None:
    client, page = log_in(MEMBER), f"/orders/{sides.shop.order_id('1')}"
    form = {"provider": "acme-3pl", "line": "1", "quantity-1": "2", "not_before": "2026-03-04"}
    after = press(client, page, f"{page}/delegate", **form)
    assert "the provider gets it at its time, and until then you can take it back at once" in words_of(after)
    assert "Acme 3PL Requested · Scheduled" in panel(after, "Provider")
    assert sides.fetch() == 0


def test_some_units_are_delegated_on_the_orders_page_and_recalled_there(sides: TwoSides, log_in: LogIn) -> None:
    client, page = log_in(MEMBER), f"/orders/{sides.shop.order_id('1')}"
    form = {"provider": "acme-3pl", "line": "1", "quantity-1": "2", "service_preference": "24h"}
    said = press(client, page, f"{page}/delegate", **form)

    assert "The order is handed over" in words_of(said)
    section = panel(said, "Provider")
    assert "Order 1 is with the logistics provider Acme 3PL: recall it first, then ship it." in section
    assert "Acme 3PL Requested · Not begun Service preference: 24h 2 × VASE Vase Recall" in section
    assert f"{MEMBER} asked to ship this" in section
    assert re.search(r'name="quantity-1" value="1"', said.text)
    assert "Ship by hand" not in words_of(said)

    back = press(client, page, f"{page}/recall")
    assert "The order is yours again." in words_of(back)
    assert "Acme 3PL Taken back" in panel(back, "Provider")
    assert "Ship by hand" in words_of(back)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({}, "tick at least one line"),
        ({"line": "1", "quantity-1": "4"}, "only 3 can be handed over now"),
        ({"line": "1", "quantity-1": "1,000"}, "only 3 can be handed over now"),  # a thousand, and not one
        ({"line": "1", "quantity-1": "1", "not_before": "2020-01-01"}, "2020-01-01 has passed already."),
        *(({"line": "1", "quantity-1": typed}, WRITE_UNITS) for typed in ("many", "NaN", "Infinity", "0", "-1", "")),
        ({"line": "9", "quantity-9": "1"}, "it has no line 9"),
        ({"line": "1", "quantity-1": "1", "provider": "nobody"}, '"nobody" is not a connected logistics provider'),
    ],
)
def test_what_cannot_be_delegated_says_why(sides: TwoSides, log_in: LogIn, form: dict[str, str], said: str) -> None:
    page = f"/orders/{sides.shop.order_id('1')}"
    assert said in words_of(press(log_in(OWNER), page, f"{page}/delegate", **{"provider": "acme-3pl", **form}))
    assert sides.order("1").status() == "awaiting_shipment"


def ask_back(sides: TwoSides, request: FulfillmentRequest) -> None:
    sides.answer(request, RequestAction.ACCEPT)
    sides.answer(request, RequestAction.START)
    sides.recall()


@pytest.mark.parametrize(
    ("answer", "form", "said", "seen"),
    [
        ("accept", {}, "The request is accepted.", "Acme 3PL Accepted · Not begun"),
        ("start", {}, "The work has begun", "Acme 3PL Accepted · In progress"),
        ("reject", {"code": "out_of_stock", "text": "Soon."}, "The request is rejected", "Acme 3PL Rejected Out of stock: Soon."),
        ("close", {"code": "other", "text": "Moved."}, "The request is closed", "Acme 3PL Closed with a rest · Not all shipped"),
        ("grant-cancel", {}, "The order is given back to the client.", "Acme 3PL Taken back"),
        ("refuse-cancel", {"text": "Packed."}, "that you ship the order all the same", "Acme 3PL Accepted · In progress Packed."),
    ],
)
def test_a_providers_answer_is_seen_by_both_sides(
    sides: TwoSides, log_in: LogIn, answer: str, form: dict[str, str], said: str, seen: str
) -> None:
    request = sides.taken("1")
    if answer in ("start", "close"):
        sides.answer(request, RequestAction.ACCEPT)
    elif answer.endswith("cancel"):
        ask_back(sides, request)
    page = f"/orders/{sides.copy(request).id}"
    client = log_in(CLERK)
    assert f'value="{answer}"' in client.get(page).text
    answered = words_of(press(client, page, f"/requests/{request.id}/answer", answer=answer, **form))
    assert said in answered
    assert CLERK in answered
    order = log_in(OWNER).get(f"/orders/{sides.shop.order_id('1')}")
    for part in seen.split(" Packed."):
        assert part in panel(order, "Provider")
    assert CLERK not in order.text
    again = words_of(press(client, page, f"/requests/{request.id}/answer", answer=answer, **form))
    assert "That is not possible any more" in again


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"answer": "reject"}, "Choose a reason first."),
        ({"answer": "reject", "code": "other"}, "Write a sentence that says why."),
        ({"answer": "reject", "code": "other", "text": "x" * 2001}, "longer than 2000 characters"),
        ({"answer": "recall"}, "400"),
        ({}, "400"),
    ],
)
def test_an_answer_that_says_too_little_changes_nothing(sides: TwoSides, log_in: LogIn, form: dict[str, str], said: str) -> None:
    request = sides.taken("1")
    page = f"/orders/{sides.copy(request).id}"
    assert said in words_of(press(log_in(PROVIDER), page, f"/requests/{request.id}/answer", **form))
    assert sides.request(request.id).state is RequestState.REQUESTED


def test_both_sides_write_and_read_but_see_only_their_own_people(sides: TwoSides, log_in: LogIn) -> None:
    request = sides.taken("1")
    merchants, copy = f"/orders/{sides.shop.order_id('1')}", f"/orders/{sides.copy(request).id}"
    owner, clerk = log_in(MEMBER), log_in(CLERK)
    assert "The message is written" in words_of(press(owner, merchants, f"/requests/{request.id}/messages", text="<b>Hi</b>"))
    assert "The message is written" in words_of(press(clerk, copy, f"/requests/{request.id}/messages", text="Hello\r\nyou"))
    for text, said in ((" ", "Write a message first."), ("x" * 2001, "longer than 2000 characters")):
        assert said in words_of(press(clerk, copy, f"/requests/{request.id}/messages", text=text))

    mine = panel(owner.get(merchants), "Provider")
    assert f"{MEMBER} wrote" in mine
    assert "<b>Hi</b>" in mine
    assert re.search(r"Acme 3PL wrote [^<]* Hello you", mine)
    theirs = panel(clerk.get(copy), "Client request")
    assert f"{CLERK} wrote" in theirs
    assert "Casa Verde wrote" in theirs
    assert CLERK not in mine
    assert MEMBER not in theirs


def test_requests_are_answered_in_the_list_before_they_are_imported(sides: TwoSides, log_in: LogIn) -> None:
    first, second = sides.delegate("1"), sides.delegate("2")
    client = log_in(CLERK)
    waiting = client.get("/requests?show=answer")
    assert waiting.text.count('value="accept"') == 2
    accepted = press(client, "/requests", f"/requests/{first.id}/answer", answer="accept", back="requests")
    assert "The request is accepted." in words_of(accepted)
    assert accepted.request.path == "/requests"
    press(client, "/requests", f"/requests/{second.id}/answer", answer="reject", code="duplicate", back="requests")
    assert "No request is in this state" in words_of(client.get("/requests?show=answer"))
    assert "1 Ana Núñez" in words_of(client.get("/requests?show=open"))
    assert "Rejected Duplicate" in words_of(client.get("/requests?show=ended"))
    sides.fetch()
    assert f"/orders/{sides.copy(first).id}" in client.get("/requests").text


@pytest.mark.parametrize(
    ("email", "expected"),
    [
        (OWNER, (302, 302)),
        (MEMBER, (302, 302)),
        (PROVIDER, (302, 404)),
        (CLERK, (302, 404)),
        (STRANGER, (404, 404)),
        ("", (302, 302)),
    ],
)
def test_who_may_answer_write_and_delegate(
    sides: TwoSides, web: Flask, log_in: LogIn, email: str, expected: tuple[int, int]
) -> None:
    request = sides.taken("1")
    client = log_in(email) if email else web.test_client()
    form = {"csrf_token": token_of(client.get("/orders" if email else "/log-in")), "answer": "accept", "text": "Hello"}
    for action in ("answer", "messages"):
        said = client.post(f"/requests/{request.id}/{action}", data=form)
        assert said.status_code == expected[0]
        if not email:
            assert "/log-in" in said.location
    for action in ("delegate", "recall"):
        answer = client.post(f"/orders/{sides.shop.order_id('2')}/{action}", data=form)
        comes_back = action == "delegate" and email in (OWNER, MEMBER)  # the form, since no line is ticked
        assert answer.status_code == (422 if comes_back else expected[1])
    is_provider = email in (PROVIDER, CLERK)
    assert (sides.request(request.id).state is RequestState.ACCEPTED) is is_provider


@pytest.mark.parametrize("action", ["act/delegate", "act/recall", "act/rules", "import", "refresh-stores"])
def test_forms_without_their_token_and_people_without_a_log_in_change_nothing(
    sides: TwoSides, web: Flask, log_in: LogIn, action: str
) -> None:
    form = {"order": sides.shop.order_id("1"), "provider": "acme-3pl", "store": sides.shop.store.id}
    assert log_in(OWNER).post(f"/orders/{action}", data=form).status_code == 400
    anonymous = web.test_client()
    token = token_of(anonymous.get("/log-in"))
    assert "/log-in" in anonymous.post(f"/orders/{action}", data={**form, "csrf_token": token}).location
    assert sides.order("1").status() == "awaiting_shipment"


def test_the_history_of_a_copy_tells_its_status_in_words(sides: TwoSides, log_in: LogIn, clock: FixedClock) -> None:
    request = sides.taken("1")
    clock.sleep(3600)
    hold_order(sides.app, sides.merchant, sides.order("1").id, "Wait.", sides.owner.id)
    sides.fetch()
    said = panel(log_in(PROVIDER).get(f"/orders/{sides.copy(request).id}"), "History")
    assert "Status: Awaiting shipment → becomes Status: On hold" in said


def test_the_history_names_the_provider_that_shipped_and_took_it_back(sides: TwoSides, log_in: LogIn, clock: FixedClock) -> None:
    request = sides.taken("1")
    sides.ship(request)
    sides.shop.work_off()
    clock.sleep(60)
    unship_order(sides.app, sides.provider, sides.copy(request).id, sides.clerk.id)
    sides.shop.work_off()

    said = panel(log_in(OWNER).get(f"/orders/{sides.order('1').id}"), "History")
    for what in ("Shipped", "Shipment taken back"):
        assert re.search(rf"{what} Acme 3PL ", said), said


def test_a_provider_is_offered_to_take_back_what_its_client_can_still_take_back(sides: TwoSides, log_in: LogIn) -> None:
    request, provider = sides.taken("1"), log_in(PROVIDER)
    copy = f"/orders/{sides.copy(request).id}"
    sides.ship(request)
    assert f"{copy}/unship" in provider.get(copy).text

    sides.shop.connector.steps = (steps.REFERENCE.code, steps.SHIPPED.code)
    sides.shop.work_off()
    page = provider.get(copy)
    assert f"{copy}/unship" not in page.text
    assert "cannot be taken back: the store has marked it as shipped" in words_of(page)


def test_only_the_client_is_offered_to_end_its_hold(sides: TwoSides, log_in: LogIn, clock: FixedClock) -> None:
    request = sides.taken("1")
    clock.sleep(3600)
    hold_order(sides.app, sides.merchant, sides.order("1").id, "Wait.", sides.owner.id)
    sides.fetch()
    client, provider = log_in(OWNER), log_in(PROVIDER)
    copy = sides.copy(request).id
    assert f"/orders/{sides.order('1').id}/release" in client.get(f"/orders/{sides.order('1').id}").text
    assert f"/orders/{copy}/release" not in provider.get(f"/orders/{copy}").text

    hold_order(sides.app, sides.provider, copy, "Stock count.", sides.clerk.id)
    assert f"/orders/{copy}/release" in provider.get(f"/orders/{copy}").text
