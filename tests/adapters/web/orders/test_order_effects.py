"""What rules wrote and sent, in words, on the page of an order."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.rule_runs import publish
from support.shop import OWNER, Shop, ready

LogIn = Callable[[str], FlaskClient]


@pytest.fixture
def page(shop: Shop, log_in: LogIn) -> str:
    """What the page of an order says."""
    publish(
        shop,
        "{id: mail, name: Mail, when: always, then: [{do: send_email, to: a@b.example, subject: Hello, message: Ready}, "
        "{do: call_webhook, endpoint: erp}, {do: send_to_queue, queue: picking}, {do: bill_to, party: recipient}, "
        "{do: cash_on_delivery, amount: order_total}, {do: set_customs, contents: gift, tax_ids: {ioss: IM1}}, "
        "{do: carrier_option, option: dry_ice, value: 1500}, {do: carrier_option, option: blank_box, value: true}, "
        "{do: set_internal_note, text: first}]}",
        "{id: note, name: Note, when: always, then: [{do: set_internal_note, text: second, append: true}]}",
    )
    shop.import_all(ready("1"))
    return words_of(log_in(OWNER).get(f"/orders/{shop.order_id('1')}"))


def test_effects_say_whom_they_are_for_and_jobs_why_they_wait(page: str) -> None:
    assert "E-mail to a@b.example “Hello” Ready by rule Mail Webhook call" in page
    assert "Webhook call to erp by rule Mail waits: nothing delivers this yet" in page
    assert "Entry in a queue to picking by rule Mail waits: nothing delivers this yet" in page
    assert "Due Send the e-mail to a@b.example" in page
    assert "Waiting Call the webhook to erp waits: nothing delivers this yet" in page
    assert "Waiting Put the order into the queue to picking waits: nothing delivers this yet" in page


def test_an_alert_waits_for_nothing_and_of_two_requests_one_takes_the_others_place(shop: Shop, log_in: LogIn) -> None:
    publish(
        shop,
        "{id: two, name: Two, when: always, then: [{do: alert, message: Look}, "
        "{do: set_logistics_provider, provider: acme-3pl, send: true}, {do: delegate_to_assigned}]}",
    )
    shop.import_all(ready("1"))
    client = log_in(OWNER)
    address = f"/orders/{shop.order_id('1')}"
    english = words_of(client.get(address))
    spanish = words_of(press(client, address, "/language", language="es", back=address))

    assert "Alert Look by rule Two Fulfillment request to Acme 3PL" in english
    assert "by rule Two not sent: a later request takes its place" in english
    assert "por la regla Two no se envía: la sustituye una solicitud posterior" in spanish


def test_parts_that_are_no_fields_have_names_and_their_units(page: str) -> None:
    assert "Shipping billed to – → becomes recipient" in page
    assert "Cash on delivery – → becomes €60.10" in page
    assert "Tax number (ioss) – → becomes IM1" in page
    assert "Dry ice – → becomes 1.5 kg" in page
    assert "Plain box without branding – → becomes yes" in page


def test_a_note_that_several_rules_wrote_names_them_all(page: str) -> None:
    assert "by rules Mail, Note" in page
