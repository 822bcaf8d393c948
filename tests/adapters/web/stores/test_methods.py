"""The page of a store's shipping methods: what it has and is asked for, mapping, and files."""

from __future__ import annotations

import io
from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from support.browsing import press, token_of, words_of
from support.clock import FixedClock
from support.examples import NOON
from support.partners import add_member
from support.shop import OWNER, Shop, open_shop, ready
from werkzeug.test import TestResponse

from engine.model.store import KnownNames, NameKind
from engine.services.deciding.publish_rules import publish_rules
from engine.services.defaults.shipping_methods import list_methods
from storage.database import Database

LogIn = Callable[[str], FlaskClient]
AIR = {"requested_service": "Air", "requested_service_code": "4", "ship_to": {"name": "Zoé", "country": "FR"}}
NO_RULES = b"name: n\nrules: [{id: a, when: {field: carrier, is: equals, value: dhl}, then: [{do: add_tag, tag: by-dhl}]}]"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    """One whose orders a test chooses."""
    return open_shop(sqlite_database, clock)


@pytest.fixture
def page(shop: Shop) -> str:
    """Where the methods are of a store that names two, one of which its orders ask for."""
    publish_rules(shop.app, shop.merchant.slug, NO_RULES)
    with shop.database.unit_of_work() as unit:
        unit.stores.keep_names(shop.store, {NameKind.SHIPPING_METHODS: KnownNames({"4": "Air", "5": "Road"}, NOON)})
        unit.commit()
    shop.import_all(ready("1", **AIR), ready("2", **AIR), ready("3", requested_service="Pigeon"))
    return f"/stores/{shop.store.id}/methods"


def mapped(shop: Shop) -> list[tuple[str | None, str, str, str, str, str]]:
    found = list_methods(shop.app, shop.merchant.id)
    return [(one.store_id, one.method, one.code, one.carrier, one.service, one.package) for one in found]


def send(client: FlaskClient, page: str, content: bytes, **form: str) -> TestResponse:
    data = {"csrf_token": token_of(client.get(page)), "file": (io.BytesIO(content), "methods.csv"), **form}
    return client.post(page, data=data, follow_redirects=True)


def test_methods_that_are_not_mapped_stand_first_by_how_often_they_are_asked_for(shop: Shop, log_in: LogIn, page: str) -> None:
    client = log_in(OWNER)
    assert f'href="{page}"' in client.get(f"/stores/{shop.store.id}").text
    said = words_of(client.get(page))
    assert "2 methods that orders ask for are not mapped." in said
    assert "Air 4 2 Not mapped Map Pigeon 1 Not mapped Map Road 5 0 Not mapped Map" in said
    assert 'value="Air"' in client.get(f"{page}?method=Air&code=4").text


def test_a_method_is_mapped_and_orders_get_its_service_when_rules_run(shop: Shop, log_in: LogIn, page: str) -> None:
    client = log_in(OWNER)
    said = words_of(press(client, page, page, method="Air", service="dhl|parcel-connect", package="box-s", stores="one"))
    assert "Air is sent with dhl, service parcel-connect, when rules run over an order." in said
    assert "Air 4 2 dhl parcel-connect box-s Edit Remove" in said
    assert "1 method that orders ask for is not mapped." in said
    assert mapped(shop) == [(shop.store.id, "Air", "4", "dhl", "parcel-connect", "box-s")]
    order = f"/orders/{shop.order_id('1')}"
    press(client, order, f"{order}/reprocess")
    said = words_of(client.get(order))
    assert "Carrier dhl from the shipping method" in said
    assert "Filled in before the rules ran: Carrier dhl (from the shipping method)" in said
    assert "by-dhl" in said


def test_a_method_of_all_stores_is_named_so_and_removed(shop: Shop, log_in: LogIn, page: str) -> None:
    client = log_in(OWNER)
    said = words_of(press(client, page, page, method="Boat", code="9", service="dhl|parcel-connect", stores="all"))
    assert "Boat 0 dhl parcel-connect In all stores Remove" in said
    [one] = list_methods(shop.app, shop.merchant.id)
    assert (one.store_id, one.code) == (None, "")
    assert "Boat is no longer mapped." in words_of(press(client, page, f"{page}/remove", id=one.id))
    assert "There is no shipping method" in words_of(press(client, page, f"{page}/remove", id=one.id))
    assert mapped(shop) == []


@pytest.mark.parametrize(
    ("at", "entered", "says"),
    [
        ("method", {"method": ""}, "it is empty."),
        ("service", {"service": ""}, "it is empty."),
        ("service", {"service": "ups|x"}, "no carrier account is with"),
        ("service", {"service": "dhl|x"}, "offers the service"),
        ("package", {"package": "x" * 101}, "more than 100 characters"),
    ],
)
def test_what_cannot_be_used_stands_at_its_field(
    shop: Shop, log_in: LogIn, page: str, at: str, entered: dict[str, str], says: str
) -> None:
    wrong = press(log_in(OWNER), page, page, **{"method": "Air", "service": "dhl|parcel-connect", **entered})
    assert wrong.status_code == 422
    assert says in wrong.text[wrong.text.index(f'id="{at}-error"') :].partition("</p>")[0]
    assert mapped(shop) == []


def test_a_file_is_of_all_stores_and_taken_whole_or_not_at_all(shop: Shop, log_in: LogIn, page: str) -> None:
    client = log_in(OWNER)
    wrong = send(client, f"{page}/import", b"method,carrier,service\nAir,dhl,parcel-connect\nRoad,ups,x\n")
    assert wrong.status_code == 422
    assert "3 column carrier: no carrier account is with" in words_of(wrong)
    assert mapped(shop) == []
    taken = b"store,method,carrier,service\nCasa Verde online,air,dhl,parcel-connect\n,Pigeon,dhl,parcel-connect\n"
    assert "2 methods have changed." in words_of(send(client, f"{page}/import", taken))
    written = client.get(f"{page}.csv")
    assert written.text.splitlines()[1:] == ["Casa Verde online,Air,4,dhl,parcel-connect,", ",Pigeon,,dhl,parcel-connect,"]
    gone = send(client, f"{page}/import", b"method,carrier,service\nPigeon,dhl,parcel-connect\n", replace="yes")
    assert "0 methods have changed. 1 is removed." in words_of(gone)


def test_members_look_and_change_nothing(shop: Shop, log_in: LogIn, page: str) -> None:
    add_member(shop)
    said = words_of(log_in("bo@casa-verde.example").get(page))
    assert ("Import CSV" in said, "Map a method" in said, "Air 4 2 Not mapped" in said) == (False, False, True)
