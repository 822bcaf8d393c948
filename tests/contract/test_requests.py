"""Contract of the repository of fulfillment requests: both sides see them, and what each keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from support.examples import NOON, an_account, an_account_with_store, an_order

from engine.model.account import AccountKind
from engine.model.connection import Connection, ConnectionState
from engine.model.order import Order
from engine.model.reason_line import ReasonLine
from engine.model.redaction import ERASED, Redaction
from engine.model.request import LIVE, FulfillmentRequest, RequestLine, RequestState
from engine.model.request_change import ChangeState, RequestChange
from engine.model.request_message import MessageKind, RequestMessage
from engine.model.transitions import Side
from engine.ports import NotFound
from storage.database import Database
from storage.errors import ConflictingWrite

PROVIDER = "acc_provider"
LATER = NOON + timedelta(hours=1)
LINES = (RequestLine("2", "MUG", "Taza", Decimal("1.5"), "ACM-1"), RequestLine("1", "", "Sin SKU", Decimal(2)))


@pytest.fixture
def order(database: Database) -> Order:
    """A merchant's order; the provider's account is `acc_provider`, and their connections `con_1` and, over, `con_2`."""
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        unit.accounts.add(an_account("acme-3pl", id=PROVIDER, kind=AccountKind.PROVIDER))
        for connection_id, state in (("con_1", ConnectionState.ACTIVE), ("con_2", ConnectionState.REMOVED)):
            unit.connections.add(Connection(connection_id, PROVIDER, store.account_id, state, "La casa", "Acme", NOON))
        order = an_order(store.account_id, store.id)
        unit.orders.add_many([order], "run_1")
        unit.commit()
    return order


def another(database: Database, order: Order, external_id: str) -> Order:
    with database.unit_of_work() as unit:
        kept = an_order(order.account_id, order.store_id, external_id=external_id)
        unit.orders.add_many([kept], "run_1")
        unit.commit()
    return kept


def a_request(order: Order, identifier: str, **changes: object) -> FulfillmentRequest:
    request = FulfillmentRequest(
        identifier, order.account_id, PROVIDER, order.id, LINES, "24h", ("frágil",), NOON, connection_id="con_1", changed_at=NOON
    )
    return replace(request, **changes)  # type: ignore[arg-type]


def add(database: Database, *requests: FulfillmentRequest) -> None:
    with database.unit_of_work() as unit:
        for request in requests:
            unit.requests.add(request)
        unit.commit()


def test_requests_are_seen_by_the_merchant_and_the_provider(database: Database, order: Order) -> None:
    first, second = a_request(order, "req_1"), a_request(order, "req_2", lines=())
    add(database, second, first)
    with database.reading_unit_of_work() as unit:
        assert unit.requests.list_for_order(order.account_id, order.id) == [first, second]
        assert unit.requests.list_for_client(order.account_id) == [first, second]
        assert unit.requests.list_for_provider(PROVIDER) == [first, second]
        assert unit.requests.list_for_order(PROVIDER, order.id) == []
        assert unit.requests.list_for_client(PROVIDER) == []
        assert unit.requests.list_for_provider(order.account_id) == []
        for account_id in (order.account_id, PROVIDER):
            assert unit.requests.get(account_id, "req_1") == first
        for account_id, request_id in (("acc_other", "req_1"), (PROVIDER, "req_3")):
            with pytest.raises(NotFound):
                unit.requests.get(account_id, request_id)


def test_a_request_that_nothing_has_changed_yet_has_changed_when_it_was_made(database: Database, order: Order) -> None:
    add(database, a_request(order, "req_1", changed_at=None))
    with database.reading_unit_of_work() as unit:
        assert unit.requests.get(PROVIDER, "req_1").changed_at == NOON


def test_a_request_changes_its_state_and_its_work_and_keeps_what_was_asked(database: Database, order: Order) -> None:
    request = a_request(order, "req_1", notes_pending=True)
    shipped = (replace(LINES[0], shipped=Decimal("0.5")), LINES[1])
    changed = replace(
        request,
        state=RequestState.CLOSED,
        state_reason="out_of_stock",
        reason_text="No queda ninguna.",
        started_at=LATER,
        held=True,
        not_before=LATER,
        copy_id=order.id,
        lines=shipped,
        changed_at=LATER,
    )
    add(database, request, a_request(order, "req_2"))
    with database.unit_of_work() as unit:
        unit.requests.update(replace(changed, notes=(), notes_pending=False))  # which only the notes' own job changes
        assert unit.requests.list_for_order(order.account_id, order.id) == [changed, a_request(order, "req_2")]
        with pytest.raises(NotFound):
            unit.requests.update(replace(changed, account_id=PROVIDER))


def test_notes_are_kept_once_and_count_as_a_change(database: Database, order: Order) -> None:
    request = a_request(order, "req_1", notes=(), notes_pending=True)
    add(database, request)
    with database.unit_of_work() as unit:
        unit.requests.keep_notes(PROVIDER, "req_1", ["not theirs to keep"], LATER)
        assert unit.requests.get(PROVIDER, "req_1") == request
        unit.requests.keep_notes(order.account_id, "req_1", ["Ring twice."], LATER)
        kept = unit.requests.get(PROVIDER, "req_1")
    assert kept == replace(request, notes=("Ring twice.",), notes_pending=False, changed_at=LATER)


def test_a_request_is_found_by_the_order_that_was_made_of_it(database: Database, order: Order) -> None:
    copy = another(database, order, "601")
    add(database, a_request(order, "req_1", copy_id=copy.id), a_request(order, "req_2"))
    with database.reading_unit_of_work() as unit:
        assert unit.requests.find_by_copy(PROVIDER, copy.id) == a_request(order, "req_1", copy_id=copy.id)
        assert unit.requests.find_by_copy(PROVIDER, order.id) is None
        assert unit.requests.find_by_copy(order.account_id, copy.id) is None


def test_an_order_is_made_of_one_request(database: Database, order: Order) -> None:
    copy = another(database, order, "601")
    add(database, a_request(order, "req_1", copy_id=copy.id))
    with pytest.raises(ConflictingWrite):
        add(database, a_request(order, "req_2", copy_id=copy.id))


def test_requests_of_several_orders_come_by_order(database: Database, order: Order) -> None:
    other, idle = another(database, order, "601"), another(database, order, "602")
    requests = [a_request(order, "req_1"), a_request(other, "req_2"), a_request(order, "req_3")]
    add(database, *requests)
    ids = [order.id, other.id, idle.id]
    with database.reading_unit_of_work() as unit:
        assert unit.requests.by_order(order.account_id, ids) == {order.id: [requests[0], requests[2]], other.id: [requests[1]]}
        assert unit.requests.by_order(PROVIDER, ids) == {}
        assert unit.requests.list_among(PROVIDER, [other.id, idle.id]) == [requests[1]]
        assert unit.requests.list_among(order.account_id, ids) == []
        assert unit.requests.list_by_id(PROVIDER, ["req_3", "req_1", "req_9"]) == [requests[0], requests[2]]
        assert unit.requests.list_by_id(order.account_id, ["req_1"]) == []


def test_open_is_what_has_no_end_and_has_not_all_left(database: Database, order: Order) -> None:
    requests = {state: a_request(order, f"req_{number}", state=state) for number, state in enumerate(RequestState)}
    add(database, *requests.values(), a_request(order, "req_in_part"), a_request(order, "req_shipped"))
    everything = {line.line_key: line.quantity for line in LINES}
    with database.unit_of_work() as unit:
        unit.requests.update(unit.requests.get(PROVIDER, "req_in_part").ship({"1": Decimal(1)}, LATER))
        unit.requests.update(unit.requests.get(PROVIDER, "req_shipped").ship(everything, LATER))
        found = {request.id for request in unit.requests.list_open_between(PROVIDER, order.account_id)}
        assert found == {requests[state].id for state in LIVE} | {"req_in_part"}
        assert unit.requests.list_open_between(order.account_id, PROVIDER) == []
        assert {one.id for one in unit.requests.list_changed(PROVIDER, "con_1", None, "", 99)} == found
        for request in unit.requests.list_open_between(PROVIDER, order.account_id):
            assert unit.requests.has_open(order.account_id, str(order.store_id))
            unit.requests.update(replace(request, state=RequestState.CANCELLED))
        assert not unit.requests.has_open(order.account_id, str(order.store_id))
        shipped = unit.requests.get(PROVIDER, "req_shipped")
        unit.requests.update(shipped.ship({"2": -everything["2"]}, LATER))  # taken back
        assert unit.requests.has_open(order.account_id, str(order.store_id))
        assert not unit.requests.has_open(order.account_id, "sto_other")


def test_a_connections_requests_come_in_parts_by_what_has_changed(database: Database, order: Order) -> None:
    requests = [
        a_request(order, "req_1"),
        a_request(order, "req_2", changed_at=LATER, state=RequestState.CANCELLED),
        a_request(order, "req_3", changed_at=LATER),
        a_request(order, "req_4", changed_at=LATER, connection_id="con_2"),
        a_request(order, "req_5", changed_at=LATER + timedelta(seconds=1)),
    ]
    add(database, *requests)
    with database.reading_unit_of_work() as unit:

        def ids(*asked: object) -> list[str]:
            return [request.id for request in unit.requests.list_changed(PROVIDER, "con_1", *asked)]  # type: ignore[arg-type]

        assert ids(None, "", 9) == ["req_1", "req_3", "req_5"]
        assert ids(LATER, "", 9) == ["req_2", "req_3", "req_5"]
        assert ids(LATER, "", 2) == ["req_2", "req_3"]
        assert ids(LATER, "req_3", 2) == ["req_5"]
        assert unit.requests.list_changed(order.account_id, "con_1", None, "", 9) == []


def test_a_change_of_an_order_is_a_change_of_its_live_requests(database: Database, order: Order) -> None:
    other = another(database, order, "601")
    live, ended = a_request(order, "req_1"), a_request(order, "req_2", state=RequestState.REJECTED)
    add(database, live, ended, a_request(other, "req_3"))
    with database.unit_of_work() as unit:
        assert unit.requests.touch(PROVIDER, [order.id], LATER) == []
        assert unit.requests.touch(order.account_id, [order.id], LATER) == [replace(live, changed_at=LATER)]
        assert unit.requests.touch(order.account_id, [], LATER) == []
        changed = {request.id: request.changed_at for request in unit.requests.list_for_client(order.account_id)}
    assert changed == {"req_1": LATER, "req_2": NOON, "req_3": NOON}


def test_the_thread_of_a_request_is_read_by_both_sides_the_oldest_first(database: Database, order: Order) -> None:
    asked = RequestMessage(
        "rqm_2", "req_1", order.account_id, PROVIDER, Side.MERCHANT, MessageKind.ASKED, "usr_1", NOON, text="24h"
    )
    answered = replace(
        asked, id="rqm_1", side=Side.PROVIDER, kind=MessageKind.REJECTED, actor="usr_2", at=LATER, code="other", text="Cerrado."
    )
    add(database, a_request(order, "req_1"), a_request(order, "req_2"))
    with database.unit_of_work() as unit:
        for message in (answered, asked, replace(asked, id="rqm_3", request_id="req_2")):
            unit.requests.add_message(message)
        unit.commit()
    with database.reading_unit_of_work() as unit:
        for account_id in (order.account_id, PROVIDER):
            assert unit.requests.list_messages(account_id, "req_1") == [asked, answered]
            assert unit.requests.threads(account_id, ["req_1", "req_2", "req_3"]) == {
                "req_1": [asked, answered],
                "req_2": [replace(asked, id="rqm_3", request_id="req_2")],
            }
        assert unit.requests.list_messages("acc_other", "req_1") == []
        assert unit.requests.threads("acc_other", ["req_1"]) == {}


def test_the_client_keeps_what_the_provider_calls_its_products(database: Database, order: Order) -> None:
    with database.unit_of_work() as unit:
        unit.requests.replace_skus(order.account_id, "con_1", {"MUG": "ACM-1", "CUP": "ACM-2"})
        unit.requests.replace_skus(order.account_id, "con_2", {"MUG": "OTHER"})
        unit.requests.replace_skus(order.account_id, "con_1", {"MUG": "ACM-3"})
        for account_id in (order.account_id, PROVIDER):
            assert unit.requests.skus(account_id, "con_1") == {"MUG": "ACM-3"}
        assert unit.requests.skus("acc_other", "con_1") == {}
        with pytest.raises(NotFound):
            unit.requests.replace_skus(PROVIDER, "con_1", {})
        unit.requests.replace_skus(order.account_id, "con_1", {})
        assert unit.requests.skus(order.account_id, "con_1") == {}
        assert unit.requests.skus(order.account_id, "con_2") == {"MUG": "OTHER"}


def test_what_a_client_asked_last_under_a_connection_is_found(database: Database, order: Order) -> None:
    earlier, last = a_request(order, "req_2"), a_request(order, "req_1", created_at=LATER)
    add(database, earlier, last, a_request(order, "req_3", connection_id="con_2", created_at=LATER + timedelta(hours=1)))
    with database.reading_unit_of_work() as unit:
        assert unit.requests.find_last(order.account_id, "con_1") == last
        assert unit.requests.find_last(order.account_id, "con_0") is None
        assert unit.requests.find_last("acc_other", "con_1") is None
        assert unit.requests.find_last(PROVIDER, "con_1") is None


def test_what_a_provider_says_by_line_and_a_change_are_kept_as_they_are(database: Database, order: Order) -> None:
    lines = (ReasonLine("2", Decimal("0.5"), "out_of_stock", "Mañana"), ReasonLine("1"))
    kept, wanted = {"ship_by": "2026-12-01", "items": [{"quantity": Decimal("1.5")}]}, {"items": []}
    change = RequestChange(ChangeState.ASKED, kept, wanted, NOON)
    request = a_request(order, "req_1", reason_lines=lines)
    add(database, request)
    said = RequestMessage(
        *("rqm_1", "req_1", order.account_id, PROVIDER, Side.PROVIDER, MessageKind.REJECTED, "usr_1", NOON), lines=lines
    )
    with database.unit_of_work() as unit:
        unit.requests.update(replace(request, change=change))
        unit.requests.add_message(said)
        unit.commit()

    with database.reading_unit_of_work() as unit:
        assert unit.requests.get(PROVIDER, "req_1") == replace(request, change=change)
        assert unit.requests.list_messages(order.account_id, "req_1") == [said]
    with database.unit_of_work() as unit:
        unit.requests.redact(order.account_id, Redaction(["Mañana"]), [order.id])
        unit.commit()
    with database.reading_unit_of_work() as unit:
        erased = unit.requests.get(order.account_id, "req_1")
        assert (erased.change, erased.reason_lines[0].text) == (None, ERASED), "both halves of a change name the person"
        assert unit.requests.list_messages(PROVIDER, "req_1")[0].lines[0].text == ERASED
