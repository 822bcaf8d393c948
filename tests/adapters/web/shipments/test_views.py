"""The page of what has shipped and is not told."""

from __future__ import annotations

from collections.abc import Callable

from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.shop import OWNER, STRANGER, Shop, ready

from engine.ports import StoreError
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from rules.messages import Message, Text

LogIn = Callable[[str], FlaskClient]
NO = StoreError(Message("no", Text("The store says no.", "La tienda dice que no.")))


def test_what_the_store_has_refused_to_hear_is_told_again_by_its_button(shop: Shop, log_in: LogIn) -> None:
    shop.import_all(ready("7001"))
    order_id, owner = shop.order_id("7001"), log_in(OWNER)
    shop.connector.refusal = NO
    ship_order(shop.app, shop.merchant.id, order_id, Shipping("seur", "24h", ("T-77",)), "somebody")
    waiting = words_of(owner.get("/shipments/not-told"))
    assert ("7001" in waiting, "T-77" in waiting, "It is about to be told." in waiting) == (True, True, True)
    shop.work_off()
    refused = words_of(owner.get("/shipments/not-told"))
    assert ("The store says no." in refused, "1 attempt · given up" in refused) == (True, True)
    assert "7001" not in words_of(log_in(STRANGER).get("/shipments/not-told"))
    shop.connector.refusal = None
    press(owner, "/shipments/not-told", f"/orders/{order_id}/tell-again")
    shop.work_off()
    assert "Everybody has heard of what has shipped" in words_of(owner.get("/shipments/not-told"))
