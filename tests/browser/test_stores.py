"""Connecting a store and finding out about an order, as a warehouse lead does it, in Spanish."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.chromium import TOO_PALE, fits, log_in, open_menu, speak
from support.sandbox_shop import STORE_PASSWORD
from support.shop import OWNER

from engine.services.stores.change_store import disconnect_store

pytestmark = pytest.mark.browser


def test_a_store_is_connected_imported_and_asked(page: Page, sandbox_site: Any, complaints: Any) -> None:
    shop = sandbox_site.shop
    disconnect_store(shop.app, shop.merchant.id, shop.store.id, "operator")  # two open stores may not share a channel
    log_in(page, sandbox_site.url, OWNER)
    speak(page, "es")
    open_menu(page, "Menú")
    page.get_by_role("link", name="Canales de ventas").click()
    page.get_by_role("link", name="Conectar una tienda").click()
    page.get_by_role("link", name="Brightpearl").click()
    assert fits(page)

    page.get_by_label("Código de cuenta").fill("testacct")
    page.get_by_label("Código del centro de datos").fill("eu1")
    page.get_by_label("URL de integración").fill(shop.server.url)
    page.get_by_label("Nombre de usuario").fill("u@example.com")
    page.get_by_label("Contraseña").fill(STORE_PASSWORD)
    page.get_by_label("Nombre de la tienda").fill("Web de Casa Verde")
    page.get_by_role("button", name="Conectar").click()

    expect(page.get_by_text("El acceso a testacct funciona.")).to_be_visible()
    assert STORE_PASSWORD not in page.content()
    assert fits(page)
    page.get_by_label("Web shop 2").check()
    page.get_by_role("button", name="Conectar").click()

    expect(page.get_by_role("heading", name="Configuración")).to_be_visible()
    expect(page.get_by_text("La tienda está conectada.")).to_be_visible()
    expect(page.get_by_label("Web shop 2")).to_be_checked()
    assert fits(page)
    assert page.evaluate(TOO_PALE) == []
    page.get_by_label("Importar cada (minutos)").fill("5")
    page.get_by_role("button", name="Guardar").click()
    expect(page.get_by_text("La configuración está guardada.")).to_be_visible()

    page.get_by_role("link", name="Web de Casa Verde").click()
    page.get_by_role("button", name="Importar ahora").click()
    expect(page.get_by_text("La importación empieza enseguida.")).to_be_visible()
    expect(page.get_by_role("button", name="Importar ahora")).to_be_disabled()
    shop.work_off()
    page.get_by_role("link", name="Ver cómo va").click()
    expect(page.get_by_text("cada 5 minutos", exact=True)).to_be_visible()
    expect(page.get_by_role("cell", name="terminada")).to_be_visible()
    assert fits(page)
    assert page.evaluate(TOO_PALE) == []

    expect(page.get_by_text("inactivos: los cambios llegan con la próxima importación")).to_be_visible()
    expect(page.get_by_text("el administrador define RELEVO_PUBLIC_URL")).to_be_visible()
    expect(page.get_by_role("button", name="Activar los webhooks")).to_have_count(0)
    order = shop.server.data.note(shop.ordinary()[0])["orderId"]
    page.get_by_label("Número de pedido").fill(str(order))
    page.get_by_role("button", name="Buscar").click()
    expect(page.get_by_text(f"El pedido {order} se ha importado.")).to_be_visible()
    page.get_by_label("Número de pedido").fill("999999")
    page.get_by_role("button", name="Buscar").click()
    expect(page.get_by_text("Brightpearl no conoce ningún pedido 999999")).to_be_visible()
    assert fits(page)
    assert complaints.found == []


def test_what_is_wrong_can_be_seen_and_read(page: Page, sandbox_site: Any) -> None:
    log_in(page, sandbox_site.url, OWNER)
    page.goto(f"{sandbox_site.url}/stores/connect/brightpearl?auth=staff_token")
    page.get_by_label("Account code").fill("a b")
    page.get_by_label("App reference").fill("x")
    page.get_by_label("Token", exact=True).fill("secret-token")
    page.get_by_role("button", name="Connect").click()

    expect(page.get_by_text("The account code a b is not one")).to_be_visible()
    expect(page.get_by_label("Account code")).to_have_value("a b")
    expect(page.get_by_label("Token", exact=True)).to_have_value("")
    page.get_by_role("link", name="Signed token").click()
    expect(page.get_by_role("link", name="Signed token")).to_be_in_viewport(ratio=1)
    for address in (f"/stores/{sandbox_site.shop.store.id}/disconnect", "/stores", "/stores/connect"):
        assert fits(page)
        assert page.evaluate(TOO_PALE) == []
        page.goto(sandbox_site.url + address)
