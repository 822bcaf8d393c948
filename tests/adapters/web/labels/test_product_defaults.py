"""What product defaults say is what *Configure shipment* begins with and what labels tell carriers and customs."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from flask.testing import FlaskClient
from support.easypost_parcels import MUG as DECLARED_MUG
from support.labels import Shippers
from support.rule_runs import publish
from support.shop import OWNER, ready

from engine.model.saved_package import SavedPackage
from engine.services.accounts.saved_packages import add_package
from engine.services.defaults.product_defaults import set_default
from engine.services.labels.plan_label import LabelWish

LogIn = Callable[[str], FlaskClient]
MUG = {"line_key": "1", "sku": "MUG", "name": "Mug", "quantity": 1, "unit_price": Decimal("30.05")}
SAID = {"sku": "mug", "weight_g": "400", "hs_code": "6912.00", "origin_country": "PT", "customs_description": "Ceramic mug"}
SIZE = {"length_mm": "120", "width_mm": "100", "height_mm": "90"}


def test_the_form_begins_with_what_customs_want_to_know_of_the_product(sides: Shippers, log_in: LogIn) -> None:
    set_default(sides.app, sides.merchant, SAID)
    sides.shop.import_all(ready("2", items=[MUG], weight_g=None, ship_to={"name": "Ana", "country": "US"}))
    page = log_in(OWNER).get(f"/orders/{sides.shop.order_id('2')}").text
    for name, value in (("hs_code", "6912.00"), ("origin", "PT"), ("weight", "400")):
        assert re.search(rf'name="{name}" value="{value}"', page), name


def test_a_label_tells_the_carrier_weight_size_and_customs_of_the_product(sides: Shippers) -> None:
    set_default(sides.app, sides.merchant, {**SAID, **SIZE})
    sides.shop.import_all(ready("2", items=[MUG], weight_g=None))
    request = sides.buy("2", LabelWish()).label.request
    [parcel], [line] = request.parcels, request.contents
    assert (parcel.weight_g, parcel.length_mm, parcel.width_mm, parcel.height_mm) == (400, 120, 100, 90)
    assert (line.hs_code, line.origin, line.name, line.declared) == ("6912.00", "PT", "Mug", "Ceramic mug")


def test_without_a_description_customs_are_told_the_name() -> None:
    assert DECLARED_MUG.declared == "Mug"
    assert replace(DECLARED_MUG, description="Ceramic mug").declared == "Ceramic mug"


def test_the_size_of_a_package_that_a_rule_chooses_counts_before_the_products(sides: Shippers) -> None:
    add_package(sides.app, SavedPackage("", sides.merchant, "Box M", 300, 200, 100, 150))
    set_default(sides.app, sides.merchant, {**SAID, **SIZE})
    publish(sides.shop, "{id: box, name: Boxed, when: always, then: [{do: set_package, package: box m}]}")
    sides.shop.import_all(ready("2", items=[MUG], weight_g=None))
    [parcel] = sides.buy("2", LabelWish()).label.request.parcels
    assert (parcel.package, parcel.weight_g, parcel.length_mm, parcel.height_mm) == ("box m", 550, 300, 100)
