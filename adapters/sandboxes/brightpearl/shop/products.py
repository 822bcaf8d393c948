"""The documents of Casa Verde's products, as the product service shows them."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from ..replies import Json
from ..times import format_time
from .catalogue import FREE_TEXT_PRODUCT, PRODUCTS, WAREHOUSE_LOCATIONS

BUNDLE_PRODUCT: Final = 690

# Kilograms as text, and length, height and width in centimetres. One product weighs nothing on record, one was never weighed.
_SIZES: Final[dict[int, tuple[str | None, tuple[int, int, int]]]] = {
    640: ("0.3500", (12, 10, 9)),
    641: ("0.3500", (12, 10, 9)),
    642: ("0.6000", (12, 11, 12)),
    643: ("1.4000", (18, 16, 18)),
    644: ("4.2000", (30, 27, 30)),
    645: ("0.0800", (16, 2, 11)),
    646: ("0.0000", (12, 1, 8)),
    647: ("0.5500", (38, 28, 16)),
    648: ("0.9000", (48, 34, 20)),
    649: ("0.2800", (22, 3, 7)),
    650: ("0.0900", (25, 3, 12)),
    651: ("0.1000", (26, 3, 13)),
    652: ("1.2000", (40, 45, 40)),
    653: (None, (0, 0, 0)),
    654: ("1.1000", (35, 12, 30)),
    655: ("0.4500", (45, 15, 45)),
    656: ("0.3000", (8, 10, 8)),
    657: ("8.5000", (55, 15, 35)),
    658: ("3.4000", (38, 15, 38)),
    659: ("1.0500", (20, 8, 14)),
}
_WITHOUT_BARCODE: Final = frozenset({645, 659})
_LISTED: Final = datetime(2024, 1, 15, 8, 0, tzinfo=UTC)


def build_product(product_id: int, sku: str, name: str, created: datetime) -> Json:
    """A stock-tracked product of which nothing is known but its SKU and name."""
    stamp = format_time(created)
    return {
        "id": product_id,
        "brandId": 74,
        "productTypeId": 1,
        "identity": {"sku": sku},
        "productGroupId": 0,
        "featured": False,
        "stock": {"stockTracked": True, "dimensions": {"length": 0, "height": 0, "width": 0, "volume": 0}},
        "financialDetails": {"taxable": True, "taxCode": {"id": 7, "code": "T21"}},
        "salesChannels": [
            {
                "salesChannelName": "Brightpearl",
                "productName": name,
                "productCondition": "new",
                "categories": [{"categoryCode": "276"}],
                "description": {"languageCode": "en", "text": "", "format": "HTML_FRAGMENT"},
                "shortDescription": {"languageCode": "en", "text": "", "format": "HTML_FRAGMENT"},
            }
        ],
        "composition": {"bundle": False},
        "variations": [],
        "createdOn": stamp,
        "updatedOn": stamp,
        "warehouses": {
            str(warehouse): {"defaultLocationId": places[0], "reorderLevel": 0, "reorderQuantity": 0}
            for warehouse, places in WAREHOUSE_LOCATIONS.items()
        },
        "nominalCodeStock": "1001",
        "nominalCodePurchases": "5000",
        "nominalCodeSales": "4000",
        "status": "LIVE",
    }


def _barcode(product_id: int) -> str:
    """An EAN-13 of the Spanish range."""
    digits = f"841234500{product_id:03d}"
    weighted = sum(int(digit) * (3 if index % 2 else 1) for index, digit in enumerate(digits))
    return f"{digits}{-weighted % 10}"


def _documents() -> dict[int, Json]:
    documents = {}
    for product in PRODUCTS:
        document = build_product(product.id, product.sku, product.name, _LISTED)
        weight, (length, height, width) = _SIZES[product.id]
        if weight is not None:
            document["stock"]["weight"] = {"magnitude": weight}
        document["stock"]["dimensions"] = {
            "length": length,
            "height": height,
            "width": width,
            "volume": length * height * width,
        }
        if product.id not in _WITHOUT_BARCODE:
            document["identity"].update(barcode=_barcode(product.id), ean=_barcode(product.id))
        document["variations"] = [
            {"optionId": 1, "optionName": name, "optionValueId": product.id, "optionValue": value}
            for name, value in product.options
        ]
        documents[product.id] = document
    bundle = build_product(BUNDLE_PRODUCT, "SET-TERRAZA", "Terrace set", _LISTED)
    bundle["composition"] = {"bundle": True, "bundleComponents": []}
    text = build_product(FREE_TEXT_PRODUCT, "", "Free text", _LISTED)
    for untracked in (bundle, text):
        untracked["stock"] = {"stockTracked": False}
        documents[untracked["id"]] = untracked
    text["identity"] = {}
    return documents


PRODUCT_DOCUMENTS: Final = _documents()
"""Every product of the catalogue by id, the bundle and the free-text product included."""
