"""What a provider's own system says: each message counts once, in the provider's order, and nothing that left is dropped."""

from __future__ import annotations

import json
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from support.clock import FixedClock
from support.remote_provider import RemoteSide, open_remote_side
from support.shop import ready

from adapters.providers.http import signing
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.order import OrderState
from engine.model.reason_line import ReasonLine
from engine.model.request import FulfillmentRequest, RequestState, Work
from engine.model.request_message import MessageKind
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.fulfillment.client_orders import RECALLED_BUT_SHIPPED
from engine.services.fulfillment.entered_shipping import Shipping
from engine.services.fulfillment.hold_order import hold_order, release_holds
from engine.services.fulfillment.ship_order import ship_order
from engine.services.providers.receive_event import receive_event
from storage.database import Database


@pytest.fixture
def side(sqlite_database: Database, clock: FixedClock) -> Iterator[RemoteSide]:
    with open_remote_side(sqlite_database, clock) as opened:
        yield opened


def work_of(side: RemoteSide, request: FulfillmentRequest) -> Work:
    return side.request(request.id).work(side.clock.now())


def error_of(side: RemoteSide, status: int) -> str:
    reply = side.replies[-1]
    assert reply.status == status, reply
    return str(reply.body["error"]["message"])


def call(side: RemoteSide, body: Any, message_id: str = "msg_1", secret: str = "", at: int = 0) -> tuple[int, dict[str, Any]]:
    """A message as any program would send it."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    moment = side.clock.now() + timedelta(seconds=at)
    headers = signing.sign([secret or side.server.secret], message_id, moment, content)
    reply = receive_event(side.app, side.seen.provider.id, headers, content)
    return reply.status, dict(reply.body)


def test_a_hold_that_ends_after_all_has_left_is_no_hold_of_what_comes_back(side: RemoteSide) -> None:
    request = side.taken()
    hold_order(side.app, side.merchant, side.order().id, "wait", side.owner.id)
    side.ship(request)
    assert (side.order().state, side.request(request.id).held) == (OrderState.SHIPPED, True)
    release_holds(side.app, side.merchant, side.order().id, side.owner.id)
    assert not side.request(request.id).held


def test_an_order_goes_from_started_to_shipped_in_two_parts(side: RemoteSide) -> None:
    request = side.taken()
    assert side.say(request, "request.started").body == {
        "result": "done",
        "reference": request.id,
        "state": "accepted",
        "work": "in_progress",
    }
    assert side.ship(request, {"1": 1}, "T1").body["work"] == "shipped_in_part"
    assert side.order().state is OrderState.PARTIALLY_SHIPPED
    assert side.shop.connector.told == []

    assert side.ship(request, tracking="T2").body["work"] == "done"
    side.shop.work_off()

    assert side.order().state is OrderState.SHIPPED
    with side.app.reading() as unit:
        shipments = unit.fulfillment.list_shipments(side.merchant, side.order().id)
    assert [(one.carrier, one.service, one.numbers, one.parcels[0].weight_g) for one in shipments] == [
        ("seur", "24h", ("T1",), 750),
        ("seur", "24h", ("T2",), 750),
    ]
    assert len(side.shop.connector.told) == 1, "the merchant's store is told, once"


def test_a_rejection_gives_the_order_back_with_its_reason(side: RemoteSide) -> None:
    side.server.change(answer="reject", reject_text="Back in June.")
    request = side.request(side.taken().id)

    assert (request.state, request.state_reason, request.reason_text) == (
        RequestState.REJECTED,
        "out_of_stock",
        "Back in June.",
    )
    assert side.order().state is OrderState.REJECTED_FULFILLMENT
    assert side.alerts() == ["Norte Logística does not ship order 1: Out of stock. Back in June."]


def test_a_closed_request_gives_the_rest_back(side: RemoteSide) -> None:
    request = side.taken()
    side.ship(request, {"1": 1})

    assert side.say(request, "request.closed", code="out_of_stock", text="").status == 200

    assert (side.request(request.id).state, work_of(side, request)) == (RequestState.CLOSED, Work.INCOMPLETE)


def test_a_rejection_and_a_close_may_name_lines(side: RemoteSide) -> None:
    request = side.taken()
    side.ship(request, {"1": 1})
    named = [{"line_key": "1", "code": "other", "text": "It broke."}]

    assert side.say(request, "request.closed", code="out_of_stock", lines=named).status == 200
    assert side.request(request.id).reason_lines == (ReasonLine("1", Decimal(1), "other", "It broke."),)
    assert "Lines: 1 × ACM-MUG Mug, blue: Other, It broke." in side.alerts()[-1]


@pytest.mark.parametrize("options", [{"duplicate_events": True}, {"reorder_events": True}])
def test_events_that_come_twice_or_in_the_wrong_order_change_nothing_about_the_end(
    side: RemoteSide, options: dict[str, bool]
) -> None:
    side.server.change(ship="at_once", **options)
    request = side.taken()

    assert (side.request(request.id).state, work_of(side, request)) == (RequestState.ACCEPTED, Work.DONE)
    assert side.order().state is OrderState.SHIPPED
    with side.app.reading() as unit:
        assert len(unit.fulfillment.list_shipments(side.merchant, side.order().id)) == 1
        kinds = [message.kind for message in unit.requests.list_messages(side.merchant, request.id)]
    assert kinds == [MessageKind.ASKED, MessageKind.ACCEPTED]
    results = [reply.body["result"] for reply in side.replies]
    assert results == (["done"] * 4 if "duplicate_events" in options else ["done", "stale"])


def test_an_event_that_comes_again_is_answered_as_the_first_time(side: RemoteSide) -> None:
    request = side.taken()
    started = {"type": "request.started", "data": {"reference": request.id, "sequence": 9}}
    first = call(side, started)
    impossible = call(side, {"type": "request.accepted", "data": {"reference": request.id, "sequence": 10}}, "msg_2")
    side.recall()

    assert (
        call(side, started)
        == first
        == (200, {"result": "done", "reference": request.id, "state": "accepted", "work": "in_progress"})
    )
    assert impossible[0] == 409
    assert call(side, {"type": "anything", "data": {}}, "msg_2")[0] == 422, "what it says is read before"
    again = call(side, {"type": "request.accepted", "data": {"reference": request.id, "sequence": 10}}, "msg_2")
    assert again == impossible


def test_what_does_not_fit_is_refused_with_what_has_happened_and_told_where_it_matters(side: RemoteSide) -> None:
    request = side.taken()
    side.ship(request)
    side.say(request, "request.accepted")
    assert "has accepted the request" in error_of(side, 409)
    assert side.alerts() == []

    side.say(request, "request.rejected", code="out_of_stock")

    assert "All of it has shipped." in error_of(side, 409)
    [alert] = side.alerts()
    assert alert.startswith("Norte Logística says of order 1: it is rejected. That does not fit")
    assert NEEDS_ATTENTION in side.order().flags
    side.ship(request, {"1": 1})
    assert error_of(side, 409) == "Of line 1 only 0 are left to ship, not 1."


@pytest.mark.parametrize("kind", ["request.rejected", "request.closed"])
def test_what_the_provider_gives_up_before_it_hears_of_the_recall_answers_it(side: RemoteSide, kind: str) -> None:
    side.server.change(cancel="none")
    request = side.taken()
    side.ship(request, {"1": 1})
    side.recall()

    assert side.say(request, kind, code="out_of_stock", text="The rest is damaged.").body["state"] == "cancelled"

    assert side.alerts()[-1] == "Norte Logística has given order 1 back. The rest is damaged."
    assert side.order().state is OrderState.PARTIALLY_SHIPPED
    side.work_off()
    assert not side.server.orders.get(request.id).cancel_asked, "there is nothing left to ask"
    assert side.say(request, "cancel.granted").body["result"] == "known"


def test_of_more_than_was_left_what_was_left_counts_and_people_hear_of_the_rest(side: RemoteSide) -> None:
    mugs = [{"line_key": key, "sku": "ACM-MUG", "name": "Mug", "quantity": 2} for key in ("1", "2")]
    side.shop.import_all(ready("1"), ready("2", items=mugs))
    request = side.taken("2")
    side.shop.import_all(ready("1"), ready("2", items=[{**mugs[0], "quantity": 1}, mugs[1]]))

    assert side.ship(request, {"1": 2, "2": 1}, "T1").body["work"] == "shipped_in_part"
    assert side.ship(request, {"1": 1, "2": 1}, "T2").body["work"] == "done"

    with side.app.reading() as unit:
        shipments = unit.fulfillment.list_shipments(side.merchant, side.order("2").id)
    assert [(one.numbers, one.lines) for one in shipments] == [(("T1",), {"1": 1, "2": 1}), (("T2",), {"2": 1})]
    assert sorted(side.alerts()) == [
        "Norte Logística has shipped more of order 2 than it was asked for. Line 1: 1 instead of 0 (T2).",
        "Norte Logística has shipped more of order 2 than it was asked for. Line 1: 2 instead of 1 (T1).",
    ]
    assert NEEDS_ATTENTION in side.order("2").flags


def test_what_leaves_although_it_was_recalled_is_taken_in_and_flagged(side: RemoteSide) -> None:
    side.server.change(cancel="none")
    request = side.taken()
    side.recall()
    side.work_off()

    assert side.ship(request).status == 200

    assert side.order().state is OrderState.SHIPPED
    assert {RECALLED_BUT_SHIPPED, NEEDS_ATTENTION} <= set(side.order().flags)
    assert side.alerts() == ["Order 1 was shipped although it had been recalled."]


def test_what_leaves_after_it_was_given_back_is_taken_in_while_nobody_else_has_it(side: RemoteSide) -> None:
    side.server.change(ship="late")
    request = side.taken()
    side.recall()
    side.work_off()

    assert side.request(request.id).state is RequestState.CANCELLED
    assert side.order().state is OrderState.SHIPPED
    assert side.alerts()[-1] == "Norte Logística has shipped order 1 although the request had ended."


def test_what_leaves_twice_is_told_with_its_tracking_numbers_and_counted_once(side: RemoteSide) -> None:
    request = side.taken()
    side.recall()
    side.work_off()
    ship_order(side.app, side.merchant, side.order().id, Shipping("correos", "paq", ("OWN-1",)), side.owner.id)

    side.ship(request, tracking="T-TWICE")

    assert "only 0 can count as shipped: the rest has shipped already, or is with another provider." in error_of(side, 409)
    assert any("it has left (T-TWICE)" in alert for alert in side.alerts())
    with side.app.reading() as unit:
        assert len(unit.fulfillment.list_shipments(side.merchant, side.order().id)) == 1


def test_what_a_removed_provider_finishes_still_comes(side: RemoteSide) -> None:
    request = side.taken()
    remove_connection(side.app, side.owner, side.seen.connection.id, open_orders=OpenOrders.FINISH)

    assert side.ship(request).status == 200
    assert side.order().state is OrderState.SHIPPED


def test_messages_of_the_provider_are_in_the_thread(side: RemoteSide) -> None:
    request = side.taken()
    assert side.say(request, "message.written", text="One mug is chipped.").status == 200

    with side.app.reading() as unit:
        last = unit.requests.list_messages(side.merchant, request.id)[-1]
    assert (last.kind, last.side.value, last.text) == (MessageKind.WRITTEN, "provider", "One mug is chipped.")


def test_what_somebody_wrote_there_may_hold_any_character(side: RemoteSide) -> None:
    request = side.taken()
    text = "Costs 5\u00a0\u20ac:\r\n\tshall we? \U0001f468\u200d\U0001f469\u200d\U0001f467 \u0000\u202e"
    assert side.say(request, "message.written", text=text).status == 200

    with side.app.reading() as unit:
        said = unit.requests.list_messages(side.merchant, request.id)[-1].text
    assert said == "Costs 5\u00a0\u20ac:\n\tshall we? \U0001f468\u200d\U0001f469\u200d\U0001f467 <U+0000><U+202E>"


def test_only_what_the_provider_has_signed_in_time_is_heard(side: RemoteSide) -> None:
    request = side.taken()
    started = {"type": "request.started", "data": {"reference": request.id, "sequence": 2}}
    assert call(side, started, secret=signing.new_secret())[1]["error"]["code"] == "not_genuine"
    for off in (-301, 301):
        status, body = call(side, started, at=off)
        assert (status, body["error"]["code"]) == (401, "out_of_time")
    body = json.dumps(started).encode()
    good = signing.sign([side.server.secret], "msg_1", side.clock.now(), body)
    for name, value in (
        ("webhook-signature", "v1,"),
        ("webhook-signature", "v1"),
        ("webhook-signature", "v2," + good["webhook-signature"].removeprefix("v1,")),
        ("webhook-signature", ""),
        ("webhook-id", "msg_2"),
        ("webhook-id", ""),
        ("webhook-timestamp", "9" * 30),
        ("webhook-timestamp", "now"),
    ):
        assert receive_event(side.app, side.seen.provider.id, {**good, name: value}, body).status == 401
    assert receive_event(side.app, side.seen.provider.id, good, body + b" ").status == 401
    assert receive_event(side.app, side.seen.provider.id, good, b"\xff").status == 401
    assert receive_event(side.app, "acc_nobody", good, body).status == 401
    assert receive_event(side.app, side.merchant, good, body).status == 401
    assert work_of(side, request) is Work.WAITING
    assert receive_event(side.app, side.seen.provider.id, good, body).status == 200


NOT_UNDERSTOOD: list[tuple[Any, str]] = [
    (b"[]", "The body is not a JSON object: a JSON object is expected"),
    ({"type": "request.lost", "data": {}}, 'There is no event "request.lost". Known are request.accepted,'),
    ({"type": "request.accepted"}, "data has to be an object."),
    ({"type": "request.accepted", "data": {"reference": 1}}, "data.reference has to be a text of 1 to 200 visible characters."),
    ({"sequence": 0}, "data.sequence has to be a whole number from 1 to 2147483647."),
    ({"sequence": True}, "data.sequence has to be a whole number"),
    ({"text": "x" * 2001}, "data.text has to be a text of 0 to 2000"),
    ({"type": "request.rejected", "code": "no_idea"}, '"no_idea" is not a reason: use one of'),
    ({"type": "request.rejected", "code": "other"}, "Write a sentence that says why."),
    (
        {"type": "request.rejected", "code": "other", "text": "a", "lines": []},
        "data.lines has to be a list of 1 to 1000 objects.",
    ),
    ({"type": "request.rejected", "code": "too_large", "lines": [{"line_key": "9"}]}, "The request has no line 9. It has 1."),
    (
        {"type": "request.rejected", "code": "too_large", "lines": [{"line_key": "1", "quantity": 9}]},
        "Of line 1 you can name 1 to 2 units, not 9.",
    ),
    ({"type": "cancel.refused"}, "Write a sentence that says why."),
    ({"type": "message.written", "text": " "}, "A message needs a text."),
    ({"type": "request.shipped"}, "data.shipment has to be an object."),
    ({"shipment": {"parcels": []}}, "data.shipment.parcels has to be a list of 1 to 100 objects."),
    ({"shipment": {"carrier": " "}}, "data.shipment.carrier has to be a text of 1 to 64 visible characters."),
    ({"shipment": {"parcels": [{"weight_g": 0}]}}, "data.shipment.parcels[0].weight_g has to be a whole number from 1"),
    ({"shipment": {"lines": [{"line_key": "1", "quantity": "2"}]}}, "data.shipment.lines[0].quantity has to be a number."),
    ({"shipment": {"lines": [{"line_key": "1", "quantity": 1}] * 2}}, "data.shipment.lines[1].line_key has to be named once."),
    ({"shipment": {"lines": [{"line_key": "9", "quantity": 1}]}}, "The request has no line 9. It has 1."),
    ({"shipment": {"lines": [{"line_key": "1", "quantity": -1}]}}, "The quantity of line 1 has to be above 0."),
]


def written(event: Any, reference: str) -> Any:
    """A case as a whole message: what it does not say itself is said as it should be."""
    if not isinstance(event, dict) or "data" in event or event.get("type") == "request.accepted":
        return event
    said = dict(event)
    is_shipped = "shipment" in said
    shipment = {"id": "s1", "carrier": "seur", "service": "24h", "parcels": [{}], **said.pop("shipment", {})}
    kind = said.pop("type", "request.shipped" if is_shipped else "request.started")
    return {
        "type": kind,
        "data": {"reference": reference, "sequence": 1, **said, **({"shipment": shipment} if is_shipped else {})},
    }


def test_a_message_that_cannot_be_understood_is_answered_with_what_is_wrong(side: RemoteSide) -> None:
    request = side.delegate()
    for number, (event, sentence) in enumerate(NOT_UNDERSTOOD):
        status, body = call(side, written(event, request.id), f"msg_{number}")

        assert (status, body["error"]["message"][: len(sentence)]) == (422, sentence)
    assert side.request(request.id).state is RequestState.REQUESTED


def test_an_event_that_comes_twice_at_the_same_moment_counts_once(database: Database, clock: FixedClock) -> None:
    with open_remote_side(database, clock) as side:
        request = side.taken()
        shipment = {"id": "s1", "carrier": "seur", "service": "24h", "parcels": [{"tracking_number": "T1"}]}
        event = {"type": "request.shipped", "data": {"reference": request.id, "sequence": 5, "shipment": shipment}}
        ready_to_call = Barrier(4)

        def deliver(_: int) -> tuple[int, dict[str, Any]]:
            ready_to_call.wait(60)
            return call(side, event)

        with ThreadPoolExecutor(4) as pool:
            answers = list(pool.map(deliver, range(4)))

        assert [answer == answers[0] for answer in answers] == [True] * 4
        assert answers[0][1]["result"] == "done"
        with side.app.reading() as unit:
            assert len(unit.fulfillment.list_shipments(side.merchant, side.order().id)) == 1


def test_a_request_of_somebody_else_is_not_there(side: RemoteSide) -> None:
    side.shop.import_all(ready("1"), ready("2"))
    status, body = call(side, {"type": "request.accepted", "data": {"reference": "ffr_other", "sequence": 1}})
    assert (status, body["error"]["code"]) == (404, "no_request")


def test_what_leaves_after_a_rejection_was_recalled_by_nobody(side: RemoteSide) -> None:
    request = side.taken()
    side.say(request, "request.rejected", code="out_of_stock")
    assert side.ship(request).status == 200

    assert {NEEDS_ATTENTION, RECALLED_BUT_SHIPPED}.intersection(side.order().flags) == {NEEDS_ATTENTION}
    assert side.alerts()[-1] == "Norte Logística has shipped order 1 although the request had ended."


def test_numbers_are_read_as_those_that_people_enter(side: RemoteSide) -> None:
    request = side.taken()
    parcels = [{"tracking_number": one} for one in (" dup 1 ", "DUP\u200b1", "9400-1")]
    side.say(request, "request.shipped", shipment={"id": "s1", "carrier": "seur", "service": "24h", "parcels": parcels})
    with side.app.reading() as uow:
        [left] = uow.fulfillment.list_shipments(request.account_id, request.order_id)
    assert ([parcel.tracking_number for parcel in left.parcels], left.numbers) == (["dup1", "dup1", "9400-1"], ("dup1", "9400-1"))
