"""Mapping stores' shipping methods to services: by their names, checked as rules are, one by one and as files."""

from __future__ import annotations

from typing import Any

import pytest
from support.examples import NOON
from support.shop import Shop, ready

from engine.model.product_default import MethodService, SeenMethod
from engine.model.store import KnownNames, NameKind
from engine.services.defaults import shipping_methods
from engine.services.defaults.lines import Imported, WrongCell
from engine.services.defaults.shipping_methods import (
    import_methods,
    list_methods,
    map_method,
    methods_of_store,
    unmap_method,
    write_methods,
)
from engine.services.inventory.count_files import LinesRefused
from engine.services.refusals import Refused

STORE = "Casa Verde online"
AIR = {"method": "Air", "carrier": "dhl", "service": "parcel-connect"}
FILE = f"""store,method,code,carrier,service,package
{STORE},Courier Next Day,4,correos,paq-premium,box-s
,Air,,dhl,parcel-connect,
"""


@pytest.fixture
def shop(sqlite_shop: Shop) -> Shop:
    """The store's methods have names."""
    with sqlite_shop.database.unit_of_work() as unit:
        names = {"4": "Courier Next Day", "5": "Road", "6": "Twins", "7": "Twins"}
        unit.stores.keep_names(sqlite_shop.store, {NameKind.SHIPPING_METHODS: KnownNames(names, NOON)})
        unit.commit()
    return sqlite_shop


def mapped(shop: Shop, **cells: Any) -> MethodService:
    return map_method(shop.app, shop.merchant.id, {**AIR, **cells})


def listed(shop: Shop) -> list[tuple[str | None, str, str, str, str, str]]:
    found = list_methods(shop.app, shop.merchant.id)
    return [(one.store_id, one.method, one.code, one.carrier, one.service, one.package) for one in found]


def imported(shop: Shop, text: str, *, replace_all: bool = False) -> Imported:
    return import_methods(shop.app, shop.merchant.id, text.encode(), replace_all=replace_all)


def wrong(shop: Shop, **cells: Any) -> tuple[str, str]:
    with pytest.raises(WrongCell) as refused:
        mapped(shop, **cells)
    assert listed(shop) == []
    return refused.value.column, refused.value.message.format("en")


def test_a_method_of_a_store_is_found_by_its_name_or_its_code(shop: Shop) -> None:
    for named in ("courier next day", "4"):
        one = mapped(shop, store=STORE, method=named)
        assert (one.store_id, one.method, one.code) == (shop.store.id, "Courier Next Day", "4")
    assert len(listed(shop)) == 1
    assert mapped(shop, store=shop.store.id, method="Unheard of").code == ""
    assert mapped(shop, store=STORE, method="Twins").code == ""
    assert mapped(shop, store=STORE, method="Twins", code="7").code == "7"


def test_carriers_and_services_that_the_account_does_not_have_are_refused_as_in_rules(shop: Shop) -> None:
    column, told = wrong(shop, carrier="dhll")
    assert column == "carrier"
    assert told.startswith('no carrier account is with "dhll"')
    assert told.endswith("there are: correos, dhl")
    column, told = wrong(shop, service="paq-premium")
    assert column == "service"
    assert told.startswith('no carrier account with "dhl" offers the service "paq-premium"')
    assert told.endswith("offered: parcel-connect")
    assert mapped(shop, carrier="DHL", service="Parcel-Connect").carrier == "DHL"


def test_what_is_missing_or_nobody_knows_is_refused_at_its_column(shop: Shop) -> None:
    assert wrong(shop, method=" ") == ("method", "it is empty.")
    assert wrong(shop, package="x" * 101)[0] == "package"
    assert wrong(shop, store="Elsewhere") == ("store", f'there is no store "Elsewhere": the stores are {STORE}.')
    assert wrong(shop, code="4")[0] == "code"


def test_a_file_is_written_as_it_was_read_by_the_names_of_stores_and_methods(shop: Shop) -> None:
    assert imported(shop, FILE) == Imported(2, 0, 0)
    assert listed(shop) == [
        (shop.store.id, "Courier Next Day", "4", "correos", "paq-premium", "box-s"),
        (None, "Air", "", "dhl", "parcel-connect", ""),
    ]
    assert write_methods(shop.app, shop.merchant.id) == FILE.replace("\n", "\r\n")
    assert imported(shop, FILE) == Imported(0, 2, 0)
    assert imported(shop, "method,carrier,service\nAir,correos,paq-estandar\n", replace_all=True) == Imported(1, 0, 1)
    assert listed(shop) == [(None, "Air", "", "correos", "paq-estandar", "")]


def test_of_a_file_with_bad_lines_nothing_is_taken_and_each_is_named_with_its_column(shop: Shop) -> None:
    lines = (
        ",Good,dhl,parcel-connect",
        "No,A,dhl,parcel-connect",
        ",B,ups,x",
        ",,dhl,parcel-connect",
        ",GOOD,dhl,parcel-connect",
    )
    text = "\n".join(("store,method,carrier,service", *lines))
    with pytest.raises(LinesRefused) as refused:
        imported(shop, text)
    assert [(line, problem.format("en").partition(":")[0]) for line, problem in refused.value.problems] == [
        (3, "column store"),
        (4, "column carrier"),
        (5, "column method"),
        (6, "column method"),
    ]
    assert "it is mapped in line 2 already" in refused.value.format("en")
    assert listed(shop) == []
    with pytest.raises(Refused, match='"service" is not among them'):
        imported(shop, "method,carrier\nAir,dhl\n")


def test_a_stores_methods_are_those_it_names_and_those_its_orders_ask_for(shop: Shop) -> None:
    asking = {"requested_service": "Courier Next Day", "requested_service_code": "4"}
    shop.import_all(ready("1", **asking), ready("2", **asking), ready("3", requested_service="Pigeon"), ready("4"))
    one = mapped(shop, store=STORE, method="Pigeon")
    found = methods_of_store(shop.app, shop.merchant.id, shop.store.id)
    assert [(line.seen, line.mapped) for line in found] == [
        (SeenMethod("Courier Next Day", "4", 2), None),
        (SeenMethod("Pigeon", "", 1), one),
        (SeenMethod("Road", "5", 0), None),
        (SeenMethod("Twins", "6", 0), None),
        (SeenMethod("Twins", "7", 0), None),
    ]


def test_what_is_mapped_and_unmapped_stands_in_the_history(shop: Shop) -> None:
    one = mapped(shop)
    mapped(shop)
    two = mapped(shop, package="box-s")
    with pytest.raises(Refused, match="no shipping method"):
        unmap_method(shop.app, shop.merchant.id, one.id)
    assert unmap_method(shop.app, shop.merchant.id, two.id) == two
    with shop.database.reading_unit_of_work() as unit:
        entries = unit.audit.list_for(shop.merchant.id, shop.merchant.id)
    assert [(entry.action, entry.before, entry.after) for entry in entries if entry.action.startswith("shipping_method")] == [
        ("shipping_method.mapped", None, AIR),
        ("shipping_method.mapped", AIR, {**AIR, "package": "box-s"}),
        ("shipping_method.unmapped", {**AIR, "package": "box-s"}, None),
    ]


def test_nobody_unmaps_a_method_of_another_account(shop: Shop) -> None:
    one = mapped(shop)
    with pytest.raises(Refused, match="no shipping method"):
        unmap_method(shop.app, shop.provider.id, one.id)


def test_an_account_maps_no_more_than_the_limit(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shipping_methods, "MOST_METHODS", 1)
    with pytest.raises(Refused, match="at most 1 shipping methods"):
        imported(shop, FILE)
    assert listed(shop) == []
