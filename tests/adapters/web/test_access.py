"""Who may open which address: every route, with things of a merchant and of its 3PL, tried by everybody there is.

A route without a row here fails, also one that programs call; what these meet is in `tests/adapters/api/test_who_is_heard.py`.
What belongs to others is answered like what is not there: same status, same words.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.clock import FixedClock
from support.labels import label_of_own_order
from support.mails import post
from support.owned_rows import rows_of
from support.pages import whole_service
from support.partners import add_member, user_of
from support.pickups import pickup_of
from support.remote_warehouses import RemoteWarehouses
from support.sharing import adopted
from support.shop import OWNER, PASSWORD, PROVIDER, RULES, STRANGER, Shop, open_shop, ready
from werkzeug.test import TestResponse

from engine.model.account import AccountKind
from engine.model.price_list import Charge
from engine.model.transitions import Side
from engine.services.accounts.accounts import add_location, create_account
from engine.services.accounts.invitations import invite_colleague
from engine.services.billing.prices import PriceForm, set_prices
from engine.services.billing.statements import list_statements
from engine.services.bulk.start import BulkWish, start_bulk_action
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.deciding.backtest_rules import BacktestWish
from engine.services.deciding.run_backtest import start_backtest
from engine.services.fulfillment.delegate import Asking, delegate_order
from engine.services.grid.order_views import save_view
from engine.services.labels.label_batches import start_batch
from engine.services.lists.named_lists import set_list
from engine.services.manifests.plan_manifest import plan_manifests
from engine.services.providers.connect_provider import add_provider
from engine.services.sharing.offer_rules import Offering, offer_rules
from storage.database import Database

LogIn = Callable[[str], FlaskClient]
MEMBER, OTHER_PROVIDER = "bo@casa-verde.example", "iris@iris.example"
OTHER_MERCHANT, ENDED = "nia@nueva.example", "bea@beta.example"
# In this order: the merchant's owner, its member, its provider, another provider, another client of that provider, somebody who
# has nothing to do with any of them, nobody, and a provider whose connection with the merchant has ended.
PEOPLE = (OWNER, MEMBER, PROVIDER, OTHER_PROVIDER, OTHER_MERCHANT, STRANGER, None, ENDED)
OUTSIDERS = (OTHER_PROVIDER, OTHER_MERCHANT, STRANGER, None, ENDED)
ALLOWED, NOT_THERE, ADMINS_ONLY, LOG_IN, NOT_PROVEN = ".x-?!"

# What each of them meets, and where: with the merchant's things, and, where it says so, with the provider's.
EVERYBODY, SIGNED_IN, ADMINS, PROVIDERS, NOBODY = "........", "......?.", ".-....?.", "xx..xx?.", "xxxxxxxx"
OWN, OWN_ADMINS = ("..xxxx?x", "xx.xxx?x"), (".-xxxx?x", "x-.xxx?x")
BOTH_SIDES, BOTH_ADMINS = ("...xxx?x",), (".-.xxx?x",)
TABLE: dict[tuple[str, ...], str] = {
    (PROVIDERS,): """GET clients.index, GET clients.new, POST clients.new, GET requests.index, GET inventory.index,
        GET inventory.receive, GET inventory.import_form, POST inventory.change, POST inventory.upload""",
    (EVERYBODY,): """GET healthz, GET readyz, GET passwords.forgot, POST passwords.forgot, GET rule_language.rule_catalogue,
        GET rule_language.schema, GET sign_up.sign_up, POST sign_up.sign_up, GET session.log_in, POST session.set_language,
        POST session.set_theme""",
    (SIGNED_IN,): """GET inbox.index, POST inbox.assign_one, POST inbox.snooze_one, POST inbox.finish_one, POST inbox.reopen_one,
        GET holds.index, GET shipments.untold, GET end_of_day.index, POST end_of_day.create,
        GET mail.index, POST mail.choose, GET orders.index, GET orders.parked,
        GET find.index, GET start.index, GET reconciliation.index,
        GET orders.download, POST orders.save, POST orders.choose_columns,
        GET orders.new, POST orders.create,
        GET profile.edit, POST profile.edit, GET profile.password, POST profile.password, GET session.devices, GET session.home,
        GET colleagues.index,
        GET settings.account, GET settings.index, GET settings.locations, GET settings.stations,
        POST settings.use_station, GET settings.providers,
        GET sign_up.further, POST sign_up.further, GET stores.index, GET bulk.index,
        POST orders.edit_chosen, POST orders.save_chosen,
        POST labels.create_chosen, GET labels.confirm_all, POST labels.create_all, GET labels.list_all_batches,
        GET settings.packages, GET settings.lists,
        POST orders.refresh_stores, GET insights.providers, GET inventory.download,
        GET insights.orders, GET insights.times, GET insights.rules, GET insights.costs, GET insights.download_orders,
        GET insights.download_times, GET insights.download_rules, GET insights.download_costs, GET insights.download_providers,
        GET products.index, GET settings.carriers,
        GET statements.index, GET rules.index,
        GET rules.backtests, POST rules.start_one, GET rules.undo,
        GET rules.list_set_versions, GET rules.download_versions, GET rules.compare, GET rules.download_version,
        GET rules.health, GET rules.download_health, GET rules.unhandled,
        GET rules.download_unhandled,
        POST pickups.create,
        GET products.defaults, GET products.download_defaults,
        GET rules.offers""",
    (
        ADMINS,
    ): """GET colleagues.invite, POST colleagues.invite, GET stores.kinds, GET stores.oauth_callback, POST settings.account,
        POST settings.locations, POST settings.stations, POST settings.drop_station, POST settings.add_a_package,
        POST settings.change_package, POST settings.make_list,
        GET settings.add_integrated, POST settings.add_integrated, POST settings.share_carriers,
        GET rules.new_set, POST rules.new_set, GET rules.restore, POST rules.restore,
        POST products.set_a_default, POST products.drop_default, GET products.import_defaults,
        POST products.import_defaults,
        POST rules.offer_set, POST rules.offer_file, POST start.show_or_hide""",
    (NOBODY,): """GET joining.join, POST joining.join, GET passwords.choose, POST passwords.choose, GET sign_up.verify,
        POST sign_up.verify, GET static, POST hooks.parse_webhook""",
    OWN: """POST returns.create, GET orders.show, GET orders.history, GET orders.unship,
        POST rules.undo_chosen, POST holds.hold, POST holds.release, POST orders.delegate_one,
        POST orders.recall_one, POST orders.edit_fields, POST orders.undo_field,
        GET orders.cancel_form, POST orders.cancel, POST orders.restore,
        GET orders.duplicate_form, POST orders.duplicate,
        GET orders.split_form, POST orders.split, POST orders.join,
        GET orders.combine_form, POST orders.combine, POST orders.separate,
        POST orders.release, POST orders.reprocess, POST orders.retry_write_back,
        POST orders.send_buyer_mail, POST orders.tell_parts, POST orders.ship, POST orders.unship,
        POST orders.import_one, POST labels.configure, GET settings.show_list,
        GET settings.download_list, GET stores.settings, GET stores.show, GET stores.skipped,
        GET reconciliation.show, POST reconciliation.compare, POST reconciliation.cure,
        GET stores.methods, GET stores.download_methods""",
    (".-xxxx?x", "xx.xxx?x"): "POST stores.settings",
    (".-xxxx?x", "x-xxxx?x"): """GET stores.reconnect, POST stores.reconnect,
        POST settings.carrier_calls""",  # there is nothing to log in to at a client, and the provider has no carrier account
    OWN_ADMINS: """POST stores.import_now, POST stores.webhooks,
        GET colleagues.show, POST colleagues.show, GET colleagues.remove, POST colleagues.remove, POST colleagues.send_reset,
        POST colleagues.withdraw, POST settings.change_list, GET orders.raw, GET stores.disconnect, POST stores.disconnect,
        GET rules.from_order, POST rules.from_order, POST rules.save_as_test,
        GET settings.location, POST settings.location, GET settings.drop_location, POST settings.drop_location,
        POST stores.map_a_method, POST stores.unmap_a_method, GET stores.import_methods, POST stores.import_methods""",
    BOTH_SIDES: """GET connections.show, GET connections.download_skus, POST requests.answer, POST requests.write,
        GET statements.show, GET statements.download_csv, GET statements.download_pdf""",
    ("--.xxx?x",): "POST connections.change_prices",
    ("xx.xxx?x",): "GET rules.offered",  # to all who are connected with the merchant, not to itself
    ("x-.xxx?x",): "POST rules.adopt",
    ("..xxxx?x",): """POST rules.backtest_newer, GET rules.edit, GET rules.text, GET rules.preview, POST rules.preview,
        GET rules.adopted""",
    (".-xxxx?x",): """POST connections.share_carrier, POST connections.require_carriers, GET settings.change_carrier,
        POST settings.change_carrier,
        GET rules.find_rule, GET rules.new_rule, POST rules.new_rule, POST rules.arrange, POST rules.change,
        POST rules.autosave, POST rules.autosave_text,
        POST rules.check, POST rules.merge, GET rules.publish, POST rules.publish_now, POST rules.save,
        POST rules.save_text, POST rules.check_text,
        POST rules.withdraw_own_offer, POST rules.switch_rule, POST rules.update_set""",
    ("xxxxxx?x", "xx.xxx?x"): "GET settings.hours, POST settings.hours",  # a merchant's location has none
    ("xxxxxx?x",): """POST bulk.begin, GET inventory.product, GET products.movements, POST connections.new_secret,
        POST connections.test_system""",  # no product and no kind is named, and the connection is with an account
    BOTH_ADMINS: """GET connections.remove, POST connections.settings, POST connections.show, POST connections.upload_skus,
        POST connections.remove, POST connections.stop, POST statements.issue, POST statements.paid""",
    (
        "..xxxx?x",
        "xxxxxx?x",
    ): """GET orders.show_rule, POST orders.change_view,
        GET settings.carrier_account, GET labels.void, POST labels.void,
        POST labels.print_one, GET labels.show_batch, POST labels.stop, POST labels.resume, POST labels.print_batch,
        GET rules.show_backtest, GET rules.backtest_progress, POST rules.stop_backtest, GET rules.backtest_csv,
        GET bulk.show, GET bulk.progress, GET bulk.download, POST bulk.cancel, POST bulk.resume, POST bulk.undo,
        GET end_of_day.hand_over_list, GET end_of_day.manifest_document,
        POST pickups.cancel""",  # the provider has none of them
    ("xxxxxx?x", "xxxxxx?x"): "GET stores.logo, GET rules.backtest_difference",  # neither store has one, and no decision is named
    (".-xxxx?x", "x-xxxx?x", ""): "POST mail.send_again",  # the provider has sent none
    ("x-xxxx?x", "x-xxxx?x"): "POST colleagues.send_again",  # the owner has withdrawn it
    ("x-xxxx?x",): """GET stores.connect, POST stores.connect, POST stores.choose, GET settings.add_carrier,
        POST settings.add_carrier, POST start.connect_sandbox""",  # no such kind of store, no such carrier, and no sandbox
    (
        "!!!!!!!!",
    ): "POST provider_events.receive, POST carrier_calls.receive",  # as a hook it has a secret for its proof, and no person
}
LAST = """POST session.choose_account, GET session.choose_account, POST session.log_in,
    POST session.log_out_everywhere, POST session.log_out"""


@dataclass(frozen=True)
class Things:
    """An id of each kind of thing, as the merchant and as its provider has them."""

    merchants: Mapping[str, str]
    providers: Mapping[str, str]


def new_account(shop: Shop, name: str, kind: AccountKind, email: str) -> str:
    return create_account(shop.app, name=name, kind=kind, email=email, password=PASSWORD, country="ES").slug


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    """With providers that have systems of their own."""
    shop = open_shop(sqlite_database, clock)
    shop.app = replace(shop.app, provider_system=RemoteWarehouses(clock))
    return shop


@pytest.fixture
def things(shop: Shop) -> Things:
    add_member(shop)
    new_account(shop, "Iris", AccountKind.PROVIDER, OTHER_PROVIDER)
    nueva = new_account(shop, "Nueva", AccountKind.MERCHANT, OTHER_MERCHANT)
    connect_accounts(shop.app, provider_slug=shop.provider.slug, client_slug=nueva)
    beta = new_account(shop, "Beta 3PL", AccountKind.PROVIDER, ENDED)
    ended = connect_accounts(shop.app, provider_slug=beta, client_slug=shop.merchant.slug)
    vase = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": 1}]
    shop.import_all(ready("7001"), ready("7002", items=vase), ready("7003", items=vase))
    owner = user_of(shop, OWNER)
    delegate_order(shop.app, shop.merchant.id, shop.order_id("7002"), Asking(beta), owner.id)
    shop.work_off()
    remove_connection(shop.app, owner, ended.id, open_orders=OpenOrders.RETURN)
    shop.work_off()
    label = label_of_own_order(shop, "7003").label
    with shop.app.reading() as uow:
        [request] = uow.requests.list_for_provider(shop.provider.id)
        connection = uow.connections.get(shop.provider.id, str(request.connection_id))
    set_prices(shop.app, user_of(shop, PROVIDER), connection.id, PriceForm({Charge.MONTHLY: "5"}, "EUR"))
    [charged] = list_statements(shop.app, shop.merchant.id, Side.MERCHANT)
    common = {"connection_id": connection.id, "request_id": request.id, "rule_id": "check-service"}
    common |= {"statement_id": charged.statement.id, "set_slug": shop.merchant.slug, "rule_name": "service-iberia"}
    batch = start_batch(shop.app, shop.merchant.id, [label.order_id], owner.id)
    pickup_id = pickup_of(shop, label.carrier_account_id)
    [manifest] = plan_manifests(shop.app, shop.merchant.id, owner.id)
    of_label = {"shipment_id": label.shipment_id, "carrier_account_id": label.carrier_account_id}
    tried = start_backtest(shop.app, shop.merchant.id, owner.id, BacktestWish(RULES))
    acted = start_bulk_action(shop.app, shop.merchant.id, BulkWish("rules", [label.order_id]), owner.id).action
    view = save_view(shop.app, owner, name="Spain", query="country=es", columns="", is_shared=True)
    made = {
        "view_id": view.id,
        "bulk_id": acted.id,
        "batch_id": batch.id,
        "manifest_id": manifest.id,
        "backtest_id": tried.id,
        "pickup_id": pickup_id,
    }
    labels = {shop.merchant.id: {**of_label, **made}}
    found: list[Mapping[str, str]] = []
    for side, email, order_id, store_id in (
        (shop.merchant, OWNER, request.order_id, shop.store.id),
        (shop.provider, PROVIDER, str(request.copy_id), str(connection.store_id)),
    ):
        person = user_of(shop, email)
        link = invite_colleague(shop.app, side.id, by=person, email=f"new@{side.slug}.example", role="member")
        mail = post(shop) if side is shop.merchant else None
        own = {"order_id": order_id, "store_id": store_id, "user_id": person.id, "link_id": link.id}
        own["list_name"] = set_list(shop.app, side, f"of-{side.slug}", ["x"]).kept.name
        own["location_id"] = add_location(shop.app, side.slug, code="MAD1", country="ES").id
        found.append({**common, **own, **labels.get(side.id, {}), "mail_id": mail.id if mail is not None else "mai_none"})
    found[0] = {**found[0], **shared_rules(shop)}
    seen = add_provider(shop.app, owner, name="Norte", url="https://norte.example")
    return Things(*({**one, "provider_id": seen.provider.id} for one in found))


def shared_rules(shop: Shop) -> dict[str, str]:
    """What the merchant offers, and what it has adopted of its provider."""
    version = adopted(shop, "set: acme\nrules: [{id: mark, when: always, then: []}]").version
    offer = offer_rules(shop.app, shop.merchant.slug, Offering("casa-verde")).offer
    return {"offer_id": offer.id, "adopted_slug": version.set_slug}


def named(listed: str) -> list[str]:
    return [" ".join(name.split()) for name in listed.split(",")]


def all_routes(web: Flask) -> set[str]:
    rules = list(web.url_map.iter_rules())
    return {f"{method} {rule.endpoint}" for rule in rules for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}}


def met(answer: TestResponse) -> str:
    """One letter for what somebody meets."""
    if answer.status_code in (301, 302) and answer.headers["Location"].startswith("/log-in"):
        return LOG_IN
    assert answer.status_code < 500
    assert answer.status_code not in (405, 429)
    return {404: NOT_THERE, 403: ADMINS_ONLY, 401: NOT_PROVEN}.get(answer.status_code, ALLOWED)


@dataclass
class Visits:
    """Everybody's browser, and what each meets."""

    web: Flask
    clients: Mapping[str | None, FlaskClient]
    tokens: dict[str | None, str]
    missing: dict[str | None, str]  # the words of a page that is not there

    def open(self, name: str, email: str | None, ids: Mapping[str, str]) -> str:
        """What somebody meets at a route with these ids in its path, or in its form."""
        method, endpoint = name.split()
        adapter = self.web.url_map.bind("localhost")
        needs = next(rule.arguments for rule in self.web.url_map.iter_rules() if rule.endpoint == endpoint)
        path = adapter.build(endpoint, {one: ids.get(one, "unknown") for one in needs}, method)
        form = {"csrf_token": self.tokens[email], "store": ids["store_id"], "order": ids["order_id"], "provider": "acme-3pl"}
        with self.clients[email].open(path, method=method, data=form if method == "POST" else None) as answer:
            letter = met(answer)
            if (
                email in OUTSIDERS and letter == NOT_THERE and not {"token", "filename"} & needs and needs != {"kind", "store_id"}
            ):  # links of mails have their own words, and hooks none
                assert words_of(answer) == self.missing[email], f"{name} tells {email} more than that nothing is there"
        if method == "POST" and letter == ALLOWED:
            self.clients[email].get("/nothing")  # where what the answer had to say is read
        return letter


@pytest.fixture
def web(shop: Shop, tmp_path: Path) -> Flask:
    """All that is served."""
    return whole_service(shop.app, shop.database, tmp_path)


@pytest.fixture
def visits(web: Flask, log_in: LogIn, things: Things) -> Visits:
    for limiter in web.extensions["limiter"]:
        limiter.enabled = False
    clients = {email: web.test_client() if email is None else log_in(email) for email in PEOPLE}
    tokens = {email: token_of(client.get("/log-in" if email is None else "/orders")) for email, client in clients.items()}
    return Visits(web, clients, tokens, {email: words_of(client.get("/nothing")) for email, client in clients.items()})


def test_every_address_is_open_to_whom_it_is_for_and_not_there_for_others(
    web: Flask, shop: Shop, things: Things, visits: Visits
) -> None:
    rows = {name: expected for expected, listed in TABLE.items() for name in named(listed)}
    assert all_routes(web) == {*rows, *named(LAST)}, "every route has its row in the table"
    wrong = []

    def try_all(people: tuple[str | None, ...]) -> None:
        for name, expected in rows.items():
            for ids, letters in zip((things.merchants, things.providers), expected, strict=False):
                for email in people:
                    letter = visits.open(name, email, ids)
                    if letter != letters[PEOPLE.index(email)]:
                        wrong.append(f"{name} {email}: {letter}, not {letters[PEOPLE.index(email)]}")

    with shop.database.begin_reading() as connection:
        before = [rows_of(connection, account.id) for account in (shop.merchant, shop.provider)]
    try_all(OUTSIDERS)
    with shop.database.begin_reading() as connection:
        assert [rows_of(connection, account.id) for account in (shop.merchant, shop.provider)] == before
    try_all((MEMBER, PROVIDER, OWNER))
    assert not wrong, "\n".join(wrong)
    for name in named(LAST):  # after these nobody is signed in any more
        for email in PEOPLE:
            visits.open(name, email, things.merchants)
    assert [visits.open("GET orders.index", email, things.merchants) for email in PEOPLE] == [LOG_IN] * len(PEOPLE)
