"""What people do with forms at the same moment: one wish is carried out once, and who saves the same thing waits."""

from __future__ import annotations

from contextlib import suppress
from datetime import timedelta

import pytest
from support.clock import FixedClock
from support.partners import user_of
from support.races import race
from support.shop import OWNER, Shop, open_shop, ready

from engine.jobs.retention import ENDED_LEASES, forget_old
from engine.model.hold import Hold
from engine.services.fulfillment.hold_order import hold_order
from engine.services.once import REMEMBERED, carried_out_once, one_after_another
from engine.services.refusals import Refused
from storage.database import Database


@pytest.fixture
def shop(database: Database, clock: FixedClock) -> Shop:
    shop = open_shop(database, clock)
    shop.import_all(ready("7001"))
    return shop


def hold_once(shop: Shop, wish: bytes, reason: str = "Is it paid?") -> Hold | None:
    with carried_out_once(shop.app, shop.merchant.id, wish) as once:
        return None if once.app is None else hold_order(once.app, shop.merchant.id, shop.order_id("7001"), reason, "usr_ana")


def holds(shop: Shop) -> int:
    with shop.app.reading() as uow:
        return len(uow.holds.list_for_account(shop.merchant.id))


def test_the_same_wish_at_the_same_moment_is_carried_out_once(shop: Shop) -> None:
    answers = race(*[lambda: hold_once(shop, b"one")] * 4)
    assert [type(answer) for answer in answers if answer is not None] == [Hold]
    assert holds(shop) == 1
    race(lambda: hold_once(shop, b"two"), lambda: hold_once(shop, b"three"))
    assert holds(shop) == 3


def test_another_account_has_wishes_of_its_own(shop: Shop) -> None:
    assert hold_once(shop, b"one") is not None
    with carried_out_once(shop.app, user_of(shop, OWNER).account_id, b"one") as once:
        assert once.app is None
    with carried_out_once(shop.app, shop.provider.id, b"one") as once:
        assert once.app is not None


def test_what_was_refused_can_be_wished_again(shop: Shop) -> None:
    with pytest.raises(Refused):
        hold_once(shop, b"one", reason="")
    assert hold_once(shop, b"one") is not None


def test_what_was_carried_out_is_forgotten_in_time(shop: Shop, clock: FixedClock) -> None:
    hold_once(shop, b"one")
    forget_old(shop.app)
    assert hold_once(shop, b"one") is None
    clock.sleep((REMEMBERED + ENDED_LEASES + timedelta(minutes=1)).total_seconds())
    forget_old(shop.app)
    with shop.database.begin_reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM leases WHERE name LIKE 'wish:%%'").scalar() == 0


def test_who_looks_and_then_writes_sees_what_the_one_before_has_written(shop: Shop) -> None:
    def hold_where_nobody_does(what: str) -> None:
        with one_after_another(shop.app, shop.merchant.id, what) as app:
            with app.reading() as uow:
                is_held = bool(uow.holds.list_for_account(shop.merchant.id))
            if not is_held:
                hold_order(app, shop.merchant.id, shop.order_id("7001"), "Is it paid?", "usr_ana")

    race(*[lambda: hold_where_nobody_does("the same")] * 6)
    assert holds(shop) == 1
    with shop.database.begin_reading() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM leases WHERE name LIKE 'saving:%%'").scalar() == 0


def test_nothing_is_kept_of_what_ends_with_an_error(shop: Shop) -> None:
    with suppress(ValueError), one_after_another(shop.app, shop.merchant.id, "it") as app:
        hold_order(app, shop.merchant.id, shop.order_id("7001"), "Is it paid?", "usr_ana")
        raise ValueError("later")
    assert holds(shop) == 0
