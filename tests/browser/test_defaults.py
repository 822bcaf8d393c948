"""Product defaults and shipping methods, read and changed in both languages, on a desk and on a phone."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Browser, expect
from support.chromium import enter, fits, looks_right, speak
from support.examples import NOON
from support.shop import OWNER, ready

from engine.model.store import KnownNames, NameKind
from engine.services.defaults.product_defaults import set_default
from engine.services.defaults.shipping_methods import map_method
from rules.messages import Language

pytestmark = pytest.mark.browser

LONG = "VASE-OF-THE-GRANDMOTHER-WITH-A-VERY-LONG-SKU-0001"
METHOD = "Express worldwide documents before noon, signed for"
DESK: Any = {"width": 1280, "height": 850}
PHONE: Any = {"width": 390, "height": 844}
WAYS: tuple[tuple[Any, Any, Language], ...] = ((PHONE, DESK, "es"), (DESK, PHONE, "en"))


def test_defaults_and_methods_are_read_and_changed(chromium: Browser, site: Any, complaints: Any) -> None:
    shop = site.shop
    customs = {"hs_code": "6912.00", "origin_country": "PT", "customs_description": "Ceramic vase, painted by hand"}
    sides = {"length_mm": "300", "width_mm": "200", "height_mm": "100"}
    set_default(shop.app, shop.merchant.id, {"sku": LONG, "weight_g": "1412.5", "package": "box-s", **sides, **customs})
    set_default(shop.app, shop.merchant.id, {"tag": "fragile", "warehouse_location": "A-01-03"})
    with shop.database.unit_of_work() as unit:
        unit.stores.keep_names(shop.store, {NameKind.SHIPPING_METHODS: KnownNames({"4": METHOD, "5": "Road"}, NOON)})
        unit.commit()
    map_method(shop.app, shop.merchant.id, {"method": "Boat", "carrier": "dhl", "service": "parcel-connect"})
    vase = [{"line_key": "1", "sku": LONG, "name": "Vase", "quantity": 1}]
    shop.import_all(ready("1", requested_service=METHOD, requested_service_code="4", items=vase, weight_g=None))
    methods = f"/stores/{shop.store.id}/methods"
    addresses = ("/products/defaults", "/products/defaults/import", methods, f"{methods}/import", f"/orders/{shop.order_id('1')}")
    page = chromium.new_context(viewport=DESK, locale="en-GB").new_page()
    complaints.listen(page)
    enter(page, f"{site.url}/orders", OWNER)
    for size, other, language in WAYS:
        page.set_viewport_size(size)
        speak(page, language)
        for address in addresses:
            page.goto(f"{site.url}{address}")
            looks_right(page)
            page.set_viewport_size(other)
            assert fits(page)
            page.set_viewport_size(size)

    page.goto(f"{site.url}{methods}")
    page.get_by_role("link", name="Map").first.click()
    expect(page.get_by_label("Method", exact=True)).to_have_value(METHOD)
    page.get_by_label("Carrier and service").select_option(label="correos paq-premium")
    page.get_by_role("button", name="Keep").click()
    expect(page.get_by_text("is sent with correos, service paq-premium")).to_be_visible()
    page.goto(f"{site.url}/products/defaults")
    page.get_by_label("SKU or tag").last.fill("MUG")
    page.get_by_label("Weight of one unit").fill("heavy")
    page.get_by_role("button", name="Keep").click()
    told = '"heavy" is not a weight: write grams, above 0 and up to 2000000, such as 250.'
    described = f"Grams, or such as 1.2 kg. {told}"
    expect(page.get_by_label("Weight of one unit")).to_have_accessible_description(described)
    looks_right(page)
