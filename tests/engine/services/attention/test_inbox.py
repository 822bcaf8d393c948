"""The inbox of both sides of a request, and who is told of what somebody has to do."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from support.clock import FixedClock
from support.mails import SeenMails, sending_by, wants
from support.partners import MEMBER, add_member, user_of
from support.shop import OWNER, STRANGER, Shop, open_shop, ready
from support.standing_still import imported, kinds, listed, park
from support.two_sides import TwoSides, open_two_sides

from engine.decide.decision import NEEDS_ATTENTION
from engine.jobs.retention import forget_old
from engine.model.alert import Alert
from engine.model.inbox import InboxEntry, InboxKind, InboxView
from engine.model.mail import MailKind, MailMode
from engine.model.request import RequestAction
from engine.model.sentence import Sentence
from engine.services.accounts.people import remove_person
from engine.services.attention.inbox import assign, list_inbox, list_whole_inbox, set_done, snooze
from engine.services.attention.inbox_words import entry_words
from engine.services.fulfillment.overdue_requests import tell_overdue
from engine.services.mail.digests import make_digests
from engine.services.refusals import Refused
from storage.database import Database

HOUR_S, DAY_S = 3600.0, 24 * 3600.0
UTC_ZONE = ZoneInfo("UTC")


@pytest.fixture
def sides(sqlite_database: Database, clock: FixedClock) -> TwoSides:
    return open_two_sides(sqlite_database, clock)


@pytest.fixture
def mails() -> SeenMails:
    return SeenMails()


@pytest.fixture
def shop(sqlite_database: Database, mails: SeenMails) -> Shop:
    clock = FixedClock(datetime(2026, 3, 2, 22, 0, tzinfo=UTC))  # eleven at night in Madrid
    shop = sending_by(open_shop(sqlite_database, clock, rules=None), mails)
    add_member(shop)
    return shop


def inbox_of(sides: TwoSides, account_id: str) -> list[InboxEntry]:
    with sides.app.reading() as uow:
        account = uow.accounts.get(account_id)
    return list_inbox(sides.app, account, InboxView())


def test_a_rejection_stands_until_another_provider_is_asked(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.REJECT, code="out_of_stock", text="None left")
    [entry] = inbox_of(sides, sides.merchant)
    assert (entry.kind, entry.order_number) == (InboxKind.REJECTED, "1")
    assert "does not ship it (Out of stock: None left)" in entry_words(entry).en
    assert "no lo envía" in entry_words(entry).es
    assert inbox_of(sides, sides.provider) == []
    set_done(sides.app, sides.merchant, entry.id, sides.owner.id)
    assert inbox_of(sides, sides.merchant) == []
    sides.app.clock.sleep(60.0)
    sides.answer(sides.taken(), RequestAction.REJECT, code="out_of_stock")
    [again] = inbox_of(sides, sides.merchant)
    assert (again.id, again.mark) == (entry.id, None), "it has happened anew"
    sides.app.clock.sleep(60.0)
    sides.delegate()
    assert inbox_of(sides, sides.merchant) == []


def test_what_an_order_is_flagged_for_again_stands_again_since_then(shop: Shop) -> None:
    shop.import_all(ready("1"))

    def tell(number: int) -> datetime:
        shop.app.clock.sleep(60.0)
        now = shop.app.clock.now()
        with shop.app.unit_of_work() as uow:
            [order] = uow.orders.get_many(shop.merchant.id, [shop.order_id("1")], for_change=True)
            order.flag(NEEDS_ATTENTION)
            uow.orders.update_many([order])
            uow.alerts.add(Alert(f"alr_{number}", shop.merchant.id, order.id, Sentence("Look.", "Mira."), now))
            uow.commit()
        return now

    at = tell(1)
    [entry] = listed(shop)
    assert (entry.kind, entry.since) == (InboxKind.ATTENTION, at)
    set_done(shop.app, shop.merchant.id, entry.id, user_of(shop, OWNER).id)
    assert listed(shop) == []
    at = tell(2)
    [entry] = listed(shop)
    assert (entry.kind, entry.since, entry.mark) == (InboxKind.ATTENTION, at, None)


def test_a_client_who_asks_back_waits_in_the_inbox_of_its_provider(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    sides.recall()
    [entry] = inbox_of(sides, sides.provider)
    assert (entry.kind, entry.subject, entry.order_id) == (InboxKind.CLIENT_ASKS, request.id, sides.copy(request).id)
    assert "nothing leaves until you answer" in entry_words(entry).en
    sides.answer(sides.request(request.id), RequestAction.GRANT_CANCEL)
    assert inbox_of(sides, sides.provider) == []


def test_a_client_who_asked_back_too_late_is_told_so_from_the_inbox(sides: TwoSides) -> None:
    request = sides.taken()
    sides.answer(request, RequestAction.START)
    sides.recall()
    sides.ship(request)
    said = {entry.kind: entry_words(entry).en for entry in inbox_of(sides, sides.provider)}
    assert "asked for the order back, but all of it has left: refuse" in said[InboxKind.CLIENT_ASKS]
    sides.answer(sides.request(request.id), RequestAction.REFUSE_CANCEL, text="It left this morning.")
    assert InboxKind.CLIENT_ASKS not in {entry.kind for entry in inbox_of(sides, sides.provider)}


def test_what_is_late_stands_until_it_has_shipped(sides: TwoSides) -> None:
    request = sides.taken()
    sides.app.clock.sleep(20 * DAY_S)
    tell_overdue(sides.app)
    [entry] = inbox_of(sides, sides.merchant)
    assert (entry.kind, entry.since) == (InboxKind.OVERDUE, request.fulfil_by)
    sides.ship(request)
    sides.shop.work_off()
    assert inbox_of(sides, sides.merchant) == []


def test_who_is_given_something_to_do_gets_a_mail_as_they_want_them(shop: Shop, mails: SeenMails) -> None:
    park(shop)
    owner, [entry] = user_of(shop, OWNER), listed(shop)
    assign(shop.app, shop.merchant.id, entry.id, OWNER, owner.id)
    shop.work_off()
    assert mails.sent == [], "who takes it knows"
    assign(shop.app, shop.merchant.id, entry.id, MEMBER, owner.id)
    assign(shop.app, shop.merchant.id, entry.id, MEMBER, owner.id)
    shop.work_off()
    [(mail, _)] = mails.sent
    assert (mail.kind, mail.to_address) == (MailKind.INBOX_ASSIGNED, MEMBER)
    assert mail.content is not None
    assert mail.content.subject == "For you: Parked (9001)"
    assert mail.content.paragraphs[1] == f"{OWNER} has assigned this to you."
    assign(shop.app, shop.merchant.id, entry.id, None, owner.id)
    wants(shop, MailMode.OFF, MailKind.INBOX_ASSIGNED, MEMBER)
    assign(shop.app, shop.merchant.id, entry.id, MEMBER, owner.id)
    shop.work_off()
    assert len(mails.sent) == 1


def morning_comes(shop: Shop, hours: float) -> None:
    shop.app.clock.sleep(hours * HOUR_S)
    make_digests(shop.app)
    make_digests(shop.app)
    shop.work_off()


def test_the_morning_lists_ones_own_and_nobodys_to_who_wants_it(shop: Shop, mails: SeenMails) -> None:
    park(shop, number="9001")
    park(shop, number="9002")
    park(shop, number="9003")
    one, two, _ = (entry.id for entry in listed(shop))
    assign(shop.app, shop.merchant.id, one, MEMBER, user_of(shop, MEMBER).id)
    assign(shop.app, shop.merchant.id, two, OWNER, user_of(shop, OWNER).id)
    morning_comes(shop, 9)
    assert mails.sent == [], "nobody has asked for it yet"
    wants(shop, MailMode.DAILY, MailKind.INBOX_LIST, MEMBER)
    morning_comes(shop, 24)
    [(mail, base)] = mails.sent
    assert (mail.to_address, mail.content is not None) == (MEMBER, True)
    text = mail.content.plain_text(base) if mail.content is not None else ""
    assert mail.content is not None
    assert mail.content.subject == "What needs a person today"
    assert text.index("Assigned to you") < text.index("Parked, 9001") < text.index("Nobody has") < text.index("Parked, 9003")
    assert "9002" not in text
    morning_comes(shop, 1)
    assert len(mails.sent) == 1, "once a day"
    with shop.app.unit_of_work() as uow:
        uow.stores.unpark(shop.merchant.id, shop.store.id, ["9001", "9002", "9003"])
        uow.commit()
    morning_comes(shop, 24)
    assert len(mails.sent) == 1, "nothing needs anybody"


def test_the_morning_and_its_days_are_those_of_the_reader(shop: Shop, mails: SeenMails) -> None:
    member = user_of(shop, MEMBER)
    with shop.app.unit_of_work() as uow:
        uow.users.set_profile(shop.merchant.id, member.id, language="en", time_zone="Pacific/Auckland")
        uow.commit()
    wants(shop, MailMode.DAILY, MailKind.INBOX_LIST, MEMBER)
    park(shop, number="9001")  # 23:00 of 2 March in Madrid, 11:00 of 3 March in Auckland
    morning_comes(shop, 19)
    assert mails.sent == []
    morning_comes(shop, 1)
    [(mail, base)] = mails.sent
    assert mail.content is not None
    assert "(since 3 March 2026)" in mail.content.plain_text(base)


def test_it_is_listed_with_mails_that_wait_for_the_same_morning(shop: Shop, mails: SeenMails) -> None:
    park(shop)
    wants(shop, MailMode.DAILY, MailKind.INBOX_LIST, MEMBER)
    wants(shop, MailMode.DAILY, MailKind.INBOX_ASSIGNED, MEMBER)
    assign(shop.app, shop.merchant.id, listed(shop)[0].id, MEMBER, user_of(shop, OWNER).id)
    morning_comes(shop, 9)
    [(mail, base)] = mails.sent
    text = mail.content.plain_text(base) if mail.content is not None else ""
    assert text.index("Assigned to you") < text.index("For you: Parked (9001)")


def test_what_is_not_there_or_nobodys_is_refused(shop: Shop) -> None:
    park(shop)
    [entry] = listed(shop)
    owner = user_of(shop, OWNER)
    for entry_id in ("parked:other", "nonsense", "parked:", "held:x"):
        with pytest.raises(Refused, match="needs nobody"):
            set_done(shop.app, shop.merchant.id, entry_id, owner.id)
    with pytest.raises(Refused, match="needs nobody"):
        set_done(shop.app, shop.provider.id, entry.id, owner.id)
    with pytest.raises(Refused, match=STRANGER):
        assign(shop.app, shop.merchant.id, entry.id, STRANGER, owner.id)
    with pytest.raises(Refused, match="passed already"):
        snooze(shop.app, shop.merchant.id, entry.id, "2026-03-02", UTC_ZONE, owner.id)
    with pytest.raises(Refused, match="is not a time"):
        snooze(shop.app, shop.merchant.id, entry.id, "soon", UTC_ZONE, owner.id)
    assert [one.mark for one in listed(shop)] == [None]


def test_all_that_people_say_is_in_the_audit_trail(shop: Shop) -> None:
    order = imported(shop)
    with shop.app.unit_of_work() as uow:
        kept = uow.orders.get(order.account_id, order.id)
        kept.flag("needs_attention")
        uow.orders.update_many([kept])
        uow.commit()
    [entry] = listed(shop)
    owner = user_of(shop, OWNER)
    assign(shop.app, shop.merchant.id, entry.id, OWNER, owner.id)
    set_done(shop.app, shop.merchant.id, entry.id, owner.id)
    set_done(shop.app, shop.merchant.id, entry.id, owner.id)
    with shop.app.reading() as uow:
        written = [(one.action, one.actor) for one in uow.audit.list_for(shop.merchant.id, order.id)]
    assert written[-2:] == [("inbox.assigned", owner.id), ("inbox.done", owner.id)]


def test_who_leaves_the_account_has_nothing_any_more(shop: Shop) -> None:
    park(shop)
    assign(shop.app, shop.merchant.id, listed(shop)[0].id, MEMBER, user_of(shop, OWNER).id)
    remove_person(shop.app, shop.merchant.slug, MEMBER)
    assert kinds(shop, InboxView(assignee="")) == [InboxKind.PARKED]
    assert listed(shop)[0].assignee_email == ""


def test_housekeeping_forgets_what_was_said_of_causes_that_are_gone(shop: Shop) -> None:
    park(shop)
    set_done(shop.app, shop.merchant.id, listed(shop)[0].id, "operator")
    with shop.app.unit_of_work() as uow:
        uow.stores.unpark(shop.merchant.id, shop.store.id, ["9001"])
        uow.commit()
    shop.app.clock.sleep(31 * DAY_S)
    forget_old(shop.app)
    with shop.database.begin_reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM inbox_marks").scalar_one() == 0


def test_all_of_a_long_inbox_can_be_listed(shop: Shop) -> None:
    for number in range(7):
        park(shop, number=f"90{number}")
    with shop.app.reading() as uow:
        account = uow.accounts.get(shop.merchant.id)
    assert len(list_whole_inbox(shop.app, account, InboxView())) == 7


def test_every_kind_says_why_in_both_languages() -> None:
    for kind in InboxKind:
        entry = InboxEntry(kind, "x", datetime(2026, 3, 2, tzinfo=UTC), name="Acme", problem=Sentence("Broken.", "Roto."))
        said = entry_words(entry)
        assert said.en
        assert said.es != said.en
        assert "{" not in said.en + said.es
