"""A 3PL says line by line what it cannot ship; its client reads it on the order's page."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, words_of
from support.shop import OWNER, PROVIDER, Shop, ready
from support.two_sides import TwoSides

from engine.model.request import FulfillmentRequest, RequestState

LogIn = Callable[[str], FlaskClient]
ITEMS = [
    {"line_key": "1", "sku": "MUG", "name": "Mug, blue", "quantity": 2},
    {"line_key": "2", "sku": "POT", "name": "Pot", "quantity": 3},
]


@pytest.fixture
def sides(shop: Shop) -> TwoSides:
    shop.import_all(ready("7001", items=ITEMS))
    return TwoSides(shop)


@pytest.fixture
def request_id(sides: TwoSides) -> str:
    request = sides.delegate("7001")
    sides.shop.work_off()
    return request.id


def kept(sides: TwoSides, request_id: str) -> FulfillmentRequest:
    return sides.request(request_id)


def test_lines_are_named_on_the_page_and_read_by_the_client(sides: TwoSides, log_in: LogIn, request_id: str) -> None:
    provider, page = log_in(PROVIDER), f"/orders/{kept(sides, request_id).copy_id}"
    assert "Line by line" in words_of(provider.get(page))
    form = {"answer": "reject", "code": "out_of_stock", "line-1-units": "1.0", "line-1-text": "One is left."}

    assert "The request is rejected" in words_of(press(provider, page, f"/requests/{request_id}/answer", **form))

    assert kept(sides, request_id).state is RequestState.REJECTED
    for client, own_page in ((log_in(OWNER), f"/orders/{sides.shop.order_id('7001')}"), (provider, page)):
        words = words_of(client.get(own_page))
        assert words.count("1 × POT Pot: Out of stock, One is left.") >= 2, "beside the state and in the thread"


@pytest.mark.parametrize(
    ("typed", "says"),
    [
        ({"line-0-units": "some"}, "is not a number of units"),
        ({"line-0-units": "5"}, "Of line 1 you can name 1 to 2 units, not 5."),
        ({"line-0-code": "other"}, "Line 1: write a sentence"),
    ],
)
def test_what_cannot_be_named_comes_back_with_the_form(
    sides: TwoSides, log_in: LogIn, request_id: str, typed: dict[str, str], says: str
) -> None:
    provider, page = log_in(PROVIDER), f"/orders/{kept(sides, request_id).copy_id}"

    answer = press(provider, page, f"/requests/{request_id}/answer", answer="close", code="too_large", **typed)

    assert answer.status_code == 422
    assert says in words_of(answer)
    assert '<details class="line-by-line" open>' in answer.text
    assert all(f'value="{value}"' in answer.text for value in typed.values())
    assert kept(sides, request_id).state is RequestState.ACCEPTED


@pytest.mark.parametrize(("left", "says"), [("1", "1 enviada"), ("2", "2 enviadas")])
def test_spanish_counts_one_unit_as_one(sides: TwoSides, log_in: LogIn, left: str, says: str) -> None:
    one = [{"line_key": "1", "sku": "MUG", "name": "Mug, blue", "quantity": int(left)}]
    sides.shop.import_all(ready("7002", items=one))
    sides.ship(sides.taken("7002"))
    page, client = f"/orders/{sides.shop.order_id('7002')}", log_in(OWNER)
    assert f"Mug, blue · {says} " in words_of(press(client, page, "/language", language="es", back=page))
