"""An order is flagged while telling somebody of it is given up, and the inbox says that once."""

from __future__ import annotations

from dataclasses import replace

import pytest
from support.clock import FixedClock
from support.examples import a_job
from support.two_sides import TRACKED, TwoSides, open_two_sides

from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.kinds import JOB_TYPES
from engine.jobs.registry import JobResult
from engine.model.fulfillment import Shipment
from engine.model.inbox import InboxKind, InboxView
from engine.model.job import JobKind, JobState
from engine.model.sentence import Sentence
from engine.ports import StoreError
from engine.services.attention.inbox import count_inbox, list_inbox
from engine.services.fulfillment.notify_store import retry_write_backs
from engine.services.fulfillment.ship_order import ship_order, unship_order
from engine.services.stores.change_store import StoreChanges, update_store
from rules.messages import Message, Text
from storage.database import Database

NO = StoreError(Message("no", Text("The store says no.", "La tienda dice que no.")))


@pytest.fixture
def sides(database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(database, clock)


def given_up(sides: TwoSides) -> Shipment:
    """The store refuses to hear that the order has shipped."""
    sides.shop.connector.refusal = NO
    shipped = ship_order(sides.app, sides.merchant, sides.shop.order_id("1"), TRACKED, "somebody")
    sides.shop.work_off()
    sides.shop.connector.refusal = None
    return shipped.shipment


def flagged_besides(sides: TwoSides) -> None:
    """Something else asks for a person, too."""
    with sides.app.unit_of_work() as uow:
        order = uow.orders.get(sides.merchant, sides.shop.order_id("1"), for_change=True)
        order.flag(NEEDS_ATTENTION)
        uow.orders.update_many([order])
        uow.commit()


def tell_again(sides: TwoSides) -> None:
    retry_write_backs(sides.app, sides.merchant, sides.shop.order_id("1"), "somebody")


def kinds(sides: TwoSides) -> list[InboxKind]:
    """What the inbox lists, and counts."""
    with sides.app.reading() as uow:
        account = uow.accounts.get(sides.merchant)
    found = [entry.kind for entry in list_inbox(sides.app, account, InboxView())]
    counts = count_inbox(sides.app, account, "usr_x")
    assert (counts.total, set(counts.by_kind)) == (len(found), set(found))
    return found


def is_flagged(sides: TwoSides) -> bool:
    return NEEDS_ATTENTION in sides.order().flags


def test_what_was_given_up_is_one_entry_and_ends_with_its_flag_once_it_is_told(sides: TwoSides) -> None:
    given_up(sides)
    assert (kinds(sides), is_flagged(sides)) == ([InboxKind.NOT_TOLD], True)
    tell_again(sides)
    assert (kinds(sides), is_flagged(sides)) == ([], True), "it is being tried"
    sides.shop.work_off()
    assert (kinds(sides), is_flagged(sides)) == ([], False)


def test_so_it_is_where_nobody_wants_to_be_told_by_an_alert(sides: TwoSides) -> None:
    update_store(sides.app, sides.merchant, sides.shop.store.id, StoreChanges(notices=()), "operator")
    given_up(sides)
    assert (kinds(sides), is_flagged(sides), sides.alerts()) == ([InboxKind.NOT_TOLD], True, [])


@pytest.mark.parametrize("before", [True, False])
def test_another_reason_is_listed_besides_and_keeps_the_flag(sides: TwoSides, before: bool) -> None:
    if before:
        flagged_besides(sides)
    given_up(sides)
    if not before:
        flagged_besides(sides)
    assert set(kinds(sides)) == {InboxKind.NOT_TOLD, InboxKind.ATTENTION}
    tell_again(sides)
    sides.shop.work_off()
    assert (kinds(sides), is_flagged(sides)) == ([InboxKind.ATTENTION], True)


def test_the_flag_stays_until_the_buyer_is_told_as_well(sides: TwoSides, monkeypatch: pytest.MonkeyPatch) -> None:
    buyer = JOB_TYPES[JobKind.BUYER_EMAIL]
    mail = a_job(sides.merchant, "mail:1", kind=JobKind.BUYER_EMAIL, order_id=sides.shop.order_id("1"), payload={})
    answers = [JobResult(mail, JobState.DEAD, error=Sentence("No such mailbox.", "No hay tal buzón."))]
    handle = replace(buyer, handle=lambda _app, job, _sessions: replace(answers[-1], job=job))
    monkeypatch.setitem(JOB_TYPES, JobKind.BUYER_EMAIL, handle)
    with sides.app.unit_of_work() as uow:
        uow.jobs.upsert_due(mail)
        uow.commit()
    sides.shop.work_off()
    assert (kinds(sides), is_flagged(sides)) == ([InboxKind.NOT_TOLD], True)
    given_up(sides)
    assert kinds(sides) == [InboxKind.NOT_TOLD, InboxKind.NOT_TOLD]
    tell_again(sides)
    sides.shop.work_off()
    assert (kinds(sides), is_flagged(sides)) == ([InboxKind.NOT_TOLD], True)
    answers.append(JobResult(mail, JobState.DONE))
    with sides.app.unit_of_work() as uow:
        uow.jobs.upsert_due(mail)
        uow.commit()
    sides.shop.work_off()
    assert (kinds(sides), is_flagged(sides)) == ([], False)


def test_nobody_is_told_of_what_was_taken_back(sides: TwoSides) -> None:
    shipment = given_up(sides)
    unship_order(sides.app, sides.merchant, shipment.order_id, "somebody")
    sides.shop.work_off()
    assert (kinds(sides), is_flagged(sides)) == ([], False)


def test_what_waited_for_the_flag_alone_leaves_when_it_goes(sides: TwoSides) -> None:
    given_up(sides)
    waits = a_job(sides.merchant, "waits", kind=JobKind.ALERT, order_id=sides.shop.order_id("1"), state=JobState.WAITING)
    with sides.app.unit_of_work() as uow:
        uow.jobs.add_many([replace(waits, reason=NEEDS_ATTENTION, payload={"message": "It left."})])
        uow.commit()
    tell_again(sides)
    sides.shop.work_off()
    assert "It left." in sides.alerts()
