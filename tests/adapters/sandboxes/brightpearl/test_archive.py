"""Orders of long ago that cost next to nothing."""

import tracemalloc
from datetime import UTC, datetime, timedelta

import pytest
import requests

from adapters.sandboxes.brightpearl import SandboxData, SandboxServer, generate
from adapters.sandboxes.brightpearl.archive import FIRST_NOTE, FIRST_ORDER

NOW = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
COUNT = 5000


@pytest.fixture(scope="module")
def data() -> SandboxData:
    return generate(60, 3, NOW, shipped=COUNT)


def test_each_reads_like_any_other_shipped_order(data: SandboxData) -> None:
    assert len(data.orders) == 60 + COUNT
    rows: set[str] = set()
    for number in (0, 1, COUNT // 2, COUNT - 1):
        order, note = data.order(FIRST_ORDER + number), data.note(FIRST_NOTE + number)
        assert (order["id"], order["shippingStatusCode"]) == (FIRST_ORDER + number, "ASS")
        assert order["reference"] == f"WEB-{FIRST_ORDER + number - 6000}"
        assert order["invoices"][0]["invoiceReference"] == f"SI-{order['id']}"
        assert note["orderId"] == order["id"]
        assert note["status"]["shipped"] is True
        assert note["shipping"]["reference"].endswith(str(FIRST_NOTE + number))
        assert set(note["orderRows"]) <= set(order["orderRows"])
        assert not rows & set(order["orderRows"])
        rows |= set(order["orderRows"])
        assert data.note_ids(order["id"]) == [FIRST_NOTE + number]
        shipped = datetime.fromisoformat(note["status"]["shippedOn"])
        assert NOW - timedelta(days=721) < shipped < NOW - timedelta(days=99)
        assert order["updatedOn"] == note["status"]["shippedOn"]


def test_the_first_orders_are_those_of_an_account_without_an_archive(data: SandboxData) -> None:
    alone = generate(60, 3, NOW)
    assert {each: data.order(each) for each in alone.orders} == {each: alone.order(each) for each in alone.orders}
    with pytest.raises(ValueError, match="negative"):
        generate(1, 1, NOW, shipped=-1)


def test_a_hundred_thousand_are_small() -> None:
    tracemalloc.start()
    try:
        data = generate(0, 1, NOW, shipped=100_000)
        size, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert len(data.notes) == 100_000
    assert size < 60_000_000


def test_searches_and_reads_over_http(data: SandboxData) -> None:
    data.clock = lambda: NOW
    with SandboxServer(data) as server, requests.Session() as session:
        session.headers.update({"brightpearl-app-ref": "testacct_sandbox", "brightpearl-staff-token": "sandbox-staff-token"})
        base = f"{server.url}/public-api/testacct"

        def search(path: str, **query: str) -> list[dict]:
            reply = session.get(f"{base}{path}", params=query, timeout=10).json()["response"]
            names = [column["name"] for column in reply["metaData"]["columns"]]
            return [dict(zip(names, row, strict=True)) for row in reply["results"]]

        notes, orders = "/warehouse-service/goods-note/goods-out-search", "/order-service/order-search"
        unshipped = {row["goodsOutNoteId"] for row in search(notes, shipped="false")}
        assert unshipped == {each for each in data.notes if not data.notes[each].shipped}
        (row,) = search(notes, goodsOutNoteId=str(FIRST_NOTE + 7))
        assert (row["orderId"], row["shipped"]) == (FIRST_ORDER + 7, True)
        (row,) = search(orders, customerRef=f"WEB-{FIRST_ORDER + 7 - 6000}")
        assert (row["orderId"], row["orderShippingStatusId"]) == (FIRST_ORDER + 7, 4)
        count = session.get(f"{base}{notes}", params={"countOnly": "true", "shipped": "true"}, timeout=10).json()["response"]
        assert count["metaData"]["resultsAvailable"] == sum(note.shipped for note in data.notes.values())
        everything = session.get(f"{base}/order-service/order/{FIRST_ORDER}-{FIRST_ORDER + 199}", timeout=10).json()["response"]
        assert {order["id"] for order in everything} == set(range(FIRST_ORDER, FIRST_ORDER + 200))
        assert server.state()["notes"] == len(data.notes)
        answer = server.expected()
        assert len(answer["skipped"]) > COUNT
        assert "already_shipped" in {each["reason"] for each in answer["skipped"] if each["note_id"] >= FIRST_NOTE}


def test_an_archived_order_that_changes_is_found_by_its_change() -> None:
    data = generate(5, 1, NOW, shipped=300)
    data.clock = lambda: NOW
    order_id = FIRST_ORDER + 20
    before = data.order(order_id)
    assert {cells[0] for cells in data.order_cells(changed_since=NOW)} == set()
    data.change_address(order_id, addressLine1="New 1")
    assert {cells[0] for cells in data.order_cells(changed_since=NOW)} == {order_id}
    after = data.order(order_id)
    assert after["orderRows"] == before["orderRows"]
    assert data.note_ids(order_id) == [FIRST_NOTE + 20]
    assert len(data.order_cells(changed_since=NOW - timedelta(days=400))) > 100
    note_id = data.add_note(order_id, {}, warehouse_id=3)
    assert data.note_ids(order_id) == [FIRST_NOTE + 20, note_id]
    assert data.note(note_id)["sequence"] == 2
