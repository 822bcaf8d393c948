"""What running the rules again would make of orders, said before it is done."""

from __future__ import annotations

import pytest
from support.clock import FixedClock
from support.rule_runs import edit, order_of, publish, reprocess
from support.shop import Shop, open_shop, ready

from engine.model.order import OrderState
from engine.services.deciding.preview_reprocess import ReprocessDifference, ReprocessPreview, preview_reprocess
from engine.services.refusals import Refused
from storage.database import Database

TAG_ALL = "{id: %s, when: always, then: [{do: add_tag, tag: %s}]}"


@pytest.fixture
def shop(sqlite_database: Database, clock: FixedClock) -> Shop:
    return open_shop(sqlite_database, clock, rules=None)


def previewed(shop: Shop, *numbers: str, drop_edits_of: tuple[str, ...] = ()) -> ReprocessPreview:
    ids = [shop.order_id(number) for number in numbers]
    return preview_reprocess(shop.app, shop.merchant.id, ids, drop_edits_of=drop_edits_of)


def test_it_says_what_reprocessing_then_does(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("a", "old"))
    shop.import_all(ready("1"), ready("2"))
    publish(shop, "{id: b, when: {field: order_number, is: equals, value: '1'}, then: [{do: add_tag, tag: new}, {do: hold}]}")
    before = order_of(shop)

    preview = previewed(shop, "1")
    fields = {"tags": (["old"], ["new"]), "status": ("awaiting_shipment", "on_hold")}
    [one] = preview.differences
    assert one == ReprocessDifference(before.id, "1", (("a",), ("b",)), fields, ((), ()))
    assert one.to_data()["matched"] == [["a"], ["b"]]
    assert order_of(shop) == before

    reprocess(shop)
    assert (order_of(shop).matched, order_of(shop).document()["tags"], order_of(shop).status()) == (("b",), ["new"], "on_hold")
    assert previewed(shop, "1") == ReprocessPreview(1, 0, [])
    assert [one.flags for one in previewed(shop, "2").differences] == [((), ("unhandled",))]


def test_orders_that_have_shipped_are_not_counted(shop: Shop) -> None:
    publish(shop, TAG_ALL % ("a", "old"))
    shop.import_all(ready("1"), ready("2"))
    with shop.database.unit_of_work() as unit:
        shipped = order_of(shop)
        shipped.state = OrderState.SHIPPED
        unit.orders.update_many([shipped])
        unit.commit()
    publish(shop, TAG_ALL % ("a", "new"))

    assert (previewed(shop, "1", "2").orders, previewed(shop, "1", "2").changed) == (1, 1)


def test_what_people_wrote_stays_unless_it_is_to_go(shop: Shop) -> None:
    publish(shop, "{id: a, when: always, then: [{do: set_service_level, level: fast}]}")
    shop.import_all(ready("1"))
    edit(shop, "1", service_level="slow")
    reprocess(shop)

    assert previewed(shop, "1").changed == 0
    [one] = previewed(shop, "1", drop_edits_of=("service_level",)).differences
    assert one.fields == {"service_level": ("slow", "fast")}


def test_another_order_of_the_account_is_refused(shop: Shop) -> None:
    with pytest.raises(Refused, match='no order "ord_x"'):
        preview_reprocess(shop.app, shop.merchant.id, ["ord_x"])
