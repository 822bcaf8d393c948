"""Once a 3PL has a label it is asked about what the merchant's order becomes: it takes that over, or ships the old order."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from support.clock import FixedClock
from support.labels import STANDARD, Shippers, open_shippers
from support.mails import SeenMails
from support.shop import OWNER, PROVIDER, ready

from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.make_label import MadeLabel, make_label
from engine.model.mail import MailKind
from engine.model.order import OrderState
from engine.model.request import FulfillmentRequest, RequestAction, RequestState
from engine.model.request_change import ChangeState
from engine.model.request_message import MessageKind
from engine.services.editing.edit_orders import edit_orders
from engine.services.editing.edits import FieldEdit, Operation
from engine.services.fulfillment.answer_request import Answer, answer_request
from engine.services.fulfillment.change_requests import CHANGE_REQUESTED
from engine.services.labels.choose_service import ServiceWish
from engine.services.labels.plan_label import LabelWish
from engine.services.refusals import Refused
from storage.database import Database

PORTO = {"name": "Ana Núñez", "street1": "Rua 2", "city": "Porto", "postal_code": "4000", "country": "PT"}


def item(key: str, quantity: int) -> dict[str, Any]:
    return {"line_key": key, "sku": f"S{key}", "name": f"Thing {key}", "quantity": quantity, "weight_g": 400}


ITEMS = [item("1", 2), item("2", 3)]


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> Shippers:
    sides = open_shippers(database, clock)
    sides.shop.import_all(ready("1", items=ITEMS))
    return sides


def label(sides: Shippers, request: FulfillmentRequest, units: dict[str, int] | None = None) -> MadeLabel:
    """The provider makes a label for its copy, or some units of it."""
    wanted = None if units is None else {key: Decimal(quantity) for key, quantity in units.items()}
    wish = STANDARD if wanted is None else LabelWish(ServiceWish("paid", "standard"), units=wanted)
    return make_label(sides.app, sides.provider, sides.copy(request).id, wish, sides.clerk.id, "test")


def labelled(sides: Shippers, units: dict[str, int] | None = None) -> tuple[FulfillmentRequest, MadeLabel]:
    request = sides.taken()
    return request, label(sides, request, units)


def change(sides: Shippers, clock: FixedClock, **changes: Any) -> None:
    """The merchant's store says otherwise by now, and the provider imports."""
    clock.sleep(3600)
    sides.shop.import_all(ready("1", **{"items": ITEMS, **changes}))
    sides.fetch()
    clock.sleep(60)


def kinds(sides: Shippers, request: FulfillmentRequest) -> list[MessageKind]:
    with sides.app.reading() as uow:
        return [message.kind for message in uow.requests.list_messages(sides.merchant, request.id)]


def who(sides: Shippers, request: FulfillmentRequest) -> tuple[MessageKind, str]:
    """What the thread says last, and who did it."""
    with sides.app.reading() as uow:
        last = uow.requests.list_messages(sides.merchant, request.id)[-1]
        audit = uow.audit.list_for(sides.merchant, request.order_id)
    assert [entry.actor for entry in audit if entry.action == f"order.{last.kind.value}"][-1:] == [last.actor]
    return last.kind, last.actor


def provider_alerts(sides: Shippers) -> list[str]:
    with sides.app.reading() as uow:
        return [str(alert.message) for alert in uow.alerts.list_for(sides.provider)]


def city(sides: Shippers, request: FulfillmentRequest) -> str:
    return str(sides.copy(request).document()["ship_to"]["city"])


@pytest.mark.parametrize("units", [None, {"1": 2}])
def test_a_new_address_waits_for_the_provider_and_the_label_is_voided_first(
    sides: Shippers, clock: FixedClock, units: dict[str, int] | None
) -> None:
    request, made = labelled(sides, units)

    change(sides, clock, ship_to=PORTO, notes={"internal": "Second bell."})

    asked = sides.request(request.id).change
    assert asked is not None
    assert (asked.state, asked.fields) == (ChangeState.ASKED, ("ship_to",))
    assert (asked.kept["ship_to"]["city"], asked.wanted["ship_to"]["city"]) == ("Madrid", "Porto")
    copy = sides.copy(request)
    assert (city(sides, request), CHANGE_REQUESTED in copy.flags) == ("Madrid", True)
    if units is not None:
        assert copy.document()["notes"]["internal"] == "Second bell.", "notes are no change"
    assert kinds(sides, request)[-1] is MessageKind.CHANGE_ASKED
    assert any("has changed order 1 since a label was made: Ship-to address." in told for told in provider_alerts(sides))

    with pytest.raises(Refused, match=rf"void it first \(`orders void {made.label.shipment_id}`\)"):
        sides.answer(request, RequestAction.ACCEPT_CHANGE)
    sides.take_back(made)
    assert city(sides, request) == "Madrid", "voiding alone agrees to nothing"
    sides.answer(request, RequestAction.ACCEPT_CHANGE)
    sides.fetch()

    assert (city(sides, request), sides.request(request.id).change) == ("Porto", None)
    assert CHANGE_REQUESTED not in sides.copy(request).flags
    assert kinds(sides, request)[-1] is MessageKind.CHANGE_ACCEPTED
    assert "ships order 1 as you have changed it: Ship-to address." in sides.alerts()[0]


def test_a_refused_change_leaves_the_copy_as_it_was(sides: Shippers, clock: FixedClock) -> None:
    request, _ = labelled(sides, {"1": 2})
    change(sides, clock, ship_to=PORTO)

    with pytest.raises(Refused, match="Write a sentence"):
        sides.answer(request, RequestAction.REFUSE_CHANGE)
    refused = sides.answer(request, RequestAction.REFUSE_CHANGE, text="It is on the truck.").change
    change(sides, clock, ship_to=PORTO, notes={"internal": "anything"})

    assert refused is not None
    assert (refused.state, refused.text) == (ChangeState.REFUSED, "It is on the truck.")
    assert city(sides, request) == "Madrid"
    assert sides.copy(request).document()["notes"]["internal"] == "anything"
    assert kinds(sides, request).count(MessageKind.CHANGE_ASKED) == 1, "what was refused is not asked again"
    assert NEEDS_ATTENTION in sides.order().flags
    assert "as it was, without your change (Ship-to address): It is on the truck." in sides.alerts()[0]

    change(sides, clock, ship_to={**PORTO, "city": "Braga"})
    assert sides.request(request.id).waits_for_change, "another change is another question"


def test_a_change_that_is_taken_back_is_asked_no_longer(sides: Shippers, clock: FixedClock) -> None:
    request, _ = labelled(sides)
    change(sides, clock, ship_by="2026-12-01")
    assert sides.request(request.id).waits_for_change

    change(sides, clock)

    assert sides.request(request.id).change is None
    assert CHANGE_REQUESTED not in sides.copy(request).flags
    assert kinds(sides, request)[-1] is MessageKind.CHANGE_WITHDRAWN
    with pytest.raises(Refused, match="has taken the change back"):
        sides.answer(request, RequestAction.ACCEPT_CHANGE)


@pytest.mark.parametrize("needed_it", [False, True])
def test_a_refused_change_that_is_taken_back_needs_nobody_any_more(sides: Shippers, clock: FixedClock, needed_it: bool) -> None:
    """Through the store, and after another change that was asked meanwhile."""
    request, _ = labelled(sides)
    if needed_it:
        with sides.app.unit_of_work() as uow:
            order = uow.orders.get(sides.merchant, sides.shop.order_id("1"), for_change=True)
            order.flag(NEEDS_ATTENTION)
            uow.orders.update_many([order])
            uow.commit()
    change(sides, clock, ship_by="2026-12-01")
    sides.answer(request, RequestAction.REFUSE_CHANGE, text="It is on the truck.")
    assert NEEDS_ATTENTION in sides.order().flags
    change(sides, clock, ship_by="2026-12-02")
    assert NEEDS_ATTENTION in sides.order().flags

    change(sides, clock)
    assert sides.request(request.id).change is None
    assert (NEEDS_ATTENTION in sides.order().flags) is needed_it


def test_a_change_that_is_accepted_in_the_end_needs_nobody_any_more(sides: Shippers, clock: FixedClock) -> None:
    request, _ = labelled(sides)
    change(sides, clock, ship_by="2026-12-01")
    sides.answer(request, RequestAction.REFUSE_CHANGE, text="It is on the truck.")
    change(sides, clock, ship_by="2026-12-02")
    sides.answer(request, RequestAction.ACCEPT_CHANGE)
    assert NEEDS_ATTENTION not in sides.order().flags


def test_the_thread_names_who_has_changed_the_order(sides: Shippers, clock: FixedClock) -> None:
    request, _ = labelled(sides)
    own = (sides.app, sides.merchant, [sides.shop.order_id("1")])

    edit_orders(*own, [FieldEdit("ship_to.city", value="Getafe")], sides.owner.id)
    assert who(sides, request) == (MessageKind.CHANGE_ASKED, sides.owner.id)
    edit_orders(*own, [FieldEdit("ship_to.city", Operation.UNDO)], sides.owner.id)
    assert who(sides, request) == (MessageKind.CHANGE_WITHDRAWN, sides.owner.id)
    change(sides, clock, ship_to=PORTO)
    assert who(sides, request) == (MessageKind.CHANGE_ASKED, "import")


def test_the_thread_names_who_had_changed_the_order_before_the_label_was_made(sides: Shippers, clock: FixedClock) -> None:
    request = sides.taken()
    clock.sleep(3600)
    city = [FieldEdit("ship_to.city", value="Getafe")]
    edit_orders(sides.app, sides.merchant, [sides.shop.order_id("1")], city, sides.owner.id)
    label(sides, request)  # the provider has not imported
    assert who(sides, request) == (MessageKind.CHANGE_ASKED, sides.owner.id)


def test_fewer_units_wait_for_the_provider_too(sides: Shippers, clock: FixedClock) -> None:
    request, made = labelled(sides, {"1": 2})

    change(sides, clock, items=[item("1", 1), item("2", 1)])
    assert [line.quantity for line in sides.request(request.id).lines] == [2, 3]
    assert sides.copy(request).quantities() == {"1": 2, "2": 3}

    with pytest.raises(Refused, match="Of line 1 2 units have a label or have left, and the client wants 1"):
        sides.answer(request, RequestAction.ACCEPT_CHANGE)
    sides.take_back(made)
    sides.answer(request, RequestAction.ACCEPT_CHANGE)
    sides.fetch()

    assert [line.quantity for line in sides.request(request.id).lines] == [1, 1]
    assert sides.copy(request).quantities() == {"1": 1, "2": 1}


def test_units_without_a_label_are_given_up_while_the_label_stays(sides: Shippers, clock: FixedClock) -> None:
    request, _ = labelled(sides, {"1": 2})
    change(sides, clock, items=[item("1", 2)])

    sides.answer(request, RequestAction.ACCEPT_CHANGE)
    sides.fetch()

    assert [(line.quantity, line.shipped) for line in sides.request(request.id).lines] == [(2, 2), (0, 0)]
    assert sides.copy(request).state is OrderState.SHIPPED


def test_when_nothing_is_wanted_any_more_accepting_gives_the_request_back(sides: Shippers, clock: FixedClock) -> None:
    first, rest = sides.taken(lines={"1": Decimal(2)}), sides.taken()
    made = label(sides, rest)
    change(sides, clock, items=[item("1", 2)])
    assert sides.request(rest.id).state is RequestState.ACCEPTED

    sides.take_back(made)
    sides.answer(rest, RequestAction.ACCEPT_CHANGE)

    assert sides.request(rest.id).state is RequestState.CANCELLED
    assert sides.request(first.id).state is RequestState.ACCEPTED
    assert sides.order().state is OrderState.PENDING_FULFILLMENT


def test_what_had_not_come_before_the_label_was_made_is_asked_as_well(sides: Shippers, clock: FixedClock) -> None:
    request = sides.taken()
    clock.sleep(3600)
    sides.shop.import_all(ready("1", items=ITEMS, ship_to=PORTO))  # the provider has not imported

    label(sides, request)
    sides.fetch()

    assert sides.request(request.id).waits_for_change
    assert city(sides, request) == "Madrid"


def test_without_a_label_a_change_reaches_the_copy_by_itself(sides: Shippers, clock: FixedClock) -> None:
    request, made = labelled(sides)
    sides.take_back(made)

    change(sides, clock, ship_to=PORTO)

    assert (sides.request(request.id).change, city(sides, request)) == (None, "Porto")


def test_what_has_ended_asks_for_no_change(sides: Shippers, clock: FixedClock) -> None:
    request, _ = labelled(sides, {"1": 2})
    change(sides, clock, ship_to=PORTO)

    closed = sides.answer(request, RequestAction.CLOSE, code="out_of_stock")

    assert (closed.change, CHANGE_REQUESTED in sides.copy(request).flags) == (None, False)
    with pytest.raises(Refused, match="has closed the request"):
        sides.answer(request, RequestAction.ACCEPT_CHANGE)


def test_a_recall_is_answered_before_a_change(sides: Shippers, clock: FixedClock) -> None:
    request, _ = labelled(sides, {"1": 2})
    change(sides, clock, ship_to=PORTO)
    sides.recall()

    with pytest.raises(Refused, match="has asked for the order back"):
        sides.answer(request, RequestAction.ACCEPT_CHANGE)


def test_the_merchant_cannot_answer_its_own_change(sides: Shippers, clock: FixedClock) -> None:
    request, _ = labelled(sides)
    change(sides, clock, ship_to=PORTO)

    with pytest.raises(Refused, match="Only the provider can answer"):
        answer_request(sides.app, sides.merchant, request.id, Answer(RequestAction.ACCEPT_CHANGE), sides.owner.id)


@pytest.mark.parametrize("action", [None, RequestAction.ACCEPT_CHANGE, RequestAction.REFUSE_CHANGE])
def test_whom_it_concerns_gets_a_mail(sides: Shippers, clock: FixedClock, action: RequestAction | None) -> None:
    """The provider's admins of the question, the merchant's of the answer."""
    mails = SeenMails()
    sides.shop.app = replace(sides.app, mail=mails)
    request, _ = labelled(sides, {"1": 2})
    change(sides, clock, ship_by="2026-12-01")
    if action is not None:
        sides.answer(request, action, text="It is so.")
    sides.shop.work_off()

    told = {mail.to_address: mail.content for mail, _ in mails.sent if mail.kind is MailKind.REQUEST_CHANGED}
    assert told.keys() == ({PROVIDER} if action is None else {PROVIDER, OWNER})
    content = told[PROVIDER if action is None else OWNER]
    assert content is not None
    assert content.link is not None
    order = sides.copy(request) if action is None else sides.order()
    assert (content.link.path, "Ship by" in content.paragraphs[0]) == (f"/orders/{order.id}", True)
