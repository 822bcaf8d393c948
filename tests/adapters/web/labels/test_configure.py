"""Creating a label on the page of an order."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_in, words_of
from support.labels import Shippers, add_account
from support.paid_carrier import NO_ANSWER, TOO_FAR
from support.rule_runs import publish
from support.shop import OWNER, PROVIDER, STRANGER, ready
from werkzeug.test import TestResponse

from engine.model.account import AccountKind, CarrierAccount
from engine.model.label import LabelState, ParcelToShip
from engine.model.money import Money
from engine.model.order import OrderState
from engine.services.accounts.accounts import add_location, create_account
from engine.services.accounts.carrier_accounts import CarrierAccountForm, add_carrier_account
from engine.services.accounts.carrier_sharing import Sharing, require_shared, share_carrier_account
from engine.services.connections.connect_accounts import connect_accounts
from engine.services.importing.import_store import import_store
from engine.services.stores.connect_store import StoreForm, connect_store

LogIn = Callable[[str], FlaskClient]
INVALID = {
    "en": "The shipping service is not valid because the client does not have a carrier account that supports it",
    "es": "El servicio de envío no es válido porque el cliente no tiene una cuenta de empresa de transporte que lo admita",
}
HEAVY = (
    "{id: heavy, name: Madrid by standard, when: always, then: "
    "[{do: set_service, carrier: paid, service: standard, package: box-m}, "
    "{do: set_confirmation, confirmation: signature}, {do: insure, value: 60.10}]}"
)


def page_of(sides: Shippers, number: str = "1") -> str:
    return f"/orders/{sides.shop.order_id(number)}"


def own(sides: Shippers, slug: str, carrier: str = "paid") -> CarrierAccount:
    """The first carrier account of one of the sides."""
    with sides.app.reading() as unit:
        account = unit.accounts.find_by_slug(slug)
        assert account is not None
        return next(one for one in unit.carrier_accounts.list_for(account.id) if one.carrier == carrier)


def code(account: CarrierAccount, service: str = "standard") -> str:
    return f"{account.id}/{service}"


def send(client: FlaskClient, page: str, **form: Any) -> TestResponse:
    """Press a button of the form, without following where it leads."""
    return client.post(f"{page}/label", data={"csrf_token": token_of(client.get("/orders")), **form})


def box(page: TestResponse) -> str:
    """The markup of *Configure shipment*."""
    found = re.search(r'<section[^>]*id="configure-shipment".*?</section>', page.text, re.DOTALL)
    assert found is not None
    return found[0]


def leads_to(page: TestResponse) -> str:
    """The id of what the person is led to."""
    found = re.search(r'<\w+\b[^>]*\bid="([^"]+)"[^>]*\bautofocus', page.text)
    assert found is not None
    return found[1]


def says(page: TestResponse, sentence: str, field: str, **typed: str) -> None:
    """The sentence stands alone at its field, where the person is led to; what was typed is still there."""
    assert page.status_code == 422
    assert leads_to(page) == field
    assert sentence in map(html.unescape, re.findall(r'<p class="field-error"[^>]*>([^<]*)</p>', page.text))
    for name, value in typed.items():
        assert re.search(rf'name="{name}" value="{re.escape(html.escape(value))}"', box(page)), name


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", ("Configure shipment", "Ship from", "Service", "Package", "Weight", "Create label", "Madrid by standard")),
        ("es", ("Configurar envío", "Enviar desde", "Servicio", "Paquete", "Peso", "Crear etiqueta", "Madrid by standard")),
    ],
)
def test_the_form_has_what_rules_have_set_and_says_so(
    sides: Shippers, log_in: LogIn, language: str, words: tuple[str, ...]
) -> None:
    publish(sides.shop, HEAVY)
    add_location(sides.app, sides.shop.merchant.slug, code="SVQ", name="Seville", country="ES")
    sides.shop.import_all(ready("2", length_mm=300, width_mm=200, height_mm=100))
    client, page = log_in(OWNER), page_of(sides, "2")
    shown = box(press(client, page, "/language", language=language, back=page))

    heading, *labels, button, rule = words
    assert f">{heading}</h2>" in shown
    assert [one for one in labels if f">{one}</label>" not in shown] == []
    assert re.search(rf'<button class="btn btn-main"[^>]*>{button}</button>', shown)
    assert re.search(r'<option value="main" selected>main</option><option value="SVQ">Seville \(SVQ\)</option>', shown)
    assert f'<option value="{code(own(sides, "casa-verde"))}" selected>paid standard</option>' in shown
    for name, value in (("package", "box-m"), ("weight", "1250"), ("length", "300"), ("width", "200"), ("height", "100")):
        assert f'name="{name}" value="{value}"' in shown
    for name, value in (("confirmation", "signature"), ("insured_value", "60.1")):
        assert f'name="{name}" value="{value}"' in shown
    assert words_in(shown).count(rule) == 4  # at the service, the package, the confirmation and the insured value


def test_a_label_is_created_and_shown(sides: Shippers, log_in: LogIn) -> None:
    client, page = log_in(OWNER), page_of(sides)
    answer = send(
        client,
        page,
        do="create",
        service=code(own(sides, "casa-verde")),
        ship_from="main",
        package="bag",
        weight="1,25 kg",
        length="30 cm",
        width="200",
        height="100",
        ship_date="2026-03-03",
        confirmation="signature",
        insured_value="120,50",
    )
    assert answer.headers["Location"] == f"{page}#shipments"
    [asked] = sides.carrier.purchases
    assert asked.parcels == (ParcelToShip(1250, 300, 200, 100, "bag"),)
    assert (asked.ship_date, asked.confirmation, asked.insured) == (
        date(2026, 3, 3),
        "signature",
        Money(Decimal("120.50"), "EUR"),
    )

    shown = words_of(client.get(page))
    assert "The label is created: paid standard, P1-1. Print it below." in shown
    assert "paid standard Shipped 2 Mar 2026, 10:30 Parcel 1: P1-1, 1.25 kg" in shown
    assert f"Label created by {OWNER}, 2 Mar 2026, 10:30 · €4.90 Print label" in shown
    assert f"Label bought {OWNER} Labels and shipments paid, standard, P1-1" in shown
    assert f"Label asked for {OWNER} Labels and shipments paid, standard" in shown
    assert "Done Buy the label" in shown
    assert "Configure shipment" not in shown
    assert "Take back" not in shown


def test_pressed_twice_it_is_the_same_label(sides: Shippers, log_in: LogIn) -> None:
    client, page, form = log_in(OWNER), page_of(sides), {"do": "create", "weight": "1", "service": code(own(sides, "casa-verde"))}
    form["csrf_token"] = token_of(client.get(page))
    first, second = (client.post(f"{page}/label", data=form) for _ in range(2))
    assert first.location == second.location
    assert len(sides.carrier.purchases) == 1
    assert words_of(client.get(page)).count("The label is created: paid standard, P1-1.") == 1


def test_what_was_set_can_be_taken_away(sides: Shippers, log_in: LogIn) -> None:
    publish(sides.shop, HEAVY)
    sides.shop.import_all(ready("2"))
    send(log_in(OWNER), page_of(sides, "2"), do="create", weight="1", service=code(own(sides, "casa-verde")), insured_value="")
    [asked] = sides.carrier.purchases
    assert (asked.confirmation, asked.insured, asked.parcels[0].package) == ("", None, "")


def test_what_most_orders_do_not_need_is_folded(sides: Shippers, log_in: LogIn) -> None:
    sides.shop.import_all(ready("3", ship_date="2026-03-09"), ready("4", ship_date="2026-03-02"))
    publish(sides.shop, HEAVY)
    sides.shop.import_all(ready("2"))
    client = log_in(OWNER)
    for number, is_open in (("1", False), ("2", True), ("3", True), ("4", False)):  # the last one leaves today anyway
        assert ('<details class="answer" open>' in box(client.get(page_of(sides, number)))) is is_open
    for typed in ({}, {"ship_date": "2026-03-04"}, {"confirmation": "signature"}, {"insured_value": "120.50"}):
        again = send(client, page_of(sides), do="add", **{"ship_date": "2026-03-02", **typed})
        assert ('<details class="answer" open>' in box(again)) is bool(typed)


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"weight": ""}, "weight-1", "Weigh the parcel: its weight is missing."),
        ({"weight": "1.250 g"}, "weight-1", "“1.250 g” is not clearly a weight: write it as 750 g, 1.25 kg or 2 lb 3 oz."),
        (
            {"weight": "0"},
            "weight-1",
            "A parcel weighs from 1 to 2000000 g, and its sides are from 1 to 20000 mm, all three or none.",
        ),
        ({"width": ""}, "width-1", "Write all three sides, in millimetres or such as 30 cm, or none."),
        ({"ship_date": "soon"}, "ship-date", "“soon” is not a day: write it as 2026-03-01."),
        ({"ship_date": "2020-01-01"}, "ship-date", "The ship date 2020-01-01 is past: choose today or a later day."),
        (
            {"ship_date": "2036-12-01"},
            "ship-date",
            "The ship date 2036-12-01 is too far ahead: choose 2026-05-31 or an earlier day.",
        ),
        ({"insured_value": "1.250"}, "insured-value", "“1.250” is not clearly an amount: write it as 120.50, or leave it blank."),
        ({"ship_from": "BCN"}, "ship-from", 'There is no ship-from location "BCN": choose one of main.'),
        ({"service": ""}, "label-service", "Choose the service first."),
    ],
)
def test_what_cannot_be_used_comes_back_as_it_was_typed(
    sides: Shippers, log_in: LogIn, wrong: dict[str, str], field: str, sentence: str
) -> None:
    typed = {"weight": "1250 g", "length": "300", "width": "200", "height": "10 cm", "package": "bag", "confirmation": "door"}
    form = {"ship_from": "main", "service": code(own(sides, "casa-verde")), "ship_date": "2026-03-02", **typed, **wrong}
    page = send(log_in(OWNER), page_of(sides), do="create", **form)
    says(page, sentence, field, **{name: value for name, value in form.items() if name in typed})
    assert sides.carrier.purchases == []


def test_parcels_are_added_and_taken_away_with_all_that_was_typed(sides: Shippers, log_in: LogIn) -> None:
    client, page, service = log_in(OWNER), page_of(sides), code(own(sides, "casa-verde"))
    added = send(client, page, do="add", service=service, weight="2 kg", length="300", width="200", height="100", package="bag")
    assert leads_to(added) == "weight-2"
    assert re.findall(r'name="weight" value="([^"]*)"', box(added)) == ["2 kg", ""]
    assert re.findall(r'name="length" value="([^"]*)"', box(added)) == ["300", "300"]
    assert f'value="{service}" selected' in box(added)
    two = {"weight": ["2 kg", "800"], "length": ["300", ""], "width": ["200", ""], "height": ["100", ""], "service": service}
    left = send(client, page, do="remove-1", **two)
    assert re.findall(r'name="weight" value="([^"]*)"', box(left)) == ["800"]
    assert "remove-" not in box(left)
    says(
        send(client, page, do="create", **{**two, "weight": ["2 kg", "?"]}),
        "“?” is not clearly a weight: write it as 750 g, 1.25 kg or 2 lb 3 oz.",
        "weight-2",
    )

    assert "P1-1, P1-2. Print it below." in words_of(client.get(send(client, page, do="create", **two).location))
    [asked] = sides.carrier.purchases
    assert asked.parcels == (ParcelToShip(2000, 300, 200, 100), ParcelToShip(800))


@pytest.mark.parametrize("do", ["remove-9", "remove-x", "remove-", "remove-²", "what"])
def test_a_button_that_the_page_does_not_have_buys_nothing(sides: Shippers, log_in: LogIn, do: str) -> None:
    page = send(log_in(OWNER), page_of(sides), do=do, weight="750")
    assert 'name="weight" value="750"' in box(page)
    assert sides.labels() == []


def test_enter_in_a_field_asks_for_the_rates_and_buys_nothing(sides: Shippers, log_in: LogIn) -> None:
    client, page = log_in(OWNER), page_of(sides)
    first = re.search(r"<button[^>]*>", box(client.get(page)))
    assert first is not None
    assert (first[0], sides.labels()) == ('<button name="do" value="rates" hidden>', [])


def test_rates_are_listed_and_one_is_chosen(sides: Shippers, log_in: LogIn) -> None:
    add_account(sides, sides.shop.merchant.slug, "express")
    client, page = log_in(OWNER), page_of(sides)
    found = send(client, page, do="rates", weight="750", package="bag")
    assert leads_to(found) == "rates"
    assert "Service Price Days Actions paid standard €4.90 2 Choose paid express €4.90 2 Choose" in words_in(box(found))
    assert 'name="package" value="bag"' in box(found)
    [express] = (one for one in re.findall(r'name="choose" value="([^"]+)"', found.text) if one.endswith("/express"))
    chosen = send(client, page, choose=express, weight="750")
    assert f'<option value="{express}" selected>paid express</option>' in box(chosen)
    assert re.findall(r'name="choose" value="([^"]+)"', chosen.text) == [code(own(sides, "casa-verde"))]
    sides.carrier.fails_before["rates"] = [NO_ANSWER, NO_ANSWER]
    assert "paid: the carrier did not answer." in words_in(box(send(client, page, do="rates", weight="750")))
    assert leads_to(send(client, page, do="rates", weight="")) == "weight-1"
    assert sides.labels() == []


def client_with(sides: Shippers, *services: str) -> CarrierAccount:
    """Another client of the 3PL, which shares an account with these services."""
    other = create_account(
        sides.app, name="Nueva", kind=AccountKind.MERCHANT, email="nia@nueva.example", password="a relay needs two", country="ES"
    )
    connect_accounts(sides.app, provider_slug=sides.shop.provider.slug, client_slug=other.slug)
    return add_carrier_account(sides.app, other.slug, CarrierAccountForm("paid", services, (sides.shop.provider.slug,)))


@pytest.mark.parametrize("language", ["en", "es"])
def test_a_service_that_the_client_does_not_have_is_refused_in_exactly_these_words(
    sides: Shippers, log_in: LogIn, language: str
) -> None:
    copy = sides.copy(sides.taken())
    client_with(sides, "night", "standard")
    share_carrier_account(sides.app, sides.shop.merchant, own(sides, "casa-verde").id, Sharing("acme-3pl"), "operator")
    client, page = log_in(PROVIDER), f"/orders/{copy.id}"
    press(client, page, "/language", language=language, back=page)
    group = "Client services" if language == "en" else "Servicios de clientes"
    services = re.search(rf'<optgroup label="{group}">(.*?)</optgroup>', client.get(page).text, re.DOTALL)
    assert services is not None
    assert words_in(services[1]) == "paid night paid standard"

    says(
        send(client, page, do="create", service="clients/paid/night", weight="1250 g"),
        INVALID[language],
        "label-service",
        weight="1250 g",
    )
    says(send(client, page, do="create", service="clients/gone/x", weight=""), INVALID[language], "label-service")
    assert send(client, page, do="create", service="clients/paid/standard", weight="1").status_code == 302
    with sides.app.reading() as unit:
        [label] = unit.labels.list_for_order(sides.provider, copy.id)
    assert (label.state, label.owner_id) == (LabelState.BOUGHT, sides.merchant)


def test_the_own_services_are_refused_where_the_client_requires_its_own(sides: Shippers, log_in: LogIn) -> None:
    copy = sides.copy(sides.taken())
    require_shared(sides.app, sides.shop.merchant, "acme-3pl", True, "operator")
    client, page, service = log_in(PROVIDER), f"/orders/{copy.id}", code(own(sides, "acme-3pl"))
    assert f'value="{service}"' in box(client.get(page))
    says(send(client, page, do="create", service=service, weight="1"), INVALID["en"], "label-service")
    require_shared(sides.app, sides.shop.merchant, "acme-3pl", False, "operator")
    assert send(client, page, do="create", service=service, weight="1").status_code == 302


def test_a_carrier_of_which_nothing_can_be_bought_here_says_so(sides: Shippers, log_in: LogIn) -> None:
    page = send(
        log_in(OWNER), page_of(sides), do="create", service=code(own(sides, "casa-verde", "dhl"), "parcel-connect"), weight="1"
    )
    assert "dhl parcel-connect · by hand only" in words_in(box(page))
    assert 'Labels of the carrier "dhl" cannot be bought here' in words_in(box(page))
    assert leads_to(page) == "label-service"


def test_what_the_carrier_refuses_stands_in_the_form_and_on_the_page(sides: Shippers, log_in: LogIn) -> None:
    sides.carrier.fails_before["buy"] = [TOO_FAR]
    client, page = log_in(OWNER), page_of(sides)
    refused = send(client, page, do="create", service=code(own(sides, "casa-verde")), weight="750")
    assert refused.status_code == 422
    assert leads_to(refused) == "label-wrong"
    assert words_in(box(refused)).count("The carrier does not go there.") == 1
    assert "Paid Post did not make the label: The carrier does not go there. Nothing was bought." in words_of(client.get(page))
    send(client, page, do="create", service=code(own(sides, "casa-verde")), weight="750")
    assert "did not make the label" not in words_of(client.get(page))


def test_while_nobody_knows_the_page_says_what_happens_and_has_no_form(sides: Shippers, log_in: LogIn) -> None:
    sides.carrier.fails_after["buy"] = [NO_ANSWER]
    client, page = log_in(OWNER), page_of(sides)
    answer = send(client, page, do="create", service=code(own(sides, "casa-verde")), weight="750")
    assert answer.status_code == 302
    shown = words_of(client.get(page))
    assert "Nobody knows yet whether Paid Post made the label: the carrier did not answer. Relevo asks again by itself" in shown
    assert "Configure shipment" not in shown
    sides.shop.app.clock.sleep(7200)
    sides.shop.work_off()
    assert "Parcel 1: P1-1" in words_of(client.get(page))


def test_an_account_without_carrier_accounts_is_led_to_them(sides: Shippers, log_in: LogIn) -> None:
    form = StoreForm("brightpearl", "Elsewhere online", {"channels": ["2"]}, {"username": "u", "password": "p"})
    store = connect_store(sides.app, "elsewhere", form)
    import_store(sides.app, store.account_id, store.id)
    with sides.app.reading() as unit:
        [order] = unit.orders.list_by_number(store.account_id, store.id, "1")
    page = log_in(STRANGER).get(f"/orders/{order.id}")
    assert "There is no carrier account to create labels with yet. Add a carrier account" in words_in(box(page))
    assert "Create label" not in page.text


def test_what_may_not_ship_has_no_form(sides: Shippers, log_in: LogIn) -> None:
    sides.taken()
    assert "Configure shipment" not in words_of(log_in(OWNER).get(page_of(sides)))
    answer = send(log_in(OWNER), page_of(sides), do="create", service=code(own(sides, "casa-verde")), weight="1")
    assert "is with the logistics provider Acme 3PL: recall it first" in words_of(answer)
    assert sides.order().state is OrderState.PENDING_FULFILLMENT


def test_nobody_creates_labels_for_what_belongs_to_others(sides: Shippers, log_in: LogIn) -> None:
    for email in (STRANGER, PROVIDER):
        for do in ("create", "rates", "add", "remove-1"):
            answer = send(log_in(email), page_of(sides), do=do, service=code(own(sides, "casa-verde")), weight="1")
            assert answer.status_code == 404, (email, do)
