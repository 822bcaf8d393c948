"""Signing up and a colleague who joins, by keyboard, on a desk and on a phone, in both languages."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect
from support.chromium import TOO_PALE, UNNAMED, fits, log_in, speak
from support.mailbox import last_to, path_in
from support.shop import OWNER

pytestmark = pytest.mark.browser

NEW, PASSWORD = "nia@nueva.example", "tractor velvet onion sky"


def look_at(page: Page) -> None:
    """What has to be so on every page."""
    assert fits(page)
    assert page.evaluate(TOO_PALE) == []
    assert page.evaluate(UNNAMED) == []
    assert page.locator("h1").count() == 1


def objections(complaints: Any) -> list[str]:
    """But for a form that was sent back, and an icon that was no longer wanted when the page was left."""
    return [one for one in complaints.found if "422" not in one and "favicon" not in one]


def type_on(page: Page, *texts: str) -> None:
    """Write into the field that has the focus, and into those after it."""
    for text in texts:
        page.keyboard.type(text)
        page.keyboard.press("Tab")


def test_a_person_signs_up_verifies_and_logs_in(page: Page, site: Any, complaints: Any) -> None:
    page.goto(f"{site.url}/log-in")
    speak(page, "es")
    page.get_by_role("link", name="Registrarse").press("Enter")
    look_at(page)
    page.get_by_label("Nombre de la empresa").focus()
    type_on(page, "Nueva S.L.", "Espa", NEW, "corta")
    page.keyboard.press("Enter")
    expect(page.get_by_text("La contraseña tiene 5 caracteres")).to_be_visible()
    expect(page.get_by_label("País")).to_have_value("ES")
    look_at(page)
    page.get_by_label("Contraseña").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Mira tu correo")).to_be_visible()
    look_at(page)

    page.goto(site.url + path_in(last_to(site.shop.app, NEW)))
    expect(page.get_by_role("heading", name="¿Crear la cuenta Nueva S.L.?")).to_be_visible()
    look_at(page)
    page.get_by_role("button", name="Crear la cuenta y entrar").press("Enter")
    expect(page.get_by_text("La cuenta Nueva S.L. está lista.")).to_be_visible()
    page.get_by_role("button", name="Cerrar sesión").press("Enter")
    page.get_by_label("Correo electrónico").focus()
    type_on(page, NEW)
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Pedidos", exact=True)).to_be_visible()
    assert objections(complaints) == []


def test_a_colleague_is_invited_and_joins(page: Page, site: Any, complaints: Any) -> None:
    log_in(page, site.url, OWNER)
    speak(page, "en")
    page.goto(f"{site.url}/settings/people")
    look_at(page)
    page.get_by_role("link", name="Invite a colleague").press("Enter")
    look_at(page)
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(NEW)
    page.keyboard.press("Enter")
    expect(page.get_by_text(f"{NEW} gets a mail with a link to join.")).to_be_visible()
    expect(page.get_by_role("button", name=f"Withdraw the invitation of {NEW}")).to_be_visible()
    look_at(page)
    page.get_by_role("button", name="Log out").press("Enter")
    expect(page.get_by_role("heading", name="Log in")).to_be_visible()

    page.goto(site.url + path_in(last_to(site.shop.app, NEW)))
    look_at(page)
    page.get_by_label("Password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("Welcome to Casa Verde.")).to_be_visible()
    for address in ("/settings/people", "/settings/profile", "/settings/profile/password", "/accounts/new", "/accounts"):
        page.goto(site.url + address)
        look_at(page)
    expect(page.get_by_role("main")).to_be_visible()
    assert objections(complaints) == []


def test_a_lost_password_is_chosen_anew(page: Page, site: Any, complaints: Any) -> None:
    page.goto(f"{site.url}/log-in")
    page.get_by_role("link", name="Forgot your password?").press("Enter")
    look_at(page)
    page.get_by_label("E-mail address").focus()
    page.keyboard.type(OWNER)
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Check your inbox")).to_be_visible()
    look_at(page)
    page.goto(site.url + path_in(last_to(site.shop.app, OWNER)))
    look_at(page)
    page.get_by_label("New password").focus()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_text("The password is changed, and every session has ended.")).to_be_visible()
    look_at(page)
    assert objections(complaints) == []
