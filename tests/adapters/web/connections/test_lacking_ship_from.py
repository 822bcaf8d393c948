"""An account that says nowhere where its parcels leave is told where it chooses providers and configures shipments."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import words_of
from support.shop import OWNER, Shop, ready

from engine.services.accounts.accounts import add_location

LogIn = Callable[[str], FlaskClient]
SENTENCES = {
    "en": "Your account has no ship-from location yet: add one",
    "es": "Tu cuenta aún no tiene ninguna ubicación de envío: añade una",
}


@pytest.mark.parametrize("language", ["en", "es"])
def test_the_providers_page_and_the_shipment_form_say_it_until_there_is_one(shop: Shop, log_in: LogIn, language: str) -> None:
    shop.import_all(ready("7001"))
    owner = log_in(OWNER)
    with owner.session_transaction() as session:
        session["language"] = language
    order_id = shop.order_id("7001")
    pages = ("/settings/shipping/providers", f"/orders/{order_id}")

    assert [SENTENCES[language] in words_of(owner.get(page)) for page in pages] == [True, True]
    assert f"/shipping/locations?next=/orders/{order_id}" in owner.get(pages[1]).text.replace("%2F", "/")

    add_location(shop.app, shop.merchant.slug, code="main", country="ES", city="Madrid", postal_code="28004")
    assert [SENTENCES[language] in words_of(owner.get(page)) for page in pages] == [False, False]
