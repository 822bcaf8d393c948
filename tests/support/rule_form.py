"""The form of a rule of the shop, as a browser shows it and sends it."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient
from support.browsing import words_in
from support.forms import form_of
from support.shop import Shop
from werkzeug.test import TestResponse

from engine.services.drafting.open_set import OpenSet, open_set
from engine.services.drafting.save_draft import save_draft
from rules.editing import DraftText

SET = "casa-verde"


def opened(shop: Shop) -> OpenSet:
    return open_set(shop.app, shop.merchant.id, SET)


def begin(shop: Shop, document: str) -> None:
    save_draft(shop.app, shop.merchant.id, SET, document, opened(shop).seen, "usr")


def send(client: FlaskClient, rule: str, do: str = "save", **fields: Any) -> TestResponse:
    """Send the form of a rule as its page shows it, with some fields filled in."""
    address = f"/rules/{SET}/{rule}"
    form = form_of(client.get(address).text, "rule") | {"do": do} | fields
    return client.post(address, data={name: value for name, value in form.items() if value is not None}, follow_redirects=True)


def rule_now(shop: Shop, place: int = 0) -> dict[str, Any]:
    return DraftText.read(opened(shop).document).rules[place]


def said_at(page: TestResponse, path: str) -> str:
    """What the form says is wrong at a place."""
    return words_in("<" + page.text.split(f'id="{path}-said"')[1].split("</div>")[0])
