"""A change after a label on the pages: the 3PL reads what changes and answers, the merchant that it waits and the answer."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.clock import FixedClock
from support.labels import STANDARD, Shippers, open_shippers
from support.shop import OWNER, PROVIDER, Shop, ready

from engine.jobs.make_label import make_label, take_back_label
from engine.model.request import FulfillmentRequest
from storage.database import Database

LogIn = Callable[[str], FlaskClient]
PORTO = {"name": "Ana Núñez", "street1": "Rua 2", "city": "Porto", "postal_code": "4000", "country": "PT"}


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> Shippers:
    return open_shippers(sqlite_database, clock)


@pytest.fixture
def shop(sides: Shippers) -> Shop:
    return sides.shop


@pytest.fixture
def asked(sides: Shippers, clock: FixedClock) -> FulfillmentRequest:
    """A request whose order has another address since its label was made."""
    request = sides.taken()
    make_label(sides.app, sides.provider, sides.copy(request).id, STANDARD, sides.clerk.id, "test")
    clock.sleep(3600)
    sides.shop.import_all(ready("1", ship_to=PORTO))
    clock.sleep(60)
    return sides.request(request.id)


def test_the_provider_reads_what_changes_and_what_keeps_it_from_accepting(
    sides: Shippers, log_in: LogIn, asked: FulfillmentRequest
) -> None:
    provider, page = log_in(PROVIDER), f"/orders/{asked.copy_id}"
    words = words_of(provider.get(page))
    assert "Change requested" in words
    assert "asked to change it" in words
    assert "Ship-to address Ana Núñez, Calle Mayor 1" in words
    assert "Rua 2, Porto, 4000, PT" in words
    assert "Answer on the order's page" in words_of(provider.get("/requests?show=answer"))

    refused = press(provider, page, f"/requests/{asked.id}/answer", answer="accept-change")
    assert (refused.status_code, "A label has the old address: void it first" in words_of(refused)) == (422, True)
    empty = press(provider, page, f"/requests/{asked.id}/answer", answer="refuse-change", text=" ")
    assert (empty.status_code, "Write a sentence that says why." in words_of(empty)) == (422, True)
    assert sides.request(asked.id).waits_for_change


def test_both_sides_read_the_answer(log_in: LogIn, sides: Shippers, asked: FulfillmentRequest) -> None:
    owner, provider = log_in(OWNER), log_in(PROVIDER)
    own, page = f"/orders/{asked.order_id}", f"/orders/{asked.copy_id}"
    assert "The provider has not answered yet, and goes by the order as it was." in words_of(owner.get(own))
    assert "Accept the change" not in words_of(owner.get(own))

    said = press(provider, page, f"/requests/{asked.id}/answer", answer="refuse-change", text="It is on the truck.")

    assert "The client is told that you ship the order as it was." in words_of(said)
    assert "Accept the change" not in words_of(provider.get(page))
    assert "The provider ships the order as it was: it has refused this change. It is on the truck." in words_of(owner.get(own))
    late = press(provider, page, f"/requests/{asked.id}/answer", answer="accept-change")
    assert "Acme 3PL has refused the change" in words_of(late)


def test_an_accepted_change_is_gone_from_the_page(log_in: LogIn, sides: Shippers, asked: FulfillmentRequest) -> None:
    with sides.app.reading() as uow:
        [made] = uow.labels.list_for_order(sides.provider, str(asked.copy_id))
    take_back_label(sides.app, sides.provider, made.shipment_id, sides.clerk.id, "test")
    provider, page = log_in(PROVIDER), f"/orders/{asked.copy_id}"

    said = press(provider, page, f"/requests/{asked.id}/answer", answer="accept-change")
    sides.fetch()

    assert "The change is accepted" in words_of(said)
    words = words_of(provider.get(page))
    assert ("As it is to be" in words, "accepted the change" in words, "Porto" in words) == (False, True, True)


def test_what_an_import_asks_is_the_merchant_s_own_and_the_client_s_to_the_provider(
    log_in: LogIn, asked: FulfillmentRequest
) -> None:
    def last_words(client: FlaskClient, page: str) -> tuple[bool, str]:
        [thread] = re.findall(r'<ol class="thread">.*?</ol>', client.get(page).text, re.DOTALL)
        own, said = re.findall(r'<li( class="own")?>(.*?)</li>', thread, re.DOTALL)[-1]
        return bool(own), " ".join(re.sub(r"<[^>]+>", " ", re.sub(r"<time.*?</time>", "", said)).split())

    assert last_words(log_in(OWNER), f"/orders/{asked.order_id}") == (True, "Import asked to change it Ship-to address")
    assert last_words(log_in(PROVIDER), f"/orders/{asked.copy_id}") == (False, "Casa Verde asked to change it Ship-to address")
