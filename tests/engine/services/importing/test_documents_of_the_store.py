"""What a store's documents say too little of, or something new of, is told to people."""

from __future__ import annotations

from typing import Any

import pytest
from support.sandbox_shop import SandboxShop

from engine.decide.decision import NEEDS_ATTENTION
from engine.services.deciding.reprocess_orders import release_order, reprocess_orders
from storage.queries import Queries


def set_country(shop: SandboxShop, note: int, **country: Any) -> None:
    data = shop.server.data
    with data.edit_order(data.note(note)["orderId"]) as order:
        party = order["parties"]["delivery"]
        for name in ("country", "countryIsoCode", "countryIsoCode3", "countryId"):
            party.pop(name, None)
        party.update(country)


def told(shop: SandboxShop, note: int) -> list[str]:
    return [alert.message.format("en") for alert in Queries(shop.database).alerts_for(shop.merchant.id, shop.note_order(note).id)]


@pytest.mark.parametrize(
    ("country", "says"),
    [({}, "has no country in its delivery address"), ({"country": "Atlantis"}, "names the country “Atlantis”")],
)
def test_an_order_without_a_country_is_flagged_until_it_has_one(shop: SandboxShop, country: dict[str, str], says: str) -> None:
    note = shop.ordinary()[0]
    set_country(shop, note, **country)

    shop.run_import()

    order = shop.note_order(note)
    assert NEEDS_ATTENTION in order.flags
    assert "country" not in order.document()["ship_to"]
    assert [says in sentence for sentence in told(shop, note)] == [True]

    shop.clock.sleep(60)
    set_country(shop, note, country="Ελλάδα")
    shop.run_import()
    reprocess_orders(shop.app, shop.merchant.id, [order.id], "usr_1")  # rules had decided without the country

    order = shop.note_order(note)
    assert (order.document()["ship_to"]["country"], NEEDS_ATTENTION in order.flags) == ("GR", False)


def test_an_order_that_loses_its_country_is_flagged(sqlite_shop: SandboxShop) -> None:
    note = sqlite_shop.ordinary()[0]
    sqlite_shop.run_import()
    assert NEEDS_ATTENTION not in sqlite_shop.note_order(note).flags
    sqlite_shop.clock.sleep(60)
    set_country(sqlite_shop, note)

    sqlite_shop.run_import()

    assert NEEDS_ATTENTION in sqlite_shop.note_order(note).flags
    assert len(told(sqlite_shop, note)) == 1


def test_a_person_who_has_looked_is_not_told_again(sqlite_shop: SandboxShop) -> None:
    note = sqlite_shop.ordinary()[0]
    set_country(sqlite_shop, note)
    sqlite_shop.run_import()
    release_order(sqlite_shop.app, sqlite_shop.merchant.id, sqlite_shop.note_order(note).id, "ana")
    sqlite_shop.clock.sleep(60)

    sqlite_shop.server.data.change_address(sqlite_shop.server.data.note(note)["orderId"], addressLine3="Otra")
    summary = sqlite_shop.run_import(full=True)

    assert summary.updated == 1
    assert NEEDS_ATTENTION not in sqlite_shop.note_order(note).flags
    assert len(told(sqlite_shop, note)) == 1


def test_fields_that_nobody_knows_are_counted_in_the_import_and_kept_with_the_store(shop: SandboxShop) -> None:
    data = shop.server.data
    notes = shop.ordinary()[:3]
    for note in notes:
        with data.edit_order(data.note(note)["orderId"]) as order:
            order["sustainability"] = {"score": 3}
    with data.edit_note(notes[0]) as document:
        document["shipping"]["pallets"] = 2

    first = shop.run_import()

    assert first.unknown_fields == {"order.sustainability": 3, "note.shipping.pallets": 1}
    kept = Queries(shop.database).unknown_fields(shop.merchant.id, shop.store.id)
    assert list(kept.items()) == [("order.sustainability", 3), ("note.shipping.pallets", 1)]

    for note in notes[1:]:
        with data.edit_order(data.note(note)["orderId"]) as order:
            del order["sustainability"]
    shop.clock.sleep(60)
    shop.run_import(full=True)

    kept = Queries(shop.database).unknown_fields(shop.merchant.id, shop.store.id)
    assert kept == {"order.sustainability": 1, "note.shipping.pallets": 1}


def test_the_sandbox_has_no_field_that_nobody_knows(sqlite_shop: SandboxShop) -> None:
    assert sqlite_shop.run_import().unknown_fields == {}


def test_an_order_has_its_notes_when_rules_decide(sqlite_shop: SandboxShop) -> None:
    data = sqlite_shop.server.data
    note = sqlite_shop.ordinary()[0]
    data.add_order_note(data.note(note)["orderId"], "<b>Leave it with the neighbour</b>", is_public=True)
    data.add_order_note(data.note(note)["orderId"], "checked by phone")
    sqlite_shop.publish(
        b"name: notes\nrules:\n"
        b"  - {id: near, when: {field: notes.from_buyer, is: contains, value: neighbour}, then: [{do: add_tag, tag: near}]}"
    )

    sqlite_shop.run_import()

    document = sqlite_shop.note_order(note).document()
    assert document["notes"] == {"from_buyer": "Leave it with the neighbour", "internal": "checked by phone"}
    assert document["tags"] == ["near"]
