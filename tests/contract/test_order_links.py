"""Which orders were made of which."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.examples import NOON, an_account_with_store, an_order

from engine.model.order_link import LinkKind, OrderLink
from storage.database import Database
from storage.errors import ConflictingWrite


@pytest.fixture
def link(database: Database) -> OrderLink:
    """That order 2 is a part of order 1, not kept yet."""
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        orders = [an_order(store.account_id, store.id, number) for number in "123"]
        unit.orders.add_many(orders, "run_1")
        unit.commit()
    return OrderLink(store.account_id, orders[1].id, orders[0].id, LinkKind.PART, NOON, "usr_1")


def test_links_are_found_from_both_ends_the_oldest_first(database: Database, link: OrderLink) -> None:
    with database.unit_of_work() as unit:
        orders = unit.orders.list_newest(link.account_id, None, 9)
        third = next(order_id for order_id, _ in orders if order_id not in (link.order_id, link.origin_id))
        other = replace(link, order_id=third, kind=LinkKind.DUPLICATE, made_at=NOON + timedelta(hours=1))
        for one in (other, link):
            unit.order_links.add(one)

        assert unit.order_links.list_for(link.account_id, [link.origin_id]) == [link, other]
        assert unit.order_links.list_for(link.account_id, [third]) == [other]
        assert unit.order_links.list_for(link.account_id, [link.order_id, third]) == [link, other]
        assert unit.order_links.list_for("acc_other", [link.origin_id]) == []


def test_an_order_is_a_part_once(database: Database, link: OrderLink) -> None:
    with database.unit_of_work() as unit:
        unit.order_links.add(link)
        unit.commit()
    with pytest.raises(ConflictingWrite), database.unit_of_work() as unit:
        unit.order_links.add(link)


def test_what_an_order_is_of_another_changes(database: Database, link: OrderLink) -> None:
    with database.unit_of_work() as unit:
        unit.order_links.add(link)
        unit.order_links.change_kind(link.account_id, link.order_id, LinkKind.DUPLICATE, LinkKind.JOINED)
        assert unit.order_links.list_for(link.account_id, [link.order_id]) == [link]
        unit.order_links.change_kind(link.account_id, link.order_id, LinkKind.PART, LinkKind.JOINED)
        assert unit.order_links.list_for(link.account_id, [link.order_id]) == [replace(link, kind=LinkKind.JOINED)]


def test_a_link_that_holds_no_more_is_removed_and_the_others_stay(database: Database, link: OrderLink) -> None:
    with database.unit_of_work() as unit:
        combined = replace(link, kind=LinkKind.COMBINED)
        for one in (link, combined):
            unit.order_links.add(one)
        unit.order_links.remove("acc_other", link.order_id, LinkKind.COMBINED)
        unit.order_links.remove(link.account_id, link.order_id, LinkKind.DUPLICATE)
        assert set(unit.order_links.list_for(link.account_id, [link.order_id])) == {link, combined}
        unit.order_links.remove(link.account_id, link.order_id, LinkKind.COMBINED)
        assert unit.order_links.list_for(link.account_id, [link.order_id]) == [link]
