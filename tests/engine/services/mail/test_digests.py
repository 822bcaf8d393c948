"""Who wants mails daily gets one in the morning, where they are: once a day, and only when there is something."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from support.clock import FixedClock
from support.mails import CONTENT, SeenMails, entries_of, kept, post, to_person, user_of, wants
from support.shop import OWNER, Shop

from engine.model.mail import MailContent, MailKind, MailMode, MailState
from engine.services.accounts.people import add_person, remove_person
from engine.services.mail.account_mails import list_own_mails
from engine.services.mail.digests import last_morning, make_digests
from storage.database import Database

HOUR = 60 * 60
COLLEAGUE = "bo@casa-verde.example"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock(datetime(2026, 3, 2, 22, 0, tzinfo=UTC))  # eleven at night in Madrid


def morning_comes(shop: Shop, hours: float = 9) -> int:
    shop.app.clock.sleep(hours * HOUR)
    made = make_digests(shop.app)
    shop.work_off()
    return made


def test_mails_of_a_day_come_together_in_the_morning(shop: Shop, mails: SeenMails) -> None:
    wants(shop, MailMode.DAILY)
    first = post(shop)
    second = post(shop, content=MailContent("And this", ("one\nmore",)))
    post(shop, MailKind.REQUEST_REJECTED)
    shop.work_off()
    assert mails.subjects == ["Look"], "the other kind comes at once"
    assert morning_comes(shop, 7.9) == 0

    assert morning_comes(shop, 0.1) == 1

    digest, base = mails.sent[-1]
    assert (digest.kind, digest.to_address, len(mails.sent)) == (MailKind.DIGEST, OWNER, 2)
    assert digest.content.subject == "Your mails of today (2)"
    text = digest.content.plain_text(base)
    assert "■ Look\n\nThe store needs you.\n\nTo the store: http://localhost/stores/sto_1\n\n■ And this\n\none\nmore" in text
    assert digest.content.link.path == "/settings/mail"
    assert {kept(shop, mail).state for mail in (first, second)} == {MailState.SENT}
    assert kept(shop, first).content == CONTENT
    assert len(list_own_mails(shop.app, user_of(shop), limit=9)) == 4


def test_one_a_day_however_often_and_by_how_many_it_is_tried(shop: Shop, mails: SeenMails) -> None:
    wants(shop, MailMode.DAILY)
    post(shop)
    assert morning_comes(shop) == 1
    post(shop)
    assert morning_comes(shop, 1) == 0
    assert morning_comes(shop, 21.9) == 0
    assert morning_comes(shop, 0.2) == 1
    assert morning_comes(shop, 48) == 0, "nothing waits"
    assert len(mails.sent) == 2


def test_two_nodes_that_tick_together_make_one(shop: Shop, mails: SeenMails) -> None:
    wants(shop, MailMode.DAILY)
    post(shop)
    shop.app.clock.sleep(9 * HOUR)
    together, made = threading.Barrier(2), []

    def tick() -> None:
        together.wait()
        made.append(make_digests(shop.app))

    threads = [threading.Thread(target=tick) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    shop.work_off()
    assert (sorted(made), len(mails.sent)) == ([0, 1], 1)


def test_a_day_that_was_made_is_not_made_again_for_what_was_left(shop: Shop, mails: SeenMails, database: Database) -> None:
    wants(shop, MailMode.DAILY)
    post(shop)
    morning_comes(shop)
    late = post(shop)
    with database.begin() as connection:  # as one that was written before the morning, and committed after the digest
        connection.exec_driver_sql(f"UPDATE mails SET created_at = '2026-03-02T23:00:00.000000+00:00' WHERE id = '{late.id}'")

    assert morning_comes(shop, 1) == 0
    assert kept(shop, late).for_digest
    assert morning_comes(shop, 24) == 1


def test_each_person_has_their_own_in_their_language(shop: Shop, mails: SeenMails) -> None:
    add_person(shop.app, shop.merchant.slug, email=COLLEAGUE, role="member", password="four unusual words here", language="es")
    for email in (OWNER, COLLEAGUE):
        wants(shop, MailMode.DAILY, email=email)
    post(shop)
    post(shop, to=to_person(user_of(shop, COLLEAGUE)))

    assert morning_comes(shop) == 2
    assert sorted(zip(mails.to, mails.subjects, strict=True)) == [
        (OWNER, "Your mails of today (1)"),
        (COLLEAGUE, "Tus correos de hoy (1)"),
    ]


def test_who_switches_a_kind_off_gets_nothing_of_it_in_the_morning(shop: Shop, mails: SeenMails) -> None:
    wants(shop, MailMode.DAILY)
    wants(shop, MailMode.DAILY, MailKind.RULE_EMAIL)
    post(shop)
    post(shop, MailKind.RULE_EMAIL, content=MailContent("Of a rule", ()))
    wants(shop, MailMode.OFF)

    assert morning_comes(shop) == 1
    assert mails.subjects == ["Your mails of today (1)"]
    assert "Of a rule" in mails.sent[0][0].content.paragraphs[0]


def test_for_who_has_left_nothing_waits_any_more(shop: Shop, mails: SeenMails) -> None:
    add_person(shop.app, shop.merchant.slug, email=COLLEAGUE, role="admin", password="four unusual words here", language="es")
    wants(shop, MailMode.DAILY)
    post(shop)
    remove_person(shop.app, shop.merchant.slug, OWNER)

    assert morning_comes(shop, 0) == 0
    assert (entries_of(shop), mails.sent) == ([], [])


@pytest.mark.parametrize(
    ("zone", "now", "morning"),
    [
        ("Europe/Madrid", "2026-03-02T05:59:59+00:00", "2026-03-01T07:00:00+01:00"),
        ("Europe/Madrid", "2026-03-02T06:00:00+00:00", "2026-03-02T07:00:00+01:00"),
        ("Europe/Madrid", "2026-03-29T05:00:00+00:00", "2026-03-29T07:00:00+02:00"),
        ("Pacific/Auckland", "2026-03-02T05:59:59+00:00", "2026-03-02T07:00:00+13:00"),
        ("America/Los_Angeles", "2026-03-02T05:59:59+00:00", "2026-03-01T07:00:00-08:00"),
    ],
)
def test_morning_is_where_the_person_is(zone: str, now: str, morning: str) -> None:
    assert last_morning(ZoneInfo(zone), datetime.fromisoformat(now)).isoformat() == morning
