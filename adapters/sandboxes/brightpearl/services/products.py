"""Products: read by ids, search."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

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
    "ISBN": "STRING",
    "MPN": "STRING",
    "stockTracked": "BOOLEAN",
    "salesChannelName": "STRING",
    "createdOn": "PERIOD",
    "updatedOn": "PERIOD",
    "brightpearlCategoryCode": "IDSET",
    "productGroupId": "INTEGER",
    "brandId": "IDSET",
    "productTypeId": "IDSET",
    "productStatus": "STRING",
    "primarySupplierId": "IDSET",
}
_CATEGORIES: Final = "productCategoryMembership"

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
        _resource({number: _categories(each) for number, each in products.all().items()}),
        dict(request.query),
        lambda: [_cells(each) for each in products.all().values()],
        products.revision,
        request.options,
    )


def _meta_data(request: Request) -> Reply:
    return request.account.search.meta_data(_resource({}), request.options)


def _get(request: Request) -> Reply:
    wanted, products = request.id_set(0), request.data.products.all()
    found = wanted.select(products)
    if max(len(wanted), len(found)) > MAX_IDS:
        raise ApiError(400, ("PRDC-SANDBOX-IDSET", f"At most {MAX_IDS} products can be read at once"))
    style = request.options.product_not_found
    missing = len(wanted) > len(found)
    if (style == "404" and not found) or (style == "404_if_any" and missing):
        raise not_found("Not all of the products were found" if found else "No products were found")
    return success([_as_shown(products[each], request.options.product_weight) for each in found])


def _as_shown(product: Json, weight_style: str) -> Json:
    """A product with its weight as the account writes it; it is kept as a text."""
    weight = product["stock"].get("weight")
    if weight is None or weight_style == "text":
        return product
    return {**product, "stock": {**product["stock"], "weight": {**weight, "magnitude": _number(weight["magnitude"])}}}


def _number(text: Any) -> Any:
    """A decimal text as a JSON number; one that is not a number stays what it is."""
    try:
        return float(text)
    except ValueError:
        return text


def _options(request: Request) -> Reply:
    return id_uris("/product", request.id_set(0).select(request.data.products.all()), MAX_IDS)


def _resource(categories: Mapping[int, list[int]]) -> Resource:
    """The search's resource, with the categories of each product beside its id."""
    columns = [Column(name, kind, reference=(_CATEGORIES,) if name == "productId" else ()) for name, kind in _COLUMNS.items()]
    return Resource("product", tuple(columns), {_CATEGORIES: categories})


def _categories(product: Json) -> list[int]:
    return [int(each["categoryCode"]) for each in product["salesChannels"][0]["categories"]]


def _cells(product: Json) -> Cells:
    identity, channel = product["identity"], product["salesChannels"][0]
    return (
        product["id"],
        channel["productName"],
        identity.get("sku"),
        identity.get("barcode"),
        identity.get("ean"),
        identity.get("upc"),
        identity.get("isbn"),
        identity.get("mpn"),
        product["stock"]["stockTracked"],
        channel["salesChannelName"],
        product["createdOn"],
        product["updatedOn"],
        next(iter(_categories(product)), None),
        product["productGroupId"],
        product["brandId"],
        product["productTypeId"],
        product["status"],
        None,
    )
