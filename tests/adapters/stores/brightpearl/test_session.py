from __future__ import annotations

import tracemalloc
from collections import Counter
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import orjson
import pytest
from support.brightpearl_stub import StubBrightpearl, answer, errors, expand, make_note, make_order

from adapters.stores.brightpearl.session import BrightpearlSession
from engine.model.sentence import Sentence
from engine.model.store import NameKind, Parked, Ready, Record, Skipped
from engine.ports import CredentialsRefused
from rules.messages import LANGUAGES

SINCE = datetime(2025, 12, 2, 9, 30, tzinfo=UTC)


def scan(session: BrightpearlSession) -> list[Record]:
    return [record for batch in session.scan(SINCE) for record in batch]


def reason(record: Record) -> str:
    return record.message.code if isinstance(record, Skipped) else type(record).__name__.lower()


def fill(stub: StubBrightpearl, count: int, first_note: int = 1, step: int = 1) -> None:
    for index in range(count):
        stub.notes[first_note + index * step] = make_note(7001 + index)
        stub.orders[7001 + index] = make_order(7001 + index)


def test_a_printed_note_of_a_wanted_channel_is_ready(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.notes[81], stub.orders[7001] = make_note(), make_order()

    [record] = scan(session)

    assert isinstance(record, Ready)
    assert (record.external_id, record.external_order_id, record.order_number) == ("81", "7001", "7001")
    assert record.document["reference"] == "WEB-7001"
    assert orjson.loads(record.raw) == {"note": stub.notes[81], "order": stub.orders[7001]}


def test_the_search_asks_for_unshipped_notes_of_the_window(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    scan(session)

    search = stub.seen[1]
    assert search.path == "/public-api/testacct/warehouse-service/goods-note/goods-out-search"
    assert search.query == {
        "shipped": "false",
        "createdOn": "2025-12-02T09:30:00.000Z/",
        "pageSize": "500",
        "firstResult": "1",
        "sort": "goodsOutNoteId.ASC",
    }


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"printed": False}, "not_printed"),
        ({"shipped": True}, "already_shipped"),
        ({"transfer": True, "orderId": 0}, "transfer_note"),
    ],
)
def test_what_the_row_rules_out_is_not_read(
    stub: StubBrightpearl, session: BrightpearlSession, changes: dict[str, Any], expected: str
) -> None:
    stub.notes[81] = make_note(**changes)

    [record] = scan(session)

    assert isinstance(record, Skipped)
    assert (record.message.code, record.confirmed, record.external_id) == (expected, False, "81")
    assert session.requests == len(stub.seen) == 2


@pytest.mark.parametrize("columns", [("goodsOutNoteId", "orderId", "createdOn"), ("goodsOutNoteId", "orderId")])
def test_a_search_that_ignores_the_window_brings_no_old_notes(
    stub: StubBrightpearl, session: BrightpearlSession, columns: tuple[str, ...]
) -> None:
    fill(stub, 2)
    stub.notes[1]["createdOn"] = "2025-12-02T10:29:59.000+01:00"
    stub.notes[2]["createdOn"] = "2025-12-02T10:30:00.000+01:00"
    stub.columns = columns

    records = scan(session)

    assert [(record.external_id, reason(record)) for record in records] == [("1", "outside_window"), ("2", "ready")]
    assert isinstance(records[0], Skipped)
    assert not records[0].confirmed
    assert [reason(record) for record in session.read(["1"])] == ["ready"]


def test_a_search_that_says_little_leaves_it_to_the_note(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.columns = ("goodsOutNoteId", "orderId")
    stub.notes = {
        81: make_note(printed=False),
        82: make_note(shipped=True),
        83: make_note(transfer=True, orderId=7002),
        84: make_note(shipped=True, printed=False),
    }

    records = scan(session)

    assert [reason(record) for record in records] == ["not_printed", "already_shipped", "transfer_note", "already_shipped"]
    assert all(isinstance(record, Skipped) and record.confirmed for record in records)


def test_the_order_decides_what_the_note_leaves_open(
    stub: StubBrightpearl, open_session: Callable[..., BrightpearlSession]
) -> None:
    without_channel = make_order(7004)
    without_channel["assignment"] = {"current": {}}
    stub.notes = {80 + index: make_note(7000 + index) for index in range(1, 9)}
    stub.orders = {
        7001: make_order(7001),
        7002: make_order(7002, orderTypeCode="SC"),
        7003: make_order(7003, channel=9),
        7004: without_channel,
        7005: make_order(7005, isDropship=True),
        7006: make_order(7006, channel=5),
        7008: make_order(7008),
    }
    stub.notes[88]["warehouseId"] = 4

    records = scan(open_session(channel_ids=[2, 5], warehouse_ids=[3]))

    assert [reason(record) for record in records] == [
        "ready",
        "not_a_sales_order",
        "wrong_channel",
        "wrong_channel",
        "drop_ship",
        "ready",
        "order_not_found",
        "wrong_warehouse",
    ]
    sentences = [record.message.format(language) for record in records if isinstance(record, Skipped) for language in LANGUAGES]
    assert not any("{" in sentence for sentence in sentences)
    assert "is 9; this store imports 2, 5" in str(records[2].message)  # type: ignore[union-attr]
    assert "has no channel in Brightpearl; this store imports 2, 5" in str(records[3].message)  # type: ignore[union-attr]
    assert "--channel-id 0" in records[3].message.format("es")  # type: ignore[union-attr]


@pytest.mark.parametrize("written", [str, float])
def test_ids_may_come_as_texts(stub: StubBrightpearl, open_session: Callable[..., BrightpearlSession], written: Any) -> None:
    stub.notes[81] = make_note(written(7001), warehouseId=written(3), sequence=written(2))
    stub.orders[7001] = make_order(channel=written(2), id=written(7001))
    session = open_session(warehouse_ids=[3])

    [record] = session.read(["81"])

    assert isinstance(record, Ready)
    assert (record.external_order_id, record.document["order_number"], record.document["channel_id"]) == ("7001", "7001/2", "2")
    stub.notes[81]["orderId"] = written(0)
    assert reason(session.read(["81"])[0]) == "transfer_note"


def test_the_searchs_channel_does_not_count(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.columns = (*stub.columns, "channelId")
    stub.notes[81], stub.orders[7001] = make_note(channelId=99), make_order(channel=2)

    assert [reason(record) for record in scan(session)] == ["ready"]


def test_a_note_that_is_gone_when_it_is_read(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    fill(stub, 2)
    stub.script = [None, None]
    own = stub.reply
    stub.reply = lambda seen: errors(404, "CMNC-404") if "/goods-out/" in seen.path else own(seen)

    records = scan(session)

    assert [(reason(record), record.external_id) for record in records] == [("note_gone", "1"), ("note_gone", "2")]


def test_two_notes_of_one_order_are_two_orders(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.notes = {81: make_note(), 82: make_note(sequence=2)}
    stub.orders[7001] = make_order()

    assert [record.order_number for record in scan(session)] == ["7001", "7001/2"]


def test_what_cannot_be_mapped_is_parked_with_its_path(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.notes = {81: make_note(), 82: make_note(7002), 83: {"orderId": 7003}, 84: make_note(None)}  # type: ignore[arg-type]
    stub.notes[83]["status"] = {"printed": True}
    stub.orders = {7001: make_order(totalValue={"total": "a lot"}), 7002: make_order(7002), 7003: make_order(7003)}

    records = scan(session)

    assert [reason(record) for record in records] == ["parked", "ready", "parked", "parked"]
    parked = [record for record in records if isinstance(record, Parked)]
    assert [(one.path, one.external_order_id) for one in parked] == [
        ("totalValue.total", "7001"),
        ("note.orderRows", "7003"),
        ("note.orderId", ""),
    ]
    assert parked[0].problem == Sentence("it is not a number: 'a lot'", "no es un número: 'a lot'")


def test_620_notes_take_few_requests_and_come_once_each(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    fill(stub, 620, first_note=1_000_000, step=7)

    batches = list(session.scan(SINCE))

    assert Counter(record.external_id for batch in batches for record in batch) == {str(note_id): 1 for note_id in stub.notes}
    assert all(len(batch) <= 500 for batch in batches)
    assert session.requests == len(stub.seen) <= 16
    assert max(len(path) for path in stub.paths()) < 1900


def test_each_order_of_a_chunk_is_asked_for_once(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.notes = {80 + index: make_note(sequence=index) for index in range(1, 9)}
    stub.orders[7001] = make_order()

    assert len(scan(session)) == 8
    assert [path for path in stub.paths() if "/order-service/order/" in path] == ["/order-service/order/7001"]


def test_reading_named_notes(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.notes = {81: make_note(), 82: make_note(shipped=True), 83: make_note(printed=False)}
    stub.orders[7001] = make_order()

    records = session.read(["83", "99", "81", "82"])

    assert [(record.external_id, reason(record)) for record in records] == [
        ("83", "not_printed"),
        ("99", "note_gone"),
        ("81", "ready"),
        ("82", "already_shipped"),
    ]


def test_memory_stays_flat_while_pages_stream(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    fill(stub, 1500)
    stub.page_size = 100
    scanning = session.scan(SINCE)
    next(scanning)
    tracemalloc.start()
    levels = [tracemalloc.get_traced_memory()[0] for _ in scanning]
    tracemalloc.stop()

    assert max(levels[3:]) < 2 * max(levels[:3])


def test_check_logs_in(stub: StubBrightpearl, open_session: Callable[..., BrightpearlSession]) -> None:
    open_session().check()
    with pytest.raises(CredentialsRefused, match="refuses the log-in"):
        open_session(password="wrong").check()

    assert stub.paths() == ["/testacct/authorise", "/product-service/channel", "/testacct/authorise"]


def test_order_notes_are_plain_text_and_oldest_first(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.order_notes = [
        {"noteId": 3, "text": "<p>Gift &amp; card<br/>please</p><script>x()</script>", "addedOn": "2026-02-03T10:00:00.000Z"},
        {"noteId": 2, "text": "  ", "addedOn": "2026-02-02T10:00:00.000Z"},
        {"noteId": 1, "text": "a < b", "addedOn": "2026-02-01T10:00:00.000Z"},
    ]

    assert session.order_notes("7001") == ["a < b", "Gift & card\nplease"]


@pytest.mark.parametrize("assignment", [{"current": {"channelId": 0}}, {"current": {}}, {}, None])
def test_orders_without_a_channel_come_when_they_are_chosen(
    stub: StubBrightpearl, open_session: Callable[..., BrightpearlSession], assignment: Any
) -> None:
    stub.notes[81], stub.orders[7001] = make_note(), make_order(assignment=assignment)

    assert [reason(record) for record in scan(open_session())] == ["wrong_channel"]
    assert [reason(record) for record in scan(open_session(channel_ids=[2, 0]))] == ["ready"]
    assert [reason(record) for record in scan(open_session(channel_ids=[0]))] == ["ready"]


def test_a_name_in_broken_bytes_parks_its_order_and_no_other(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    fill(stub, 3)
    stub.orders[7002]["parties"]["delivery"] = {**stub.orders[7002]["parties"]["delivery"], "addressFullName": "Jos@@"}
    own = stub.own_reply

    def garbled(seen: Any) -> Any:
        reply = own(seen)
        return type(reply)(reply.status, reply.body.replace(b"@@", b"\xe9\xff"))

    stub.reply = garbled
    records = scan(session)

    assert [reason(record) for record in records] == ["ready", "parked", "ready"]
    assert isinstance(records[1], Parked)
    assert records[1].path == "parties.delivery.addressFullName"
    assert "UTF-8" in records[1].problem.format("en")
    assert orjson.loads(records[1].raw)["order"]["id"] == 7002


def test_replies_may_begin_with_a_byte_order_mark(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    fill(stub, 2)
    own = stub.own_reply

    def marked(seen: Any) -> Any:
        reply = own(seen)
        return type(reply)(reply.status, b"\xef\xbb\xbf" + reply.body)

    stub.reply = marked

    assert [reason(record) for record in scan(session)] == ["ready", "ready"]


def test_what_a_person_should_know_of_an_order_comes_with_it(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    fill(stub, 3)
    for order_id, country in ((7001, {}), (7002, {"country": "Atlantis"}), (7003, {"country": "España"})):
        stub.orders[order_id]["parties"]["delivery"] = {"addressFullName": "Ann", **country}

    records = [record for record in scan(session) if isinstance(record, Ready)]

    assert [[remark.code for remark in record.remarks] for record in records] == [["no_country"], ["unknown_country"], []]
    assert "has no country in its delivery address" in records[0].remarks[0].format("en")
    assert "“Atlantis”" in records[1].remarks[0].format("en")
    assert "«Atlantis»" in records[1].remarks[0].format("es")


def test_fields_that_are_new_come_with_the_order(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.notes[81], stub.orders[7001] = make_note(novelty=1), make_order(foo={"bar": 1})

    [record] = scan(session)

    assert isinstance(record, Ready)
    assert set(record.unknown_fields) == {"order.foo", "note.novelty"}


def test_names_of_methods_and_channels(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    stub.lists["warehouse-service/shipping-method"] = [{"id": 5, "name": " Next\nday "}, {"id": "6", "name": None}, {"name": "x"}]
    stub.lists["product-service/channel"] = [{"id": 2, "name": "Web shop"}]

    assert session.names(NameKind.SHIPPING_METHODS) == {"5": "Next day"}
    assert session.names(NameKind.CHANNELS) == {"2": "Web shop"}


class Products:
    """Answers for sets of products: all that there are, or a refusal when the set names one that is gone."""

    def __init__(self, stub: StubBrightpearl, there: set[int], *, refuses: Any = None) -> None:
        self.asked: list[str] = []
        self._there, self._refuses, self._own = there, refuses, stub.own_reply
        stub.reply = self.reply

    def reply(self, seen: Any) -> Any:
        if "/product-service/product/" not in seen.path:
            return self._own(seen)
        id_set = seen.path.rpartition("/")[2]
        self.asked.append(id_set)
        ids = expand(id_set)
        if self._refuses is not None and not self._there.issuperset(ids):
            return self._refuses
        found = [{"id": one, "stock": {"weight": {"magnitude": f"{one}.5"}}} for one in ids if one in self._there]
        return answer({"response": found}) if found else errors(404, "CMNC-404")


@pytest.mark.parametrize("refuses", [None, errors(404, "CMNC-404"), errors(400, "PRDC-002"), errors(500, "CMNC-018"), answer({})])
def test_a_deleted_product_takes_no_weight_from_those_beside_it(
    stub: StubBrightpearl, session: BrightpearlSession, refuses: Any
) -> None:
    products = Products(stub, set(range(1, 101)) - {37}, refuses=refuses)

    found = session.products([str(one) for one in range(1, 101)])

    assert found == {str(one): {} if one == 37 else {"weight": f"{one}.5"} for one in range(1, 101)}
    assert len(products.asked) <= 17


def test_many_deleted_products_cost_few_requests_and_are_settled_step_by_step(
    stub: StubBrightpearl, session: BrightpearlSession
) -> None:
    gone = {7, 50, 51, 52, 90}
    products = Products(stub, set(range(1, 101)) - gone, refuses=errors(404, "CMNC-404"))
    known: dict[str, dict[str, str]] = {}
    rounds = 0
    while len(known) < 100 and rounds < 20:
        products.asked.clear()
        known |= session.products([str(one) for one in range(1, 101) if str(one) not in known])
        assert len(products.asked) <= 17
        rounds += 1

    assert {one for one, details in known.items() if not details} == {str(one) for one in gone}
    assert len(known) == 100


def test_a_log_in_that_may_not_see_products_gets_none(stub: StubBrightpearl, session: BrightpearlSession) -> None:
    products = Products(stub, set(), refuses=errors(403, "PRDC-001"))

    assert session.products(["1", "2"]) == {}
    assert len(products.asked) == 1
