"""A 3PL that sends nothing for a client, and the carrier accounts that a client shares with it, on the pages of both."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.partners import MEMBER, add_member, operators_connection
from support.shop import OWNER, PROVIDER, STRANGER, Shop, ready
from support.two_sides import TwoSides

from engine.model.account import CarrierAccount

LogIn = Callable[[str], FlaskClient]
CARRIERS = "/settings/shipping/carriers"


@pytest.fixture
def page(shop: Shop) -> str:
    add_member(shop)
    return f"/connections/{operators_connection(shop).id}"


def carriers(shop: Shop) -> dict[str, CarrierAccount]:
    with shop.app.reading() as unit:
        return {one.carrier: one for one in unit.carrier_accounts.list_for(shop.merchant.id)}


def test_both_sides_read_why_nothing_is_sent_until_it_goes_on(shop: Shop, log_in: LogIn, page: str) -> None:
    shop.import_all(ready("7001"))
    shop.work_off()
    copy = TwoSides(shop)
    with shop.app.reading() as unit:
        [request] = unit.requests.list_for_provider(shop.provider.id)
    clerk, owner = log_in(PROVIDER), log_in(OWNER)
    places = {
        owner: (page, f"/orders/{request.order_id}"),
        clerk: (page, f"/orders/{copy.copy(request).id}"),
    }
    said = "Closed until 9 Mar 2026, 00:00 . Reason: Open invoices."

    press(clerk, page, f"{page}/stop", stop="on", reason="Open invoices.", until="2026-03-09")
    for reader, addresses in places.items():
        for address in addresses:
            assert said in words_of(reader.get(address)), address
    assert "nothing is sent" in words_of(clerk.get("/clients"))
    assert "nothing is sent" in words_of(owner.get("/settings/shipping/providers"))
    assert "/stop" not in owner.get(page).text
    refused = press(clerk, f"/orders/{copy.copy(request).id}", f"/orders/{copy.copy(request).id}/ship", carrier="x", service="y")
    assert "(closed until 9 March 2026 00:00; Open invoices): its orders come in" in words_of(refused)

    assert "You send for this client again." in words_of(press(clerk, page, f"{page}/stop", stop="off"))
    for reader, addresses in places.items():
        assert not any("Open invoices" in words_of(reader.get(address)) for address in addresses)
    press(clerk, page, f"{page}/stop", stop="on", reason="Open invoices.")
    shop.app.clock.sleep(30 * 24 * 3600)
    assert "sends nothing for you now; what you hand over waits there. Reason: Open invoices." in words_of(
        log_in(OWNER).get(page)
    )


def test_a_merchant_shares_by_default_and_otherwise_with_one_provider(shop: Shop, log_in: LogIn, page: str) -> None:
    owner, clerk, accounts = log_in(OWNER), log_in(PROVIDER), carriers(shop)
    assert "The client shares none with you" in words_of(clerk.get(page))

    shared = press(owner, CARRIERS, CARRIERS, carrier_account=accounts["correos"].id, share="on")
    assert "correos paq-premium, paq-estandar Shared – Withdraw from all" in words_of(shared)
    assert "correos paq-premium, paq-estandar Shared as with all providers Withdraw" in words_of(owner.get(page))
    press(owner, page, f"{page}/carriers", carrier_account=accounts["dhl"].id, share="on")
    seen = words_of(clerk.get(page))
    assert "Beside your own services you may ship this client's orders with these: correos paq-premium, paq-estandar dhl" in seen

    withdrawn = words_of(press(owner, page, f"{page}/carriers", carrier_account=accounts["correos"].id, share="off"))
    assert "It is withdrawn at once." in withdrawn
    assert "correos paq-premium, paq-estandar Not shared Share" in withdrawn
    assert "correos" not in words_of(clerk.get(page))
    assert "Acme 3PL: Not shared" in words_of(owner.get(CARRIERS))

    press(owner, page, f"{page}/carriers/duty", require="on")
    assert "You have to ship this client's orders with these services, and no others. dhl" in words_of(clerk.get(page))
    last = words_of(press(owner, page, f"{page}/carriers", carrier_account=accounts["dhl"].id, share="off"))
    assert '"acme-3pl" may ship with its own carrier accounts again' in last
    assert "its orders go with your own services" in words_of(clerk.get(page))
    press(owner, page, f"{page}/carriers/duty", require="on")
    assert "shares none with you: ask them" in words_of(clerk.get(page))
    press(owner, page, f"{page}/carriers/duty")
    assert "its orders go with your own services" in words_of(clerk.get(page))


def test_only_the_clients_admins_share(shop: Shop, log_in: LogIn, page: str) -> None:
    account = carriers(shop)["dhl"].id
    for email, status in ((MEMBER, 403), (PROVIDER, 404), (STRANGER, 404)):
        client = log_in(email)
        form = {"csrf_token": token_of(client.get("/orders")), "carrier_account": account, "require": "on", "share": "on"}
        for address in (f"{page}/carriers", f"{page}/carriers/duty"):
            assert (email, client.post(address, data=form).status_code) == (email, status)
        answer = client.post(CARRIERS, data=form, follow_redirects=True)
        assert answer.status_code == 403 if email == MEMBER else "There is no carrier account" in words_of(answer)
    assert "Withdraw" not in words_of(log_in(MEMBER).get(CARRIERS))
    assert not carriers(shop)["dhl"].shared_with_all
    assert carriers(shop)["dhl"].shared_with == ()
    assert not operators_connection(shop).requires_shared
    assert log_in(MEMBER).post(f"{page}/stop", data={"csrf_token": token_of(log_in(MEMBER).get("/orders"))}).status_code in (
        400,
        403,
    )
