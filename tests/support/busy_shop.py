"""A shop in which something of everything has happened: what its pages say is meant to be read whole."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from support.clock import FixedClock
from support.every_page import VASE
from support.labels import label_of_own_order
from support.partners import add_member, operators_connection, user_of
from support.pickups import pickup_of
from support.remote_warehouses import RemoteWarehouses
from support.sharing import adopted
from support.shop import OWNER, PROVIDER, RULES, Shop, overseas, parked, ready
from support.two_sides import TwoSides

from engine.model.price_list import Charge
from engine.model.request import RequestAction
from engine.model.saved_package import SavedPackage
from engine.services.accounts.accounts import set_price_limit
from engine.services.accounts.invitations import invite_colleague
from engine.services.accounts.saved_packages import add_package
from engine.services.billing.prices import PriceForm, set_prices
from engine.services.bulk.start import BulkWish, start_bulk_action
from engine.services.connections.set_connection import set_connection
from engine.services.deciding.backtest_rules import BacktestWish
from engine.services.deciding.publish_rules import publish_rules
from engine.services.deciding.run_backtest import start_backtest
from engine.services.defaults.product_defaults import set_default
from engine.services.defaults.shipping_methods import map_method
from engine.services.editing.edit_orders import edit_orders
from engine.services.editing.edits import FieldEdit
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.hold_order import hold_order
from engine.services.fulfillment.ship_order import ship_order
from engine.services.fulfillment.write_message import write_message
from engine.services.grid.order_views import save_view
from engine.services.inventory.change_counts import Adjustment, adjust_count, set_count
from engine.services.labels.label_batches import start_batch
from engine.services.labels.print_stations import StationForm, add_station
from engine.services.lists.named_lists import set_list
from engine.services.manifests.plan_manifest import plan_manifests
from engine.services.providers.connect_provider import add_provider
from engine.services.sharing.offer_rules import Offering, offer_rules

MORE_RULES = b"""
set: more
name: More
rules:
  - id: more-late
    name: Soon late
    when:
      all:
        - {field: ship_by, is: before, value: 2026-03-09T12:00}
        - {field: order_date, is: within_last, value: 30d}
        - {field: ship_to.residential, is: is_true}
        - {field: weight_g, is: between, value: [0.5, 12.5]}
        - {field: tags, is: includes_all, value: [vip]}
        - any_item: {field: quantity, is: at_least, value: 1.5}
        - {sum_items: {of: quantity, when: always}, is: greater_than, value: 2.5}
        - {field: delegation.reason, is: equals, value: out_of_stock}
        - {field: order_total, is: greater_than, than: subtotal}
        - {field: ship_to.name, is: in, value: {list: vip}}
    then: [{do: add_tag, tag: late}]
  - id: more-marked
    name: Marked
    when: always
    then:
      - {do: set_note_to_buyer, text: "Weighs {weight_g} g"}
      - {do: insure, value: 1234.5}
"""
MANY = [{"line_key": "1", "sku": "VASE", "name": "Vase", "quantity": Decimal("1234.5"), "unit_price": Decimal("1234.5")}]


ADDRESS = {
    "name": "Ana Núñez",
    "company": "Taller Sol",
    "street1": "Calle Mayor 1",
    "street2": "2.º B",
    "city": "Madrid",
    "state": "Madrid",
    "postal_code": "28004",
    "country": "ES",
    "phone": "+34 600 000 000",
    "residential": True,
}
WHOLE = {
    "order_key": "K-1",
    "marketplace": "Amazon",
    "source": "web",
    "payment_method": "card",
    "brand": "Verde",
    "assigned_to": OWNER,
    "payment_date": "2026-03-01T22:31:00+00:00",
    "ship_by": "2026-03-05T12:00:00+00:00",
    "deliver_by": "2026-03-09T12:00:00+00:00",
    "customer": {"name": "Ana Núñez", "email": "ana@buyer.example", "username": "ana", "id": "77"},
    "ship_to": ADDRESS,
    "bill_to": ADDRESS,
    "notes": {"from_buyer": "Ring twice."},
    "gift": True,
    "gift_message": "Felicidades",
    "order_total": Decimal("1234.5"),
    "subtotal": Decimal("1000.5"),
    "amount_paid": Decimal("1234.5"),
    "tax_paid": Decimal("200.1"),
    "shipping_paid": Decimal("33.9"),
    "shipment_value": Decimal("1000.5"),
    "insured_value": Decimal("1000.5"),
    "weight_g": 12500,
    "length_mm": 300,
    "width_mm": 200,
    "height_mm": 100,
    "requested_service": "Next Day",
    "confirmation": "signature",
    "tags": ["vip"],
    "custom_field_1": "x-1",
}


def open_for_business(shop: Shop, clock: FixedClock) -> None:
    """Orders in every state that both sides bring them to, and one of each thing that an account keeps."""
    shop.app = replace(shop.app, provider_system=RemoteWarehouses(clock))
    add_member(shop)
    sides, owner = TwoSides(shop), user_of(shop, OWNER)
    set_price_limit(shop.app, shop.merchant.slug, 10)
    set_list(shop.app, shop.merchant, "vip", ["Ana Núñez"])
    publish_rules(shop.app, shop.merchant.slug, MORE_RULES)
    orders = (
        ready("7000", **WHOLE),
        ready("7001"),
        ready("7002", items=VASE),
        ready("7003", items=VASE),
        overseas("7004"),
        parked("7005"),
    )
    dear = ready("7006", items=MANY, order_total=Decimal("1234.5"), weight_g=12500, requested_service="Next Day")
    shop.import_all(*orders, dear, *(ready(f"{number}", items=VASE) for number in range(7010, 7016)))
    shop.work_off()
    made = label_of_own_order(shop, "7003").label
    _answer_requests(sides)
    ship_order(shop.app, shop.merchant.id, shop.order_id("7014"), Shipping("seur", "24h", ("T-77",)), owner.id)
    hold_order(shop.app, shop.merchant.id, shop.order_id("7015"), "Address?", owner.id, until="2026-12-24T09:00")
    edit_orders(shop.app, shop.merchant.id, [shop.order_id("7002")], [FieldEdit("ship_to.country", value="PT")], owner.id)
    shop.work_off()
    _keep_one_of_each(shop, made.order_id)
    pickup_of(shop, made.carrier_account_id)
    plan_manifests(shop.app, shop.merchant.id, owner.id)
    shop.work_off()


def _answer_requests(sides: TwoSides) -> None:
    numbers = ("7010", "7011", "7012", "7013")
    shipped, rejected, talked, recalled = (sides.taken(number) for number in numbers)
    set_connection(sides.app, sides.clerk, operators_connection(sides.shop).id, grace_minutes=30)
    sides.ship(shipped)
    sides.answer(rejected, RequestAction.REJECT, code="out_of_stock", text="On Thursday.")
    write_message(sides.app, sides.provider, talked.id, "Which door?", sides.clerk.id)
    sides.answer(recalled, RequestAction.START)
    sides.recall("7013")


def _keep_one_of_each(shop: Shop, order_id: str) -> None:
    app, account_id, owner = shop.app, shop.merchant.id, user_of(shop, OWNER)
    clerk = user_of(shop, PROVIDER)
    connection = operators_connection(shop)
    set_prices(app, clerk, connection.id, PriceForm({Charge.MONTHLY: "1234.5", Charge.ORDERS: "1.80"}, "EUR"))
    set_count(app, clerk, shop.merchant.slug, "VASE", Decimal("1234.5"))
    adjust_count(app, clerk, shop.merchant.slug, "VASE", Adjustment(Decimal("-2.5"), "damaged"))
    add_package(app, SavedPackage("", account_id, "Small box", 200, 150, 100, 150), owner.id)
    add_station(app, shop.merchant, StationForm("Packing table 1"), owner.id)
    set_default(app, account_id, {"sku": "VASE", "weight_g": "1250"}, owner.id)
    map_method(app, account_id, {"method": "Next Day", "carrier": "correos", "service": "paq-premium"}, owner.id)
    save_view(app, owner, name="Spain", query="country=es", columns="", is_shared=True)
    add_provider(app, owner, name="Norte", url="https://norte.example")
    invite_colleague(app, account_id, by=owner, email="new@casa-verde.example", role="member")
    adopted(shop)
    offer_rules(app, shop.merchant.slug, Offering("casa-verde"))
    start_batch(app, account_id, [order_id], owner.id)
    start_backtest(app, account_id, owner.id, BacktestWish(RULES.replace(b"greater_than, value: 500", b"less_than, value: 500")))
    start_bulk_action(app, account_id, BulkWish("rules", [shop.order_id("7001"), shop.order_id("7004")]), owner.id)
