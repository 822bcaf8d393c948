"""The inbox page: what stands still with its cure, what people say about it, and the number in the navigation."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.partners import MEMBER, add_member
from support.shop import OWNER, STRANGER, Shop
from support.standing_still import allow_days, flagged, give_up, imported, listed, park, store_state
from support.statements import statements

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.inbox import InboxView, Shown
from engine.model.integrated_provider import IntegratedProvider, ProviderSecrets
from engine.model.job import JobKind
from engine.model.sentence import Sentence
from engine.model.store import StoreState
from engine.services.fulfillment.hold_order import hold_order

LogIn = Callable[[str], FlaskClient]
DAY_S = 24 * 3600.0


def in_navigation(page: str) -> str:
    """The number beside the inbox's link."""
    found = re.search(r'href="/inbox"[^>]*>Inbox(?: <span class="count">([^<]*))?', page)
    assert found is not None
    return found[1] or ""


def test_an_entry_is_counted_taken_put_off_and_done(shop: Shop, log_in: LogIn) -> None:
    client = log_in(OWNER)
    assert in_navigation(client.get("/orders").text) == ""
    assert "Nothing needs a person" in client.get("/inbox").text
    flagged(shop, imported(shop), NEEDS_ATTENTION)
    [entry] = listed(shop)
    assert in_navigation(client.get("/orders").text) == "1"
    page = client.get("/inbox")
    assert "nobody has it" in page.text
    assert f'href="/orders/{entry.order_id}"' in page.text

    page = press(client, "/inbox", "/inbox/assign", entry=entry.id, to="me")
    assert f"{OWNER} has it" in page.text
    assert "Mine (1)" in words_of(page)
    page = press(client, "/inbox", "/inbox/snooze", entry=entry.id, until="2026-03-04")
    assert in_navigation(page.text) == ""
    assert "put off until" in client.get("/inbox?show=snoozed").text
    page = press(client, "/inbox?show=snoozed", "/inbox/reopen", entry=entry.id, show="snoozed")
    assert "Nothing of that kind" in page.text
    assert in_navigation(page.text) == "1"
    press(client, "/inbox", "/inbox/done", entry=entry.id)
    assert [one.id for one in listed(shop, InboxView(Shown.DONE))] == [entry.id]
    assert listed(shop) == []
    history = words_of(client.get(f"/orders/{entry.order_id}"))
    assert "Assigned in the inbox" in history
    assert "Done in the inbox" in history


def test_what_was_typed_comes_back_with_a_sentence(shop: Shop, log_in: LogIn) -> None:
    park(shop)
    [entry] = listed(shop)
    client = log_in(OWNER)
    answer = press(client, "/inbox", "/inbox/snooze", entry=entry.id, until="2026-02-30")
    assert answer.status_code == 422
    assert 'value="2026-02-30"' in answer.text
    assert "is not a time" in words_of(answer)
    answer = press(client, "/inbox", "/inbox/assign", entry=entry.id, to=STRANGER)
    assert answer.status_code == 422
    assert "Nobody in the account" in words_of(answer)
    gone = press(client, "/inbox", "/inbox/done", entry="parked:gone")
    assert gone.status_code == 200
    assert "Nobody needs to do anything about that any more." in words_of(gone)


def test_filters_by_kind_and_person_go_on_after_a_button(shop: Shop, log_in: LogIn) -> None:
    add_member(shop)
    park(shop)
    store_state(shop, state=StoreState.REFUSED)
    refused, parked = sorted(listed(shop), key=lambda one: one.kind, reverse=True)
    client = log_in(OWNER)
    assert "refuses its log-in" not in client.get("/inbox?kind=parked").text
    page = press(client, "/inbox?who=nobody", "/inbox/assign", entry=parked.id, to=MEMBER, who="nobody")
    assert f'href="/stores/{shop.store.id}/reconnect"' in page.text
    assert "See what is parked" not in page.text, "it is somebody's now"
    assert "Nothing of that kind" in log_in(OWNER).get("/inbox?who=me").text
    assert "See what is parked" in log_in(MEMBER).get("/inbox?who=me").text
    assert "/reconnect" not in log_in(MEMBER).get("/inbox").text, "a member may not"
    assert client.get("/inbox?kind=nonsense&who=x&show=y&after=z").status_code == 200
    assert refused.store_id == shop.store.id


@pytest.mark.parametrize("moment", ["9999-12-31T23:59:59-23:00", "0001-01-01T00:00:00+14:00", "2026-01-01T00:00:00", "z"])
def test_a_place_that_nobody_was_given_is_the_beginning(shop: Shop, log_in: LogIn, moment: str) -> None:
    flagged(shop, imported(shop), NEEDS_ATTENTION)

    page = log_in(OWNER).get("/inbox", query_string={"after": f"{moment}~a"})

    assert (page.status_code, "nobody has it" in page.text) == (200, True)


def test_what_was_not_told_is_told_from_the_inbox(shop: Shop, log_in: LogIn) -> None:
    order = imported(shop)
    with shop.app.unit_of_work() as uow:
        give_up(uow, shop, JobKind.NOTIFY_STORE, order, "The line is <dead>.")
        uow.commit()
    page = log_in(OWNER).get("/inbox")
    assert f'action="/orders/{order.id}/tell-again"' in page.text
    assert "The store does not know of the shipment: The line is <dead>." in words_of(page)


def test_work_without_an_order_is_called_by_what_it_is(shop: Shop, log_in: LogIn) -> None:
    with shop.app.unit_of_work() as uow:
        give_up(uow, shop, JobKind.EMAIL, None)
        give_up(uow, shop, JobKind.RUN_SCHEDULES, None)
        uow.commit()
    client = log_in(OWNER)
    words = words_of(client.get("/inbox"))
    assert "Send the e-mail: It was tried too often: The line is dead." in words
    assert "Run rules by the clock: It was tried too often" in words
    assert 'href="/settings/mail"' in client.get("/inbox").text


def test_the_page_speaks_spanish(shop: Shop, log_in: LogIn) -> None:
    park(shop)
    page = press(log_in(OWNER), "/inbox", "/language", language="es", back="/inbox")
    words = words_of(page)
    assert "Requiere intervención" in words
    assert "Apartado 9001 No se puede leer 9001" in words
    assert "Bandeja 1 abiertos en la bandeja" in words


def test_admins_set_how_long_orders_may_be_on_hold(shop: Shop, log_in: LogIn) -> None:
    order = imported(shop)
    hold_order(shop.app, shop.merchant.id, order.id, "Which colour?", "operator")
    shop.app.clock.sleep(2 * DAY_S)
    client = log_in(OWNER)
    common = {"name": "Casa Verde", "country": "ES", "time_zone": "Europe/Madrid", "decide_anew": "flag"}
    assert "after 3 days" in client.get("/inbox").text
    for wrong in ("0", "366", "two", ""):
        answer = press(client, "/settings/account", "/settings/account", held_too_long_days=wrong, **common)
        assert answer.status_code == 422
        assert "1 to 365 days" in words_of(answer)
    press(client, "/settings/account", "/settings/account", held_too_long_days="1", **common)
    assert "On hold too long" in words_of(client.get("/inbox"))
    allow_days(shop, 5)
    assert listed(shop) == []


def test_the_page_asks_the_database_little_however_much_stands_still(shop: Shop, web: Flask, log_in: LogIn) -> None:
    client = log_in(OWNER)
    for number in range(60):
        park(shop, number=f"90{number:02}")
    with statements(shop.database) as sent:
        page = client.get("/inbox")
    assert page.text.count('class="panel inbox-entry"') == 50
    assert len(sent) <= 12
    later = re.search(r'href="(/inbox\?after=[^"]+)"', page.text)
    assert later is not None
    assert client.get(later[1].replace("&amp;", "&")).text.count('class="panel inbox-entry"') == 10
    with statements(shop.database) as sent:
        client.get("/settings")
    assert sum("inbox_marks" in statement for statement, _ in sent) == 1


def test_a_refused_carrier_and_a_failing_provider_lead_to_where_they_are_mended(shop: Shop, log_in: LogIn) -> None:
    add_member(shop)
    with shop.database.unit_of_work() as unit:
        now, account_id = shop.app.clock.now(), shop.merchant.id
        carrier = unit.carrier_accounts.list_for(account_id)[0]
        unit.carrier_accounts.keep_refusal(account_id, carrier.id, now, Sentence.of("No key."))
        connection = unit.connections.list_for_client(account_id)[0]
        system = IntegratedProvider(shop.provider.id, account_id, connection.id, "https://x.example", ProviderSecrets("s"), now)
        unit.integrated_providers.add(system)
        unit.integrated_providers.keep_health(replace(system.failed(Sentence.of("It is down."), now), told_at=now))
        unit.commit()

    client = log_in(OWNER)
    page = client.get("/inbox")
    assert f'href="/settings/shipping/carriers/{carrier.id}/change">Change the log-in' in page.text
    assert f'href="/connections/{connection.id}">Test the connection' in page.text
    shown = words_of(client.get(f"/settings/shipping/carriers/{carrier.id}"))
    assert re.search(r"Its log-in is refused since [^.]+ 2026, \d+:\d\d ?\. No key\.", shown)
    assert client.get(f"/connections/{connection.id}").status_code == 200
    assert f'href="/settings/shipping/carriers/{carrier.id}">Change the log-in' in log_in(MEMBER).get("/inbox").text
    assert len(re.findall("No key|It is down", words_of(client.get("/inbox?kind=carrier_refuses")))) == 1
    press(client, "/inbox", "/language", language="es", back="/inbox")
    spanish = words_of(client.get("/inbox"))
    assert "Credenciales de transporte rechazadas" in spanish
    assert "Probar la conexión" in spanish
