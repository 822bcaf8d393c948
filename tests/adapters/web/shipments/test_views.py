"""The page of what has shipped and is not told."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.mails import BUYER, SeenMails, sending_by, writing_to_buyers
from support.shop import OWNER, STRANGER, Shop, ready

from adapters.stores.brightpearl.description.kind import BRIGHTPEARL
from engine.model.buyer_mail import BuyerMail
from engine.model.fulfillment import Parcel, Shipment
from engine.model.ids import new_id
from engine.model.store_kind import Capability
from engine.model.write_back import TELL_PARTS, PartsTelling
from engine.ports import MailRefused, StoreError
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.ship_order import ship_order
from engine.services.fulfillment.shipments import keep_shipment
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


def test_a_mail_that_a_buyer_did_not_get_is_sent_again_by_its_button(shop: Shop, log_in: LogIn) -> None:
    mails = SeenMails(failure=MailRefused(Message("no", Text("No such box.", "No existe ese buzón."))))
    sending_by(shop, mails)
    writing_to_buyers(shop, BuyerMail.SHIPMENT)
    shop.import_all(ready("7001", customer={"email": BUYER}))
    order_id, owner = shop.order_id("7001"), log_in(OWNER)
    page, action = f"/orders/{order_id}", f"/orders/{order_id}/buyer-mail"
    shipment = ship_order(shop.app, shop.merchant.id, order_id, Shipping("seur", "24h", ("T-77",)), "somebody").shipment
    assert "Shipment e-mail: about to be sent" in words_of(owner.get(page))
    shop.work_off()
    assert "the buyer Shipment e-mail No such box. 1 attempt · given up · last tried" in words_of(
        owner.get("/shipments/not-told")
    )
    order = words_of(owner.get(page))
    assert "Shipment e-mail: not sent, given up 1 attempt · last tried" in order
    assert "The mail to the buyer of order 7001 was given up: No such box." in order
    mails.failure = None
    sent = press(owner, "/shipments/not-told", action, shipment=shipment.id, mail="shipment")
    assert "The mail is sent in a moment." in words_of(sent)
    shop.work_off()
    assert mails.to == [BUYER]
    assert "Shipment e-mail: sent" in words_of(owner.get(page))
    assert "has no shipment" in words_of(press(owner, page, action, shipment="shp_x", mail="shipment"))
    assert owner.post(action, data={"csrf_token": token_of(owner.get(page)), "mail": "x"}).status_code == 400


def test_when_a_store_hears_of_a_part_is_asked_and_answered(shop: Shop, log_in: LogIn) -> None:
    with shop.database.unit_of_work() as unit:
        store = unit.stores.get(shop.merchant.id, shop.store.id)
        unit.stores.update(replace(store, settings={**store.settings, TELL_PARTS: PartsTelling.ASK.value}))
        unit.commit()
    lines = [{"line_key": key, "sku": f"S{key}", "name": "Thing", "quantity": 1} for key in ("1", "2")]
    shop.import_all(ready("7001", items=lines))
    order_id, owner = shop.order_id("7001"), log_in(OWNER)
    page = f"/orders/{order_id}"
    assert "has not left in part" in words_of(press(owner, page, f"{page}/tell-parts", when="each_part"))
    leave_in_part(shop, order_id)
    shop.work_off()

    listed = owner.get("/shipments/not-told")
    assert "A part has left: somebody has to say when the store hears of it. Decide 7001" in words_of(listed)
    asked = words_of(owner.get(page))
    assert "Tell the store of a part?" in asked
    assert "A part of this order has left. When does the store hear of it?" in asked
    assert shop.connector.told == []
    answered = words_of(press(owner, page, f"{page}/tell-parts", when="each_part"))
    assert "The store hears of each part when it has left." in answered
    assert "Tell the store of a part?" not in answered
    shop.work_off()
    assert [notice.is_part for _, notice in shop.connector.told] == [True] * len(shop.connector.steps)
    later = words_of(press(owner, page, f"{page}/tell-parts", when="all_out"))
    assert "The store hears of the order once all of it has left." in later
    assert "Say each_part, split or all_out" in words_of(press(owner, page, f"{page}/tell-parts", when="never"))
    assert "Split the goods-out note" in later
    split = words_of(press(owner, page, f"{page}/tell-parts", when="split"))
    assert "The goods-out note is split: each part gets a note of its own when it has left." in split
    shop.connector.describes = replace(BRIGHTPEARL, capabilities=BRIGHTPEARL.capabilities - {Capability.SPLITS})
    assert "Split the goods-out note" not in words_of(owner.get(page))
    assert "cannot give a part a note of its own" in words_of(press(owner, page, f"{page}/tell-parts", when="split"))


def leave_in_part(shop: Shop, order_id: str) -> None:
    """The first line's unit leaves."""
    now = shop.app.clock.now()
    with shop.app.unit_of_work() as unit:
        order = unit.orders.get(shop.merchant.id, order_id, for_change=True)
        parcels = (Parcel(new_id("par"), tracking_number="T1"),)
        planned = Shipment(new_id("shp"), order.account_id, order.id, None, "seur", "24h", {"1": Decimal(1)}, parcels)
        keep_shipment(shop.app, unit, order, planned.ship(now), "somebody", now)
        unit.commit()
