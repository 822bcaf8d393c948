"""A request from the delegation to the shipment, as merchant and provider see it."""

from __future__ import annotations

from decimal import Decimal

import pytest
from support.clock import FixedClock
from support.shop import ready
from support.two_sides import TRACKED, TwoSides, open_two_sides

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.connection import Answers
from engine.model.order import OrderState
from engine.model.request import FulfillmentRequest, RequestAction, RequestState, Work
from engine.model.request_message import MessageKind
from engine.model.store import Skipped
from engine.model.store_reasons import GONE
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.connections.set_connection import replace_skus, set_connection
from engine.services.fulfillment.answer_request import Answer, answer_request
from engine.services.fulfillment.client_orders import RECALLED_BUT_SHIPPED
from engine.services.fulfillment.recall_order import recall_order
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.fulfillment.write_message import write_message
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def work_of(sides: TwoSides, request_id: str) -> Work:
    return sides.request(request_id).work(sides.app.clock.now())


def test_a_delegated_order_waits_and_becomes_an_order_of_the_provider(sides: TwoSides) -> None:
    request = sides.delegate(service_preference="24h")
    assert (request.state, sides.order().state) == (RequestState.REQUESTED, OrderState.PENDING_FULFILLMENT)
    assert sides.order().document()["logistics_provider"] == "acme-3pl"

    assert sides.fetch() == 1

    assert sides.request(request.id).state is RequestState.ACCEPTED
    copy = sides.copy(request)
    assert (copy.order_number, copy.status()) == ("1", "awaiting_shipment")
    assert copy.document()["client"] == "casa-verde"
    assert copy.document()["requested_service"] == "24h"
    assert sides.fetch() == 0


def test_the_work_that_is_due_brings_the_order_without_anybody_asking(sides: TwoSides) -> None:
    request = sides.delegate()

    sides.shop.work_off()

    assert sides.copy(request).status() == "awaiting_shipment"


def test_a_provider_that_answers_each_has_the_order_before_it_accepts(sides: TwoSides) -> None:
    set_connection(sides.app, sides.clerk, sides.connection().id, answers=Answers.EACH)
    request = sides.taken()
    assert request.state is RequestState.REQUESTED

    assert sides.answer(request, RequestAction.ACCEPT).state is RequestState.ACCEPTED


def test_the_grace_period_is_the_merchants_to_change_its_mind(sides: TwoSides, clock: FixedClock) -> None:
    set_connection(sides.app, sides.owner, sides.connection().id, grace_minutes=30)
    request = sides.delegate()
    assert work_of(sides, request.id) is Work.SCHEDULED
    sides.shop.work_off()
    assert sides.fetch() == 0

    clock.sleep(30 * 60)
    sides.shop.work_off()

    assert sides.copy(request).status() == "awaiting_shipment"
    assert sides.request(request.id).state is RequestState.ACCEPTED


def test_units_go_to_a_provider_line_by_line_and_never_twice(sides: TwoSides) -> None:
    first = sides.delegate(lines={"1": Decimal(1)})
    assert [line.quantity for line in first.lines] == [1]
    with pytest.raises(Refused, match="only 1 can be handed over"):
        sides.delegate(lines={"1": Decimal(2)})

    second = sides.delegate()
    assert [line.quantity for line in second.lines] == [1]
    with pytest.raises(Refused, match="all of it has shipped or is with a provider"):
        sides.delegate()


def test_a_line_that_the_order_does_not_have_is_named(sides: TwoSides) -> None:
    with pytest.raises(Refused, match="it has no line 9"):
        sides.delegate(lines={"9": Decimal(1)})


def test_the_provider_reads_its_own_skus(sides: TwoSides) -> None:
    replace_skus(sides.app, sides.owner, sides.connection().id, {"ACM-MUG": "P-77"})

    request = sides.taken()

    assert sides.copy(request).document()["items"][0]["sku"] == "P-77"
    assert request.lines[0].sku == "ACM-MUG"


def test_a_rejected_order_is_the_merchants_again_with_reason_and_notice(sides: TwoSides) -> None:
    request = sides.taken()

    rejected = sides.answer(request, RequestAction.REJECT, code="out_of_stock", text="Gone since May.")
    sides.shop.work_off()

    assert (rejected.state, rejected.state_reason) == (RequestState.REJECTED, "out_of_stock")
    assert sides.order().state is OrderState.REJECTED_FULFILLMENT
    assert NEEDS_ATTENTION in sides.order().flags
    assert sides.alerts()[0] == "Acme 3PL does not ship order 1: Out of stock. Gone since May."
    assert sides.copy(request).state is OrderState.CANCELLED
    assert sides.delegate().state is RequestState.REQUESTED


@pytest.mark.parametrize(
    ("answer", "says"),
    [
        ({"code": "no_idea"}, '"no_idea" is not a reason'),
        ({"code": None}, "is not a reason"),
        ({"code": "other"}, "Write a sentence that says why"),
        ({"code": "out_of_stock", "text": "x" * 2001}, "longer than 2000 characters"),
    ],
)
def test_a_rejection_says_why(sides: TwoSides, answer: dict[str, str | None], says: str) -> None:
    with pytest.raises(Refused, match=says):
        sides.answer(sides.taken(), RequestAction.REJECT, **answer)


def test_only_the_provider_answers(sides: TwoSides) -> None:
    request = sides.taken()
    with pytest.raises(Refused, match="Only the provider can answer"):
        answer_request(sides.app, sides.merchant, request.id, Answer(RequestAction.START), sides.owner.id)
    with pytest.raises(Refused, match='no request "ffr_none"'):
        answer_request(sides.app, sides.merchant, "ffr_none", Answer(RequestAction.START), sides.owner.id)


def test_what_nobody_has_begun_comes_back_at_once(sides: TwoSides) -> None:
    request = sides.taken()

    assert sides.recall().state is RequestState.CANCELLED
    assert sides.order().status() == "awaiting_shipment"
    sides.shop.work_off()

    assert sides.copy(request).state is OrderState.CANCELLED
    assert ship_order(sides.app, sides.merchant, sides.order().id, TRACKED, sides.owner.id).order.state is OrderState.SHIPPED


def test_what_has_begun_comes_back_when_the_provider_says_so(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)

    assert sides.recall().state is RequestState.CANCEL_REQUESTED
    sides.shop.work_off()
    assert sides.copy(request).status() == "on_hold"
    assert sides.order().state is OrderState.PENDING_FULFILLMENT

    assert sides.answer(request, RequestAction.GRANT_CANCEL).state is RequestState.CANCELLED
    sides.shop.work_off()
    assert sides.order().status() == "awaiting_shipment"
    assert sides.copy(request).state is OrderState.CANCELLED


def test_a_refused_recall_leaves_the_order_where_it_is(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    sides.recall()

    with pytest.raises(Refused, match="Write a sentence"):
        sides.answer(request, RequestAction.REFUSE_CANCEL)
    assert sides.answer(request, RequestAction.REFUSE_CANCEL, text="It is packed.").state is RequestState.ACCEPTED
    sides.shop.work_off()

    assert sides.alerts()[0] == "Acme 3PL does not give order 1 back: It is packed."
    assert sides.copy(request).status() == "awaiting_shipment"
    assert sides.order().state is OrderState.PENDING_FULFILLMENT


def test_what_is_too_late_says_what_happened_and_who_did_it(sides: TwoSides) -> None:
    request = sides.taken()
    sides.recall()

    with pytest.raises(Refused) as refused:
        sides.answer(request, RequestAction.START)
    assert "The request has been taken back by Casa Verde (the client, 20 November 2026" in str(refused.value)
    with pytest.raises(Refused) as refused:
        sides.recall()
    assert "has been taken back by Casa Verde (ana@casa-verde.example, 20 November 2026" in str(refused.value)


def why_not(sides: TwoSides, request: FulfillmentRequest, action: RequestAction, **answer: str) -> str:
    with pytest.raises(Refused) as refused:
        sides.answer(request, action, **answer)
    assert refused.value.format("es").startswith("Eso ya no es posible: ")
    return str(refused.value)


def test_who_wrote_a_message_has_not_done_what_happened_before(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    write_message(sides.app, sides.merchant, request.id, "When does it leave?", sides.owner.id)

    assert why_not(sides, request, RequestAction.REJECT, code="out_of_stock") == (
        "That is not possible any more: Acme 3PL has accepted the request (the provider, 20 November 2026 10:00). "
        "Its work has begun (pablo@acme.example, 20 November 2026 10:00)."
    )


def test_how_a_request_ended_is_said_as_it_happened(sides: TwoSides) -> None:
    given_back = sides.taken()
    sides.answer(given_back, RequestAction.START)
    sides.recall()
    sides.answer(given_back, RequestAction.GRANT_CANCEL)
    assert "Acme 3PL has given the order back (pablo@acme.example, " in why_not(sides, given_back, RequestAction.ACCEPT)

    kept = sides.taken()
    sides.answer(kept, RequestAction.START)
    sides.recall()
    sides.answer(kept, RequestAction.REFUSE_CANCEL, text="Packed.")
    assert "Acme 3PL does not give the order back (pablo@acme.example, " in why_not(sides, kept, RequestAction.ACCEPT)

    remove_connection(sides.app, sides.owner, sides.connection().id, open_orders=OpenOrders.RETURN)
    ended = why_not(sides, kept, RequestAction.START)
    assert ended == "That is not possible any more: The request ended with the connection (the client, 20 November 2026 10:00)."


def test_a_recall_of_another_orders_request_says_so(sides: TwoSides) -> None:
    sides.taken()
    with pytest.raises(Refused, match='Order 1 has no request "ffr_x"'):
        recall_order(sides.app, sides.merchant, sides.order().id, sides.owner.id, "ffr_x")


def test_what_is_with_a_provider_is_not_shipped_here(sides: TwoSides) -> None:
    sides.delegate()

    with pytest.raises(Refused, match="is with the logistics provider Acme 3PL: recall it first"):
        ship_order(sides.app, sides.merchant, sides.order().id, TRACKED, sides.owner.id)


def test_what_the_provider_ships_comes_back_and_the_store_is_told_once(sides: TwoSides) -> None:
    request = sides.taken()

    sides.ship(request)
    assert work_of(sides, request.id) is Work.DONE
    sides.shop.work_off()
    sides.shop.work_off()

    order = sides.order()
    assert order.state is OrderState.SHIPPED
    with sides.app.reading() as unit:
        (shipment,) = unit.fulfillment.list_shipments(sides.merchant, order.id)
    assert (shipment.numbers, shipment.carrier, shipment.service, shipment.request_id) == (("T1",), "seur", "24h", request.id)
    assert [notice.tracking_numbers for _, notice in sides.shop.connector.told] == [("T1",)]


def test_what_it_cost_the_provider_does_not_reach_the_merchant(sides: TwoSides) -> None:
    request = sides.taken()
    sides.ship(request)
    sides.shop.work_off()

    with sides.app.reading() as unit:
        (shipment,) = unit.fulfillment.list_shipments(sides.merchant, sides.order().id)
    assert [parcel.cost for parcel in shipment.parcels] == [None]


def test_a_shipment_that_the_provider_takes_back_is_the_providers_again(sides: TwoSides) -> None:
    request = sides.taken()
    shipped = sides.ship(request)
    sides.shop.connector.steps = ()
    sides.shop.work_off()

    unship_order(sides.app, sides.provider, shipped.order.id, sides.clerk.id)
    sides.shop.work_off()

    assert sides.order().state is OrderState.PENDING_FULFILLMENT
    assert [line.shipped for line in sides.request(request.id).lines] == [0]
    assert sides.copy(request).status() == "awaiting_shipment"


def test_a_part_that_was_shipped_leaves_the_rest_to_the_provider(sides: TwoSides) -> None:
    first = sides.taken(lines={"1": Decimal(1)})

    sides.ship(first)
    sides.shop.work_off()
    assert sides.order().state is OrderState.PARTIALLY_SHIPPED
    assert sides.shop.connector.told == []

    second = sides.taken()
    sides.ship(second)
    sides.shop.work_off()

    assert sides.order().state is OrderState.SHIPPED
    assert len(sides.shop.connector.told) == 1


def test_a_closed_rest_is_the_merchants_to_ship(sides: TwoSides) -> None:
    first = sides.taken(lines={"1": Decimal(1)})
    sides.ship(first)
    second = sides.taken()
    closed = sides.answer(second, RequestAction.CLOSE, code="out_of_stock")
    sides.shop.work_off()

    assert (closed.state, closed.work(sides.app.clock.now())) == (RequestState.CLOSED, Work.INCOMPLETE)
    order = ship_order(sides.app, sides.merchant, sides.order().id, TRACKED, sides.owner.id).order
    assert order.state is OrderState.SHIPPED


def test_an_order_closed_with_nothing_shipped_awaits_shipment_again(sides: TwoSides) -> None:
    request = sides.taken()

    sides.answer(request, RequestAction.CLOSE, code="too_large", text="No van is big enough.")
    sides.shop.work_off()

    assert sides.order().status() == "awaiting_shipment"
    with sides.app.reading() as uow:
        assert "order.given_back" in [entry.action for entry in uow.audit.list_for(sides.merchant, sides.order().id)]
    assert sides.copy(request).state is OrderState.CANCELLED
    assert "ships no more of order 1: Too large or too heavy. No van is big enough." in sides.alerts()[0]


def test_what_leaves_after_a_recall_is_kept_and_flagged_on_both_sides(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    sides.recall()

    sides.ship(request)
    sides.shop.work_off()

    assert sides.order().state is OrderState.SHIPPED
    assert {RECALLED_BUT_SHIPPED, NEEDS_ATTENTION} <= set(sides.order().flags)
    assert RECALLED_BUT_SHIPPED in sides.copy(request).flags
    assert "was shipped although it had been recalled" in sides.alerts()[0]


def test_a_change_of_the_merchants_order_reaches_the_copy(sides: TwoSides) -> None:
    request = sides.taken()
    address = {"name": "Ana Núñez", "street1": "Rua 2", "city": "Porto", "postal_code": "4000", "country": "PT"}

    sides.shop.import_all(ready("1", ship_to=address))
    sides.shop.work_off()

    assert sides.copy(request).document()["ship_to"]["city"] == "Porto"


def test_the_clients_notes_come_along(sides: TwoSides) -> None:
    request = sides.delegate()

    sides.shop.work_off()

    assert sides.copy(request).document()["notes"]["internal"] == "Please ring twice.\n<b>Not</b> on Mondays."


def test_each_ask_and_answer_is_kept(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    sides.recall()
    sides.answer(request, RequestAction.REFUSE_CANCEL, text="Packed.")

    with sides.app.reading() as unit:
        kept = [unit.requests.list_messages(account, request.id) for account in (sides.merchant, sides.provider)]
    assert [message.kind for message in kept[0]] == [
        MessageKind.ASKED,
        MessageKind.ACCEPTED,
        MessageKind.STARTED,
        MessageKind.RECALLED,
        MessageKind.REFUSED,
    ]
    assert kept[0] == kept[1]


def test_what_the_store_no_longer_wants_is_recalled(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)

    sides.shop.import_all(Skipped("n1", "1", GONE.message(note="n1")))

    assert sides.request(request.id).state is RequestState.CANCEL_REQUESTED
