"""The whole way of a merchant and a 3PL: from *Add new client* to the order that awaits shipment in the 3PL's grid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect
from support.chromium import looks_right, press
from support.mails import SeenMails, sending_by
from support.partners import user_of
from support.shop import PASSWORD, PROVIDER, STRANGER, Shop, ready

from adapters.mail.message import build_message
from engine.services.accounts.accounts import add_location
from engine.services.accounts.profile import change_profile
from engine.services.importing.import_store import import_store
from engine.services.stores.connect_store import StoreForm, connect_store
from rules.messages import Language

pytestmark = pytest.mark.browser

WORDS: dict[Language, tuple[str, ...]] = {
    "en": (
        *("E-mail address", "Password", "Log in", "Log out", "Menu", "Orders", "Sales channels", "Clients", "Add new client"),
        *("Client name", "Client-facing company name", "Email", "Add client", "Pending", "Connect", "Approve connection"),
        *("carriers", "Settings", "Shipping", "Fulfillment providers", "Active", "Delegate", "Pending fulfillment", "Import"),
        *("Refresh stores", "Awaiting shipment", "English", "Decline", "More actions", "Review connection"),
    ),
    "es": (
        *("Correo electrónico", "Contraseña", "Entrar", "Cerrar sesión", "Menú", "Pedidos", "Canales de ventas", "Clientes"),
        *("Agregar nuevo cliente", "Nombre del cliente", "Nombre de la empresa de cara al cliente", "Correo electrónico"),
        *("Agregar cliente", "Pendiente", "Conectar", "Aprobar conexión", "empresas de transporte", "Configuración", "Envío"),
        *("Proveedores de logística", "Activo", "Delegar", "En el proveedor", "Importar", "Actualizar tiendas"),
        *("En espera de envío", "Español", "Rechazar", "Más acciones", "Revisar conexión"),
    ),
}
COMPANY, NICKNAME = "Acme Logistics", "the green ones"


@pytest.fixture
def page(chromium: Browser, complaints: Any, request: pytest.FixtureRequest) -> Iterator[Page]:
    context = chromium.new_context(viewport={"width": request.param, "height": 844}, locale="en-GB")
    context.set_default_timeout(30_000)
    page = context.new_page()
    complaints.listen(page)
    yield page
    context.close()


def orders_of_the_merchant(shop: Shop) -> None:
    """An order of the account that is going to be invited."""
    form = StoreForm("brightpearl", "Elsewhere online", {"channels": ["2"]}, {"username": "u", "password": "p"})
    store = connect_store(shop.app, "elsewhere", form)
    add_location(shop.app, "elsewhere", code="SVQ", country="ES")
    shop.connector.records[:] = [ready("7001"), ready("7002")]
    import_store(shop.app, store.account_id, store.id)


# The other two combinations are gone through, part by part, by test_connections and test_delegating.
@pytest.mark.parametrize(("page", "language"), [(1280, "en"), (390, "es")], indirect=["page"])
def test_from_the_invitation_to_the_order_that_awaits_shipment(
    page: Page, site: Any, complaints: Any, language: Language
) -> None:
    words = dict(zip(WORDS["en"], WORDS[language], strict=True))
    shop, mails = site.shop, SeenMails()
    sending_by(shop, mails)
    orders_of_the_merchant(shop)
    change_profile(shop.app, user_of(shop, STRANGER), language=language, time_zone=None)

    def log_in(email: str) -> None:
        page.get_by_label(words["E-mail address"]).fill(email)
        page.get_by_label(words["Password"]).fill(PASSWORD)
        page.get_by_role("button", name=words["Log in"]).press("Enter")
        expect(page.get_by_role("button", name=words["Log out"])).to_be_visible()

    def go(*links: str) -> None:
        if page.get_by_role("button", name=words["Menu"]).is_visible():
            press(page, "button", words["Menu"])
        for link in links:
            press(page, "link", words[link])

    page.goto(f"{site.url}/log-in")
    press(page, "button", words["English"])
    expect(page.locator("html")).to_have_attribute("lang", language)
    log_in(PROVIDER)
    go("Sales channels", "Clients")
    press(page, "button", words["Add new client"])
    for field, text in (("Client name", NICKNAME), ("Client-facing company name", COMPANY), ("Email", STRANGER)):
        page.get_by_label(words[field], exact=True).fill(text)
    page.get_by_role("button", name=words["Add client"], exact=True).press("Enter")
    expect(page.get_by_role("row", name=NICKNAME)).to_contain_text(words["Pending"])
    page.get_by_role("button", name=words["Log out"]).press("Enter")

    shop.work_off()
    html = build_message(mails.sent[0][0], "relevo@relevo.example", site.url).get_body(("html",))
    assert html is not None
    page.goto("about:blank")  # a mail is read elsewhere, without the policy of these pages
    page.set_content(html.get_content())
    press(page, "link", words["Connect"])
    log_in(STRANGER)
    review = page.url
    go("Orders")
    go("Settings", "Fulfillment providers")
    press(page, "button", words["More actions"])
    press(page, "link", words["Review connection"])
    assert page.url == review
    expect(page.get_by_role("heading", name=COMPANY)).to_be_visible()
    expect(page.get_by_role("button", name=words["Decline"])).to_be_visible()
    looks_right(page)
    page.get_by_role("checkbox").press("Space")
    press(page, "button", words["Approve connection"])
    expect(page.get_by_text(words["carriers"])).to_be_visible()
    expect(page.get_by_role("row", name=COMPANY)).to_contain_text(words["Active"])
    go("Orders")
    page.get_by_role("checkbox", name="7001", exact=True).press("Space")
    press(page, "button", words["Delegate"])
    press(page, "button", COMPANY)
    expect(page.get_by_role("link", name="7001", exact=True)).to_be_visible()
    looks_right(page)
    page.goto(f"{site.url}/orders")
    expect(page.get_by_role("row", name="7001")).to_contain_text(words["Pending fulfillment"])
    page.get_by_role("button", name=words["Log out"]).press("Enter")

    log_in(PROVIDER)
    page.goto(f"{site.url}/orders")
    press(page, "button", words["Import"])
    press(page, "button", NICKNAME)
    expect(page.get_by_role("status")).to_be_visible()
    press(page, "button", words["Refresh stores"])
    expect(page.get_by_role("status")).to_be_visible()
    shop.work_off()
    page.reload()
    expect(page.get_by_role("row", name="7001")).to_contain_text(words["Awaiting shipment"])
    expect(page.get_by_role("row", name="7001")).to_contain_text(NICKNAME)
    looks_right(page)
    assert complaints.found == []
