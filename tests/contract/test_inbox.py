"""Contract of the inbox: each cause is an entry while it holds, and what people say is of this one cause."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from zoneinfo import ZoneInfo

import pytest
from support.clock import FixedClock
from support.examples import a_job
from support.partners import user_of
from support.shop import OWNER, Shop, open_shop, ready
from support.standing_still import allow_days, flagged, give_up, imported, kinds, listed, park, store_state
from support.tenants import a_label_of

from engine.decide.decision import NEEDS_ATTENTION
from engine.model.inbox import NOBODY, InboxKind, InboxView, Shown
from engine.model.job import JobKind, JobState
from engine.model.label import LabelState
from engine.model.order import DELIVERY_PROBLEM
from engine.model.rule_health import RuleStanding
from engine.model.store import StoreState
from engine.model.write_back import ASKS_PARTS
from engine.services.attention.inbox import assign, count_inbox, reopen, set_done, snooze
from engine.services.fulfillment.hold_order import hold_order, release_holds
from storage.database import Database

MADRID = ZoneInfo("Europe/Madrid")
DAY_S = 24 * 3600.0


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    return open_shop(database, clock)


def a_refused_store(shop: Shop) -> None:
    store_state(shop, state=StoreState.REFUSED)


def a_failing_store(shop: Shop) -> None:
    store_state(shop, failures=2)


def an_invalid_rule(shop: Shop) -> None:
    with shop.app.unit_of_work() as uow:
        uow.rule_health.put_standings(shop.merchant.id, [RuleStanding("fly", shop.app.clock.now(), shop.app.clock.now())])
        uow.commit()


def a_failed_mail(shop: Shop) -> None:
    with shop.app.unit_of_work() as uow:
        give_up(uow, shop, JobKind.EMAIL, None)
        uow.commit()


def an_untold_store(shop: Shop) -> None:
    order = imported(shop)
    with shop.app.unit_of_work() as uow:
        give_up(uow, shop, JobKind.NOTIFY_STORE, order)
        uow.commit()


def a_failed_delegation(shop: Shop) -> None:
    order = imported(shop)
    flagged(shop, order, NEEDS_ATTENTION)
    with shop.app.unit_of_work() as uow:
        give_up(uow, shop, JobKind.DELEGATE, order)
        uow.commit()


def an_unknown_label(shop: Shop) -> None:
    order = imported(shop)
    with shop.app.unit_of_work() as uow:
        [account] = uow.carrier_accounts.list_for(shop.merchant.id)[:1]
        label = replace(a_label_of(order, "own"), carrier_account_id=account.id, state=LabelState.INTENT)
        uow.labels.add_many([label])
        uow.labels.update(replace(label, state=LabelState.UNKNOWN))
        uow.commit()


CAUSES: dict[InboxKind, Callable[[Shop], object]] = {
    InboxKind.ATTENTION: lambda shop: flagged(shop, imported(shop), NEEDS_ATTENTION),
    InboxKind.DELIVERY_PROBLEM: lambda shop: flagged(shop, imported(shop), DELIVERY_PROBLEM),
    InboxKind.PARKED: park,
    InboxKind.REFUSED_CREDENTIALS: a_refused_store,
    InboxKind.NOT_IMPORTED: a_failing_store,
    InboxKind.INVALID_RULE: an_invalid_rule,
    InboxKind.FAILED_JOB: a_failed_mail,
    InboxKind.NOT_TOLD: an_untold_store,
    InboxKind.UNKNOWN_LABEL: an_unknown_label,
}


@pytest.mark.parametrize("kind", CAUSES)
def test_a_cause_is_one_entry(shop: Shop, kind: InboxKind) -> None:
    assert kinds(shop) == []
    CAUSES[kind](shop)
    [entry] = listed(shop)
    assert entry.kind is kind
    with shop.app.reading() as uow:
        account = uow.accounts.get(shop.merchant.id)
        found = uow.inbox.find(account.id, kind, entry.subject, shop.app.clock.now(), account.held_before(shop.app.clock.now()))
        assert uow.inbox.find(shop.provider.id, kind, entry.subject, shop.app.clock.now(), shop.app.clock.now()) is None
    assert found == entry
    counts = count_inbox(shop.app, account, "usr_x")
    assert (counts.by_kind, counts.mine, counts.nobodys, counts.total) == ({kind: 1}, 0, 1, 1)


def test_work_that_was_given_up_is_told_once_about_an_order(shop: Shop) -> None:
    a_failed_delegation(shop)
    assert kinds(shop) == [InboxKind.FAILED_JOB]


def test_one_failed_import_needs_nobody(shop: Shop) -> None:
    store_state(shop, failures=1)
    assert kinds(shop) == []


def test_an_order_is_held_too_long_after_the_days_of_its_account(shop: Shop, clock: FixedClock) -> None:
    order = imported(shop)
    hold = hold_order(shop.app, shop.merchant.id, order.id, "Which colour?", "operator")
    clock.sleep(2.9 * DAY_S)
    assert kinds(shop) == []
    clock.sleep(0.2 * DAY_S)
    [entry] = listed(shop)
    assert (entry.kind, entry.order_number, entry.since) == (InboxKind.HELD, "7001", hold.since)
    allow_days(shop, 4)
    assert kinds(shop) == []
    allow_days(shop, 1)
    release_holds(shop.app, shop.merchant.id, order.id, "operator")
    assert kinds(shop) == []


def test_another_hold_and_other_changes_do_not_begin_the_days_anew(shop: Shop, clock: FixedClock) -> None:
    order = imported(shop)
    first = hold_order(shop.app, shop.merchant.id, order.id, "Which colour?", "operator")
    clock.sleep(2 * DAY_S)
    hold_order(shop.app, shop.merchant.id, order.id, "And which size?", "operator")
    release_holds(shop.app, shop.merchant.id, order.id, "operator", first.id)
    clock.sleep(2 * DAY_S)
    assert [entry.since for entry in listed(shop)] == [first.since]


def test_a_hold_that_ends_by_itself_is_waited_for(shop: Shop, clock: FixedClock) -> None:
    order = imported(shop)
    hold_order(shop.app, shop.merchant.id, order.id, "Holidays", "operator", until="2026-04-01")
    clock.sleep(9 * DAY_S)
    assert kinds(shop) == []


def test_what_a_rule_holds_is_held_too_long_as_well(shop: Shop, clock: FixedClock) -> None:
    shop.import_all(ready("7005", order_total=900))
    clock.sleep(4 * DAY_S)
    assert kinds(shop) == [InboxKind.HELD]


def test_a_part_that_has_left_waits_for_an_answer(shop: Shop) -> None:
    order = imported(shop)
    flagged(shop, order, ASKS_PARTS)
    with shop.app.unit_of_work() as uow:
        waits = a_job(shop.merchant.id, "parts", kind=JobKind.NOTIFY_STORE, order_id=order.id, state=JobState.WAITING)
        uow.jobs.add_many([waits])
        uow.commit()
    assert [(one.kind, one.detail) for one in listed(shop)] == [(InboxKind.NOT_TOLD, ASKS_PARTS)]


def test_a_parked_note_waits_since_it_came_however_often_it_is_tried(shop: Shop, clock: FixedClock) -> None:
    park(shop)
    [first] = listed(shop)
    clock.sleep(DAY_S)
    park(shop)
    assert [one.since for one in listed(shop)] == [first.since]
    park(shop, revision="r2")
    assert [one.since for one in listed(shop)] == [clock.now()]


def test_what_people_say_narrows_the_list(shop: Shop, clock: FixedClock) -> None:
    park(shop, number="9001")
    clock.sleep(60.0)
    park(shop, number="9002")
    clock.sleep(60.0)
    park(shop, number="9003")
    one, two, three = (entry.id for entry in listed(shop))
    owner = user_of(shop, OWNER)
    assign(shop.app, shop.merchant.id, one, OWNER, owner.id)
    snooze(shop.app, shop.merchant.id, two, "2026-03-05", MADRID, owner.id)
    set_done(shop.app, shop.merchant.id, three, owner.id)

    def ids(shown: Shown = Shown.OPEN, assignee: str | None = None) -> list[str]:
        return [entry.id for entry in listed(shop, InboxView(shown, None, assignee))]

    assert ids() == [one]
    assert (ids(assignee=owner.id), ids(assignee=NOBODY), ids(assignee="usr_other")) == ([one], [], [])
    assert (ids(Shown.SNOOZED), ids(Shown.DONE)) == ([two], [three])
    assert listed(shop)[0].assignee_email == OWNER
    with shop.app.reading() as uow:
        counts = count_inbox(shop.app, uow.accounts.get(shop.merchant.id), owner.id)
    assert (counts.total, counts.mine, counts.nobodys) == (1, 1, 0)
    clock.sleep(4 * DAY_S)
    assert ids() == [one, two]
    reopen(shop.app, shop.merchant.id, three, owner.id)
    assert ids() == [one, two, three]


def test_what_is_done_comes_back_only_when_it_happens_anew(shop: Shop, clock: FixedClock) -> None:
    an_untold_store(shop)
    [entry] = listed(shop)
    set_done(shop.app, shop.merchant.id, entry.id, "operator")
    clock.sleep(9 * DAY_S)
    assert kinds(shop) == []
    with shop.app.unit_of_work() as uow:
        with_order = uow.orders.get(shop.merchant.id, shop.order_id("7001"))
        give_up(uow, shop, JobKind.NOTIFY_STORE, with_order)
        uow.commit()
    [again] = listed(shop)
    assert (again.id, again.mark) == (entry.id, None)


def test_a_page_goes_on_where_the_last_one_ended(shop: Shop, clock: FixedClock) -> None:
    for number in range(5):
        park(shop, number=f"900{number}")
        clock.sleep(float(number % 2))  # some at the same time
    whole = [entry.id for entry in listed(shop)]
    with shop.app.reading() as uow:
        first = uow.inbox.list_entries(shop.merchant.id, InboxView(), clock.now(), clock.now(), limit=2)
        after = (first[-1].since, first[-1].id)
        rest = uow.inbox.list_entries(shop.merchant.id, InboxView(), clock.now(), clock.now(), after=after, limit=9)
    assert len(whole) == 5
    assert [entry.id for entry in (*first, *rest)] == whole


def test_each_kind_is_counted_up_to_a_limit(shop: Shop, clock: FixedClock) -> None:
    for number in range(5):
        park(shop, number=f"900{number}")
    with shop.app.reading() as uow:
        counts = uow.inbox.count(shop.merchant.id, "usr_x", clock.now(), clock.now(), 3)
    assert (counts.by_kind, counts.is_cut) == ({InboxKind.PARKED: 3}, True)


def test_what_was_said_is_forgotten_when_its_cause_has_ended(shop: Shop, clock: FixedClock) -> None:
    park(shop, number="9001")
    park(shop, number="9002")
    for entry in listed(shop):
        set_done(shop.app, shop.merchant.id, entry.id, "operator")
    with shop.app.unit_of_work() as uow:
        uow.stores.unpark(shop.merchant.id, shop.store.id, ["9001"])
        later = clock.now() + timedelta(days=1)
        assert uow.inbox.forget_ended(shop.merchant.id, later, clock.now()) == 0  # said too lately
        assert uow.inbox.forget_ended(shop.provider.id, later, later) == 0
        assert uow.inbox.forget_ended(shop.merchant.id, later, later) == 1
        uow.commit()
    assert [entry.detail for entry in listed(shop, InboxView(Shown.DONE))] == ["9002"]
