"""A client's store leaves its branding to the client."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from support.browsing import token_of, words_of
from support.shop import PROVIDER, Shop, ready

from engine.services.stores.change_store import StoreChanges, update_store

LogIn = Callable[[str], FlaskClient]


def test_a_clients_store_leaves_the_branding_to_the_client(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    shop.work_off()
    with shop.app.reading() as unit:
        [store] = unit.stores.list_for(shop.provider.id)
    update_store(shop.app, shop.provider.id, store.id, StoreChanges(packing_slip_name="Acme for Verde"), "somebody")
    clerk, address = log_in(PROVIDER), f"/stores/{store.id}/settings"
    page = clerk.get(address)

    assert "have the name and logo of the client's own store, which the client sets" in words_of(page)
    assert 'name="packing_slip_name"' not in page.text
    assert 'name="logo"' not in page.text
    data = {
        "csrf_token": token_of(page),
        "name": "Verde",
        "keep_raw_days": "30",
        "refresh_minutes": "15",
        "daily_refresh_at": "03:00",
    }
    assert clerk.post(address, data=data).status_code == 302
    with shop.app.reading() as unit:
        assert unit.stores.get(shop.provider.id, store.id).preferences.packing_slip_name == "Acme for Verde"
