"""What was typed into a form that is refused is still there, with the sentence at its field."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.partners import operators_connection, user_of
from support.shop import OWNER, PROVIDER, Shop, ready
from support.two_sides import TwoSides

from engine.model.connection import Answers
from engine.model.request import RequestAction, RequestState
from engine.services.connections.set_connection import set_connection

LogIn = Callable[[str], FlaskClient]
VASES = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 3}]
LONG = "Sorry. " * 300


@pytest.fixture
def sides(shop: Shop) -> TwoSides:
    set_connection(shop.app, user_of(shop, PROVIDER), operators_connection(shop).id, answers=Answers.EACH)
    shop.import_all(*(ready(number, items=VASES) for number in ("1", "2", "3")))
    return TwoSides(shop)


def send(client: FlaskClient, address: str, **form: str) -> Any:
    return client.post(address, data={"csrf_token": token_of(client.get("/orders")), **form})


def shows(page: Any, sentence: str, field: str, **typed: str) -> None:
    """The page says what is wrong at the field, which is the one that the person is led to, and has all that was typed."""
    assert page.status_code == 422
    leads = re.search(r"<(?:input|select|textarea)\b[^>]*\bautofocus[^>]*>", page.text)
    assert leads is not None
    assert f'name="{field}"' in leads[0]
    wrong = re.search(r'aria-describedby="(?:[^"]* )?([^" ]+)"', leads[0])
    assert wrong is not None
    assert sentence in page.text.partition(f'id="{wrong[1]}"')[2][:400]
    for name, value in typed.items():
        kept = rf'name="{name}"[^>]*value="{re.escape(value)}"|<textarea[^>]*name="{name}"[^>]*>{re.escape(value)}<'
        chosen = rf'name="{name}"(?:(?!</select>).)*value="{re.escape(value)}" selected'
        assert re.search(f"{kept}|{chosen}", page.text, re.DOTALL), name


def test_answers_and_messages_come_back_as_they_were_typed(sides: TwoSides, log_in: LogIn) -> None:
    taken, waiting = sides.taken("1"), sides.delegate("2")
    clerk, owner = log_in(PROVIDER), log_in(OWNER)
    answer, listed = f"/requests/{taken.id}/answer", f"/requests/{waiting.id}/answer?show=answer"

    shows(send(clerk, answer, answer="reject", text="No stock."), "Choose a reason first.", "code", text="No stock.")
    shows(send(clerk, answer, answer="reject", code="other", text=" "), "Write a sentence", "text", code="other")
    shows(send(clerk, answer, answer="reject", code="other", text=LONG), "2000 characters", "text", code="other", text=LONG)
    back = send(clerk, listed, answer="reject", text="No stock.", back="requests")
    shows(back, "Choose a reason first.", "code", text="No stock.")
    assert 'aria-current="page">Needs an answer</a>' in back.text
    shows(send(clerk, f"/requests/{taken.id}/messages", text=LONG), "2000 characters", "text", text=LONG)
    shows(send(owner, f"/requests/{taken.id}/messages", text=LONG), "2000 characters", "text", text=LONG)

    sides.answer(taken, RequestAction.ACCEPT)
    sides.answer(taken, RequestAction.START)
    sides.recall("1")
    shows(send(clerk, answer, answer="refuse-cancel", text=""), "Write a sentence", "text")
    assert sides.request(taken.id).state is RequestState.CANCEL_REQUESTED


def test_what_was_typed_for_an_answer_that_came_too_late_can_be_sent_as_a_message(sides: TwoSides, log_in: LogIn) -> None:
    taken = sides.taken("1")
    sides.recall("1")
    page = send(log_in(PROVIDER), f"/requests/{taken.id}/answer", answer="reject", code="other", text="No stock.")

    assert page.status_code == 422
    assert "has been taken back by Casa Verde" in words_of(page)
    assert re.search(r'id="message-[^"]+"[^>]*>No stock\.</textarea>', page.text)


def test_delegations_shipments_and_holds_come_back_as_they_were_typed(sides: TwoSides, log_in: LogIn) -> None:
    owner, order = log_in(OWNER), sides.shop.order_id("1")
    asked = {"line": "1", "quantity-1": "7", "provider": "acme-3pl", "service_preference": "24h"}
    again = send(owner, f"/orders/{order}/delegate", **asked)
    shows(again, "3", "quantity-1", service_preference="24h", **{"quantity-1": "7"})
    none = send(owner, f"/orders/{order}/delegate", **{**asked, "line": "x", "quantity-x": "1"})
    assert 'name="line" value="1" checked' not in none.text
    shows(send(owner, f"/orders/{order}/delegate", provider="acme-3pl", service_preference="24h"), "tick at least", "quantity-1")

    shipped = {"carrier": "seur", "service": "24h", "tracking": "T1", "boxes": "0"}
    page = send(owner, f"/orders/{order}/ship", **shipped)
    shows(page, "boxes", "boxes", carrier="seur", tracking="T1")
    assert re.search(r"<details[^>]* open>\s*<summary><h3>Ship by hand", page.text)
    shows(send(owner, f"/orders/{order}/ship", **{**shipped, "carrier": ""}), "carrier", "carrier", service="24h")
    shows(send(owner, f"/holds/{order}", reason="Address?", until="2020-01-01"), "has passed", "until", reason="Address?")
    shows(
        send(owner, f"/holds/{order}", reason=" ", until="2030-01-01"), "why the order is on hold", "reason", until="2030-01-01"
    )

    assert "The order is on hold." in words_of(owner.get(send(owner, f"/holds/{order}", reason="Address?").location))
    gone = send(owner, f"/orders/{order}/delegate", **asked)
    assert gone.status_code == 422
    assert "is on hold: release it first" in words_of(gone).partition("Provider")[0]
    assert "The order is released." in words_of(owner.get(send(owner, f"/orders/{order}/release").location))
    assert sides.order("1").status() == "awaiting_shipment"


def test_what_a_connection_refuses_comes_back_as_it_was_typed(sides: TwoSides, log_in: LogIn) -> None:
    page = f"/connections/{sides.connection().id}"
    owner, clerk = log_in(OWNER), log_in(PROVIDER)

    shows(send(owner, f"{page}/settings", grace_minutes="a lot"), "0 to 10080 minutes", "grace_minutes", grace_minutes="a lot")
    shows(send(owner, f"{page}/skus"), "Choose a file first.", "skus")
    shows(send(clerk, f"{page}/stop", stop="on", reason="", until="2030-01-01"), "Say why", "reason", until="2030-01-01")
    shows(
        send(clerk, f"{page}/stop", stop="on", reason="Open bills", until="2020-01-01"),
        "has passed",
        "until",
        reason="Open bills",
    )
    shows(send(clerk, f"{page}/stop", stop="on", reason="x" * 501), "longer than 500", "reason", reason="x" * 501)
    assert not sides.connection().stopped(sides.app.clock.now())
