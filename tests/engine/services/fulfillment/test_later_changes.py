"""What the merchant's order becomes after it was handed over reaches the provider's copy, and nothing else of it does."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.shop import ready
from support.two_sides import TwoSides, open_two_sides

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.order import OUTDATED, OrderState
from engine.model.request import RequestAction, RequestState
from engine.services.connections.set_connection import set_connection
from engine.services.deciding.reprocess_orders import reprocess_orders
from storage.database import Database

PORTO = {"name": "Ana Núñez", "street1": "Rua 2", "city": "Porto", "postal_code": "4000", "country": "PT"}
MUG = {"line_key": "1", "sku": "ACM-MUG", "name": "Mug, blue", "quantity": 2, "unit_price": Decimal("30.05"), "weight_g": 400}
POT = {"line_key": "2", "sku": "ACM-POT", "name": "Pot", "quantity": 3, "unit_price": Decimal(10), "weight_g": 900}

# What may cross, key by key; what is not here stays with the merchant.
OF_ORDER = {"order_number", "order_date", "ship_by", "deliver_by", "client", "brand", "store", "imported_at", "status"}
OF_ORDER |= {"ship_to", "items", "currency", "shipment_value", "gift", "gift_message", "notes", "requested_service"}
OF_ORDER |= {"insured_value", "confirmation", "incoterm", "customs", "duties", "tax_ids"}
OF_LINES = {"line_key", "sku", "name", "quantity", "options", "weight_g", "barcode"}
OF_LINES |= {"unit_price", "hs_code", "origin_country", "customs_description"}
CROSSES_AS_IT_IS = (
    "gift_message",
    "insured_value",
    "confirmation",
    "incoterm",
    "customs",
    "duties",
    "tax_ids",
    "requested_service",
)
NOTES = {"internal", "to_buyer", "from_buyer"}


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def change(sides: TwoSides, clock: FixedClock, **changes: Any) -> None:
    """The merchant's store says otherwise by now, and the provider imports; nobody works off the outbox."""
    clock.sleep(3600)
    sides.shop.import_all(ready("1", **changes))
    sides.fetch()


def copied_lines(sides: TwoSides, request: Any) -> dict[str, Any]:
    return {item["line_key"]: item["quantity"] for item in sides.copy(request).document()["items"]}


def test_each_later_change_reaches_the_copy_at_the_next_import(sides: TwoSides, clock: FixedClock) -> None:
    sides.shop.import_all(ready("1", items=[MUG, POT]))
    request = sides.taken()
    kept: dict[str, Any] = {"items": [MUG, POT]}
    for changes in (
        {"ship_to": PORTO},
        {"ship_by": "2026-12-01T00:00:00+01:00"},
        {"notes": {"internal": "Second bell.", "from_buyer": "A gift!"}},
        {"items": [replace_quantity(MUG, 1), POT]},
        {"items": [replace_quantity(MUG, 1)]},
    ):
        kept |= changes
        change(sides, clock, **kept)

        document = sides.copy(request).document()
        for name in changes.keys() - {"items"}:
            expected = changes[name]
            found = document[name]
            assert {key: found[key] for key in expected} == expected if isinstance(expected, dict) else found == expected
        assert copied_lines(sides, request) == {item["line_key"]: item["quantity"] for item in kept["items"]}
        assert not {OUTDATED, NEEDS_ATTENTION} & set(sides.copy(request).flags)


def replace_quantity(item: dict[str, Any], quantity: int) -> dict[str, Any]:
    return {**item, "quantity": quantity}


def test_more_units_are_not_asked_for_by_themselves(sides: TwoSides, clock: FixedClock) -> None:
    request = sides.taken()

    change(sides, clock, items=[replace_quantity(MUG, 5)])

    assert copied_lines(sides, request) == {"1": 2}
    assert [line.quantity for line in sides.delegate().lines] == [3]


def test_of_several_requests_the_newest_loses_the_units_first(sides: TwoSides, clock: FixedClock) -> None:
    first = sides.delegate(lines={"1": Decimal(1)})
    second = sides.delegate()

    change(sides, clock, items=[replace_quantity(MUG, 1)])
    assert [line.quantity for line in sides.request(first.id).lines] == [1]
    assert sides.request(second.id).state is RequestState.CANCELLED
    assert sides.order().state is OrderState.PENDING_FULFILLMENT


def test_a_change_within_the_grace_period_comes_with_the_order(sides: TwoSides, clock: FixedClock) -> None:
    set_connection(sides.app, sides.owner, sides.connection().id, grace_minutes=120)
    request = sides.delegate()
    sides.shop.work_off()  # the store's notes, among others
    change(sides, clock, ship_to=PORTO)
    clock.sleep(2 * 3600)

    sides.fetch()

    assert sides.copy(request).document()["ship_to"]["city"] == "Porto"


def test_once_the_work_has_begun_a_change_is_shown_until_somebody_has_looked(sides: TwoSides, clock: FixedClock) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)

    change(sides, clock, ship_to=PORTO)

    copy = sides.copy(request)
    assert copy.document()["ship_to"]["city"] == "Porto"
    assert {OUTDATED, NEEDS_ATTENTION} <= set(copy.flags)
    assert "ship_to.city" in copy.outdated["fields"]
    with sides.app.reading() as unit:
        told = [str(alert.message) for alert in unit.alerts.list_for(sides.provider)]
    assert "The client has changed order 1 since its work began" in told[0]

    change(sides, clock)  # taken back
    assert OUTDATED not in sides.copy(request).flags

    change(sides, clock, items=[replace_quantity(MUG, 1)])
    assert "items.quantity" in sides.copy(request).outdated["fields"]
    reprocess_orders(sides.app, sides.provider, [copy.id], sides.clerk.id)
    assert OUTDATED not in sides.copy(request).flags

    clock.sleep(60)
    sides.recall()  # asks; that is shown as such
    sides.fetch()
    assert sides.copy(request).status() == "on_hold"
    assert OUTDATED not in sides.copy(request).flags


def test_an_import_reads_what_has_changed_and_nothing_else(sides: TwoSides, clock: FixedClock) -> None:
    sides.shop.import_all(ready("1"), *(ready(str(number)) for number in range(2, 6)))
    for number in range(1, 6):
        sides.delegate(str(number))
    sides.fetch()
    clock.sleep(3600)
    sides.fetch()
    clock.sleep(3600)
    sides.shop.import_all(ready("1", ship_to=PORTO), *(ready(str(number)) for number in range(2, 6)))
    since = clock.now()

    with sides.app.reading() as unit:
        connection = sides.connection().id
        assert len(unit.requests.list_changed(sides.provider, connection, since, "", 100)) == 1


def test_nothing_crosses_but_what_the_list_names(sides: TwoSides, clock: FixedClock) -> None:
    everything = {
        "ship_by": "2026-12-01",
        "deliver_by": "2026-12-03",
        "order_total": Decimal(99),
        "tax_total": Decimal(9),
        "shipping_paid": Decimal(4),
        "margin": Decimal(11),
        "tags": ["vip"],
        "custom_fields": {"PCF_1": "secret"},
        "bill_to": PORTO,
        "gift": True,
        "gift_message": "Enjoy!",
        "notes": {"internal": "a", "to_buyer": "b", "from_buyer": "c", "margin": "d"},
        "incoterm": "DAP",
        "insured_value": Decimal(50),
        "confirmation": "signature",
        "customs": {"contents": "merchandise"},
        "duties": {"paid_by": "sender"},
        "tax_ids": {"eori": "ES1"},
        "requested_service": "express",
        "items": [{**MUG, "cost": Decimal(7), "total": Decimal(60), "options": {"Colour": "blue"}, "warehouse": "M1"}],
    }
    sides.shop.import_all(ready("1", **everything))
    request = sides.taken()

    document = sides.copy(request).source
    assert document.keys() <= OF_ORDER
    assert {key for item in document["items"] for key in item} <= OF_LINES
    assert document["notes"].keys() <= NOTES
    assert OF_ORDER - {"store", "imported_at"} <= document.keys(), "where it came from and when is said by the order itself"
    assert sides.copy(request).document()["store"] == "Casa Verde"
    assert {name: document[name] for name in CROSSES_AS_IT_IS} == {name: everything[name] for name in CROSSES_AS_IT_IS}
    assert "secret" not in str(document)


def test_a_first_import_reads_what_is_still_to_be_shipped(sides: TwoSides, clock: FixedClock) -> None:
    sides.shop.import_all(ready("1", items=[replace_quantity(MUG, 10)]), ready("2"))
    part, other = sides.delegate(), sides.delegate("2")
    sides.fetch()
    connection = sides.connection().id

    def still_open() -> list[str]:
        with sides.app.reading() as unit:
            return [request.id for request in unit.requests.list_changed(sides.provider, connection, None, "", 100)]

    assert set(still_open()) == {part.id, other.id}
    sides.ship(other)
    assert still_open() == [part.id]
    with sides.app.unit_of_work() as unit:  # two of ten: as text, "2" comes after "10"
        unit.requests.update(sides.request(part.id).ship({"1": Decimal(2)}, clock.now()))
        unit.commit()
    assert still_open() == [part.id]
