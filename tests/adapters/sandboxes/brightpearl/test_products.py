import re
from decimal import Decimal

import pytest

from adapters.sandboxes.brightpearl import SandboxOptions, SandboxServer

PATH = "/product-service/product"


def test_a_product(api) -> None:
    (mug,) = api.get(f"{PATH}/640").json()["response"]
    assert (mug["id"], mug["identity"]["sku"]) == (640, "ACM-MUG-BLU")
    assert mug["stock"]["stockTracked"] is True
    assert mug["stock"]["weight"] == {"magnitude": 0.35}
    assert mug["stock"]["dimensions"] == {"length": 12, "height": 10, "width": 9, "volume": 1080}
    assert mug["salesChannels"][0]["productName"] == "Mug, blue"
    assert re.fullmatch(r"84[0-9]{11}", mug["identity"]["barcode"])
    assert mug["identity"]["ean"] == mug["identity"]["barcode"]


def test_every_product_of_an_order_exists_with_a_plausible_weight(api, server: SandboxServer) -> None:
    ids = {row["productId"] for order_id in server.data.orders for row in server.data.order(order_id)["orderRows"].values()}
    reply = api.get(f"{PATH}/{','.join(map(str, sorted(ids)))}")
    products = {product["id"]: product for product in reply.json()["response"]}
    assert set(products) == ids
    assert products[1000]["stock"] == {"stockTracked": False}
    weights = {each: product["stock"].get("weight") for each, product in products.items() if product["stock"]["stockTracked"]}
    assert {each for each, weight in weights.items() if weight is None} == {653}
    known = [Decimal(str(weight["magnitude"])) for weight in weights.values() if weight]
    assert (min(known), max(known)) == (0, Decimal("8.5"))
    assert [each for each in products if "barcode" not in products[each]["identity"]] == [645, 659, 690, 1000]


@pytest.mark.parametrize(
    ("style", "ids", "answer"),
    [
        ("404", "640,99", [640]),
        ("404", "98,99", 404),
        ("empty", "98,99", []),
        ("404_if_any", "640,641", [640, 641]),
        ("404_if_any", "640,99", 404),
    ],
)
def test_unknown_products(api, style, ids: str, answer: object) -> None:
    api.server.options = SandboxOptions(product_not_found=style)
    reply = api.get(f"{PATH}/{ids}")
    found = [product["id"] for product in reply.json()["response"]] if reply.status_code == 200 else reply.status_code
    assert found == answer


def test_at_most_200_products(api) -> None:
    assert api.get(f"{PATH}/600-799").status_code == 200
    assert api.get(f"{PATH}/600-800").status_code == 400


def test_weights_as_numbers_or_as_texts(api) -> None:
    ids = "640,646,653"
    stocks = [product["stock"] for product in api.get(f"{PATH}/{ids}").json()["response"]]
    assert [stock.get("weight") for stock in stocks] == [{"magnitude": 0.35}, {"magnitude": 0.0}, None]
    api.server.options = SandboxOptions(product_weight="text")
    stocks = [product["stock"] for product in api.get(f"{PATH}/{ids}").json()["response"]]
    assert [stock.get("weight") for stock in stocks] == [{"magnitude": "0.3500"}, {"magnitude": "0.0000"}, None]


def test_the_documented_columns_of_the_product_search(api) -> None:
    reply = api.get("/product-service/product-search", productId="640-641").json()
    columns = {column["name"]: column for column in reply["response"]["metaData"]["columns"]}
    names = "productId productName SKU barcode EAN UPC ISBN MPN stockTracked salesChannelName createdOn updatedOn"
    more = "brightpearlCategoryCode productGroupId brandId productTypeId productStatus primarySupplierId"
    assert set(columns) == {*names.split(), *more.split(), "sandboxExtraColumn"}
    assert columns["productId"]["referenceData"] == ["productCategoryMembership"]
    assert reply["reference"] == {"productCategoryMembership": {"640": [276], "641": [276]}}
    (row, _) = api.search("/product-service/product-search", productId="640-641", sort="productId")
    assert (row["salesChannelName"], row["brightpearlCategoryCode"], row["ISBN"]) == ("Brightpearl", 276, None)


def test_product_search(api) -> None:
    path = "/product-service/product-search"
    assert [row["productId"] for row in api.search(path, SKU="VER-POT-12")] == [642]
    assert {row["productId"] for row in api.search(path, productName="MUG")} == {640, 641}
    assert [row["productId"] for row in api.search(path, stockTracked="false")] == [690, 1000]
    (row,) = api.search(path, productId="645")
    assert (row["barcode"], row["SKU"]) == (None, "HUERTO-SEMILLAS")
    api.server.data.products.change(645, barcode="8400000000000")
    assert [row["productId"] for row in api.search(path, barcode="8400000000000")] == [645]
    names = {column["name"] for column in api.get(f"{path}/meta-data").json()["response"]["columns"]}
    assert {"productId", "SKU", "barcode", "EAN"} <= names


def test_where_to_read_ids(api) -> None:
    def uris(path: str) -> list[str]:
        found: list[str] = api.call("OPTIONS", path).json()["response"]["getUris"]
        return found

    assert uris("/product-service/product/638-645,99999") == ["/product/640-645"]
    assert uris("/contact-service/contact/1-99") == ["/contact/12-13"]
    assert uris("/order-service/sales-order/7001-7003,9999") == ["/sales-order/7001-7003"]


def test_staff_and_brands(api) -> None:
    (rosa,) = api.get("/contact-service/contact/12").json()["response"]
    assert (rosa["contactId"], rosa["firstName"], rosa["relationshipToAccount"]["isStaff"]) == (12, "Rosa", True)
    assert api.get("/contact-service/contact/99").status_code == 404
    brands = api.get("/product-service/channel-brand").json()["response"]
    channels = api.get("/product-service/channel").json()["response"]
    assert {channel["channelBrandId"] for channel in channels} == {brand["id"] for brand in brands}


@pytest.mark.parametrize(
    ("path", "query", "ids"),
    [
        ("shipping-method", {"name": "courier"}, [5]),
        ("shipping-method", {"additionalInformationRequired": "true", "sort": "id.DESC"}, [8, 5]),
        ("warehouse", {"id": "4-9"}, [5]),
    ],
)
def test_lists_can_be_searched(api, path: str, query: dict[str, str], ids: list[int]) -> None:
    assert [row["id"] for row in api.search(f"/warehouse-service/{path}-search", **query)] == ids
    assert api.get(f"/warehouse-service/{path}-search/meta-data").json()["response"]["columns"][0]["name"] == "id"
