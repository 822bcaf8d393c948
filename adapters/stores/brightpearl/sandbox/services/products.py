"""Products: read by ids, search."""

from __future__ import annotations

from typing import Final

from ..records import Cells
from ..replies import ApiError, Json, Reply, not_found, success
from ..routing import Request, Route, route
from ..search import Column, Resource
from .id_uris import id_uris

MAX_IDS: Final = 200

_COLUMNS: Final = {
    "productId": "IDSET",
    "productName": "SEARCH_STRING",
    "SKU": "STRING",
    "barcode": "STRING",
    "EAN": "STRING",
    "UPC": "STRING",
    "stockTracked": "BOOLEAN",
    "brandId": "IDSET",
    "createdOn": "PERIOD",
    "updatedOn": "PERIOD",
    "productStatus": "STRING",
}
RESOURCE: Final = Resource("product", tuple(Column(name, kind) for name, kind in _COLUMNS.items()), {})

_BASE: Final = "/product-service"


def routes() -> list[Route]:
    """The service's routes."""
    return [
        route("GET", f"{_BASE}/product-search", _search, "product-search"),
        route("GET", f"{_BASE}/product-search/meta-data", _meta_data, "product-search-meta-data"),
        route("OPTIONS", f"{_BASE}/product[/{{ids}}]", _options, "options-product"),
        route("GET", f"{_BASE}/product[/{{ids}}]", _get, "get-product"),
    ]


def _search(request: Request) -> Reply:
    products = request.data.products
    return request.account.search.search(
        RESOURCE,
        dict(request.query),
        lambda: [_cells(each) for each in products.all().values()],
        products.revision,
        request.options,
    )


def _meta_data(request: Request) -> Reply:
    return request.account.search.meta_data(RESOURCE, request.options)


def _get(request: Request) -> Reply:
    wanted, products = request.id_set(0), request.data.products.all()
    found = wanted.select(products)
    if max(len(wanted), len(found)) > MAX_IDS:
        raise ApiError(400, ("PRDC-SANDBOX-IDSET", f"At most {MAX_IDS} products can be read at once"))
    style = request.options.product_not_found
    missing = len(wanted) > len(found)
    if (style == "404" and not found) or (style == "404_if_any" and missing):
        raise not_found("Not all of the products were found" if found else "No products were found")
    return success([products[each] for each in found])


def _options(request: Request) -> Reply:
    return id_uris("/product", request.id_set(0).select(request.data.products.all()), MAX_IDS)


def _cells(product: Json) -> Cells:
    identity = product["identity"]
    return (
        product["id"],
        product["salesChannels"][0]["productName"],
        identity.get("sku"),
        identity.get("barcode"),
        identity.get("ean"),
        identity.get("upc"),
        product["stock"]["stockTracked"],
        product["brandId"],
        product["createdOn"],
        product["updatedOn"],
        product["status"],
    )
