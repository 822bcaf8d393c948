"""Every page and button that an address leads to by an id: there for the thing's account, and for nobody else."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.labels import label_of_own_order
from support.mails import post
from support.owned_rows import rows_of
from support.pickups import pickup_of
from support.sharing import adopted
from support.shop import OWNER, PASSWORD, PROVIDER, STRANGER, Shop, overseas, ready

from engine.model.account import AccountKind
from engine.model.price_list import Charge
from engine.model.transitions import Side
from engine.services.accounts.accounts import add_location, create_account
from engine.services.accounts.invitations import invite_colleague
from engine.services.billing.prices import PriceForm, set_prices
from engine.services.billing.statements import list_statements
from engine.services.bulk.start import BulkWish, start_bulk_action
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.deciding.backtest_rules import BacktestWish
from engine.services.deciding.run_backtest import get_result, run_backtest, start_backtest
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.grid.order_views import save_view
from engine.services.labels.label_batches import start_batch
from engine.services.manifests.plan_manifest import plan_manifests
from engine.services.sharing.file_to_offer import keep_file_to_offer
from engine.services.sharing.offer_rules import Offering, offer_rules

LogIn = Callable[[str], FlaskClient]
HAS_A_PROOF_OF_ITS_OWN = {"hooks", "provider_events", "carrier_calls"}  # what calls without a log-in: see tests/adapters/api
FILLED_IN = {
    "name": "Taken",
    "refresh_minutes": "5",
    "wanted": "off",
    "carrier": "seur",
    "service": "24h",
    "tracking": "T1",
    "answer": "decline",
    "open_orders": "return",
    "provider": "iris",
    "line": "1",
    "quantity-1": "1",
    "text": "Hello",
    "stop": "on",
    "reason": "No",
    "cut_off": "09:00",
}


@pytest.fixture
def ids(shop: Shop) -> dict[str, str]:
    others = ready("7003", items=[{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}])
    own_order = ready("7004", items=[{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}])
    shop.import_all(overseas("7001"), ready("7002"), others, own_order)
    shop.work_off()
    label = label_of_own_order(shop, "7004").label
    [manifest] = plan_manifests(shop.app, shop.merchant.id, "operator")
    with shop.app.reading() as uow:
        [owner] = uow.users.list_for(shop.merchant.id)
    invited = invite_colleague(shop.app, shop.merchant.id, by=owner, email="nia@nueva.example", role="member")
    mail = post(shop)
    assert mail is not None
    own = {"user_id": owner.id, "link_id": invited.id, "mail_id": mail.id}
    create_account(shop.app, name="Iris", kind=AccountKind.PROVIDER, email="iris@iris.example", password=PASSWORD, country="ES")
    connection = connect_accounts(shop.app, provider_slug="iris", client_slug=shop.merchant.slug)
    with shop.app.reading() as uow:
        [issuer] = uow.users.list_for(connection.provider_id)
    set_prices(shop.app, issuer, connection.id, PriceForm({Charge.MONTHLY: "5"}, "EUR"))
    [charged] = list_statements(shop.app, shop.merchant.id, Side.MERCHANT)
    request = delegate_order(shop.app, shop.merchant.id, shop.order_id("7003"), Asking("iris"), owner.id)
    kept = keep_file_to_offer(shop.app, "iris", b"set: iris\nrules: []")
    return {
        "request_id": request.id,
        "order_id": shop.order_id("7001"),
        "store_id": shop.store.id,
        "rule_id": "check-service",
        "set_slug": shop.merchant.slug,
        "rule_name": "service-iberia",
        "location_id": add_location(shop.app, shop.merchant.slug, code="MAD1", country="ES").id,
        "connection_id": connection.id,
        "statement_id": charged.statement.id,
        "manifest_id": manifest.id,
        "pickup_id": pickup_of(shop, label.carrier_account_id),
        "shipment_id": label.shipment_id,
        "carrier_account_id": label.carrier_account_id,
        "adopted_slug": adopted(shop, "set: acme\nrules: [{id: mark, when: always, then: []}]").version.set_slug,
        "offer_id": offer_rules(shop.app, "iris", Offering(kept.set_slug, kept.number)).offer.id,
        "view_id": save_view(shop.app, owner, name="Spain", query="", columns="", is_shared=True).id,
        "batch_id": start_batch(shop.app, shop.merchant.id, [label.order_id], owner.id).id,
        "bulk_id": start_bulk_action(shop.app, shop.merchant.id, BulkWish("rules", [label.order_id]), owner.id).action.id,
        **_of_a_backtest(shop, label.order_id),
        **own,
    }


def _of_a_backtest(shop: Shop, order_id: str) -> dict[str, str]:
    """One that has found a difference about the order."""
    run = start_backtest(shop.app, shop.merchant.id, "usr_1", BacktestWish(b"set: casa-verde\nrules: []"))
    run_backtest(shop.app, shop.merchant.id, run.id)
    _, result = get_result(shop.app, shop.merchant.id, run.id)
    assert result is not None
    decisions = {one["order_id"]: one["decision_id"] for one in result["differences"]}
    return {"backtest_id": run.id, "decision_id": decisions[order_id]}


def addresses(web: Flask, method: str, ids: dict[str, str]) -> Iterator[str]:
    """Of everything that names something in its path."""
    adapter = web.url_map.bind("localhost")
    for rule in web.url_map.iter_rules():
        own_proof = rule.endpoint.partition(".")[0] in HAS_A_PROOF_OF_ITS_OWN
        names_a_thing = any(name.endswith(("_id", "_slug")) for name in rule.arguments)
        if names_a_thing and not own_proof and method in (rule.methods or ()):
            yield adapter.build(rule.endpoint, {name: ids[name] for name in rule.arguments}, method)


def test_no_page_of_another_account_is_there(ids: dict[str, str], web: Flask, log_in: LogIn) -> None:
    pages = list(addresses(web, "GET", ids))
    assert len(pages) >= 10
    for email in (STRANGER, PROVIDER):
        client = log_in(email)
        for page in pages:
            answer = client.get(page)
            assert (page, answer.status_code) == (page, 404)
            assert not any(word in words_of(answer) for word in ("7001", "Joe Doe", "Boston", "check-service", "Iris"))
    asks_the_store, has_none = (f"/stores/{ids['store_id']}/{page}" for page in ("settings", "logo"))
    of_3pls = f"/settings/shipping/locations/{ids['location_id']}/hours"
    not_told = f"/end-of-day/{ids['manifest_id']}/manifest"  # its carrier takes none
    no_draft, leads_on = f"/rules/{ids['set_slug']}/publish", f"/rules/find/{ids['rule_id']}"
    not_shipped = f"/orders/{ids['order_id']}/unship"  # there is nothing to take back
    owner = log_in(OWNER)
    for page in set(pages) - {asks_the_store, has_none, of_3pls, not_told, no_draft, leads_on, not_shipped}:
        assert (page, owner.get(page).status_code) == (page, 200)


def test_no_button_of_another_account_works(ids: dict[str, str], web: Flask, shop: Shop, log_in: LogIn) -> None:
    actions = list(addresses(web, "POST", ids))
    assert len(actions) >= 11
    with shop.database.begin_reading() as connection:
        before = rows_of(connection, shop.merchant.id)
    for email in (STRANGER, PROVIDER):
        client = log_in(email)
        form = {"csrf_token": token_of(client.get("/orders")), **FILLED_IN}
        for action in actions:
            assert (action, client.post(action, data=form).status_code) == (action, 404)
    with shop.database.begin_reading() as connection:
        assert rows_of(connection, shop.merchant.id) == before
