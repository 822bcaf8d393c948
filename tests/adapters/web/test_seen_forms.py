"""Whoever saves a form replaces nothing unseen that somebody else, or another tab, has saved since it was shown."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.browsing import words_of
from support.busy_shop import open_for_business
from support.clock import FixedClock
from support.every_page import one_of_each
from support.page_forms import PageForm, forms_of
from support.pages import pages_over
from support.partners import operators_connection
from support.races import race
from support.shop import OWNER, PROVIDER, Shop
from werkzeug.test import TestResponse

from adapters.web import seen_forms

LogIn = Callable[[str], FlaskClient]

# By the endpoint that a form is sent to: what it carries of what it showed.
MARKED = {
    **dict.fromkeys(("colleagues.show", "profile.edit", "settings.account", "stores.settings"), "seen"),
    **dict.fromkeys(("settings.change_carrier", "settings.add_carrier", "settings.hours", "settings.location"), "seen"),
    **dict.fromkeys(("connections.settings", "connections.stop", "connections.change_prices"), "seen"),
    **dict.fromkeys(("connections.require_carriers", "connections.upload_skus", "settings.change_list"), "seen"),
    **dict.fromkeys(("mail.choose", "products.set_a_default", "stores.map_a_method", "orders.change_view"), "seen"),
    **dict.fromkeys(("inventory.change", "rules.change", "rules.save", "rules.save_text"), "seen"),
    "orders.edit_fields": "shown.carrier",
}
NEW = "it makes something new, and says so where there is one of that name already"
STEP = "it is a step of an order, a request or a label, which their states allow once"
OWN = "it is how one person's own grid looks, and each save says all of it"
FILE = "a file says all of what it is about, and whoever sends it says whether the rest goes"
# Those that carry nothing, and why nothing is lost by them.
UNMARKED = {
    **dict.fromkeys(("colleagues.invite", "sign_up.further", "settings.locations", "settings.add_a_package"), NEW),
    **dict.fromkeys(("settings.stations", "settings.make_list", "clients.new", "settings.add_integrated"), NEW),
    **dict.fromkeys(("orders.create", "orders.duplicate", "orders.save", "stores.connect", "rules.start_one"), NEW),
    **dict.fromkeys(("rules.new_set", "rules.new_rule", "rules.from_order", "rules.save_as_test", "rules.offer_set"), NEW),
    **dict.fromkeys(("rules.offer_file", "rules.adopt", "inventory.receive"), NEW),
    **dict.fromkeys(("orders.cancel", "orders.split", "orders.combine", "orders.delegate_one", "orders.ship"), STEP),
    **dict.fromkeys(("holds.hold", "holds.release", "labels.configure", "requests.answer", "requests.write"), STEP),
    **dict.fromkeys(("returns.create", "connections.remove", "rules.publish_now", "labels.create_all"), STEP),
    **dict.fromkeys(("pickups.create", "end_of_day.create", "orders.edit_chosen", "orders.save_chosen"), STEP),
    "connections.show": "an invitation is answered once",
    "orders.choose_columns": OWN,
    **dict.fromkeys(("products.import_defaults", "stores.import_methods", "inventory.upload"), FILE),
    **dict.fromkeys(("inbox.assign_one", "inbox.snooze_one"), "the last word counts, and the history names both"),
    "rules.restore": "it makes a version, and the ones before it stay",
    "profile.password": "it asks for the present one",
    "stores.reconnect": "credentials are never shown, and are tried first",
    "settings.use_station": "it is about the device",
}

SHOWS_NOTHING = {("inventory.receive", "inventory.change")}  # the product is entered there, and its count not shown


@pytest.fixture
def busy(shop: Shop, clock: FixedClock) -> Shop:
    open_for_business(shop, clock)
    pages_over(shop.app, shop.database)
    return shop


def test_every_form_with_something_to_fill_in_carries_what_it_showed_or_loses_nothing(busy: Shop, log_in: LogIn) -> None:
    web, wrong = pages_over(busy.app, busy.database), set()
    assert {*MARKED, *UNMARKED} <= {rule.endpoint for rule in web.url_map.iter_rules()}
    adapter = web.url_map.bind("localhost")
    for email in (OWNER, PROVIDER):
        for page in one_of_each(web, log_in(email), {"connections.show": 3, "orders.show": 6}):
            for form in forms_of(page.html):
                if form.method != "post" or not form.shown or form.shown == {"member"}:  # ticked, to be taken out of a list
                    continue
                endpoint = str(adapter.match((form.action or page.address).partition("?")[0], "POST")[0])
                if (page.endpoint, endpoint) in SHOWS_NOTHING:
                    continue
                mark = MARKED.get(endpoint)
                if (mark is None and endpoint not in UNMARKED) or (mark is not None and not form.hidden.get(mark)):
                    wrong.add(f"{endpoint} on {page.address}: {sorted(form.shown)}")
    assert not wrong, "\n".join(sorted(wrong))


def form_on(page: TestResponse, action: str, field: str) -> PageForm:
    """The form of a page that is sent to an address and has a field."""
    return next(one for one in forms_of(page.text) if re.search(action, one.action) and field in {*one.sent, *one.unticked})


def two_tabs(client: FlaskClient, address: str, action: str, one: Mapping[str, str], other: Mapping[str, str]) -> str:
    """Save a form in one tab, then, as it was shown before, in another one: that shows what the first has saved, and replaces it
    once it is sent again. What the second page says."""
    field = next(iter(one))
    first, second = (form_on(client.get(address), action, field) for _ in range(2))
    target = first.action or address
    assert client.post(target, data={**first.sent, **one}).status_code == 302

    refused = client.post(target, data={**second.sent, **other})
    assert refused.status_code == 422, refused.status_code
    said = words_of(refused)
    assert "This was changed meanwhile" in said

    again = form_on(refused, action, field)
    assert {name: again.sent.get(name) for name in other if name not in ("stop", "do")} == {
        name: value for name, value in other.items() if name not in ("stop", "do")
    }
    assert client.post(target, data={**again.sent, **other}).status_code == 302
    return said


def at_once(
    monkeypatch: pytest.MonkeyPatch, clients: Sequence[FlaskClient], address: str, action: str, *filled: Mapping[str, str]
) -> None:
    """Save a form in two browsers in the same moment: either compares before the other has saved, if it can. One is told."""
    forms = [form_on(client.get(address), action, next(iter(filled[0]))) for client in clients]
    both = threading.Barrier(2)

    def met(compare: Callable[..., Any]) -> Callable[..., Any]:
        def compare_and_wait(*given: Any, **options: Any) -> Any:
            answer = compare(*given, **options)
            with suppress(threading.BrokenBarrierError):  # the other one has to wait until this one has saved
                both.wait(0.5)
            return answer

        return compare_and_wait

    def save(client: FlaskClient, form: PageForm, entered: Mapping[str, str]) -> int:
        return client.post(form.action or address, data={**form.sent, **entered}).status_code

    with monkeypatch.context() as meeting:
        meeting.setattr(seen_forms, "mark_of", met(seen_forms.mark_of))
        meeting.setattr(seen_forms.SeenForm, "validate", met(seen_forms.SeenForm.validate))
        works = [partial(save, *one) for one in zip(clients, forms, filled, strict=True)]
        assert sorted(race(*works)) == [302, 422]  # type: ignore[type-var]


def test_two_who_save_at_the_same_moment_lose_nothing_unseen(busy: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch) -> None:
    clerks, owners = [log_in(PROVIDER), log_in(PROVIDER)], [log_in(OWNER), log_in(OWNER)]
    prices = [{"orders": price, "currency": "EUR"} for price in ("3.10", "3.20")]
    at_once(monkeypatch, clerks, f"/connections/{operators_connection(busy).id}", "prices$", *prices)
    counts = [{"units": units, "do": "count"} for units in ("7", "9")]
    at_once(monkeypatch, clerks, f"/inventory/product?client={busy.merchant.slug}&sku=VASE", "change$", *counts)
    at_once(monkeypatch, owners, "/settings/account", "", {"name": "Casa Azul"}, {"name": "Casa Roja"})
    at_once(monkeypatch, owners, "/settings/profile", "", {"language": "es"}, {"language": "en", "theme": "dark"})


def test_two_who_save_at_the_same_moment_what_is_asked_about_elsewhere_lose_nothing_unseen(
    busy: Shop, log_in: LogIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    owners = [log_in(OWNER), log_in(OWNER)]
    at_once(monkeypatch, owners, f"/stores/{busy.store.id}/settings", "", {"name": "Casa Azul"}, {"name": "Casa Roja"})
    with busy.app.reading() as uow:
        [account, *_] = uow.carrier_accounts.list_for(busy.merchant.id)
    address = f"/settings/shipping/carriers/{account.id}/change"
    at_once(monkeypatch, owners, address, "", {"nickname": "One"}, {"nickname": "Two"})


def test_settings_of_a_connection(shop: Shop, log_in: LogIn) -> None:
    address, clerk, owner = f"/connections/{operators_connection(shop).id}", log_in(PROVIDER), log_in(OWNER)
    minutes = {"grace": "minutes", "grace_minutes": "30"}

    assert "is now: One by one" in two_tabs(clerk, address, "settings$", {"answers": "each"}, {"answers": "auto"})
    assert "is now: The client sees it too" in two_tabs(clerk, address, "settings$", {"costs": "share"}, {"costs": "keep"})
    said = two_tabs(owner, address, "settings$", minutes, {"grace": "minutes", "grace_minutes": "5"})
    assert "is now: 30 minutes." in said
    kept = operators_connection(shop)
    assert (kept.answers, kept.shares_costs, kept.grace_minutes) == ("auto", False, 5)


def test_prices_of_a_client(shop: Shop, log_in: LogIn) -> None:
    address = f"/connections/{operators_connection(shop).id}"
    said = two_tabs(
        log_in(PROVIDER), address, "prices$", {"orders": "1.80", "currency": "EUR"}, {"orders": "2", "currency": "EUR"}
    )
    assert "€1.80" in said


def test_sending_for_a_client_is_stopped_once(shop: Shop, log_in: LogIn) -> None:
    address, clerk = f"/connections/{operators_connection(shop).id}", log_in(PROVIDER)
    first, second = (form_on(clerk.get(address), "stop$", "reason") for _ in range(2))
    clerk.post(first.action, data={**first.sent, "stop": "on", "reason": "Open invoices"})
    refused = clerk.post(second.action, data={**second.sent, "stop": "on", "reason": "Stock-taking"})

    assert refused.status_code == 422
    assert "Open invoices" in words_of(refused)
    assert operators_connection(shop).stop_reason == "Open invoices"


def test_a_provider_has_to_ship_with_shared_accounts(shop: Shop, log_in: LogIn) -> None:
    address, owner = f"/connections/{operators_connection(shop).id}", log_in(OWNER)
    first, second = (form_on(owner.get(address), "duty$", "require") for _ in range(2))
    owner.post(first.action, data={**first.sent, "require": "on"})
    owner.post(second.action, data={name: value for name, value in second.sent.items() if name != "require"})

    assert "is now: yes." in words_of(owner.get(address))
    assert operators_connection(shop).requires_shared


def test_members_of_a_list(shop: Shop, log_in: LogIn) -> None:
    owner = log_in(OWNER)
    form = form_on(owner.get("/settings/rules/lists"), "", "members")
    owner.post("/settings/rules/lists", data={**form.sent, "name": "vip", "members": "ana"})
    address = "/settings/rules/lists/vip"

    said = two_tabs(owner, address, "vip$", {"members": "bea", "do": "replace"}, {"members": "carla", "do": "replace"})
    assert "bea" in said
    form = form_on(owner.get(address), "vip$", "members")
    owner.post(address, data={**form.sent, "members": "dora", "do": "add"})
    assert owner.post(address, data={**form.sent, "members": "eva", "do": "add"}).status_code == 302  # both are in it now


def test_defaults_of_a_product_and_the_service_of_a_method(shop: Shop, log_in: LogIn) -> None:
    owner = log_in(OWNER)
    light, heavy = {"name": "VASE", "weight_g": "900"}, {"name": "vase", "weight_g": "1250"}
    assert "is now: 900 g." in two_tabs(owner, "/products/defaults", "defaults$", light, heavy)
    service = {"method": "Next Day", "service": "correos|paq-premium"}
    other = {"method": "Next Day", "service": "dhl|parcel-connect"}
    assert "is now: correos paq-premium." in two_tabs(owner, f"/stores/{shop.store.id}/methods", "methods$", service, other)


def test_what_somebody_wants_to_be_mailed(log_in: LogIn) -> None:
    two_tabs(log_in(OWNER), "/settings/mail", "preferences$", {"rule_email": "off"}, {"rule_email": "daily"})


def test_a_saved_view(shop: Shop, log_in: LogIn) -> None:
    owner = log_in(OWNER)
    form = form_on(owner.get("/orders"), "views$", "name")
    address = owner.post(form.action, data={**form.sent, "name": "Spain"}).location
    said = two_tabs(owner, address, "views/", {"name": "España", "do": "rename"}, {"name": "Iberia", "do": "rename"})
    assert "is now: España, Only you see it." in said


def test_a_count_is_not_replaced_by_one_that_does_not_know_of_it(busy: Shop, log_in: LogIn) -> None:
    address = f"/inventory/product?client={busy.merchant.slug}&sku=VASE"
    said = two_tabs(log_in(PROVIDER), address, "change$", {"units": "7", "do": "count"}, {"units": "9", "do": "count"})
    assert "is now: 7." in said


def test_a_package_that_somebody_else_has_chosen_stays_the_one_that_is_taken(shop: Shop, log_in: LogIn) -> None:
    owner, address = log_in(OWNER), "/settings/shipping/packages"
    for name in ("box-s", "box-m"):
        form = form_on(owner.get(address), "", "tare")
        owner.post(address, data={**form.sent, "name": name, "tare": "100"})
    small, middle = (form for form in forms_of(owner.get(address).text) if "package" in form.hidden)
    for form in (small, middle):
        owner.post(form.action, data={**form.hidden, "do": "default"})
    owner.post(small.action, data={**small.hidden, "do": "none"})

    assert "Another package is taken by itself now" in words_of(owner.get(address))
    with shop.app.reading() as uow:
        assert [one.is_default for one in uow.packages.list_for(shop.merchant.id)].count(True) == 1
