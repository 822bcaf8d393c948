"""What rules wrote and sent, in words, on the page of an order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import words_of
from support.rule_runs import publish
from support.shop import OWNER, Shop, ready

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def page(shop: Shop, log_in: LogIn) -> Callable[[str], str]:
    """The page of an order in a language."""
    publish(
        shop,
        "{id: mail, name: Mail, when: always, then: [{do: send_email, to: a@b.example, subject: Hello, message: Ready}, "
        "{do: call_webhook, endpoint: erp}, {do: send_to_queue, queue: picking}, {do: bill_to, party: recipient}, "
        "{do: cash_on_delivery, amount: order_total}, {do: set_customs, contents: gift, tax_ids: {ioss: IM1}}, "
        "{do: set_internal_note, text: first}]}",
        "{id: note, name: Note, when: always, then: [{do: set_internal_note, text: second, append: true}]}",
    )
    shop.import_all(ready("1"))
    client = log_in(OWNER)
    address = f"/orders/{shop.order_id('1')}"
    return lambda language: words_of(client.get(address, headers={"Accept-Language": language}))


def test_effects_say_whom_they_are_for_and_jobs_why_they_wait(page: Callable[[str], str]) -> None:
    words = page("en")

    assert "E-mail to a@b.example “Hello” Ready by rule Mail" in words
    assert "Webhook call to erp by rule Mail" in words
    assert "Entry in a queue to picking by rule Mail" in words
    assert "Waiting Send the e-mail to a@b.example waits: nothing delivers this yet" in words
    assert "Waiting Call the webhook to erp waits: nothing delivers this yet" in words
    assert "Waiting Put the order into the queue to picking waits: nothing delivers this yet" in words


def test_parts_that_are_no_fields_have_names_and_amounts_a_currency(page: Callable[[str], str]) -> None:
    words = page("en")

    assert "Shipping billed to – → becomes recipient" in words
    assert "Cash on delivery – → becomes 60,10 €" in words
    assert "Tax number (ioss) – → becomes IM1" in words


def test_a_note_that_several_rules_wrote_names_them_all(page: Callable[[str], str]) -> None:
    assert "by rules Mail, Note" in page("en")
