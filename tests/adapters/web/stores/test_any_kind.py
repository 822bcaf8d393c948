"""A kind of store that no page knows is connected, changed and connected again by what it says of itself."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from support.browsing import press, send_log_in, token_of, words_of
from support.harbour import HARBOUR, KEY, HarbourConnector
from support.pages import pages_over
from support.sandbox_shop import SandboxShop
from support.shop import OWNER
from werkzeug.test import TestResponse

from adapters.web.application import create_web
from engine.model.store import Store
from rules.messages import Language
from storage.queries import Queries

FORM = "/stores/connect/harbour"
LANGUAGES: tuple[Language, ...] = ("en", "es")


@pytest.fixture
def web(shop: SandboxShop) -> Flask:
    shop.app = replace(shop.app, connectors={**shop.app.connectors, "harbour": HarbourConnector()})
    return pages_over(shop.app, shop.database)


@pytest.fixture(params=LANGUAGES)
def language(request: pytest.FixtureRequest) -> Language:
    language: Language = request.param
    return language


@pytest.fixture
def owner(web: Flask, language: Language) -> FlaskClient:
    client = web.test_client()
    send_log_in(client, OWNER)
    with client.session_transaction() as session:
        session["language"] = language
    return client


def added(shop: SandboxShop) -> list[Store]:
    with shop.app.reading() as uow:
        return [store for store in uow.stores.list_for(shop.merchant.id) if store.kind == "harbour"]


def about_harbour(page: TestResponse) -> str:
    """What a page says; it says nothing of another kind of store."""
    assert "brightpearl" not in page.text.lower()
    return words_of(page)


def connected(owner: FlaskClient, shop: SandboxShop) -> Store:
    step = press(owner, FORM, FORM, shop="BIL", api_key=KEY, tide="high")
    owner.post(f"{FORM}/choose", data={**_hidden(step), "berth_ids": ["north quay"]})
    [store] = added(shop)
    return store


def test_it_stands_beside_the_others_with_what_it_needs(owner: FlaskClient, language: Language) -> None:
    page = owner.get("/stores/connect")
    words = words_of(page)
    said = {
        "en": ("Harbour To connect you need the key of the harbour master", "Those that lie at the chosen berths."),
        "es": ("Harbour Para conectar necesitas la llave del capitán del puerto", "Los que están en los atracaderos elegidos."),
    }[language]
    assert all(sentence in words for sentence in said)
    assert f'href="{FORM}"' in page.text
    assert "Brightpearl" in words
    assert owner.get("/stores/connect/lighthouse").status_code == 404


def test_its_form_asks_for_what_it_describes(owner: FlaskClient, language: Language) -> None:
    page = owner.get(FORM)
    words = about_harbour(page)

    said = {
        "en": "The port Port code As it is painted on the crane. Key The harbour master has it. Harbour key "
        "What is shipped Ship at High tide Low tide Everything is fragile Name of the store "
        "Left blank, it is named after the port.",
        "es": "El puerto Código de puerto Como está pintado en la grúa. Llave La tiene el capitán del puerto. Llave del puerto "
        "Qué se envía Enviar con Marea alta Marea baja Todo es frágil Nombre de la tienda En blanco, toma el del puerto.",
    }
    assert said[language] in words
    assert re.search(r'<input[^>]*name="api_key"[^>]*type="password"', page.text)
    assert '<option selected value="low">' in page.text
    assert 'name="berth_ids"' not in page.text


def test_what_is_missing_stands_beside_its_field(owner: FlaskClient, shop: SandboxShop, language: Language) -> None:
    page = press(owner, FORM, FORM, shop="", api_key=KEY, tide="high")
    needed = {"en": "This is needed to connect.", "es": "Hace falta para conectar."}[language]
    assert f'id="shop-error">{needed}' in page.text

    page = press(owner, FORM, FORM, shop="Bilbao", api_key=KEY, tide="high")
    wrong = {"en": "Bilbao is not a port", "es": "Bilbao no es un puerto"}[language]
    assert (page.status_code, f'id="shop-error">{wrong}' in page.text) == (422, True)
    page = press(owner, FORM, FORM, shop="BIL", api_key="bent", tide="high")
    assert re.search(r'id="api_key-error">', page.text)
    assert "bent" not in about_harbour(page)
    assert added(shop) == []


def test_it_is_connected_in_two_steps(owner: FlaskClient, shop: SandboxShop, language: Language) -> None:
    step = press(owner, FORM, FORM, shop="BIL", api_key=KEY, tide="high", fragile="y")
    works = {"en": "The log-in to BIL works.", "es": "El acceso a BIL funciona."}[language]
    assert works in about_harbour(step)
    assert "North quay north quay" in words_of(step)
    assert KEY not in step.text

    nothing = owner.post(f"{FORM}/choose", data=_hidden(step))
    assert {"en": "Choose a berth.", "es": "Elige un atracadero."}[language] in about_harbour(nothing)
    done = owner.post(f"{FORM}/choose", data={**_hidden(nothing), "berth_ids": ["north quay", "007"]}, follow_redirects=True)
    [store] = added(shop)
    assert done.request.path == f"/stores/{store.id}/settings"
    assert store.name == "Harbour BIL"
    assert store.settings == {
        "auth": "key",
        "shop": "BIL",
        "tide": "high",
        "fragile": True,
        "berth_ids": ["north quay", "007"],
    }
    assert store.credentials == {"api_key": KEY}
    assert "Harbour" in words_of(owner.get("/stores"))


def test_what_was_entered_for_one_kind_is_not_sent_to_another(owner: FlaskClient, shop: SandboxShop) -> None:
    step = press(owner, FORM, FORM, shop="BIL", api_key=KEY, tide="high")
    owner.post("/stores/connect/brightpearl/choose", data={**_hidden(step), "channel_ids": "2", "on_ship": "none"})
    assert added(shop) == []


def test_its_settings_are_shown_and_changed(owner: FlaskClient, shop: SandboxShop, language: Language) -> None:
    store = connected(owner, shop)
    address = f"/stores/{store.id}/settings"
    page = owner.get(address)
    words = about_harbour(page)
    assert {"en": "Keep Harbour's documents for (days)", "es": "Guardar los documentos de Harbour (días)"}[language] in words
    assert re.search(r'name="berth_ids" value="north quay" checked', page.text)
    assert re.search(r'name="berth_ids" value="007">', page.text)
    assert re.search(r'value="high" checked', page.text)
    assert "product_details" not in page.text  # it has no product records
    assert "weight_unit" not in page.text

    usual = {
        "name": "Port",
        "keep_raw_days": "30",
        "refresh_minutes": "15",
        "daily_refresh_at": "03:00",
        "notices": ["parked"],
    }
    changes = {"berth_ids": ["007"], "tide": "low", "fragile": "y", "motto": " Ship shape "}
    about_harbour(_save(owner, address, **usual, **changes))
    [changed] = added(shop)
    assert (changed.name, changed.settings) == (
        "Port",
        {**store.settings, "berth_ids": ["007"], "tide": "low", "fragile": True, "motto": "Ship shape"},
    )

    wrong = _save(owner, address, **usual, berth_ids=["007", "pier"], tide="low")
    said = {"en": "The port has no berth pier.", "es": "El puerto no tiene el atracadero pier."}[language]
    assert said in about_harbour(wrong)
    gone = {"en": "pier (no longer in Harbour)", "es": "pier (ya no está en Harbour)"}[language]
    assert gone in words_of(wrong)


def test_it_is_connected_again_with_another_key(owner: FlaskClient, shop: SandboxShop, language: Language) -> None:
    store = connected(owner, shop)
    address = f"/stores/{store.id}/reconnect"
    words = about_harbour(owner.get(address))
    said = {
        "en": "Enter the new credentials of account BIL. They are checked with Harbour first",
        "es": "Introduce las nuevas credenciales de la cuenta BIL. Primero se comprueban con Harbour",
    }
    assert said[language] in words

    assert 'id="api_key-error">' in press(owner, address, address, api_key="bent").text
    assert press(owner, address, address, api_key=KEY).request.path == f"/stores/{store.id}"


def test_one_without_a_way_to_log_in_asks_for_none(shop: SandboxShop, language: Language) -> None:
    open_port = HarbourConnector(describes=replace(HARBOUR, logins=()))
    app = replace(shop.app, connectors={"harbour": open_port})
    client = create_web(app, Queries(shop.database), secret=b"k" * 32).test_client()
    send_log_in(client, OWNER)
    assert "api_key" not in client.get(FORM).text

    step = press(client, FORM, FORM, shop="BIL", tide="low")
    client.post(f"{FORM}/choose", data={**_hidden(step), "berth_ids": ["007"]})
    [store] = added(shop)
    assert (store.credentials, "auth" in store.settings) == ({}, False)
    assert client.get(f"/stores/{store.id}/settings").status_code == 200
    assert client.get(f"/stores/{store.id}/reconnect").status_code == 404


def _save(client: FlaskClient, address: str, **form: Any) -> TestResponse:
    data = {"csrf_token": token_of(client.get(address)), **form}
    return client.post(address, data=data, content_type="multipart/form-data", follow_redirects=True)


def _hidden(page: TestResponse) -> dict[str, str]:
    word = re.search(r'name="word"[^>]*value="([^"]+)"', page.text)
    assert word is not None
    return {"csrf_token": token_of(page), "word": word[1]}
