"""Who hears that a provider's system keeps failing, when, and how often."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from support.clock import FixedClock
from support.mails import SeenMails, sending_by, wants
from support.partners import MEMBER, add_member
from support.remote_provider import RemoteSide, open_remote_side
from support.shop import OWNER, ready

from engine.model.mail import MailKind, MailMode
from engine.services.accounts.people import add_person
from engine.services.connections.remove_connection import OpenOrders, remove_connection
from engine.services.providers.connect_provider import try_provider
from storage.database import Database

SECOND = "carla@casa-verde.example"
NOT_REACHED = "Orders do not reach Norte Logística"


@pytest.fixture
def mails() -> SeenMails:
    return SeenMails()


@pytest.fixture
def side(sqlite_database: Database, clock: FixedClock, mails: SeenMails) -> Iterator[RemoteSide]:
    with open_remote_side(sqlite_database, clock) as opened:
        sending_by(opened.shop, mails)
        yield opened


def fail_for(side: RemoteSide, minutes: int) -> None:
    """Attempts within this time."""
    for _ in range(minutes // 10):
        side.later(600)


def test_admins_hear_once_by_mail_in_their_language_of_a_system_that_has_failed_for_an_hour(
    side: RemoteSide, mails: SeenMails
) -> None:
    add_member(side.shop)
    add_person(side.app, side.shop.merchant.slug, email=SECOND, role="admin", password="a relay needs two", language="es")
    side.server.change(down=True)
    side.delegate()
    side.work_off()
    fail_for(side, 50)
    assert (mails.sent, side.alerts()) == ([], [])

    fail_for(side, 120)

    assert {mail.to_address: mail.content.subject for mail, _ in mails.sent if mail.content is not None} == {
        OWNER: NOT_REACHED,
        SECOND: "Los pedidos no llegan a Norte Logística",
    }
    assert MEMBER not in mails.to
    content = mails.sent[0][0].content
    assert content is not None
    assert content.link is not None
    assert content.link.path == f"/connections/{side.seen.connection.id}"
    fails, waits = content.paragraphs
    assert fails.startswith("The system of Norte Logística has been failing since 20 November 2026 10:00. The provider's system")
    assert "HTTP 503" in fails
    assert waits.startswith("What you hand over to Norte Logística waits, and is sent as soon as its system answers again")
    assert side.alerts() == [fails]
    fail_for(side, 24 * 60)
    assert len(mails.sent) == 2


def test_a_system_that_has_answered_and_fails_again_is_told_again(side: RemoteSide, mails: SeenMails) -> None:
    side.shop.import_all(ready("1"), ready("2"))
    side.server.change(down=True)
    side.delegate()
    fail_for(side, 180)
    side.server.change(down=False)
    fail_for(side, 120)
    side.server.change(down=True)
    side.delegate("2")
    fail_for(side, 40)
    assert mails.subjects == [NOT_REACHED]

    fail_for(side, 120)

    assert mails.subjects == [NOT_REACHED] * 2


def test_a_wrong_secret_is_told_at_once_because_nothing_is_tried_again(side: RemoteSide, mails: SeenMails) -> None:
    side.shop.import_all(ready("1"), ready("2"))
    secret, side.server.secret = side.server.secret, "whsec_c29tZXRoaW5nIGVsc2U="
    for number in ("1", "2"):
        side.delegate(number)
    side.work_off()

    ((mail, _),) = mails.sent
    assert mail.kind is MailKind.PROVIDER_NOTICE
    assert mail.content is not None
    fails, waits = mail.content.paragraphs
    assert "give it the secret of this connection" in fails
    assert "test the connection on its page" in waits
    side.server.secret = secret
    assert try_provider(side.app, side.owner, side.seen.connection.id) is None
    assert side.health().provider.told_at is None


def test_an_order_that_is_not_taken_is_no_failing_system(side: RemoteSide, mails: SeenMails) -> None:
    side.server.change(refuse_every=1)
    side.delegate()
    fail_for(side, 120)

    provider = side.health().provider
    assert (provider.failing_since, provider.last_error) == (None, None)
    assert provider.answered_at is not None
    assert mails.sent == []
    assert len(side.alerts()) == 1, "that one is about the order"


def test_who_has_switched_this_kind_of_mail_off_gets_none(side: RemoteSide, mails: SeenMails) -> None:
    wants(side.shop, MailMode.OFF, MailKind.PROVIDER_NOTICE)
    side.server.change(down=True)
    side.delegate()
    fail_for(side, 180)

    assert mails.sent == []
    assert len(side.alerts()) == 1


def test_a_removed_provider_that_has_orders_left_is_told_of_and_tested_too(side: RemoteSide, mails: SeenMails) -> None:
    request = side.taken()
    side.server.change(down=True)
    remove_connection(side.app, side.owner, side.seen.connection.id, open_orders=OpenOrders.RETURN)
    fail_for(side, 180)
    assert mails.subjects == [NOT_REACHED]

    side.server.change(down=False)
    assert try_provider(side.app, side.owner, side.seen.connection.id) is None
    side.work_off()

    assert side.server.orders.get(request.id).cancel_asked
