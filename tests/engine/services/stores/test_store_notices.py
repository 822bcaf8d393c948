"""What the owner of a store is told when imports go wrong, and how long a failing store is left alone."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from support.examples import a_store
from support.sandbox_shop import SandboxShop

from engine.jobs.schedule import enqueue_due
from engine.model.alert import Alert
from engine.model.mail import Mail, MailKind
from engine.model.store import Store, StoreState
from engine.model.store_preferences import NoticeTopic
from engine.ports import CredentialsRefused, StoreUnavailable
from engine.services.accounts.people import add_person
from engine.services.stores.store_notices import pause_after

HOUR = timedelta(hours=1)


def alerts(shop: SandboxShop) -> list[Alert]:
    with shop.database.reading_unit_of_work() as unit:
        return [alert for alert in unit.alerts.list_for(shop.merchant.id) if alert.order_id is None]


def kept(shop: SandboxShop) -> Store:
    with shop.database.reading_unit_of_work() as unit:
        return unit.stores.get(shop.store.account_id, shop.store.id)


def mails(shop: SandboxShop) -> list[Mail]:
    """What the shop's admins were written about stores, the oldest first."""
    with shop.database.reading_unit_of_work() as unit:
        entries = unit.mails.list_entries(shop.merchant.id, after=None, limit=100)
        return [unit.mails.get(one.account_id, one.id) for one in reversed(entries) if one.kind is MailKind.STORE_NOTICE]


def with_admins(shop: SandboxShop) -> None:
    """Of the admins one reads English and one Spanish; a member is written nothing."""
    common = {"password": "a relay needs two"}
    add_person(shop.app, shop.merchant.slug, email="eva@casa-verde.example", role="admin", language="es", **common)
    add_person(shop.app, shop.merchant.slug, email="leo@casa-verde.example", role="member", language="en", **common)


def without_notices(shop: SandboxShop, *topics: NoticeTopic) -> None:
    preferences = replace(shop.store.preferences, notices=topics)
    with shop.database.unit_of_work() as unit:
        unit.stores.update(replace(kept(shop), preferences=preferences))
        unit.commit()


def test_refused_credentials_are_told_once_and_tried_more_and_more_seldom(shop: SandboxShop) -> None:
    shop.run_import()
    before = len(alerts(shop))
    shop.server.set_password("changed")
    shop.server.expire_tokens()

    for hours in (1, 2, 4):
        with pytest.raises(CredentialsRefused):
            shop.run_import()
        store = kept(shop)
        assert store.state is StoreState.REFUSED
        assert store.retry_at == shop.clock.now() + hours * HOUR
        assert len(alerts(shop)) == before + 1

    told = alerts(shop)[0].message
    assert "Casa Verde online" in told.en
    assert "password" in told.en
    assert "contraseña" in told.es


def test_a_refusal_after_an_outage_is_tried_again_after_an_hour(sqlite_shop: SandboxShop) -> None:
    shop = sqlite_shop
    shop.server.fault("outage_503", times=20)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            shop.run_import()
    shop.server.clear_faults()
    shop.server.set_password("changed")
    shop.server.expire_tokens()
    with pytest.raises(CredentialsRefused):
        shop.run_import()

    assert kept(shop).retry_at == shop.clock.now() + HOUR


def test_an_import_that_works_again_ends_the_pause(shop: SandboxShop) -> None:
    shop.server.set_password("changed")
    with pytest.raises(CredentialsRefused):
        shop.run_import()
    shop.server.set_password("store-secret-5f1c9")

    assert enqueue_due(shop.app) == 0
    shop.run_import()

    store = kept(shop)
    assert (store.state, store.failures, store.retry_at) == (StoreState.CONNECTED, 0, None)


def test_the_schedule_does_not_repeat_a_refused_password(sqlite_shop: SandboxShop) -> None:
    shop = sqlite_shop
    shop.server.set_password("changed")
    shop.clock.sleep(2 * 24 * 3600)
    enqueue_due(shop.app)
    shop.work_off()
    tries = shop.requests()

    for _ in range(4):
        shop.clock.sleep(14 * 60)
        enqueue_due(shop.app)
        shop.work_off()

    assert shop.requests() == tries
    assert len(alerts(shop)) == 1  # the import has told it: the job says nothing more
    shop.clock.sleep(3600)
    enqueue_due(shop.app)
    shop.work_off()
    assert shop.requests() > tries


def test_failing_imports_are_told_at_the_third_and_paused_from_the_second_on(sqlite_shop: SandboxShop) -> None:
    shop = sqlite_shop
    shop.server.stop()
    told = []
    for _ in range(4):
        with pytest.raises(StoreUnavailable):
            shop.run_import()
        told.append(len(alerts(shop)))
    assert told == [0, 0, 1, 1]
    assert "3" in alerts(shop)[0].message.en
    assert kept(shop).state is StoreState.CONNECTED
    assert kept(shop).retry_at == shop.clock.now() + timedelta(minutes=2 * 60)


def test_each_admin_gets_one_mail_of_refused_credentials(shop: SandboxShop) -> None:
    with_admins(shop)
    without_notices(shop, NoticeTopic.CREDENTIALS)
    shop.run_import()
    shop.server.set_password("changed")
    shop.server.expire_tokens()
    for _ in range(3):
        with pytest.raises(CredentialsRefused):
            shop.run_import()

    english, spanish = sorted(mails(shop), key=lambda mail: mail.language)
    assert english.content is not None
    assert spanish.content is not None
    assert english.content.subject == 'The store "Casa Verde online" refuses its log-in'
    assert english.content.link is not None
    assert english.content.link.path == f"/stores/{shop.store.id}"
    assert "password" in " ".join(english.content.paragraphs)
    assert "contraseña" in " ".join(spanish.content.paragraphs)


def test_admins_get_one_mail_of_imports_that_keep_failing_and_one_of_the_next_trouble(sqlite_shop: SandboxShop) -> None:
    shop = sqlite_shop
    with_admins(shop)
    shop.server.fault("outage_503", times=100)
    told = []
    for _ in range(4):
        with pytest.raises(StoreUnavailable):
            shop.run_import()
        told.append(len(mails(shop)))
    assert told == [0, 0, 2, 2]
    shop.server.clear_faults()
    without_notices(shop, NoticeTopic.IMPORT_FAILED)
    shop.run_import()
    shop.server.fault("outage_503", times=100)
    for _ in range(3):
        with pytest.raises(StoreUnavailable):
            shop.run_import()
    assert len(mails(shop)) == 4


def test_notes_that_cannot_be_read_are_told_when_they_are_new(shop: SandboxShop) -> None:
    shop.run_import()
    (alert,) = alerts(shop)
    assert "2" in alert.message.en
    shop.clock.sleep(60)
    shop.run_import()

    assert alerts(shop) == [alert]


def test_admins_get_one_mail_of_notes_that_cannot_be_read(sqlite_shop: SandboxShop) -> None:
    with_admins(sqlite_shop)
    sqlite_shop.run_import()
    sqlite_shop.clock.sleep(60)
    sqlite_shop.run_import()

    assert [mail.language for mail in sorted(mails(sqlite_shop), key=lambda mail: mail.language)] == ["en", "es"]


def test_nothing_is_told_that_nobody_wants_to_know(sqlite_shop: SandboxShop) -> None:
    with_admins(sqlite_shop)
    without_notices(sqlite_shop)
    sqlite_shop.run_import()
    sqlite_shop.server.set_password("changed")
    sqlite_shop.server.expire_tokens()
    with pytest.raises(CredentialsRefused):
        sqlite_shop.run_import()

    assert (alerts(sqlite_shop), mails(sqlite_shop)) == ([], [])
    assert kept(sqlite_shop).retry_at is not None


@pytest.mark.parametrize(
    ("failures", "refused", "minutes"),
    [(1, False, None), (2, False, 30), (3, False, 60), (9, False, 360), (60, False, 360), (1, True, 60), (60, True, 1440)],
)
def test_pauses_double_up_to_a_limit(failures: int, refused: bool, minutes: int | None) -> None:
    pause = pause_after(a_store("acc_1", refresh_minutes=15), failures, refused=refused)
    assert pause == (None if minutes is None else timedelta(minutes=minutes))


def test_a_pause_is_never_shorter_than_the_time_between_two_imports() -> None:
    assert pause_after(a_store("acc_1", refresh_minutes=1440), 3, refused=False) == timedelta(days=1)
