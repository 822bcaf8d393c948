import time
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

from adapters.sandboxes.brightpearl import SandboxData, generate
from adapters.sandboxes.brightpearl.shop.awkward import awkward_kinds

NOW = datetime(2026, 7, 20, 9, 0, tzinfo=UTC)


@pytest.fixture(scope="module")
def data() -> SandboxData:
    return generate(400, seed=5, now=NOW)


def order_of(data: SandboxData, kind: str) -> tuple[dict[str, Any], list[dict[str, Any]]]:
    order_id = next(order_id for order_id, each in data.kinds.items() if each == kind)
    return data.order(order_id), [data.note(each) for each in data.note_ids(order_id)]


def test_40_orders_show_every_kind() -> None:
    data = generate(40, seed=1, now=NOW)
    assert sorted(data.orders) == list(range(7001, 7041))
    assert min(data.notes) == 81
    assert {name for name, _ in awkward_kinds()} <= set(data.kinds.values())


def test_the_same_seed_gives_the_same_data() -> None:
    def everything(seed: int) -> list[bytes]:
        data = generate(60, seed, NOW)
        return [order.body for order in data.orders.values()] + [note.body for note in data.notes.values()]

    assert everything(4) == everything(4)
    assert everything(4) != everything(5)


def test_another_now_moves_the_dates_alone() -> None:
    def placed(now: datetime) -> list[datetime]:
        data = generate(5, 1, now)
        return [datetime.fromisoformat(data.order(each)["placedOn"]) for each in data.orders]

    later = timedelta(days=200)
    assert placed(NOW + later) == [moment + later for moment in placed(NOW)]


def test_ten_thousand_orders_are_quick() -> None:
    started = time.process_time()
    assert len(generate(10_000, 1, NOW).orders) == 10_000
    assert time.process_time() - started < 6


def test_plain_orders_are_all_importable() -> None:
    data = generate(50, 1, NOW, plain=True)
    assert len(data.notes) == 50
    assert all(note.printed and not note.shipped for note in data.notes.values())
    assert {order.channel_id for order in data.orders.values()} == {2}


@pytest.mark.parametrize("orders", [0, 1, 7])
def test_few_orders(orders: int) -> None:
    assert len(generate(orders, 1, NOW).orders) == orders


def test_senseless_wishes_are_refused() -> None:
    with pytest.raises(ValueError, match="negative"):
        generate(-1, 1, NOW)
    with pytest.raises(ValueError, match="aware"):
        generate(1, 1, NOW.replace(tzinfo=None))


def test_most_orders_are_of_the_web_shop(data: SandboxData) -> None:
    share = sum(order.channel_id == 2 for order in data.orders.values()) / len(data.orders)
    assert 0.6 < share < 0.8
    currencies = {data.order(each)["currency"]["orderCurrencyCode"] for each in data.orders}
    assert currencies == {"EUR", "GBP", "USD"}


def test_totals_add_up(data: SandboxData) -> None:
    for order_id in data.orders:
        order = data.order(order_id)
        rows = [row["rowValue"] for row in order["orderRows"].values()]
        net = sum(Decimal(row["rowNet"]["value"]) for row in rows)
        tax = sum(Decimal(row["rowTax"]["value"]) for row in rows)
        assert (Decimal(order["totalValue"]["net"]), Decimal(order["totalValue"]["total"])) == (net, net + tax)


def test_notes_ship_rows_of_their_order(data: SandboxData) -> None:
    for note_id, record in data.notes.items():
        order_id = record.order_id
        if record.transfer or data.kinds[order_id] in ("row_missing_in_order", "broken_quantity"):
            continue
        rows = data.order(order_id)["orderRows"]
        for row_id, places in data.note(note_id)["orderRows"].items():
            assert sum(place["quantity"] for place in places) <= Decimal(rows[row_id]["quantity"]["magnitude"])


def test_dates_carry_the_accounts_offset(data: SandboxData) -> None:
    order, (note,) = order_of(data, "dst_offset")
    assert (order["placedOn"][-6:], note["createdOn"][-6:]) == ("+01:00", "+02:00")


def test_bundles(data: SandboxData) -> None:
    order, (note,) = order_of(data, "bundle")
    parents = [row_id for row_id, row in order["orderRows"].items() if row["composition"]["bundleParent"]]
    children = [row_id for row_id, row in order["orderRows"].items() if row["composition"]["bundleChild"]]
    assert sorted(note["orderRows"]) == children
    assert {order["orderRows"][each]["composition"]["parentOrderRowId"] for each in children} == {int(parents[0])}


@pytest.mark.parametrize(("kind", "value"), [("shipping_charge", Decimal("4.95")), ("voucher", Decimal(-5))])
def test_text_rows(data: SandboxData, kind: str, value: Decimal) -> None:
    order, (note,) = order_of(data, kind)
    text_rows = {row_id: row for row_id, row in order["orderRows"].items() if row["productId"] == 1000}
    assert [Decimal(row["rowValue"]["rowNet"]["value"]) for row in text_rows.values()] == [value]
    assert not any("productSku" in row for row in text_rows.values())
    assert not set(text_rows) & set(note["orderRows"])


def test_addresses(data: SandboxData) -> None:
    for kind, name in (("country_by_name_english", "United Kingdom"), ("country_by_name_local", "España")):
        delivery = order_of(data, kind)[0]["parties"]["delivery"]
        assert (delivery["country"], delivery["countryId"]) == (name, 0)
        assert "countryIsoCode" not in delivery
    assert order_of(data, "us_state")[0]["parties"]["delivery"]["addressLine4"] == "MA"
    assert order_of(data, "northern_ireland")[0]["parties"]["delivery"]["postalCode"].startswith("BT")
    assert order_of(data, "canary_islands")[0]["parties"]["delivery"]["postalCode"].startswith("35")
    assert order_of(data, "leading_zero")[0]["parties"]["delivery"]["postalCode"] == "01067"
    assert order_of(data, "empty_strings")[0]["parties"]["delivery"]["email"] == ""
    assert "email" not in order_of(data, "absent_fields")[0]["parties"]["delivery"]
    assert len(order_of(data, "very_long_name")[0]["parties"]["delivery"]["addressFullName"]) > 200


def test_documents(data: SandboxData) -> None:
    assert len(order_of(data, "thirty_rows")[0]["orderRows"]) == 30
    assert order_of(data, "zero_value")[0]["totalValue"]["total"] == "0.00"
    assert "customer" not in order_of(data, "purchase_order")[0]["parties"]
    order, (note,) = order_of(data, "row_missing_in_order")
    assert set(note["orderRows"]) - set(order["orderRows"])
    order, notes = order_of(data, "two_notes")
    assert len(notes) == 2
    assert set(notes[0]["orderRows"]) <= set(notes[1]["orderRows"])
    status = order_of(data, "shipped_never_printed")[1][0]["status"]
    assert (status["shipped"], status["printed"]) == (True, False)
    assert order_of(data, "two_notes_one_shipped")[0]["shippingStatusCode"] == "SPS"
