"""Which orders' holds have ended: found by an index, whatever else the account has."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import event, text
from support.examples import NOON, a_job, an_account_with_store, an_order

from engine.model.job import JobKind, JobState, release_key
from engine.model.order import Order, OrderState
from engine.model.store import Store
from storage.database import Database

SECOND = timedelta(seconds=1)


@pytest.fixture
def store(database: Database) -> Store:
    with database.unit_of_work() as unit:
        store = an_account_with_store(unit)
        unit.commit()
    return store


def held(store: Store, number: int, after: timedelta | None, **changes: Any) -> Order:
    until = None if after is None else (NOON + after).isoformat()
    rules = {"status": "on_hold", "hold_until": until}
    return an_order(store.account_id, store.id, str(number), **{"id": f"ord_{number}", "rules": rules, **changes})


def keep(database: Database, *orders: Order) -> None:
    with database.unit_of_work() as unit:
        unit.orders.add_many(orders, "run_1")
        unit.commit()


def ended(database: Database, limit: int = 10) -> list[str]:
    with database.reading_unit_of_work() as unit:
        return [hold.order_id for hold in unit.orders.list_ended_holds(NOON, limit)]


def test_those_that_ended_come_with_the_longest_ended_first(database: Database, store: Store) -> None:
    keep(
        database,
        held(store, 1, -SECOND),
        held(store, 2, timedelta()),
        held(store, 3, SECOND),
        held(store, 4, None),
        held(store, 5, -2 * SECOND),
        held(store, 6, -SECOND, state=OrderState.SHIPPED),
        held(store, 7, -SECOND, person={"status": "awaiting_shipment"}),
        held(store, 8, -SECOND, person={"hold_until": (NOON + SECOND).isoformat()}),
    )

    assert ended(database) == ["ord_5", "ord_1", "ord_2"]
    assert ended(database, 1) == ["ord_5"]


def test_a_hold_that_is_changed_or_lifted_is_kept_as_that(database: Database, store: Store) -> None:
    order = held(store, 1, -SECOND)
    keep(database, order)
    order.rules["hold_until"] = (NOON + SECOND).isoformat()
    with database.unit_of_work() as unit:
        unit.orders.update_many([order])
        unit.commit()
    assert ended(database) == []


@pytest.mark.parametrize(
    ("state", "found"),
    [
        (JobState.DUE, []),
        (JobState.RUNNING, []),
        (JobState.DEAD, []),
        (JobState.DONE, ["ord_1"]),
    ],
)
def test_one_that_is_being_ended_or_was_given_up_is_left_out(
    database: Database, store: Store, state: JobState, found: list[str]
) -> None:
    keep(database, held(store, 1, -SECOND, decision_id="dec_1"))
    job = a_job(store.account_id, release_key("ord_1", "dec_1"), kind=JobKind.RELEASE_HOLD, state=state)
    other = a_job(store.account_id, release_key("ord_1", "dec_0"), kind=JobKind.RELEASE_HOLD, state=JobState.DEAD)
    with database.unit_of_work() as unit:
        unit.jobs.add_many([job, other])
        unit.commit()

    assert ended(database) == found


def test_they_are_found_by_an_index(database: Database, store: Store) -> None:
    keep(database, *(an_order(store.account_id, store.id, str(number)) for number in range(3000)), held(store, 9000, -SECOND))
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, query: str, given: Any, *_: Any) -> None:
        asked.append((query, given))

    with database.begin() as connection:
        connection.execute(text("ANALYZE"))
    with database.reading_unit_of_work() as unit:
        event.listen(
            unit.connection.engine, "before_cursor_execute", lambda _c, _u, query, given, *_: asked.append((query, given))
        )
        unit.orders.list_ended_holds(NOON, 10)
        query, given = asked[-1]
        explain = "EXPLAIN QUERY PLAN " if database.is_sqlite else "EXPLAIN "
        plan = "\n".join(str(row[-1]) for row in unit.connection.exec_driver_sql(explain + query, given))

    assert "ix_orders_held_until" in plan
    assert not [scan for scan in ("SCAN orders", "SCAN jobs", "Seq Scan on orders") if scan in plan], plan
