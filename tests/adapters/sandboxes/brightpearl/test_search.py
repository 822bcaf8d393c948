from datetime import UTC, datetime

import pytest
import requests

from adapters.sandboxes.brightpearl import SandboxOptions, SandboxServer
from adapters.sandboxes.brightpearl.search import EXTRA_COLUMN

PATH = "/warehouse-service/goods-note/goods-out-search"


def code_of(reply) -> tuple[int, str]:
    return reply.status_code, reply.json()["errors"][0]["code"]


def test_filters_are_combined(api, server: SandboxServer) -> None:
    rows = api.search(printed="true", shipped="false", transfer="false", channelId="2")
    assert len(rows) > 10
    assert all(row["printed"] and not row["shipped"] and not row["transfer"] and row["channelId"] == 2 for row in rows)
    by_hand = [
        note_id
        for note_id in server.data.notes
        if (note := server.data.notes[note_id]).printed
        and not note.shipped
        and not note.transfer
        and server.data.orders[note.order_id].channel_id == 2
    ]
    assert [row["goodsOutNoteId"] for row in rows] == by_hand


def test_integer_matches_one_number_and_no_range(api, order_of) -> None:
    order_id = order_of["two_notes"]
    assert [row["goodsOutNoteId"] for row in api.search(orderId=order_id)] == api.server.data.note_ids(order_id)
    assert code_of(api.get(PATH, orderId="7001-7003")) == (500, "CMNC-018")


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("printed", "yes", "BOOLEAN"),
        ("createdOn", "yesterday", "PERIOD"),
        ("createdOn", "/", "PERIOD"),
        ("shippingMethodId", "5;6", "IDSET"),
        ("warehouseId", "x", "INTEGER"),
        ("pageSize", "0", "INTEGER"),
        ("firstResult", "x", "INTEGER"),
        ("firstResult", "9" * 5000, "INTEGER"),
        ("orderId", "7_001", "INTEGER"),
        ("countOnly", "1", "BOOLEAN"),
    ],
)
def test_what_cannot_be_parsed_is_500_with_its_type(api, name: str, value: str, kind: str) -> None:
    reply = api.get(PATH, **{name: value})
    assert code_of(reply) == (500, "CMNC-018")
    assert reply.json()["errors"][0]["message"] == f"The filter {name}={value} cannot be parsed as: {kind}"


def test_id_sets_filter(api) -> None:
    wanted = {row["shippingMethodId"] for row in api.search(shippingMethodId="6-8")}
    assert wanted == {7, 8}


def test_periods(api) -> None:
    rows = api.search()
    created = sorted(row["createdOn"] for row in rows)
    middle = rows[20]["createdOn"]
    after, before = api.search(createdOn=f"{middle}/"), api.search(createdOn=f"/{middle}")
    assert 0 < len(after) < len(rows)
    assert len(after) + len(before) == len(rows)
    assert [row["createdOn"] for row in api.search(createdOn=middle)] == [middle]
    assert not api.search(shippedOn=f"/{created[0]}")
    assert len(api.search(createdOn="2026-08-22/")) == len(rows) - 1


def test_pages_reach_every_row_once_by_name(api, server: SandboxServer) -> None:
    first, seen, orders_of_columns = 1, [], set()
    while True:
        reply = api.get(PATH, pageSize=7, firstResult=first, sort="goodsOutNoteId.DESC").json()["response"]
        meta = reply["metaData"]
        names = [column["name"] for column in meta["columns"]]
        orders_of_columns.add(tuple(names))
        assert EXTRA_COLUMN in names
        assert all(len(row) == len(names) for row in reply["results"])
        seen += [row[names.index("goodsOutNoteId")] for row in reply["results"]]
        assert (meta["firstResult"], meta["lastResult"]) == (first, len(seen))
        assert meta["resultsReturned"] == len(reply["results"])
        if not meta["morePagesAvailable"]:
            break
        first = meta["lastResult"] + 1
    assert seen == sorted(server.data.notes, reverse=True)
    assert len(orders_of_columns) > 3


def test_columns_can_be_chosen(api) -> None:
    rows = api.search(columns="orderId,printed")
    assert set(rows[0]) == {"orderId", "printed", EXTRA_COLUMN}
    api.server.options = SandboxOptions(shuffle_columns=False, extra_column=False)
    reply = api.get(PATH, columns="printed,orderId", pageSize=1).json()["response"]
    assert [column["name"] for column in reply["metaData"]["columns"]] == ["printed", "orderId"]
    assert reply["results"] == [[False, 7001]]
    assert api.get(PATH, columns="orderId", pageSize=1).json()["response"]["results"] == [[7001]]


def test_without_switches_the_columns_keep_the_documented_order(api) -> None:
    api.server.options = SandboxOptions(shuffle_columns=False, extra_column=False)
    names = [column["name"] for column in api.get(PATH).json()["response"]["metaData"]["columns"]]
    assert names[:7] == ["goodsOutNoteId", "printed", "picked", "packed", "shipped", "shippedOn", "orderId"]
    assert names[14:] == ["channelId", "transfer"]


def test_omitted_columns_are_gone_and_filter_nothing(api) -> None:
    everything = len(api.search())
    api.server.options = SandboxOptions(omit_columns=frozenset({"channelId", "transfer"}))
    rows = api.search(channelId="2", transfer="false")
    assert len(rows) == everything
    assert not {"channelId", "transfer"} & set(rows[0])
    described = api.get(f"{PATH}/meta-data").json()["response"]["columns"]
    assert not {"channelId", "transfer"} & {column["name"] for column in described}


@pytest.mark.parametrize("names", [{"printed"}, {"*"}])
def test_filters_can_be_ignored(api, names: set[str]) -> None:
    api.server.options = SandboxOptions(ignored_filters=frozenset(names))
    assert {row["printed"] for row in api.search(printed="true")} == {True, False}
    assert code_of(api.get(PATH, printed="maybe")) == (500, "CMNC-018")


def test_sorting_by_several_columns(api) -> None:
    rows = api.search(sort="warehouseId.DESC,createdOn")
    keys = [(-row["warehouseId"], row["createdOn"][:19]) for row in rows]
    assert len({warehouse for warehouse, _ in keys}) == 2
    assert keys == sorted(keys)


def test_count_only(api, server: SandboxServer) -> None:
    reply = api.get(PATH, countOnly="true").json()["response"]
    assert reply["results"] == []
    assert reply["metaData"]["resultsAvailable"] == len(server.data.notes)


def test_empty_results_and_older_replies(api) -> None:
    empty = api.get(PATH, orderId=1).json()["response"]["metaData"]
    assert (empty["morePagesAvailable"], empty["resultsAvailable"], empty["resultsReturned"]) == (False, 0, 0)
    assert not {"firstResult", "lastResult"} & set(empty)
    api.server.options = SandboxOptions(empty_search_numbers=True)
    empty = api.get(PATH, orderId=1).json()["response"]["metaData"]
    assert (empty["morePagesAvailable"], empty["firstResult"], empty["lastResult"]) == (False, 0, 0)
    api.server.options = SandboxOptions(older_metadata=True)
    empty = api.get(PATH, orderId=1).json()["response"]["metaData"]
    assert not {"firstResult", "lastResult", "morePagesAvailable"} & set(empty)
    full = api.get(PATH, pageSize=5).json()["response"]["metaData"]
    assert full["lastResult"] == 5
    assert "morePagesAvailable" not in full


def test_a_change_shows_in_the_next_search(api, server: SandboxServer) -> None:
    assert 81 not in {row["goodsOutNoteId"] for row in api.search(printed="true")}
    server.data.print_note(81)
    assert 81 in {row["goodsOutNoteId"] for row in api.search(printed="true")}


def test_order_search(api, order_of) -> None:
    path = "/order-service/order-search"
    server = api.server
    assert {row["orderId"] for row in api.search(path, orderTypeId="2-3")} == {
        order_of["purchase_order"],
        order_of["sales_credit"],
    }
    assert [row["orderId"] for row in api.search(path, customerRef="WEB-1040")] == [7040]
    assert [row["orderId"] for row in api.search(path, customerRefs="WEB-1040.WEB-1041")] == [7040, 7041]
    assert [row["orderId"] for row in api.search(path, orderId="7010.7002")] == [7002, 7010]
    assert {row["departmentId"] for row in api.search(path, orderId=order_of["wrong_channel"])} == {3}
    assert "placedOn" not in api.search(path, pageSize=1)[0]
    server.data.clock = lambda: datetime(2026, 11, 21, tzinfo=UTC)
    server.data.change_address(7050, addressLine1="New 1")
    assert [row["orderId"] for row in api.search(path, updatedOn="2026-11-20T12:00:00Z/")] == [7050]


def test_reference_tables_hold_what_the_page_has(api, order_of) -> None:
    path = "/order-service/order-search"
    reply = api.get(path, orderId=f"{order_of['shipped']},{order_of['purchase_order']}").json()
    assert reply["reference"] == {
        "orderTypeNames": {"1": "SALES_ORDER", "2": "PURCHASE_ORDER"},
        "orderStatusNames": {"22": "Ready to ship", "7": "Placed with supplier"},
        "orderStockStatusNames": {"4": "All in stock"},
        "orderPaymentStatusNames": {"1": "PAID"},
        "orderShippingStatusNames": {"2": "Stock not shipped", "4": "All stock shipped"},
    }
    columns = reply["response"]["metaData"]["columns"]
    assert {table for column in columns for table in column["referenceData"]} == set(reply["reference"])
    assert api.get(path, orderId=7001, columns="orderId,orderStatusId").json()["reference"] == {
        "orderStatusNames": {"22": "Ready to ship"}
    }
    assert api.get(PATH).json()["reference"] == {}


def test_without_the_shuffle_columns_stand_where_they_were_recorded(api) -> None:
    api.server.options = SandboxOptions(shuffle_columns=False, extra_column=False)
    orders = api.get("/order-service/order-search", pageSize=1).json()["response"]["metaData"]["columns"]
    recorded = "orderId orderTypeId contactId orderStatusId orderStockStatusId createdOn createdById customerRef"
    further = "orderPaymentStatusId updatedOn parentOrderId orderShippingStatusId externalRef installedIntegrationInstanceId"
    last = "warehouseId staffOwnerContactId taxDate departmentId deliveryDate"
    assert [column["name"] for column in orders] == f"{recorded} {further} {last}".split()
    notes = api.get(PATH, pageSize=1).json()["response"]["metaData"]["columns"]
    documented = "goodsOutNoteId printed picked packed shipped shippedOn orderId shippingMethodId warehouseId priority createdOn"
    assert [column["name"] for column in notes] == f"{documented} releaseDate createdBy labelUri channelId transfer".split()
    named = api.get(PATH, pageSize=1, columns="orderId,goodsOutNoteId").json()["response"]["metaData"]["columns"]
    assert [column["name"] for column in named] == ["orderId", "goodsOutNoteId"]


def test_parameters_that_nobody_knows(api) -> None:
    everything = len(api.search())
    assert len(api.search(colour="red")) == everything
    api.server.options = SandboxOptions(unknown_filters="refuse")
    assert code_of(api.get(PATH, colour="red")) == (400, "CMNC-SANDBOX-FILTER")
    assert len(api.search(shipped="false", columns="goodsOutNoteId", sort="goodsOutNoteId.DESC", pageSize=5)) == 5
    assert api.get("/order-service/order-search", customerRefs="WEB-1040").status_code == 200


def test_orders_that_were_never_changed_may_lack_the_time_of_it(api, server: SandboxServer) -> None:
    path = "/order-service/order-search"
    server.options = SandboxOptions(updated_on_of_unchanged=False)
    server.data.change_address(7050, addressLine1="New 1")
    for kind in ("order", "sales-order"):
        found = api.get(f"/order-service/{kind}/7049-7050").json()["response"]
        assert {order["id"]: "updatedOn" in order for order in found} == {7049: False, 7050: True}
    assert [row["updatedOn"] is None for row in api.search(path, orderId="7049-7050")] == [True, False]
    assert {row["orderId"] for row in api.search(path, updatedOn="2020-01-01T00:00:00Z/")} == {7050}
    assert api.search("/order-service/sales-order-search", salesOrderId="7049")[0]["updatedOn"] is None
    server.options = SandboxOptions()
    assert api.search(path, orderId="7049")[0]["updatedOn"] is not None


@pytest.mark.parametrize(
    "path",
    [
        "/2.0.0/testacct/order-service/order/7001",
        "//public-api//testacct///order-service/order/7001",
        "//2.0.0/testacct//order-service//order/7001",
    ],
)
def test_older_paths_and_double_slashes(api, server: SandboxServer, path: str) -> None:
    reply = api.session.get(server.url + path, timeout=5)
    assert reply.json() == api.get("/order-service/order/7001").json()
    server.fault("outage_503", "/testacct/order-service/order/")
    assert api.session.get(server.url + path, timeout=5).status_code == 503


def test_a_log_in_over_a_double_slash(server: SandboxServer) -> None:
    body = {"apiAccountCredentials": {"emailAddress": "u@example.com", "password": "secret"}}
    assert requests.post(f"{server.url}//testacct//authorise", json=body, timeout=5).status_code == 200
