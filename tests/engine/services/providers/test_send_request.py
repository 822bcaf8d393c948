"""A request on its way to a provider with a system of its own: it arrives once, whatever breaks on the way."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.clock import FixedClock
from support.publishing import publish_alone
from support.remote_provider import RemoteSide, open_remote_side
from support.shop import ready

from adapters.sandboxes.provider.orders import Refusal, TakenOrder
from engine.decide.decision import NEEDS_ATTENTION
from engine.model.job import Job, JobState
from engine.model.order import OrderState
from engine.model.request import FulfillmentRequest, RequestState, Work
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.connections.set_connection import replace_skus
from engine.services.fulfillment.hold_order import hold_order, release_holds
from engine.services.fulfillment.write_message import write_message
from engine.services.providers.connect_provider import is_in_use, rotate_secret, try_provider
from engine.services.refusals import Refused
from storage.database import Database

BY_RULE = b"""
name: To the north
rules:
  - id: north
    name: All go north
    when: always
    then: [{do: set_logistics_provider, provider: norte-logistica, send: true, service_preference: "24h"}]
"""


def refuse(*_: object) -> bool:
    raise Refusal("invalid_address", "There is no such street.")


def job_of(side: RemoteSide, request: FulfillmentRequest) -> Job:
    with side.app.reading() as unit:
        job = unit.jobs.find(side.merchant, f"send:{request.id}")
    assert job is not None
    return job


@pytest.fixture
def side(sqlite_database: Database, clock: FixedClock) -> Iterator[RemoteSide]:
    with open_remote_side(sqlite_database, clock) as opened:
        yield opened


def test_a_delegated_order_reaches_the_providers_system_and_is_accepted(side: RemoteSide) -> None:
    replace_skus(side.app, side.owner, side.seen.connection.id, {"ACM-MUG": "N-77"})
    request = side.delegate(service_preference="24h")
    assert (request.state, side.order().state) == (RequestState.REQUESTED, OrderState.PENDING_FULFILLMENT)

    side.work_off()

    assert side.request(request.id).state is RequestState.ACCEPTED
    [sent] = side.sent()
    assert (sent["reference"], sent["version"], sent["hold"], sent["service_preference"]) == (request.id, 1, False, "24h")
    assert sent["fulfil_by"] == side.request(request.id).fulfil_by.isoformat().replace("+00:00", "Z")  # type: ignore[union-attr]
    order = sent["order"]
    assert (order["order_number"], order["client"], order["ship_to"]["name"]) == ("1", "casa-verde", "Ana Núñez")
    assert [(item["line_key"], item["sku"], item["quantity"]) for item in order["items"]] == [("1", "N-77", 2)]
    assert side.health().provider.answered_at == side.clock.now()


def test_no_order_notes_reach_an_integrated_provider(side: RemoteSide) -> None:
    side.shop.import_all(
        ready("1"), ready("2", notes={"internal": "Ring twice", "from_buyer": "As a gift", "to_buyer": "Thanks"})
    )
    side.taken("2")

    [sent] = side.sent()
    assert "notes" not in sent["order"]
    assert not any(note in side.server.bodies[0].decode() for note in ("Ring twice", "As a gift", "Thanks", "Please ring"))


def test_a_provider_whose_answer_is_lost_is_asked_what_it_has_and_sent_nothing_twice(side: RemoteSide) -> None:
    side.server.change(take_and_drop=1)
    request = side.delegate()
    side.shop.work_off()
    calls = side.server.calls
    assert [method for method, _ in calls] == ["PUT"]
    assert side.health().provider.failing_since == side.clock.now()

    side.later()

    assert [method for method, _ in calls] == ["PUT", "GET"]
    assert (side.server.orders.received, len(side.server.orders)) == (1, 1)
    assert side.request(request.id).state is RequestState.ACCEPTED
    assert side.health().provider.failing_since is None
    side.later()
    assert len(calls) == 2


def test_a_provider_that_hangs_without_having_taken_it_is_sent_it_again(side: RemoteSide) -> None:
    side.server.change(hang=1)
    request = side.delegate()
    side.wait_no_longer_than(0.05)  # what hangs here never answers
    side.shop.work_off()
    assert "it took too long" in str(side.health().provider.last_error)
    assert side.request(request.id).state is RequestState.REQUESTED

    side.wait_no_longer_than(60)
    side.later()

    assert [method for method, _ in side.server.calls] == ["PUT", "GET", "PUT"]
    assert side.server.orders.received == 1
    assert side.request(request.id).state is RequestState.ACCEPTED


def test_a_provider_that_is_down_for_an_hour_gets_everything_afterwards(side: RemoteSide) -> None:
    side.shop.import_all(*(ready(str(number)) for number in range(1, 4)))
    side.server.change(down=True)
    requests = [side.delegate(str(number)) for number in range(1, 4)]
    since = side.clock.now()
    side.shop.work_off()
    for _ in range(3):
        side.later(1200)
    assert side.health().provider.failing_since == since
    assert "HTTP 503" in str(side.health().provider.last_error)
    assert {side.request(one.id).state for one in requests} == {RequestState.REQUESTED}

    side.server.change(down=False)
    side.later(2 * 3600)

    assert {side.request(one.id).state for one in requests} == {RequestState.ACCEPTED}
    assert side.server.orders.received == 3
    assert side.health().provider.failing_since is None


def test_what_the_provider_does_not_take_is_told_and_goes_out_again_when_the_order_changes(side: RemoteSide) -> None:
    side.server.change(refuse_every=1)
    request = side.delegate()
    side.work_off()

    assert [call for call, _ in side.server.calls] == ["PUT"]
    [alert] = side.alerts()
    assert "There is no such SKU here." in alert
    assert "recall it" in alert
    assert NEEDS_ATTENTION in side.order().flags
    side.later()
    assert len(side.server.calls) == 1

    side.server.change(refuse_every=0)
    side.shop.import_all(ready("1", ship_to={"name": "Luz Gil", "city": "Vigo", "country": "ES"}))
    side.work_off()

    assert side.request(request.id).state is RequestState.ACCEPTED
    assert [sent["order"]["ship_to"]["name"] for sent in side.sent()] == ["Luz Gil"]


def test_what_the_provider_did_not_take_is_taken_back_at_once(side: RemoteSide) -> None:
    side.server.change(refuse_every=1)
    side.delegate()
    side.work_off()

    assert side.recall().state is RequestState.CANCELLED
    side.work_off()
    assert [method for method, _ in side.server.calls] == ["PUT"]


def test_what_may_have_arrived_before_a_refusal_is_asked_back(side: RemoteSide, monkeypatch: pytest.MonkeyPatch) -> None:
    side.server.change(take_and_drop=1, answer="none")
    request = side.delegate()
    side.shop.work_off()
    monkeypatch.setattr(side.server.orders, "put", refuse)
    side.shop.import_all(ready("1", ship_to={"name": "Luz Gil", "city": "Vigo", "country": "ES"}))
    side.later()
    assert [method for method, _ in side.server.calls] == ["PUT", "GET", "PUT"]

    assert side.recall().state is RequestState.CANCEL_REQUESTED, "the provider has the first version"
    side.work_off()

    assert side.server.orders.get(request.id).cancel_asked
    assert side.request(request.id).state is RequestState.CANCELLED


@pytest.mark.parametrize("kind", ["request.rejected", "request.shipped"])
def test_what_was_not_taken_is_settled_when_there_is_nothing_left_to_send(
    side: RemoteSide, monkeypatch: pytest.MonkeyPatch, kind: str
) -> None:
    request = side.taken()
    monkeypatch.setattr(side.server.orders, "put", refuse)
    side.shop.import_all(ready("1", ship_to={"name": "Luz Gil", "city": "Vigo", "country": "ES"}))
    side.work_off()
    assert job_of(side, request).state is JobState.DEAD

    if kind == "request.shipped":
        side.ship(request)
    else:
        side.say(request, kind, code="undeliverable")

    assert job_of(side, request).state is JobState.DONE


def test_a_look_up_that_is_not_understood_is_made_again(side: RemoteSide, monkeypatch: pytest.MonkeyPatch) -> None:
    side.server.change(take_and_drop=1)
    request = side.delegate()
    side.shop.work_off()
    known = TakenOrder.to_data
    monkeypatch.setattr(TakenOrder, "to_data", lambda order: {"reference": request.id, "version": "one"})
    side.later()
    assert "not understood: version has to be a whole number" in str(side.health().provider.last_error)

    monkeypatch.setattr(TakenOrder, "to_data", known)
    side.later()

    assert [method for method, _ in side.server.calls] == ["PUT", "GET", "GET"]
    assert side.health().provider.failing_since is None


def test_a_wrong_secret_is_named_and_a_test_that_goes_well_sends_what_waits(side: RemoteSide) -> None:
    secret, side.server.secret = side.server.secret, "whsec_c29tZXRoaW5nIGVsc2U="
    request = side.delegate()
    side.work_off()
    assert "give it the secret of this connection" in side.alerts()[0]
    assert "signature" in str(try_provider(side.app, side.owner, side.seen.connection.id))

    side.server.secret = secret
    assert try_provider(side.app, side.owner, side.seen.connection.id) is None
    side.work_off()

    assert side.request(request.id).state is RequestState.ACCEPTED


def test_later_changes_are_sent_as_newer_versions_of_the_whole_object(side: RemoteSide) -> None:
    request = side.taken()
    side.shop.import_all(ready("1", ship_to={"name": "Luz Gil", "city": "Vigo", "country": "ES"}))
    side.work_off()
    hold = hold_order(side.app, side.merchant, side.shop.order_id("1"), "address?", side.owner.id)
    side.work_off()
    release_holds(side.app, side.merchant, side.shop.order_id("1"), side.owner.id, hold.id)
    side.work_off()
    write_message(side.app, side.merchant, request.id, "It is a gift.", side.owner.id)
    side.work_off()

    seen = [(one["version"], one["hold"], one["order"]["ship_to"]["name"], len(one["messages"])) for one in side.sent()]
    assert seen == [
        (1, False, "Ana Núñez", 0),
        (2, False, "Luz Gil", 0),
        (3, True, "Luz Gil", 0),
        (4, False, "Luz Gil", 0),
        (5, False, "Luz Gil", 1),
    ]
    assert side.sent()[-1]["messages"][0]["text"] == "It is a gift."
    assert side.server.orders.get(request.id).keys == {f"{request.id}:v{version}" for version in range(1, 6)}
    side.say(request, "request.started")
    side.work_off()
    assert len(side.sent()) == 5, "what the provider says itself is not a change"


def test_rules_delegate_to_it_by_its_name(side: RemoteSide) -> None:
    publish_alone(side.app, side.shop.merchant.slug, BY_RULE)
    side.shop.import_all(ready("1"), ready("2"))
    side.work_off()

    assert [(one["order"]["order_number"], one["service_preference"]) for one in side.sent()] == [("2", "24h")]
    assert side.order("2").document()["logistics_provider"] == side.seen.slug


def test_a_recall_before_anything_was_sent_counts_at_once(side: RemoteSide) -> None:
    side.delegate()

    assert side.recall().state is RequestState.CANCELLED
    side.work_off()
    assert side.server.calls == []
    assert side.order().state is OrderState.OPEN


@pytest.mark.parametrize(("answer", "state"), [("grant", RequestState.CANCELLED), ("refuse", RequestState.ACCEPTED)])
def test_what_was_sent_is_asked_back_and_the_provider_answers(side: RemoteSide, answer: str, state: RequestState) -> None:
    side.server.change(cancel=answer)
    request = side.taken()
    recalled = side.recall()
    assert recalled.state is RequestState.CANCEL_REQUESTED
    assert recalled.work(side.clock.now()) is Work.WAITING

    side.work_off()

    assert side.request(request.id).state is state
    assert side.order().state is (OrderState.OPEN if answer == "grant" else OrderState.PENDING_FULFILLMENT)


def test_a_second_recall_asks_again(side: RemoteSide) -> None:
    side.server.change(cancel="refuse")
    request = side.taken()
    side.recall()
    side.work_off()
    side.server.change(cancel="grant")
    side.recall()
    side.work_off()

    assert side.request(request.id).state is RequestState.CANCELLED
    assert [path for method, path in side.server.calls if method == "POST"] == [f"/requests/{request.id}/cancel"] * 2


def test_a_recall_whose_answer_is_lost_is_looked_up_and_not_asked_twice(side: RemoteSide) -> None:
    side.server.change(cancel="none")
    request = side.taken()
    side.server.change(take_and_drop=1)
    side.recall()
    side.shop.work_off()
    side.later()

    assert [method for method, _ in side.server.calls] == ["PUT", "POST", "GET"]
    assert side.request(request.id).state is RequestState.CANCEL_REQUESTED


def test_what_never_arrived_is_given_back_and_can_arrive_no_more(side: RemoteSide) -> None:
    side.server.change(down=True)
    request = side.delegate()
    side.shop.work_off()
    assert side.recall().state is RequestState.CANCEL_REQUESTED, "it may have arrived"

    side.server.change(down=False)
    side.later()

    assert side.request(request.id).state is RequestState.CANCELLED
    assert (side.order().state, len(side.server.orders)) == (OrderState.OPEN, 0)


def test_orders_that_return_when_a_provider_is_removed_are_asked_back(side: RemoteSide) -> None:
    request = side.taken()
    removed, reminder = remove_connection(side.app, side.owner, side.seen.connection.id, open_orders=OpenOrders.RETURN)
    assert (removed.state.value, reminder.open_orders) == ("removed", 1)
    side.work_off()

    assert side.server.orders.get(request.id).cancel_asked
    assert side.request(request.id).state is RequestState.CANCELLED


def test_what_a_removed_provider_never_had_is_asked_back_once(side: RemoteSide) -> None:
    side.server.change(down=True)
    request = side.delegate()
    side.shop.work_off()
    remove_connection(side.app, side.owner, side.seen.connection.id, open_orders=OpenOrders.RETURN)
    side.server.change(down=False)
    for _ in range(2):
        side.later()

    assert [method for method, _ in side.server.calls].count("POST") == 1
    assert (side.request(request.id).state, len(side.server.orders)) == (RequestState.CANCELLED, 0)
    assert not is_in_use(side.app, side.health())


def test_what_a_removed_provider_did_not_hear_is_said_after_a_test_and_then_there_is_nothing_to_test(side: RemoteSide) -> None:
    request = side.taken()
    secret, side.server.secret = side.server.secret, "whsec_c29tZXRoaW5nIGVsc2U="
    remove_connection(side.app, side.owner, side.seen.connection.id, open_orders=OpenOrders.RETURN)
    side.work_off()
    assert not side.server.orders.get(request.id).cancel_asked
    rotate_secret(side.app, side.owner, side.seen.connection.id)

    side.server.secret = secret
    assert try_provider(side.app, side.owner, side.seen.connection.id) is None
    side.work_off()

    assert side.server.orders.get(request.id).cancel_asked
    assert not is_in_use(side.app, side.health())
    for ask in (try_provider, rotate_secret):
        with pytest.raises(Refused, match="has removed the connection"):
            ask(side.app, side.owner, side.seen.connection.id)


def test_both_secrets_count_for_a_while_after_a_rotation(side: RemoteSide) -> None:
    old = side.server.secret
    rotated = rotate_secret(side.app, side.owner, side.seen.connection.id)
    new = rotated.provider.secrets.current
    assert new != old

    request = side.taken()  # the provider has the old one still, for both directions
    assert side.request(request.id).state is RequestState.ACCEPTED
    side.server.secret = new
    assert side.say(request, "request.started").status == 200

    side.clock.sleep(25 * 3600)
    side.server.secret = old
    assert side.say(request, "message.written", text="Hello").status == 401
    assert try_provider(side.app, side.owner, side.seen.connection.id) is not None
